# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports in which one rule is not what it was: the mistakes that people make, and those that programs make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from ipaddress import IPv4Address, IPv4Network
from typing import Any, NamedTuple

from .emulated import LISTS

Json = dict[str, Any]
Path = tuple[Any, ...]  # keys and indexes from the document to a list
# Lists of rules, and of parts of rules: dropped, swapped and changed alike.
INNER = ("allowedInbound", "portRules")
SOME = "192.0.2.0/24"


class Mutation(NamedTuple):
    """An export with one change, and what was changed where."""

    name: str
    document: Json


def mutations(document: Mapping[str, Any]) -> Iterator[Mutation]:
    """Yield the export with each change of each rule."""
    for path, rules in _lists(document):
        for number, rule in enumerate(rules):
            place = f"{'.'.join(map(str, path))}[{number}]"
            yield Mutation(f"{place} dropped", _with(document, path, [*rules[:number], *rules[number + 1 :]]))
            if number:
                swapped = [*rules[: number - 1], rule, rules[number - 1], *rules[number + 1 :]]
                yield Mutation(f"{place} swapped with the one before", _with(document, path, swapped))
            for key, value in rule.items():
                for other in _others(key, value, rule):
                    changed = [*rules[:number], {**rule, key: other}, *rules[number + 1 :]]
                    yield Mutation(f"{place}.{key}: {value!r} becomes {other!r}", _with(document, path, changed))


def _lists(document: Mapping[str, Any]) -> Iterator[tuple[Path, list[Json]]]:
    for name in LISTS:
        rules = document[name]["rules"]
        yield (name, "rules"), rules
        for number, rule in enumerate(rules):
            for key in set(INNER) & set(rule):
                yield (name, "rules", number, key), rule[key]


def _with(document: Mapping[str, Any], path: Path, rules: Sequence[Json]) -> Json:
    changed = deepcopy(dict(document))
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = list(rules)
    return changed


def _others(key: str, value: Any, rule: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what one may write in a field in place of its value."""
    if key == "policy" and "type" not in rule:
        yield "deny" if value == "allow" else "allow"
    elif key == "protocol":
        yield from {"tcp": ["udp"], "udp": ["tcp"], "any": ["tcp", "udp"]}.get(value, []) if _free(rule) else []
    elif key == "uplink":
        yield {"internet1": "internet2", "internet2": "internet1", "both": "internet1"}[value]
    elif key in ("publicIp", "lanIp", "localIp"):
        yield str(IPv4Address(value) + 1)
    elif key in ("publicPort", "localPort"):
        yield _shifted(value)
    elif key == "value":
        yield from _of_content(str(rule["type"]), value)
    elif key.endswith(("Port", "Ports")) and value:
        yield from _of_ports(value, rule)
    elif key.endswith(("Cidr", "Ips")):
        yield from _of_places(value)


def _free(rule: Mapping[str, Any]) -> bool:
    """Tell whether the rule may have another protocol: one of a 1:1 rule needs ports for it."""
    return rule.get("destinationPorts") != []


def _of_ports(value: Any, rule: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a list, or a text with commas, with a range one port shorter or a port one higher."""
    texts = value if isinstance(value, list) else value.split(",")
    if texts[0].lower() == "any":
        yield from ["21"] if rule["protocol"] in ("tcp", "udp") else []
        return
    for number, text in enumerate(texts):
        first, dash, last = text.partition("-")
        other = f"{first}-{int(last) - 1}" if dash and int(last) > int(first) + 1 else str(int(first) % 65535 + 1)
        changed = [*texts[:number], other, *texts[number + 1 :]]
        yield changed if isinstance(value, list) else ",".join(changed)


def _of_places(value: Any) -> Iterator[Any]:
    """Yield a list, or a text with commas, with one address less, or with one that is smaller or another."""
    texts = value if isinstance(value, list) else value.split(",")
    for number, text in enumerate(texts):
        changed = [*texts[:number], *_smaller(text), *texts[number + 1 :]]
        if changed:
            yield changed if isinstance(value, list) else ",".join(changed)


def _smaller(text: str) -> Iterator[str]:
    """Yield the first half of a subnet, or the address after a single one; nothing for what is neither."""
    if text.lower() == "any":
        yield SOME
    elif text[0].isdigit() and ":" not in text:
        network = IPv4Network(text, strict=False)
        single = network.prefixlen == network.max_prefixlen
        yield str(network.network_address + 1 if single else [*network.subnets()][0])


def _of_content(kind: str, value: Any) -> Iterator[str]:
    if kind == "port":
        yield _shifted(value)
    elif kind == "ipRange":
        place, colon, ports = value.partition(":")
        yield f"{place}:{_shifted(ports)}" if colon else f"{SOME}:21"


def _shifted(text: str) -> str:
    """Return a port or a range one higher."""
    return "-".join(str(int(port) + 1) for port in text.split("-"))
