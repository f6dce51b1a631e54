# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table says what is supported; everything else that names a version agrees with it."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._python import OLDEST
from release.supported import ROOT, Core, cores, version, within

CORES = cores()
LOWEST = CORES[0]
PYTHON = ".".join(map(str, OLDEST))


def test_the_cores_are_in_order_and_without_a_gap() -> None:
    numbers = [version(core.name)[1] for core in CORES]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert len(numbers) > 3


@pytest.mark.parametrize("core", CORES, ids=lambda core: core.name)
def test_a_core_is_tested_with_a_release_and_a_python_of_its_own(core: Core) -> None:
    assert core.release.startswith(f"{core.name}.")
    assert within(core.python, core.controller)


@pytest.mark.parametrize(
    ("python", "inside"), [("3.9", False), ("3.10", True), ("3.11", True), ("3.12", True), ("3.13", False)]
)
def test_a_span_has_both_its_ends(python: str, inside: bool) -> None:
    assert within(python, "3.10-3.12") is inside


def test_a_page_is_read_row_by_row() -> None:
    (core,) = cores("# Title\n\n| a | b |\n| --- | --- |\n| 2.17 | 2.17.1 | 3.10-3.12 | 3.10 | 3.9-3.12 |\n\nText\n")
    assert (core.name, core.release, core.hosts) == ("2.17", "2.17.1", "3.9-3.12")


def test_ansible_refuses_what_is_older_than_the_table() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert runtime["requires_ansible"] == f">={LOWEST.name}.0"


def test_hosts_need_the_python_that_the_modules_ask_for() -> None:
    assert {core.hosts.split("-")[0] for core in CORES} == {PYTHON}
    settings = yaml.safe_load((ROOT / "tests" / "config.yml").read_text())
    assert settings["modules"]["python_requires"] == f">={PYTHON}"


def test_the_toolchain_is_of_a_supported_core() -> None:
    pins = re.findall(r"(?m)^ansible-core==([\d.]+);", (ROOT / "requirements-dev.txt").read_text())
    assert set(pins) <= {core.release for core in CORES}
    assert pins


def test_the_readme_says_the_same() -> None:
    readme = (ROOT / "README.md").read_text()
    assert f"ansible-core {LOWEST.name} or newer" in readme
    assert f"/badge/ansible--core-{LOWEST.name}_or_newer-" in readme
    assert f"/badge/Python-{PYTHON}_or_newer-" in readme
