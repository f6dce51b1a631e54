# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mx_reach takes, out of an export: rule lists under our names, and the facts of the MX.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import Document
from ansible_collections.mxlab.ftp.plugins.module_utils._info.facts import (
    Answers,
    firmware,
    subnets,
    switched_off,
    uplinks,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED


def lists_of(document: Document) -> dict[str, Any]:
    """Return the rule lists that the export has, by our names."""
    return {name: document[resource] for name, resource in JUDGED.items() if resource in document}


def facts_of(document: Document) -> dict[str, Any]:
    """Return the facts of the MX; a fact whose part is not there is None."""
    settings, nat = document.get("applianceSettings") or {}, document.get("uplinksNat")
    return {
        "deployment_mode": settings.get("deploymentMode"),
        "bound_to_template": document.get("network", {}).get("isBoundToConfigTemplate"),
        "firmware": firmware(document.get("firmwareUpgrades")) or _of_devices(document),
        "uplinks": _uplinks(document),
        "nat_exceptions": None if nat is None else switched_off(nat),
        "subnets": _subnets(document),
    }


def _of_devices(document: Document) -> str | None:
    """Return the firmware in an answer about devices: that of all appliances there, None if they have several."""
    found = {device["firmware"] for device in document.get("devices", []) if device.get("firmware") and _is_mx(device)}
    return found.pop() if len(found) == 1 else None


def _is_mx(device: Mapping[str, Any]) -> bool:
    """Tell an appliance, like MX68, vMX-S, Z4 or C8455-G2-MX, by what its answer has: type, model or firmware."""
    kind, model = device.get("productType"), device.get("model")
    if kind or not model:
        return kind == "appliance" or (not kind and str(device["firmware"]).startswith(("wired-", "MX ")))
    return bool(re.fullmatch(r"(v?MX|Z[0-9]).*|.*-MX", model, re.IGNORECASE))


def _uplinks(document: Document) -> dict[str, dict[str, str | None]]:
    """Return the uplinks, with the virtual address that a warm spare pair shares in place of the interface's own.

    Source: "NAT Exceptions with Manual Inbound Firewall on MX Security Appliances".
    """
    told = document.get("uplinkStatuses", [])
    found = uplinks(told if isinstance(told, list) else [told])
    spare = document.get("warmSpare", {})
    if not spare.get("enabled") or spare.get("uplinkMode") != "virtual":
        return found
    for number in (1, 2):
        shared = (spare.get(f"wan{number}") or {}).get("ip")
        if shared:
            known = found.get(f"internet{number}", {})
            found[f"internet{number}"] = {**known, **_moved(known, shared)}
    return found


def _moved(known: dict[str, str | None], shared: str) -> dict[str, str | None]:
    """Return the addresses of an uplink with a virtual one; behind NAT, the Internet still sees another."""
    seen = known.get("public_address")
    return {"address": shared, "public_address": shared if seen in (None, known.get("address")) else seen}


def _subnets(document: Document) -> list[dict[str, Any]] | None:
    """Return the subnets; None in passthrough mode, and unless both LAN and static routes are known."""
    vlans, single = document.get("vlans"), document.get("singleLan")
    settings = document.get("applianceSettings", {})
    if settings.get("deploymentMode") == "passthrough" or (vlans, single) == (None, None):
        return None
    return subnets(Answers(None, None, vlans, single, document.get("staticRoutes")))
