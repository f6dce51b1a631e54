# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics, read by the rules of the exposition format."""

from __future__ import annotations

import re

from ansible_collections.mxlab.ftp.plugins.module_utils._report.prometheus import metrics_of, prometheus
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import FAILED, TWO_VANTAGES, WELL

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
    found = samples(prometheus({"a": WELL, "b\n": TWO_VANTAGES}))
    vps, desk = {"service": "b\\n", "vantage": "vps"}, {"service": "b\\n", "vantage": "desk"}
    assert ("ftp_probe_up", desk, 0.0) in found
    assert [name for name, labels, _value in found if labels.items() >= desk.items()] == ["ftp_probe_up"]
    assert ("ftp_probe_passed", vps, 0.0) in found
    assert ("ftp_probe_finding", {**vps, "id": "private-address-announced", "layer": "server"}, 1.0) in found
    end = {"service": "a", "vantage": ""}
    assert ("ftp_probe_certificate_not_after_seconds", end, 1798761600.0) in found
    holds = [labels["verdict"] for name, labels, value in found if name == "ftp_probe_cell" and value == 1.0]
    assert sorted(holds) == ["failed"] + 9 * ["passed"]


def test_it_keeps_the_samples_of_a_metric_together() -> None:
    names = [name for name, _labels, _value in samples(prometheus({"a": WELL, "b": FAILED}))]
    runs = [name for name, before in zip(names, ["", *names]) if name != before]
    assert len(runs) == len(set(runs))


def test_it_says_each_thing_once() -> None:
    found = samples(prometheus({"a": WELL, "b": FAILED}))
    assert len({(name, tuple(labels.items())) for name, labels, _value in found}) == len(found)


def test_a_scrape_has_the_same_metrics_without_labels_of_its_own() -> None:
    def lines(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.startswith("#")]

    kept = [line.replace('service="a",vantage="",', "") for line in lines(prometheus({"a": FAILED}))]
    assert lines(metrics_of(FAILED)) == [line.replace('{service="a",vantage=""}', "") for line in kept]
    assert lines(metrics_of({"failed": True, "msg": "x"})) == ["ftp_probe_up 0"]
