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

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:
    # ansible-core before 2.19.
    @contextmanager
    def patch_module_args(module_args: dict[str, Any] | None = None) -> Iterator[None]:
        """Give a module its arguments."""
        given = json.dumps({"ANSIBLE_MODULE_ARGS": module_args or {}}).encode()
        with patch.object(basic, "_ANSIBLE_ARGS", given):
            yield


__all__ = ["patch_module_args"]
