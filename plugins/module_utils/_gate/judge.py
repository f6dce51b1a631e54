# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judgement of many networks: each export with the endpoints that are expected there gives one row.

A row is plain data: what the module mx_gate documents, and all that the reports are made of.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import WARNING
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of, lists_of
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.exports import Export
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.gaps import gaps
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import resolved
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.tables import Table
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit_texts, one_line

Row = dict[str, Any]
Option = Mapping[str, Any]

PASSED, FAILED, UNDETERMINED, UNREADABLE, NO_EXPORT, NO_ENDPOINTS, NOT_JUDGED = (
    "passed",
    "failed",
    "undetermined",
    "unreadable",
    "no export",
    "no endpoints",
    "not judged",
)
# The public address of an endpoint that is the MX's own, whatever it is at present.
AUTO = "auto"
# So many characters of its first problem are in the line of a network.
_SHOWN = 400


@dataclass(frozen=True)
class Policy:
    """How all networks are judged: with `strict`, what is undetermined does not pass; the tables are mx_reach's."""

    strict: bool = False
    countries: Table = field(default_factory=dict)
    hosts: Table = field(default_factory=dict)


def judged(exports: Iterable[Export], options: Sequence[Option], folder: str, policy: Policy) -> Iterator[Row]:
    """Yield a row for each export, then one for each network of an endpoint that has not exactly one export.

    `folder` is where the exports are. Each export is needed only until its row is there, so that hundreds of them are
    never in memory together.
    """
    asked = _by_network(options)
    files: dict[str, list[str]] = {name: [] for name in asked}
    for export in exports:
        meant = sorted(export.names & asked.keys())
        for name in meant:
            files[name].append(export.file)
        yield fit_texts(_row(export, [option for name in meant for option in asked[name]], policy))
    for name, found in files.items():
        if len(found) != 1:
            yield fit_texts(_unfound(name, folder, found, asked[name]))


def dropped(hosts: Iterable[str], folder: str) -> Iterator[Row]:
    """Yield a row for each host that failed before its endpoint was known."""
    for host in hosts:
        problem = f"{host}: the host failed before the judgement; its own message in the log says why"
        row = {"network": None, "name": host, "file": folder, "endpoints": [host]}
        yield fit_texts(_finished(row, NOT_JUDGED, [problem], strict=True))


def line(row: Row) -> str:
    """Return one line for a network, for people."""
    name = row["name"] if row["network"] in (None, row["name"]) else f"{row['name']} ({row['network']})"
    return one_line(f"{row['verdict']}: {name}: {row['summary']}")


def wrong(row: Row) -> list[Row]:
    """Return the flows of a row that do not have the expected verdict."""
    return [flow for flow in row["flows"] if flow["verdict"] != PASSED]


def findings_of(row: Row, endpoint: str) -> list[Row]:
    """Return the warnings about an endpoint and about the whole MX."""
    found = (each for each in row["findings"] if each["endpoint"] in (None, endpoint))
    return [each for each in found if each["level"] == WARNING]


def sentence(finding: Row) -> str:
    """Return a finding in one line."""
    return one_line(f"{finding['id']}: {finding['evidence']}. {finding['explanation']} {finding['remedy']}")


def _by_network(options: Sequence[Option]) -> dict[str, list[Option]]:
    asked: dict[str, list[Option]] = {}
    for option in options:
        asked.setdefault(option.get("network") or "", []).append(option)
    return asked


def _row(export: Export, options: Sequence[Option], policy: Policy) -> Row:
    row = {"network": export.id, "name": export.title, "file": export.file, "endpoints": _names(options)}
    if export.problems:
        return _finished(row, UNREADABLE, export.problems, policy.strict)
    try:
        result = _reached(export, options, policy)
    except ValueError as error:
        return _finished(row, UNREADABLE, in_names(str(error), options), policy.strict)
    flows = list(_flows(result["flows"], policy.strict))
    verdicts = {flow["verdict"] for flow in flows}
    verdict = next((each for each in (FAILED, UNDETERMINED, PASSED) if each in verdicts), NO_ENDPOINTS)
    problems = _gaps(export, options) if verdict in (PASSED, UNDETERMINED) else []
    judged_row = {**row, "flows": flows, "findings": result["findings"]}
    return _finished(judged_row, UNDETERMINED if problems else verdict, problems, policy.strict)


def _gaps(export: Export, options: Sequence[Option]) -> list[str]:
    """Return a line about what the export lacks; without it, flows that pass do so by assumption."""
    missing = gaps(export.document, facts_of(export.document), [option["uplink"] for option in options])
    if not missing:
        return []
    return [
        f"not in the export: {', '.join(missing)}. The verdict depends on them; export the network again with the "
        "playbook mxlab.ftp.export, or add these answers of the Dashboard API"
    ]


def _reached(export: Export, options: Sequence[Option], policy: Policy) -> dict[str, Any]:
    """Return what mx_reach returns for an export; raises ValueError for what it cannot read."""
    document = export.document
    facts = facts_of(document)
    endpoints = parse_endpoints([placed(option, facts) for option in options], {})
    objects = resolved(document.get("policyObjects", []), document.get("policyObjectsGroups", []), policy.hosts)
    return report(lists_of(document), facts, endpoints, [], objects, policy.countries)


def placed(option: Option, facts: Mapping[str, Any]) -> Option:
    """Return an endpoint with the MX's own public address in place of `auto`; raises ValueError if it is not known.

    All are of one network, however they name it.
    """
    for name in ("public_address", "lan_address"):
        if not option[name]:
            raise ValueError(f"{option['name']}: {name} is empty; set ftp_{name}, because no server is asked for it")
    if option["public_address"] != AUTO:
        return {**option, "network": None}
    if option["uplink"] == "both":
        raise ValueError(
            f"{option['name']}: public_address is auto, which is the address of one uplink, and uplink is both; set "
            "ftp_uplink to one uplink, or ftp_public_address to the address"
        )
    uplinks = facts["uplinks"]
    seen = uplinks.get(option["uplink"], {}).get("public_address")
    if not seen:
        known = ", ".join(uplinks) or "no uplink"
        raise ValueError(
            f"{option['name']}: public_address is auto, and the export has no public address of {option['uplink']} "
            f"(it has {known}); add uplinkStatuses to the export, or set ftp_public_address to the address"
        )
    return {**option, "network": None, "public_address": seen}


def in_names(message: str, options: Sequence[Option]) -> list[str]:
    """Return the lines of a message with each endpoint named, not counted."""
    named = re.sub(r"\bendpoints\[(\d+)\]\.", lambda found: f"{options[int(found[1])]['name']}: ", message)
    return named.splitlines()


def _flows(rows: Sequence[Row], strict: bool) -> Iterator[Row]:
    """Yield each flow that has an expected verdict, as one, however many parts it has."""
    parts: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["expect"] is not None:
            parts.setdefault((row["endpoint"], row["name"]), []).append(row)
    for (endpoint, name), found in parts.items():
        bad = [row for row in found if not row["passed"]]
        verdict = _verdict(bad)
        yield {
            "endpoint": endpoint,
            "name": name,
            "verdict": verdict,
            "passed": _passes(verdict, strict),
            "parts": [f"{name}: {row['why']}" for row in bad],
            "rules": list(dict.fromkeys(f"{ref['kind']}[{ref['index']}]" for row in bad for ref in row["rules"])),
        }


def _verdict(bad: Sequence[Row]) -> str:
    if not bad:
        return PASSED
    return UNDETERMINED if all(row["verdict"] == "undetermined" for row in bad) else FAILED


def _passes(verdict: str, strict: bool) -> bool:
    return verdict in (PASSED, NO_ENDPOINTS) or (verdict == UNDETERMINED and not strict)


def _finished(row: Row, verdict: str, problems: Sequence[str], strict: bool) -> Row:
    """Return a whole row."""
    outcome = {"verdict": verdict, "passed": _passes(verdict, strict), "problems": list(problems)}
    whole = {"flows": [], "findings": [], **row, **outcome}
    return {**whole, "summary": _summary(whole)}


def _summary(row: Row) -> str:
    bad = [*(f"{flow['endpoint']}: {part}" for flow in wrong(row) for part in flow["parts"]), *row["problems"]]
    if not bad:
        return f"{_count(row['endpoints'], 'endpoint')}, {_count(row['flows'], 'flow')}"
    first = one_line(bad[0])
    shown = first if len(first) <= _SHOWN else f"{first[:_SHOWN]}..."
    return shown if len(bad) == 1 else f"{shown} ({len(bad) - 1} more)"


def _count(things: Sequence[Any], name: str) -> str:
    return f"{len(things)} {name}" if len(things) == 1 else f"{len(things)} {name}s"


def _names(options: Sequence[Option]) -> list[str]:
    return [option["name"] for option in options]


def _unfound(name: str, folder: str, files: Sequence[str], options: Sequence[Option]) -> Row:
    """Return the row of a network that endpoints name, and that has no export or several."""
    names = _names(options)
    who = ", ".join(names)
    if not name:
        problem = f"{who}: no network is named; set ftp_network to the id or name of the network"
    elif files:
        problem = f"{who}: {', '.join(files)} are all exports of {name!r}; keep one, or name the network by its id"
    else:
        problem = f"{who}: the folder has no export of the network {name!r}; export it, or correct ftp_network"
    row = {"network": None, "name": name or "(none)", "file": folder, "endpoints": names}
    return _finished(row, NO_EXPORT, [problem], strict=True)
