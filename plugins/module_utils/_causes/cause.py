# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of the tables of causes is: the evidence that shows a cause, its meaning and its remedy.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._documentation import SITE
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence

# The layer of the fault, as findings name it.
SERVER = "server"
MX = "MX"
ALG = "ALG"
NETWORK = "network"
CLIENT = "client"
TLS = "TLS"
LOGIN = "login"
LAYERS = (SERVER, MX, ALG, NETWORK, CLIENT, TLS, LOGIN)

# What a change is made to: a variable of the server's role, a field of the endpoint in mx_ftp_rules, an option of the
# probe.
ROLE = "role"
ENDPOINT = "endpoint"
PROBE = "probe"

_Row = TypeVar("_Row", bound="KeywordsOnly")

FAILED = "failed"
UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Change:
    """One setting of this collection that removes the cause.

    option: for ROLE the suffix that all server roles share ("passive_ports" is vsftpd_passive_ports on vsftpd).
    server: the only server that the change is for, a key of SERVERS; "" for any.
    value: the new value.  Texts, alone, in a list or in a dictionary, are templates: {public_address},
    {called_address}, {lan_address}, {uplink}, {passive_ports}, {control_port}, {client_address} and {keepalive} are
    filled in.
    add: add the value, a list or a dictionary, to what the setting holds, instead of replacing it.
    """

    scope: str
    option: str
    value: Any
    server: str = ""
    add: bool = False


def page_of(identity: str) -> str:
    """Return the address of the page about a cause; identity: its id."""
    return f"{SITE}/causes/{identity}.html"


class KeywordsOnly:
    """A row whose fields are given by name, so that no two texts are swapped.

    The kw_only of dataclasses needs Python 3.10.
    """

    def __new__(cls: type[_Row], **_fields: object) -> _Row:
        """Return the row.  Raise TypeError for a field without its name."""
        return super().__new__(cls)


@dataclass(frozen=True)
class Weakening(KeywordsOnly):
    """A remedy that weakens security: proposed only where the evidence proves the cause, and always with its price.

    text: what to do, for every server; "" if only vendors say it.  vendors and changes: as in a Cause.
    price: what is given up, as a sentence.
    proof: the evidence that is needed, in words.  proven: whether a cell of the finding holds this evidence.
    """

    price: str
    proof: str
    proven: Callable[[Cell, Evidence], bool]
    text: str = ""
    vendors: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Cause(KeywordsOnly):
    """The evidence that shows a cause, and the texts of its finding.

    stages, outcomes, modes, protections, codes (empty: any) and where: a cell that fits all of them shows the cause.
    It shows the first row of the table that it fits, and its verdict is that of the row.
    beside_cells: evidence beside the cells shows the cause, whatever the cells say.  A row without stages and with
    beside_cells is for that evidence only.  beside_lines: what the finding tells of that evidence.
    also_passed: a cell that works can also show the cause.  with_edges: the outcomes of single ports of the range are
    part of the finding's evidence.
    explains: ids of findings that this finding makes superfluous: the same fault, seen elsewhere.
    vendors: server, a key of SERVERS, -> the remedy in the words of that server.
    changes_proven: whether a cell of the finding proves that the changes remove the cause; without it, any cell does.
    weakenings: further remedies, which weaken security.  remedy, vendors and changes hold none.
    next_step: the measurement that decides, if the evidence does not.
    sources: where the facts are from: sections of RFCs, titles of vendors' pages, man pages.
    """

    id: str
    layer: str
    message: str
    explanation: str
    remedy: str
    sources: tuple[str, ...]
    vendors: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    changes_proven: Callable[[Cell, Evidence], bool] | None = None
    weakenings: tuple[Weakening, ...] = ()
    next_step: str = ""
    explains: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    protections: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    where: Callable[[Cell, Evidence], bool] | None = None
    beside_cells: Callable[[Evidence], bool] | None = None
    beside_lines: Callable[[Evidence], Sequence[str]] | None = None
    verdict: str = FAILED
    with_edges: bool = False
    also_passed: bool = False

    def fits(self, cell: Cell, evidence: Evidence) -> bool:
        """Return whether the cell shows this cause."""
        return (
            (self.beside_cells is None or bool(self.stages))
            and (self.also_passed or not cell.passed)
            and (not self.stages or cell.stage in self.stages)
            and (not self.outcomes or cell.outcome in self.outcomes)
            and (not self.modes or cell.mode in self.modes)
            and (not self.protections or cell.protection in self.protections)
            and (not self.codes or cell.code in self.codes)
            and (self.where is None or self.where(cell, evidence))
        )
