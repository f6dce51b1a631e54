# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator takes for true without a source, as far as a verdict of the twin rests on it.

Each behaviour is a line of docs/mx_emulator.md, word by word, where its mark says what is assumed about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twin.rows import FAILS, PARTLY, Row
from twin.stage import Play
from twin.transfers import HAIRPIN

Test = Callable[[Play, Sequence[Row]], bool]


@dataclass(frozen=True)
class Assumption:
    """A behaviour of the emulator, and when a verdict rests on it."""

    behaviour: str
    counts: Test


def of(play: Play, rows: Sequence[Row]) -> list[str]:
    """Return the behaviours that the verdicts of a play rest on."""
    return [each.behaviour for each in ASSUMPTIONS if each.counts(play, rows)]


def _always(_play: Play, _rows: Sequence[Row]) -> bool:
    return True


def _fails(_play: Play, rows: Sequence[Row]) -> bool:
    return any(outcome.state in (FAILS, PARTLY) for row in rows for outcome in (row.today, row.after))


def _hairpin(play: Play, _rows: Sequence[Row]) -> bool:
    return any(vantage == HAIRPIN for _name, vantage in play.today.found)


def _active(play: Play, _rows: Sequence[Row]) -> bool:
    return any(server.endpoint.active for server in play.inventory.servers)


def _uplinks(play: Play, _rows: Sequence[Row]) -> bool:
    return len(play.network.uplinks) > 1


def _exceptions(play: Play, _rows: Sequence[Row]) -> bool:
    return any(not each["nat"]["enabled"] for each in (play.document.get("uplinksNat") or {}).get("uplinks") or [])


def _names(play: Play, _rows: Sequence[Row]) -> bool:
    return any(each.get("type") == "fqdn" for each in play.document.get("policyObjects") or [])


def _twice(play: Play, _rows: Sequence[Row]) -> bool:
    rules = play.after.lists["oneToOneNatRules"]["rules"]
    pairs = [(rule["lanIp"], rule.get("uplink")) for rule in rules]
    return len(pairs) != len(set(pairs))


def _layer7(*types: str) -> Test:
    def found(play: Play, _rows: Sequence[Row]) -> bool:
        rules: Sequence[Mapping[str, Any]] = play.after.lists["l7FirewallRules"]["rules"]
        return any(rule["type"] in types for rule in rules)

    return found


ASSUMPTIONS = (
    Assumption(
        "FTP servers in the LAN: addresses in `227` are not rewritten, unless `inbound_ftp_helper` is set", _always
    ),
    Assumption("Denied packets are dropped without an answer", _fails),
    Assumption("Source ports are kept where they are free", _active),
    Assumption("Hairpin ignores allowed addresses and, with 1:1 NAT, allowed inbound", _hairpin),
    Assumption("Of two 1:1 rules for one host and uplink the first gives the outbound address", _twice),
    Assumption("Answers leave by the uplink on which the connection came in", _uplinks),
    Assumption("An uplink never fails over, and load is not shared", _uplinks),
    Assumption(
        "Layer 7 `port`: TCP and UDP connections that were opened to this port, before or after translation",
        _layer7("port"),
    ),
    Assumption(
        "Layer 7 `ipRange`: all packets whose other end, beyond the uplink, has such an address; with a port, those of"
        " connections that `port` would drop as well",
        _layer7("ipRange"),
    ),
    Assumption(
        "Layer 7 `host`, `application`, `applicationCategory`, `allowedCountries` and `blockedCountries` drop nothing",
        _layer7("host", "application", "applicationCategory", "allowedCountries", "blockedCountries"),
    ),
    Assumption("Names in a list match no packet: they are not looked up. The other entries of the rule count", _names),
    Assumption(
        "NAT exception: the uplink translates the source of 1:1 hosts only, and LAN addresses can be reached from"
        " outside",
        _exceptions,
    ),
    Assumption(
        "The destination in the inbound list is the packet's address and port before translation: with port forwarding,"
        " the MX's own address",
        _exceptions,
    ),
    Assumption(
        "Rules are in force when the PUT has returned. Existing connections survive the removal of their rule", _always
    ),
)
