# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated dashboard behind its routes: who may ask, what there is, and how a change comes into force."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .config import Config, Network, Organization
from .dataplane import Site
from .limiter import Limiter
from .request_log import RequestLog
from .state import NetworkState, State, Store

# Puts all sites in force, or raises DataPlaneError and leaves the old rules.
Apply = Callable[[Sequence[Site]], None]


class Emulator:
    """Everything that the routes share.  The stored rules are in force as soon as one exists."""

    def __init__(self, config: Config, store: Store, apply: Apply, clock: Callable[[], float]) -> None:
        self.config = config
        self.limiter = Limiter(clock)
        self.log = RequestLog()
        self._store = store
        self._apply = apply
        self._state = store.load(config)
        apply(self._sites(self._state))

    def admin(self, headers: Mapping[str, str]) -> str | None:
        """The id of the administrator whose key the headers carry, in either form; None without a valid key."""
        bearer = re.fullmatch(r"Bearer\s+(\S+)", headers.get("authorization", ""), re.IGNORECASE)
        key = bearer[1] if bearer else headers.get("x-cisco-meraki-api-key")
        return str(self.config.api_keys.index(key) + 1) if key in self.config.api_keys else None

    def organization_of(self, path: str) -> Organization | None:
        """The organization that the path of a request names, or whose network it names."""
        named = re.match(r"/api/v1/(?:organizations|networks)/([^/]+)", path)
        return self.config.owners.get(named[1]) if named else None

    def state(self, network: Network) -> NetworkState:
        """The mutable part of a network."""
        return self._state.networks[network.id]

    def change(self, network: Network, **update: Any) -> NetworkState:
        """Change parts of a network's state, in force and stored when this returns.

        DataPlaneError or OSError: nothing has changed.
        """
        changed = self.state(network).model_copy(update=update)
        state = State(networks={**self._state.networks, network.id: changed})
        self._apply(self._sites(state))
        try:
            self._store.save(state)
        except OSError:
            self._apply(self._sites(self._state))
            raise
        self._state = state
        return changed

    def _sites(self, state: State) -> list[Site]:
        return [Site(network, state.networks[key]) for key, network in self.config.networks.items()]
