# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages in a headless Chromium of this machine.  Whatever a page asks for or reports fails its test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._html.page import html

WIDE, PHONE = 1440, 390


@dataclass
class Tab:
    """A page that a browser shows, and all that it should not have done."""

    page: Any
    heard: list[str] = field(default_factory=list)

    def watch(self, address: str) -> None:
        """Note each message, error, dialog and request of the page, but for the page itself."""
        self.page.on("console", lambda message: self.heard.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self._asked(request.url, address))

    def _asked(self, url: str, address: str) -> None:
        if url.partition("#")[0] != address:
            self.heard.append(f"request: {url[:200]}")


class Browser:
    """Opens pages from files, as a user does who has received one."""

    def __init__(self, chromium: Any, folder: Path) -> None:
        self._chromium, self._folder, self._numbers = chromium, folder, itertools.count()
        self.tabs: list[Tab] = []

    def open(
        self,
        results: Any,
        context: Any = None,
        width: int = WIDE,
        scheme: str = "light",
        script: bool = True,
        at: str = "",
    ) -> Any:
        """Return the page of a report; width: CSS pixels, scheme: light or dark, at: the end of its address."""
        path = self._folder / f"{next(self._numbers)}.html"
        path.write_text(html(results, context), "utf-8")
        options: dict[str, Any] = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
        private = self._chromium.new_context(**options, java_script_enabled=script)
        private.grant_permissions(["clipboard-read", "clipboard-write"])
        tab = Tab(private.new_page())
        tab.watch(path.as_uri())
        self.tabs.append(tab)
        tab.page.goto(path.as_uri() + at)
        return tab.page

    def close(self) -> None:
        """Close all pages.  Raise AssertionError if one of them has asked for or reported anything."""
        heard = [line for tab in self.tabs for line in tab.heard]
        for tab in self.tabs:
            tab.page.context.close()
        assert heard == []


@pytest.fixture
def browser(chromium: Any, tmp_path: Path) -> Iterator[Browser]:
    opened = Browser(chromium, tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the program axe-core, as a text."""
    package = pytest.importorskip("axe_playwright_python", reason="axe-core is missing: make setup installs it")
    return (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")
