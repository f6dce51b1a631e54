# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter flow_diagram; its documentation is in flow_diagram.yml."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._diagram.description import boxes_of
from ansible_collections.mxlab.ftp.plugins.module_utils._diagram.mermaid import mermaid
from ansible_collections.mxlab.ftp.plugins.module_utils._diagram.svg import svg
from ansible_collections.mxlab.ftp.plugins.module_utils._results import items_of

_FORMS = {"mermaid": mermaid, "svg": svg}
# What a picture shows of a flow.
_FIELDS = (
    *("endpoint", "name", "direction", "protocol", "source", "source_ports", "destination", "ports", "verdict"),
    *("translated", "chain", "passed", "why"),
)
_EXPECTED = "the list flows in the result of mx_reach, such as reach.flows"


def flow_diagram(flows: Any, form: str = "mermaid") -> str:
    """Return the `flows` in mx_reach's result as a picture; raises ValueError for anything else or an unknown form."""
    if form not in _FORMS:
        raise ValueError(f"form is {form!r}; expected {' or '.join(_FORMS)}")
    return _FORMS[form](boxes_of(items_of(flows, _FIELDS, _EXPECTED)))


class FilterModule:
    """What Ansible looks for in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters of this file by name."""
        return {"flow_diagram": flow_diagram}
