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
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from mx_emulator import applier
from mx_emulator.config import Network
from mx_emulator.policy import Policy
from mx_emulator.rules import (
    AnyRule,
    OneToManyRule,
    OneToManyRules,
    OneToOneRule,
    OneToOneRules,
    PortForwardingRule,
    PortForwardingRules,
)
from mx_emulator.state import NetworkState, Site

UNABLE = os.geteuid() != 0 or not all(map(shutil.which, ("ip", "nft", "nsenter")))

MAPPED, OTHER = "192.168.128.13", "192.168.128.12"
LISTENED = {"client": ["61000"], "server": ["21", "61000", "61099", "61100"]}

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
with socket.socket() as peer:
    peer.settimeout(0.4)
    # The last connection from the same port may be in TIME-WAIT.
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    peer.bind((source, int(source_port)))
    try:
        peer.connect((host, int(port)))
        print(peer.recv(100).decode())
    except TimeoutError:
        print("silent")
    except ConnectionRefusedError:
        print("refused")
"""
# Sends one ICMP echo request (type 8) and prints who answers; ping is not on every machine.  Each has an identifier of
# its own: to the kernel, two of the same would be one connection.
PING = """
import os, socket, sys
identifier = os.getpid() & 0xFFFF
total = 0x0800 + identifier
checksum = 0xFFFF - (total & 0xFFFF) - (total >> 16)
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as echo:
    echo.settimeout(0.4)
    echo.sendto(bytes([8, 0, *divmod(checksum, 256), *divmod(identifier, 256), 0, 0]), (sys.argv[1], 0))
    try:
        print(echo.recvfrom(100)[1][0])
    except TimeoutError:
        print("silent")
"""


class Lab:
    """Three namespaces; their names carry this process's id, so that nobody else's are touched."""

    def __init__(self, stack: ExitStack) -> None:
        for name in ("client", "mx", "server"):
            applier.run(["ip", "netns", "add", self.namespace(name)])
            stack.callback(applier.run, ["ip", "netns", "delete", self.namespace(name)])
            self.run(name, "ip", "link", "set", "lo", "up")
        self._link("client", "inet1", ["203.0.113.100/24"], "wan1", "203.0.113.2/24")
        self._link("client", "inet2", ["198.51.100.100/24"], "wan2", "198.51.100.2/24")
        self._link("server", "lan", [f"{MAPPED}/24", f"{OTHER}/24"], "lan1", "192.168.128.1/24")
        self.run("server", "ip", "route", "add", "default", "via", "192.168.128.1")
        self.run("mx", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        for name in LISTENED:
            stack.enter_context(self.running(name, LISTEN, *LISTENED[name]))

    def namespace(self, name: str) -> str:
        return f"mx{os.getpid()}-{name}"

    def inside(self, name: str, command: Sequence[str]) -> list[str]:
        return ["nsenter", f"--net=/run/netns/{self.namespace(name)}", *command]

    def run(self, name: str, *command: str) -> str:
        return applier.run(self.inside(name, command))

    @contextmanager
    def running(self, name: str, script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Return a python script that runs from the moment it says ready until the block ends."""
        command = self.inside(name, [sys.executable, "-c", script, *arguments])
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, text=True, **pipes) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
                yield process
            finally:
                process.terminate()

    def python(self, name: str, script: str, *arguments: str) -> str:
        """Return what a python script prints."""
        return self.run(name, sys.executable, "-c", script, *arguments).strip()

    def connect(self, name: str, host: str, port: int, source: str = "", source_port: int = 0) -> str:
        return self.python(name, CONNECT, host, str(port), source, str(source_port))

    def ping(self, host: str) -> str:
        return self.python("client", PING, host)

    def put(self, network: Network, *rules: AnyRule, policy: Policy | None = None, **state: Any) -> None:
        """Put exactly these NAT rules, policy objects, and other fields of the state, in force."""
        one_to_one = OneToOneRules(rules=[rule for rule in rules if isinstance(rule, OneToOneRule)])
        one_to_many = OneToManyRules(rules=[rule for rule in rules if isinstance(rule, OneToManyRule)])
        forwarding = PortForwardingRules(rules=[rule for rule in rules if isinstance(rule, PortForwardingRule)])
        wanted = NetworkState(one_to_one=one_to_one, one_to_many=one_to_many, port_forwarding=forwarding, **state)
        applier.apply([Site(network, wanted, policy or Policy())], self._on_mx)

    def route(self, network: Network) -> None:
        """Make the network's routing tables."""
        applier.route([network], self._on_mx)

    def _on_mx(self, command: Sequence[str], text: str) -> str:
        return applier.run(self.inside("mx", command), text)

    def _link(self, name: str, device: str, addresses: Sequence[str], mx_device: str, mx_address: str) -> None:
        peer = ["peer", "name", mx_device, "netns", self.namespace("mx")]
        self.run(name, "ip", "link", "add", device, "type", "veth", *peer)
        for owner, end, items in ((name, device, addresses), ("mx", mx_device, [mx_address])):
            for address in items:
                self.run(owner, "ip", "address", "add", address, "dev", end)
            self.run(owner, "ip", "link", "set", end, "up")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    if UNABLE:
        pytest.skip("network namespaces need root, ip, nft and nsenter")
    with ExitStack() as stack:
        yield Lab(stack)
