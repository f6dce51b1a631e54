# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures at the vantages and at the MX for as long as a run lasts, and what they show of each probe."""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from matrix import machines

MX, LAN = "mx", "192.168.128.1"
CLIENT_PLACE, WAN_PLACE, LAN_PLACE = "client", "wan", "lan"
# Only what opens, refuses or ends a connection, as in playbooks/tasks/start_captures.yml.
_PACKETS = "icmp or tcp[tcpflags] & (tcp-syn | tcp-fin | tcp-rst) != 0"
# It says when it has begun, and ends with its standard input, so that nothing of it stays behind.
_READY = "ready"
_CAPTURE = f"""\
log=$(mktemp)
tcpdump --immediate-mode -i "$0" -s 96 -nn -tt -S -l '{_PACKETS}' </dev/null 2>"$log" &
until grep -q 'listening on' "$log"; do kill -0 $! 2>/dev/null && sleep 0.05 || {{ cat "$log" >&2; break; }}; done
echo {_READY}
read -r nothing
kill $!
rm "$log"
"""


@dataclass(frozen=True)
class _Interface:
    machine: str
    name: str
    address: str


class Captures:
    """The captures of a run, from its start until end is called."""

    def __init__(self, clients: Iterable[str]) -> None:
        found = [each for machine in (*dict.fromkeys(clients), MX) for each in _interfaces(machine)]
        self._running = {each: _Capture(each) for each in found}
        for capture in self._running.values():
            capture.begun.wait()

    def end(self) -> Record:
        """Stop all captures, and return what they saw."""
        return Record({each: capture.end() for each, capture in self._running.items()})


class _Capture:
    """One capture.  A thread takes its lines, because a full pipe would make tcpdump lose packets."""

    def __init__(self, interface: _Interface) -> None:
        self.begun = Event()
        self._lines: list[str] = []
        self._process = machines.begin(interface.machine, "bash", "-c", _CAPTURE, interface.name)
        self._taking = Thread(target=self._take, daemon=True)
        self._taking.start()

    def end(self) -> list[str]:
        assert self._process.stdin
        self._process.stdin.close()
        self._taking.join()
        self._process.wait()
        return self._lines

    def _take(self) -> None:
        assert self._process.stdout
        for raw in self._process.stdout:
            line = raw.decode(errors="replace").rstrip()
            if line == _READY:
                self.begun.set()
            elif line[:1].isdigit():
                self._lines.append(line)
        self.begun.set()


@dataclass(frozen=True)
class Record:
    """Interface -> the lines of tcpdump there, in the order of time."""

    lines: Mapping[_Interface, Sequence[str]]

    def of(self, client: str, addresses: Iterable[str], window: tuple[float, float]) -> dict[str, str]:
        """Return by place what was seen of one probe.

        addresses: those at which its server is seen anywhere.  window: its begin and its end, seconds since 1970.
        """
        marks = tuple(f" {address}." for address in addresses)
        places: dict[str, list[str]] = {}
        for interface, lines in self.lines.items():
            if interface.machine in (client, MX):
                places.setdefault(_place(interface), []).extend(_between(lines, window, marks))
        return {place: "\n".join(sorted(found)) + "\n" for place, found in places.items()}


def _place(interface: _Interface) -> str:
    if interface.machine != MX:
        return CLIENT_PLACE
    return LAN_PLACE if interface.address == LAN else WAN_PLACE


def _between(lines: Sequence[str], window: tuple[float, float], marks: Sequence[str]) -> Iterator[str]:
    begin, end = (bisect.bisect(lines, moment, key=_time) for moment in window)
    return (line for line in lines[begin:end] if any(mark in line for mark in marks))


def _time(line: str) -> float:
    return float(line.split(" ", 1)[0])


def _interfaces(machine: str) -> Iterator[_Interface]:
    for link in json.loads(machines.run(machine, "ip -json -4 address show")):
        if link["ifname"] != "lo":
            yield _Interface(machine, link["ifname"], link["addr_info"][0]["local"])
