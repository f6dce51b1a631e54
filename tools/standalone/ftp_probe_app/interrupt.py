# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl-C: the first lets the running transfers end, so that they delete their files; the second leaves at once."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CODE = 128 + signal.SIGINT
_TEXT = (
    "ftp-probe: stopping. The running transfers end first and delete their files. Press Ctrl-C again to leave at once;"
    " files ftp_probe-*.tmp may then remain on the server.\n"
)


@contextmanager
def announced() -> Iterator[None]:
    """Say what Ctrl-C does when it is pressed, and raise KeyboardInterrupt."""
    before = signal.signal(signal.SIGINT, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    # A function would not be called if the signal came right before this thread began to wait for another one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stderr.write(_TEXT)
    raise KeyboardInterrupt
