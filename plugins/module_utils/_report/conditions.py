# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of the table of vantages' causes is, and the conditions of its rows.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import is_lan
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import Cause, KeywordsOnly
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import (
    INTERNET,
    LAN,
    PLACES,
    Comparison,
    called_in_public,
    has_outbound_alg,
    is_active,
    is_unanswered,
)


@dataclass(frozen=True)
class VantageCause(KeywordsOnly):
    """A cause, the places of the vantages that it affects, and which of their failed cells show it.

    cause.explains: ids of findings that the vantage alone makes of the same cells.  changes_stay: the changes of those
    findings remove this cause, too.
    """

    cause: Cause
    places: tuple[str, ...]
    shows: Callable[[JudgedCell, Comparison], bool]
    changes_stay: bool = False


def no_hairpin(cell: JudgedCell, comparison: Comparison) -> bool:
    """Return whether the public address does not answer the LAN, while it answers the Internet."""
    return is_unanswered(cell) and called_in_public(cell) and comparison.works_from(cell, INTERNET)


def active_over_hairpin(cell: JudgedCell, comparison: Comparison) -> bool:
    """Return whether active mode fails from the LAN at the public address, while it works from the Internet."""
    return is_active(cell) and called_in_public(cell) and comparison.works_from(cell, INTERNET)


def lan_address_over_hairpin(cell: JudgedCell, comparison: Comparison) -> bool:
    """Return whether the server announces its LAN address to a client that called the public one."""
    wrong = cell.outcome == seen.FOREIGN and cell.mode == "PASV" and is_lan(cell.data_address)
    return wrong and called_in_public(cell) and comparison.works_from(cell, INTERNET)


def stopped_outside(cell: JudgedCell, comparison: Comparison) -> bool:
    """Return whether the control connection is dropped, while the server works for the LAN."""
    silent = (cell.stage, cell.outcome) == (seen.CONTROL, seen.TIMEOUT)
    return silent and comparison.works_from(cell, LAN)


def announced_differently(cell: JudgedCell, comparison: Comparison) -> bool:
    """Return whether the announced address is wrong here, while the same cell works elsewhere."""
    wrong = cell.outcome == seen.FOREIGN and cell.mode == "PASV"
    return wrong and comparison.works_from(cell, *PLACES)


def blocked_at_client(cell: JudgedCell, comparison: Comparison) -> bool:
    """Return whether the client behind NAT gets no answer, while the Internet does."""
    return is_unanswered(cell) and comparison.works_from(cell, INTERNET)


def blind_to_tls(cell: JudgedCell, comparison: Comparison) -> bool:
    """Return whether active mode works in clear and not with TLS, and does not fail from the Internet."""
    clear = comparison.view.cell(cell.mode)
    in_clear = clear is not None and clear.verdict == "passed"
    return is_active(cell) and cell.protection != seen.CLEAR and in_clear and not comparison.fails_from(cell, INTERNET)


def active_behind_nat(cell: JudgedCell, comparison: Comparison) -> bool:
    """Return whether active mode fails behind NAT, while it works from the Internet."""
    return is_active(cell) and comparison.works_from(cell, INTERNET)


def active_outbound(alg: bool | None) -> Callable[[JudgedCell, Comparison], bool]:
    """Return the condition that active mode fails out of the LAN only.

    alg: whether the firmware has an ALG for it; None if the firmware is unknown.
    """

    def shows(cell: JudgedCell, comparison: Comparison) -> bool:
        return (
            is_active(cell)
            and not comparison.fails_from(cell, INTERNET)
            and has_outbound_alg(comparison.firmware) is alg
        )

    return shows
