# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other addresses for addresses, so that rules tell them apart just as before.

A network that contains another still does, and so does one that begins or ends where the other does. A public address
stays public, and one of a special network, like 10.0.0.0/8, stays in that. What is not seen in this is the order:
networks get the first place that is free, the largest first, in the order in which they are given.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from itertools import chain

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import TEST_NETS, not_public

_HOST = 32
_WHOLE = IPv4Network("0.0.0.0/0")
_SPECIAL = frozenset((*not_public(), *TEST_NETS))
# Last bytes that addresses of hosts seldom have.
_ENDS = (0, 255)


@dataclass
class _Node:
    """A network, with those directly in it. At an end that is `kept`, a network of the user begins or ends."""

    network: IPv4Network
    first_kept: bool
    last_kept: bool
    inside: list[_Node] = field(default_factory=list)

    @property
    def fixed(self) -> bool:
        """Whether a special network is in it, so that it has no other place."""
        return self.network in _SPECIAL or any(each.fixed for each in self.inside)

    @property
    def ends(self) -> tuple[IPv4Network, ...]:
        """The addresses at the ends that are kept."""
        first, last = IPv4Network(self.network[0]), IPv4Network(self.network[-1])
        return (*((first,) if self.first_kept else ()), *((last,) if self.last_kept else ()))

    def add(self, network: IPv4Network, given: bool) -> _Node:
        """Put a network into it."""
        first = given or (self.first_kept and self.network[0] == network[0])
        last = given or (self.last_kept and self.network[-1] == network[-1])
        node = _Node(network, first, last)
        self.inside.append(node)
        return node


def renumbered(networks: Iterable[IPv4Network]) -> dict[IPv4Network, IPv4Network]:
    """Return the place that each network gets."""
    rank = {network: place for place, network in enumerate(dict.fromkeys(networks))}
    places = dict(_placed(_tree(rank), _WHOLE, rank))
    return {network: places[network] for network in rank}


def _tree(given: Mapping[IPv4Network, int]) -> _Node:
    root = _Node(_WHOLE, _WHOLE in given, _WHOLE in given)
    around = [root]
    # Each comes after all that contain it.
    for network in sorted({*_SPECIAL, *given} - {_WHOLE}):
        while not network.subnet_of(around[-1].network):
            around.pop()
        around.append(around[-1].add(network, network in given))
    return root


def _placed(
    node: _Node, place: IPv4Network, rank: Mapping[IPv4Network, int]
) -> Iterator[tuple[IPv4Network, IPv4Network]]:
    """Yield the networks in a network and their places, of which the network's own is `place`."""
    yield node.network, place
    pinned = [each for each in node.inside if each.fixed or any(end.subnet_of(each.network) for end in node.ends)]
    kept = {each.network: _moved(each.network, node.network, place) for each in pinned}
    free = _without([place], [*kept.values(), *(_moved(end, node.network, place) for end in node.ends)])
    loose = sorted((each for each in node.inside if each.network not in kept), key=lambda each: rank[each.network])
    places = {**kept, **dict(_allotted([each.network for each in loose], free))}
    for each in node.inside:
        yield from _placed(each, places[each.network], rank)


def _moved(network: IPv4Network, outer: IPv4Network, place: IPv4Network) -> IPv4Network:
    """Return where a network is if the one around it is at another place."""
    return IPv4Network((int(place[0]) + int(network[0]) - int(outer[0]), network.prefixlen))


def _without(free: Sequence[IPv4Network], taken: Sequence[IPv4Network]) -> list[IPv4Network]:
    """Return the networks that are left, in order."""
    for gone in taken:
        free = [
            left
            for block in free
            if not block.subnet_of(gone)
            for left in (block.address_exclude(gone) if gone.subnet_of(block) else (block,))
        ]
    return sorted(free)


def _room(network: IPv4Network, free: Sequence[IPv4Network]) -> int:
    """Return which of the free networks is the first that has room for the network."""
    return next(index for index, block in enumerate(free) if block.prefixlen <= network.prefixlen)


def _allotted(wanted: Sequence[IPv4Network], free: list[IPv4Network]) -> Iterator[tuple[IPv4Network, IPv4Network]]:
    """Yield a place for each network. There always is one: where there was room before, the largest find it first."""
    for network in sorted((each for each in wanted if each.prefixlen < _HOST), key=lambda each: each.prefixlen):
        index = _room(network, free)
        place = IPv4Network((free[index][0], network.prefixlen))
        free[index : index + 1] = _without([free[index]], [place])
        yield network, place
    hosts = [each for each in wanted if each.prefixlen == _HOST]
    usual = (each for block in free for each in block if int(each) % 256 not in _ENDS)
    others = (each for block in free for each in block if int(each) % 256 in _ENDS)
    yield from ((host, IPv4Network(place)) for host, place in zip(hosts, chain(usual, others)))
