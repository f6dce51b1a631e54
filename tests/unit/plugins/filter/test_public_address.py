# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.public_address import FilterModule

NAME = "ftp-n_100001.example.com"
FACTS: dict[str, Any] = {
    "dynamic_dns": {"enabled": True, "name": NAME},
    "uplinks": {
        "internet1": {"address": "203.0.113.2", "public_address": "203.0.113.2", "status": "active"},
        "internet2": {"address": "10.0.0.2", "public_address": "192.0.2.9", "status": "ready"},
        "internet3": {"address": None, "public_address": None, "status": "not connected"},
    },
}
NAMELESS = {**FACTS, "dynamic_dns": {"enabled": False, "name": None}}

public_address = FilterModule().filters()["public_address"]


@pytest.mark.parametrize(
    ("facts", "arguments", "address"),
    [
        (FACTS, {}, "203.0.113.2"),
        (FACTS, {"uplink": "internet2"}, "192.0.2.9"),
        (FACTS, {"prefer_name": True}, NAME),
        (FACTS, {"uplink": "both", "prefer_name": True}, NAME),
        (NAMELESS, {"prefer_name": True}, "203.0.113.2"),
        ({"uplinks": FACTS["uplinks"]}, {"prefer_name": True}, "203.0.113.2"),
    ],
)
def test_the_address_is_the_one_seen_from_outside(
    facts: dict[str, Any], arguments: dict[str, Any], address: str
) -> None:
    assert public_address(facts, **arguments) == address


@pytest.mark.parametrize(
    ("facts", "uplink", "message"),
    [
        (
            FACTS,
            "both",
            "unknown uplink 'both'; this MX has: internet1, internet2, internet3. Set uplink (ftp_uplink)",
        ),
        ({"uplinks": {}}, "internet1", "unknown uplink 'internet1'; this MX has: none. Set uplink (ftp_uplink)"),
        (
            FACTS,
            "internet3",
            "internet3 is 'not connected' and has no public address. Set uplink (ftp_uplink) to an uplink with one,"
            " or write the address into ftp_public_address",
        ),
        ({"Lab HQ": FACTS}, "internet1", "expected the facts of one network, as mx_info returns them, got {'Lab HQ': "),
        ("Lab HQ", "internet1", "expected the facts of one network, as mx_info returns them, got 'Lab HQ'"),
    ],
)
def test_an_error_names_what_to_set(facts: Any, uplink: str, message: str) -> None:
    with pytest.raises(ValueError) as error:
        public_address(facts, uplink)
    assert str(error.value).startswith(message)


def alone(**uplink: Any) -> dict[str, Any]:
    """Return the facts of an MX with one uplink in use."""
    used = {"address": "203.0.113.2", "public_address": "203.0.113.2", "status": "active"} | uplink
    return {"uplinks": {"internet1": used, "internet3": FACTS["uplinks"]["internet3"]}}


@pytest.mark.parametrize(
    ("facts", "uplink"), [(FACTS, "internet1"), (alone(), None), (alone(status="ready"), "internet1")]
)
def test_an_address_without_doubt_is_returned(facts: dict[str, Any], uplink: str | None) -> None:
    assert public_address(facts, uplink, strict=True) == "203.0.113.2"


@pytest.mark.parametrize(
    ("facts", "uplink", "message"),
    [
        (
            FACTS,
            None,
            "this MX has 2 uplinks: internet1 (active, 203.0.113.2), internet2 (ready, 192.0.2.9). A server announces"
            " the address of one. Set uplink (ftp_uplink) to the one that forwards FTP",
        ),
        (
            FACTS,
            "internet2",
            "internet2 has the address 10.0.0.2, and the Internet sees 192.0.2.9: another router translates addresses"
            " in front of the MX. Make that router forward the control port and the passive range, and write its"
            " address into ftp_public_address, or give the MX the public address",
        ),
        (alone(address=None), None, "internet1 has the address None, and the Internet sees 203.0.113.2: "),
        (
            alone(status="failed"),
            "internet1",
            "internet1 is 'failed'; expected active or ready. Its last public address is 203.0.113.2. If FTP is to use"
            " another uplink, set uplink (ftp_uplink) to it and run the playbook site, because the rules name the"
            " uplink, too",
        ),
    ],
)
def test_an_address_in_doubt_is_refused_where_that_is_asked(
    facts: dict[str, Any], uplink: str | None, message: str
) -> None:
    assert public_address(facts, uplink)
    with pytest.raises(ValueError) as error:
        public_address(facts, uplink, strict=True)
    assert str(error.value).startswith(message)
