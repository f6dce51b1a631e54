# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests ipv4_address and ipv4_network; their documentation is in the .yml files beside this."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any, Callable


def ipv4_address(value: Any) -> bool:
    """Tell whether the value is a text that is an IPv4 address."""
    return _is(IPv4Address, value)


def ipv4_network(value: Any) -> bool:
    """Tell whether the value is a text that is an IPv4 network without host bits, or an address alone."""
    return _is(IPv4Network, value)


def _is(kind: Callable[[str], object], value: Any) -> bool:
    # ipaddress takes numbers as well.
    if not isinstance(value, str):
        return False
    try:
        kind(value)
    except ValueError:
        return False
    return True


class TestModule:
    """What Ansible looks for in a file of tests."""

    def tests(self) -> dict[str, Callable[[Any], bool]]:
        """Return the tests of this file by name."""
        return {"ipv4_address": ipv4_address, "ipv4_network": ipv4_network}
