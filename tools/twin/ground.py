# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines of the twin: the MX with its cables, the Internet, the LANs, and clients with a NAT router each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from ipaddress import IPv4Address

from mx_emulator.config import Network

from twin.layout import Segment, segment_of
from twin.places import Place

# What the MX has on each uplink: locally administered (RFC 9542).
_HARDWARE = "02:00:00:00:00:01"
# Behind each client there is another one, behind NAT; its network is nowhere else to be seen.
_HOME, _HOME_CLIENT = "192.168.77.1", "192.168.77.2"
_NEXT_HOP = IPv4Address("169.254.252.0")
_FIRST_TABLE, _FIRST_WAY = 200, 300
# Connections that are tried have a class of service (RFC 2474), which says by which uplink they are to come to the MX.
# No FTP connection has one.
_CLASS = 8
# On this machine of the LAN they have a mark. What has none and is for a host with a machine of its own goes there.
_TRIED, _MACHINES = 1, 500
_MACHINE_HOP = IPv4Address("169.254.251.0")
_MARKED = f"""
table ip machines {{
  chain own {{ type route hook output priority mangle; policy accept; ct mark set {_TRIED}; }}
  chain tried {{
    type filter hook prerouting priority mangle; policy accept;
    ip dscp >= {_CLASS} meta mark set {_TRIED}
    ct mark {_TRIED} meta mark set {_TRIED}
  }}
}}
"""
# Who answers them: a port that no server has as its passive port.
ANSWERING_PORT = 1
_ANSWERED = f"""
table ip twin {{
  chain answered {{
    type nat hook prerouting priority dstnat; policy accept;
    ip dscp >= {_CLASS} fib daddr type local meta l4proto tcp redirect to :{ANSWERING_PORT}
  }}
}}
"""
_BY_CLASS = """
table ip ways {{
  chain forwarded {{
    type filter hook prerouting priority mangle; policy accept;
    iifname != "inet*" ip dscp {service} meta mark set {way}
  }}
  chain own {{
    type route hook output priority mangle; policy accept;
    ip dscp {service} meta mark set {way}
  }}
}}
"""


class Ground:
    """All places of a twin, wired; `addresses` are the public ones by uplink."""

    def __init__(self, stack: ExitStack, network: Network, segments: Sequence[Segment]) -> None:
        self._stack, self._network, self._segments = stack, network, segments
        self.mx, self.internet, self.lan = (Place(name, stack) for name in ("mx", "internet", "lan"))
        self.clients: dict[str, Place] = {}
        self.homes: dict[str, Place] = {}
        self.lan_clients: dict[str, Place] = {}
        for number, name in enumerate(network.uplinks_by_name, 1):
            self._uplink(number, name)
        for number, segment in enumerate(segments, 1):
            self._segment(number, segment)
        self.internet.filter(_ANSWERED)
        self.lan.filter(_ANSWERED)
        self.lan.filter(_MARKED)
        # The table of the machines comes before that of the own addresses, which is the first by default.
        self.lan.ip(["rule add pref 20 lookup local", "rule del pref 0"])

    def publish(self, addresses: Mapping[str, str]) -> None:
        """Let the Internet send packets for public addresses to the MX; addresses: each with its uplink."""
        for address, name in addresses.items():
            number, uplink = self.number(name), self._network.uplinks_by_name[name]
            self.internet.ip(_way(address, number))
            if address == str(uplink.public_ip) and uplink.public_ip != uplink.address.ip:
                rule = f"ip daddr {address} meta mark 0 dnat to {uplink.address.ip}"
                self.internet.filter(f"add rule ip front{number} prerouting {rule}\n")

    def service(self, uplink: str) -> int:
        """Return the type of service (RFC 791) with which connections come to the MX by an uplink."""
        return _CLASS * self.number(uplink) << 2

    def settle(self, sources: Iterable[str]) -> None:
        """Let the Internet have these addresses, unless they are those of clients."""
        free = dict.fromkeys(each for each in sources if each not in self.clients)
        self.internet.ip(f"address replace {source}/32 dev lo" for source in free)

    def client(self, address: str) -> Place:
        """Return the client with an address on the Internet; behind it, there is one behind NAT."""
        if address not in self.clients:
            self.clients[address] = self._client(len(self.clients) + 1, address)
        return self.clients[address]

    def source(self, address: str) -> Place:
        """Return the place that has an address on the Internet."""
        return self.clients.get(address, self.internet)

    def lan_client(self, host: str) -> Place | None:
        """Return a client in the LAN of a host, None if there is no such LAN or no address left."""
        segment = segment_of(host, self._segments)
        return self.lan_clients.get(str(segment.subnet)) if segment else None

    def house(self, number: int, host: str, machine: Place) -> None:
        """Give the address of a host of the LAN to a machine of its own; number: of the machine, from 1."""
        device, hop = f"host{number}", str(_MACHINE_HOP + number)
        self.lan.cable(device, machine, "eth0")
        # For the kernel these packets come from an address of its own.
        self.lan.set(f"net/ipv4/conf/{device}/accept_local", "1")
        # The bridge of its LAN answers for the address to the MX and to clients.
        for place, segment in enumerate(self._segments, 1):
            if host in segment.hosts:
                self.lan.set(f"net/ipv4/conf/br{place}/proxy_arp", "1")
                self.lan.set(f"net/ipv4/neigh/br{place}/proxy_delay", "0")
        self.lan.ip(
            [
                f"address add {hop}/32 dev {device}",
                f"route add {host}/32 dev {device} table {_MACHINES}",
                f"rule add pref 10 to {host} fwmark 0/{_TRIED} lookup {_MACHINES}",
            ]
        )
        machine.ip(
            [
                f"address add {host}/32 dev eth0",
                f"route add {hop}/32 dev eth0",
                f"route add default via {hop} dev eth0 src {host}",
            ]
        )

    def number(self, uplink: str) -> int:
        """Return the place of an uplink among all: 1 for the first."""
        return [*self._network.uplinks_by_name].index(uplink) + 1

    def _uplink(self, number: int, name: str) -> None:
        uplink = self._network.uplinks_by_name[name]
        gateway, own, public = str(uplink.gateway), str(uplink.address.ip), str(uplink.public_ip or uplink.address.ip)
        self.internet.cable(f"inet{number}", self.mx, f"wan{number}")
        self.mx.ip(
            [
                f"link set wan{number} address {_HARDWARE}",
                f"address add {uplink.address} dev wan{number}",
                f"route replace {gateway}/32 dev wan{number}",
            ]
        )
        way = _FIRST_WAY + number
        self.internet.ip(
            [
                f"address add {gateway}/32 dev inet{number}",
                *_way(own, number),
                f"route add default via {own} dev inet{number} table {way} onlink",
                f"rule add fwmark {way} lookup {way}",
            ]
        )
        self.internet.filter(_BY_CLASS.format(service=_CLASS * number, way=way))
        if public != own:
            self._router_in_front(number, public, own)

    def _router_in_front(self, number: int, public: str, own: str) -> None:
        """Let all that comes by an uplink for the address that the Internet sees reach the MX, as no export can tell.

        Several uplinks may be behind one router, and have the same address.
        """
        self.internet.ip(_way(public, number))
        there = f"ip daddr {public} meta mark {_FIRST_WAY + number} dnat to {own}"
        back = f"ip saddr {own} snat to {public}"
        hooks = {"prerouting": ("dstnat", there), "output": ("-100", there), "postrouting": ("srcnat", back)}
        chains = "".join(
            f"chain {name} {{ type nat hook {name} priority {priority}; {rule}; }}\n"
            for name, (priority, rule) in {**hooks, "input": ("100", back)}.items()
        )
        self.internet.filter(f"table ip front{number} {{\n{chains}}}\n")

    def _segment(self, number: int, segment: Segment) -> None:
        prefix, lan, table = segment.subnet.prefixlen, f"lan{number}", _FIRST_TABLE + number
        self.mx.cable(lan, self.lan, f"mx{number}")
        self.mx.ip(
            [
                f"address add {segment.appliance}/{prefix} dev {lan}",
                *(f"route add {subnet} via {gateway} dev {lan}" for subnet, gateway in segment.routes),
            ]
        )
        everyone = [*segment.hosts, *segment.routed]
        self.lan.ip(
            [
                f"link add br{number} type bridge",
                f"link set br{number} up",
                f"link set mx{number} master br{number}",
                *(f"address add {host}/{prefix} dev br{number}" for host in segment.hosts),
                *(f"address add {host}/32 dev br{number}" for host in segment.routed),
                f"route add {segment.subnet} dev br{number} table {table}",
                f"route add default via {segment.appliance} dev br{number} table {table} onlink",
                *(f"rule add from {host} lookup {table}" for host in everyone),
            ]
        )
        if segment.client and everyone:
            self._lan_client(number, segment)

    def _lan_client(self, number: int, segment: Segment) -> None:
        place = Place(f"a client in {segment.subnet}", self._stack)
        self.lan.cable(f"port{number}", place, "eth0")
        self.lan.ip([f"link set port{number} master br{number}"])
        place.ip(
            [
                f"address add {segment.client}/{segment.subnet.prefixlen} dev eth0",
                f"route add default via {segment.appliance} dev eth0",
            ]
        )
        self.lan_clients[str(segment.subnet)] = place

    def _client(self, number: int, address: str) -> Place:
        place, home = Place(f"the client {address}", self._stack), Place(f"behind {address}", self._stack)
        hop = _NEXT_HOP + number
        self.internet.cable(f"client{number}", place, "outside")
        self.internet.ip([f"address add {hop}/32 dev client{number}", f"route add {address}/32 dev client{number}"])
        place.cable("inside", home, "eth0")
        place.ip(
            [
                f"address add {address}/32 dev outside",
                f"route add {hop}/32 dev outside",
                f"route add default via {hop} dev outside src {address}",
                f"address add {_HOME}/24 dev inside",
            ]
        )
        home.ip([f"address add {_HOME_CLIENT}/24 dev eth0", f"route add default via {_HOME} dev eth0"])
        out = f'oifname "outside" ip saddr {_HOME_CLIENT} snat to {address}'
        place.filter(f"table ip home {{ chain out {{ type nat hook postrouting priority srcnat; {out}; }}; }}")
        place.filter(_ANSWERED)
        self.homes[address] = home
        return place


def _way(address: str, number: int) -> list[str]:
    """Return what makes the Internet send all for an address to the MX, whether the MX answers for it or not."""
    return [
        f"route replace {address}/32 dev inet{number}",
        f"neighbour replace {address} lladdr {_HARDWARE} dev inet{number}",
    ]
