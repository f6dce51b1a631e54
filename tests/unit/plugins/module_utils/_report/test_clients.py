# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of clients."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._report.clients import (
    ANY_OTHER,
    ASKS,
    CLIENTS,
    DATES,
    EPSV,
    LAX,
    PASV,
    PORT,
    REPAIRED,
    REPLACED,
    STRICT,
    TRUSTED,
    UNKNOWN_COMMAND,
    Client,
)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_every_row_is_complete(client: Client) -> None:
    assert client.tries and set(client.tries) <= {EPSV, PASV, PORT}
    assert client.address in (TRUSTED, REPAIRED, REPLACED)
    assert client.certificates in (STRICT, ASKS, DATES, LAX)
    assert client.after_silence in ("never", "repaired", "always")
    assert client.falls_back in (ANY_OTHER, UNKNOWN_COMMAND)
    assert client.source


def test_names_are_unique() -> None:
    assert len({client.name for client in CLIENTS}) == len(CLIENTS)


def test_only_a_client_that_repairs_addresses_goes_on_after_a_repair() -> None:
    repairing = [client for client in CLIENTS if client.after_silence == "repaired"]
    assert [client.name for client in repairing if client.address != REPAIRED] == []
    assert repairing
