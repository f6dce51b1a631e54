# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release is one version everywhere, with all fragments in the changelog; placeholders are named."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import USER_AGENT
from release.agreement import PLACEHOLDER, galaxy_version, placeholders, problems
from release.supported import ROOT

RELEASED = ["0.1.0", "0.9.0", "0.10.0"]


@pytest.mark.parametrize(
    ("wanted", "fragments", "tags", "said"),
    [
        ("0.10.0", [], [], []),
        ("0.10.0", [], ["v0.10.0", "nightly"], []),
        ("0.11.0", [], [], ["galaxy.yml has version 0.11.0, the changelog ends with 0.10.0"]),
        ("0.10.0", ["b.yml", "a.yml"], [], ["fragments that are in no release: a.yml, b.yml"]),
        ("0.10.0", [], ["v0.9.0"], ["the commit has the tag v0.9.0, expected v0.10.0"]),
        ("0.11.0", ["a.yml"], ["v0.9.0"], ["galaxy.yml", "fragments", "the commit"]),
    ],
)
def test_what_keeps_a_version_from_being_released(
    wanted: str, fragments: list[str], tags: list[str], said: list[str]
) -> None:
    found = problems(wanted, RELEASED, fragments, tags)
    assert len(found) == len(said)
    assert all(text.startswith(begin) for text, begin in zip(found, said, strict=True))


def test_placeholders_are_found_in_the_file_of_the_collection() -> None:
    assert placeholders(f"name: ftp\nrepository: {PLACEHOLDER}ftp\n") == [f"repository: {PLACEHOLDER}ftp"]


def test_every_placeholder_is_one_of_galaxy_yml_or_a_page_of_its_site() -> None:
    found = subprocess.run(
        ["git", "-C", str(ROOT), "grep", "--only-matching", "-h", rf"{PLACEHOLDER}[^\" ]*", "--", ".", ":!galaxy.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    site = yaml.safe_load((ROOT / "galaxy.yml").read_text())["documentation"]
    others = [url for url in found.stdout.split() if url != PLACEHOLDER and not url.startswith(site)]
    assert site in found.stdout
    assert others == []


def test_the_user_agent_has_the_version_of_the_collection() -> None:
    assert re.search(r"MxlabFtp/(\S+) ", USER_AGENT)[1] == galaxy_version()
