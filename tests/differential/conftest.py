# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the exact comparison has counted is printed below the results, because a test that passes prints nothing."""

from __future__ import annotations

import pytest

from .tally import KEY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts of the run."""
    tally = terminalreporter.config.stash.get(KEY, None)
    if tally is not None:
        terminalreporter.write_line(tally.text())
