# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An MX whose three cables end in packet sockets: any packet can be sent into it, and all that comes out is seen.

Nobody lives at the other ends, so that nothing answers, and addresses there need not exist.  Each packet has an
identification (RFC 791) of its own.  It is told by it, and it is a connection of its own by it: the kernel keeps its
memory of connections in zones, and the identification is the zone.
"""

from __future__ import annotations

import os
import select
import socket
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mx_emulator import applier

from .lab import ETH_P_IP, HARDWARE, OWN

# The LANs that exports may have, with the MX's addresses there, and what is behind static routes.
LANS = {"192.168.128.0/24": "192.168.128.1", "10.10.0.0/24": "10.10.0.1", "10.20.0.0/22": "10.20.0.1"}
ROUTED = ("10.30.0.0/16",)
CABLES = {"internet1": "inet1", "internet2": "inet2", "lan": "eth0"}
# How a packet from the LAN says by which uplink it leaves: its type of service (RFC 1349) chooses the routing table.
TABLES = {"internet1": (0x04, "7801"), "internet2": (0x08, "7802")}
PROTOCOLS = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP}
# Identifications are 16 bits; 0 is the zone of all that is not ours.
MOST = 0xFFFF
# So many packets at once are less than a processor or a socket queues.
BATCH = 100
PATIENCE = 20.0  # seconds until the answer that always comes is missed
SOL_PACKET, PACKET_STATISTICS = 263, 6  # linux/if_packet.h
ETHERNET = bytes.fromhex(HARDWARE.replace(":", "")) + bytes.fromhex("020000000002") + struct.pack("!H", ETH_P_IP)
ZONES = """
table inet mxlab_wire {
  chain zones {
    type filter hook prerouting priority raw; policy accept;
    ct zone set ip id
  }
}
"""
# Nobody answers: the memory of a connection is not needed any more when its packet has arrived.
FORGETFUL = {"tcp_timeout_syn_sent": 5, "udp_timeout": 5, "generic_timeout": 5}


class Packet(NamedTuple):
    """The first packet of a connection, and the uplink that it comes in or goes out by."""

    direction: str
    uplink: str
    protocol: str
    source: int
    source_port: int
    destination: int
    destination_port: int


class Wire:
    """The namespaces of one MX; their names carry this process's id, so that no others are touched."""

    def __init__(self, stack: ExitStack) -> None:
        self._number = 0
        for name in ("ends", "mx"):
            applier.run(["ip", "netns", "add", self._namespace(name)])
            stack.callback(applier.run, ["ip", "netns", "delete", self._namespace(name)])
        self._plug()
        self._route()
        self._sockets = {name: stack.enter_context(self._socket(device)) for name, device in CABLES.items()}

    @property
    def left(self) -> int:
        """How many packets can still be sent."""
        return MOST - self._number

    def enforce(self, sites: Sequence[Any]) -> None:
        """Put in force on the MX what the emulator's API was told."""
        applier.apply(sites, self._on_mx)

    def fates(self, packets: Sequence[Packet]) -> list[Packet | None]:
        """Send each packet once; return each as it came out at the other side, or None."""
        arrived: dict[int, Packet] = {}
        numbers = range(self._number + 1, self._number + 1 + len(packets))
        self._number += len(packets)
        for begin in range(0, len(packets), BATCH):
            for packet, number in zip(packets[begin : begin + BATCH], numbers[begin : begin + BATCH]):
                self._send(packet, number)
            arrived.update(self._arrivals())
        return [_at_its_side(packet, arrived.get(number)) for packet, number in zip(packets, numbers)]

    def _send(self, packet: Packet, number: int) -> None:
        outbound = packet.direction == "outbound"
        service = TABLES[packet.uplink][0] if outbound else 0
        self._sockets["lan" if outbound else packet.uplink].send(_frame(packet, number, service))

    def _arrivals(self) -> Iterator[tuple[int, Packet]]:
        """Yield what has come out until the MX answers a ping of its LAN, which it always does and does last.

        One processor forwards in the order of arrival, see `pinned`.
        """
        self._sockets["lan"].send(_ping())
        answered = False
        while not answered:
            readable = select.select(list(self._sockets.values()), [], [], PATIENCE)[0]
            assert readable, "the MX does not answer a ping of its LAN"
            for end, cable in self._sockets.items():
                for data in _read(cable):
                    answered = answered or (end == "lan" and data[9] == socket.IPPROTO_ICMP)
                    if data[9] in PROTOCOLS.values():
                        yield int.from_bytes(data[4:6], "big"), _packet(end, data)
        lost = [
            struct.unpack("II", each.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1] for each in self._sockets.values()
        ]
        assert not any(lost), f"packets were lost before they were read: {lost}"

    def _namespace(self, name: str) -> str:
        return f"mxw{os.getpid()}-{name}"

    def _run(self, name: str, *command: str, text: str = "") -> str:
        return applier.run(["nsenter", f"--net=/run/netns/{self._namespace(name)}", *command], text)

    def _on_mx(self, command: Sequence[str], text: str) -> str:
        return self._run("mx", *command, text=text)

    def _plug(self) -> None:
        """Lay the cables.  Without ARP the MX sends to any address, and takes no neighbour for missing."""
        links = []
        for name, device in CABLES.items():
            mine = ["peer", "name", _device(name), "address", HARDWARE, "netns", self._namespace("mx")]
            links += [["link", "add", device, "type", "veth", *mine], ["link", "set", device, "arp", "off", "up"]]
        self._ip("ends", links)
        held = [(f"{own}/24", uplink) for uplink, own in OWN.items()]
        held += [(f"{own}/{lan.partition('/')[2]}", "lan") for lan, own in LANS.items()]
        up = [["link", "set", _device(name), "arp", "off", "up"] for name in CABLES]
        self._ip("mx", [*up, *(["address", "add", text, "dev", _device(name)] for text, name in held)])

    def _route(self) -> None:
        """Make a router of the MX, with a routing table for each uplink, and the zones."""
        routes = [["route", "add", text, "dev", _device("lan")] for text in ROUTED]
        for uplink, (service, table) in TABLES.items():
            routes.append(["route", "add", "default", "dev", _device(uplink), "table", table])
            routes.append(["rule", "add", "iif", _device("lan"), "tos", hex(service), "lookup", table])
        self._ip("mx", routes)
        self._run("mx", "nft", "-f", "-", text=ZONES)
        settings = {f"netfilter/nf_conntrack_{name}": value for name, value in FORGETFUL.items()}
        for name, value in {"ipv4/ip_forward": 1, **settings}.items():
            self._run("mx", "sh", "-c", f"echo {value} > /proc/sys/net/{name}")

    def _ip(self, name: str, commands: Iterable[Sequence[str]]) -> None:
        self._run(name, "ip", "-batch", "-", text="".join(" ".join(words) + "\n" for words in commands))

    def _socket(self, device: str) -> socket.socket:
        with _inside(self._namespace("ends")):
            cable = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            cable.bind((device, ETH_P_IP))
        cable.setblocking(False)
        return cable


@contextmanager
def pinned() -> Iterator[None]:
    """Stay on one processor: packets then come out in the order in which they went in."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _inside(namespace: str) -> Iterator[None]:
    """Sockets made in here belong to the namespace for good."""
    with Path("/proc/self/ns/net").open() as home, Path("/run/netns", namespace).open() as there:
        os.setns(there.fileno(), os.CLONE_NEWNET)
        try:
            yield
        finally:
            os.setns(home.fileno(), os.CLONE_NEWNET)


def _device(name: str) -> str:
    return f"mx-{name}"


def _frame(packet: Packet, number: int, service: int) -> bytes:
    ends = struct.pack("!II", packet.source, packet.destination)
    ports = struct.pack("!HH", packet.source_port, packet.destination_port)
    if packet.protocol == "tcp":
        # A SYN (RFC 9293): data offset 5, no options.
        payload = _summed(ports + struct.pack("!IIBBHHH", number, 0, 5 << 4, 2, 1024, 0, 0), 16, ends)
    else:
        # Without a checksum (RFC 768).
        payload = ports + struct.pack("!HH", 8, 0)
    return ETHERNET + _ip(PROTOCOLS[packet.protocol], number, service, ends, payload)


def _ping() -> bytes:
    """Return an echo request (RFC 792) of a LAN host to the MX."""
    own = int.from_bytes(socket.inet_aton(LANS["192.168.128.0/24"]), "big")
    echo = _summed(struct.pack("!BBHHH", 8, 0, 0, 1, 1), 2, b"", pseudo=False)
    return ETHERNET + _ip(socket.IPPROTO_ICMP, 0, 0, struct.pack("!II", own + 1, own), echo)


def _ip(protocol: int, number: int, service: int, ends: bytes, payload: bytes) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, service, 20 + len(payload), number, 0, 64, protocol, 0) + ends
    return _summed(head, 10, b"", pseudo=False) + payload


def _summed(data: bytes, place: int, ends: bytes, pseudo: bool = True) -> bytes:
    """Return the data with its Internet checksum at the place (RFC 1071), with a pseudo header of TCP if asked."""
    extra = ends + struct.pack("!HH", socket.IPPROTO_TCP, len(data)) if pseudo else b""
    whole = data + extra
    total = sum(struct.unpack(f"!{len(whole) // 2}H", whole))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return data[:place] + struct.pack("!H", ~total & 0xFFFF) + data[place + 2 :]


def _read(cable: socket.socket) -> Iterator[bytes]:
    """Yield the IP packets that wait."""
    while True:
        try:
            yield cable.recv(2048)[len(ETHERNET) :]
        except BlockingIOError:
            return


def _packet(end: str, data: bytes) -> Packet:
    source, destination, source_port, destination_port = struct.unpack("!IIHH", data[12:24])
    protocol = next(name for name, number in PROTOCOLS.items() if number == data[9])
    direction, uplink = ("inbound", "") if end == "lan" else ("outbound", end)
    return Packet(direction, uplink, protocol, source, source_port, destination, destination_port)


def _at_its_side(packet: Packet, arrived: Packet | None) -> Packet | None:
    """Return what arrived: in the LAN it is not known any more which uplink it came by."""
    if arrived is not None and arrived.direction == packet.direction == "inbound":
        return arrived._replace(uplink=packet.uplink)
    return arrived
