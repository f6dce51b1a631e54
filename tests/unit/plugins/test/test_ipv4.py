# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as an IPv4 address and as a network."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.test.ipv4 import ipv4_address, ipv4_network


@pytest.mark.parametrize(
    ("value", "address", "network"),
    [
        ("192.168.128.13", True, True),
        ("192.168.128.0/24", False, True),
        ("0.0.0.0/0", False, True),
        pytest.param("192.168.128.13/24", False, False, id="bits of a host"),
        pytest.param("192.168.128.0/33", False, False, id="prefix that is too long"),
        pytest.param("192.168.128.256", False, False, id="no octet"),
        pytest.param("192.168.128", False, False, id="three octets"),
        pytest.param("ftp.example.com", False, False, id="name"),
        pytest.param("2001:db8::1", False, False, id="IPv6"),
        pytest.param("", False, False, id="nothing"),
        pytest.param("0.0.0.0", False, True, id="unspecified"),
        pytest.param("0.1.2.3", False, True, id="this network"),
        pytest.param("127.0.0.1", False, True, id="loopback"),
        pytest.param("169.254.1.1", False, True, id="link-local"),
        pytest.param("224.0.0.1", False, True, id="multicast"),
        pytest.param("240.0.0.1", False, True, id="reserved"),
        pytest.param("255.255.255.255", False, True, id="broadcast"),
        pytest.param("100.64.0.1", True, True, id="carrier"),
        pytest.param("::ffff:192.0.2.1", False, False, id="IPv4 in IPv6"),
        pytest.param(3232268301, False, False, id="number"),
    ],
)
def test_each_is_told(value: Any, address: bool, network: bool) -> None:
    assert (ipv4_address(value), ipv4_network(value)) == (address, network)
