# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole module, against answers in memory and against the emulator's API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.public_address import public_address
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard import api as dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response, Send
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.modules import mx_info
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

Json = dict[str, Any]
Run = Callable[..., Json]

ORGANIZATION = "/organizations/100001"
NETWORKS = f"{ORGANIZATION}/networks"
STATUSES = f"{ORGANIZATION}/appliance/uplink/statuses"
NAT = f"{ORGANIZATION}/appliance/uplinks/nat/byNetwork"
OF_ORGANIZATION = [NETWORKS, STATUSES, NAT]
# Each has an MX of its own kind: a single LAN, VLANs, a bridge.
NAMES = {"N_1": "Single", "N_2": "Vlans", "N_3": "Bridge"}
SINGLE = ["settings", "firmwareUpgrades", "vlans", "singleLan", "staticRoutes"]
VLANS = ["settings", "firmwareUpgrades", "vlans", "staticRoutes"]
LAN = ["settings", "vlans", "singleLan", "staticRoutes"]
BRIDGE = ["settings", "firmwareUpgrades"]


class Api:
    """A `send` that answers a path with what `answers` holds for it: JSON, or the status of an error."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Any] = {
            "/organizations": [{"id": "100001", "name": "Lab"}],
            NETWORKS: [{"id": key, "name": name, "organizationId": "100001"} for key, name in NAMES.items()],
            STATUSES: [],
            NAT: [],
        }
        for network in NAMES:
            self.answers.update(
                {
                    f"/networks/{network}/appliance/settings": {"deploymentMode": "routed"},
                    f"/networks/{network}/firmwareUpgrades": {"products": {}},
                    f"/networks/{network}/appliance/vlans": 400,
                    f"/networks/{network}/appliance/singleLan": {"subnet": "192.168.128.0/24"},
                    f"/networks/{network}/appliance/staticRoutes": [],
                }
            )
        self.answers["/networks/N_2/appliance/vlans"] = [{"name": "Servers", "subnet": "10.20.0.0/24"}]
        self.answers["/networks/N_3/appliance/settings"] = {"deploymentMode": "passthrough"}

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        assert (method, headers["Authorization"], body) == ("GET", f"Bearer {KEY}", None)
        path = url[len(BASE) :]
        self.asked.append(path)
        answer = self.answers[path]
        if isinstance(answer, int):
            return Response(answer, {}, b'{"errors": ["No"]}')
        return Response(200, {}, json.dumps(answer).encode())


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the module with a `send` and options, and give its result or failure."""
    monkeypatch.setattr(dashboard, "RateLimit", Clock().limit)
    monkeypatch.delenv("MERAKI_DASHBOARD_API_KEY", raising=False)

    def run(send: Send, **options: Any) -> Json:
        monkeypatch.setattr(mx_info, "sender", lambda *_args: send)
        args = {"api_key": KEY, "base_url": BASE, "organization": "100001", **options}
        given = {name: value for name, value in args.items() if value is not None}
        result, printed = run_module(mx_info, given)
        assert KEY not in printed
        return result

    return run


@pytest.mark.parametrize(
    ("network", "last_words", "subnets"),
    [
        ("N_1", SINGLE, [{"cidr": "192.168.128.0/24", "source": "single_lan", "name": None}]),
        ("N_2", VLANS, [{"cidr": "10.20.0.0/24", "source": "vlan", "name": "Servers"}]),
        ("N_3", BRIDGE, None),
    ],
)
def test_a_network_costs_what_is_documented(
    run: Run, api: Api, network: str, last_words: list[str], subnets: list[Json] | None
) -> None:
    result = run(api, network=network)
    paths = [each["path"] for each in result["requests"]]
    assert api.asked == paths
    assert paths[:3] == OF_ORGANIZATION
    assert [path.rpartition("/")[2] for path in paths[3:]] == last_words
    assert [each["network"] for each in result["requests"]] == [None] * 3 + [network] * len(last_words)
    assert result["networks"][network]["subnets"] == subnets
    assert (result["changed"], "failed_networks" in result) == (False, False)


@pytest.mark.parametrize(
    ("networks", "organization", "asked"),
    [
        (["N_1", "N_2"], "100001", [STATUSES]),
        (["N_1", "Vlans"], "100001", [NETWORKS, STATUSES]),
        (["N_1", "N_2"], None, ["/organizations", STATUSES]),
        (["Single", "Vlans"], "Lab", ["/organizations", NETWORKS, STATUSES]),
    ],
)
def test_the_uplinks_alone_cost_what_is_documented(
    run: Run, api: Api, networks: list[str], organization: str | None, asked: list[str]
) -> None:
    wan = {"interface": "wan1", "status": "active", "ip": "203.0.113.2", "publicIp": "192.0.2.9"}
    api.answers[STATUSES] = [{"networkId": each, "uplinks": [wan]} for each in NAMES]
    result = run(api, networks=networks, organization=organization, subset="uplinks")
    uplinks = {"internet1": {"address": "203.0.113.2", "public_address": "192.0.2.9", "status": "active"}}
    assert result["networks"] == {name: {"uplinks": uplinks} for name in networks}
    assert api.asked == [each["path"] for each in result["requests"]] == asked


def test_uplinks_that_nobody_reports_are_an_error_of_their_network(run: Run, api: Api) -> None:
    api.answers[STATUSES] = [{"networkId": "N_1", "uplinks": []}]
    result = run(api, networks=["N_1", "N_9", "Nowhere"], subset="uplinks")
    assert result["networks"] == {"N_1": {"uplinks": {}}}
    assert set(result["failed_networks"]) == {"N_9", "Nowhere"}
    assert result["failed_networks"]["N_9"] == (
        "No MX of this network reports its uplinks to the organization. Check network, networks and organization."
    )


def test_uplinks_that_the_key_may_not_read_are_null(run: Run, api: Api) -> None:
    api.answers[STATUSES] = 403
    result = run(api, network="N_1", subset="uplinks")
    assert result["networks"] == {"N_1": {"uplinks": None}}
    assert [each["path"] for each in result["unreadable"]] == [STATUSES]


@pytest.mark.parametrize("organization", [None, "Lab"])
def test_an_organization_without_id_costs_one_request_more(run: Run, api: Api, organization: str | None) -> None:
    run(api, network="N_3", organization=organization)
    assert api.asked[:4] == ["/organizations", *OF_ORGANIZATION]


def test_many_networks_share_what_the_organization_tells(run: Run, api: Api) -> None:
    result = run(api, network="Bridge", networks=["N_2", "Single", "Bridge"])
    assert list(result["networks"]) == ["Bridge", "N_2", "Single"]
    assert [facts["network"]["id"] for facts in result["networks"].values()] == ["N_3", "N_2", "N_1"]
    assert len(api.asked) == len(OF_ORGANIZATION + SINGLE + VLANS + BRIDGE)


@pytest.mark.parametrize(
    ("network", "answers", "message"),
    [
        (
            "Nowhere",
            {},
            "network 'Nowhere' is unknown; this api_key sees: Single (N_1), Vlans (N_2), Bridge (N_3)."
            " Set network (ftp_network) to one of these.",
        ),
        ("N_9", {}, "This network is not in the organization. Check network, networks and organization."),
        ("Vlans", {"/networks/N_2/appliance/vlans": 404}, "/networks/N_2/appliance/vlans was answered 404: "),
        (
            "Vlans",
            {f"/networks/N_2/{word}": 403 for word in ("firmwareUpgrades", *(f"appliance/{each}" for each in LAN))},
            "/networks/N_2/appliance/staticRoutes was answered 403: ",
        ),
        ("Vlans", {"/networks/N_2/appliance/staticRoutes": 400}, "staticRoutes was answered 400: "),
        (
            "Vlans",
            {"/networks/N_2/appliance/settings": []},
            "/networks/N_2/appliance/settings: expected an object, got []. ",
        ),
        (
            "Vlans",
            {"/networks/N_2/firmwareUpgrades": {}},
            "firmwareUpgrades: expected an object as products, got null.",
        ),
    ],
)
def test_a_network_that_fails_stops_no_other(run: Run, api: Api, network: str, answers: Json, message: str) -> None:
    api.answers.update(answers)
    result = run(api, networks=[network, "Single"])
    assert list(result["networks"]) == ["Single"]
    assert list(result["failed_networks"]) == [network]
    assert message in result["failed_networks"][network]
    assert result["msg"].startswith(f"1 of 2 networks failed.\n{network}: ")


def test_nothing_more_is_asked_if_no_network_is_found(run: Run, api: Api) -> None:
    result = run(api, networks=["Nowhere", "N_9"])
    assert (result["networks"], list(result["failed_networks"])) == ({}, ["Nowhere", "N_9"])
    assert api.asked == [NETWORKS]


# (path that the key may not read, facts that are null then)
UNREADABLE = [
    (NAT, {"nat_exceptions"}),
    (STATUSES, {"uplinks"}),
    ("/networks/N_1/appliance/settings", {"deployment_mode", "dynamic_dns"}),
    ("/networks/N_1/firmwareUpgrades", {"firmware"}),
    ("/networks/N_1/appliance/vlans", set()),
    ("/networks/N_1/appliance/singleLan", {"subnets"}),
    ("/networks/N_1/appliance/staticRoutes", {"subnets"}),
]


@pytest.mark.parametrize(("path", "missing"), UNREADABLE)
def test_what_the_key_may_not_read_is_null_and_ends_nothing_else(
    run: Run, api: Api, path: str, missing: set[str]
) -> None:
    api.answers["/networks/N_1/firmwareUpgrades"] = {
        "products": {"appliance": {"currentVersion": {"shortName": "MX 18.211.2"}}}
    }
    api.answers[NAT] = [{"networkId": "N_1", "uplinks": []}]
    api.answers[path] = 403
    result = run(api, network="N_1")
    facts = result["networks"]["N_1"]
    assert {name for name, fact in facts.items() if fact is None} == missing
    (refused,) = result["unreadable"]
    assert refused["path"] == path
    assert f"GET {BASE}{path} was answered 403: " in refused["message"]
    assert Mx.of(facts).passthrough is False


def test_an_api_without_nat_exceptions_is_no_failure(run: Run, api: Api) -> None:
    api.answers[NAT] = 404
    assert run(api, network="N_3")["networks"]["N_3"]["nat_exceptions"] is None


@pytest.mark.parametrize(("path", "status"), [(NETWORKS, 403), (STATUSES, 404), (NAT, 500)])
def test_an_organization_that_cannot_be_read_is_a_failure(run: Run, api: Api, path: str, status: int) -> None:
    api.answers[path] = status
    result = run(api, network="N_3")
    assert result["failed"]
    assert f"GET {BASE}{path} was answered {status}: " in result["msg"]
    assert result["requests"][-1] == {"network": None, "method": "GET", "path": path, "status": status}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "network or networks is missing, or a name in them is empty"),
        ({"networks": []}, "network or networks is missing, or a name in them is empty"),
        ({"networks": ["N_1", ""]}, "network or networks is missing, or a name in them is empty"),
        ({"network": "N_1", "api_key": None}, "api_key is missing; the key may also be in the environment variable"),
        ({"network": "N_1", "base_url": "api.meraki.com"}, "base_url: 'api.meraki.com' is not a web address"),
    ],
)
def test_bad_input_is_refused_before_any_request(run: Run, api: Api, options: Json, message: str) -> None:
    result = run(api, **options)
    assert result["msg"].startswith(message)
    assert (result["requests"], api.asked) == ([], [])


def test_two_names_of_one_network_are_refused(run: Run, api: Api) -> None:
    assert "'Single' and 'N_1' are the same network" in run(api, networks=["Single", "N_1"])["msg"]


def test_the_facts_of_the_emulated_mx(run: Run, tmp_path: Path) -> None:
    mx = EmulatedMx(tmp_path / "state.json")
    at_first = run(mx, network="Lab HQ", organization=None)["networks"]["Lab HQ"]
    assert at_first == {
        "network": {"id": "N_100001", "name": "Lab HQ"},
        "deployment_mode": "routed",
        "bound_to_template": False,
        "firmware": "MX 18.107.10",
        "dynamic_dns": {"enabled": False, "name": None},
        "uplinks": {
            "internet1": {"address": "203.0.113.2", "public_address": "203.0.113.2", "status": "active"},
            "internet2": {"address": "198.51.100.2", "public_address": "192.0.2.9", "status": "active"},
        },
        "nat_exceptions": [],
        "subnets": [
            {"cidr": "192.168.128.0/24", "source": "single_lan", "name": None, "appliance_ip": "192.168.128.1"}
        ],
    }
    assert Mx.of(at_first).uplink("internet2").behind_nat
    assert public_address(at_first, "internet2") == "192.0.2.9"

    mx.write("PUT", "settings", {"dynamicDns": {"enabled": True, "prefix": "ftp"}})
    mx.write("PUT", "uplinks/nat", {"uplinks": [{"interface": "wan2", "nat": {"enabled": False}}]})
    mx.write("PUT", "vlans/settings", {"vlansEnabled": True})
    route = {"name": "Branch", "subnet": "10.30.0.0/16", "gatewayIp": "192.168.128.250"}
    mx.write("POST", "staticRoutes", route)
    both = run(mx, networks=["Lab HQ", "N_2"])["networks"]
    changed = both["Lab HQ"]
    assert public_address(changed, prefer_name=True) == changed["dynamic_dns"]["name"] == "ftp-n_100001.meraki.com"
    assert changed["nat_exceptions"] == ["internet2"]
    assert [(subnet["cidr"], subnet["source"]) for subnet in changed["subnets"]] == [
        ("192.168.128.0/24", "vlan"),
        ("10.30.0.0/16", "static_route"),
    ]
    assert (both["N_2"]["network"]["name"], both["N_2"]["bound_to_template"]) == ("Bound", True)
