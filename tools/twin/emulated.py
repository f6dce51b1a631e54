# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX of the twin: the emulator with an export, its API, and the change that mx_ftp_rules makes through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Interface
from itertools import count
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.states import run
from ansible_collections.mxlab.ftp.plugins.modules.mx_ftp_rules import ARGUMENT_SPEC
from fastapi.testclient import TestClient
from mx_emulator import applier, exports
from mx_emulator.api_model import Refused
from mx_emulator.app import create_app
from mx_emulator.config import Config, Network, Uplink
from mx_emulator.emulator import Emulator
from mx_emulator.lan import Lan
from mx_emulator.state import Site, Store

from twin.common import TwinError
from twin.places import Place

Json = dict[str, Any]
# Stand-ins for the addresses that an uplink without one, or without a gateway, has in no export (RFC 3927).
_ADDRESS, _GATEWAY = IPv4Address("169.254.254.0"), IPv4Address("169.254.253.0")


def configured(export: Json) -> tuple[Config, Lan]:
    """Return the emulator's configuration of the MX of an export, with interfaces, and its LAN side.

    Raise TwinError for an export of which no twin can be built.
    """
    try:
        config, state = exports.loaded([export])
    except (Refused, ValueError) as error:
        raise TwinError(f"the emulator does not take the export: {error}") from error
    (organization,) = config.organizations
    (network,) = organization.networks
    if (export.get("applianceSettings") or {}).get("deploymentMode") == "passthrough":
        raise TwinError(
            "the MX of the export is in passthrough mode: the router in front of it decides, which no export has."
            " Ask mx_reach instead (docs/explain.md)"
        )
    if any(subnet.prefixlen == 0 for subnet in network.lan_subnets):
        raise TwinError("the export has neither vlans nor singleLan, so the twin cannot build the LAN; export it again")
    facts = facts_of(export)["uplinks"]
    wired = network.model_copy(update={**_uplinks(network, facts), "data_plane": True})
    owner = organization.model_copy(update={"networks": [wired]})
    lan = state.networks[network.id].lan_of(network)
    return Config.model_validate({**config.model_dump(), "organizations": [owner.model_dump()]}), lan


def _uplinks(network: Network, facts: Mapping[str, Json]) -> Json:
    """Return the uplinks, each with an address and a gateway, and the one by which the LAN's connections leave."""
    uplinks = [
        _wired(uplink, number, facts.get(name, {}))
        for number, (name, uplink) in enumerate(network.uplinks_by_name.items(), 1)
    ]
    active = [name for name, uplink in network.uplinks_by_name.items() if uplink.status == "active"]
    return {"uplinks": uplinks, "primary_uplink": active[0] if active else network.primary_uplink}


def _wired(uplink: Uplink, number: int, facts: Json) -> Uplink:
    """Return an uplink with its facts: a warm spare pair has a shared address in place of the interface's own."""
    own, public = facts.get("address"), facts.get("public_address")
    address = f"{own}/{uplink.address.network.prefixlen}" if own else f"{_ADDRESS + number}/32"
    more = {"gateway": uplink.gateway or _GATEWAY + number, "public_ip": IPv4Address(public) if public else None}
    return uplink.model_copy(update={"address": IPv4Interface(address), **more})


class Mx:
    """The emulator in force at a place that has the interfaces of its configuration."""

    def __init__(self, config: Config, export: Json, place: Place, folder: Path) -> None:
        self._place = place
        self.network: Network = next(iter(config.networks.values()))
        store = Store(folder / "state.json")
        store.save(exports.loaded([export])[1])
        minutes = count(step=60.0)  # Nobody else asks, so the limit of requests would only cost time.
        try:
            emulator = Emulator(config, store, self._enforce, lambda: next(minutes))
        except Refused as refused:
            raise TwinError(f"the emulator does not take the export: {'; '.join(refused.errors)}") from refused
        applier.route([self.network], place.on_mx)
        self._client = TestClient(create_app(emulator))

    def _enforce(self, sites: Sequence[Site]) -> None:
        applier.apply(sites, self._place.on_mx)

    def lists(self) -> Json:
        """Return the rule lists as the API answers them, under the API's names."""
        path = f"/api/v1/networks/{self.network.id}/appliance/firewall"
        headers = {"Authorization": f"Bearer {exports.KEY}"}
        return {name: self._client.get(f"{path}/{name}", headers=headers).json() for name in JUDGED.values()}

    def change(self, endpoints: Sequence[Json], options: Mapping[str, Any]) -> Json:
        """Let mx_ftp_rules publish the endpoints and return its result; raise TwinError with why it writes nothing."""
        defaults = {name: words.get("default") for name, words in ARGUMENT_SPEC.items()}
        asked = [{**endpoint, "network": None} for endpoint in endpoints]
        params = {**defaults, **options, "network": self.network.id, "endpoints": asked, "api_key": exports.KEY}
        try:
            result = run(params, False, Dashboard("http://mx/api/v1", exports.KEY, self._send))
        except ValueError as error:
            raise TwinError(str(error)) from error
        if result.get("failed"):
            raise TwinError(str(result["msg"]))
        return result

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        answer = self._client.request(method, url, headers=dict(headers), content=body)
        return Response(answer.status_code, dict(answer.headers.items()), answer.content)
