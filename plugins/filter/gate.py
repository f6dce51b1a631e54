# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters on what mx_gate returns; their documentation is in the YAML files of their names, beside this."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._gate.junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.markdown import markdown
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.sarif import sarif


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {"gate_junit": junit, "gate_markdown": markdown, "gate_sarif": sarif}
