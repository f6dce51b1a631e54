# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""README and docs/parts.md name what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from release.supported import ROOT

GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text())
PARTS = (ROOT / "docs" / "parts.md").read_text()
README = (ROOT / "README.md").read_text()


def documented(folder: str) -> list[Path]:
    """Return the files that document filters or tests."""
    return sorted((ROOT / "plugins" / folder).glob("*.yml"))


def names() -> list[str]:
    """Return the names of all parts that a playbook can use."""
    files = [*documented("filter"), *documented("test"), *sorted((ROOT / "playbooks").glob("*.yml"))]
    files += [*sorted((ROOT / "plugins" / "modules").glob("*.py")), *sorted((ROOT / "roles").glob("*/"))]
    # The filter `anonymised` has its documentation in both.
    return sorted({file.stem for file in files})


@pytest.mark.parametrize("name", names())
def test_the_page_of_parts_names_each(name: str) -> None:
    assert f"`mxlab.ftp.{name}`" in PARTS


def test_the_page_of_parts_names_nothing_else() -> None:
    said = {word.split("`", 1)[0] for word in PARTS.split("`mxlab.ftp.")[1:]}
    assert said <= {*names(), "dashboard"}


def test_the_readme_names_the_version() -> None:
    assert f"/badge/version-{GALAXY['version']}-" in README
    assert f"mxlab-ftp-{GALAXY['version']}.tar.gz" in README


def test_the_readme_begins_with_the_two_commands() -> None:
    lines = README.splitlines()
    commands = [line.split("#", 1)[0].strip() for line in lines if line.startswith("make ")]
    assert commands == ["make lab", "make test"]
    assert len(lines) < 100


def test_the_licence_is_where_reuse_looks_for_it() -> None:
    assert (ROOT / "LICENSES" / "GPL-3.0-or-later.txt").read_text() == (ROOT / "LICENSE").read_text()
