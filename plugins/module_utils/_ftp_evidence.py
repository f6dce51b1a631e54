# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the probe has seen, as plain data: written by _ftp_dialog, judged by _ftp_verdict.

Private to the collection mxlab.ftp: it may change in any release.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

PASSIVE_MODES = ("PASV", "PASV-peer", "EPSV")
ACTIVE_MODES = ("PORT", "EPRT")
MODES = PASSIVE_MODES + ACTIVE_MODES
MODE_GROUPS = {"passive": PASSIVE_MODES, "active": ACTIVE_MODES}

# Stages of a cell, in their order.
CONTROL = "control"
GREETING = "greeting"
LOGIN = "login"
DIRECTORY = "directory"
TYPE = "type"
ANNOUNCE = "announce"
DATA = "data"
UPLOAD = "upload"
DOWNLOAD = "download"
COMPARE = "compare"
DELETE = "delete"

# How a stage, or a connection to one port of the range, ends.
OK = "ok"
OPEN = "open"
REFUSED = "refused"
TIMEOUT = "timeout"
UNREACHABLE = "unreachable"
NO_NEIGHBOUR = "no-neighbour"
NO_ROUTE = "no-route"
CLOSED = "closed"
GARBLED = "garbled"
REJECTED = "rejected"
FOREIGN = "foreign"
DIFFERS = "differs"


def modes_of(names: Sequence[str]) -> list[str]:
    """The modes that the names, of modes or of groups, stand for: each once, in the order of MODES."""
    wanted = {mode for name in names for mode in MODE_GROUPS.get(name, (name,))}
    return [mode for mode in MODES if mode in wanted]


@dataclass(frozen=True)
class Cell:
    """One mode, tried once.

    stage and outcome say where and how it ended: DELETE and OK when all went well.
    UNREACHABLE: a router reported it.  NO_NEIGHBOUR: nobody on the probe's own link answers for the address.
    NO_ROUTE: the probe's host, or a router, knows no way.
    FOREIGN at DATA: the other end of the data connection would be, or was, neither the control connection's peer
    nor the expected public address; it was not used.
    code is that of the last whole reply (0 if there was none), reply the last line, replies are all lines.
    data_address and data_port: where a client in this mode connects to, or what the probe announced in active modes.
    data_peer: address:port that the server's last active connection came from.
    All texts are already masked and escaped.
    """

    mode: str
    stage: str = CONTROL
    outcome: str = OK
    code: int = 0
    reply: str = ""
    control_address: str = ""
    control_port: int = 0
    data_address: str = ""
    data_port: int = 0
    data_peer: str = ""
    replies: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the mode works: all stages done."""
        return (self.stage, self.outcome) == (DELETE, OK)


@dataclass(frozen=True)
class Edge:
    """The first or the last port of the passive range: what a connection to it met (OPEN, REFUSED, TIMEOUT, ...)."""

    port: int
    outcome: str


@dataclass(frozen=True)
class Evidence:
    """All that one run has seen, beside what its user expects ("" or None where nothing is expected)."""

    cells: tuple[Cell, ...]
    edges: tuple[Edge, ...] = ()
    lan_address: str = ""
    passive_ports: PortRange | None = None
