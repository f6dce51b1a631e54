# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules in the dashboard's words, and the pages on which they are found.

Sources: "Port Forwarding and NAT Rules on the MX", "MX Firewall Settings" and "MX Addressing and VLANs" of Meraki's
documentation. Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.layer7 import named_value
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref, words_in
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import MODE, NAT, ROUTE, UPLINK
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    INBOUND_FIREWALL,
    L3_FIREWALL,
    L7_FIREWALL,
    ONE_TO_MANY_NAT,
    ONE_TO_ONE_NAT,
    PORT_FORWARDING,
    WAYS,
    Rule,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line

FIREWALL_PAGE = "Security & SD-WAN > Configure > Firewall"
ADDRESSING_PAGE = "Security & SD-WAN > Configure > Addressing & VLANs"
STATUS_PAGE = "Security & SD-WAN > Monitor > Appliance status"
# What a rule of a list is called.
TITLES: Mapping[str, str] = {
    **{name: f"{way.title[0].upper()}{way.title[1:]} rule" for name, way in WAYS.items()},
    INBOUND_FIREWALL: "Inbound rule",
    L3_FIREWALL: "Outbound rule",
    L7_FIREWALL: "Layer 7 firewall rule",
}
# The fields that a rule of a list has there, by the API's name, beside its name.
_FIREWALL_FIELDS = {
    "policy": "Policy",
    "protocol": "Protocol",
    "srcCidr": "Source",
    "srcPort": "Src port",
    "destCidr": "Destination",
    "destPort": "Dst port",
}
_PORT_FIELDS = {"protocol": "Protocol", "publicPort": "Public port"}
_FORWARDING_FIELDS = {"localPort": "Local port", "allowedIps": "Allowed remote IPs"}
_ENTRY_FIELDS = {"protocol": "Protocol", "destinationPorts": "Ports", "allowedIps": "Remote IPs"}
_FIELDS: Mapping[str, Mapping[str, str]] = {
    ONE_TO_ONE_NAT: {"publicIp": "Public IP", "lanIp": "LAN IP", "uplink": "Uplink"},
    ONE_TO_MANY_NAT: {"publicIp": "Public IP", "uplink": "Uplink"},
    PORT_FORWARDING: {"uplink": "Uplink", **_PORT_FIELDS, "lanIp": "LAN IP", **_FORWARDING_FIELDS},
    INBOUND_FIREWALL: _FIREWALL_FIELDS,
    L3_FIREWALL: _FIREWALL_FIELDS,
    L7_FIREWALL: {"policy": "Policy", "type": "Application", "value": "Value"},
}
# The fields of what a rule has inside, and the list that they are in.
_INSIDE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    ONE_TO_ONE_NAT: ("allowedInbound", _ENTRY_FIELDS),
    ONE_TO_MANY_NAT: ("portRules", {**_PORT_FIELDS, "localIp": "LAN IP", **_FORWARDING_FIELDS}),
}


def page_of(step: str, rules: Iterable[Ref]) -> str:
    """Return the page of the dashboard that a step of a packet's way is set on, with the section if it is known."""
    sections = dict.fromkeys(TITLES[ref.kind].removesuffix(" rule") for ref in rules)
    if step in (MODE, ROUTE):
        return ADDRESSING_PAGE
    if step == UPLINK:
        return STATUS_PAGE
    if step != NAT:
        return f"{FIREWALL_PAGE}, {TITLES[step]}s"
    return ", ".join([FIREWALL_PAGE, *sections])


def title(ref: Ref) -> str:
    """Return how a text names a rule: its list, its number from 1 on as the dashboard counts, and its name."""
    name = name_of(ref)
    return f"{TITLES[ref.kind]} {ref.index + 1}" + (f" {name!r}" if name else "")


def name_of(ref: Ref) -> str:
    """Return the name or comment that somebody has given the rule, or the port rule in it; "" if there is none."""
    inner = _inner(ref)
    names = (inner.get("name"), ref.rule.get("name"), ref.rule.get("comment"))
    return next((one_line(str(name)) for name in names if name), "")


def described(ref: Ref) -> str:
    """Return a rule with all its fields."""
    return f"{title(ref)} ({', '.join(_fields(ref))})"


def field_words(ref: Ref, field: str) -> tuple[str, str]:
    """Return the dashboard's word for the field of a NAT rule that a field of packets is compared with, and its value.

    Raises KeyError for a field that no NAT rule has, like the source port.
    """
    names = {
        "protocol": ("protocol",),
        "source": ("allowedIps",),
        "destination": ("publicIp",),
        "destination_port": ("destinationPorts", "publicPort"),
    }[field]
    labels = {**_FIELDS[ref.kind], **_INSIDE.get(ref.kind, ("", {}))[1]}
    rule = {**ref.rule, **_inner(ref)}
    name = next(each for each in names if each in labels)
    return labels[name], one_line(", ".join(words_in(rule, name)))


def uplink_words(uplink: str) -> str:
    """Return an uplink as the dashboard names it: Internet 1."""
    return f"Internet {uplink[len('internet') :]}" if uplink.startswith("internet") else uplink


def _fields(ref: Ref) -> list[str]:
    inside = _INSIDE.get(ref.kind, ("", {}))[1]
    found = [*_shown(ref.rule, _FIELDS[ref.kind]), *_shown(_inner(ref), inside)]
    return [one_line(text) for text in found]


def _shown(rule: Rule, fields: Mapping[str, str]) -> list[str]:
    given = {name: rule.get(name) for name in fields}
    texts = {fields[name]: named_value(value) for name, value in given.items() if value not in (None, "", [])}
    return [f"{label} {uplink_words(text) if label == 'Uplink' else text}" for label, text in texts.items()]


def _inner(ref: Ref) -> Rule:
    """Return the part of the rule that counts; nothing if the whole rule does."""
    parts = ref.rule.get(_INSIDE[ref.kind][0]) if ref.kind in _INSIDE and ref.part is not None else None
    return parts[ref.part] if isinstance(parts, list) and ref.part is not None else {}
