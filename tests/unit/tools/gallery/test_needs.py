# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the set-ups of the lab need, and the cell that a client tries."""

from __future__ import annotations

from typing import Any

import pytest
from gallery import needs, set_ups


def set_up(name: str) -> dict[str, Any]:
    return set_ups.read()[name]


def test_a_plain_set_up_needs_nothing_but_the_lab() -> None:
    plain = set_up("masquerade-missing")
    assert (needs.prepared(plain), needs.emptied(plain)) == ([], [])
    assert needs.variables("masquerade-missing", plain, "/notes") == {
        "problem": "masquerade-missing",
        "notes": "/notes",
        "cell": {"vantage": "client", "mode": "PASV", "protection": "clear"},
        "mx": {},
        "ftp_server": "vsftpd",
        "ftp_tls": "disabled",
        "prepared": [],
    }


def test_a_set_up_with_tls_needs_a_certificate_on_its_server() -> None:
    assert needs.prepared(set_up("certificate-for-other-name")) == ["server13"]
    assert needs.variables("", set_up("explicit-tls"), "")["ftp_tls"] == "optional"


def test_another_server_is_put_in_place_and_removed() -> None:
    proftpd = set_up("proftpd-range-full")
    assert (needs.prepared(proftpd), needs.emptied(proftpd)) == (["server12"], ["server12"])


def test_a_server_on_the_internet_is_put_in_place_and_removed() -> None:
    outbound = set_up("outbound-tls")
    assert (needs.prepared(outbound), needs.emptied(outbound)) == (["outside"], ["outside"])


@pytest.mark.parametrize(
    "name, cell",
    [
        ("home-alg-tls", ("homeclient", "PORT", "P")),
        ("tls-only-data", ("client", "EPSV", "C")),
        ("outbound-old-firmware", ("lanclient", "PORT", "clear")),
        # Nothing fails.
        ("bounce", ("client", "EPSV", "clear")),
    ],
)
def test_the_client_tries_a_cell_that_fails_in_curls_own_mode_if_it_can(name: str, cell: tuple[str, str, str]) -> None:
    assert tuple(needs.cell(set_up(name)).values()) == cell


def test_each_server_that_is_prepared_has_a_certificate() -> None:
    """The clients are made to trust it."""
    for name in ("outbound-old-firmware", "proftpd-range-full", "explicit-tls"):
        told = needs.variables(name, set_up(name), "")
        assert told["prepared"] and told["ftp_tls"] == "optional"
