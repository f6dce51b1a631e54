# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings lead to their pages on the documentation site, in every report that people read."""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import page_of
from ansible_collections.mxlab.ftp.plugins.module_utils._report.junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._report.markdown import markdown
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import address
from ansible_collections.mxlab.ftp.plugins.module_utils._report.table import table
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import FAILED

RESULTS = {"a": FAILED}
PAGES = [page_of(finding["id"]) for finding in FAILED["findings"]]


def test_a_finding_of_the_probe_has_the_address_of_its_page() -> None:
    assert PAGES and [finding["url"] for finding in FAILED["findings"]] == PAGES


def test_only_findings_of_this_collection_have_a_page() -> None:
    assert address({"id": "x) <script>", "url": "https://evil.example.net/"}) == ""


def test_the_table_has_each_address_in_one_piece() -> None:
    assert [line for line in table(RESULTS) if line.startswith("  page: ")] == [f"  page: {page}" for page in PAGES]


def test_junit_names_the_pages() -> None:
    assert all(page in junit(RESULTS) for page in PAGES)


def test_markdown_links_the_pages() -> None:
    assert all(f"]({page})" in markdown(RESULTS) for page in PAGES)
