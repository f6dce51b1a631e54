# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of clients."""

from __future__ import annotations

import re

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


def test_names_are_unique() -> None:
    assert len({client.name for client in CLIENTS}) == len(CLIENTS)


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
