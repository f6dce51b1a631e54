# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of the lab before and after."""

from __future__ import annotations

import pytest
from gallery import state

BEFORE = {"mx: files": "a", "server12: files": "b", "oneToOneNatRules of the MX": '{"rules":[1]}'}


def test_the_same_state_differs_in_nothing() -> None:
    assert state.differing(BEFORE, dict(BEFORE)) == []


def test_what_is_other_new_or_gone_is_named() -> None:
    after = {"mx: files": "a", "server12: files": "c", "server13: files": "d"}
    assert state.differing(BEFORE, after) == ["server12: files", "oneToOneNatRules of the MX", "server13: files"]


def test_lists_that_differ_are_emptied_before_any_is_written_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one list still has an address, no other may get it."""
    kept = dict.fromkeys(state.NAT_LISTS, b'{"rules": [0]}')
    now = kept | {"oneToOneNatRules": b'{"rules": []}', "oneToManyNatRules": b'{"rules": [1]}'}
    puts: list[tuple[str, bytes]] = []

    def request(_api: object, name: str, body: bytes | None = None) -> bytes:
        if body is not None:
            puts.append((name, body))
        return now[name]

    monkeypatch.setattr(state, "_request", request)
    monkeypatch.setattr(state.description, "read", lambda: {"api": {}})
    state.put_lists_back({f"{name} of the MX": body.decode() for name, body in kept.items()})
    empty, full = b'{"rules": []}', b'{"rules": [0]}'
    assert puts == [
        ("oneToOneNatRules", empty),
        ("oneToManyNatRules", empty),
        ("oneToOneNatRules", full),
        ("oneToManyNatRules", full),
    ]
