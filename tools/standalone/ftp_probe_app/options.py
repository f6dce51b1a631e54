# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the probe: an option for each option of the module ftp_probe, and those for its outputs."""

from __future__ import annotations

import argparse
import difflib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable, NoReturn

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC, refuse_bad

from ftp_probe_app.texts import Texts
from ftp_probe_app.usage import Usage

TABLE, NAGIOS = "table", "nagios"
# Name of an output -> what it is, and a file for it.
FORMATS = {
    TABLE: ("text for people: cells, clients, findings and remedies", "report.txt"),
    "json": ("the report as JSON, for programs", "report.json"),
    "junit": ("JUnit XML, for CI servers", "report.xml"),
    "html": ("a page to look at, with the dialogue of each cell", "report.html"),
    "markdown": ("Markdown, for the summary of a job or an issue", "report.md"),
    NAGIOS: ("text for Nagios, Icinga and others", "report.nagios"),
    "prometheus": ("metrics for the textfile collector of node_exporter", "ftp.prom"),
}
# What stands for the host and the password is no option.
POSITIONAL, SECRET = "host", "password"
_WORDS = {POSITIONAL: "HOST", SECRET: "the password"}
# Heading in the help -> options of the module.
GROUPS = {
    "server and login": (POSITIONAL, "port", "user", "directory"),
    "what to try": ("modes", "tls", "protection", "validate_certs", "size", "timeout", "active_address"),
    "what you expect of the server": ("public_address", "passive_ports", "lan_address", "uplink"),
    "optional checks": (
        "range_check",
        "exhaust",
        "trials",
        "long_transfer",
        "foreign_address",
        "follow_foreign_address",
    ),
}
USAGE = ("ftp-probe [OPTION...] HOST", "ftp-probe explain [ID...]", "ftp-probe serve [OPTION...]")
DESCRIPTION = (
    "Test an FTP server with real transfers in every mode, and name the fault. Each mode logs in, uploads random bytes,"
    " downloads them, compares them and deletes the file. The result says what works, what does not, and which setting"
    " fixes it."
)
FORMAT_SUMMARY = f"Format of standard output: {', '.join(FORMATS)}. Default: {TABLE}. Example: --format json"
PASSWORD_FILE = "Read the password from the first line of this file. Example: --password-file ~/.ftp-probe"
PASSWORD_WAYS = (
    "The password is never an argument, because every user of this machine can read the arguments of a process. It"
    " comes from --password-file, else from the environment variable FTP_PROBE_PASSWORD, else ftp-probe asks for it."
)
EXIT_CODES = {
    "0": "Every mode works and there is no finding.",
    "1": "A mode does not work, there is a finding, or HOST could not be probed.",
    "2": "The command line cannot be used, or a file cannot be read or written.",
    "130": "Interrupted with Ctrl-C.",
}
NAGIOS_CODES = (
    "With --format nagios the codes are those of Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. 3 also means that"
    " the command line cannot be used."
)
# What it does, and the command.
EXAMPLES = (
    ("Which modes work, and why not the others?", "ftp-probe ftp.example.com --user probe"),
    (
        "The same with TLS, from a script, with a page to look at:",
        "ftp-probe ftp.example.com --user probe --password-file secret --tls explicit --html report.html",
    ),
    ("What does a finding mean?", "ftp-probe explain private-address-announced"),
)
SUBCOMMANDS = (
    "A host that is called explain or serve comes after two hyphens: ftp-probe --user probe -- serve. ftp-probe serve"
    " --help has the options of the Prometheus exporter."
)


@dataclass(frozen=True)
class Wanted:
    """What a command line asks for.

    options: of the module, but for the password.  password_file: "" if none.  shown: the format on standard output.
    files: format -> path.
    """

    options: Mapping[str, Any]
    password_file: str
    shown: str
    files: Mapping[str, str]


def parse(words: Sequence[str], texts: Texts) -> Wanted:
    """Return what the words ask for.  Raise Usage that says what is wrong with them, SystemExit after --help."""
    made = parser(texts)
    found, rest = made.parse_known_args(words)
    if rest:
        raise Usage(_unknown(rest, made.flags()))
    given = {name: getattr(found, name) for name in ARGUMENT_SPEC if name != SECRET}
    check({**given, SECRET: ""})
    files = {name: getattr(found, f"{name}_file") for name in FORMATS}
    return Wanted(given, found.password_file, found.format, {name: path for name, path in files.items() if path})


def check(options: dict[str, Any]) -> None:
    """Raise Usage that says which of the options cannot be used."""
    if any(mark in options[POSITIONAL] for mark in "@/"):
        # It may be a URL with a password: it is not repeated.
        raise Usage("HOST is not a name or an address; leave out ftp://, the user and the path")
    try:
        refuse_bad(options, named)
    except ValueError as error:
        raise Usage(str(error)) from error


def named(name: str) -> str:
    """Return what a user of the command line calls an option of the module."""
    return _WORDS.get(name) or f"--{name.replace('_', '-')}"


def wants_nagios(words: Sequence[str]) -> bool:
    """Return whether words that cannot be used ask for the text and the exit codes of Nagios."""
    pairs = [*words, ""]
    return any(
        word == f"--format={NAGIOS}" or (word, after) == ("--format", NAGIOS) for word, after in zip(pairs, pairs[1:])
    )


def parser(texts: Texts) -> _Parser:
    """Return the parser of everything but the subcommands."""
    made = _Parser(
        prog="ftp-probe",
        usage="\n       ".join(USAGE),
        description=DESCRIPTION,
        epilog=_epilog(),
        formatter_class=_Formatter,
        add_help=False,
        allow_abbrev=False,
    )
    for title, names in GROUPS.items():
        group = made.add_argument_group(title)
        for name in names:
            group.add_argument(name if name == POSITIONAL else named(name), **_keywords(name, texts))
    _add_password(made.add_argument_group("password", PASSWORD_WAYS))
    _add_outputs(made.add_argument_group("output"))
    other = made.add_argument_group("other")
    other.add_argument("-h", "--help", action="help", help="Show this and exit.")
    other.add_argument("--version", action="version", version=f"ftp-probe {texts.version}", help="Show the version.")
    return made


def summary(name: str, texts: Texts) -> str:
    """Return what an option does, with its choices, default and example, in a line or two."""
    spec = ARGUMENT_SPEC[name]
    # Which words a single choice has, the usage shows.
    choices = f"One or more of {', '.join(spec['choices'])}." if spec["type"] == "list" else ""
    default = spec.get("default")
    said = "" if default in (None, False, []) else f"Default: {_written(default)}."
    # An option without a value is its own example.
    example = "" if spec["type"] == "bool" else f"Example: {example_of(name, texts)}"
    required = "Required." if spec.get("required") and name != POSITIONAL else ""
    return " ".join(filter(None, [_first_sentence(texts.options[name][0]), choices, required, said, example]))


def example_of(name: str, texts: Texts) -> str:
    """Return an option with a value, as it is typed."""
    return texts.examples[name] if name == POSITIONAL else f"{named(name)} {texts.examples[name]}"


def metavar(name: str) -> str:
    """Return what stands for the value of an option; "" for an option without one."""
    spec = ARGUMENT_SPEC[name]
    if spec["type"] == "bool":
        return ""
    one = f"{{{','.join(spec['choices'])}}}" if "choices" in spec and spec["type"] == "str" else ""
    return one or _KINDS[spec["type"]][1]


def file_summary(name: str) -> str:
    """Return what the option of a further output does."""
    what, file = FORMATS[name]
    return f"Also write this file: {what}. Example: --{name} {file}"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong by an exception, so that the caller chooses where it is shown."""

    def error(self, message: str) -> NoReturn:
        raise Usage(message.removeprefix("argument "))

    def flags(self) -> list[str]:
        """Return all options as they are typed."""
        return [flag for action in self._actions for flag in action.option_strings]


class _Formatter(argparse.HelpFormatter):
    """Help of at most 100 columns, with room for the names of the options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=34, width=min(100, shutil.get_terminal_size().columns))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Wrap paragraphs, but leave examples, which are indented, as they are."""
        fill = super()._fill_text
        return "\n\n".join(part if "\n" in part else fill(part, width, indent) for part in text.split("\n\n"))


class _Refused(argparse.Action):
    """The option --password, which would show the password to everybody."""

    def __call__(self, *_words: object, **_options: object) -> NoReturn:
        raise Usage(f"--password is not accepted. {PASSWORD_WAYS}")


def _add_password(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--password-file", default="", metavar="FILE", help=PASSWORD_FILE)
    group.add_argument("--password", nargs="?", action=_Refused, help=argparse.SUPPRESS)


def _add_outputs(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--format",
        type=_word(tuple(FORMATS)),
        default=TABLE,
        metavar="FORMAT",
        help=FORMAT_SUMMARY,
    )
    for name in FORMATS:
        group.add_argument(f"--{name}", dest=f"{name}_file", default="", metavar="FILE", help=file_summary(name))


def _keywords(name: str, texts: Texts) -> dict[str, Any]:
    """Return what argparse has to know of an option."""
    spec = ARGUMENT_SPEC[name]
    if name == POSITIONAL:
        return {"metavar": named(name), "help": _escaped(summary(name, texts))}
    common = {"dest": name, "default": spec.get("default"), "help": _escaped(summary(name, texts))}
    if spec["type"] == "bool":
        return {**common, "action": "store_true"}
    read = _KINDS[spec["type"]][0](tuple(spec.get("choices", ())))
    return {**common, "type": read, "metavar": metavar(name), "required": spec.get("required", False)}


def _word(choices: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if choices and text not in choices:
            raise argparse.ArgumentTypeError(f"{text!r} is unknown; expected {', '.join(choices)}")
        return text

    return read


def _words(choices: Sequence[str]) -> Callable[[str], list[str]]:
    return lambda text: [_word(choices)(word) for word in text.split(",")]


def _number(kind: Callable[[str], float], what: str) -> Callable[[Sequence[str]], Callable[[str], float]]:
    def read(text: str) -> float:
        try:
            return kind(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} is not {what}") from error

    return lambda _choices: read


# Type of an option of the module -> how its text is read, and what stands for it in the help.
_KINDS: dict[str, tuple[Callable[[Sequence[str]], Callable[[str], Any]], str]] = {
    "str": (_word, "TEXT"),
    "int": (_number(int, "a whole number"), "NUMBER"),
    "float": (_number(float, "a number"), "NUMBER"),
    "list": (_words, "LIST"),
}


def _unknown(words: Sequence[str], flags: Sequence[str]) -> str:
    """Return what is wrong with words that no option takes; their values may be secret and are not repeated."""
    options = [word for word in words if word.startswith("-")]
    if not options:
        return "there is more than one HOST; give one, and each option in front of its value"
    name = options[0].split("=", maxsplit=1)[0] if options[0].startswith("--") else options[0][:2]
    near = difflib.get_close_matches(name, flags, 1, cutoff=0.7)
    return f"unknown option {name}; " + (f"did you mean {near[0]}?" if near else "ftp-probe --help lists all options")


def _epilog() -> str:
    examples = (f"  {what}\n    {command}" for what, command in EXAMPLES)
    codes = (f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES.items())
    parts = ["\n".join(["examples:", *examples]), "\n".join(["exit codes:", *codes]), NAGIOS_CODES, SUBCOMMANDS]
    return "\n\n".join(parts)


def _first_sentence(text: str) -> str:
    """Return the first sentence; what an option without a value does, in the imperative."""
    first = text.split(". ", maxsplit=1)[0].removesuffix(".") + "."
    said = first.removeprefix("Whether to ")
    return said[0].upper() + said[1:]


def _written(value: object) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
