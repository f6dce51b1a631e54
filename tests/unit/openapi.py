# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's OpenAPI document, where a copy of it is at hand: it may not be redistributed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENT = Path(os.environ.get("MXLAB_OPENAPI", CHECKOUT.parent / "shared/facts/meraki_openapi_subset.json"))


def paths() -> dict[str, Any]:
    """Give the document's operations by path and method; the test that asks is skipped where there is no document."""
    if not DOCUMENT.exists():
        pytest.skip(f"there is no OpenAPI document at {DOCUMENT}: name one in MXLAB_OPENAPI")
    described: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    return described


def problems(schema: Any, value: Any) -> list[str]:
    """Say in words what is wrong with a JSON value."""
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(value)]


def fields(value: Any) -> set[str]:
    """Give all names of fields in a JSON value, at any depth."""
    if isinstance(value, dict):
        return set(value).union(*map(fields, value.values()))
    return set().union(*map(fields, value)) if isinstance(value, list) else set()
