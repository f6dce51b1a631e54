# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator's kernel does with packets, by an export that is loaded through its API.

What an export does not tell - the addresses of a name, the content of packets, the router in front of a bridge - may
be anything.  So such an export is tried with each answer: where the kernel does the same with all of them, that is the
fate of a packet, and else it is undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from copy import deepcopy
from ipaddress import IPv4Address, IPv4Network, collapse_addresses, summarize_address_range
from itertools import product
from pathlib import Path
from typing import Any

from .judged import Fate, Undecided
from .lab import FIREWALL, RESOURCES, Api
from .wire import Packet, Wire

Json = dict[str, Any]
# Of two unlike answers: what a name or a content rule matches.
NOTHING, EVERYTHING = "2001:db8::1", "0.0.0.0/0"
LISTS = [*RESOURCES.values(), "l7FirewallRules"]


class Emulated:
    """The emulator with its kernel; packets is how many were sent."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.packets = 0
        self._folder = folder
        self._wires = stack.enter_context(ExitStack())
        self._wire = Wire(self._wires)

    def fates(self, document: Mapping[str, Any], packets: Sequence[Packet]) -> list[Fate]:
        """Return what happens to each packet; raise Refused if the API does not take the export."""
        arriving = [_through_router(document, packet) for packet in packets]
        answers = [self._sent(each, arriving) for each in resolutions(document)]
        silent = [*_perhaps_silent(document)]
        answers.append([None if packet[:2] in silent else fate for packet, fate in zip(packets, answers[0])])
        return [_fate(set(found)) for found in zip(*answers)]

    def _sent(self, document: Mapping[str, Any], packets: Sequence[Packet]) -> list[Packet | None]:
        state = self._folder / "state.json"
        state.unlink(missing_ok=True)
        api = Api(state)
        load(api, document)
        if self._wire.left < len(packets):
            self._wires.close()
            self._wire = Wire(self._wires)
        self._wire.enforce(api.sites)
        self.packets += len(packets)
        return self._wire.fates(packets)


def _fate(answers: set[Packet | None]) -> Fate:
    return answers.pop() if len(answers) == 1 else Undecided(frozenset(answer for answer in answers if answer))


def told(document: Mapping[str, Any], options: Mapping[str, Any]) -> Json:
    """Return the export with addresses for the countries and names whose addresses the options tell."""
    known = deepcopy(dict(document))
    countries, hosts = options.get("countries", {}), options.get("hosts", {})
    rules = known["l7FirewallRules"]["rules"]
    known["l7FirewallRules"]["rules"] = [each for rule in rules for each in _of_countries(rule, countries)]
    objects = known["policyObjects"]
    for number, item in enumerate(objects):
        for place in hosts.get(item.get("fqdn"), []):
            objects[number] = _resolved(item, "", place)
    return known


def _of_countries(rule: Json, countries: Mapping[str, Sequence[str]]) -> Iterator[Json]:
    """Yield a layer 7 rule about countries as rules about ranges, and about those countries that have no addresses."""
    codes = rule["value"] if rule["type"].endswith("Countries") else []
    blocks = [IPv4Network(block) for code in codes for block in countries.get(code, [])]
    if rule["type"] == "allowedCountries" and blocks:
        blocks = [*_outside(blocks)]
    yield from ({**rule, "type": "ipRange", "value": str(block)} for block in blocks)
    unknown = [code for code in codes if code not in countries]
    if unknown or not codes:
        yield {**rule, "value": unknown} if codes else rule


def _outside(blocks: Iterable[IPv4Network]) -> Iterator[IPv4Network]:
    """Yield all addresses but these."""
    first = 0
    for block in collapse_addresses(blocks):
        if first < int(block[0]):
            yield from summarize_address_range(IPv4Address(first), block[0] - 1)
        first = int(block[-1]) + 1
    yield from summarize_address_range(IPv4Address(first), IPv4Address(2**32 - 1))


def _perhaps_silent(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the uplinks by which perhaps nothing comes in: a router is in front of the MX, or the uplink has failed."""
    bridge = document["applianceSettings"]["deploymentMode"] == "passthrough"
    for uplink, facts in _uplinks(document).items():
        if bridge or facts["ip"] != facts["publicIp"] or facts["status"] != "active":
            yield "inbound", uplink


def _through_router(document: Mapping[str, Any], packet: Packet) -> Packet:
    """Return the packet as a router in front of the MX passes it on: what is for its own address is for the MX."""
    facts = _uplinks(document)[packet.uplink]
    theirs = packet.direction == "inbound" and packet.destination == int(IPv4Address(facts["publicIp"]))
    return packet._replace(destination=int(IPv4Address(facts["ip"]))) if theirs else packet


def _uplinks(document: Mapping[str, Any]) -> dict[str, Json]:
    uplinks: list[Json] = document["uplinkStatuses"][0]["uplinks"]
    return {each["interface"].replace("wan", "internet"): each for each in uplinks}


def load(api: Api, document: Mapping[str, Any]) -> None:
    """Put an export into an emulator that is new, as a client of its API; raise Refused if the API does not take it."""
    for number, item in enumerate([*document["policyObjects"], *document["policyObjectsGroups"]]):
        path = "" if "type" in item else "/groups"
        body = {key: value for key, value in item.items() if key != "id"}
        made = api.request("POST", f"{{organization}}/policyObjects{path}", body)
        assert made["id"] == item["id"], f"object {number} of the export must have the id {made['id']}"
    api.request("PUT", "{network}/appliance/settings", document["applianceSettings"])
    _load_lan(api, document)
    api.request("PUT", "{network}/appliance/uplinks/nat", document["uplinksNat"])
    for name in (name for name in LISTS if document[name]["rules"]):
        api.request("PUT", FIREWALL + name, document[name])


def _load_lan(api: Api, document: Mapping[str, Any]) -> None:
    if document.get("vlans"):
        api.request("PUT", "{network}/appliance/vlans/settings", {"vlansEnabled": True})
    # The single LAN has become the first one.
    for vlan in (document.get("vlans") or [])[1:]:
        api.request("POST", "{network}/appliance/vlans", vlan)
    for route in document["staticRoutes"]:
        body = {key: route[key] for key in ("name", "subnet", "gatewayIp")}
        made = api.request("POST", "{network}/appliance/staticRoutes", body)
        api.request("PUT", f"{{network}}/appliance/staticRoutes/{made['id']}", {"enabled": route["enabled"]})


def resolutions(document: Mapping[str, Any]) -> Iterator[Json]:
    """Yield the export once for each answer to what it does not tell; as it is if it tells all."""
    doubts = [*_doubts(document)]
    for answers in product((False, True), repeat=len(doubts)):
        resolved = deepcopy(dict(document))
        for (path, unknown, known), matches in zip(doubts, answers):
            place: Any = resolved
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = _resolved(place[path[-1]], unknown, known if matches else NOTHING)
        yield resolved


def _doubts(document: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """Yield the place of each doubt, its text if the place has others beside it, and the most that it may match."""
    for number, rule in enumerate(document["l7FirewallRules"]["rules"]):
        if rule["type"] not in ("port", "ipRange"):
            yield ("l7FirewallRules", "rules", number), "", EVERYTHING
    for number, item in enumerate(document["policyObjects"]):
        if item["type"] == "fqdn":
            yield ("policyObjects", number), "", EVERYTHING
    for name, number, key, text in _entries(document):
        if text.endswith(".com"):
            yield (name, "rules", number, key), text, EVERYTHING
        elif _vague(document, text):
            yield (name, "rules", number, key), text, f"{text.partition('.')[0]}.*"


def _entries(document: Mapping[str, Any]) -> Iterator[tuple[str, int, str, str]]:
    for name in ("l3FirewallRules", "inboundFirewallRules"):
        for number, rule in enumerate(document[name]["rules"]):
            for key in ("srcCidr", "destCidr"):
                yield from ((name, number, key, text) for text in rule[key].split(","))


def _vague(document: Mapping[str, Any], text: str) -> bool:
    """Tell whether an entry is a host of a VLAN that is no /24: which one that is, no public text says."""
    vlan, _dot, host = text.removeprefix("VLAN(").partition(").")
    sizes = {item["id"]: IPv4Network(item["subnet"]).prefixlen for item in document.get("vlans") or []}
    return text.startswith("VLAN(") and host != "*" and sizes[vlan] != 24


def _resolved(value: Any, unknown: str, known: str) -> Any:
    """Return a layer 7 rule, a policy object or an entry in a text as if its doubt were known."""
    if not isinstance(value, dict):
        return value.replace(unknown, known)
    if value["type"] == "fqdn":
        return {**{key: item for key, item in value.items() if key != "fqdn"}, "type": "cidr", "cidr": known}
    # The emulator does nothing for rules about content: as they are, they match nothing.
    return value if known == NOTHING else {**value, "type": "ipRange", "value": known}
