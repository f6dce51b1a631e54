# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict: evidence in; verdicts, findings and a table out; no sockets.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import PUBLIC, kind_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ROLE, Cause, Change, Weakening, page_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.server_name import server_name
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    DATA_TLS,
    LONG_TRANSFERS,
    SESSIONS,
    Cell,
    Edge,
    Evidence,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import cell_facts, describe, facts, table

# What begins each remedy that weakens security.
WEAKENS = "Weakens security:"
# Where the inventory's name for a setting is not that of the server roles with another prefix.
_INVENTORY = {"masquerade_address": "public_address"}


def judge(evidence: Evidence) -> dict[str, Any]:
    """Return the result that the module documents: plain lists, dicts, strings and numbers."""
    # These trials differ from the cells in nothing that a server may refuse, and break for the same causes.
    like_cells = [trial for trial in evidence.trials if trial.variant in LONG_TRANSFERS or _tried_sessions(trial)]
    shown = [(cell, _cause(cell, evidence)) for cell in (*evidence.cells, *like_cells)]
    verdicts = [_verdict(cell, cause) for cell, cause in shown[: len(evidence.cells)]]
    findings = [_finding(cause, cells, evidence) for cause, cells in _roots(shown, evidence)]
    return {
        "passed": not findings and all(cell.passed for cell in evidence.cells),
        "cells": [{"verdict": verdict, **cell_facts(cell)} for cell, verdict in zip(evidence.cells, verdicts)],
        "findings": findings,
        "table": table(evidence.cells, verdicts),
        **facts(evidence),
    }


def _tried_sessions(trial: Cell) -> bool:
    """Return whether the trial SESSIONS came as far as a data connection in TLS: an end before that says nothing."""
    return trial.variant == SESSIONS and (bool(trial.sessions) or trial.stage == DATA_TLS)


def _cause(cell: Cell, evidence: Evidence) -> Cause | None:
    return next((cause for cause in CAUSES if cause.fits(cell, evidence)), None)


def _verdict(cell: Cell, cause: Cause | None) -> str:
    return "passed" if cell.passed else cause.verdict if cause else "failed"


def _roots(shown: list[tuple[Cell, Cause | None]], evidence: Evidence) -> Iterator[tuple[Cause, list[Cell]]]:
    """Yield the causes that no other one explains, each with the cells that show it or what it explains."""
    by_cells = [cause for _cell, cause in shown]
    causes = [
        cause
        for cause in CAUSES
        if cause in by_cells or (cause.beside_cells is not None and cause.beside_cells(evidence))
    ]
    explained = {identity for cause in causes for identity in cause.explains}
    for root in causes:
        if root.id not in explained:
            mine = (root.id, *root.explains)
            yield root, [cell for cell, cause in shown if cause is not None and cause.id in mine]


def _finding(cause: Cause, cells: list[Cell], evidence: Evidence) -> dict[str, Any]:
    server = server_name(evidence)
    weakenings = [each for each in cause.weakenings if any(each.proven(cell, evidence) for cell in cells)]
    proven = cause.changes_proven is None or any(cause.changes_proven(cell, evidence) for cell in cells)
    return {
        "id": cause.id,
        "layer": cause.layer,
        "message": cause.message,
        "modes": [cell.label for cell in cells],
        "evidence": [
            *_grouped(cells),
            *(cause.beside_lines(evidence) if cause.beside_lines else ()),
            *(_edge(edge) for edge in evidence.edges if cause.with_edges),
        ],
        "explanation": cause.explanation,
        "remedy": _remedy(cause, weakenings, server),
        "changes": [
            *(_changes(cause.changes, server, evidence) if proven else ()),
            *(change for each in weakenings for change in _changes(each.changes, server, evidence)),
        ],
        "next_step": cause.next_step,
        "sources": list(cause.sources),
        "url": page_of(cause.id),
    }


def _remedy(cause: Cause, weakenings: Sequence[Weakening], server: str) -> str:
    """Return the remedy, and those that weaken security after it."""
    last_resorts = (_last_resort(each, server) for each in weakenings)
    return " ".join([cause.remedy, *_words(cause.vendors, server), *filter(None, last_resorts)])


def _words(vendors: Mapping[str, str], server: str) -> list[str]:
    """Return a remedy in the server's words, or in those of all servers if the server is unknown."""
    words = {server: vendors[server]} if server in vendors else {} if server else vendors
    return [f"{name}: {text}." for name, text in words.items()]


def _last_resort(weakening: Weakening, server: str) -> str:
    """Return a remedy that weakens security, with its price; "" if the server has none."""
    ways = [*filter(None, [weakening.text]), *_words(weakening.vendors, server)]
    return " ".join([WEAKENS, *ways, f"The price: {weakening.price}"]) if ways else ""


def _changes(changes: Iterable[Change], server: str, evidence: Evidence) -> Iterator[dict[str, Any]]:
    """Yield the settings to change and their values; for an unknown server, the variables of the inventory."""
    for change in changes:
        value = _filled(change.value, _values(evidence))
        if value and change.server in ("", server):
            yield {"scope": change.scope, "option": _option(change, server), "value": value, "add": change.add}


def _filled(value: Any, values: Mapping[str, object]) -> Any:
    """Return the value with its templates filled in; empty if a value for them is unknown."""
    if isinstance(value, dict):
        return {name: _filled(item, values) for name, item in value.items()}
    if isinstance(value, list):
        return [filled for filled in (_filled(item, values) for item in value) if filled]
    return value.format(**values) if isinstance(value, str) else value


def _option(change: Change, server: str) -> str:
    if change.scope != ROLE:
        return change.option
    return (
        f"{SERVERS[server].role}_{change.option}" if server else f"ftp_{_INVENTORY.get(change.option, change.option)}"
    )


def _values(evidence: Evidence) -> dict[str, object]:
    """Return what templates of values can hold: the service as its clients call it, and what its user expects."""
    first = evidence.cells[0] if evidence.cells else Cell("")
    called = _public_ipv4(first.control_address)
    return {
        # A probe in the LAN calls the server by another address than clients on the Internet do.
        "public_address": evidence.public_address or called,
        "called_address": called,
        "control_port": first.control_port,
        "lan_address": evidence.lan_address,
        "uplink": evidence.uplink,
        "passive_ports": evidence.passive_ports or "",
        # A client behind NAT does not know by which address the MX sees it.
        "client_address": _public_ipv4(evidence.client_address),
        "keepalive": max((trial.keepalive for trial in evidence.trials if trial.passed), default=0),
    }


def _public_ipv4(address: str) -> str:
    """Return the address if rules of the MX's NAT can hold it, else ""."""
    return address if ":" not in address and kind_of(address) == PUBLIC else ""


def _grouped(cells: list[Cell]) -> Iterator[str]:
    """Return one line for all modes that saw the same."""
    modes: dict[str, list[str]] = {}
    for cell in cells:
        modes.setdefault(describe(cell), []).append(cell.label)
    return (f"{', '.join(names)}: {line}" for line, names in modes.items())


def _edge(edge: Edge) -> str:
    return f"connection to port {edge.port} of the passive range: {edge.outcome}"
