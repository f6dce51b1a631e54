# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords against hashes of crypt(5), by libcrypt itself: Python 3.13 has no crypt module any more."""

from __future__ import annotations

import ctypes
import hmac
from functools import lru_cache

# Whoever is unknown costs as much time as a user does, and no password gives a hash that is so short.
_NOBODY = "$6$nobody$"


@lru_cache(maxsize=1)
def _libcrypt() -> ctypes.CDLL:
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    library.crypt.restype = ctypes.c_char_p
    return library


def verify(password: str, password_hash: str | None) -> bool:
    """Whether the password has that hash; None is the hash of a user who does not exist."""
    expected = (password_hash or _NOBODY).encode()
    found: bytes | None = _libcrypt().crypt(password.encode("utf-8", "surrogateescape"), expected)
    return found is not None and hmac.compare_digest(found, expected)
