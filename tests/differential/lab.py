# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An MX between the Internet and a LAN, in network namespaces of this machine, and real packets through it.

The MX is the emulator: rules are put through its API, and its nftables decide.  What arrives at the other side is seen
by packet sockets there, so that no answer of a host can hide or forge it.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import socket
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from fastapi.testclient import TestClient
from mx_emulator import applier
from mx_emulator.app import create_app
from mx_emulator.config import Config
from mx_emulator.emulator import Emulator
from mx_emulator.state import Store

USABLE = os.geteuid() == 0 and hasattr(os, "setns") and all(map(shutil.which, ("ip", "nft", "nsenter")))
OWN = {"internet1": "203.0.113.2", "internet2": "198.51.100.2"}
PUBLIC = {uplink: [f"{own[:-2]}.{last}" for last in (10, 11, 12)] for uplink, own in OWN.items()}
CLIENTS = {uplink: [f"{own[:-2]}.{last}" for last in (100, 101, 130)] for uplink, own in OWN.items()}
HOSTS = [f"192.168.128.{last}" for last in (11, 12, 13, 14)]
LAN = "192.168.128.0/24"
RESOURCES = {
    "one_to_one_nat": "oneToOneNatRules",
    "one_to_many_nat": "oneToManyNatRules",
    "port_forwarding": "portForwardingRules",
    "inbound_firewall": "inboundFirewallRules",
    "l3_firewall": "l3FirewallRules",
}
PROTOCOLS = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP}
FIREWALL = "/api/v1/networks/N_1/appliance/firewall/"
ETH_P_IP = 0x0800
# The MX's, on all its links: locally administered (RFC 9542).
HARDWARE = "02:00:00:00:00:01"

Rules = list[dict[str, Any]]


class Packet(NamedTuple):
    """The first packet of a connection: its protocol, and both ends as they are where it is seen."""

    protocol: str
    source: str
    source_port: int
    destination: str
    destination_port: int


class Refused(Exception):
    """The API does not take it; the text is its answer."""


class Api:
    """The emulator's API for one network; starts with empty lists, and ignores the limit of requests.

    What it would put in force last is kept in sites.
    """

    def __init__(self, state_file: Path) -> None:
        self.sites: Sequence[Any] = ()
        uplinks = [{"address": f"{own}/24"} for own in OWN.values()]
        # Firmware without the FTP helper: a kernel need not have it.
        network = {"id": "N_1", "name": "HQ", "serial": "Q2LB-0000-0001", "firmware": "wired-12-24"}
        organization = {"id": "1", "name": "Lab", "networks": [{**network, "lan_subnets": [LAN], "uplinks": uplinks}]}
        config = Config.model_validate({"api_keys": ["key"], "organizations": [organization]})
        minutes = count(step=60.0)
        app = create_app(Emulator(config, Store(state_file), self._keep, lambda: next(minutes)))
        self._client = TestClient(app, headers={"Authorization": "Bearer key"})

    def kinds(self) -> list[str]:
        """Return the kinds of rules that this emulator has."""
        return [kind for kind, name in RESOURCES.items() if self._client.get(FIREWALL + name).status_code == 200]

    def put(self, kind: str, rules: Rules) -> Rules:
        """Put a list without the rules that the API names as wrong; give what is left of it."""
        while True:
            answer = self._client.put(FIREWALL + RESOURCES[kind], json={"rules": rules})
            if answer.status_code == 200:
                return rules
            wrong = {int(number) for text in answer.json()["errors"] for number in re.findall(r"^rules\[(\d+)\]", text)}
            assert wrong, answer.text
            rules = [rule for index, rule in enumerate(rules) if index not in wrong]

    def request(self, method: str, path: str, body: Any) -> Any:
        """Send a request about the network, or about its organization; raise Refused unless the API does it."""
        whole = path.format(network="/api/v1/networks/N_1", organization="/api/v1/organizations/1")
        answer = self._client.request(method, whole, json=body)
        if answer.is_error:
            raise Refused(answer.text)
        return answer.json()

    def switch_off_nat(self, uplinks: Collection[str]) -> None:
        """Make NAT exceptions of these uplinks."""
        items = [{"interface": name.replace("internet", "wan"), "nat": {"enabled": False}} for name in uplinks]
        answer = self._client.put("/api/v1/networks/N_1/appliance/uplinks/nat", json={"uplinks": items})
        assert answer.status_code == 200, answer.text

    def _keep(self, sites: Sequence[Any]) -> None:
        self.sites = sites


class Lab:
    """Client (both Internets), MX and LAN; namespaces carry this process's id, so that no others are touched."""

    def __init__(self, stack: ExitStack) -> None:
        for name in ("client", "mx", "lan"):
            applier.run(["ip", "netns", "add", self._namespace(name)])
            stack.callback(applier.run, ["ip", "netns", "delete", self._namespace(name)])
            self._run(name, "ip", "link", "set", "lo", "up")
        self._connect("client", "inet1", CLIENTS["internet1"], "wan1", OWN["internet1"])
        self._connect("client", "inet2", CLIENTS["internet2"], "wan2", OWN["internet2"])
        self._connect("lan", "eth0", HOSTS, "lan1", "192.168.128.1")
        self._run("lan", "ip", "route", "add", "default", "via", "192.168.128.1")
        self._run("mx", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        self._run("client", "ip", "route", "add", LAN, "via", OWN["internet1"])
        # Known neighbours: packets to addresses that no rule publishes reach the MX as well.
        for device, uplink in (("inet1", "internet1"), ("inet2", "internet2")):
            for address in PUBLIC[uplink]:
                self._run("client", "ip", "neigh", "add", address, "lladdr", HARDWARE, "dev", device)
        self._sniffers = {name: stack.enter_context(self._sniffer(name)) for name in ("client", "lan")}

    def enforce(self, api: Api) -> None:
        """Put in force on the MX what the API was told."""
        applier.apply(api.sites, self._on_mx)

    def arrivals(self, side: str, packets: Sequence[Packet], patience: float) -> list[Packet]:
        """Send the packets from the other side; give what arrives at this side until nothing comes for so long."""
        with ExitStack() as stack:
            with self._inside("lan" if side == "client" else "client"):
                for packet in packets:
                    stack.enter_context(_sent(packet))
            seen = []
            while select.select([self._sniffers[side]], [], [], patience)[0]:
                seen += _read(self._sniffers[side])
        return seen

    def _namespace(self, name: str) -> str:
        return f"mxd{os.getpid()}-{name}"

    def _run(self, name: str, *command: str, text: str = "") -> str:
        return applier.run(["nsenter", f"--net=/run/netns/{self._namespace(name)}", *command], text)

    def _on_mx(self, command: Sequence[str], text: str) -> str:
        return self._run("mx", *command, text=text)

    def _connect(self, name: str, device: str, addresses: Sequence[str], mx_device: str, mx_address: str) -> None:
        peer = ["peer", "name", mx_device, "address", HARDWARE, "netns", self._namespace("mx")]
        self._run(name, "ip", "link", "add", device, "type", "veth", *peer)
        for owner, end, items in ((name, device, addresses), ("mx", mx_device, [mx_address])):
            for address in items:
                self._run(owner, "ip", "address", "add", f"{address}/24", "dev", end)
            self._run(owner, "ip", "link", "set", end, "up")

    @contextmanager
    def _inside(self, name: str) -> Iterator[None]:
        """Sockets made in here belong to the namespace for good."""
        namespace = Path("/run/netns", self._namespace(name))
        with Path("/proc/self/ns/net").open() as home, namespace.open() as there:
            os.setns(there.fileno(), os.CLONE_NEWNET)
            try:
                yield
            finally:
                os.setns(home.fileno(), os.CLONE_NEWNET)

    def _sniffer(self, name: str) -> socket.socket:
        with self._inside(name):
            return socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))


def site_facts(exceptions: Collection[str]) -> Mapping[str, Any]:
    """Return the lab's MX as the option `mx` of mx_reach."""
    return {
        "deployment_mode": "routed",
        "nat_exceptions": list(exceptions),
        "uplinks": {name: {"address": own, "public_address": own} for name, own in OWN.items()},
        "subnets": [{"cidr": LAN}],
    }


@contextmanager
def _sent(packet: Packet) -> Iterator[None]:
    """Send a packet, and keep its socket so that it is not taken for another one."""
    kind = socket.SOCK_STREAM if packet.protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as sender:
        sender.setblocking(False)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sender.bind((packet.source, packet.source_port))
        sender.connect_ex((packet.destination, packet.destination_port))
        if packet.protocol == "udp":
            sender.send(b"?")
        yield


def _read(sniffer: socket.socket) -> list[Packet]:
    """Return the next packet that comes from outside and begins a connection (TCP: SYN alone; RFC 791, 9293, 768)."""
    data, (_device, _protocol, direction, *_rest) = sniffer.recvfrom(65535)
    names = {number: name for name, number in PROTOCOLS.items()}
    if direction == socket.PACKET_OUTGOING or data[9] not in names:
        return []
    payload = data[4 * (data[0] & 15) :]
    if names[data[9]] == "tcp" and payload[13] & 0x12 != 0x02:
        return []
    ports = int.from_bytes(payload[:2], "big"), int.from_bytes(payload[2:4], "big")
    ends = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
    return [Packet(names[data[9]], ends[0], ports[0], ends[1], ports[1])]
