# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports of a run: a page for people, Markdown, JUnit XML and JSON, all of the same outcomes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._html.page import html
from ansible_collections.mxlab.ftp.plugins.module_utils._report.junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._report.markdown import markdown

from matrix import switch
from matrix.book import FOLDER, Book, captured, file
from matrix.ground import Server
from matrix.judge import Outcome
from matrix.run import Job

HTML = FOLDER / "report.html"
TITLE = "FTP through a Meraki MX: every server in every situation"


def write(book: Book, servers: Sequence[Server]) -> None:
    """Write all reports of the outcomes so far; servers: all that the MX publishes."""
    outcomes = dict(sorted(book.outcomes.items(), key=lambda pair: (pair[0].situation.name, pair[0].server.software)))
    reports = {outcome.name: outcome.report for outcome in outcomes.values()}
    context = {outcome.name: about(job, outcome, servers) for job, outcome in outcomes.items()}
    HTML.write_text(html(reports, context, TITLE))
    HTML.with_suffix(".md").write_text(markdown(reports, context))
    HTML.with_suffix(".xml").write_text(junit(reports, context))
    HTML.with_suffix(".json").write_text(json.dumps(reports))


def about(job: Job, outcome: Outcome, servers: Sequence[Server]) -> dict[str, Any]:
    """Return what is known of an outcome beside its report, as the filter probe_html takes it."""
    situation, server = job.situation, job.server
    wanted = situation.expects(server.software)
    found = [finding["id"] for finding in outcome.report["findings"] if finding["id"] in wanted.perhaps]
    kept = json.loads(captured(job).read_text()) if captured(job).exists() else {}
    return {
        "server": server.software,
        "situation": situation.name,
        "title": situation.title,
        "teaches": situation.teaches,
        "evidence": str(file(job).relative_to(FOLDER)),
        "rules": switch.state(servers, situation.mx).rules,
        "addresses": {name.replace("_", " "): text for name, text in server.addresses.items() if text},
        "expected": expected_verdicts(outcome),
        "expected_findings": sorted({*wanted.findings, *found}),
        "captures": {situation.client: kept} if kept else {},
        "control_port": server.endpoint()["control_port"],
    }


def expected_verdicts(outcome: Outcome) -> Mapping[str, str]:
    """Return the one verdict that each cell should have: the one that was seen, where it may have several."""
    seen = {cell.label: cell.verdict for cell in outcome.cells}
    return {
        label: seen[label] if seen[label] in verdicts else verdicts[0] for label, verdicts in outcome.expected.items()
    }
