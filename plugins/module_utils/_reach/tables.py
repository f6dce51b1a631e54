# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user says about names that no export resolves: the prefixes of countries, and the addresses of host names.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import is_ipv6
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    Interval,
    address,
    touching,
)

# Name -> its addresses, in order and at least one.
Table = Mapping[str, tuple[Interval, ...]]


def countries_in(option: Mapping[str, Any]) -> Table:
    """Return the option `countries`, by code in capitals; raises ValueError that names what cannot be read."""
    for code in option:
        if not re.fullmatch(r"[A-Za-z]{2}", str(code)):
            raise ValueError(f"countries: {code!r} is not a country; write its two letters as in ISO 3166, like DE")
    return _table("countries", option, str.upper)


def hosts_in(option: Mapping[str, Any]) -> Table:
    """Return the option `hosts`, by name in small letters; raises ValueError that names what cannot be read."""
    return _table("hosts", option, str.lower)


def placed(names: Sequence[str], table: Table) -> tuple[list[Interval], list[str]]:
    """Return the addresses of the names that the table has, and the names that it does not have."""
    unknown = [name for name in names if name not in table]
    return touching(place for name in names for place in table.get(name, ())), unknown


def others(places: Iterable[Interval]) -> Iterator[Interval]:
    """Yield all other addresses; the places are in order and do not touch."""
    first = ANY_ADDRESS.first
    for place in places:
        if first < place.first:
            yield Interval(first, place.first - 1)
        first = place.last + 1
    if first <= ANY_ADDRESS.last:
        yield Interval(first, ANY_ADDRESS.last)


def _table(option: str, given: Mapping[str, Any], folded: Callable[[str], str]) -> Table:
    """Read a table. A name without an IPv4 address is as if left out: nobody wants to say that it has none."""
    found: dict[str, tuple[Interval, ...]] = {}
    for key, value in given.items():
        name = folded(str(key))
        if name in found:
            raise ValueError(f"{option}: {key!r} is {name}, which is there already; give each name once")
        found[name] = _places(f"{option}.{key}", value)
    return {name: places for name, places in found.items() if places}


def _places(path: str, value: Any) -> tuple[Interval, ...]:
    """Read addresses and CIDR blocks; those of IPv6 say nothing about IPv4."""
    if not isinstance(value, list):
        raise ValueError(f"{path}: expected a list of addresses or CIDR blocks, got {value!r}")
    texts = [(f"{path}[{number}]", str(text)) for number, text in enumerate(value)]
    return tuple(touching(_place(where, text) for where, text in texts if not is_ipv6(text)))


def _place(path: str, text: str) -> Interval:
    try:
        return address(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
