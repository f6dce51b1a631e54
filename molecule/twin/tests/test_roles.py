# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The twin with servers by their roles: what their rules, their TLS and their own settings make of each transfer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import docker
import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of
from lab import engine
from lab.common import ROOT
from twin import inventory, words
from twin.rows import FAILS, MENDED, STILL_WRONG, WORKS, Row
from twin.stage import Play, play

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the twin needs root")

INVENTORY = str(Path(__file__).with_name("inventory.yml"))
# Each with its TLS.
BY_ROLE = {"files": "required", "exchange": "optional", "archive": "required", "scans": "disabled"}


def export() -> dict[str, Any]:
    """Return the export of the guide, with a router in the LAN and a network behind it."""
    document: dict[str, Any] = json.loads((ROOT / "docs" / "twin" / "head-office.json").read_text())
    route = {"id": "1", "name": "Archive", "subnet": "10.30.0.0/24", "gatewayIp": "10.20.0.2", "enabled": True}
    return {**document, "staticRoutes": [route]}


@pytest.fixture(scope="module")
def played() -> Play:
    document = export()
    servers = inventory.inventory(inventory.read(INVENTORY), ["Head office"], facts_of(document))
    return play(document, servers, INVENTORY)


@pytest.fixture(scope="module")
def rows(played: Play) -> dict[tuple[str, str], Row]:
    return {(row.subject, row.what): row for row in words.answer(played).rows}


def test_each_server_that_has_a_role_runs_by_it(played: Play) -> None:
    assert {server.host: server.tls for server in played.by_role} == BY_ROLE


def test_the_packets_and_mx_reach_agree(played: Play) -> None:
    assert [*played.today.disagreements, *played.after.disagreements] == []


def test_transfers_are_protected_as_the_server_wants(rows: dict[tuple[str, str], Row]) -> None:
    tried = {(server, what) for server, what in rows if what.startswith("passive mode") and "Internet" in what}
    assert tried == {
        ("files", "passive mode with TLS, Internet"),
        ("exchange", "passive mode, Internet"),
        ("exchange", "passive mode with TLS, Internet"),
        ("archive", "passive mode with TLS, Internet"),
        ("scans", "passive mode, Internet"),
        ("nas", "passive mode, Internet"),
    }


def test_the_change_mends_what_rules_can_mend(rows: dict[tuple[str, str], Row]) -> None:
    needed = {key: row for key, row in rows.items() if row.needed and not key[1].startswith("active mode with TLS")}
    assert {row.after.state for row in needed.values()} == {WORKS}
    assert rows["archive", "passive mode with TLS, behind NAT"].effect == MENDED


def test_what_the_server_itself_refuses_is_still_wrong(rows: dict[tuple[str, str], Row]) -> None:
    wrong = {key for key, row in rows.items() if row.effect == STILL_WRONG}
    refused = rows["files", "active mode with TLS, Internet"]
    assert wrong == {("files", "active mode with TLS, Internet")}
    # mx_reach knows the rules only.
    assert (refused.after.state, refused.after.judged) == (FAILS, WORKS)
    assert "550 Permission denied" in refused.after.seen


def test_nothing_of_the_twin_stays_in_the_lab(played: Play) -> None:
    client = docker.DockerClient(base_url=engine.running())
    try:
        assert played.by_role
        assert client.containers.list(all=True, filters={"label": "mxlab-ftp.twin"}) == []
    finally:
        client.close()
