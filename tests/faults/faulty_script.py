# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a faulty server is told to do: lines of a fault file in, a Script out.  README.md beside it lists the verbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass
class Script:
    """The faults of one server.  Commands are FTP verbs, verbs with their argument ("PROT C"), or GREETING."""

    replies: dict[str, str] = field(default_factory=dict)
    rewritten: dict[str, str] = field(default_factory=dict)
    appended: dict[str, str] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    muted: set[str] = field(default_factory=set)
    hung_up: set[str] = field(default_factory=set)
    reset: set[str] = field(default_factory=set)
    dripped: set[str] = field(default_factory=set)
    flooded: set[str] = field(default_factory=set)
    long: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    masquerade: str = ""
    announced_port: str = ""
    only: str = ""
    no_data_connection: str | None = None
    data_from: str = ""
    peer_seen: str = ""
    spoil: Callable[[bytes], bytes] | None = None
    passive_ports: list[int] = field(default_factory=list)
    sequential: bool = False
    forgets: float | None = None
    narrow: int = 0
    no_taking: bool = False
    silent_ports: list[int] = field(default_factory=list)
    promiscuous: bool = False
    clients: int = 0
    certificate: str = ""
    tls_required: set[str] = field(default_factory=set)
    tls_versions: list[str] = field(default_factory=list)
    session_reuse: bool = False
    no_sessions: bool = False
    forgets_session: int = 0
    session_lifetime: int = 0
    implicit: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def parse(cls, lines: Sequence[str]) -> Script:
        """Return the script of lines such as "REPLY PASV 227 ...".  Raise ValueError for an unknown verb."""
        script = cls()
        for line in lines:
            verb, _blank, rest = line.partition(" ")
            if verb not in _VERBS:
                raise ValueError(f"{verb} is no verb of a fault file; there are {', '.join(sorted(_VERBS))}")
            _VERBS[verb](script, rest)
        return script

    def fault(self, command: str, argument: str) -> str:
        """Return the name of a fault for this command that is still to be shown; "" if there is none."""
        for name in (f"{command} {argument}".strip().upper(), command.upper()):
            ends = (self.muted, self.hung_up, self.reset)
            held = (self.replies, self.flooded, self.long, self.dripped, self.delays, *ends)
            if any(name in faults for faults in held):
                return name if self._counted(name) else ""
        return ""

    def _counted(self, name: str) -> bool:
        with self._lock:
            if self.skipped.get(name, 0) > 0:
                self.skipped[name] -= 1
                return False
            left = self.counts.get(name)
            if left is not None:
                self.counts[name] = left - 1
        return left is None or left > 0


def _command(rest: str) -> tuple[str, str]:
    """Return the command, in quotes if it holds a blank, and what follows it."""
    if rest.startswith('"'):
        command, _quote, text = rest[1:].partition('"')
        return command, text.strip(" ")
    command, _blank, text = rest.partition(" ")
    return command, text


def _into(name: str, convert: Callable[[str], Any] = str) -> Callable[[Script, str], None]:
    """Return what parses a verb with a command and what is done with it."""

    def act(script: Script, rest: str) -> None:
        command, text = _command(rest)
        getattr(script, name)[command] = convert(text)

    return act


def _add(name: str) -> Callable[[Script, str], None]:
    """Return what parses a verb that names one or more commands or words."""

    def act(script: Script, rest: str) -> None:
        getattr(script, name).update([_command(rest)[0]] if rest.startswith('"') else rest.split())

    return act


def _be(name: str, convert: Callable[[str], Any] = str) -> Callable[[Script, str], None]:
    """Return what parses a verb that sets one value."""
    return lambda script, rest: setattr(script, name, convert(rest))


def _ports(text: str) -> list[int]:
    """Return the ports of "61000-61009" or "61000 61009"."""
    if "-" in text:
        first, last = (int(port) for port in text.split("-"))
        return list(range(first, last + 1))
    return [int(port) for port in text.split()]


def _flag(_rest: str) -> bool:
    return True


def _truncated(length: str) -> Callable[[bytes], bytes]:
    return lambda content: content[: int(length)]


def _ascii(_rest: str) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(b"\r", b"")


_VERBS: dict[str, Callable[[Script, str], None]] = {
    "REPLY": _into("replies"),
    "REWRITE": _into("rewritten"),
    "APPEND": _into("appended"),
    "DELAY": _into("delays", float),
    "LONG": _into("long"),
    "COUNT": _into("counts", int),
    "SKIP": _into("skipped", int),
    "MUTE": _add("muted"),
    "HANGUP": _add("hung_up"),
    "RESET": _add("reset"),
    "DRIP": _add("dripped"),
    "FLOOD": _add("flooded"),
    "PASVBADIP": _be("masquerade"),
    "PASVBADPORT": _be("announced_port"),
    "ONLY": _be("only"),
    "NODATACONN": _be("no_data_connection"),
    "DATAFROM": _be("data_from"),
    "PEERSEEN": _be("peer_seen"),
    "TRUNCATE": _be("spoil", _truncated),
    "ASCII": _be("spoil", _ascii),
    "RANGE": _be("passive_ports", _ports),
    "FORGET": _be("forgets", float),
    "NARROW": _be("narrow", int),
    "NOTAKING": _be("no_taking", _flag),
    "SEQUENTIAL": _be("sequential", _flag),
    "SILENT": _be("silent_ports", _ports),
    "PROMISCUOUS": _be("promiscuous", _flag),
    "CLIENTS": _be("clients", int),
    "TLS": _be("certificate"),
    "TLSREQUIRED": _add("tls_required"),
    "TLSVERSIONS": _be("tls_versions", str.split),
    "TLSREUSE": _be("session_reuse", _flag),
    "TLSFORGET": _be("no_sessions", _flag),
    "TLSFORGETFROM": _be("forgets_session", int),
    "TLSLIFETIME": _be("session_lifetime", int),
    "TLSIMPLICIT": _be("implicit", _flag),
}
