# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The FTP helper: it rewrites addresses in a dialogue and admits the data connection that follows."""

from __future__ import annotations

from typing import Any

import pytest
from mx_emulator.config import Network
from mx_emulator.rules import PortForwardingRule

OTHER = "192.168.128.12"
# What a dialogue that goes on after a rewritten line has to show.
ON = ["200 NOOP", "200 QUIT"]
# The kernel's helper reads nothing before the first line of a side has ended, so a dialogue begins with USER.
# A server on the Internet: sends the PORT command that it has got over the data connection.
ACTIVE_SERVER = """
import re, socket
with socket.create_server(("", 21)) as listener:
    print("ready", flush=True)
    with listener.accept()[0] as control:
        control.sendall(b"220 here\\r\\n")
        lines = control.makefile()
        lines.readline()
        control.sendall(b"331 go on\\r\\n")
        command = lines.readline().strip()
        *host, high, low = re.findall("[0-9]+", command)
        target = ".".join(host), 256 * int(high) + int(low)
        with socket.create_connection(target, 1, ("", 20)) as data:
            data.sendall(command.encode())
        control.sendall(b"226 received\\r\\n")
        for line in lines:
            control.sendall(b"200 " + line.encode())
"""
ACTIVE_CLIENT = """
import socket, sys
with socket.create_server((sys.argv[1], 62001)) as listener:
    listener.settimeout(0.6)
    with socket.create_connection((sys.argv[2], 21), 1, (sys.argv[1], 0)) as control:
        lines = control.makefile()
        lines.readline()
        control.sendall(b"USER guest\\r\\n")
        lines.readline()
        control.sendall(("PORT %s,242,49\\r\\n" % sys.argv[1].replace(".", ",")).encode())
        try:
            print(listener.accept()[0].makefile().read())
        except TimeoutError:
            print("silent")
            sys.exit()
        control.settimeout(2)
        print(lines.readline().strip())
        for command in ("NOOP", "QUIT"):
            control.sendall((command + "\\r\\n").encode())
            print(lines.readline().strip())
"""
# A server in the LAN: announces its own address in passive mode.
PASSIVE_SERVER = """
import socket, sys
with socket.create_server((sys.argv[1], 2121)) as listener, socket.create_server((sys.argv[1], 62000)) as passive:
    print("ready", flush=True)
    with listener.accept()[0] as control:
        control.sendall(b"220 here\\r\\n")
        lines = control.makefile()
        lines.readline()
        control.sendall(("227 Entering Passive Mode (%s,242,48).\\r\\n" % sys.argv[1].replace(".", ",")).encode())
        passive.settimeout(1)
        with passive.accept()[0] as data:
            data.sendall(b"data")
        control.sendall(b"226 sent\\r\\n")
        for line in lines:
            control.sendall(b"200 " + line.encode())
"""
PASSIVE_CLIENT = """
import re, socket, sys
with socket.create_connection((sys.argv[1], 21), 1) as control:
    lines = control.makefile()
    lines.readline()
    control.sendall(b"PASV\\r\\n")
    *host, high, low = re.findall("[0-9]+", lines.readline().partition("(")[2])
    try:
        with socket.create_connection((".".join(host), 256 * int(high) + int(low)), 0.6) as data:
            print(".".join(host), data.makefile().read())
    except OSError:
        print(".".join(host), "unreachable")
        sys.exit()
    # Rewriting has changed the length of a line: from now on, the kernel has to shift every sequence number.
    control.settimeout(2)
    print(lines.readline().strip())
    for command in ("NOOP", "QUIT"):
        control.sendall((command + "\\r\\n").encode())
        print(lines.readline().strip())
"""


@pytest.mark.parametrize(
    ("firmware", "seen"),
    [("wired-18-107-10", ["PORT 203,0,113,2,242,49", "226 received", *ON]), ("wired-12-24", ["silent"])],
)
def test_outbound_active_mode_needs_firmware(lab: Any, hq: dict[str, Any], firmware: str, seen: list[str]) -> None:
    lab.put(Network.model_validate({**hq, "firmware": firmware}))
    with lab.running("client", ACTIVE_SERVER):
        assert lab.python("server", ACTIVE_CLIENT, OTHER, "203.0.113.100").splitlines() == seen


@pytest.mark.parametrize(
    ("helper", "seen"), [(True, ["203.0.113.2 data", "226 sent", *ON]), (False, [f"{OTHER} unreachable"])]
)
def test_inbound_passive_mode_is_rewritten_only_on_demand(
    lab: Any, hq: dict[str, Any], helper: bool, seen: list[str]
) -> None:
    ports = {"public_port": "21", "local_port": "2121", "protocol": "tcp"}
    lab.put(
        Network.model_validate({**hq, "inbound_ftp_helper": helper}),
        PortForwardingRule(lan_ip=OTHER, allowed_ips=["any"], **ports),
    )
    with lab.running("server", PASSIVE_SERVER, OTHER):
        assert lab.python("client", PASSIVE_CLIENT, "203.0.113.2").splitlines() == seen
