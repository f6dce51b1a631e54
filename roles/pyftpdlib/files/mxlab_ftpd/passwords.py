# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare passwords with hashes of crypt(5), by libcrypt itself: Python 3.13 no longer has a crypt module."""

from __future__ import annotations

import ctypes
import hmac

_LIBCRYPT = ctypes.CDLL("libcrypt.so.1")
_LIBCRYPT.crypt.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
_LIBCRYPT.crypt.restype = ctypes.c_char_p
# An unknown user takes as much time as a known one. No password has this hash: it is too short.
_UNKNOWN = "$6$unknown$"


def verify(password: str, password_hash: str | None) -> bool:
    """Return whether the password has this hash; None is the hash of an unknown user."""
    expected = (password_hash or _UNKNOWN).encode()
    found: bytes | None = _LIBCRYPT.crypt(password.encode("utf-8", "surrogateescape"), expected)
    return found is not None and hmac.compare_digest(found, expected)
