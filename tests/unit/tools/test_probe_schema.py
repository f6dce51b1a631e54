# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/probe.schema.json takes what ftp_probe and the playbook write, and nothing that reports refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import probe_schema
import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Edge, Exhaustion, Server
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import rows
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.hostile import KEPT, changed, parts
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import (
    FAILED,
    NOT_PROBED,
    ONLY_EDGES,
    UNDETERMINED,
    WELL,
    cell,
    judged,
)
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

SCHEMA = json.loads(probe_schema.PAGE.read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
EVERYTHING = judged(
    cell("PASV", seen.DATA, seen.TIMEOUT, protection="P", sessions=(seen.Session("STOR", True, True),)),
    trials=(cell("PASV", variant=seen.NO_REUSE),),
    server=Server(("220 a",), ("211 b",), ("215 c",)),
    edges=(Edge(61000, seen.OPEN),),
    announced=(61000,),
    exhaustion=Exhaustion((61000,), (1024,)),
)


def written(value: Any) -> Any:
    """Return the value as a file of JSON holds it."""
    return json.loads(json.dumps(value))


RESULTS = [written(result) for result in (WELL, FAILED, UNDETERMINED, ONLY_EDGES, EVERYTHING)]
FILES = [{"a": written(report({"vps": result, "desk": NOT_PROBED})), "b": {}} for result in RESULTS]


def names(schema: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of all properties in a schema."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from names(inner, f"{path}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from names(schema["items"], f"{path}[]")


def fields(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of all fields in a value."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield f"{path}.{name}"
        yield from fields(inner, f"{path}.{name}")
    for inner in value if isinstance(value, list) else ():
        yield from fields(inner, f"{path}[]")


def test_the_file_is_not_stale() -> None:
    assert probe_schema.PAGE.read_text() == probe_schema.text(), "run: make probe-schema"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("whole", [*RESULTS, *FILES, {}, {"passed": FILES[0]["a"]}])
def test_what_is_written_is_good(whole: Any) -> None:
    assert [(list(error.path), error.message) for error in VALIDATOR.iter_errors(whole)] == []


def test_a_result_has_no_field_that_is_not_described() -> None:
    known = set(names(SCHEMA["$defs"]["result"]))
    # What they have of others, or by names that are not known before.
    free = (".tls.certificate.", ".tls.versions.", ".server.", ".trials[].", ".findings[].changes[].value.")
    unknown = {path for result in RESULTS for path in fields(result) if not path.startswith(free)} - known
    assert unknown == set()


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("passed",), "true"),
        (("passed",), ...),
        (("cells",), ...),
        (("cells", 0, "verdict"), "fine"),
        (("cells", 0, "mode"), ...),
        (("cells", 0, "data_port"), "21"),
        (("cells", 0, "transcript", 0, "at"), "now"),
        (("cells", 0, "transcript", 0, "text"), ...),
        (("cells", 0, "session_reused"), "yes"),
        (("findings", 0, "remedy"), ...),
        (("findings", 0, "modes"), "PASV"),
        (("range",), {}),
        (("tls",), []),
        (("table", 0), 7),
    ],
)
def test_what_is_malformed_is_refused(path: tuple[Any, ...], new: Any) -> None:
    result = RESULTS[1]
    assert not VALIDATOR.is_valid(changed(result, path, new))
    assert not VALIDATOR.is_valid({"a": changed(result, path, new)})


def test_a_report_needs_its_vantages() -> None:
    whole = FILES[1]["a"]
    assert not VALIDATOR.is_valid({"a": changed(whole, ("vantages", "vps", "clients"), ...)})
    assert not VALIDATOR.is_valid({"a": changed(whole, ("cells", 0, "vantage"), ...)})
    assert not VALIDATOR.is_valid({"a": changed(whole, ("findings", 0, "vantages"), ["vps"])})


def test_a_service_is_an_object() -> None:
    assert not VALIDATOR.is_valid({"a": None})
    assert VALIDATOR.is_valid({"a": {}})


DAMAGE = st.sampled_from([..., None, True, "x", 7, 10**20, [], [None], {}, {"x": None}, [["x"]]])


@KEPT
@given(st.data())
def test_what_reports_refuse_is_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([*({"a": result} for result in RESULTS), *FILES]))
    damaged = changed(whole, data.draw(st.sampled_from(parts(whole)[1:])), data.draw(DAMAGE))
    if VALIDATOR.is_valid(damaged):
        rows(damaged)
