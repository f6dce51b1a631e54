# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every report of hostile texts, and of results that are none, read by the rules of its form."""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._html.page import html
from ansible_collections.mxlab.ftp.plugins.module_utils._report.junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._report.markdown import markdown
from ansible_collections.mxlab.ftp.plugins.module_utils._report.nagios import nagios
from ansible_collections.mxlab.ftp.plugins.module_utils._report.prometheus import prometheus
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._report.table import table
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.hostile import (
    ACTS,
    KEPT,
    TEXTS,
    changed,
    parts,
    spoiled,
)
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import (
    FAILED,
    ONLY_EDGES,
    TWO_VANTAGES,
    UNDETERMINED,
    WELL,
)
from hypothesis import assume, given
from hypothesis import strategies as st

RENDERERS: dict[str, Callable[[Any], Any]] = {
    "html": html,
    "junit": junit,
    "markdown": markdown,
    "nagios": nagios,
    "prometheus": prometheus,
    "table": table,
}
RESULTS = st.sampled_from([WELL, FAILED, ONLY_EDGES, UNDETERMINED, TWO_VANTAGES])
# The exposition format 0.0.4: names, label values with three escapes, one value.
LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(rf"([a-z_]+\{{{LABEL}(?:,{LABEL})*\}}) -?\d+")
# Monitoring Plugins Development Guidelines, "Performance data"; the state is the first word that Nagios shows.
FIRST = re.compile(r"FTP (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+ \|( [a-z]+=\d+;;;0;\d+)+")


@st.composite
def services(draw: st.DrawFn) -> dict[str, Any]:
    """Draw services whose names and results are hostile."""
    texts = itertools.cycle(draw(st.lists(TEXTS, min_size=1, max_size=5)))
    return {draw(TEXTS): spoiled(draw(RESULTS), texts), "whole": WELL}


def read(form: str, results: Any) -> Any:
    """Return what the renderer makes of them; names that look alike are refused, and are no example."""
    try:
        return RENDERERS[form](results)
    except ValueError as error:
        assume("expected names that differ" not in str(error))
        raise


@KEPT
@given(services())
def test_junit_is_xml_that_says_how_much_it_holds(results: dict[str, Any]) -> None:
    root = ET.fromstring(read("junit", results).encode())
    assert root.get("tests") == str(len(list(root.iter("testcase"))))
    assert not [text for text in root.itertext() if ACTS.search(text.replace("\n", "").replace("\t", ""))]


@KEPT
@given(services())
def test_prometheus_holds_one_sample_for_each_set_of_labels(results: dict[str, Any]) -> None:
    text = read("prometheus", results)
    assert text.endswith("\n") and text.encode()
    lines = [line for line in text.split("\n")[:-1] if not line.startswith(("# HELP ftp_probe_", "# TYPE ftp_probe_"))]
    series = [match[1] for match in map(SAMPLE.fullmatch, lines) if match]
    assert len(series) == len(lines) == len(set(series)) > 0


@KEPT
@given(services())
def test_nagios_has_one_bar_in_its_first_4_kilobytes(results: dict[str, Any]) -> None:
    check = read("nagios", results)
    first, *more = check["text"].split("\n")
    state = FIRST.fullmatch(first)
    assert state and ("OK", "WARNING", "CRITICAL", "UNKNOWN").index(state[1]) == check["code"]
    assert len(first.encode()) < 4096
    assert not [line for line in (first, *more) if ACTS.search(line)]
    assert "|" not in "".join(more)


@KEPT
@given(services())
def test_the_table_stays_in_its_columns(results: dict[str, Any]) -> None:
    lines = read("table", results)
    assert lines and max(map(len, lines)) <= 100
    assert not [line for line in lines if ACTS.search(line)]


@KEPT
@given(services())
def test_markdown_has_no_markup_of_others(results: dict[str, Any]) -> None:
    text = read("markdown", results)
    assert len(text.encode()) < 65_536
    assert set(re.findall(r"<[^>]*>", text)) <= {"<code>", "</code>"}
    assert not [line for line in text.split("\n") if ACTS.search(line)]
    rows = [line for line in text.split("\n") if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 1


NOT_OK = {
    "failed, and no reason": {"failed": True},
    "failed, an empty reason": {"failed": True, "msg": ""},
    "failed, a blank reason": {"failed": True, "msg": "\r"},
    "failed, no text for a reason": {"failed": True, "msg": None},
    "failed, a list for a reason": {"failed": True, "msg": ["\x1b"]},
    "failed after all": {**WELL, "failed": True},
    "failed, and never came to cells": {"failed": True, "cells": [], "msg": "\t"},
    "failed, in another shape": {"failed": True, "cells": "none"},
    "unreachable": {"unreachable": True, "msg": "\x1b[31m\x00"},
    "unreachable, with what an earlier task left": {**WELL, "unreachable": True, "msg": ""},
    "skipped": {"skipped": True, "msg": "\r\n"},
    "skipped, with what an earlier task left": {**WELL, "skipped": True},
    "nothing": {},
    "no cells": {**WELL, "cells": []},
    "null for cells": {**WELL, "cells": None},
    "not passed, whatever the cells say": {**WELL, "passed": False},
    "passed, whatever the cells say": {**FAILED, "passed": True, "findings": []},
    "a report that has passed, whatever its cells say": {
        **report({"": {**FAILED, "findings": []}}),
        "passed": True,
        "vantages": report({"": WELL})["vantages"],
    },
    "a report of nothing": report({}),
    "a report whose vantage has no cells": {**report({"vps": WELL}), "cells": []},
    "a report of a failed vantage": report({"vps": WELL, "desk": {"failed": True, "msg": "\r"}}),
}


@pytest.mark.parametrize("result", NOT_OK.values(), ids=NOT_OK)
def test_what_is_no_proof_is_never_healthy(result: dict[str, Any]) -> None:
    check = nagios({"a": result})
    assert check["code"] != 0 and "FTP OK" not in check["text"]
    assert table({"a": result})
    assert '<h1 class="wrong">' in html({"a": result})
    assert not re.search(r"^### FTP works: (all )?\d+ cells? works?\.$", markdown({"a": result}), re.MULTILINE)
    root = ET.fromstring(junit({"a": result}))
    assert int(root.get("errors", 0)) + int(root.get("failures", 0)) > 0
    verdicts = re.findall(r"^ftp_probe_(?:up|passed)\{.*\} (\d)$", prometheus({"a": result}), re.MULTILINE)
    assert "0" in verdicts


@pytest.mark.parametrize(
    "result", [{"failed": True, "msg": "\r"}, {"unreachable": True, "msg": "\x00"}, {"skipped": True}, {}]
)
def test_a_report_says_why_there_is_no_verdict(result: dict[str, Any]) -> None:
    made = report({"vps": WELL, "desk": result})
    assert made["passed"] is False
    assert re.fullmatch(r"[a-z ]{9,}", made["vantages"]["desk"]["error"]), made


def test_a_task_that_failed_because_the_user_says_so_keeps_its_cells() -> None:
    assert nagios({"a": {**FAILED, "failed": True, "failed_when_result": True}})["code"] == 2


def test_a_report_that_a_file_has_kept_is_the_same_report() -> None:
    again = json.loads(json.dumps(TWO_VANTAGES))
    for render in RENDERERS.values():
        assert render({"a": again}) == render({"a": TWO_VANTAGES})


WRONG = st.sampled_from([..., None, True, "x", 7, 10**5000, float("nan"), [], [None], {}, {"x": None}, [["x"]]])


@KEPT
@given(st.data())
def test_a_result_of_another_shape_has_one_error(data: st.DataObject) -> None:
    result = data.draw(RESULTS)
    path = data.draw(st.sampled_from(parts(result)[1:]))
    wrong = changed(result, path, data.draw(WRONG))
    form = data.draw(st.sampled_from(sorted(RENDERERS)))
    try:
        RENDERERS[form]({"a": wrong})
    except ValueError as error:
        assert re.match(r"expected .*(ftp_probe|probe_report)", str(error)), error
        assert len(str(error)) < 500


@pytest.mark.parametrize(
    ("path", "new", "error"),
    [
        (("cells",), "all", "expected a list of cells as ftp_probe returns it; got 'all'"),
        (("cells", 0), None, "expected a cell as ftp_probe returns it, with a mode; got None"),
        (("cells", 0, "verdict"), "fine", r"expected a result as ftp_probe returns it; cells\[0\].verdict is 'fine'"),
        (("cells", 0, "verdict"), ..., r"expected a result as ftp_probe returns it; cells\[0\].verdict is missing"),
        (("passed",), "true", "expected a result as ftp_probe returns it; passed is 'true'"),
        (("findings",), ..., "expected a result as ftp_probe returns it; findings is missing"),
        (("findings", 0, "modes"), "PASV", r"expected a result as ftp_probe returns it; findings\[0\].modes is 'PASV'"),
        (("cells", 0, "transcript", 0, "at"), "now", r"expected a cell as ftp_probe returns it; transcript\[0\].at is"),
    ],
)
@pytest.mark.parametrize("form", RENDERERS)
def test_the_error_names_the_first_wrong_part(form: str, path: tuple[Any, ...], new: Any, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        RENDERERS[form]({"a": changed(FAILED, path, new)})


@pytest.mark.parametrize("form", RENDERERS)
def test_names_that_would_be_one_are_refused(form: str) -> None:
    with pytest.raises(ValueError, match="expected names that differ"):
        RENDERERS[form]({"a\x00": WELL, "a\x01": FAILED})
