# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site builds without a warning and without a dead link, and its pages fit a phone.

Without Chromium, the tests of pages skip; make test installs it as root.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._documentation import SITE
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import section_of
from docsite.places import HTML, ROOT

PAGES = [
    "index.html",
    "servers.html",
    "causes/private-address-announced.html",
    "reference/ftp_probe_module.html",
    "reference/playbooks/probe.html",
    "ja/active_and_passive.html",
]


@pytest.fixture(scope="module")
def site() -> Path:
    """Build the site, once for all tests here."""
    path = os.pathsep.join([str(ROOT / "tools"), str(ROOT / ".ansible" / "collections")])
    command = [sys.executable, "-m", "docsite"]
    built = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return HTML


def test_a_cause_has_the_address_that_findings_print(site: Path) -> None:
    assert (site / "causes" / "private-address-announced.html").is_file()


def test_a_finding_about_rules_has_the_address_that_it_prints(site: Path) -> None:
    page, _hash, anchor = section_of("active-data-stopped").removeprefix(f"{SITE}/").partition("#")
    assert f'id="{anchor}"' in (site / page).read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_and_reports_nothing(site: Path, chromium: Any, name: str) -> None:
    page, heard = chromium.new_page(viewport={"width": 390, "height": 844}), []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("requestfailed", lambda request: heard.append(request.url))
    page.goto((site / name).as_uri())
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert (width, heard) == (390, [])


def test_a_japanese_page_says_its_language(site: Path) -> None:
    assert '<html class="writer-html5" lang="ja"' in (site / "ja" / "active_and_passive.html").read_text("utf-8")
