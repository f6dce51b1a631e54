# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python a host needs: said in a sentence, and before any import that fails with an older one."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils import _python

ROOT = Path(__file__).parents[4]
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))


@pytest.mark.parametrize(("version", "runs"), [((3, 7), False), ((3, 8), False), ((3, 9), True), ((3, 14), True)])
def test_a_module_ends_on_an_old_python(
    version: tuple[int, int], runs: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 1, "final", 0))
    if runs:
        _python.require_python()
        assert capsys.readouterr().out == ""
        return
    with pytest.raises(SystemExit):
        _python.require_python()
    told = json.loads(capsys.readouterr().out)
    assert told["failed"] is True
    for words in (f"is Python 3.{version[1]};", "needs Python 3.9 or newer", "ansible_python_interpreter"):
        assert words in told["msg"]


def test_there_are_modules() -> None:
    assert len(MODULES) > 5


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_asks_before_it_imports_the_collection(module: Path) -> None:
    statements = [ast.unparse(node) for node in ast.parse(module.read_text()).body]
    ours = [line for line in statements if line.startswith("from ansible_collections.mxlab.ftp.")]
    assert ours[0].endswith("._python import require_python")
    assert statements[statements.index(ours[0]) + 1] == "require_python()"


def test_the_documentation_says_the_same() -> None:
    oldest = f"Python {'.'.join(map(str, _python.OLDEST))}"
    for page in (ROOT / "README.md", ROOT / "docs" / "servers.md", *MODULES):
        assert f"{oldest} or newer" in page.read_text(), page.name
