# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter anonymised; its documentation is in anonymised.yml, beside this."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._anonymous.options import anonymised


class FilterModule:
    """What Ansible looks for in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters of this file by name."""
        return {"anonymised": anonymised}
