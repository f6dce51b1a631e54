# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets and the allow-list."""

from __future__ import annotations

import pytest
from ftp_probe_app.exporter.answers import Refused
from ftp_probe_app.exporter.targets import AllowList, Destination


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("FTP.Example.com", "ftp.example.com:21"),
        ("ftp.example.com.:2121", "ftp.example.com:2121"),
        ("203.0.113.13", "203.0.113.13:21"),
        ("2001:DB8:0::1", "[2001:db8::1]:21"),
        ("[2001:db8::1]:990", "[2001:db8::1]:990"),
        ("nas", "nas:21"),
    ],
)
def test_a_target_has_one_form(text: str, shown: str) -> None:
    assert str(Destination.parse(text, 21)) == shown


@pytest.mark.parametrize(
    "text", ["", "a b", "a:0", "a:65536", "a:b", "[a]:21", "[::1", "::1%eth0", "-a", "a..b", "é.example.com", "a" * 300]
)
def test_other_texts_are_no_targets(text: str) -> None:
    with pytest.raises(Refused) as refused:
        Destination.parse(text, 21)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("allow", "target", "allowed"),
    [
        ("ftp.example.com", "ftp.example.com", True),
        ("FTP.example.com.", "ftp.example.com", True),
        ("ftp.example.com", "ftp.example.com:2121", False),
        ("ftp.example.com:2121", "ftp.example.com:2121", True),
        ("ftp.example.com:2121", "ftp.example.com", False),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "badexample.com", False),
        ("203.0.113.0/24", "203.0.113.255", True),
        ("203.0.113.0/24", "203.0.112.1", False),
        ("203.0.113.0/24:990", "203.0.113.1:990", True),
        ("[2001:db8::/32]:990", "[2001:db8::1]:990", True),
        ("2001:db8::1", "2001:db8::1", True),
        ("0.0.0.0/0", "127.0.0.1", False),
        ("0.0.0.0/0", "8.8.8.8", True),
        ("127.0.0.0/8", "127.0.0.1", True),
        ("::/0", "64:ff9b::7f00:1", False),
        ("::/0", "2001:db8::1", True),
        ("203.0.113.0/24", "ftp.example.com", False),
    ],
)
def test_an_entry_is_about_these_targets(allow: str, target: str, allowed: bool) -> None:
    entries, destination = AllowList.parse([allow]), Destination.parse(target, 21)
    if allowed:
        entries.check_destination(destination, 21)
    else:
        with pytest.raises(Refused, match="is not allowed"):
            entries.check_destination(destination, 21)


def test_an_empty_list_allows_nothing() -> None:
    with pytest.raises(Refused, match="is not allowed"):
        AllowList().check_destination(Destination("ftp.example.com", 21), 21)


def test_each_address_of_a_name_has_to_be_in_a_network() -> None:
    entries, destination = AllowList.parse(["ftp.example.com", "203.0.113.0/24"]), Destination("ftp.example.com", 21)
    entries.check_addresses(destination, ["203.0.113.13"])
    with pytest.raises(Refused, match="2001:db8::1"):
        entries.check_addresses(destination, ["203.0.113.13", "2001:db8::1"])


@pytest.mark.parametrize("entry", ["", "*", "*.*.example.com", "203.0.113.1/24", "a b", "ftp.example.com:0", "a/b"])
def test_a_bad_entry_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match="."):
        AllowList.parse([entry])
