# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments for a module that a test runs, with every ansible-core that is supported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from ansible.module_utils import basic
from ansible.module_utils.common import warnings

try:
    from ansible.module_utils.testing import patch_module_args as give
except ImportError:
    # ansible-core before 2.19.
    @contextmanager
    def give(module_args: dict[str, Any] | None = None) -> Iterator[None]:
        """Give a module its arguments."""
        given = json.dumps({"ANSIBLE_MODULE_ARGS": module_args or {}}).encode()
        with patch.object(basic, "_ANSIBLE_ARGS", given):
            yield


@contextmanager
def patch_module_args(module_args: dict[str, Any] | None = None) -> Iterator[None]:
    """Give a module its arguments, and let it begin without the warnings of those that ran in this process before it.

    ansible-core keeps them for the whole process, as a module has one of its own, and returns them with each result.
    """
    warnings._global_warnings.clear()
    warnings._global_deprecations.clear()
    with give(module_args):
        yield
