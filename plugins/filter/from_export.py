# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter from_export; its documentation is in from_export.yml, beside this."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._export.text import object_in
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit_texts


def from_export(text: Any) -> dict[str, Any]:
    """Return the object in the text of an export, as mx_gate reads it; raises ValueError for any other text."""
    if not isinstance(text, str):
        raise ValueError(f"expected the text of an export, got {type(text).__name__}")
    try:
        # No task takes a surrogate, which JSON can write.
        return dict(fit_texts(object_in(text)))
    except RecursionError:
        raise ValueError("$: nested too deep; expected an export") from None


class FilterModule:
    """What Ansible looks for in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters of this file by name."""
        return {"from_export": from_export}
