# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection cisco.meraki as it is installed: where it is, and which options its modules document."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]


def collections() -> Path | None:
    """Return the folder that has the collection, None if it is not installed.

    Ansible's own constants would say where it looks, but modules in the same process would take it for the controller.
    """
    named = os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep)
    places = [*map(Path, sys.path), *map(Path, filter(None, named)), CHECKOUT / ".ansible" / "collections"]
    return next((place for place in places if (place / "ansible_collections/cisco/meraki").is_dir()), None)


def installed() -> Path:
    """Return the folder that has the collection; skips the test if it is not installed."""
    found = collections()
    if found is None:
        pytest.skip("cisco.meraki is not installed (requirements.yml)")
    return found


def module_options(name: str) -> dict[str, Any]:
    """Return the options of a module itself, without those of its documentation fragments."""
    return _options(f"modules/{name}.py")


def fragment(name: str) -> dict[str, Any]:
    """Return the options of a documentation fragment."""
    return _options(f"doc_fragments/{name}.py")


def _options(path: str) -> dict[str, Any]:
    """Return what the file's DOCUMENTATION says of options; the file is read, because it may need the SDK to run."""
    tree = ast.parse((installed() / "ansible_collections/cisco/meraki/plugins" / path).read_text())
    texts = [
        ast.literal_eval(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DOCUMENTATION"
    ]
    options: dict[str, Any] = yaml.safe_load(texts[0])["options"]
    return options
