# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter public_address; its documentation is in public_address.yml, beside this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

# How the API calls an uplink over which clients can come (OpenAPI: uplink statuses).
_WORKING = ("active", "ready")


def public_address(
    facts: Mapping[str, Any], uplink: str | None = None, prefer_name: bool = False, strict: bool = False
) -> str:
    """Return the public address of the uplink, or with `prefer_name` the dynamic DNS name if there is one.

    Raises ValueError that says what to set, with `strict` also if the address is in doubt; Ansible shows it under the
    filter's name.
    """
    if isinstance(facts, Mapping) and "uplinks" in facts and facts["uplinks"] is None:
        raise ValueError(
            "mx_info could not read the uplinks. Give its api_key access to the uplink statuses of the organization,"
            " or write the address into ftp_public_address"
        )
    if not isinstance(facts, Mapping) or not isinstance(facts.get("uplinks"), Mapping):
        raise ValueError(f"expected the facts of one network, as mx_info returns them, got {facts!r}")
    name = (facts.get("dynamic_dns") or {}).get("name")
    if prefer_name and name:
        return str(name)
    wanted, uplinks = "internet1" if uplink is None else uplink, facts["uplinks"]
    if wanted not in uplinks:
        seen = ", ".join(uplinks) or "none"
        raise ValueError(f"unknown uplink {wanted!r}; this MX has: {seen}. Set uplink (ftp_uplink)")
    if strict and uplink is None:
        _refuse_others(uplinks)
    address = uplinks[wanted].get("public_address")
    if not address:
        raise ValueError(
            f"{wanted} is {uplinks[wanted].get('status')!r} and has no public address. Set uplink"
            " (ftp_uplink) to an uplink with one, or write the address into ftp_public_address"
        )
    if strict:
        _refuse_doubt(wanted, uplinks[wanted])
    return str(address)


def _refuse_others(uplinks: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise ValueError if more than one uplink has a cable, so that clients may arrive on either."""
    used = {name: each for name, each in uplinks.items() if each.get("status") != "not connected"}
    if len(used) > 1:
        seen = ", ".join(f"{name} ({each.get('status')}, {each.get('public_address')})" for name, each in used.items())
        raise ValueError(
            f"this MX has {len(used)} uplinks: {seen}. A server announces the address of one. Set uplink (ftp_uplink)"
            " to the one that forwards FTP"
        )


def _refuse_doubt(name: str, uplink: Mapping[str, Any]) -> None:
    """Raise ValueError if the uplink does not work, or if its address is that of another router."""
    address, public_address = uplink.get("address"), uplink["public_address"]
    if uplink.get("status") not in _WORKING:
        raise ValueError(
            f"{name} is {uplink.get('status')!r}; expected active or ready. Its last public address is"
            f" {public_address}. If FTP is to use another uplink, set uplink (ftp_uplink) to it and run the playbook"
            " site, because the rules name the uplink, too"
        )
    if address != public_address:
        raise ValueError(
            f"{name} has the address {address}, and the Internet sees {public_address}: another router translates"
            " addresses in front of the MX. Make that router forward the control port and the passive range, and write"
            " its address into ftp_public_address, or give the MX the public address"
        )


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Return the filters of this file by name."""
        return {"public_address": public_address}
