# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exported rule lists: what they hold, and which endpoints they publish.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    API_NAMES,
    RESOURCES,
    Lists,
    own_names,
    parse_lists,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import Opening
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.shapes import check_rules


def exported_lists(exported: Mapping[str, Any], network: str) -> dict[str, Lists]:
    """Return the lists by network: of many, as state gathered returns them, or of one, which then is named `network`.

    Raises ValueError for what is neither.
    """
    if any(name in exported for name in (*RESOURCES, *API_NAMES)):
        return {network: _checked(exported, "exported")}
    return {name: _checked(value, f"exported.{name}") for name, value in exported.items()}


def _checked(value: Any, path: str) -> Lists:
    named = own_names(value, path) if isinstance(value, Mapping) else value
    return check_rules(parse_lists(named, path), path)


def recognised(network: str, lists: Lists, uplink_addresses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the endpoints that rules of ours publish, as items of the module's option `endpoints`.

    An endpoint needs an opening for its control connection. What no rule shows is left out: active mode without an
    opened data port, and the public address of port forwarding unless `uplink_addresses` has it.
    """
    openings = [
        replace(opening, public_address=opening.public_address or uplink_addresses.get(opening.uplink))
        for kind in kinds_of(lists)
        for rule in lists[kind.name]
        for opening in kind.openings(rule)
    ]
    names = dict.fromkeys(opening.name for opening in openings if _is_control(opening))
    return [_endpoint(network, [opening for opening in openings if opening.name == name]) for name in names]


def _is_control(opening: Opening) -> bool:
    """Tell whether an opening leads a control port to a server."""
    return opening.purpose == "control" and bool(opening.lan_address) and _is_port(opening.ports)


def _is_port(text: str) -> bool:
    """Tell whether a text is one port, in ASCII digits."""
    try:
        return text.isascii() and len(PortRange.parse(text)) == 1
    except ValueError:
        return False


def _endpoint(network: str, openings: Sequence[Opening]) -> dict[str, Any]:
    ports = {opening.purpose: opening.ports for opening in openings if opening.ports}
    control = next(filter(_is_control, openings))
    active = "data" in ports or "passive" not in ports
    optional = {"public_address": control.public_address, "passive_ports": ports.get("passive")}
    return {
        "network": network,
        "name": control.name,
        **{option: value for option, value in optional.items() if value is not None},
        "lan_address": control.lan_address,
        "control_port": PortRange.parse(control.ports).first,
        "modes": [*(["active"] if active else []), *(["passive"] if "passive" in ports else [])],
        "allowed_ips": control.allowed_ips,
        "publish_by": control.publish_by,
        "uplink": control.uplink,
        "inbound_data_port": "data" in ports,
    }
