# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mx_reach against packets: its verdict and its translation are what the emulator's nftables do to real traffic.

Rule sets and flows are random, from one seed, over few addresses and ports so that they often meet.  The two sides
share no code: mx_reach computes with sets of packets, the emulator writes nftables.  Kinds of rules that the emulator
does not have are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.inbound import inbound
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import known_lists
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.outbound import outbound
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    Interval,
    Packets,
    address,
    address_text,
    meet,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import ADMITTED, STOPPED, Part
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Lists
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole

from .lab import CLIENTS, HOSTS, OWN, PROTOCOLS, PUBLIC, USABLE, Api, Lab, Packet, site_facts

pytestmark = pytest.mark.skipif(not USABLE, reason="needs root, ip, nft, nsenter and Python's os.setns (3.12)")

SEED = 20
RULE_SETS, FLOWS = 60, 48  # flows in each direction
QUICK, PATIENT = 0.05, 2.0  # seconds without a packet
UPLINKS = list(OWN)
PORTS = [20, 21, 22, 60999, 61000, 61001, 61050, 61099, 61100]
SOURCES = [["any"], ["Any"], ["203.0.113.100"], ["203.0.113.96/28", "198.51.100.0/25"], ["0.0.0.0/1", "198.51.100.101"]]
CLIENT_BLOCKS = ["Any", "any", "203.0.113.100/32", "203.0.113.128/25,198.51.100.100", "198.51.100.0/24"]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with ExitStack() as stack:
        yield Lab(stack)


class Dice:
    """What is random about rules and flows."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.one = self.random.choice

    def ports(self) -> str:
        """Return a port or a range, often one that begins or ends where a flow goes."""
        first, last = sorted((self.one(PORTS), self.one(PORTS)))
        return str(first) if self.random.random() < 0.3 else f"{first}-{last}"

    def port_list(self) -> str:
        """Ports as firewall rules have them: any, one range, or several ports."""
        several = ",".join(str(port) for port in self.random.sample(PORTS, 3))
        return str(self.one(["Any", "1024-40000", several, self.ports()]))

    def one_to_one(self) -> dict[str, Any]:
        home = self.one(UPLINKS)
        uplink = home if self.random.random() < 0.9 else self.one(UPLINKS)
        entries = [self._entry() for _number in range(self.random.randint(0, 4))]
        rule = {"publicIp": self.one(PUBLIC[home]), "lanIp": self.one(HOSTS), "uplink": uplink}
        return {**rule, "allowedInbound": entries}

    def one_to_many(self) -> dict[str, Any]:
        uplink = self.one(UPLINKS)
        rules = [{**self._forward(), "localIp": self.one(HOSTS)} for _number in range(self.random.randint(1, 3))]
        return {"publicIp": self.one(PUBLIC[uplink]), "uplink": uplink, "portRules": rules}

    def port_forwarding(self) -> dict[str, Any]:
        return {**self._forward(), "lanIp": self.one(HOSTS), "uplink": self.one([*UPLINKS, "both"])}

    def inbound_firewall(self) -> dict[str, Any]:
        targets = [*OWN.values(), *chain.from_iterable(PUBLIC.values())]
        return self._filter(self.one(CLIENT_BLOCKS), self.one([*targets, "any", "203.0.113.0/28", f"{HOSTS[0]}/31"]))

    def l3_firewall(self) -> dict[str, Any]:
        return self._filter(
            self.one([*HOSTS, "Any", "192.168.128.12/31", ",".join(HOSTS[:2])]), self.one(CLIENT_BLOCKS)
        )

    def _entry(self) -> dict[str, Any]:
        protocol = self.one(["tcp", "tcp", "tcp", "udp", "any", "icmp-ping"])
        ports = [self.ports() for _number in range(self.random.randint(1, 3))] if protocol in PROTOCOLS else []
        return {"protocol": protocol, "destinationPorts": ports, "allowedIps": self.one(SOURCES)}

    def _forward(self) -> dict[str, Any]:
        public = self.ports()
        first, _dash, last = public.partition("-")
        shift = self.one([0, 0, -1, 7, -9000 if int(first) > 9000 else 9000])
        local = "-".join(str(int(port) + shift) for port in (first, last) if port)
        allowed = self.one(SOURCES)
        return {
            "protocol": self.one(["tcp", "tcp", "udp"]),
            "publicPort": public,
            "localPort": local,
            "allowedIps": allowed,
        }

    def _filter(self, source: str, destination: str) -> dict[str, Any]:
        protocol = self.one(["tcp", "tcp", "udp", "any", "Any", "icmp"])
        has_ports = protocol in PROTOCOLS
        ports = {end: self.port_list() if has_ports else "Any" for end in ("srcPort", "destPort")}
        for end in ports:
            if self.random.random() < 0.6:
                ports[end] = "Any"
        where = {"srcCidr": source, "destCidr": destination}
        return {"policy": self.one(["allow", "deny"]), "protocol": protocol, **where, **ports}


KINDS: dict[str, tuple[Callable[[Dice], dict[str, Any]], int]] = {
    "one_to_one_nat": (Dice.one_to_one, 6),
    "one_to_many_nat": (Dice.one_to_many, 6),
    "port_forwarding": (Dice.port_forwarding, 12),
    "inbound_firewall": (Dice.inbound_firewall, 6),
    "l3_firewall": (Dice.l3_firewall, 4),
}


class Traffic:
    """Packets of which no two are taken for each other, not even by the memory that connections leave in the MX."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._numbers = count(1024)

    def inbound(self, targets: Sequence[tuple[str, int]]) -> Packet:
        anywhere = [*OWN.values(), *chain.from_iterable(PUBLIC.values()), HOSTS[0]]
        at_random = (self._dice.one(anywhere), self._port())
        destination, port = self._dice.one(targets) if targets and self._dice.random.random() < 0.7 else at_random
        return Packet(
            self._protocol(), self._dice.one(CLIENTS[way_to(destination)]), next(self._numbers), destination, port
        )

    def outbound(self) -> Packet:
        destination = self._dice.one(CLIENTS[self._dice.one(UPLINKS)])
        source, number = self._dice.one(HOSTS), next(self._numbers)
        source_port, port = self._dice.one([(20, number), (number, self._port())])
        return Packet(self._protocol(), source, source_port, destination, port)

    def again(self, packet: Packet) -> Packet:
        """Return the same flow by another connection."""
        if packet.source_port == 20:
            return packet
        return packet._replace(source_port=next(self._numbers))

    def _protocol(self) -> str:
        return str(self._dice.one(["tcp", "tcp", "tcp", "udp"]))

    def _port(self) -> int:
        return int(self._dice.one(PORTS))


def random_site(api: Api, kinds: Sequence[str], dice: Dice) -> Site:
    """Put random lists, and give them, without what the API refuses, as mx_reach has them."""
    exceptions = [uplink for uplink in UPLINKS if "inbound_firewall" in kinds and dice.random.random() < 0.4]
    if exceptions:
        api.switch_off_nat(exceptions)
    lists = {}
    # In any order, because the API refuses what is already published by another kind.
    for kind in dice.random.sample(kinds, len(kinds)):
        make, most = KINDS[kind]
        lists[kind] = api.put(kind, [make(dice) for _number in range(dice.random.randint(0, most))])
    return Site(known_lists(whole(lists)), Mx.of(site_facts(exceptions)))


def targets_of(lists: Lists) -> list[tuple[str, int]]:
    """Return addresses and ports at the edges of what rules publish, inside and outside."""
    published = [
        (rule["publicIp"], ports)
        for rule in lists["one_to_one_nat"]
        for entry in rule["allowedInbound"]
        for ports in entry["destinationPorts"]
    ]
    published += [
        (rule["publicIp"], each["publicPort"]) for rule in lists["one_to_many_nat"] for each in rule["portRules"]
    ]
    published += [(OWN.get(rule["uplink"], OWN["internet2"]), rule["publicPort"]) for rule in lists["port_forwarding"]]
    edges = [(place, int(text.split("-")[0]), int(text.split("-")[-1])) for place, text in published]
    return [(place, port) for place, first, last in edges for port in (first - 1, first, last, last + 1)]


def way_to(destination: str) -> str:
    """Return the uplink by which client and MX reach each other; the LAN's own addresses have the first one."""
    return "internet2" if destination[:8] == OWN["internet2"][:8] else "internet1"


def judged(site: Site, packet: Packet) -> Part:
    """Find the packet in what mx_reach says of all packets of its protocol that go the same way."""
    uplink = way_to(packet.destination)
    protocol = _just(PROTOCOLS[packet.protocol])
    if packet.source in HOSTS:
        parts = outbound(site, uplink, Packets(protocol, source=address(packet.source)))
    else:
        parts = inbound(site, uplink, Packets(protocol, destination=address(packet.destination)))
    alone = Packets(
        protocol,
        address(packet.source),
        _just(packet.source_port),
        address(packet.destination),
        _just(packet.destination_port),
    )
    [part] = [part for part in parts if meet(part.packets, alone)]
    return replace(part, packets=alone)


def predicted(part: Part) -> Packet | None:
    """Return the packet that mx_reach says to arrive, or None."""
    assert part.verdict in (ADMITTED, STOPPED), part.reason
    if part.verdict == STOPPED:
        return None
    packets = part.translated()
    protocol = next(name for name, number in PROTOCOLS.items() if number == packets.protocol.first)
    ends = address_text(packets.source), packets.source_port.first, address_text(packets.destination)
    return Packet(protocol, *ends, packets.destination_port.first)


def unchanging(side: str, packet: Packet) -> tuple[object, ...]:
    """Return what no translation touches, and what tells the packet from all others: the end that is not in the LAN."""
    return packet[:3] if side == "lan" else (packet.protocol, packet.source_port, *packet[3:])


def disagreements(
    lab: Lab, site: Site, side: str, packets: Sequence[Packet], patience: float
) -> list[tuple[Packet, Packet | None, Packet | None]]:
    """Return the packets that do not arrive as predicted, with the prediction and what arrived."""
    seen = {unchanging(side, each): each for each in lab.arrivals(side, packets, patience)}
    results = [(each, predicted(judged(site, each)), seen.get(unchanging(side, each))) for each in packets]
    return [(packet, wanted, found) for packet, wanted, found in results if wanted != found]


def test_packets_go_where_mx_reach_says(lab: Lab, tmp_path: Path) -> None:
    dice = Dice(SEED)
    traffic = Traffic(dice)
    verdicts: Counter[tuple[str, str]] = Counter()
    deciding: Counter[str] = Counter()
    for number in range(RULE_SETS):
        api = Api(tmp_path / f"state{number}.json")
        kinds = api.kinds()
        site = random_site(api, kinds, dice)
        lab.enforce(api)
        targets = targets_of(site.lists)
        inbound = [traffic.inbound(targets) for _number in range(FLOWS)]
        outbound = [traffic.outbound() for _number in range(FLOWS)]
        for side, packets in (("lan", inbound), ("client", outbound)):
            doubtful = disagreements(lab, site, side, packets, QUICK)
            # A busy machine may be late: who disagrees is asked again, with patience.
            again = [traffic.again(packet) for packet, _wanted, _found in doubtful]
            wrong = disagreements(lab, site, side, again, PATIENT) if again else []
            assert not wrong, f"rule set {number} of seed {SEED}: {site}\n{wrong}"
            parts = [judged(site, packet) for packet in packets]
            verdicts.update((side, part.verdict) for part in parts)
            deciding.update(ref.kind for part in parts for ref in part.rules)
    print(f"{verdicts.total()} flows agree: {dict(verdicts)}; decided by {dict(deciding)}")
    assert verdicts.total() >= 2000
    # No kind of rule and no verdict may be tested in vain.
    assert min(deciding[kind] for kind in kinds) >= 50
    assert min(verdicts[side, verdict] for side, verdict in expected_verdicts(kinds)) >= 100


def expected_verdicts(kinds: Collection[str]) -> Iterator[tuple[str, str]]:
    """Return what there must be of each side: without outbound rules nothing outbound is stopped."""
    yield from (("lan", ADMITTED), ("lan", STOPPED), ("client", ADMITTED))
    if "l3_firewall" in kinds:
        yield "client", STOPPED


def _just(number: int) -> Interval:
    return Interval(number, number)
