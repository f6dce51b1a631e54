# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates as they are met, and bytes that are none."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.certificate import MAX_BYTES, read_certificate
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Certificate
from ansible_collections.mxlab.ftp.tests.unit.plugins.certificates import make_certificate

NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
SECRET = "correct-horse"


def day(year: int, month: int = 1) -> datetime:
    return datetime(year, month, 1, tzinfo=timezone.utc)


def read(der: bytes, name: str = "ftp.example.com") -> Certificate:
    return read_certificate(der, name, NOW, SECRET)


def test_what_a_certificate_says() -> None:
    der = make_certificate(
        ("ftp.example.com", "*.lab.example"), ("203.0.113.13", "2001:db8::1"), valid=(day(2026), day(2060))
    )[1]
    assert read(der) == Certificate(
        subject="O=Lab, CN=ftp.example.com",
        issuer="O=Lab, CN=ftp.example.com",
        names=("ftp.example.com", "*.lab.example", "203.0.113.13", "2001:db8::1"),
        not_before="2026-01-01T00:00:00Z",
        # Beyond 2049 the time has another form (RFC 5280 section 4.1.2.5).
        not_after="2060-01-01T00:00:00Z",
        expired=False,
        not_yet_valid=False,
        self_signed=True,
        name_matches=True,
    )


@pytest.mark.parametrize(
    ("years", "expired", "not_yet_valid"),
    [((1999, 2026), True, False), ((2020, 2027), False, False), ((2027, 2028), False, True)],
)
def test_its_time(years: tuple[int, int], expired: bool, not_yet_valid: bool) -> None:
    found = read(make_certificate(valid=(day(years[0]), day(years[1])))[1])
    assert (found.expired, found.not_yet_valid) == (expired, not_yet_valid)


def test_its_issuer() -> None:
    found = read(make_certificate(issuer="Lab CA")[1])
    assert (found.issuer, found.self_signed) == ("O=Lab, CN=Lab CA", False)


@pytest.mark.parametrize(
    ("name", "matches"),
    [
        ("ftp.example.com", True),
        ("FTP.Example.COM.", True),
        ("a.lab.example", True),
        ("a.b.lab.example", False),
        ("lab.example", False),
        ("203.0.113.13", True),
        ("203.0.113.12", False),
        ("example.com", False),
    ],
)
def test_whom_it_is_for(name: str, matches: bool) -> None:
    der = make_certificate(("ftp.example.com", "*.lab.example"), ("203.0.113.13",))[1]
    assert read(der, name).name_matches is matches


def test_a_common_name_is_no_name_that_clients_of_today_look_at() -> None:
    found = read(make_certificate((), ())[1])
    assert (found.names, found.name_matches) == ((), False)


def test_the_secret_and_escapes_are_nowhere() -> None:
    found = read(make_certificate((f"{SECRET}.example",), (), subject=f"\x1b[31m{SECRET}")[1])
    assert SECRET not in repr(found)
    assert found.subject == r"O=Lab, CN=\x1b[31m********"


@pytest.mark.parametrize("cut", range(0, 300, 7))
def test_bytes_that_are_no_certificate_are_refused(cut: int) -> None:
    with pytest.raises(ValueError, match="."):
        read(make_certificate()[1][:cut])


def test_more_than_a_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match=str(MAX_BYTES)):
        read(make_certificate(tuple(f"{number}.example" for number in range(2000)))[1])
