# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exported rule lists: what they hold, and which endpoints they publish.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import (
    ONE_TO_MANY_NAT,
    ONE_TO_ONE_NAT,
    PORT_FORWARDING,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Lists
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.named import name_parts
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.network import READ_ONLY
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.one_to_many import port_rules
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.one_to_one import (
    OneToOneNat,
    entries_of,
    is_ftp,
    openings_of,
)

_NAMES = (*(kind.name for kind in KINDS), *READ_ONLY)


@dataclass(frozen=True)
class _Opening:
    """One opening of an endpoint, as a rule shows it."""

    name: str
    purpose: str
    ports: str
    public_address: str | None
    lan_address: str
    uplink: str
    allowed_ips: list[str]
    publish_by: str


def exported_lists(exported: Mapping[str, Any], network: str) -> dict[str, Lists]:
    """Give the lists by network: of many, as state gathered gives them, or of one, which then is named `network`.

    A list may also be the API's object, {"rules": [...]}. ValueError names what is neither.
    """
    if any(name in exported for name in _NAMES):
        return {network: lists_by_kind(exported, "exported")}
    return {name: lists_by_kind(value, f"exported.{name}") for name, value in exported.items()}


def recognised(network: str, lists: Lists, uplink_addresses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the endpoints that rules of ours publish, as items of the module's option `endpoints`.

    An endpoint needs an opening for its control connection. What no rule shows is left out: active mode without an
    opened data port, and the public address of port forwarding unless `uplink_addresses` tells it.
    """
    openings = [*_one_to_one(lists), *_one_to_many(lists), *_forwarded(lists, uplink_addresses)]
    names = dict.fromkeys(
        opening.name for opening in openings if opening.purpose == "control" and opening.ports.isdigit()
    )
    return [_endpoint(network, [opening for opening in openings if opening.name == name]) for name in names]


def lists_by_kind(value: Any, path: str) -> Lists:
    """Take the lists of one network; ValueError says what is wrong below `path`, the option that they are in."""
    if not isinstance(value, Mapping) or not set(value) <= set(_NAMES):
        raise ValueError(f"{path}: expected rule lists by kind ({', '.join(_NAMES)}), got {value!r}")
    return {name: _rules(rules, f"{path}.{name}") for name, rules in value.items()}


def _rules(value: Any, path: str) -> list[Rule]:
    rules = value.get("rules") if isinstance(value, Mapping) else value
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise ValueError(f'{path}: expected a list of rules or {{"rules": [...]}}, got {value!r}')
    return rules


def _endpoint(network: str, openings: Sequence[_Opening]) -> dict[str, Any]:
    ports = {opening.purpose: opening.ports for opening in openings}
    control = next(opening for opening in openings if opening.purpose == "control")
    active = "data" in ports or "passive" not in ports
    optional = {"public_address": control.public_address, "passive_ports": ports.get("passive")}
    return {
        "network": network,
        "name": control.name,
        **{option: value for option, value in optional.items() if value is not None},
        "lan_address": control.lan_address,
        "control_port": int(control.ports),
        "modes": [*(["active"] if active else []), *(["passive"] if "passive" in ports else [])],
        "allowed_ips": control.allowed_ips,
        "publish_by": control.publish_by,
        "uplink": control.uplink,
        "inbound_data_port": "data" in ports,
    }


def _forwarded(lists: Lists, uplink_addresses: Mapping[str, str]) -> Iterator[_Opening]:
    for rule in lists.get(PORT_FORWARDING, []):
        parts = name_parts(rule.get("name"))
        uplink = str(rule.get("uplink") or "both")
        if parts is not None:
            yield _Opening(
                *parts,
                str(rule.get("publicPort")),
                uplink_addresses.get(uplink),
                str(rule.get("lanIp")),
                uplink,
                _sources(rule),
                PORT_FORWARDING,
            )


def _one_to_many(lists: Lists) -> Iterator[_Opening]:
    for rule in lists.get(ONE_TO_MANY_NAT, []):
        for inner in port_rules(rule):
            parts = name_parts(inner.get("name"))
            if parts is not None:
                yield _Opening(
                    *parts,
                    str(inner.get("publicPort")),
                    str(rule.get("publicIp")),
                    str(inner.get("localIp")),
                    str(rule.get("uplink") or "internet1"),
                    _sources(inner),
                    ONE_TO_MANY_NAT,
                )


def _one_to_one(lists: Lists) -> Iterator[_Opening]:
    kind = OneToOneNat()
    for rule in lists.get(ONE_TO_ONE_NAT, []):
        ours = [(name, entry) for name in kind.owners(rule) for entry in entries_of(rule) if is_ftp(entry, rule)]
        for name, entry in ours[:1]:
            for purpose, ports in openings_of(entry).items():
                yield _Opening(
                    name,
                    purpose,
                    ports,
                    str(rule.get("publicIp")),
                    str(rule.get("lanIp")),
                    str(rule.get("uplink") or "internet1"),
                    _sources(entry),
                    ONE_TO_ONE_NAT,
                )


def _sources(rule: Rule) -> list[str]:
    return [str(source).lower() for source in rule.get("allowedIps") or ["any"]]
