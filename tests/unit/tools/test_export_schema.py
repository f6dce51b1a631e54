# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/export.schema.json says of exports what mx_reach says: of real ones, of malformed ones, and of any damage."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import export_schema
import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.parts import PARTS
from ansible_collections.mxlab.ftp.plugins.module_utils._export.read import export_all
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

SCHEMA = json.loads(export_schema.PAGE.read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
ORGANIZATION = ("policyObjects", "policyObjectsGroups")
SPLIT = {
    **{name: exports.DOCUMENT[name] for name in ("format", "version", *ORGANIZATION)},
    "networks": [{name: part for name, part in exports.PARTS.items() if name not in ORGANIZATION}],
}
# Together they have every part of the table, and every alias of a list.
WHOLE = [
    exports.DOCUMENT,
    exports.PARTS,
    exports.FIELD,
    SPLIT,
    {
        "organization": {"id": "9", "name": "Lab"},
        "devices": [{"firmware": "wired-19-1-4"}],
        "warmSpare": {"enabled": True, "uplinkMode": "virtual", "wan1": {"ip": "203.0.113.9"}, "wan2": None},
        "vlansSettings": {"vlansEnabled": False},
        "singleLan": {"subnet": "10.1.0.0/255.255.255.0"},
        "uplinkStatuses": {"uplinks": [{"interface": "wan1", "ip": "", "publicIp": None}]},
        "policyObjects": [{"id": 7, "type": "cidr", "cidr": "2001:db8::/64"}],
        "policyObjectGroups": [{"id": 8, "objectIds": [7, "9"]}],
        "one_to_one_nat": [],
        "settings": {"deploymentMode": "passthrough"},
        "notes": "of another tool",
    },
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just("10.0.0.0/99"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["ip", "id", "rules"]), inner),
    max_leaves=4,
)


def readable(value: Any) -> bool:
    """Whether mx_reach would take an export, or refuse it only for what a schema cannot say: which network is meant."""
    try:
        parse(value, "export")
    except ValueError as error:
        return all("expected the network of network.id" in line for line in str(error).splitlines())
    return True


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def damaged(value: Any, path: tuple[Any, ...], *replacement: Any) -> Any:
    """Return the value with something else at a path, or with nothing there."""
    whole = copy.deepcopy(value)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    if replacement:
        inner[path[-1]] = replacement[0]
    else:
        del inner[path[-1]]
    return whole


def test_the_file_is_not_stale() -> None:
    assert export_schema.PAGE.read_text() == export_schema.text(), "run: make export-schema"


def test_it_is_a_schema_that_knows_all_parts() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA["$defs"]) == list(PARTS)


@pytest.mark.parametrize("whole", WHOLE)
def test_good_exports_are_good_for_both(whole: Any) -> None:
    assert (VALIDATOR.is_valid(whole), readable(whole)) == (True, True)


def test_the_good_exports_have_every_part() -> None:
    assert {name for whole in WHOLE for name in parse(whole, "export")} == set(PARTS)


def test_exports_of_the_emulator_are_good(tmp_path: Path) -> None:
    mx = EmulatedMx(tmp_path / "state.json")
    dashboard = Dashboard(BASE, KEY, mx, limit=Clock().limit())
    documents = export_all(dashboard, [], None, "2026-11-29T10:00:00Z")["exports"]
    assert len(documents) == 2
    for document in documents.values():
        assert [error.message for error in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"version": None},
        {"ssids": []},
        {"networks": [{}, {}]},
        {"networks": [{"ssids": []}]},
        {"vlans": {"errors": ["No"]}},
        {"vlans": [{"subnet": "10.0.0.0/99"}]},
        {"l3FirewallRules": {}},
        {"portForwardingRules": {"rules": [7]}},
        {"applianceSettings": {"deploymentMode": "bridge"}},
        {"uplinkStatuses": [{"uplinks": [{"interface": "wan1", "ip": "01.2.3.4"}]}]},
        {"uplinksNat": {"uplinks": [{"interface": "wan1", "nat": {"enabled": "no"}}]}},
        {"policyObjectsGroups": [{"id": True}]},
    ],
)
def test_what_is_malformed_is_malformed_for_both(change: Any) -> None:
    whole = {**exports.DOCUMENT, **change}
    assert (VALIDATOR.is_valid(whole), readable(whole)) == (False, False)


@settings(database=None, deadline=None)
@given(st.data())
def test_both_agree_on_any_damage(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(WHOLE))
    path = data.draw(st.sampled_from([*places(whole)]))
    replaced = data.draw(st.just(()) | st.tuples(JSON), label="replacement")
    damage = damaged(whole, path, *replaced)
    assert VALIDATOR.is_valid(damage) is readable(damage)
