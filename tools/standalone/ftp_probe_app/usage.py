# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user has to change before anything is probed."""

from __future__ import annotations


class Usage(Exception):
    """The command line, or what it names, cannot be used; the text says what to change."""
