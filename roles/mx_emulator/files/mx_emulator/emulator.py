# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated dashboard behind its routes: who may ask, what there is, and how a change comes into force."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import lists
from .change_log import Author, ChangeLog
from .config import Config, Network, Organization
from .faults import Faults
from .limiter import Limiter
from .policy import Policy
from .request_log import RequestLog
from .state import NetworkState, Site, State, Store

# Puts all sites in force, or raises DataPlaneError and leaves the old rules.
Apply = Callable[[Sequence[Site]], None]


class Emulator:
    """Everything that the routes share.  The stored rules are in force as soon as one exists.

    Refused if a stored rule does not fit the configuration any more.
    """

    def __init__(self, config: Config, store: Store, apply: Apply, clock: Callable[[], float]) -> None:
        self.config = config
        self.limiter = Limiter(clock)
        self.log = RequestLog()
        self.changes = ChangeLog()
        self.faults = Faults()
        self._store = store
        self._apply = apply
        self._state = store.load(config)
        for network in config.networks.values():
            lists.check(self._site(network, self._state))
        apply(self._sites(self._state))

    def admin(self, headers: Mapping[str, str]) -> str | None:
        """Return the id of the administrator whose key the headers carry, in either form; None without a valid key."""
        bearer = re.fullmatch(r"Bearer\s+(\S+)", headers.get("authorization", ""), re.IGNORECASE)
        key = bearer[1] if bearer else headers.get("x-cisco-meraki-api-key")
        return str(self.config.api_keys.index(key) + 1) if key in self.config.api_keys else None

    def organization_of(self, path: str) -> Organization | None:
        """Return the organization that the path of a request names, or whose network it names."""
        named = re.match(r"/api/v1/(?:organizations|networks)/([^/]+)", path)
        return self.config.owners.get(named[1]) if named else None

    def state(self, network: Network) -> NetworkState:
        """Return the mutable part of a network."""
        return self._state.networks[network.id]

    def site(self, network: Network) -> Site:
        """Return a network, its mutable part, and the policy objects of its organization."""
        return self._site(network, self._state)

    def policy(self, organization: Organization) -> Policy:
        """Return the policy objects of an organization."""
        return self._state.policies[organization.id]

    def change(self, network: Network, author: Author, view: Callable[[NetworkState], Any], **update: Any) -> Any:
        """Change fields of a network's state; the part that view shows is answered, and its change noted.

        In force and stored when this returns; DataPlaneError or OSError: nothing has changed.
        """
        before = self.state(network)
        after = before.model_copy(update=update)
        self._enforce(self._state.model_copy(update={"networks": {**self._state.networks, network.id: after}}))
        answer = view(after)
        self.changes.add(self.config.owners[network.id].id, network, author, view(before), answer)
        return answer

    def change_policy(self, owner: Organization, author: Author, after: Policy) -> None:
        """Change the policy objects of an organization, as change does with a network; Refused if a rule forbids it."""
        before = self.policy(owner)
        state = self._state.model_copy(update={"policies": {**self._state.policies, owner.id: after}})
        for network in owner.networks:
            lists.check(self._site(network, state), f"{network.id}.")
        self._enforce(state)
        self.changes.add(owner.id, None, author, before.json_object(), after.json_object())

    def _enforce(self, state: State) -> None:
        self._apply(self._sites(state))
        try:
            self._store.save(state)
        except OSError:
            self._apply(self._sites(self._state))
            raise
        self._state = state

    def _site(self, network: Network, state: State) -> Site:
        return Site(network, state.networks[network.id], state.policies[self.config.owners[network.id].id])

    def _sites(self, state: State) -> list[Site]:
        return [self._site(network, state) for network in self.config.networks.values() if network.data_plane]
