# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an attempt to misuse the exporter gets; docs/exporter.md shows the same table."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from faulty_script import Script
from faulty_server import PASSWORD, USER, running
from ftp_probe_app.exporter import targets
from ftp_probe_app.exporter.answers import Refused
from ftp_probe_app.exporter.metrics import Counts
from ftp_probe_app.exporter.schedule import Schedule
from ftp_probe_app.exporter.scrape import Outcome, Scraper, probed
from ftp_probe_app.exporter.settings import Settings
from ftp_probe_app.exporter.web import Request

ROOT = Path(__file__).parents[5]
PAGE = ROOT / "docs" / "exporter.md"
# What the names of these attempts resolve to.
NAMES = {"inside.example.com": ("10.0.0.5",), "localhost": ("127.0.0.1",), "metadata.example.com": ("169.254.169.254",)}
ALLOW = ["*.example.com", "203.0.113.0/24", "0.0.0.0/0:2121"]
NOT_ALLOWED = "is not allowed; add it to allow in the file of the exporter"
NO_NETWORK = "which no network in allow includes; add the address if it is right"
NO_HOST = "expected a host name of ASCII letters, digits and hyphens, or an IP address"
# Attempt, parameters of the URL, status, end of the message.
ATTEMPTS = [
    ("the metadata service of a cloud", "target=169.254.169.254&module=m", 403, NOT_ALLOWED),
    ("the same, where `0.0.0.0/0:2121` is allowed", "target=169.254.169.254:2121&module=m", 403, NOT_ALLOWED),
    ("this host, by name", "target=localhost&module=m", 403, NOT_ALLOWED),
    ("this host, as 0.0.0.0", "target=0.0.0.0:2121&module=m", 403, NOT_ALLOWED),
    ("this host, in IPv6", "target=[::1]&module=m", 403, NOT_ALLOWED),
    ("an IPv4 address in an IPv6 address", "target=[::ffff:127.0.0.1]&module=m", 400, "and leave out a zone"),
    ("an address as one number", "target=2130706433&module=m", 400, NO_HOST),
    ("an address in octal", "target=0177.0.0.1&module=m", 400, NO_HOST),
    ("an address in hexadecimal", "target=0x7f000001&module=m", 400, NO_HOST),
    ("a short address", "target=127.1&module=m", 400, NO_HOST),
    ("credentials", "target=user:secret@ftp.example.com&module=m", 400, "in a module of the file, not in the URL"),
    ("a second command behind a line break", "target=ftp.example.com%0d%0aDELE+x&module=m", 400, NO_HOST),
    ("a URL", "target=ftp://ftp.example.com/&module=m", 400, "expected HOST or HOST:PORT, without scheme and path"),
    ("a path", "target=ftp.example.com/etc&module=m", 400, "expected HOST or HOST:PORT, without scheme and path"),
    ("another port of an allowed host", "target=203.0.113.13:22&module=m", 403, NOT_ALLOWED),
    ("an allowed name with the address of another network", "target=inside.example.com&module=m", 403, NO_NETWORK),
    (
        "an allowed name with the address of the metadata service",
        "target=metadata.example.com&module=m",
        403,
        NO_NETWORK,
    ),
    ("a name that ends like an allowed one", "target=badexample.com&module=m", 403, NOT_ALLOWED),
    ("an unknown module", "target=203.0.113.13&module=x", 400, "unknown module 'x'; the file has: m"),
    (
        "two targets",
        "target=203.0.113.13&target=10.0.0.1&module=m",
        400,
        "the URL has target 2 times; expected it once",
    ),
]


def settings(allow: list[str], **options: Any) -> Settings:
    """Return settings with one module, m."""
    module = {"user": USER, "password_env": "PROBE_PASSWORD", "modes": ["PASV"], **options}
    return Settings.parse({"allow": allow, "modules": {"m": module}}, Path())


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let names resolve without a network."""
    monkeypatch.setenv("PROBE_PASSWORD", PASSWORD)
    monkeypatch.setattr(targets, "resolve", NAMES.__getitem__)


@pytest.mark.parametrize(("parameters", "status", "message"), [each[1:] for each in ATTEMPTS])
def test_an_attempt_is_refused_before_anything_is_connected_to(
    parameters: str, status: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule: Schedule[Outcome] = Schedule(1, 1)
    scraper = Scraper(lambda: settings(ALLOW), schedule, Counts(), 0.5)
    monkeypatch.setattr("ftp_probe_app.exporter.scrape.survey", None)
    with pytest.raises(Refused, match=".+") as refused:
        scraper.answer(Request.parse(f"GET /probe?{parameters} HTTP/1.1\r\nHost: x".encode()))
    schedule.close()
    assert refused.value.status == status
    assert str(refused.value).endswith(message)
    assert "secret" not in str(refused.value)


def test_the_documentation_shows_the_same_table() -> None:
    rows = [f"| {what} | `{parameters}` | {status} | ...{message} |" for what, parameters, status, message in ATTEMPTS]
    assert [line for line in PAGE.read_text().splitlines() if line in rows] == rows


def test_a_target_with_a_raw_line_break_is_no_request() -> None:
    with pytest.raises(Refused, match="expected a request line"):
        Request.parse(b"GET /probe?target=a\r\nb HTTP/1.1")


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([("127.77.0.1",), ("127.77.0.2",), ("127.77.0.2",)])
    monkeypatch.setattr(targets, "resolve", lambda _host: next(answers))
    with running("127.77.0.1", Script(), tmp_path, tmp_path) as server:
        port = int(server.address[1])
        allowed = settings([f"rebinding.example.com:{port}", "127.77.0.1"])
        destination = targets.Destination("rebinding.example.com", port)
        outcome = probed(allowed.allow, allowed.modules["m"], destination, time.monotonic() + 30)
        assert outcome.result["cells"][0]["control_address"] == "127.77.0.1"
        assert outcome.passed
        with pytest.raises(Refused, match="has the address 127.77.0.2"):
            probed(allowed.allow, allowed.modules["m"], destination, time.monotonic() + 30)


def test_a_passive_reply_that_names_another_host_is_not_followed(tmp_path: Path) -> None:
    with running("127.77.0.3", Script.parse(["PASVBADIP 127.77.0.4"]), tmp_path, tmp_path) as server:
        allowed = settings(["127.77.0.0/24"])
        destination = targets.Destination("127.77.0.3", int(server.address[1]))
        outcome = probed(allowed.allow, allowed.modules["m"], destination, time.monotonic() + 30)
    (cell,) = outcome.result["cells"]
    assert (cell["outcome"], cell["data_address"]) == ("foreign", "127.77.0.4")
    assert "probe_success 0\n" in outcome.metrics()


def test_no_module_may_follow_such_a_reply() -> None:
    with pytest.raises(ValueError, match="follow_foreign_address is not for the exporter"):
        settings(ALLOW, follow_foreign_address=True)
