# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module's options are documented as they are; ansible-test sanity asks the same, but not in the fast loop."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.modules import mx_info

PACKAGE = "ansible_collections.mxlab.ftp.plugins"
MODULES = sorted(path.stem for path in Path(mx_info.__file__).parent.glob("*.py") if path.stem != "__init__")
OF_BOTH = ("type", "elements", "choices", "default", "required")


def documentation(module: ModuleType) -> dict[str, Any]:
    """The options with those of the fragment, if the module has one; its own words win, as with Ansible."""
    own: dict[str, Any] = yaml.safe_load(module.DOCUMENTATION)
    fragment = own.get("extends_documentation_fragment", "").rpartition(".")[2]
    if not fragment:
        return dict(own["options"])
    extended = importlib.import_module(f"{PACKAGE}.doc_fragments.{fragment}").ModuleDocFragment
    return {**yaml.safe_load(extended.DOCUMENTATION)["options"], **own["options"]}


def plain(options: dict[str, Any], nested: str) -> dict[str, Any]:
    """What documentation and argument_spec both say; each has a name of its own for the options within an option."""
    return {
        name: {
            **{key: option[key] for key in OF_BOTH if key in option},
            **({"options": plain(option[nested], nested)} if nested in option else {}),
        }
        for name, option in options.items()
    }


@pytest.mark.parametrize("name", MODULES)
def test_the_documentation_has_the_same_options_as_the_code(name: str) -> None:
    module = importlib.import_module(f"{PACKAGE}.modules.{name}")
    assert plain(documentation(module), "suboptions") == plain(module.ARGUMENT_SPEC, "options")
