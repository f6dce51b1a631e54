# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module in the process of the test, with every ansible-core that is supported."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings

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


# What modules have told so far in this process.
_SECRETS: set[str] = set()


def run_module(module: ModuleType, options: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Run a module; return its result, and all that it printed as the controller shows it.

    It begins without the warnings of the modules that ran in this process before it: ansible-core keeps them for the
    whole process, as a module has one of its own, and returns them with each result.
    """
    warnings._global_warnings.clear()
    warnings._global_deprecations.clear()
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch_module_args(dict(options)), pytest.raises(SystemExit):
        module.main()
    result = shown(out.getvalue())
    return result, json.dumps(result) + err.getvalue()


def shown(printed: str) -> dict[str, Any]:
    """Return the result that a module printed, as the controller shows it.

    Since ansible-core 2.22, a module tells its secrets to the controller once, which masks them from then on.
    """
    result: dict[str, Any] = json.loads(printed)
    _SECRETS.update(result.pop("_ansible_new_secrets", []))
    text = json.dumps(result)
    for secret in _SECRETS:
        text = text.replace(json.dumps(secret)[1:-1], "********")
    return dict(json.loads(text))
