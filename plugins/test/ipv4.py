# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests ipv4_address and ipv4_network; their documentation is in the .yml files beside this."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import refusal


def ipv4_address(value: Any) -> bool:
    """Tell whether the value is a text that is an IPv4 address at which a server can be reached."""
    return isinstance(value, str) and not refusal(value)


def ipv4_network(value: Any) -> bool:
    """Tell whether the value is a text that is an IPv4 network without host bits, or an address alone."""
    # ipaddress takes numbers as well.
    if not isinstance(value, str):
        return False
    try:
        IPv4Network(value)
    except ValueError:
        return False
    return True


class TestModule:
    """What Ansible looks for in a file of tests."""

    def tests(self) -> dict[str, Callable[[Any], bool]]:
        """Return the tests of this file by name."""
        return {"ipv4_address": ipv4_address, "ipv4_network": ipv4_network}
