# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mx_reach says of the same connections and endpoints, and where the packets say something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import is_lan
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of, lists_of
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    BEFORE_TRANSFERS,
    CLOSED,
    CONTROL,
    DATA,
    GREETING,
    OF_DATA_CONNECTION,
    REFUSED,
    REJECTED,
    TLS,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import resolved
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import STOPPED, UNDETERMINED
from ansible_collections.mxlab.ftp.plugins.modules.mx_reach import FLOW_SPEC

from twin.checks import OUTBOUND, Check
from twin.transfers import Result
from twin.tries import Arrival

# Stages of a cell that are between the two connections: what ends there, the server has refused.
_BETWEEN = (TLS, *BEFORE_TRANSFERS)
# An MX drops what it stops: these are answers of a host.
_ANSWERS = (REFUSED, CLOSED)
Json = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


class Judge:
    """mx_reach with one export."""

    def __init__(self, document: Json) -> None:
        self._lists, self._facts = lists_of(document), facts_of(document)
        self._objects = resolved(document.get("policyObjects", []), document.get("policyObjectsGroups", []), {})

    def checks(self, checks: Sequence[Check], source_ports: Sequence[int]) -> list[Mapping[str, Any]]:
        """Return one row of mx_reach for each connection, with the port that it came from."""
        rows = self._report([], [*map(_flow, checks, source_ports)])["flows"]
        if len(rows) != len(checks):
            raise AssertionError(f"{len(rows)} rows for {len(checks)} connections, expected one for each")
        return list(rows)

    def endpoint(self, endpoint: Endpoint, client: str | None = None) -> Json:
        """Return the result of mx_reach for an endpoint, for one client or for all that it is for."""
        asked = replace(endpoint, allowed_ips=(client,)) if client else endpoint
        return self._report([asked], [])

    def _report(self, endpoints: Sequence[Endpoint], flows: Sequence[Json]) -> Json:
        return report(self._lists, self._facts, endpoints, flows, self._objects, {})


def unanswered(row: Mapping[str, Any]) -> bool:
    """Tell whether packets leave the MX with an address of the LAN, to which no answer finds its way."""
    after = row["translated"] or {}
    return row["direction"] == OUTBOUND and after.get("source") == row["source"] and is_lan(row["source"])


def contradiction(row: Mapping[str, Any], arrival: Arrival | None, seen_as: Mapping[str, str]) -> str:
    """Say how packets contradict a row of mx_reach, "" if they do not; what is undetermined is contradicted by none.

    `seen_as` are the addresses that the Internet sees, by those of the MX behind NAT.
    """
    if row["verdict"] == UNDETERMINED:
        return ""
    if row["verdict"] == STOPPED:
        return "" if arrival is None else f"mx_reach says stopped, the packets arrive at {place(arrival)}"
    if arrival is None:
        return "" if unanswered(row) else "mx_reach says admitted, the packets do not arrive"
    translated: Mapping[str, Any] = row["translated"] or {}
    source = translated.get("source")
    after = {**translated, "source": seen_as.get(str(source), source)}
    wrong = [
        f"{name} {after[key]}, the packets have {seen}"
        for name, key, seen in (
            ("destination", "destination", arrival.destination),
            ("port", "ports", str(arrival.port)),
            ("source", "source", arrival.source),
        )
        if after.get(key) not in (None, seen)
    ]
    return f"mx_reach says {'; '.join(wrong)}" if wrong else ""


def contradictions(rows: Rows, endpoint: Endpoint, result: Result) -> Iterator[str]:
    """Yield how the transfers from the Internet contradict mx_reach's rows for the same client.

    Where mx_reach lets in a part of the passive range only, chance decides whether a transfer works.  mx_reach knows of
    connections only, and of those that the endpoint has: what a server refuses, and what it announces besides, is no
    contradiction.
    """
    passed = {name: [row["passed"] for row in rows if row["name"] == name] for name in ("control", "passive", "active")}
    if any(row["verdict"] == UNDETERMINED for row in rows):
        return
    control = all(passed["control"])
    for cell in result["cells"]:
        active = cell["mode"] in ("PORT", "EPRT")
        parts = passed["active" if active else "passive"]
        if cell["mode"] in ("EPSV", "PASV-peer") or cell["verdict"] == UNDETERMINED or len(set(parts)) > 1:
            continue
        expected = control and all(parts)
        if (expected and _of_server(cell)) or not (active or _as_wanted(endpoint, cell)):
            continue
        worked = bool(cell["data_peer"]) if active else cell["stage"] not in (CONTROL, GREETING, *_BETWEEN, DATA)
        if worked != expected:
            words = "that FTP passes" if expected else "that FTP does not pass"
            yield f"{cell['mode']}: mx_reach says {words}, the transfer says: {cell['evidence']}"


def _of_server(cell: Mapping[str, Any]) -> bool:
    """Tell whether the server has ended a transfer, which the MX then had let through so far."""
    says_so = cell["outcome"] == REJECTED and cell["code"] not in OF_DATA_CONNECTION
    return says_so or cell["stage"] in _BETWEEN or cell["outcome"] in _ANSWERS


def _as_wanted(endpoint: Endpoint, cell: Mapping[str, Any]) -> bool:
    """Tell whether a server in passive mode announces the address and a port of the endpoint, if it came to that."""
    address, port, ports = cell["data_address"], cell["data_port"], endpoint.passive_ports
    return not address or (address == endpoint.public_address and ports is not None and port in ports)


def place(arrival: Arrival) -> str:
    """Return where a connection has arrived, in words."""
    return f"{arrival.destination} port {arrival.port}"


def _flow(check: Check, source_port: int) -> Json:
    defaults = {name: words.get("default") for name, words in FLOW_SPEC.items()}
    return {
        **defaults,
        "direction": check.direction,
        "uplink": check.uplink,
        "source": check.source,
        "source_ports": str(source_port),
        "destination": check.destination,
        "ports": str(check.port),
    }
