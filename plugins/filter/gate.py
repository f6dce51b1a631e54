# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters on what mx_gate returns; their documentation is in the YAML files of their names, beside this."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._gate.junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.markdown import markdown
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.sarif import sarif
from ansible_collections.mxlab.ftp.plugins.module_utils._results import items_of

# What the reports read of a network.
_FIELDS = ("network", "name", "file", "verdict", "passed", "summary", "endpoints", "problems", "flows", "findings")
_EXPECTED = "the list networks in the result of mx_gate, such as gate.networks"


def _written(write: Callable[[Sequence[Any]], str], networks: Any) -> str:
    """Return the report that a function writes; raises ValueError for what are no networks."""
    return write(items_of(networks, _FIELDS, _EXPECTED))


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        written = {"gate_junit": junit, "gate_markdown": markdown, "gate_sarif": sarif}
        return {name: partial(_written, write) for name, write in written.items()}
