# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of other makers, as they come from PyPI, against the emulator on loopback.

Meraki's SDK, and meraki-client, which reads every answer by the API's own schema; both synchronous and asynchronous.
All make the same calls; what the emulator refuses, it refuses to all, and docs/mx_emulator.md says why.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, get_type_hints

import pydantic
import pytest
from ansible_collections.mxlab.ftp.tests.unit.emulator.served import served
from fastapi.testclient import TestClient

ORGANIZATION, NETWORK = {"organizationId": "100001"}, {"networkId": "N_100001"}
ONE_TO_ONE = {
    "name": "server13",
    "lanIp": "192.168.128.13",
    "publicIp": "203.0.113.13",
    "uplink": "internet1",
    "allowedInbound": [{"protocol": "tcp", "destinationPorts": ["21", "61000-61099"], "allowedIps": ["any"]}],
}
PORTS = {"publicPort": "61100-61199", "localPort": "61100-61199", "protocol": "tcp", "allowedIps": ["any"]}
MANY = {"publicIp": "203.0.113.14", "uplink": "internet1", "portRules": [{**PORTS, "localIp": "192.168.128.12"}]}
FORWARD = {**PORTS, "lanIp": "192.168.128.12", "uplink": "both", "name": "server12"}
LAYER_3 = {"policy": "allow", "protocol": "tcp", "srcCidr": "OBJ(1001)", "destCidr": "Any", "destPort": "21"}
LAYER_7 = [
    {"policy": "deny", "type": "port", "value": "23"},
    {"policy": "deny", "type": "host", "value": "example.com"},
]
VLAN = {"name": "DMZ", "subnet": "10.20.0.0/24", "applianceIp": "10.20.0.1"}
NAT = {"uplinks": [{"interface": "wan2", "nat": {"enabled": False}}]}
ROUTE = {"name": "Branch", "subnet": "10.30.0.0/16", "gatewayIp": "10.20.0.9"}
GROUP = {"name": "Peers", "objectIds": ["1001"]}
OBJECT = {"name": "Partners", "category": "network", "type": "cidr", "cidr": "198.51.100.0/24"}

# (scope of the client, operation, arguments, the texts of the 400 with which the emulator refuses it or "").
Call = tuple[str, str, dict[str, Any], str]
CALLS: list[Call] = [
    ("organizations", "getOrganizations", {}, ""),
    ("organizations", "getOrganization", ORGANIZATION, ""),
    ("organizations", "getOrganizationNetworks", {**ORGANIZATION, "productTypes": ["appliance"]}, ""),
    ("organizations", "getOrganizationNetworks", {**ORGANIZATION, "isBoundToConfigTemplate": False}, ""),
    ("organizations", "getOrganizationNetworks", {**ORGANIZATION, "tags": ["a"], "tagsFilterType": "withAllTags"}, ""),
    ("organizations", "getOrganizationNetworks", {**ORGANIZATION, "configTemplateId": "N_1"}, "configTemplateId"),
    ("organizations", "getOrganizationConfigTemplates", ORGANIZATION, ""),
    ("organizations", "getOrganizationDevices", {**ORGANIZATION, "networkIds": ["N_100001"]}, ""),
    ("organizations", "getOrganizationApiRequests", {**ORGANIZATION, "timespan": 60}, ""),
    ("organizations", "createOrganizationPolicyObject", {**ORGANIZATION, **OBJECT}, ""),
    ("organizations", "createOrganizationPolicyObject", {**ORGANIZATION, **OBJECT}, "name: 'Partners' is already used"),
    ("organizations", "createOrganizationPolicyObjectsGroup", {**ORGANIZATION, **GROUP}, ""),
    ("organizations", "getOrganizationPolicyObjects", ORGANIZATION, ""),
    ("organizations", "getOrganizationPolicyObjectsGroups", ORGANIZATION, ""),
    ("organizations", "updateOrganizationPolicyObject", {**ORGANIZATION, "policyObjectId": "1001", "name": "Peer"}, ""),
    ("networks", "getNetwork", NETWORK, ""),
    ("networks", "getNetworkDevices", NETWORK, ""),
    ("networks", "getNetworkFirmwareUpgrades", NETWORK, ""),
    ("appliance", "getOrganizationApplianceUplinkStatuses", ORGANIZATION, ""),
    ("appliance", "getNetworkApplianceSettings", NETWORK, ""),
    ("appliance", "updateNetworkApplianceSettings", {**NETWORK, "deploymentMode": "routed"}, ""),
    ("appliance", "getNetworkApplianceSingleLan", NETWORK, ""),
    ("appliance", "getNetworkApplianceVlans", NETWORK, "VLANs are not enabled for this network"),
    ("appliance", "updateNetworkApplianceVlansSettings", {**NETWORK, "vlansEnabled": True}, ""),
    ("appliance", "createNetworkApplianceVlan", {**NETWORK, "id": "20", **VLAN}, ""),
    ("appliance", "createNetworkApplianceVlan", {**NETWORK, "id": "30", **VLAN}, "subnet: 10.20.0.0/24 overlaps"),
    ("appliance", "updateNetworkApplianceVlan", {**NETWORK, "vlanId": "20", "name": "Servers"}, ""),
    ("appliance", "getNetworkApplianceVlans", NETWORK, ""),
    ("appliance", "updateNetworkApplianceFirewallOneToOneNatRules", {**NETWORK, "rules": [ONE_TO_ONE]}, ""),
    (
        "appliance",
        "updateNetworkApplianceFirewallOneToOneNatRules",
        {**NETWORK, "rules": [{**ONE_TO_ONE, "publicIp": "203.0.113.2"}]},
        "rules[0].publicIp: 203.0.113.2 is the appliance's own uplink address",
    ),
    ("appliance", "getNetworkApplianceFirewallOneToOneNatRules", NETWORK, ""),
    ("appliance", "updateNetworkApplianceFirewallOneToManyNatRules", {**NETWORK, "rules": [MANY]}, ""),
    ("appliance", "getNetworkApplianceFirewallOneToManyNatRules", NETWORK, ""),
    ("appliance", "updateNetworkApplianceFirewallPortForwardingRules", {**NETWORK, "rules": [FORWARD]}, ""),
    ("appliance", "getNetworkApplianceFirewallPortForwardingRules", NETWORK, ""),
    ("appliance", "updateNetworkApplianceFirewallL3FirewallRules", {**NETWORK, "rules": [LAYER_3]}, ""),
    ("appliance", "getNetworkApplianceFirewallL3FirewallRules", NETWORK, ""),
    ("appliance", "updateNetworkApplianceFirewallInboundFirewallRules", {**NETWORK, "rules": [LAYER_3]}, ""),
    ("appliance", "getNetworkApplianceFirewallInboundFirewallRules", NETWORK, ""),
    ("appliance", "updateNetworkApplianceFirewallL7FirewallRules", {**NETWORK, "rules": LAYER_7}, ""),
    ("appliance", "getNetworkApplianceFirewallL7FirewallRules", NETWORK, ""),
    ("appliance", "getNetworkApplianceFirewallL7FirewallRulesApplicationCategories", NETWORK, ""),
    (
        "appliance",
        "updateNetworkApplianceFirewallFirewalledService",
        {**NETWORK, "service": "web", "access": "restricted", "allowedIps": ["203.0.113.100"]},
        "",
    ),
    ("appliance", "getNetworkApplianceFirewallFirewalledServices", NETWORK, ""),
    ("appliance", "updateNetworkApplianceUplinksNat", {**NETWORK, **NAT}, ""),
    ("appliance", "getOrganizationApplianceUplinksNatByNetwork", {**ORGANIZATION, "networkIds": ["N_100001"]}, ""),
    ("appliance", "updateNetworkApplianceWarmSpare", {**NETWORK, "enabled": False}, ""),
    ("appliance", "getNetworkApplianceWarmSpare", NETWORK, ""),
    ("appliance", "createNetworkApplianceStaticRoute", {**NETWORK, **ROUTE}, ""),
    ("appliance", "getNetworkApplianceStaticRoutes", NETWORK, ""),
    ("organizations", "getOrganizationConfigurationChanges", {**ORGANIZATION, "networkId": "N_100001"}, ""),
    ("organizations", "deleteOrganizationPolicyObject", {**ORGANIZATION, "policyObjectId": "1001"}, "OBJ(1001)"),
]  # fmt: skip
SEVEN = [f"N_{number}" for number in range(7)]


class Hurried:
    """A clock in which a second passes between two requests, so that nobody has to wait."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def clock() -> Hurried:
    return Hurried()


@pytest.fixture
def port(api: TestClient) -> Iterator[int]:
    """Return where the lab's network is served."""
    with served(api.app) as number:
        yield number


@pytest.fixture
def port_of_seven(start: Callable[..., TestClient], hq: dict[str, Any]) -> Iterator[int]:
    """Return where an organization of seven networks is served: three pages of three."""
    with served(start(*({**hq, "id": name, "serial": f"Q-{name}"} for name in SEVEN)).app) as number:
        yield number


def here(port: int, **more: Any) -> dict[str, Any]:
    """Return what both clients of the SDK are told."""
    return {
        "api_key": "good-key",
        "base_url": f"http://127.0.0.1:{port}/api/v1",
        "suppress_logging": True,
        # It would ask for the inventory, and write into the home of whoever runs this.
        "smart_flow_enabled": False,
        "maximum_retries": 1,
        **more,
    }


def through_a_proxy(port: int) -> dict[str, Any]:
    """Return what the SDK has to be told for more than one page, as docs/mx_emulator.md has it."""
    return here(port, base_url="http://emulator.meraki.com/api/v1", requests_proxy=f"http://127.0.0.1:{port}")


def for_meraki_client(port: int) -> dict[str, Any]:
    """Return what both clients of meraki-client are told; they know Meraki's hosts only, by the members of an enum."""
    url = SimpleNamespace(value=f"http://127.0.0.1:{port}/api/v1")
    return {"api_key": "good-key", "base_url": url, "maximum_retries": 0}


def as_python(name: str) -> str:
    """Return the API's name for something as meraki-client has it."""
    return re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name)


def typed(method: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments by Python's names, and as the models that meraki-client has for objects."""
    # It imports the types of what it returns for checkers of types only.
    hints = get_type_hints(method, localns={"PaginatedResponse": list, "AsyncPaginatedResponse": list})
    names = {name: as_python(name) for name in arguments}
    known = {name: python if python in hints else f"{python}_" for name, python in names.items()}
    return {known[name]: pydantic.TypeAdapter(hints[known[name]]).validate_python(arguments[name]) for name in known}


def refusal(error: Any) -> str:
    """Return the text of the 400 that an exception of the SDK carries."""
    assert error.status == 400
    return "; ".join(error.message["errors"])


def judge(call: Call, text: str) -> list[Any]:
    """Return the call and the text if the emulator has not answered as the table says."""
    expected = call[3]
    return [] if (expected in text if expected else not text) else [call, text]


def test_the_sdk(port: int) -> None:
    meraki = pytest.importorskip("meraki", reason="Meraki's SDK is not installed (requirements-dev.txt)")
    dashboard = meraki.DashboardAPI(**here(port))
    for call in CALLS:
        scope, name, arguments, _outcome = call
        text = ""
        try:
            answer = getattr(getattr(dashboard, scope), name)(**arguments)
            assert answer is None or isinstance(answer, (dict, list))
        except meraki.APIError as error:
            text = refusal(error)
        assert judge(call, text) == []


def test_the_asynchronous_sdk(port: int) -> None:
    meraki = pytest.importorskip("meraki", reason="Meraki's SDK is not installed (requirements-dev.txt)")
    from meraki.aio import AsyncDashboardAPI

    async def talk() -> None:
        async with AsyncDashboardAPI(**here(port)) as dashboard:
            for call in CALLS:
                scope, name, arguments, _outcome = call
                text = ""
                try:
                    await getattr(getattr(dashboard, scope), name)(**arguments)
                except meraki.APIError as error:
                    text = refusal(error)
                assert judge(call, text) == []

    asyncio.run(talk())


def test_meraki_client(port: int) -> None:
    meraki_client = pytest.importorskip("meraki_client", reason="meraki-client is not installed (requirements-dev.txt)")
    from meraki_client.exceptions import InvalidRequestError

    client = meraki_client.MerakiClient(**for_meraki_client(port))
    for call in CALLS:
        scope, name, arguments, _outcome = call
        method = getattr(getattr(client, scope), as_python(name))
        text = ""
        try:
            answer = method(**typed(method, arguments))
            if isinstance(answer, meraki_client.PaginatedResponse):
                answer.collect()
        except InvalidRequestError as error:
            text = "; ".join(error.errors)
        assert judge(call, text) == []


def test_the_asynchronous_meraki_client(port: int) -> None:
    pytest.importorskip("meraki_client", reason="meraki-client is not installed (requirements-dev.txt)")
    from meraki_client.aio import AsyncMerakiClient, AsyncPaginatedResponse
    from meraki_client.exceptions import InvalidRequestError

    async def talk() -> None:
        async with AsyncMerakiClient(**for_meraki_client(port)) as client:
            for call in CALLS:
                scope, name, arguments, _outcome = call
                method = getattr(getattr(client, scope), as_python(name))
                text = ""
                try:
                    answer = method(**typed(method, arguments))
                    await (answer.collect() if isinstance(answer, AsyncPaginatedResponse) else answer)
                except InvalidRequestError as error:
                    text = "; ".join(error.errors)
                assert judge(call, text) == []

    asyncio.run(talk())


def test_meraki_client_reads_all_pages(port_of_seven: int) -> None:
    meraki_client = pytest.importorskip("meraki_client", reason="meraki-client is not installed (requirements-dev.txt)")
    client = meraki_client.MerakiClient(**for_meraki_client(port_of_seven))
    for direction, expected in (("next", SEVEN), ("prev", SEVEN[:3])):
        found = client.organizations.get_organization_networks("100001", per_page=3, direction=direction)
        assert [network.id for network in found] == expected


def test_the_sdk_reads_all_pages(port_of_seven: int) -> None:
    meraki = pytest.importorskip("meraki", reason="Meraki's SDK is not installed (requirements-dev.txt)")
    dashboard = meraki.DashboardAPI(**through_a_proxy(port_of_seven))
    for direction, expected in (("next", SEVEN), ("prev", SEVEN[:3])):
        arguments = {"total_pages": "all", "direction": direction, "perPage": 3}
        found = dashboard.organizations.getOrganizationNetworks("100001", **arguments)
        assert [network["id"] for network in found] == expected


def test_the_asynchronous_sdk_reads_all_pages_of_many_at_once(port_of_seven: int) -> None:
    pytest.importorskip("meraki", reason="Meraki's SDK is not installed (requirements-dev.txt)")
    from meraki.aio import AsyncDashboardAPI

    async def talk() -> list[Any]:
        async with AsyncDashboardAPI(**through_a_proxy(port_of_seven)) as dashboard:
            networks = dashboard.organizations.getOrganizationNetworks
            return await asyncio.gather(*(networks("100001", total_pages="all", perPage=3) for _time in range(10)))

    for found in asyncio.run(talk()):
        assert [network["id"] for network in found] == SEVEN
