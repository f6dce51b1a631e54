# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts the LANs of the twin have."""

from __future__ import annotations

from mx_emulator.lan import Lan, Vlan
from twin import layout


def test_no_host_has_the_address_of_the_network_or_the_broadcast_address() -> None:
    vlan = Vlan(id="20", name="Office", subnet="10.20.0.0/23", appliance_ip="10.20.0.1")
    lan = Lan(vlans_enabled=True, vlans=[vlan])
    (found,) = layout.segments(lan, ["10.20.0.0", "10.20.0.255", "10.20.1.255", "10.20.0.1"])
    assert found.hosts == ("10.20.0.255",)
