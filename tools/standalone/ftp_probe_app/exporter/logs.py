# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log lines in logfmt on standard error: texts are quoted and in ASCII, so that no text of others becomes a line."""

from __future__ import annotations

import json
import sys

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:,[]")


def log(level: str, message: str, **fields: object) -> None:
    """Write one line; systemd's journal adds the time."""
    words = {"level": level, "msg": message, **fields}
    line = " ".join(f"{key}={_value(str(value))}" for key, value in words.items())
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _value(text: str) -> str:
    return text if text and _BARE.issuperset(text) else json.dumps(text)
