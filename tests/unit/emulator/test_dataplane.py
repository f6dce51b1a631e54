# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text for nft, the addresses, and the order in which they come into force; no kernel needed."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Interface

import pytest
from mx_emulator import applier, dataplane
from mx_emulator.config import Network
from mx_emulator.rules import AllowedInbound, OneToOneRule, OneToOneRules, PortForwardingRule, PortForwardingRules
from mx_emulator.settings import Settings
from mx_emulator.state import NetworkState, Site
from mx_emulator.wiring import Address, DataPlaneError

IP_JSON = """[
  {"ifname": "lo", "addr_info": [{"local": "127.0.0.1", "prefixlen": 8}]},
  {"ifname": "eth0", "addr_info": [
    {"local": "203.0.113.2", "prefixlen": 24}, {"local": "203.0.113.20", "prefixlen": 32}]},
  {"ifname": "eth2", "addr_info": [{"local": "198.51.100.2", "prefixlen": 24}]},
  {"ifname": "eth1", "addr_info": [{"local": "192.168.128.1", "prefixlen": 24}]}
]"""
PRESENT = applier.addresses(IP_JSON)
PING = AllowedInbound(protocol="icmp-ping", allowed_ips=["10.0.0.1", "10.1.2.3/8"])
FTP = AllowedInbound(protocol="tcp", destination_ports=["21", "61000-61099"], allowed_ips=["any"])
ALL = AllowedInbound(protocol="any", allowed_ips=["Any", "10.0.0.1"])
MAPPING = OneToOneRule(lan_ip="192.168.128.13", public_ip="203.0.113.13", allowed_inbound=[PING, FTP, ALL])


def forward(public: str, local: str, uplink: str = "internet1") -> PortForwardingRule:
    return PortForwardingRule(
        lan_ip="192.168.128.12",
        public_port=public,
        local_port=local,
        allowed_ips=["any"],
        protocol="tcp",
        uplink=uplink,
    )


def site(
    network: Network,
    mappings: Sequence[OneToOneRule] = (MAPPING,),
    forwards: Sequence[PortForwardingRule] = (),
    mode: str = "routed",
) -> Site:
    settings = Settings.model_validate({"deploymentMode": mode})
    one_to_one = OneToOneRules(rules=list(mappings))
    forwarding = PortForwardingRules(rules=list(forwards))
    return Site(network, NetworkState(settings=settings, one_to_one=one_to_one, port_forwarding=forwarding))


def rules(item: Site, chain: str) -> list[str]:
    """Return the rules that the script adds to a chain."""
    prefix = f"add rule inet mx_emulator {chain} "
    lines = dataplane.script([item], PRESENT).splitlines()
    return [line[len(prefix) :] for line in lines if line.startswith(prefix)]


def test_the_script_starts_with_the_closed_table(network: Network) -> None:
    text = dataplane.script([site(network)], PRESENT)
    assert text.startswith(dataplane.CLOSED.read_text())
    assert text.count("policy drop") == 2


def test_one_to_one_translates_only_what_is_allowed_inbound(network: Network) -> None:
    arrival = 'iifname "eth0" ip daddr 203.0.113.13'
    assert rules(site(network), "prerouting") == [
        f"{arrival} ip saddr {{ 10.0.0.0/8 }} icmp type echo-request dnat ip to 192.168.128.13",
        f"{arrival} tcp dport {{ 21, 61000-61099 }} dnat ip to 192.168.128.13",
        f"{arrival} dnat ip to 192.168.128.13",
        'iifname { "eth1" } ip daddr 203.0.113.13 dnat ip to 192.168.128.13',
    ]


def test_port_forwarding_keeps_an_equal_range_and_maps_a_shifted_one(network: Network) -> None:
    forwards = [forward("61000-61099", "61000-61099"), forward("8100-8101", "442-443", "both")]
    shifted = "dnat ip to 192.168.128.12 : tcp dport map { 8100 : 442, 8101 : 443 }"
    from_outside = rules(site(network, [], forwards), "prerouting")[:3]
    assert from_outside == [
        'iifname "eth0" ip daddr 203.0.113.2 tcp dport 61000-61099 dnat ip to 192.168.128.12',
        f'iifname "eth0" ip daddr 203.0.113.2 tcp dport 8100-8101 {shifted}',
        f'iifname "eth2" ip daddr 198.51.100.2 tcp dport 8100-8101 {shifted}',
    ]


def test_a_mapped_host_leaves_by_its_public_address_before_the_rule_for_all(network: Network) -> None:
    assert rules(site(network), "postrouting")[1:] == [
        'oifname "eth0" ip saddr 192.168.128.13 snat ip to 203.0.113.13',
        'oifname "eth0" ip saddr { 192.168.128.0/24 } snat ip to 203.0.113.2',
        'oifname "eth2" ip saddr { 192.168.128.0/24 } snat ip to 198.51.100.2',
    ]


@pytest.mark.parametrize(
    ("firmware", "helps"),
    [
        ("wired-12-24", False),
        ("wired-12-25", True),
        ("wired-13-5", False),
        ("wired-13-6", True),
        ("wired-18-107-10", True),
        ("wired-26-1", True),
    ],
)
def test_the_outbound_helper_comes_with_firmware(network: Network, firmware: str, helps: bool) -> None:
    item = site(network.model_copy(update={"firmware": firmware}))
    assert bool(rules(item, "helpers")) is helps
    assert ("add ct helper" in dataplane.script([item], PRESENT)) is helps


def test_no_uplink_without_a_gateway_is_steered(network: Network) -> None:
    assert rules(site(network), "steering") == [
        'iifname "eth0" ct direction original ct mark set 7700',
        'iifname { "eth1" } ip daddr != { 192.168.128.0/24 } ct direction original meta mark set 7700',
        'iifname { "eth1" } ip daddr != { 192.168.128.0/24 } ct direction reply meta mark set ct mark',
    ]
    other = site(network.model_copy(update={"primary_uplink": "internet2"}))
    assert len(rules(other, "steering")) == 2


def test_routes_are_made_for_uplinks_with_a_gateway(network: Network) -> None:
    machine = Machine()
    applier.route([network], machine)
    assert machine.commands == [
        "ip rule flush protocol 77",
        "ip route replace default via 203.0.113.1 dev eth0 table 7700",
        "ip rule add fwmark 7700 lookup 7700 protocol 77",
    ]


def test_passthrough_translates_nothing(network: Network) -> None:
    item = site(network, forwards=[forward("21", "21")], mode="passthrough")
    assert rules(item, "prerouting") == rules(item, "postrouting") == []
    assert rules(item, "forward") == [
        'iifname { "eth1" } accept',
        'iifname "eth0" oifname { "eth1" } accept',
        'iifname "eth2" oifname { "eth1" } accept',
    ]
    assert dataplane.wanted_addresses([item], PRESENT) == set()


@pytest.mark.parametrize(
    ("missing", "error"),
    [
        ("eth2", "no interface has 198.51.100.2/24, the address of internet2 of network N_100001"),
        ("eth1", "no interface has an address in 192.168.128.0/24, a LAN of network N_100001"),
    ],
)
def test_missing_interfaces_are_named(network: Network, missing: str, error: str) -> None:
    present = [item for item in PRESENT if item.device != missing]
    with pytest.raises(DataPlaneError, match=error):
        dataplane.script([site(network)], present)


class Machine:
    """Answers `ip -json`, notes every other command, and refuses those that begin like failing."""

    def __init__(self, failing: str = "nothing") -> None:
        self.commands: list[str] = []
        self.failing = failing

    def __call__(self, command: Sequence[str], text: str) -> str:
        line = " ".join(command)
        if line == "ip -json -4 address show":
            return IP_JSON
        self.commands.append(line)
        if line.startswith(self.failing):
            raise DataPlaneError(line)
        return ""


def test_new_addresses_come_before_the_rules_and_stale_ones_go_after(network: Network) -> None:
    machine = Machine()
    applier.apply([site(network)], machine)
    assert machine.commands == [
        "ip address add 203.0.113.13/32 dev eth0",
        "nft -f -",
        "ip address del 203.0.113.20/32 dev eth0",
    ]


def test_refused_rules_leave_no_new_address(network: Network) -> None:
    machine = Machine(failing="nft")
    with pytest.raises(DataPlaneError):
        applier.apply([site(network)], machine)
    assert machine.commands == [
        "ip address add 203.0.113.13/32 dev eth0",
        "nft -f -",
        "ip address del 203.0.113.13/32 dev eth0",
    ]


def test_addresses_that_stay_are_not_touched(network: Network) -> None:
    machine = Machine()
    applier.apply([site(network, [OneToOneRule(lan_ip="192.168.128.13", public_ip="203.0.113.20")])], machine)
    assert machine.commands == ["nft -f -"]


def test_a_failing_command_is_quoted() -> None:
    with pytest.raises(DataPlaneError, match="sh -c .*: no such table"):
        applier.run(["sh", "-c", "echo no such table >&2; exit 1"])


def test_addresses_are_read_with_their_interface() -> None:
    assert Address("eth1", IPv4Interface("192.168.128.1/24")) in PRESENT
