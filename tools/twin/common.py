# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of the twin have in common."""

from __future__ import annotations


class TwinError(Exception):
    """The twin cannot be built or tried; the text says what was seen, and what helps."""
