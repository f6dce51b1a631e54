# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which program has the lab: those that break it, or that switch the rules of its MX, cannot share it."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator

from lab.common import STATE, LabError

LOCK = STATE / "occupied"


@contextlib.contextmanager
def by(program: str) -> Iterator[None]:
    """Have the lab for one program; raise LabError while another one has it.

    The kernel frees the lab when the program ends, however it ends.
    """
    STATE.mkdir(parents=True, exist_ok=True)
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LabError(f"{lock.read()} uses this lab: wait for its end") from None
        lock.truncate(0)
        lock.write(program)
        lock.flush()
        yield
