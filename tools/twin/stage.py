# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole play: the MX by its export, everything tried, the change made, everything tried again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.gaps import gaps
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import departure_uplink, uplink_of
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx as Facts
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED, parse_lists
from mx_emulator.config import Network
from mx_emulator.lan import Lan

from twin import checks, layout, machines, transfers
from twin.checks import INBOUND, Check
from twin.common import TwinError
from twin.emulated import Mx, configured
from twin.ground import Ground
from twin.inventory import Inventory, Server
from twin.judged import Judge, contradiction, contradictions
from twin.openings import Opening, openings
from twin.servers import NO_TLS, stand_in
from twin.transfers import Probe, Result
from twin.tries import Arrival, Tries

Json = dict[str, Any]
_LISTS = tuple(JUDGED.values())


@dataclass(frozen=True)
class Moment:
    """The twin at one moment, today or after the change: what was tried, what came of it, and what mx_reach says.

    `arrivals` and `rows` are by connection; `found` is what ftp_probe returned by endpoint and vantage; `reach` is
    mx_reach's result by endpoint; `disagreements` has a line for each contradiction.
    """

    lists: Json
    opened: Sequence[Opening]
    arrivals: Mapping[Check, Arrival | None]
    rows: Mapping[Check, Mapping[str, Any]]
    found: Mapping[tuple[str, str], Result]
    reach: Mapping[str, Json]
    disagreements: Sequence[str]


@dataclass(frozen=True)
class Play:
    """Both moments, the result of mx_ftp_rules between them, and why it wrote nothing if it did not.

    `uplinks` are those that clients reach the endpoints by, `clients` the addresses of the FTP clients on the Internet,
    both by endpoint; `by_role` are the servers that are no stand-ins; `seconds` has the time of each part.
    """

    document: Json
    network: Network
    inventory: Inventory
    uplinks: Mapping[str, str]
    clients: Mapping[str, str]
    by_role: Sequence[Server]
    today: Moment
    after: Moment
    change: Json
    refusal: str
    seconds: Mapping[str, float]


def play(document: Json, inventory: Inventory, roles_of: str = "") -> Play:
    """Build the twin of an export and try it; raise TwinError if it cannot be built.

    roles_of: the path of the inventory, whose variables the roles of its servers get; "" for stand-ins only.
    """
    with ExitStack() as stack:
        stage = _Stage(stack, document, inventory, roles_of)
        today = stage.moment("today")
        change, refusal = stage.change()
        after = stage.moment("after")
        facts = stage.network, inventory, stage.uplinks, stage.clients, stage.by_role
        return Play(document, *facts, today, after, change, refusal, stage.seconds)


class _Stage:
    """A twin that is built; it ends with the stack."""

    def __init__(self, stack: ExitStack, document: Json, inventory: Inventory, roles_of: str) -> None:
        begin = time.monotonic()
        self._document, self._inventory = document, inventory
        endpoints = [server.endpoint for server in inventory.servers]
        _check_whole(document, endpoints)
        config, lan = configured(document)
        (self.network,) = config.networks.values()
        behind_nat = [each for each in self.network.uplinks if each.public_ip not in (None, each.address.ip)]
        self._seen_as = {str(each.address.ip): str(each.public_ip) for each in behind_nat}
        facts = Facts.of(facts_of(document))
        self.uplinks = {each.name: uplink_of(each, facts) for each in endpoints}
        self._check_uplinks()
        lists = {name: {"rules": rules} for name, rules in parse_lists(_bare(document), "export", _LISTS).items()}
        opened = list(openings(lists, self.network))
        _check_translated({each.title: (each.host, each.address) for each in opened})
        _check_translated({each.name: (each.lan_address, each.public_address) for each in endpoints})
        segments = layout.segments(lan, [*(each.host for each in opened), *(each.lan_address for each in endpoints)])
        for each in endpoints:
            _check_host(each, segments)
        folder = Path(stack.enter_context(TemporaryDirectory()))
        self._ground = Ground(stack, self.network, segments)
        places = {each.address: each.uplink for each in opened}
        # Clients come to the servers by the uplink that the inventory names.
        places.update((each.public_address, self.uplinks[each.name]) for each in endpoints)
        self._ground.publish(places)
        self.mx = Mx(config, document, self._ground.mx, folder)
        taken = _taken(lan, self.network, places)
        self.clients = {each.name: _client(each, taken) for each in endpoints}
        others = checks.named(lists, document.get("policyObjects") or [])
        self._checks = checks.inbound(opened, [(self.uplinks[each.name], each) for each in endpoints], others, taken)
        for each in endpoints:
            if each.active:
                self._checks += checks.outbound(departure_uplink(self.uplinks[each.name], facts), each, others, taken)
        for address in self.clients.values():
            self._ground.client(address)
        self._ground.settle(each.source if each.direction == INBOUND else each.destination for each in self._checks)
        self._tries = Tries(stack, self._ground)
        self.by_role = machines.with_roles(inventory.servers) if roles_of else []
        for number, server in enumerate(inventory.servers):
            if server not in self.by_role:
                place = folder / f"server{number}"
                stack.enter_context(stand_in(server.endpoint, server.lan_networks, self._ground.lan, place))
        self._probes = [probe for each in inventory.servers for probe in self._probes_of(each)]
        self.seconds = {"building the twin": time.monotonic() - begin}
        if self.by_role:
            begin = time.monotonic()
            stack.enter_context(machines.by_roles(self.by_role, roles_of, self._ground, folder))
            self.seconds[f"{len(self.by_role)} servers by their roles"] = time.monotonic() - begin

    @property
    def uplinks_known(self) -> Sequence[str]:
        """The uplinks of the MX."""
        return list(self.network.uplinks_by_name)

    def moment(self, name: str) -> Moment:
        """Try everything, and let mx_reach judge the same; connections that contradict it are tried once more."""
        begin = time.monotonic()
        lists = self.mx.lists()
        judge = Judge({**self._document, **lists})
        tried = dict(zip(self._checks, self._tries.arrivals(self._checks)))
        rows = dict(zip(self._checks, judge.checks(self._checks, [*map(self._tries.source_port, self._checks)])))
        doubtful = [each for each in self._checks if contradiction(rows[each], tried[each], self._seen_as)]
        tried.update(zip(doubtful, self._tries.arrivals(doubtful)))
        self.seconds[f"{name}: {len(self._checks)} connections"] = time.monotonic() - begin
        begin = time.monotonic()
        found = _found(self._probes)
        doubted = [each for each in self._probes if self._is_doubtful(judge, each, found)]
        found.update(_found([each.again for each in doubted]))
        self.seconds[f"{name}: {len(self._probes)} probes"] = time.monotonic() - begin
        disagreements = [*self._of_connections(rows, tried), *self._of_transfers(judge, found)]
        reach = {each.endpoint.name: judge.endpoint(each.endpoint) for each in self._inventory.servers}
        return Moment(lists, list(openings(lists, self.network)), tried, rows, found, reach, disagreements)

    def change(self) -> tuple[Json, str]:
        """Make the change that the inventory plans; return the result of mx_ftp_rules, and why it wrote nothing."""
        begin = time.monotonic()
        try:
            endpoints = [dict(server.option) for server in self._inventory.servers]
            return self.mx.change(endpoints, self._inventory.options), ""
        except TwinError as error:
            return {}, str(error)
        finally:
            self.seconds["the change"] = time.monotonic() - begin

    def _of_connections(
        self, rows: Mapping[Check, Mapping[str, Any]], tried: Mapping[Check, Arrival | None]
    ) -> Iterator[str]:
        for check, row in rows.items():
            wrong = contradiction(row, tried[check], self._seen_as)
            if wrong:
                yield f"{check.source} to {check.destination} port {check.port} by {check.uplink}: {wrong}"

    def _of_transfers(self, judge: Judge, found: Mapping[tuple[str, str], Result]) -> Iterator[str]:
        for server in self._inventory.servers:
            name = server.endpoint.name
            rows = judge.endpoint(server.endpoint, self.clients[name])["flows"]
            for vantage in transfers.OUTSIDE:
                result = found.get((name, vantage), {"cells": []})
                yield from (f"{name}, {vantage}: {text}" for text in contradictions(rows, server.endpoint, result))

    def _is_doubtful(self, judge: Judge, probe: Probe, found: Mapping[tuple[str, str], Result]) -> bool:
        """Tell whether a busy machine may be the cause of a result: by mx_reach, it is not what the rules do."""
        result = found[probe.endpoint.name, probe.vantage]
        rows = judge.endpoint(probe.endpoint, self.clients[probe.endpoint.name])["flows"]
        admitted = probe.vantage not in transfers.OUTSIDE or all(row["passed"] for row in rows)
        failed = any(cell["verdict"] != "passed" for cell in result["cells"])
        return (admitted and failed) or any(contradictions(rows, probe.endpoint, result))

    def _probes_of(self, server: Server) -> list[Probe]:
        endpoint, ground = server.endpoint, self._ground
        address = self.clients[endpoint.name]
        clients = ground.client(address), ground.homes[address], ground.lan_client(endpoint.lan_address)
        return transfers.probes(endpoint, server.tls if server in self.by_role else NO_TLS, *clients)

    def _check_uplinks(self) -> None:
        unknown = sorted(set(self.uplinks.values()) - set(self.uplinks_known))
        if unknown:
            known = ", ".join(self.uplinks_known)
            raise TwinError(f"the inventory publishes by {', '.join(unknown)}; the MX of the export has {known}")


def _found(probes: Sequence[Probe]) -> dict[tuple[str, str], Result]:
    results = transfers.results(probes)
    return {(each.endpoint.name, each.vantage): result for each, result in zip(probes, results)}


def _taken(lan: Lan, network: Network, public: Iterable[str]) -> list[IPv4Network]:
    """Return where no client on the Internet can be: in the LAN, and at the addresses of the MX and its gateways."""
    own = [each for uplink in network.uplinks for each in (uplink.address.ip, uplink.gateway, uplink.public_ip) if each]
    return [*lan.subnets, *(IPv4Network(each) for each in (*own, *public))]


def _client(endpoint: Endpoint, taken: Sequence[IPv4Network]) -> str:
    address = checks.client(endpoint, taken)
    if not address:
        allowed = ", ".join(endpoint.allowed_ips)
        raise TwinError(
            f"{endpoint.name}: no client can come by the Internet from {allowed}; these are addresses of the LAN or"
            " of the MX, or such as no host has. Correct ftp_allowed_ips"
        )
    return address


def _bare(document: Json) -> Json:
    return {name: document[name] for name in _LISTS}


def _check_whole(document: Json, endpoints: Sequence[Endpoint]) -> None:
    missing = gaps(document, facts_of(document), [each.uplink for each in endpoints])
    if missing:
        raise TwinError(
            f"not in the export: {', '.join(missing)}. The twin would have to invent them; export the network again"
            " with the playbook mxlab.ftp.export, or add these answers of the Dashboard API"
        )


def _check_translated(addresses: Mapping[str, tuple[str, str]]) -> None:
    """Raise TwinError for NAT of an address to itself; addresses: in the LAN and public, by what has them."""
    same = [f"{name} ({lan})" for name, (lan, public) in addresses.items() if lan == public]
    if same:
        raise TwinError(
            f"the LAN address is the public address as well: {', '.join(same)}. The emulator carries no packets of such"
            " a rule. Ask mx_reach instead (docs/explain.md)"
        )


def _check_host(endpoint: Endpoint, segments: Sequence[layout.Segment]) -> None:
    if layout.segment_of(endpoint.lan_address, segments) is None:
        known = ", ".join(str(each.subnet) for each in segments)
        raise TwinError(
            f"{endpoint.name}: no host of the LAN can have the address {endpoint.lan_address}; the MX of the export has"
            f" {known}. Correct ftp_lan_address, or export the network again"
        )
