# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter public_address; its documentation is in public_address.yml, beside this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable


def public_address(facts: Mapping[str, Any], uplink: str = "internet1", prefer_name: bool = False) -> str:
    """Return the public address of the uplink, or with `prefer_name` the dynamic DNS name if there is one.

    Raises ValueError that says what to set; Ansible shows it under the filter's name.
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
    uplinks = facts["uplinks"]
    if uplink not in uplinks:
        seen = ", ".join(uplinks) or "none"
        raise ValueError(f"unknown uplink {uplink!r}; this MX has: {seen}. Set uplink (ftp_uplink)")
    address = uplinks[uplink].get("public_address")
    if not address:
        raise ValueError(
            f"{uplink} is {uplinks[uplink].get('status')!r} and has no public address. Set uplink"
            " (ftp_uplink) to an uplink with one, or write the address into ftp_public_address"
        )
    return str(address)


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Return the filters of this file by name."""
        return {"public_address": public_address}
