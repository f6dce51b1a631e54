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
OF_BOTH = ("type", "elements", "choices", "default", "required", "aliases")


def fragments(module: ModuleType) -> list[str]:
    """Return the names of the fragments that the module's documentation extends."""
    named = yaml.safe_load(module.DOCUMENTATION).get("extends_documentation_fragment", [])
    return [name.removeprefix("mxlab.ftp.") for name in ([named] if isinstance(named, str) else named)]


def documentation(module: ModuleType) -> dict[str, Any]:
    """Return the options with those of the fragments; the module's own words win, as with Ansible."""
    options: dict[str, Any] = {}
    for fragment in fragments(module):
        extended = importlib.import_module(f"{PACKAGE}.doc_fragments.{fragment}").ModuleDocFragment
        options.update(yaml.safe_load(extended.DOCUMENTATION)["options"])
    own = yaml.safe_load(module.DOCUMENTATION)["options"]
    return {**options, **{name: {**options.get(name, {}), **option} for name, option in own.items()}}


def plain(options: dict[str, Any], nested: str) -> dict[str, Any]:
    """Return what documentation and argument_spec both say; they name the options within an option differently."""
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


def test_the_action_group_has_exactly_the_modules_with_its_fragment() -> None:
    runtime = yaml.safe_load((Path(mx_info.__file__).parents[2] / "meta" / "runtime.yml").read_text())
    modules = {name: importlib.import_module(f"{PACKAGE}.modules.{name}") for name in MODULES}
    talking = [name for name, module in modules.items() if "dashboard" in fragments(module)]
    assert talking == ["mx_export", "mx_ftp_rules", "mx_info"]
    assert runtime["action_groups"] == {"dashboard": talking}


@pytest.mark.parametrize(
    ("value", "one", "other"),
    [
        ("requests", "mx_ftp_rules", "mx_info"),
        ("requests", "mx_export", "mx_info"),
        ("findings", "mx_ftp_rules", "mx_reach"),
    ],
)
def test_what_two_modules_return_alike_is_documented_alike(value: str, one: str, other: str) -> None:
    """Not every supported ansible-core has fragments for return values, so the words stand twice."""
    first, second = (
        yaml.safe_load(importlib.import_module(f"{PACKAGE}.modules.{name}").RETURN)[value]["contains"]
        for name in (one, other)
    )
    # The network and its endpoint mean something else where one result is about many MXs.
    alike = (set(first) & set(second)) - {"network", "endpoint"}
    assert len(alike) >= 3
    for key in alike:
        assert {**first[key], "sample": None} == {**second[key], "sample": None}
