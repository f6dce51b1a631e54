# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The man page is complete, and what renders it does not complain."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC
from ftp_probe_app.options import EXIT_CODES, FORMATS, SECRET, named
from probe_texts import texts


def shown(text: str) -> str:
    """Return the text of a page without its escapes, as one line."""
    return " ".join(re.sub(r"^\.(?:B|TP|IP|SS|SH|PP|br) ?", "", text, flags=re.MULTILINE).replace("\\-", "-").split())


def test_every_option_and_exit_code_is_there(built: Path) -> None:
    page = shown((built / "ftp-probe.1").read_text())
    assert all(named(name) in page for name in ARGUMENT_SPEC if name != SECRET)
    assert all(f"--{name} FILE" in page for name in FORMATS)
    assert all(meaning in page for meaning in EXIT_CODES.values())
    assert all(
        " ".join(text.split()) in page for paragraphs in list(texts().options.values())[3:] for text in paragraphs[1:]
    )


@pytest.mark.parametrize(
    "lint", [["man", "--warnings", "-l"], ["mandoc", "-T", "lint", "-W", "warning"]], ids=lambda words: words[0]
)
def test_it_is_rendered_without_a_warning(lint: list[str], built: Path) -> None:
    if not shutil.which(lint[0]):
        pytest.skip(f"there is no {lint[0]} on this machine")
    done = subprocess.run([*lint, str(built / "ftp-probe.1")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
