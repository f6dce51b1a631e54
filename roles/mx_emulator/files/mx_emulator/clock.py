# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Points in time as the API writes them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


def timestamp(ago: float = 0) -> str:
    """Return the present, or so many seconds before it, in UTC; such texts are in the order of time."""
    return _text(datetime.now(timezone.utc) - timedelta(seconds=ago))


def normal(text: str) -> str:
    """Return a time, in ISO 8601 or seconds since 1970, in the form of timestamp; raise ValueError for other texts."""
    if text.isdecimal():
        return _text(datetime.fromtimestamp(int(text), timezone.utc))
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return _text(moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc))


def _text(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
