# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a file is said by its path and what is expected there, and the file still has a network."""

from __future__ import annotations

import json

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._export.parts import PARTS
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.exports import read, unreadable
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._gate.networks import content

FILE = "exports/Lab%20HQ-N_7.json"


def test_an_export_has_the_parts_and_the_names_of_its_network() -> None:
    found = read("exports/any.json", json.dumps(exports.DOCUMENT).encode())
    assert (found.document, found.problems) == (exports.PARTS, ())
    assert (found.title, found.id, found.names) == ("HQ", "N_7", {"HQ", "N_7"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "$: not JSON (Expecting value, line 1, column 1); expected the document that mxlab.ftp.export writes"),
        (b'{"vlans": [}', "$: not JSON (Expecting value, line 1, column 12)"),
        (b"\xff\xfe", "$: not UTF-8 (byte 0)"),
        (b"[]", "$: list instead of an object"),
        (b"null", "$: NoneType instead of an object"),
        (b'{"vlans": NaN}', "$: NaN is not JSON"),
        (b'{"vlans": %s}' % (b"7" * 5000), "$: a number has 5000 digits; expected the document"),
        (b'{"vlans": [], "vlans": []}', "$: an object has the name 'vlans' twice; give it once"),
        (b"[" * 100_000, "$: nested too deep"),
        (b'{"vlan": []}', "$: 'vlan' is unknown; did you mean 'vlans'?"),
        (b'{"networks": 7}', "$.networks: expected a list of exactly one network, got 7"),
    ],
)
def test_what_is_no_export_is_said_and_the_name_of_the_file_tells_the_network(text: bytes, problem: str) -> None:
    found = read(FILE, text)
    assert [each.startswith(problem) for each in found.problems] == [True], found.problems
    assert found.names == {"Lab HQ", "N_7"}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_that_is_malformed_is_named_by_its_path(part: str) -> None:
    found = read(FILE, content(**{part: "here"}))
    assert [each.startswith(f"$.{part}: expected ") for each in found.problems] == [True], found.problems
    assert "N_7" in found.names or found.names == {"HQ", "N_HQ"}


def test_all_that_is_malformed_is_named_at_once() -> None:
    found = read(FILE, content(vlans=[{"subnet": "here"}], uplinksNat={"uplinks": [{"interface": "wan1"}]}))
    assert list(found.problems) == [
        "$.uplinksNat.uplinks[0].nat: expected an object, got null",
        '$.vlans[0].subnet: expected a subnet like 192.168.128.0/24, got "here"',
    ]
    assert found.title == "HQ"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read(FILE, b"\xef\xbb\xbf" + content()).problems == ()


def test_raw_answers_without_a_network_are_those_that_the_file_is_named_after() -> None:
    found = read("exports/Lab%2FHQ-7-L_8.json", json.dumps(exports.FIELD).encode())
    assert (found.problems, found.names, found.id) == ((), {"Lab/HQ-7", "L_8"}, None)


@pytest.mark.parametrize("name", ["Branch", "HQ-old", "HQ-8", "HQ-N_", "HQ-N_x", "N_8", "-N_8", "HQ-M_8"])
def test_a_file_of_another_name_is_of_no_network(name: str) -> None:
    found = read(f"exports/{name}.json", json.dumps(exports.FIELD).encode())
    assert (found.names, found.title) == (set(), name)
    assert [each.partition(";")[0] for each in found.problems] == [
        "$: the part network is missing, and the file is not named like Lab%20HQ-N_100001.json, as mxlab.ftp.export "
        "does"
    ]


def test_a_file_that_cannot_be_read_has_its_network_as_well() -> None:
    assert unreadable(FILE, "cannot be read: Permission denied").names >= {"Lab HQ", "N_7"}
