# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links of the documentation lead somewhere; and the check sees those that do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from docsite import links, markdown
from docsite.places import ROOT

HERE = ROOT / "docs" / "index.md"


@pytest.mark.parametrize(
    "link",
    [
        "https://localhost/a",
        "http://builder:3128/",
        "file:///etc/passwd",
        "/srv/docs/a.md",
        "ftp://example.com/a",
        "mailto:nobody",
    ],
)
def test_an_address_that_strangers_cannot_use_is_found(link: str) -> None:
    assert links.wrong(link)


@pytest.mark.parametrize("link", ["https://example.com/a#b", "mailto:a@example.com", "servers.md", "#limits"])
def test_an_address_that_strangers_can_use_is_accepted(link: str) -> None:
    assert not links.wrong(link)


@pytest.mark.parametrize("link", ["nothing.md", "../README.md#nothing", "../../outside.md", "#nothing"])
def test_a_link_to_nothing_is_found(link: str) -> None:
    assert links.unresolved(link, HERE)


@pytest.mark.parametrize("link", ["servers.md", "../README.md#limits", "../galaxy.yml", "https://example.com/"])
def test_a_link_to_something_is_accepted(link: str) -> None:
    assert not links.unresolved(link, HERE)


def test_anchors_are_those_that_forges_make(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text('# What `a_b` does: [it](x.md)\n\n<a id="own"></a>\n## 制御接続\n## Twice\n## Twice\n', "utf-8")
    assert markdown.anchors(page) == {"what-a_b-does-it", "own", "制御接続", "twice", "twice-1"}


def test_a_dead_link_of_the_site_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#there">a</a><a href="b.html#not">b</a><img src="c.png">', "utf-8")
    (tmp_path / "b.html").write_text('<p id="there"></p>', "utf-8")
    assert list(links.of_site(tmp_path)) == [
        "a.html: b.html#not: no such anchor: not",
        "a.html: c.png: no such file",
    ]


def test_the_links_of_the_documentation_lead_somewhere() -> None:
    assert list(links.of_files()) == []
