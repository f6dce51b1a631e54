# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load exports of real MXs: python3 -m mx_emulator.exports CONFIG STATE EXPORT... writes both files for the emulator.

An export is a JSON object that has answers of the API under the API's names, for one network.  What it does not have
is as in a new network.  The networks exist in the API only, since this machine has not their interfaces.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

from . import policy
from .api_model import ApiModel, Refused, parse
from .clock import timestamp
from .config import Config
from .firewall import FirewallRules
from .lan import Lan, StaticRoute, Vlan
from .layer7 import Layer7Rules
from .rules import OneToManyRules, OneToOneRules, PortForwardingRules
from .settings import Settings
from .state import NetworkState, State, Store
from .warm_spare import WarmSpare

Json = Mapping[str, Any]

KEY = "twin"
# The address of an uplink that has none.
NOWHERE = "0.0.0.0/32"
_LISTS = (
    ("one_to_one", "oneToOneNatRules", OneToOneRules),
    ("one_to_many", "oneToManyNatRules", OneToManyRules),
    ("port_forwarding", "portForwardingRules", PortForwardingRules),
    ("l7_firewall", "l7FirewallRules", Layer7Rules),
)


def loaded(exports: Sequence[Json]) -> tuple[Config, State]:
    """Return configuration and state of the networks; ValueError or Refused for what the emulator does not take."""
    owners: dict[str, list[Json]] = {}
    for export in exports:
        owners.setdefault(str(_part(export, "network").get("organizationId", "1")), []).append(export)
    organizations = [
        {"id": owner, "name": _name(group), "networks": [_network(export) for export in group]}
        for owner, group in owners.items()
    ]
    networks = {_identity(export): _state(export) for export in exports}
    policies = {owner: _policy(group) for owner, group in owners.items()}
    config = Config.model_validate({"api_keys": [KEY], "organizations": organizations})
    return config, State(networks=networks, policies=policies)


def _part(export: Json, name: str) -> Json:
    return export.get(name) or {}


def _identity(export: Json) -> str:
    return str(_part(export, "network").get("id", "N_1"))


def _name(exports: Sequence[Json]) -> str:
    names = (_part(export, "organization").get("name") for export in exports)
    return next(filter(None, names), "Organization")


def _network(export: Json) -> dict[str, Any]:
    """Return the network as the configuration has it."""
    network, lan = _part(export, "network"), _lan(export)
    device = {**next(iter(_statuses(export)), {}), **next(iter(export.get("devices") or []), {})}
    known = {name: device[name] for name in ("serial", "model", "firmware") if device.get(name)}
    return {
        "serial": _identity(export),
        **known,
        "id": _identity(export),
        "name": str(network.get("name", "MX")),
        "is_bound_to_config_template": bool(network.get("isBoundToConfigTemplate")),
        "lan_subnets": [vlan.subnet for vlan in lan.vlans],
        "uplinks": list(_uplinks(export)) or [{"address": NOWHERE}],
        "data_plane": False,
    }


def _statuses(export: Json) -> list[Json]:
    """Return what there is about the uplinks of each appliance, the primary one first.

    An answer about the whole organization has those of other networks, too.
    """
    told, own = export.get("uplinkStatuses") or [], _part(export, "network").get("id")
    statuses = [
        item for item in (told if isinstance(told, list) else [told]) if own in (None, item.get("networkId", own))
    ]
    return sorted(statuses, key=lambda item: _part(item, "highAvailability").get("role") == "spare")


def _uplinks(export: Json) -> Iterator[dict[str, Any]]:
    """Return the uplinks, wan1 first; ValueError if one between them is missing."""
    status: Json = next(iter(_statuses(export)), {})
    found = {item["interface"]: item for item in status.get("uplinks") or [] if item["interface"].startswith("wan")}
    for number in range(1, len(found) + 1):
        item = found.get(f"wan{number}")
        if item is None:
            raise ValueError(f"uplinkStatuses: there are {', '.join(found)}, expected wan1 and then wan2")
        shared = _part(_part(export, "warmSpare"), f"wan{number}").get("subnet")
        yield {
            "address": _interface(item, shared),
            "status": item.get("status") or "active",
            **{
                ours: item[theirs]
                for ours, theirs in (("gateway", "gateway"), ("public_ip", "publicIp"))
                if item.get(theirs)
            },
        }


def _interface(item: Json, shared: str | None) -> str:
    """Return the address of an uplink with a prefix: the API has it only for the shared address of a warm spare."""
    if not item.get("ip"):
        return NOWHERE
    if shared:
        return f"{item['ip']}/{shared.partition('/')[2]}"
    address, gateway = IPv4Address(item["ip"]), IPv4Address(item.get("gateway") or item["ip"])
    smallest = next(length for length in range(32, -1, -1) if gateway in IPv4Interface(f"{address}/{length}").network)
    return f"{address}/{smallest}"


def _state(export: Json) -> NetworkState:
    """Return what administrators have set; Refused with the names of the parts."""
    lists = {field: _read(model, {"rules": _rules(export, name)}, name) for field, name, model in _LISTS}
    return NetworkState(
        settings=_read(Settings, _known(Settings, _part(export, "applianceSettings")), "applianceSettings"),
        **lists,
        inbound_firewall=_firewall(export, "inboundFirewallRules"),
        l3_firewall=_firewall(export, "l3FirewallRules"),
        warm_spare=_warm_spare(_part(export, "warmSpare")),
        nat_exceptions=_nat_exceptions(_part(export, "uplinksNat")),
        lan=_lan(export),
    )


def _read(model: type[Any], body: Any, path: str) -> Any:
    try:
        return parse(model, body)
    except Refused as refused:
        raise Refused([f"{path}.{text}" for text in refused.errors]) from None


def _known(model: type[ApiModel], item: Json) -> dict[str, Any]:
    """Return the fields that the emulator has of an object."""
    names = {info.alias for info in model.model_fields.values()}
    return {name: value for name, value in item.items() if name in names}


def _rules(export: Json, name: str) -> list[Any]:
    part = export.get(name) or []
    rules: list[Any] = part["rules"] if isinstance(part, Mapping) else part
    return rules


def _firewall(export: Json, name: str) -> FirewallRules:
    """Return a layer 3 list without its default rule, which the emulator adds."""
    rules, part = _rules(export, name), export.get(name)
    last = rules[-1] if rules and str(rules[-1].get("comment")).lower() == "default rule" else {}
    logged = bool(part.get("syslogDefaultRule")) if isinstance(part, Mapping) else False
    body = {
        "rules": rules[:-1] if last else rules,
        "syslogDefaultRule": logged or bool(last.get("syslogEnabled")),
    }
    found: FirewallRules = _read(FirewallRules, body, name)
    return found


def _lan(export: Json) -> Lan:
    """Return the LAN side; without any in the export, a host of a rule may be anywhere."""
    vlans, single = export.get("vlans"), export.get("singleLan") or {"subnet": "0.0.0.0/0"}
    given = [{"id": "1", "name": "Default", **single}] if vlans is None else vlans
    return Lan(
        vlans_enabled=vlans is not None,
        vlans=[_vlan(item, f"vlans[{index}]") for index, item in enumerate(given)],
        routes=[
            _read(StaticRoute, _known(StaticRoute, item), f"staticRoutes[{index}]")
            for index, item in enumerate(export.get("staticRoutes") or [])
        ],
    )


def _vlan(item: Json, path: str) -> Vlan:
    vlan: Vlan = _read(Vlan, {"applianceIp": _first_host(item), **_known(Vlan, item)}, path)
    return vlan


def _first_host(item: Json) -> str | None:
    """Return the address that an MX has in its LAN unless it was given another; None for what is no subnet."""
    try:
        return str(IPv4Network(item["subnet"])[1])
    except (KeyError, ValueError):
        return None


def _warm_spare(part: Json) -> WarmSpare:
    shared = {f"virtualIp{number}": _part(part, f"wan{number}").get("ip") for number in (1, 2)}
    spare: WarmSpare = _read(WarmSpare, {"enabled": False, **_known(WarmSpare, part), **shared}, "warmSpare")
    return spare


def _nat_exceptions(part: Json) -> list[str]:
    off = [item["interface"] for item in part.get("uplinks") or [] if not item["nat"]["enabled"]]
    return [name.replace("wan", "internet") for name in off]


def _policy(exports: Sequence[Json]) -> policy.Policy:
    """Return the objects and groups that any of the exports has."""
    return policy.Policy(
        objects=list(_of_all(policy.PolicyObject, exports, "policyObjects")),
        groups=list(_of_all(policy.PolicyGroup, exports, "policyObjectsGroups")),
    )


def _of_all(model: type[ApiModel], exports: Iterable[Json], name: str) -> Iterator[Any]:
    found = {str(item["id"]): item for export in exports for item in export.get(name) or []}
    times = dict.fromkeys(("createdAt", "updatedAt"), timestamp())
    for identity, item in found.items():
        yield _read(model, {**times, **_known(model, item), "id": identity}, f"{name} {identity}")


def _export_in(name: str) -> Json:
    """Return the export in a file; ValueError that names the file for what the emulator does not take."""
    try:
        content = json.loads(Path(name).read_text(encoding="utf-8-sig"))
        # mxlab.ftp.anonymise writes the export beside the endpoints that it was judged for.
        export: Json = content.get("export", content)
        loaded([export])
    except (Refused, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{name}: {error!r}: expected an export as docs/export.schema.json describes it") from error
    return export


def main(config_file: str, state_file: str, *export_files: str) -> None:
    """Write the two files."""
    config, state = loaded([_export_in(name) for name in export_files])
    Path(config_file).write_text(config.model_dump_json(indent=1), encoding="utf-8")
    Store(Path(state_file)).save(state)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (ValueError, OSError) as error:
        sys.exit(f"mx_emulator.exports: {error}")
