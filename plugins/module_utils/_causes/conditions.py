# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about evidence, from which the tables of causes build their conditions.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import (
    CARRIER,
    LINK_LOCAL,
    LOOPBACK,
    PRIVATE,
    PUBLIC,
    is_lan,
    kind_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence

# In active modes the refusal of a transfer comes while its data connection is awaited.
IN_TRANSFER = (seen.DATA, seen.UPLOAD, seen.DOWNLOAD, seen.REPLY, seen.COMPARE, seen.DELETE)

# The outcomes of a connection that is dropped on the path.
DROPPED = (seen.TIMEOUT, seen.UNREACHABLE, seen.NO_NEIGHBOUR, seen.NO_ROUTE)


def last_reply(cell: Cell) -> str:
    """Return all lines of the last reply as one text."""
    lines = [cell.reply]
    for line in cell.replies[-2::-1]:
        if not re.match(rf"{cell.code}-| ", line):
            break
        lines.insert(0, line)
    return " ".join(lines)


def last_command(cell: Cell) -> str:
    """Return the last command of the probe, "" if it sent none."""
    return next((line.text for line in reversed(cell.transcript) if line.sender == "client"), "")


def says(pattern: str) -> Callable[[Cell, Evidence], bool]:
    """Return the condition that the last reply matches the pattern, in upper or lower case."""
    return lambda cell, evidence: bool(re.search(pattern, last_reply(cell), re.IGNORECASE))


says_idle = says(r"time[d -]*out|idle|inactiv|no transfer|keep.?alive")
# Words for a data connection that the server waited for in vain (pyftpdlib's are "data channel timed out").
lost_data_channel = says(
    r"data (channel|connection) timed out|(establish|open|build)( a| the)? data (channel|connection)"
)
says_no_space = says(r"no space|not enough (disk )?space|insufficient (storage|disk|space)|disk (is )?full|quota")
says_tls_failed = says(r"\b(TLS|SSL)\b.*\b(negotiat|handshake|fail)|\b(negotiat\w*|handshake)\b.*\b(TLS|SSL|secure)\b")
# ftpserverlib says with 421 that it has no address or port for PASV, and goes on.
says_no_listener = says(r"listen(er|ing)? |passive (connection|IP|port|mode)|public IP|masquerad")


def announces_lan(cell: Cell, evidence: Evidence) -> bool:
    """Return whether clients on the Internet cannot reach the data address."""
    address = cell.data_address
    return bool(address) and (address == evidence.lan_address or is_lan(address) or kind_of(address) == LOOPBACK)


def behind_nat(cell: Cell, _evidence: Evidence) -> bool:
    """Return whether the client announces a private address to a server outside its LAN, so is behind NAT."""
    hidden = kind_of(cell.data_address) in (PRIVATE, LINK_LOCAL, CARRIER)
    return hidden and kind_of(cell.control_address) in (PUBLIC, LOOPBACK)


def outside_range(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the announced port is outside the expected range."""
    return bool(evidence.passive_ports and cell.data_port and cell.data_port not in evidence.passive_ports)


def same_protection(cell: Cell, evidence: Evidence, *modes: str) -> Iterator[Cell]:
    """Return the other cells under the same protection, in the modes given."""
    return (
        other
        for other in evidence.cells
        if other is not cell and other.mode in modes and (other.protection, other.ipv6) == (cell.protection, cell.ipv6)
    )


def passes_in(cell: Cell, evidence: Evidence, *modes: str) -> bool:
    """Return whether one of the modes works under the cell's protection."""
    return any(other.passed for other in same_protection(cell, evidence, *modes))


def cells_in_clear(evidence: Evidence, modes: tuple[str, ...]) -> list[Cell]:
    """Return the cells of those modes whose control connection routers on the path can read."""
    return [cell for cell in evidence.cells if cell.mode in modes and cell.protection == seen.CLEAR]


def control_port_answers(evidence: Evidence) -> bool:
    """Return whether the control port answers at all."""
    return any(cell.stage != seen.CONTROL for cell in evidence.cells)


def dropped_edges(evidence: Evidence) -> bool:
    """Return whether the control port answers and ports of the range are dropped."""
    return control_port_answers(evidence) and any(edge.outcome in DROPPED for edge in evidence.edges)


def agreed(cell: Cell, evidence: Evidence, *modes: str) -> bool:
    """Return whether the server granted the command of one of the modes under the cell's protection."""
    return any(
        other.stage in (*IN_TRANSFER, seen.DATA_TLS) and bool(other.data_port)
        for other in same_protection(cell, evidence, *modes)
    )


def refused_for_good(cell: Cell, evidence: Evidence, *modes: str) -> bool:
    """Return whether the server refused the command of one of the modes with a 5yz, under the cell's protection."""
    return any(
        (other.stage, other.outcome) == (seen.ANNOUNCE, seen.REJECTED) and other.code >= 500
        for other in same_protection(cell, evidence, *modes)
    )


def trial(variant: str, evidence: Evidence) -> Cell | None:
    """Return the trial of that variant that the server did not refuse, else the first one, None if there is none."""
    tried = [cell for cell in evidence.trials if cell.variant == variant]
    return next((cell for cell in tried if cell.outcome != seen.REJECTED), tried[0] if tried else None)
