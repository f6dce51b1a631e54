# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind with the first and the last address of each block, and the neighbours of the blocks."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import is_lan, kind_of, refusal

KINDS = {
    "unspecified": ("0.0.0.0", "0.255.255.255", "::"),
    "loopback": ("127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"),
    "link-local": ("169.254.0.0", "169.254.1.1", "169.254.255.255", "fe80::1", "fe80::1%eth0", "febf::1"),
    "private": (
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.168.0.0",
        "192.168.255.255",
        "fc00::1",
        "fd00::1",
        "fdff::1",
        "::ffff:10.0.0.1",
    ),
    "carrier": ("100.64.0.0", "100.127.255.255"),
    "multicast": ("224.0.0.1", "239.255.255.255", "ff02::1"),
    "reserved": ("192.88.99.0", "192.88.99.255", "240.0.0.1", "255.255.255.255"),
    "public": (
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "223.255.255.255",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "2001:db8::1",
        "2606:4700::1",
        "fbff::1",
        "fec0::1",
        "::ffff:203.0.113.1",
    ),
    "": ("", "ftp.example.com", "192.0.2", "192.0.2.256", "192.0.2.0/24", "[::1]"),
}
CASES = [(address, kind) for kind, addresses in KINDS.items() for address in addresses]


@pytest.mark.parametrize(("address", "kind"), CASES)
def test_kind(address: str, kind: str) -> None:
    assert kind_of(address) == kind


@pytest.mark.parametrize(("address", "kind"), CASES)
def test_addresses_of_a_lan(address: str, kind: str) -> None:
    assert is_lan(address) is (kind in ("private", "link-local"))


@pytest.mark.parametrize(("address", "kind"), CASES)
def test_which_addresses_a_server_can_have(address: str, kind: str) -> None:
    told = refusal(address)
    if ":" in address or not kind:
        assert told == "is not an IPv4 address"
    elif kind in ("private", "carrier", "public"):
        assert told == ""
    else:
        assert kind in told
