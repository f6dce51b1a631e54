# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the API answers, and whatever an export holds: a result, or one of the documented errors and no other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response
from ansible_collections.mxlab.ftp.plugins.module_utils._info.read import read_all
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import RESOURCES
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.states import run
from ansible_collections.mxlab.ftp.plugins.modules.mx_ftp_rules import ARGUMENT_SPEC
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock
from hypothesis import example, given
from hypothesis import strategies as st

HQ = "N_100001"
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(["any", "21"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("rules"), inner, max_size=3),
    max_leaves=6,
)
ENTRY = {"protocol": "tcp", "destinationPorts": ["21", "61000-61099"], "allowedIps": ["any"]}
NAT = {
    "name": "server13 FTP",
    "publicIp": "203.0.113.13",
    "lanIp": "192.168.128.13",
    "uplink": "internet1",
    "allowedInbound": [ENTRY],
}
FORWARD = {"name": "server12 FTP control", "protocol": "tcp", "publicPort": "21", "localPort": "21", "allowedIps": []}
LISTS: dict[str, Any] = {
    "one_to_one_nat": [NAT],
    "one_to_many_nat": [{"publicIp": "203.0.113.14", "uplink": "internet1", "portRules": [FORWARD]}],
    "port_forwarding": [{**FORWARD, "lanIp": "192.168.128.12", "uplink": "both"}],
    "inbound_firewall": [{"comment": "Default rule", "policy": "Deny", "protocol": "Any", "destPort": "Any"}],
    "l3_firewall": [],
}
ORGANIZATION = "/organizations/100001"
ANSWERS: dict[str, Any] = {
    "/organizations": [{"id": "100001", "name": "Lab"}],
    f"{ORGANIZATION}/networks": [{"id": HQ, "name": "Lab HQ", "organizationId": "100001"}],
    f"{ORGANIZATION}/appliance/uplink/statuses": [
        {"networkId": HQ, "highAvailability": {"role": "primary"}, "uplinks": [{"interface": "wan1", "ip": "10.0.0.2"}]}
    ],
    f"{ORGANIZATION}/appliance/uplinks/nat/byNetwork": [
        {"networkId": HQ, "uplinks": [{"interface": "wan1", "nat": {"enabled": True}}]}
    ],
    f"/networks/{HQ}/appliance/settings": {"deploymentMode": "routed", "dynamicDns": {"enabled": True, "url": "x"}},
    f"/networks/{HQ}/firmwareUpgrades": {"products": {"appliance": {"currentVersion": {"shortName": "MX 18.211.2"}}}},
    f"/networks/{HQ}/appliance/vlans": [{"id": 10, "name": "Servers", "subnet": "192.168.128.0/24"}],
    f"/networks/{HQ}/appliance/staticRoutes": [{"name": "x", "subnet": "10.0.0.0/8", "enabled": True}],
    **{f"/networks/{HQ}/appliance/firewall/{RESOURCES[name]}": {"rules": rules} for name, rules in LISTS.items()},
}


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """Return the value with junk at one place of it, or without what is there."""
    inner = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not inner or draw(st.integers(0, 3)) == 0:
        return draw(JUNK)
    key = draw(st.sampled_from(inner))
    changed = value.copy()
    if draw(st.integers(0, 5)) == 0:
        del changed[key]
    else:
        changed[key] = draw(spoilt(changed[key]))
    return changed


class Api:
    """A `send` that answers with JSON by path, and 404 for other paths."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        path = url.removeprefix(BASE)
        if path not in self.answers:
            return Response(404, {}, b"{}")
        return Response(200, {}, json.dumps(self.answers[path]).encode())

    def dashboard(self) -> Dashboard:
        return Dashboard(BASE, KEY, self, Clock().limit())


def params(state: str, **options: Any) -> dict[str, Any]:
    """Return the options of mx_ftp_rules as AnsibleModule fills them."""
    return {**{name: words.get("default") for name, words in ARGUMENT_SPEC.items()}, "state": state, **options}


def at(path: str, answer: Any) -> dict[str, Any]:
    return {**ANSWERS, path: answer}


def check_result(result: dict[str, Any]) -> None:
    """Fail for what nothing can print, and for a fault of ours."""
    text = json.dumps(result)
    assert "Traceback" not in text
    assert "Unexpected, please report it" not in text


@given(spoilt(ANSWERS))
@example(at(f"/networks/{HQ}/appliance/settings", []))
@example(at(f"/networks/{HQ}/firmwareUpgrades", {"products": {"appliance": {"currentVersion": []}}}))
@example(at(f"/networks/{HQ}/appliance/vlans", [{"subnet": 7}]))
@example(at(f"/networks/{HQ}/appliance/vlans", [{"id": {}, "subnet": "10.0.0.0/8"}]))
@example(at(f"{ORGANIZATION}/networks", {"errors": ["x"]}))
@example(at(f"{ORGANIZATION}/networks", [{"name": "Lab HQ"}]))
@example(at(f"{ORGANIZATION}/networks", [{"id": HQ, "name": "Lab HQ", "organizationId": None}]))
@example(at(f"{ORGANIZATION}/appliance/uplink/statuses", [{"networkId": HQ, "uplinks": [{"interface": None}]}]))
@example(at(f"{ORGANIZATION}/appliance/uplinks/nat/byNetwork", [{"networkId": HQ, "uplinks": [{}]}]))
def test_facts_or_a_documented_error(answers: Any) -> None:
    try:
        check_result(read_all(Api(answers if isinstance(answers, dict) else {}).dashboard(), ["Lab HQ"], None))
    except DashboardError as error:
        assert str(error).isprintable()


@given(spoilt(LISTS), st.sampled_from(["gathered", "merged", "replaced", "deleted"]))
@example({**LISTS, "one_to_one_nat": [{**NAT, "allowedInbound": [None]}]}, "merged")
@example({**LISTS, "one_to_one_nat": [{**NAT, "allowedInbound": [{**ENTRY, "allowedIps": [None]}]}]}, "merged")
@example({**LISTS, "one_to_many_nat": [{"portRules": [None]}]}, "merged")
@example({**LISTS, "port_forwarding": [{**FORWARD, "allowedIps": 7}]}, "deleted")
@example({**LISTS, "port_forwarding": [{**FORWARD, "publicPort": [21]}]}, "merged")
@example({**LISTS, "inbound_firewall": [{"srcCidr": ["any"]}]}, "merged")
def test_rules_or_a_documented_error(lists: Any, state: str) -> None:
    given_lists = lists if isinstance(lists, dict) else {}
    answers = {
        f"/networks/{HQ}/appliance/firewall/{RESOURCES[name]}": {"rules": rules}
        for name, rules in given_lists.items()
        if name in RESOURCES
    }
    endpoint = {**shared.filled(shared.OPTIONS13), "network": HQ}
    options = {"endpoints": [endpoint], "network": HQ, "inbound_firewall": True}
    addresses = {"uplink_addresses": {"internet1": "203.0.113.2"}}
    check_result(run(params(state, **options, **addresses), True, Api(answers).dashboard()))


@given(spoilt(LISTS) | spoilt({"HQ": LISTS}) | st.dictionaries(st.text(), JUNK))
@example({"one_to_one_nat": [{**NAT, "allowedInbound": [None]}]})
@example({"one_to_one_nat": [{**NAT, "allowedInbound": "any"}]})
@example({"one_to_one_nat": [{**NAT, "allowedInbound": [{**ENTRY, "destinationPorts": {}}]}]})
@example({"oneToOneNat": [{**NAT, "allowedInbound": [{**ENTRY, "destinationPorts": ["any", "21"]}]}]})
@example({"one_to_many_nat": [{"portRules": [{"name": "x FTP control", "publicPort": "²"}]}]})
@example({"port_forwarding": [{"name": "x FTP control", "publicPort": "²", "allowedIps": None}]})
@example({"port_forwarding": None})
def test_an_export_or_a_documented_error(exported: Any) -> None:
    try:
        check_result(
            run(params("parsed", exported=exported if isinstance(exported, dict) else {}), True, Api({}).dashboard())
        )
    except ValueError as error:
        assert str(error).startswith("exported")


@given(
    spoilt({"before": {HQ: LISTS}, "plan": [{"network": HQ, "kind": "one_to_one_nat", "before": None, "after": NAT}]})
)
@example({"before": {HQ: {"one_to_one_nat": [{"allowedInbound": [None]}]}}, "plan": []})
@example(
    {"before": {HQ: {"one_to_one_nat": []}}, "plan": [{"network": HQ, "kind": "one_to_one_nat", "after": {"x": 1}}]}
)
def test_a_revert_or_a_documented_error(reverts: Any) -> None:
    try:
        options = {"reverts": reverts if isinstance(reverts, dict) else {}, "on_conflict": "keep"}
        check_result(run(params("reverted", **options), True, Api(ANSWERS).dashboard()))
    except (ValueError, DashboardError) as error:
        assert str(error)
