# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of mx_reach without what tells whose they are, and with the same verdicts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._anonymous.blocks import renumbered
from ansible_collections.mxlab.ftp.plugins.module_utils._anonymous.texts import Texts
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import FORMAT, VERSION, parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.fields import (
    FIELDS,
    FLAG,
    GROUP_ID,
    ID,
    INSIDE,
    NAME,
    NETWORK_ID,
    OBJECT_ID,
    ORGANIZATION_ID,
    PLACES,
    PORTS,
    VALUE,
    VLAN_ID,
    WORD,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of

_IDS: Mapping[str, str] = {
    "organization": ORGANIZATION_ID,
    "network": NETWORK_ID,
    "vlans": VLAN_ID,
    "policyObjects": OBJECT_ID,
    "policyObjectsGroups": GROUP_ID,
}
# The options of an endpoint and of a flow.
OPTIONS: Mapping[str, str] = {
    **dict.fromkeys(("name", "network"), NAME),
    **dict.fromkeys(("public_address", "lan_address", "announced_address", "allowed_ips"), PLACES),
    **dict.fromkeys(("source", "destination"), PLACES),
    **dict.fromkeys(("control_port", "passive_ports", "source_ports", "ports"), PORTS),
    **dict.fromkeys(("modes", "publish_by", "uplink", "server", "direction", "protocol", "expect"), WORD),
    "inbound_data_port": FLAG,
}


def anonymised(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the export, endpoints and flows that are there, with other addresses, names and ids.

    Raises ValueError that names what is of another type, and what in the export cannot be read.
    """
    _check_types(options)
    document = parse(options.get("export") or {}, "export")
    subnets = facts_of(document)["subnets"] or ()
    vlans = {str(each["vlan"]): IPv4Network(each["cidr"], strict=False) for each in subnets if "vlan" in each}
    seen: dict[IPv4Network, IPv4Network] = {}
    texts = Texts(vlans, lambda network: seen.setdefault(network, network))
    _rewritten(document, options, texts)
    texts.place = renumbered(seen).__getitem__
    return _rewritten(document, options, texts)


def _check_types(options: Any) -> None:
    if not isinstance(options, Mapping):
        raise ValueError(f"expected a dictionary with export, endpoints and flows, got {type(options).__name__}")
    export = options.get("export")
    if not isinstance(export, (Mapping, type(None))):
        raise ValueError(f"export: expected a dictionary, got {type(export).__name__}")
    for name in ("endpoints", "flows"):
        items = options.get(name, [])
        if not isinstance(items, (list, tuple)):
            raise ValueError(f"{name}: expected a list of dictionaries, got {type(items).__name__}")
        for index, item in enumerate(items):
            if not isinstance(item, Mapping):
                raise ValueError(f"{name}[{index}]: expected a dictionary, got {type(item).__name__}")


def _rewritten(document: Mapping[str, Any], options: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    export = options.get("export") or {}
    time = str(export.get("exportedAt"))
    head = {
        "format": FORMAT,
        "version": VERSION,
        **({"exportedAt": time} if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}Z", time) else {}),
    }
    parts = {name: _inside(part, _IDS.get(name, ID), texts) for name, part in document.items()}
    named = {name: options[name] for name in ("endpoints", "flows") if name in options}
    return {
        "export": {**head, **parts},
        **{name: [_option(each, texts) for each in items] for name, items in named.items()},
    }


def _inside(value: Any, identity: str, texts: Texts) -> Any:
    """Return an object, or a list of them, with what stands for the values of the fields that are known."""
    if isinstance(value, list):
        return [_inside(item, identity, texts) for item in value]
    if not isinstance(value, Mapping):
        return texts.of(WORD, value)
    return {name: _field(name, value, identity, texts) for name in value if name in FIELDS}


def _field(name: str, owner: Mapping[str, Any], identity: str, texts: Texts) -> Any:
    kind, value = FIELDS[name], owner[name]
    if kind == INSIDE:
        return _inside(value, identity, texts)
    if kind == VALUE:
        return texts.layer7(owner.get("type"), value)
    masked = texts.network(f"{value}/{owner['mask']}") if name == "ip" and owner.get("mask") else None
    if masked is not None:
        return masked.partition("/")[0]
    return texts.of(identity if kind == ID else kind, value)


def _option(option: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    return {
        name: texts.of(NETWORK_ID if name == "network" and texts.knows(NETWORK_ID, value) else OPTIONS[name], value)
        for name, value in option.items()
        if name in OPTIONS
    }
