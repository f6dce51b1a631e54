# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What administrators have changed, in one file that survives a restart.

Rule lists and settings of each network, policy objects of each organization.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field

from . import nft
from .api_model import ApiModel
from .config import Config, Network
from .firewall import FirewallRules
from .lan import Lan, configured
from .layer7 import Layer7Rules
from .policy import Policy
from .rules import OneToManyRules, OneToOneRules, PortForwardingRules
from .services import DEFAULTS, Service
from .settings import Settings
from .warm_spare import WarmSpare


class NetworkState(ApiModel):
    """The mutable part of one network.  Without lan nobody has changed the configured one."""

    settings: Settings = Settings()
    one_to_one: OneToOneRules = OneToOneRules(rules=[])
    one_to_many: OneToManyRules = OneToManyRules(rules=[])
    port_forwarding: PortForwardingRules = PortForwardingRules(rules=[])
    inbound_firewall: FirewallRules = FirewallRules()
    l3_firewall: FirewallRules = FirewallRules()
    l7_firewall: Layer7Rules = Layer7Rules()
    services: dict[str, Service] = {}
    warm_spare: WarmSpare = WarmSpare(enabled=False)
    nat_exceptions: list[str] = []
    lan: Lan | None = None

    def service(self, name: str) -> Service:
        """Return who may use a service of the MX."""
        return self.services.get(name, DEFAULTS[name])

    def lan_of(self, network: Network) -> Lan:
        """Return the LAN side, as changed or else as configured."""
        return self.lan or configured(network)


class Site(NamedTuple):
    """A network, its mutable part, and the policy objects of its organization."""

    network: Network
    state: NetworkState
    policy: Policy = Policy()

    def with_state(self, **update: Any) -> Site:
        """Return the network with other fields of its mutable part."""
        return self._replace(state=self.state.model_copy(update=update))

    @property
    def translates(self) -> bool:
        """Whether NAT applies at all."""
        return self.state.settings.deployment_mode == "routed"

    @property
    def subnets(self) -> str:
        """The addresses of the LAN side, as an nft set."""
        return nft.networks(map(str, self.state.lan_of(self.network).subnets))


class State(ApiModel):
    """The mutable part of all networks, and the policy objects of all organizations, by their ids."""

    networks: dict[str, NetworkState] = Field(default_factory=dict)
    policies: dict[str, Policy] = Field(default_factory=dict)


class Store:
    """The file of the state.  Not locked: one process owns it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, config: Config) -> State:
        """Return the configured networks' state, new where nothing is stored; raise ValueError if it is damaged."""
        stored = State.model_validate_json(self._path.read_bytes()) if self._path.exists() else State()
        found = {key: stored.networks.get(key, _fresh(network)) for key, network in config.networks.items()}
        policies = {item.id: stored.policies.get(item.id, Policy()) for item in config.organizations}
        return State(networks=found, policies=policies)

    def save(self, state: State) -> None:
        """Replace the file in one step, so that a crash leaves the old state or the new one; OSError if it cannot."""
        draft = self._path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(state.model_dump_json(by_alias=True, exclude_none=True, indent=1))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def _fresh(network: Network) -> NetworkState:
    return NetworkState(settings=Settings(deployment_mode=network.deployment_mode))
