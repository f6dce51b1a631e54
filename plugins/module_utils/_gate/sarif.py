# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows as SARIF 2.1.0, the format of code scanning: a result for each flow, problem and warning.

Source: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS Standard, with section numbers below;
what GitHub asks for besides: "SARIF support for code scanning".
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import Row, findings_of, sentence, wrong
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit_texts

Json = dict[str, Any]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# What the results of the gate itself mean, and what to do; those of findings have their own words.
_OWN = {
    "flow-failed": (
        "FTP does not pass",
        "A flow that an endpoint needs is stopped by the MX, or arrives elsewhere.",
        "Correct the rule that the message names, or the ftp_* variables of the host.",
    ),
    "flow-undetermined": (
        "It is not known whether FTP passes",
        "The export does not tell what the MX does with a flow.",
        "Add what the message asks for to the export, or test with the playbook mxlab.ftp.probe.",
    ),
    "unreadable": (
        "The network cannot be judged",
        "The export, or an ftp_* variable of a host, is malformed.",
        "Correct what the message names, or export the network again with the playbook mxlab.ftp.export.",
    ),
    "undetermined": (
        "It is not known whether FTP passes",
        "The export lacks parts that the verdict depends on.",
        "Export the network again with the playbook mxlab.ftp.export, or add the parts that the message names.",
    ),
    "not-judged": (
        "A host was not judged",
        "The host failed before the judgement, so that its endpoint is not known.",
        "Correct what the log says about the host, for example an ftp_* variable that cannot be read.",
    ),
    "no-export": (
        "The network has no export",
        "A host names a network that has no export, or several.",
        "Export the network with the playbook mxlab.ftp.export, or correct ftp_network.",
    ),
}


def sarif(rows: Sequence[Row]) -> str:
    """Return the text of a SARIF file."""
    found = fit_texts(rows)
    results = [result for row in found for result in _results(row)]
    described = {**_OWN, **{each["id"]: _of_finding(each) for row in found for each in row["findings"]}}
    used = sorted({result["ruleId"] for result in results})
    driver = {"name": "mxlab.ftp.gate", "rules": [_rule(id_, *described[id_]) for id_ in used]}
    run = {"tool": {"driver": driver}, "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _results(row: Row) -> Iterator[Json]:
    for problem in row["problems"]:
        yield _result(row, row["verdict"].replace(" ", "-"), "warning" if row["passed"] else "error", problem)
    endpoints = dict.fromkeys(flow["endpoint"] for flow in wrong(row))
    for flow in wrong(row):
        for part in flow["parts"]:
            level = "warning" if flow["passed"] else "error"
            yield _result(row, f"flow-{flow['verdict']}", level, f"{flow['endpoint']}: {part}", flow["rules"])
    found = {sentence(each): each for endpoint in endpoints for each in findings_of(row, endpoint)}
    for text, finding in found.items():
        yield _result(row, finding["id"], "warning", f"{finding['endpoint'] or row['name']}: {text}")


def _result(row: Row, rule: str, level: str, text: str, places: Sequence[str] = ()) -> Json:
    """Return one result (3.27)."""
    # Without a fingerprint (3.27.17), the same result would be a new alert whenever the file changes.
    mark = sha256("\n".join([row["network"] or row["name"], rule, text]).encode()).hexdigest()
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": _plain(f"{row['name']}: {text}")},
        "locations": [_location(row["file"], places)],
        "partialFingerprints": {"mxlabFtp/v1": mark},
    }


def _plain(text: str) -> str:
    """Return a text in which nothing is a placeholder (3.11.5) or, as in Markdown, a link (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _location(file: str, places: Sequence[str]) -> Json:
    """Return where it is (3.28): the file, and the rules in it by their places."""
    physical = {"artifactLocation": {"uri": _uri(file)}, "region": {"startLine": 1}}
    logical = [{"fullyQualifiedName": place, "kind": "element"} for place in places]
    return {"physicalLocation": physical, **({"logicalLocations": logical} if logical else {})}


def _uri(file: str) -> str:
    """Return the file as URI reference (3.4.3): relative to the working directory, unless the path is absolute."""
    return ("file://" if file.startswith("/") else "") + quote(file)


def _of_finding(finding: Row) -> tuple[str, str, str]:
    return finding["id"].replace("-", " ").capitalize(), finding["explanation"], finding["remedy"]


def _rule(id_: str, short: str, full: str, remedy: str) -> Json:
    """Return what a rule is (3.49), with the texts that GitHub requires."""
    texts = {"shortDescription": short, "fullDescription": full, "help": remedy}
    return {"id": id_, **{name: {"text": _plain(text)} for name, text in texts.items()}}
