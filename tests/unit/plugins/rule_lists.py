# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule lists of an MX for tests that care about some of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED


def whole(some: Mapping[str, Any]) -> dict[str, Any]:
    """Return all lists of an MX: these, and the others without rules."""
    return {**{name: [] for name in JUDGED}, **some}
