# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of clients."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._report import clients as known
from ansible_collections.mxlab.ftp.plugins.module_utils._report.clients import CLIENTS, EPSV, PASV, PORT, Client


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_every_row_is_complete(client: Client) -> None:
    assert client.tries and set(client.tries) <= {EPSV, PASV, PORT}
    assert client.address in (known.TRUSTED, known.REPAIRED, known.REPLACED, known.DEMANDED)
    assert client.lan in (known.ANNOUNCED, known.EITHER, known.NEVER)
    assert client.certificates in (known.STRICT, known.ASKS, known.DATES, known.LAX)
    assert client.after_failure in (known.NEVER, known.AFTER_REPAIR, known.ALWAYS, known.ACTIVELY)
    assert client.unreadable in (known.NEXT, known.GIVES_UP, known.STAYS)
    assert client.source


@pytest.mark.parametrize("version", ["0.1", "0.24.1", "0.25", "7.86.9", "7.87", "8.0.0", "8.9.1", "8.12", "20210827"])
def test_each_version_of_a_client_has_one_row(version: str) -> None:
    for name in {client.name for client in CLIENTS}:
        assert known.row(name, version).name == name


def test_the_rows_of_a_client_follow_each_other_from_the_oldest_to_the_newest() -> None:
    names = [name for name, _rows in groupby(CLIENTS, key=lambda client: client.name)]
    assert len(names) == len(set(names))
    for one, other in zip(CLIENTS, CLIENTS[1:]):
        assert one.name != other.name or one.before == other.since != ""


def test_an_unknown_client_has_no_row() -> None:
    with pytest.raises(ValueError, match="telnet 1: 0 rows are about it, expected one"):
        known.row("telnet", "1")


def test_versions_of_a_row() -> None:
    made: dict[str, Any] = {"name": "x", "tries": (PASV,), "address": known.TRUSTED, "source": "read"}
    rows = [Client(**made, **limits) for limits in ({"before": "8.10"}, {"since": "8.10"}, {})]
    rows.append(Client(**made, since="8.2", before="8.10"))
    assert [row.is_about("8.9.1") for row in rows] == [True, False, True, True]
    assert [row.is_about("8.10") for row in rows] == [False, True, True, False]
    for same in ("8.10.0", "v8.10", "8.10.0-DEV", "8.10.0rc1", "8.10-SNAPSHOT", "08.10.0.0"):
        assert [row.is_about(same) for row in rows] == [False, True, True, False]
    assert [row.versions for row in rows] == ["before 8.10", "8.10 and newer", "", "8.2 to before 8.10"]


def test_only_a_client_that_repairs_addresses_goes_on_after_a_repair() -> None:
    repairing = [client for client in CLIENTS if client.after_failure == known.AFTER_REPAIR]
    assert [client.name for client in repairing if client.address != known.REPAIRED] == []
    assert repairing


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        (known.ANY_OTHER, {200, 227, 425, 500, 550}),
        (known.ANY, {200, 227, 229, 425, 500, 550}),
        (known.REFUSAL, {227, 425, 500, 550}),
        (known.UNKNOWN_COMMAND, {500}),
    ],
)
def test_the_codes_after_which_a_client_falls_back(pattern: str, codes: set[int]) -> None:
    assert {code for code in (0, 200, 227, 229, 425, 500, 550) if re.fullmatch(pattern, str(code))} == codes
