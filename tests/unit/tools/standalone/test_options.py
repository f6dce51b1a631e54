# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the command line are those of the module; what cannot be used is refused in a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.filter.probe import FilterModule
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC
from ansible_collections.mxlab.ftp.plugins.modules import ftp_probe
from ftp_probe_app import show
from ftp_probe_app.options import FORMATS, GROUPS, POSITIONAL, SECRET, Wanted, named, parse, parser, wants_nagios
from ftp_probe_app.usage import Usage
from probe_texts import ROOT, plain, texts

TEXTS = texts()
DOCUMENTED: dict[str, dict[str, Any]] = yaml.safe_load(ftp_probe.DOCUMENTATION)["options"]
LISTED = [name for name in DOCUMENTED if name != SECRET]
REQUIRED = ["ftp.example.com", "--user", "probe"]
# Values that fit together with REQUIRED alone.
VALUES = {
    "port": "990",
    "directory": "/incoming",
    "tls": "explicit",
    "size": "1",
    "timeout": "2.5",
    "public_address": "203.0.113.13",
    "lan_address": "192.168.128.13",
    "active_address": "198.51.100.7",
    "foreign_address": "198.51.100.8",
    "passive_ports": "61000-61099",
    "uplink": "internet1",
    "range_check": "edges",
    "trials": "no-reuse,ccc",
    "modes": "PASV,EPRT",
    "protection": "clear",
    "long_transfer": "60",
}


def parsed(*words: str) -> Wanted:
    return parse([*REQUIRED, *words], TEXTS)


def help_of(name: str) -> str:
    """Return what the help says of an option, in one line."""
    (action,) = (action for action in parser(TEXTS)._actions if action.dest == name)
    return str(action.help).replace("%%", "%")


def test_every_option_of_the_module_is_in_one_group() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(LISTED)


def test_without_options_the_values_are_the_documented_defaults() -> None:
    defaults = {
        name: option.get("default", False if option["type"] == "bool" else None) for name, option in DOCUMENTED.items()
    }
    defaults.update(host="ftp.example.com", user="probe")
    del defaults[SECRET]
    assert parsed().options == defaults


@pytest.mark.parametrize("name", [name for name in LISTED if name not in ("host", "user", "exhaust")])
def test_an_option_has_the_type_that_is_documented(name: str) -> None:
    words = [named(name), *([VALUES[name]] if name in VALUES else [])]
    value = parsed(*words).options[name]
    assert type(value).__name__ == DOCUMENTED[name]["type"]
    assert value != "" and value is not False


def test_exhaust_is_taken_beside_a_range() -> None:
    assert parsed("--exhaust", "--passive-ports", "61000-61009").options["exhaust"] is True


@pytest.mark.parametrize("name", [name for name in LISTED if "choices" in DOCUMENTED[name]])
def test_exactly_the_documented_choices_are_accepted(name: str) -> None:
    with pytest.raises(Usage, match=re.escape(f"expected {', '.join(DOCUMENTED[name]['choices'])}")):
        parsed(named(name), "other")
    help_text = f"{help_of(name)} {parser(TEXTS).format_help()}"
    assert all(choice in help_text for choice in DOCUMENTED[name]["choices"])


@pytest.mark.parametrize("name", LISTED)
def test_the_help_of_an_option_is_its_documentation(name: str) -> None:
    description = DOCUMENTED[name]["description"]
    first = plain(description if isinstance(description, str) else description[0])
    said = help_of(name)
    assert first.removeprefix("Whether to ").split(". ")[0].rstrip(".")[1:] in said
    assert "Example: " in said or DOCUMENTED[name]["type"] == "bool"
    if DOCUMENTED[name].get("default"):
        assert "Default: " in said


@pytest.mark.parametrize("name", [name for name in LISTED if DOCUMENTED[name]["type"] == "bool"])
def test_a_switch_says_what_it_does(name: str) -> None:
    assert TEXTS.options[name][0].startswith("Whether to ")
    assert DOCUMENTED[name]["default"] is False


def test_no_markup_is_left() -> None:
    texts_of_all = " ".join(text for paragraphs in TEXTS.options.values() for text in paragraphs)
    assert not re.findall(r"\b(?:O|V|RV|C|M|P)\(", texts_of_all)
    assert plain("With O(tls=implicit), O(passive_ports) and V(P), C(AUTH TLS)") == (
        "With --tls implicit, --passive-ports and P, AUTH TLS"
    )


def test_the_formats_are_those_of_the_filters() -> None:
    filters = {name.removeprefix("probe_") for name in FilterModule().filters() if name.startswith("probe_")}
    # report is what the others are made of; timeline needs captures to say more than the page does.
    assert set(FORMATS) == filters - {"report", "timeline"} | {"json"}
    assert list(show.RENDERERS) == list(FORMATS)


def test_the_version_is_that_of_the_collection() -> None:
    assert f"version: {TEXTS.version}" in (ROOT / "galaxy.yml").read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "the following arguments are required: HOST, --user"),
        (["h"], "required: --user"),
        (["h", "--user", "u", "--port", "x"], "--port: 'x' is not a whole number"),
        (["h", "--user", "u", "--port", "0"], "--port is 0; expected 1 to 65535"),
        (["h", "--user", "u", "--timeout", "nan"], "--timeout is nan; expected 0.1 to 300"),
        (["h", "--user", "u", "--tls", "on"], "--tls: 'on' is unknown; expected disabled, explicit, implicit"),
        (["h", "--user", "u", "--modes", "PASV,pasv"], "--modes: 'pasv' is unknown"),
        (["h", "--user", "u", "--protection", "P"], "--protection P does not work with --tls disabled"),
        (["h", "--user", "u", "--trials", "bounce"], "--trials has bounce; set --foreign-address"),
        (["h", "--user", "u", "--exhaust"], "--passive-ports is not set; --exhaust needs a range of at most 256"),
        (["h", "--user", "u", "--passive-ports", "2-1"], "--passive-ports: '2-1' is inverted"),
        (["h", "--user", "u", "--lan-address", "::1"], "--lan-address is '::1'; expected an IPv4 address"),
        (["h", "--user", "u\nDELE x"], "--user contains a line break"),
        (["h", "--user", "u", "--format", "xml"], "--format: 'xml' is unknown; expected table, json"),
        (["h", "--user", "u", "--passiv-ports", "1"], "unknown option --passiv-ports; did you mean --passive-ports?"),
        (["h", "--user", "u", "--wat"], "unknown option --wat; ftp-probe --help lists all options"),
        (["h", "--use", "u"], "required: --user"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(words: list[str], message: str) -> None:
    with pytest.raises(Usage) as refused:
        parse(words, TEXTS)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "words",
    [
        ["--password", "s3cret"],
        ["--password=s3cret"],
        ["--pasword", "s3cret"],
        ["--pasword=s3cret"],
        ["-ps3cret"],
        ["s3cret"],
    ],
)
def test_a_password_on_the_command_line_is_refused_and_not_repeated(words: list[str]) -> None:
    with pytest.raises(Usage) as refused:
        parsed(*words)
    assert "s3cret" not in str(refused.value)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(Usage) as refused:
        parse(["ftp://probe:s3cret@ftp.example.com", "--user", "probe"], TEXTS)
    assert str(refused.value) == "HOST is not a name or an address; leave out ftp://, the user and the path"


def test_a_host_may_have_the_name_of_a_command() -> None:
    assert parse(["--user", "probe", "--", "serve"], TEXTS).options[POSITIONAL] == "serve"


@pytest.mark.parametrize(
    ("words", "wants"),
    [
        (["h", "--format", "nagios"], True),
        (["h", "--format=nagios", "--wat"], True),
        (["h", "--format", "json"], False),
        (["h", "--nagios", "file"], False),
        (["nagios", "--format"], False),
    ],
)
def test_nagios_gets_its_answer_also_for_bad_usage(words: list[str], wants: bool) -> None:
    assert wants_nagios(words) is wants


def test_files_are_kept_by_their_format() -> None:
    found = parsed("--html", "a.html", "--junit", "b.xml", "--format", "json")
    assert (found.files, found.shown) == ({"html": "a.html", "junit": "b.xml"}, "json")


def test_every_option_of_the_spec_is_documented() -> None:
    assert set(ARGUMENT_SPEC) == set(DOCUMENTED)
