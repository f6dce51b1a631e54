# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSSL's list of errors of this thread, as a failed operation leaves it with OpenSSL 3.5 (cpython#148594)."""

from __future__ import annotations

import _ssl
import ctypes
import errno
from collections.abc import Callable
from typing import Any, NoReturn

# What the functions of Python's own ssl module use, not another copy on this machine.
_LIBRARY = ctypes.CDLL(_ssl.__file__)
# ERR_LIB_SYS of openssl/err.h: the reason is an errno.
_SYSTEM = 2


def broken_pipe(*_anything: Any) -> NoReturn:
    """Fail as an operation of a TLS socket whose peer has gone, and leave the error in the list."""
    _LIBRARY.ERR_new()
    _LIBRARY.ERR_set_error(_SYSTEM, errno.EPIPE, None)
    raise BrokenPipeError(errno.EPIPE, "Broken pipe")


OPERATIONS: dict[str, Callable[[Any], object]] = {
    "do_handshake": lambda connection: connection.do_handshake(),
    "read": lambda connection: connection.recv(1),
    "send": lambda connection: connection.send(b"."),
    "unwrap": lambda connection: connection.unwrap(),
}
