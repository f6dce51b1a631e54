# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What works today and after the change, row by row: FTP by vantage and mode, and every other published service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import CLEAR, DATA, PRIVATE
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import UNDETERMINED

from twin.checks import INBOUND, OUTBOUND, Check, counts
from twin.judged import unanswered
from twin.openings import Opening
from twin.stage import Moment, Play
from twin.transfers import HAIRPIN, HOME, INTERNET, LAN, OUTSIDE, Result
from twin.tries import Arrival

WORKS, PARTLY, FAILS = "works", "partly", "fails"
MENDED, BROKEN, CLOSED, STILL_WRONG = "mended", "broken", "closed", "still wrong"
UNCHANGED, FINE = "unchanged", ""
DOUBTFUL = "undetermined"
_MODES = {"passive": ("PASV", "PASV-peer", "EPSV"), "active": ("PORT", "EPRT")}
_PROTECTIONS = {CLEAR: "", PRIVATE: " with TLS"}
_UNPRIVILEGED = 1024


@dataclass(frozen=True)
class Outcome:
    """How it went at one moment.

    `state` is what the packets say, `judged` the same in the words of mx_reach, "" where it judges nothing. `seen` is
    what the packets did where it does not work, `reason` why.
    """

    state: str
    judged: str = ""
    seen: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the answer; `needed` tells whether the inventory wants it to work."""

    subject: str
    what: str
    today: Outcome
    after: Outcome
    needed: bool
    closable: bool = False

    @property
    def effect(self) -> str:
        """What the change does to it."""
        order = (FAILS, PARTLY, WORKS)
        before, after = order.index(self.today.state), order.index(self.after.state)
        if after < before:
            return CLOSED if self.closable else BROKEN
        if self.after.state != WORKS:
            return STILL_WRONG if self.needed else UNCHANGED
        return MENDED if after > before else FINE

    @property
    def doubtful(self) -> bool:
        """Whether the inventory needs it, and mx_reach finds that the export does not decide it."""
        return self.needed and self.after.judged == DOUBTFUL

    @property
    def unproven(self) -> bool:
        """Whether the inventory needs it, it worked, and mx_reach finds that it does not for all clients and ports."""
        return self.needed and self.after.state == WORKS and self.after.judged in (PARTLY, FAILS)

    @property
    def good(self) -> bool:
        """Whether the change may be made as far as this row goes."""
        return self.effect not in (BROKEN, STILL_WRONG) and not self.doubtful and not self.unproven


def rows(play: Play) -> list[Row]:
    """Return all rows: those of the inventory's servers first."""
    found = [row for server in play.inventory.servers for row in _of_endpoint(play, server.endpoint)]
    return [*found, *_of_services(play)]


def _of_endpoint(play: Play, endpoint: Endpoint) -> Iterator[Row]:
    moments = play.today, play.after
    for vantage, name, protection in product((INTERNET, HOME, LAN, HAIRPIN), _MODES, _PROTECTIONS):
        today, after = (_of_cells(play, each, endpoint, vantage, name, protection) for each in moments)
        if today and after:
            what = f"{name} mode{_PROTECTIONS[protection]}, {vantage}"
            yield Row(endpoint.name, what, today, after, vantage in OUTSIDE)
    today, after = (_of_ports(play, each, endpoint) for each in moments)
    yield Row(endpoint.name, "control and passive ports, every kind of client", today, after, True)
    if endpoint.active:
        today, after = (_of_data(play, each, endpoint) for each in moments)
        yield Row(endpoint.name, "data connections of active mode, every kind of client", today, after, True)


def _of_cells(
    play: Play, moment: Moment, endpoint: Endpoint, vantage: str, name: str, protection: str
) -> Outcome | None:
    """Return how passive or active mode went from a vantage under a protection, None if it was not tried there.

    Where only a part of the passive range leads to the server, it is chance whether the few transfers of a vantage hit
    that part: they work partly, however these went.
    """
    result: Result = moment.found.get((endpoint.name, vantage), {"cells": []})
    cells = [each for each in result["cells"] if each["mode"] in _MODES[name] and each["protection"] == protection]
    if not cells:
        return None
    flows = [each for each in moment.reach[endpoint.name]["flows"] if each["name"] in ("control", name)]
    judged = _judged(flows) if vantage in OUTSIDE else ""
    bad = [each for each in cells if each["verdict"] != "passed"]
    lucky = _split(play, moment, endpoint) if name == "passive" and vantage != LAN else None
    if lucky and any(each["verdict"] == "passed" or each["stage"] == DATA for each in cells):
        return replace(lucky, judged=judged)
    if not bad:
        return Outcome(WORKS, judged)
    seen = f"{bad[0]['mode']}: {bad[0]['evidence']}"
    found = [each["message"] for each in result["findings"]]
    wrong = sorted((each for each in flows if not each["passed"]), key=lambda each: each["verdict"] == UNDETERMINED)
    why = wrong[0]["why"] if judged and wrong else ""
    return Outcome(FAILS if len(bad) == len(cells) else PARTLY, judged, seen, why or "; ".join(found))


def _judged(flows: Sequence[Mapping[str, Any]]) -> str:
    """Return what mx_reach says of an endpoint's flows, in the words of outcomes."""
    counted = [each for each in flows if each["expect"] is not None]
    if any(each["verdict"] == UNDETERMINED for each in counted):
        return DOUBTFUL
    return _share([each["passed"] for each in counted])


def _share(good: Sequence[bool]) -> str:
    return WORKS if all(good) else PARTLY if any(good) else FAILS


def _split(play: Play, moment: Moment, endpoint: Endpoint) -> Outcome | None:
    """Return how the passive ports lead to the server for a client for which some of them do not, None if none is."""
    passive = _at_ports(play, moment, endpoint, ["passive"])
    clients = dict.fromkeys(each.source for each in passive)
    found = (_to_server(moment, endpoint, [each for each in passive if each.source == client]) for client in clients)
    return next((each for each in found if each.state == PARTLY), None)


def _of_ports(play: Play, moment: Moment, endpoint: Endpoint) -> Outcome:
    """Return whether the clients that the endpoint is for come to the server at each of its ports."""
    return _to_server(moment, endpoint, _at_ports(play, moment, endpoint, ["control", "passive"]))


def _at_ports(play: Play, moment: Moment, endpoint: Endpoint, names: Sequence[str]) -> list[Check]:
    """Return what was tried by clients that the endpoint is for, at its ports with these names."""
    uplink = play.uplinks[endpoint.name]
    wanted = [ports for name, ports in endpoint.openings().items() if name in names]
    return [
        each
        for each in moment.arrivals
        if (each.direction, each.uplink, each.destination) == (INBOUND, uplink, endpoint.public_address)
        and any(each.port in ports for ports in wanted)
        and counts(endpoint, each.source)
    ]


def _to_server(moment: Moment, endpoint: Endpoint, checks: Sequence[Check]) -> Outcome:
    return _of_checks(moment, checks, {each: (endpoint.lan_address, each.port) for each in checks})


def _of_data(play: Play, moment: Moment, endpoint: Endpoint) -> Outcome:
    """Return whether the server's data connections come to the clients."""
    mine = [each for each in moment.arrivals if (each.direction, each.source) == (OUTBOUND, endpoint.lan_address)]
    return _of_checks(moment, mine, {each: (each.destination, each.port) for each in mine})


def untried(play: Play) -> list[str]:
    """Return the openings of others that none of the clients that were tried may use."""
    return [f"{opened.title}, {_what(opened)}" for opened, mine in _services(play) if not mine]


def _of_services(play: Play) -> Iterator[Row]:
    """Yield a row for each opening of others that was tried."""
    for opened, mine in _services(play):
        if mine:
            places = {each: (opened.host, each.port + opened.shift) for each in mine}
            today, after = (_of_checks(each, mine, places) for each in (play.today, play.after))
            yield Row(opened.title, _what(opened), today, after, False, _is_closable(play, opened))


def _services(play: Play) -> Iterator[tuple[Opening, list[Check]]]:
    """Yield each opening that is there today and is not an endpoint's own, with the connections that it admits."""
    for opened in dict.fromkeys(play.today.opened):
        if not _is_own(play, opened):
            yield opened, [each for each in play.today.arrivals if _meets(opened, each)]


def _what(opened: Opening) -> str:
    return f"{opened.address} port {opened.ports} by {opened.uplink} to {opened.host}"


def _meets(opened: Opening, check: Check) -> bool:
    if (check.direction, check.uplink, check.destination) != (INBOUND, opened.uplink, opened.address):
        return False
    allowed = [each for each in opened.sources if each.lower() != "any"]
    inside = any(IPv4Address(check.source) in IPv4Network(each, strict=False) for each in allowed)
    return check.port in opened.ports and (inside or len(allowed) < len(opened.sources))


def _is_own(play: Play, opened: Opening) -> bool:
    """Tell whether an opening is for an endpoint: all its ports are among those that the endpoint needs."""
    mine = [endpoint for endpoint in _endpoints(play) if _belongs(opened, endpoint)]
    wanted = [ports for endpoint in mine for ports in endpoint.openings().values()]
    return any(each.first <= opened.ports.first and opened.ports.last <= each.last for each in wanted)


def _is_closable(play: Play, opened: Opening) -> bool:
    """Tell whether an opening is an old passive range of an endpoint's server, which nobody misses."""
    mine = any(_belongs(opened, endpoint) for endpoint in _endpoints(play))
    return mine and opened.ports.first >= _UNPRIVILEGED


def _belongs(opened: Opening, endpoint: Endpoint) -> bool:
    """Tell whether an opening is of a rule that mx_ftp_rules has made for an endpoint, or leads to its server."""
    led = (opened.host, opened.address) == (endpoint.lan_address, endpoint.public_address)
    return led or endpoint.name in opened.owners


def _endpoints(play: Play) -> Iterator[Endpoint]:
    return (server.endpoint for server in play.inventory.servers)


def _of_checks(moment: Moment, checks: Sequence[Check], places: Mapping[Check, tuple[str, int]]) -> Outcome:
    """Return how connections went that have to arrive at these places."""
    missed = [each for each in checks if _place(moment.arrivals[each]) != places[each]]
    judged = _judged_to(moment, checks, places)
    if not missed:
        return Outcome(WORKS, judged)
    first = missed[0]
    arrival = moment.arrivals[first]
    where = "does not arrive" if arrival is None else f"arrives at {arrival.destination} port {arrival.port}"
    seen = (
        f"{len(missed)} of {len(checks)} connections; the first, from {first.source} to {first.destination} port"
        f" {first.port}, {where}"
    )
    return Outcome(FAILS if len(missed) == len(checks) else PARTLY, judged, seen, moment.rows[first]["why"])


def _judged_to(moment: Moment, checks: Sequence[Check], places: Mapping[Check, tuple[str, int]]) -> str:
    """Return what mx_reach says of connections that have to arrive at these places, in the words of outcomes."""
    found = [moment.rows[each] for each in checks]
    if any(each["verdict"] == UNDETERMINED for each in found):
        return DOUBTFUL
    after = [each["translated"] or {} for each in found]
    return _share(
        [
            (each.get("destination"), each.get("ports")) == (places[check][0], str(places[check][1]))
            and not unanswered(row)
            for row, each, check in zip(found, after, checks)
        ]
    )


def _place(arrival: Arrival | None) -> tuple[str, int] | None:
    return None if arrival is None else (arrival.destination, arrival.port)


def undetermined(moment: Moment) -> list[str]:
    """Return why mx_reach decides some of what was tried by no export, each reason once."""
    found = [each for each in moment.rows.values() if each["verdict"] == UNDETERMINED]
    found += [each for result in moment.reach.values() for each in result["flows"] if each["verdict"] == UNDETERMINED]
    return list(dict.fromkeys(each["reason"] for each in found))
