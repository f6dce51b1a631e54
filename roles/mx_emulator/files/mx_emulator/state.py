# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What administrators have changed: rule lists and settings of each network, in one file that survives a restart."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field

from . import constraints
from .config import Config, Network
from .rules import ApiModel, OneToOneRule, PortForwardingRule
from .settings import Settings


class NetworkState(ApiModel):
    """The mutable part of one network."""

    settings: Settings
    one_to_one: list[OneToOneRule] = []
    port_forwarding: list[PortForwardingRule] = []


class State(ApiModel):
    """The mutable part of all networks, by network id."""

    networks: dict[str, NetworkState] = Field(default_factory=dict)


class Store:
    """The file of the state.  Not locked: one process owns it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, config: Config) -> State:
        """The stored state of the configured networks, fresh where nothing is stored.

        constraints.Refused if a stored rule does not fit the configuration any more, ValueError if the file is damaged.
        """
        stored = State.model_validate_json(self._path.read_bytes()) if self._path.exists() else State()
        found = {key: stored.networks.get(key, _fresh(network)) for key, network in config.networks.items()}
        for key, network in config.networks.items():
            constraints.one_to_one(found[key].one_to_one, network)
            constraints.port_forwarding(found[key].port_forwarding, network)
        return State(networks=found)

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
