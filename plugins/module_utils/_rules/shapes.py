# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rules have to look like to be read: those of the API, and those in an option of the module.

Only the types count here. A rule of others may hold whatever the dashboard allows, and is kept as it is.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import Either, Maybe, fault
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import shown
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    INBOUND_FIREWALL,
    L3_FIREWALL,
    ONE_TO_MANY_NAT,
    ONE_TO_ONE_NAT,
    PORT_FORWARDING,
    Lists,
)

# Tools of others write ports as numbers, too.
_WORD = Either((str, int))
_FIELD = Maybe(_WORD)
_PORTS = Maybe(Either(([_WORD], str, int)))
_SOURCES = Maybe([str])
_ENTRY = {"protocol": _FIELD, "destinationPorts": _PORTS, "allowedIps": _SOURCES}
_PORT_RULE = {
    **dict.fromkeys(("name", "protocol", "publicPort", "localIp", "localPort"), _FIELD),
    "allowedIps": _SOURCES,
}
_FIREWALL = {
    **dict.fromkeys(("comment", "policy", "protocol", "srcPort", "srcCidr", "destPort", "destCidr"), _FIELD),
    "syslogEnabled": Maybe(bool),
}
# The shape of a rule, by the name of its list.
SHAPES: Mapping[str, Any] = {
    ONE_TO_ONE_NAT: {
        **dict.fromkeys(("name", "uplink", "publicIp", "lanIp"), _FIELD),
        "allowedInbound": Maybe([_ENTRY]),
    },
    ONE_TO_MANY_NAT: {**dict.fromkeys(("uplink", "publicIp"), _FIELD), "portRules": Maybe([_PORT_RULE])},
    PORT_FORWARDING: {
        **dict.fromkeys(("name", "uplink", "protocol", "publicPort", "lanIp", "localPort"), _FIELD),
        "allowedIps": _SOURCES,
    },
    INBOUND_FIREWALL: _FIREWALL,
    L3_FIREWALL: _FIREWALL,
}


def check_rules(lists: Lists, path: str) -> Lists:
    """Return the lists of the option at `path`; raises ValueError that names the first place with a wrong type."""
    for name, rules in lists.items():
        found = fault(rules, [SHAPES[name]])
        if found is not None:
            raise ValueError(f"{path}.{name}{found.path}: expected {found.expected}, got {shown(found.got)}")
    return lists
