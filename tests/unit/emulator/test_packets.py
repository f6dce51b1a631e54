# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real packets through the rules: client (Internet), MX and server (LAN) in network namespaces of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest
from mx_emulator import applier
from mx_emulator.config import Network
from mx_emulator.dataplane import Site
from mx_emulator.rules import OneToOneRule, PortForwardingRule
from mx_emulator.settings import Settings
from mx_emulator.state import NetworkState

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("ip", "nft", "nsenter"))),
    reason="network namespaces need root, ip, nft and nsenter",
)

MAPPED, OTHER = "192.168.128.13", "192.168.128.12"
LISTENED = ("21", "61000", "61099", "61100")

# Answers every connection with its own address:port < the peer's address; says ready when all ports listen.  The peer's
# port is told only where it is privileged: others are the kernel's to choose.
LISTEN = """
import selectors, socket, sys
selector = selectors.DefaultSelector()
for port in sys.argv[1:]:
    selector.register(socket.create_server(("", int(port)), backlog=16), selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in selector.select():
        peer = key.fileobj.accept()[0]
        address, port = peer.getpeername()
        origin = address if port > 1023 else "%s from port %s" % (address, port)
        peer.sendall(("%s:%s < %s" % (*peer.getsockname(), origin)).encode())
        peer.close()
"""
# Prints what the other side answers; "silent" if nothing comes, "refused" if the packets pass but nobody listens.
CONNECT = """
import socket, sys
host, port, source, source_port = sys.argv[1:]
try:
    with socket.create_connection((host, int(port)), 0.4, (source, int(source_port))) as peer:
        print(peer.recv(100).decode())
except TimeoutError:
    print("silent")
except ConnectionRefusedError:
    print("refused")
"""
# Sends one ICMP echo request (type 8, its checksum 0xf7ff) and prints who answers; ping is not on every machine.
PING = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as echo:
    echo.settimeout(0.4)
    echo.sendto(bytes([8, 0, 0xF7, 0xFF, 0, 0, 0, 0]), (sys.argv[1], 0))
    try:
        print(echo.recvfrom(100)[1][0])
    except TimeoutError:
        print("silent")
"""


class Lab:
    """Three namespaces; their names carry this process's id, so that nobody else's are touched."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        for name in ("client", "mx", "server"):
            applier.run(["ip", "netns", "add", self.namespace(name)])
            stack.callback(applier.run, ["ip", "netns", "delete", self.namespace(name)])
            self.run(name, "ip", "link", "set", "lo", "up")
        self._link("client", "inet1", ["203.0.113.100/24"], "wan1", "203.0.113.2/24")
        self._link("client", "inet2", ["198.51.100.100/24"], "wan2", "198.51.100.2/24")
        self._link("server", "lan", [f"{MAPPED}/24", f"{OTHER}/24"], "lan1", "192.168.128.1/24")
        self.run("server", "ip", "route", "add", "default", "via", "192.168.128.1")
        self.run("mx", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        for name in ("client", "server"):
            self._listen(name)

    def namespace(self, name: str) -> str:
        return f"mx{os.getpid()}-{name}"

    def inside(self, name: str, command: Sequence[str]) -> list[str]:
        return ["nsenter", f"--net=/run/netns/{self.namespace(name)}", *command]

    def run(self, name: str, *command: str) -> str:
        return applier.run(self.inside(name, command))

    def connect(self, name: str, host: str, port: int, source: str = "", source_port: int = 0) -> str:
        return self.run(name, sys.executable, "-c", CONNECT, host, str(port), source, str(source_port)).strip()

    def ping(self, host: str) -> str:
        return self.run("client", sys.executable, "-c", PING, host).strip()

    def put(self, network: Network, *rules: OneToOneRule | PortForwardingRule) -> None:
        """Put exactly these rules in force."""
        state = NetworkState(
            settings=Settings(),
            one_to_one=[rule for rule in rules if isinstance(rule, OneToOneRule)],
            port_forwarding=[rule for rule in rules if isinstance(rule, PortForwardingRule)],
        )
        applier.apply([Site(network, state)], lambda command, text: applier.run(self.inside("mx", command), text))

    def _link(self, name: str, device: str, addresses: Sequence[str], mx_device: str, mx_address: str) -> None:
        peer = ["peer", "name", mx_device, "netns", self.namespace("mx")]
        self.run(name, "ip", "link", "add", device, "type", "veth", *peer)
        for owner, end, items in ((name, device, addresses), ("mx", mx_device, [mx_address])):
            for address in items:
                self.run(owner, "ip", "address", "add", address, "dev", end)
            self.run(owner, "ip", "link", "set", end, "up")

    def _listen(self, name: str) -> None:
        command = self.inside(name, [sys.executable, "-c", LISTEN, *LISTENED])
        listener = self._stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        self._stack.callback(listener.terminate)
        assert listener.stdout is not None
        assert listener.stdout.readline() == "ready\n"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with ExitStack() as stack:
        yield Lab(stack)


def mapping(*openings: dict[str, object], uplink: str = "internet1", public: str = "203.0.113.13") -> OneToOneRule:
    inbound = [{"allowedIps": ["any"], **opening} for opening in openings]
    rule = {"lanIp": MAPPED, "publicIp": public, "uplink": uplink, "allowedInbound": inbound}
    return OneToOneRule.model_validate(rule)


def forward(public: str, local: str, uplink: str = "internet1", allowed: str = "any") -> PortForwardingRule:
    ports = {"protocol": "tcp", "publicPort": public, "localPort": local}
    return PortForwardingRule.model_validate({"lanIp": OTHER, "uplink": uplink, "allowedIps": [allowed], **ports})


FTP: dict[str, object] = {"protocol": "tcp", "destinationPorts": ["21", "61000-61099"]}


def test_without_rules_the_mx_answers_ping_and_nothing_else(lab: Lab, network: Network) -> None:
    lab.put(network)
    assert lab.ping("203.0.113.2") == "203.0.113.2"
    assert lab.connect("client", "203.0.113.2", 21) == "silent"
    lab.run("client", "ip", "route", "add", "192.168.128.0/24", "via", "203.0.113.2")
    assert lab.connect("client", MAPPED, 21) == "silent"
    lab.run("client", "ip", "route", "del", "192.168.128.0/24")


@pytest.mark.parametrize(
    ("port", "answer"),
    [
        (21, f"{MAPPED}:21 < 203.0.113.100"),
        (61000, f"{MAPPED}:61000 < 203.0.113.100"),
        (61099, f"{MAPPED}:61099 < 203.0.113.100"),
        (20, "silent"),
        (61100, "silent"),
    ],
)
def test_one_to_one_admits_only_allowed_inbound(lab: Lab, network: Network, port: int, answer: str) -> None:
    lab.put(network, mapping(FTP))
    assert lab.connect("client", "203.0.113.13", port) == answer


@pytest.mark.parametrize(("allowed", "answered"), [("203.0.113.96/28", True), ("203.0.113.101", False)])
def test_allowed_ips_are_the_clients(lab: Lab, network: Network, allowed: str, answered: bool) -> None:
    lab.put(network, mapping({**FTP, "allowedIps": [allowed]}), forward("8021", "21", allowed=allowed))
    for host, port in (("203.0.113.13", 21), ("203.0.113.2", 8021)):
        assert (lab.connect("client", host, port) != "silent") is answered


def test_one_to_one_listens_on_its_uplink_only(lab: Lab, network: Network) -> None:
    lab.put(network, mapping(FTP, uplink="internet2", public="198.51.100.13"))
    assert lab.connect("client", "198.51.100.13", 21) == f"{MAPPED}:21 < 198.51.100.100"
    lab.run("client", "ip", "route", "add", "198.51.100.13", "via", "203.0.113.2", "src", "203.0.113.100")
    assert lab.connect("client", "198.51.100.13", 21) == "silent"
    lab.run("client", "ip", "route", "del", "198.51.100.13")


def test_ping_is_answered_only_where_it_is_allowed(lab: Lab, network: Network) -> None:
    lab.put(network, mapping(FTP))
    assert lab.ping("203.0.113.13") == "silent"
    lab.put(network, mapping({"protocol": "icmp-ping"}))
    assert lab.ping("203.0.113.13") == "203.0.113.13"


@pytest.mark.parametrize(
    ("source", "host", "seen"),
    [
        (MAPPED, "203.0.113.100", "203.0.113.13"),
        (OTHER, "203.0.113.100", "203.0.113.2"),
        (MAPPED, "198.51.100.100", "198.51.100.2"),
    ],
)
def test_outbound_source_address_and_port(lab: Lab, network: Network, source: str, host: str, seen: str) -> None:
    lab.put(network, mapping(FTP))
    assert lab.connect("server", host, 61000, source, 20) == f"{host}:61000 < {seen} from port 20"


@pytest.mark.parametrize(
    ("rule", "host", "port", "answer"),
    [
        (forward("61000-61099", "61000-61099"), "203.0.113.2", 61099, f"{OTHER}:61099 < 203.0.113.100"),
        (forward("51000-51099", "61000-61099"), "203.0.113.2", 51000, f"{OTHER}:61000 < 203.0.113.100"),
        (forward("51000-51099", "61000-61099"), "203.0.113.2", 51099, f"{OTHER}:61099 < 203.0.113.100"),
        (forward("51000-51099", "61000-61099"), "203.0.113.2", 61000, "silent"),
        (forward("21", "21"), "198.51.100.2", 21, "silent"),
        (forward("21", "21", "both"), "198.51.100.2", 21, f"{OTHER}:21 < 198.51.100.100"),
    ],
)
def test_port_forwarding(
    lab: Lab, network: Network, rule: PortForwardingRule, host: str, port: int, answer: str
) -> None:
    lab.put(network, rule)
    assert lab.connect("client", host, port) == answer


def test_removal_closes_and_takes_the_address_away(lab: Lab, network: Network) -> None:
    lab.put(network, mapping(FTP), forward("21", "21"))
    assert lab.connect("client", "203.0.113.13", 21) != "silent"
    assert lab.connect("client", "203.0.113.2", 21) != "silent"
    lab.put(network)
    assert lab.connect("client", "203.0.113.2", 21) == "silent"
    assert "203.0.113.13" not in lab.run("mx", "ip", "address", "show")
