# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the probe asks for ports, with a server that answers at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, cycle
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import entry, passive_range
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Target
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.reply import Reply
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Halt

RANGE = PortRange(61000, 61002)
GARBLED, REFUSED = -1, -2


class Server:
    """Answers PASV and EPSV with one port after the other, with a reply that has none, or with a refusal."""

    def __init__(self, ports: Iterator[int]) -> None:
        self.ports = ports
        self.asked: list[str] = []
        self.open = 0

    def connect(self, *_arguments: object) -> Control:
        self.open += 1
        return Control(self)


class Control:
    """A connection to the server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.record: list[seen.Line] = []
        self.code = 0

    def close(self) -> None:
        self.server.open -= 1

    def final(self) -> None:
        """Read the greeting."""

    def login(self, *_arguments: str) -> None:
        """Log in."""

    def command(self, command: str) -> Reply:
        self.server.asked.append(command)
        port = next(self.server.ports)
        if port == REFUSED:
            self.code = 425
            self.record.append(seen.Line(0.0, "server", "425 no port"))
            raise Halt(seen.REJECTED)
        numbers = f"203,0,113,13,{port // 256},{port % 256}" if command == "PASV" else f"|||{port}|"
        return Reply(227 if command == "PASV" else 229, (f"227 ({numbers})" if port > 0 else "227 ready",))


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what has the probe talk to a server that gives these ports."""

    def start(ports: Iterator[int]) -> Server:
        server = Server(ports)
        monkeypatch.setattr(entry, "Control", server.connect)
        monkeypatch.setattr(passive_range, "Control", server.connect)
        return server

    return start


def target(address: str = "203.0.113.13") -> Target:
    return Target(address, 21, "me", "secret")


@pytest.mark.parametrize(
    ("ports", "announced"),
    [
        # Each port once, or several of them twice: it ends with the last one that was missing.
        ([61002, 61000, 61001, 61000], (61002, 61000, 61001)),
        ([61000, 61000, 61001, 61000, 61002], (61000, 61000, 61001, 61000, 61002)),
        ([61000, 62000, 61001, 61002], (61000, 62000, 61001, 61002)),
        ([61000, GARBLED], (61000,)),
        ([REFUSED], ()),
    ],
)
def test_one_session_asks_until_it_has_seen_each_port(serve: Any, ports: list[int], announced: tuple[int, ...]) -> None:
    server = serve(iter(ports))
    assert passive_range.announced_ports(target(), seen.CLEAR, RANGE) == announced
    assert server.open == 0


def test_a_server_that_never_names_a_port_is_not_asked_for_ever(serve: Any) -> None:
    serve(cycle([61000, 61001]))
    assert len(passive_range.announced_ports(target(), seen.CLEAR, RANGE)) == passive_range.MAX_ANNOUNCED


@pytest.mark.parametrize(("address", "command"), [("203.0.113.13", "PASV"), ("2001:db8::13", "EPSV")])
def test_over_ipv6_the_extended_command_is_asked(serve: Any, address: str, command: str) -> None:
    server = serve(iter([61000, 61001, 61002]))
    assert passive_range.announced_ports(target(address), seen.CLEAR, RANGE) == (61000, 61001, 61002)
    assert set(server.asked) == {command}


@pytest.mark.parametrize(
    ("ports", "found"),
    [
        # Three sessions more than the range has ports, wherever the server takes theirs from.
        (count(61000), seen.Exhaustion((61000, 61001, 61002), (61003, 61004, 61005))),
        (cycle([61001]), seen.Exhaustion((61001,) * 6)),
        (
            iter([61000, 61002, REFUSED]),
            seen.Exhaustion((61000, 61002), (), seen.ANNOUNCE, seen.REJECTED, 425, "425 no port"),
        ),
        (iter([GARBLED]), seen.Exhaustion((), (), seen.ANNOUNCE, seen.GARBLED)),
    ],
    ids=["leaves the range", "one port for all", "refuses", "unreadable"],
)
def test_sessions_hold_a_port_each_until_one_gets_none(
    serve: Any, ports: Iterator[int], found: seen.Exhaustion
) -> None:
    server = serve(ports)
    assert passive_range.exhaust(target(), seen.CLEAR, RANGE) == found
    assert server.open == 0
