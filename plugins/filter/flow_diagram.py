# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter flow_diagram; its documentation is in flow_diagram.yml."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._diagram.description import Flow, boxes_of
from ansible_collections.mxlab.ftp.plugins.module_utils._diagram.mermaid import mermaid
from ansible_collections.mxlab.ftp.plugins.module_utils._diagram.svg import svg

_FORMS = {"mermaid": mermaid, "svg": svg}


def flow_diagram(flows: Sequence[Flow], form: str = "mermaid") -> str:
    """Return the `flows` in mx_reach's result as a picture; raises ValueError for an unknown form."""
    if form not in _FORMS:
        raise ValueError(f"form is {form!r}; expected {' or '.join(_FORMS)}")
    return _FORMS[form](boxes_of(flows))


class FilterModule:
    """What Ansible looks for in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters of this file by name."""
        return {"flow_diagram": flow_diagram}
