# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outputs are the filters', and files are replaced in one step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.probe import FilterModule
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ftp_probe_app import show
from ftp_probe_app.usage import Usage

PORT = 2121


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    refused = seen.Cell("PASV", control_address="203.0.113.13", control_port=PORT, outcome=seen.REFUSED)
    return show.reports("ftp.example.com", judge(seen.Evidence((refused,))))


def test_the_page_knows_the_control_port(results: dict[str, Any]) -> None:
    page = FilterModule().filters()["probe_html"](results, {"ftp.example.com": {"control_port": PORT}})
    assert show.rendered("html", results, PORT) == page


@pytest.mark.parametrize("form", show.RENDERERS)
def test_every_output_ends_with_one_line_feed(form: str, results: dict[str, Any]) -> None:
    text = show.rendered(form, results, PORT)
    assert text.endswith("\n") and not text.endswith("\n\n")


def test_a_file_is_replaced_behind_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    link.symlink_to(file)
    with file.open() as reader:
        show.write(str(link), "new")
        assert reader.read() == "old"
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]
    assert file.read_text() == "new"


def test_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Usage, match=f"{tmp_path} cannot be written: Is a directory"):
        show.write(str(tmp_path), "text")
