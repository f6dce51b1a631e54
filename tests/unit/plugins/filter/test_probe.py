# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outputs, each read as its consumers read it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.filter import probe
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    Cell,
    Certificate,
    Edge,
    Evidence,
    Line,
    Tls,
)

FILTERS: dict[str, Callable[..., Any]] = probe.FilterModule().filters()
ODD = 'odd "<&>" | \\ name'
CERTIFICATE = Certificate("CN=a", "CN=a", (), "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", False, False, True, True)
TALK = (Line(1767225600.0, "client", "NOOP"), Line(1767225601.5, "server", "200 \\x1b[31m fine | so far"))


def cell(mode: str, stage: str = seen.DELETE, outcome: str = seen.OK, code: int = 0, **facts: Any) -> Cell:
    made: dict[str, Any] = {"control_address": "203.0.113.13", "control_port": 21, "transcript": TALK, **facts}
    return Cell(mode, stage, outcome, code, f"{code} no | thanks", **made)


def judged(*cells: Cell, **evidence: Any) -> dict[str, Any]:
    return judge(Evidence(cells, **evidence))


WELL = judged(*map(cell, seen.MODES), tls=Tls(CERTIFICATE, trusted=True))
FAILED = judged(
    cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address="192.168.128.13", data_port=61000),
    *map(cell, seen.MODES[1:]),
)
UNDETERMINED = judged(cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 500), cell("PASV"))
ONLY_EDGES = judged(
    *map(cell, seen.MODES),
    edges=(Edge(61000, seen.REFUSED), Edge(61099, seen.TIMEOUT)),
    passive_ports=PortRange(61000, 61099),
)
NOT_PROBED = {"failed": True, "msg": "no | way"}
SKIPPED = {"skipped": True, "msg": "nothing is contacted in check mode"}


@pytest.mark.parametrize(
    ("services", "code", "begin"),
    [
        ({"a": WELL}, 0, "FTP OK - a: all cells work | passed=5;;;0;5 failed=0;;;0;5 undetermined=0;;;0;5"),
        ({"a": WELL, "b": FAILED}, 2, "FTP CRITICAL - b: 1 of 5 cells do not pass, private-address-announced | "),
        ({"a": UNDETERMINED}, 1, "FTP WARNING - a: 1 of 2 cells do not pass, extension-unsupported | "),
        ({"a": ONLY_EDGES}, 1, "FTP WARNING - a: passive-range-not-forwarded | "),
        ({"a": WELL, "b": NOT_PROBED}, 3, "FTP UNKNOWN - b: not probed | "),
        ({"a": FAILED, "b": NOT_PROBED}, 2, "FTP CRITICAL - "),
        ({"a": SKIPPED}, 3, "FTP UNKNOWN - "),
        ({"a": {}}, 3, "FTP UNKNOWN - "),
        ({}, 3, "FTP UNKNOWN - no service"),
    ],
)
def test_nagios(services: dict[str, Any], code: int, begin: str) -> None:
    check = FILTERS["probe_nagios"](services)
    assert check["code"] == code
    assert check["text"].startswith(begin)


def test_nagios_takes_the_first_bar_for_the_beginning_of_performance_data() -> None:
    first, *more = FILTERS["probe_nagios"]({ODD: FAILED, "b": NOT_PROBED})["text"].splitlines()
    assert first.count("|") == 1
    assert re.fullmatch(r"( ?\w+=\d+;;;0;\d+){3}", first.split("| ")[1])
    assert len(more) == 2 and not any("|" in line for line in more)


def test_junit_counts_what_it_holds() -> None:
    two = FILTERS["probe_report"]({"vps": FAILED, "desk": NOT_PROBED})
    root = ET.fromstring(FILTERS["probe_junit"]({"a": WELL, ODD: two, "c": UNDETERMINED, "d": ONLY_EDGES}))
    assert [suite.get("name") for suite in root] == ["a", f"{ODD} from vps", f"{ODD} from desk", "c", "d"]
    kinds = ("tests", "failures", "errors", "skipped")
    assert [[suite.get(kind) for kind in kinds] for suite in root] == [
        ["5", "0", "0", "0"],
        ["5", "1", "0", "0"],
        ["1", "0", "1", "0"],
        ["2", "0", "0", "1"],
        ["6", "1", "0", "0"],
    ]
    assert [root.get(kind) for kind in kinds] == ["19", "2", "1", "1"]


def test_junit_names_the_finding_in_the_cells_that_show_it() -> None:
    root = ET.fromstring(FILTERS["probe_junit"]({"a": FAILED}))
    failed = [case for case in root.iter("testcase") if len(case)]
    assert [case.get("name") for case in failed] == ["PASV"]
    assert failed[0][0].get("type") == "private-address-announced"
    assert "192.168.128.13:61000" in str(failed[0][0].text)
    assert failed[0].get("time") == "1.500"


def test_junit_holds_no_character_that_xml_has_not() -> None:
    text = FILTERS["probe_junit"]({"a\x1b\x00\ud800": FAILED})
    assert next(iter(ET.fromstring(text))).get("name") == "a\N{REPLACEMENT CHARACTER}" + 2 * "\N{REPLACEMENT CHARACTER}"


SAMPLE = re.compile(r'([a-z_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)*)\} ([0-9.e+]+)')


def samples(text: str) -> list[tuple[str, dict[str, str], float]]:
    """Read the exposition format, and nothing that is not in it."""
    found = []
    for line in text.splitlines():
        match = SAMPLE.fullmatch(line)
        assert match or line.startswith(("# HELP ", "# TYPE ")), line
        if match:
            labels = dict(re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"', match[2]))
            found.append((match[1], labels, float(match[3])))
    return found


def test_prometheus() -> None:
    two = FILTERS["probe_report"]({"vps": FAILED, "desk": NOT_PROBED})
    found = samples(FILTERS["probe_prometheus"]({"a": WELL, "b\n": two}))
    vps, desk = {"service": "b\\n", "vantage": "vps"}, {"service": "b\\n", "vantage": "desk"}
    assert ("ftp_probe_up", desk, 0.0) in found
    assert [name for name, labels, _value in found if labels.items() >= desk.items()] == ["ftp_probe_up"]
    assert ("ftp_probe_passed", vps, 0.0) in found
    assert ("ftp_probe_finding", {**vps, "id": "private-address-announced", "layer": "server"}, 1.0) in found
    end = {"service": "a", "vantage": ""}
    assert ("ftp_probe_certificate_not_after_seconds", end, 1798761600.0) in found
    holds = [labels["verdict"] for name, labels, value in found if name == "ftp_probe_cell" and value == 1.0]
    assert sorted(holds) == ["failed"] + 9 * ["passed"]


def test_prometheus_keeps_the_samples_of_a_metric_together() -> None:
    names = [name for name, _labels, _value in samples(FILTERS["probe_prometheus"]({"a": WELL, "b": FAILED}))]
    runs = [name for name, before in zip(names, ["", *names]) if name != before]
    assert len(runs) == len(set(runs))


def test_prometheus_says_each_thing_once() -> None:
    found = samples(FILTERS["probe_prometheus"]({"a": WELL, "b": FAILED}))
    assert len({(name, tuple(labels.items())) for name, labels, _value in found}) == len(found)


def test_the_table_fits_a_terminal() -> None:
    two = FILTERS["probe_report"]({"vps": FAILED, "desk": {"msg": "x" * 300}})
    lines = FILTERS["probe_table"]({"a": WELL, "b": two})
    assert max(map(len, lines)) <= 100
    assert "b from vps: 4 of 5 cells work" in lines
    assert "b: private-address-announced (server): 227 announces a private address" in lines
    assert any(line.startswith("  remedy: ") for line in lines)
    assert any("hangs: z/OS passive" in line for line in lines)


@pytest.mark.parametrize("name", ["probe_junit", "probe_prometheus", "probe_nagios", "probe_table"])
@pytest.mark.parametrize("given", ["a", ["a"], {"a": "b"}])
def test_bad_input(name: str, given: Any) -> None:
    with pytest.raises(ValueError, match="expected a dictionary"):
        FILTERS[name](given)


def test_every_filter_has_its_documentation() -> None:
    beside = Path(str(probe.__file__)).resolve().parent
    for name in FILTERS:
        documented = yaml.safe_load((beside / f"{name}.yml").read_text())
        assert documented["DOCUMENTATION"]["name"] == name
