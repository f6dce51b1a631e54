# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an export is about its own network: answers about an organization also have items of other networks.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import shown
from ansible_collections.mxlab.ftp.plugins.module_utils._info.facts import uplink_name

Parts = Mapping[str, Any]


def own_parts(parts: Parts, path: str) -> dict[str, Any]:
    """Return the parts without the items of other networks.

    Raises ValueError with one line for each part that is of other networks only, or that says one thing twice.
    """
    own = _own_ids(parts, path)
    problems = [*_uplinks_twice(parts, path), *_of_others(parts, own, path)]
    mine = {name: _mine(part, own) for name, part in parts.items()}
    problems += _two_appliances(mine, path)
    if problems:
        raise ValueError("\n".join(problems))
    return mine


def _own_ids(parts: Parts, path: str) -> set[str]:
    """Return the ids of the export's network; a network may have items of the template that it is bound to."""
    network = parts.get("network", {})
    own = (
        {str(network[name]) for name in ("id", "configTemplateId") if network.get(name)} if network.get("id") else set()
    )
    found = set().union(*map(_ids, parts.values()))
    if not own and len(found) > 1:
        raise ValueError(f"{path}.network.id: expected the id of one of the networks {_some(found)}, got null")
    return own or found


def _ids(part: Any) -> set[str]:
    """Return the ids of the networks that the items of a part name."""
    return {str(item["networkId"]) for item in _items(part) if item.get("networkId")}


def _items(part: Any) -> list[Mapping[str, Any]]:
    return [item for item in (part if isinstance(part, list) else [part]) if isinstance(item, Mapping)]


def _of_others(parts: Parts, own: set[str], path: str) -> Iterator[str]:
    for name, part in parts.items():
        found = _ids(part)
        if found and not found & own:
            place = f"{path}.{name}" if isinstance(part, list) else f"{path}.{name}.networkId"
            yield f"{place}: expected the network of network.id, {_some(own)}, got {_some(found)}"


def _mine(part: Any, own: set[str]) -> Any:
    """Return a part without the items of others; once an item names another network, each has to name its own."""
    if not isinstance(part, list) or _ids(part) <= own:
        return part
    return [item for item in part if str(item.get("networkId")) in own]


def _some(ids: set[str]) -> str:
    """Return some of the ids: an organization may have thousands of networks."""
    first = sorted(ids)[:3]
    return ", ".join([*map(shown, first), *(["..."] if len(ids) > len(first) else [])])


def _uplinks_twice(parts: Parts, path: str) -> Iterator[str]:
    """Yield a line for each uplink that one answer has twice: of its two states, one would be lost."""
    nat, statuses = parts.get("uplinksNat", {}), parts.get("uplinkStatuses", [])
    yield from _twice(nat.get("uplinks", []), f"{path}.uplinksNat")
    if isinstance(statuses, Mapping):
        yield from _twice(statuses.get("uplinks") or [], f"{path}.uplinkStatuses")
        return
    for index, item in enumerate(statuses):
        yield from _twice(item.get("uplinks") or [], f"{path}.uplinkStatuses[{index}]")


def _twice(uplinks: Sequence[Mapping[str, Any]], path: str) -> Iterator[str]:
    seen = set()
    for index, uplink in enumerate(uplinks):
        name = uplink_name(uplink["interface"]) or uplink["interface"]
        if name in seen:
            yield f"{path}.uplinks[{index}].interface: {name!r} is there already; give each uplink once"
        seen.add(name)


def _two_appliances(parts: Parts, path: str) -> Iterator[str]:
    """Yield a line if two MX that are no spare say different things of the uplinks: a network has one."""
    items = _items(parts.get("uplinkStatuses", []))
    primary = [item for item in items if (item.get("highAvailability") or {}).get("role") != "spare"]
    if any(item.get("uplinks") != primary[0].get("uplinks") for item in primary):
        yield f"{path}.uplinkStatuses: expected one MX besides a spare, got {len(primary)}"
