# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API as clients of other makers meet it: links between pages, request targets, filters, nulls, hostile bodies."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.emulator.served import served
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ORGANIZATION = "/api/v1/organizations/100001"
NETWORK = "/api/v1/networks/N_100001"
FIREWALL = f"{NETWORK}/appliance/firewall"
VLANS = f"{NETWORK}/appliance/vlans"
FAULTS = "/emulator/faults"

Json = dict[str, Any]
Start = Callable[..., TestClient]


def ids(answer: Any) -> str:
    return "".join(item["id"].removeprefix("N_") for item in answer.json())


@pytest.fixture
def seven(start: Start, hq: Json, clock: Any) -> Callable[[str], Any]:
    """Return how to ask for networks of an organization that has seven."""
    api = start(*({**hq, "id": f"N_{number}", "serial": f"Q-{number}"} for number in range(7)))

    def ask(query: str) -> Any:
        clock.now += 1
        return api.get(query if "://" in query else f"{ORGANIZATION}/networks?perPage=3{query}")

    return ask


@pytest.mark.parametrize(
    ("query", "shown", "links"),
    [
        ("", "012", {"first": "012", "next": "345", "last": "456"}),
        ("&startingAfter=0", "012", {"first": "012", "next": "345", "last": "456"}),
        ("&startingAfter=0000-0000-0000", "012", {"first": "012", "next": "345", "last": "456"}),
        ("&startingAfter=N_2", "345", {"first": "012", "prev": "012", "next": "6", "last": "456"}),
        ("&startingAfter=N_5", "6", {"first": "012", "prev": "345", "last": "456"}),
        ("&startingAfter=N_6", "", {"first": "012", "last": "456"}),
        ("&endingBefore=0", "456", {"first": "012", "prev": "123", "last": "456"}),
        ("&endingBefore=ZZZZ-ZZZZ-ZZZZ", "456", {"first": "012", "prev": "123", "last": "456"}),
        ("&endingBefore=N_4", "123", {"first": "012", "prev": "0", "next": "456", "last": "456"}),
        ("&endingBefore=N_0", "", {"first": "012", "last": "456"}),
        ("&startingAfter=N_1&endingBefore=N_4", "23", {"first": "012", "prev": "01", "next": "456", "last": "456"}),
    ],
)
def test_pages_and_where_their_links_lead(seven: Any, query: str, shown: str, links: dict[str, str]) -> None:
    answer = seven(query)
    assert ids(answer) == shown
    assert {name: ids(seven(link["url"])) for name, link in answer.links.items()} == links


def test_links_as_the_vendor_writes_them(seven: Any) -> None:
    """The page "Pagination" has this order, no quotes, and these values."""
    url = f"http://testserver{ORGANIZATION}/networks?perPage=3"
    assert seven("").headers["Link"] == (
        f"<{url}&startingAfter=0>; rel=first, <{url}&startingAfter=N_2>; rel=next, <{url}&endingBefore=0>; rel=last"
    )


def test_a_list_of_one_page_has_links_too(api: TestClient) -> None:
    for path in ("/api/v1/organizations", f"{ORGANIZATION}/devices", f"{ORGANIZATION}/apiRequests"):
        assert list(api.get(path).links) == ["first", "last"]
    assert "Link" not in api.get(f"{FIREWALL}/l3FirewallRules").headers


@pytest.mark.parametrize("query", ["&startingAfter=N_9", "&endingBefore=N_9"])
def test_pages_that_there_are_not(seven: Any, query: str) -> None:
    assert seven(query).status_code == 400


@pytest.mark.parametrize("size", ["9" * 5000, "-3", "0", "", "3.0", "100001"])
def test_sizes_that_no_page_has(api: TestClient, size: str) -> None:
    answer = api.get(f"{ORGANIZATION}/networks", params={"perPage": size})
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("'perPage' is ")


def test_an_older_client_finds_its_network(api: TestClient) -> None:
    """It looks at the links first, then for templates."""
    assert api.get("/api/v1/organizations").headers["Link"]
    assert api.get(f"{ORGANIZATION}/configTemplates").json() == []


@pytest.mark.parametrize("path", [ORGANIZATION, f"{ORGANIZATION}/networks", f"{FIREWALL}/portForwardingRules"])
def test_a_slash_at_the_end(api: TestClient, path: str) -> None:
    assert api.get(f"{path}/").json() == api.get(path).json()
    assert api.get(f"{path}/", follow_redirects=False).status_code == 200


def test_a_write_with_a_slash_at_the_end(api: TestClient) -> None:
    assert api.put(f"{FIREWALL}/portForwardingRules/", json={"rules": []}).json() == {"rules": []}


@pytest.mark.parametrize("host", ["api.meraki.com", "emulator.meraki.com:8080", "[::1]:80"])
def test_a_target_for_a_proxy(api: TestClient, host: str) -> None:
    """The absolute form of RFC 9112 section 3.2.2, whose host counts, and not the header's."""
    with served(api.app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        target = f"http://{host}{ORGANIZATION}/networks?perPage=3"
        connection.request("GET", target, headers={"Authorization": "Bearer good-key", "Host": "ignored.example"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        assert (answer.status, len(body)) == (200, 2)
        assert str(answer.headers["Link"]).startswith(
            f"<http://{host}{ORGANIZATION}/networks?perPage=3&startingAfter=0>"
        )
        connection.request("GET", f"HTTP://{host}", headers={"Authorization": "Bearer good-key"})
        assert (connection.getresponse().status, connection.close()) == (404, None)


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("networks", {"productTypes[]": ["appliance", "switch"]}, 2),
        ("networks", {"productTypes[]": ["switch"]}, 0),
        ("networks", {"tags[]": ["a"], "tagsFilterType": "withAnyTags"}, 0),
        ("networks", {"tags[]": ["a"], "tagsFilterType": "withAllTags"}, 0),
        ("networks", {"tagsFilterType": "withAllTags"}, 2),
        ("devices", {"productTypes[]": ["appliance"]}, 2),
        ("devices", {"productTypes[]": ["wireless"]}, 0),
        ("devices", {"tags[]": ["a"]}, 0),
        ("devices", {"models[]": ["MX85", "MX95"]}, 2),
        ("devices", {"macs[]": ["00:18:0a:00:00:09"]}, 0),
        ("apiRequests", {"operationIds[]": ["getNetwork"]}, 1),
        ("apiRequests", {"version": "1"}, 2),
    ],
)
def test_documented_filters(api: TestClient, path: str, query: Json, found: int) -> None:
    api.get(NETWORK)
    api.get(f"{ORGANIZATION}/nothing")
    assert len(api.get(f"{ORGANIZATION}/{path}", params=query).json()) == found


def test_a_filter_type_that_there_is_not(api: TestClient) -> None:
    answer = api.get(f"{ORGANIZATION}/networks", params={"tags[]": "a", "tagsFilterType": "all"})
    error = "'tagsFilterType' is 'all', expected one of withAnyTags, withAllTags"
    assert (answer.status_code, answer.json()) == (400, {"errors": [error]})


ONE_TO_ONE = {"lanIp": "192.168.128.13", "publicIp": "203.0.113.13"}
OPENING = {"protocol": "icmp-ping", "allowedIps": ["any"]}
FORWARD = {"lanIp": "192.168.128.12", "publicPort": "21", "localPort": "21", "protocol": "tcp", "allowedIps": ["any"]}
LAYER_3 = {"policy": "deny", "protocol": "tcp", "srcCidr": "Any", "destCidr": "Any"}


@pytest.mark.parametrize(
    ("name", "rule", "nulls"),
    [
        ("oneToOneNatRules", ONE_TO_ONE, ("name", "uplink", "allowedInbound")),
        ("portForwardingRules", FORWARD, ("name", "uplink")),
        ("l3FirewallRules", LAYER_3, ("comment", "srcPort", "destPort", "syslogEnabled")),
        ("inboundFirewallRules", LAYER_3, ("comment", "srcPort", "destPort", "syslogEnabled")),
    ],
)
def test_null_is_as_good_as_nothing(api: TestClient, name: str, rule: Json, nulls: tuple[str, ...]) -> None:
    path = f"{FIREWALL}/{name}"
    plain = api.put(path, json={"rules": [rule]}).json()
    assert plain["rules"]
    assert api.put(path, json={"rules": [{**rule, **dict.fromkeys(nulls)}]}).json() == plain


def test_null_deeper_in_a_rule(api: TestClient) -> None:
    rule = {**ONE_TO_ONE, "allowedInbound": [{**OPENING, "destinationPorts": None}]}
    (answered,) = api.put(f"{FIREWALL}/oneToOneNatRules", json={"rules": [rule]}).json()["rules"]
    assert answered["allowedInbound"] == [{**OPENING, "destinationPorts": []}]


@pytest.mark.parametrize("wrong", [{"lanIp": None}, {"allowedIps": None}, {"such": None}])
def test_null_for_what_is_required_or_unknown_is_refused(api: TestClient, wrong: Json) -> None:
    answer = api.put(f"{FIREWALL}/portForwardingRules", json={"rules": [{**FORWARD, **wrong}]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith(f"rules[0].{next(iter(wrong))}: ")


def test_what_dhcp_does_in_a_vlan_is_kept(api: TestClient) -> None:
    api.put(f"{VLANS}/settings", json={"vlansEnabled": True})
    wanted = {
        "dhcpHandling": "Do not respond to DHCP requests",
        "dnsNameservers": "9.9.9.9\n1.1.1.1",
        "fixedIpAssignments": {"00:18:0a:00:00:09": {"ip": "192.168.128.9", "name": "files"}},
        "reservedIpRanges": [{"start": "192.168.128.100", "end": "192.168.128.120", "comment": "servers"}],
    }
    before = api.get(f"{VLANS}/1").json()
    assert before["networkId"] == "N_100001" and before.keys() > wanted.keys()
    assert api.put(f"{VLANS}/1", json=wanted).json() == {**before, **wanted}
    assert api.get(VLANS).json() == [{**before, **wanted}]


HOSTILE = {
    "100,000 arrays": b"[" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "65 arrays": b"[" * 65 + b"]" * 65,
    "300 arrays in a field": b'{"rules":' + b"[" * 300 + b"]" * 300 + b"}",
    "half of a surrogate pair": rb'{"rules": [{"name": "\ud800"}]}',
    "half of one in a name": rb'{"\udfff": 1}',
    "a number of 5000 digits": b'{"rules": ' + b"9" * 5000 + b"}",
    "a number of 4000 digits": b'{"rules": ' + b"9" * 4000 + b"}",
    "a number beyond all": b'{"rules": 1e999}',
    "no number": b'{"rules": NaN}',
    "Infinity": b"[-Infinity]",
    "Latin 1": '{"rules": "\u00fc"}'.encode("latin-1"),
    "UTF-16": '{"rules": []}'.encode("utf-16"),
    "UTF-8 with a mark": b'\xef\xbb\xbf{"rules": []}',
    "NUL": b"\x00",
    "nothing": b"",
    "no text": bytes(range(256)),
    "a text": b'"rules"',
    "null": b"null",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "no-such"])
def test_a_hostile_body_is_a_400_in_the_form_of_the_api(api: TestClient, body: bytes, charset: str) -> None:
    here = {"Content-Type": f"application/json; charset={charset}"}
    paths = [("PUT", f"{FIREWALL}/portForwardingRules"), ("PUT", f"{NETWORK}/appliance/settings"), ("POST", FAULTS)]
    for method, path in paths:
        answer = api.request(method, path, content=body, headers=here)
        assert answer.status_code == 400
        (first, *_more) = answer.json()["errors"]
        assert isinstance(first, str) and first


TEXTS = st.sampled_from(["\ud800", "any", "21", "9" * 5000])
NAMES = st.sampled_from([*FORWARD, *LAYER_3, "uplink", "\udc00"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "any", "21", "9" * 5000]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FORWARD, *LAYER_3, "uplink", "\udc00"]), inner)
    ),
    max_leaves=12,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(rule=JSON, name=st.sampled_from(["portForwardingRules", "oneToOneNatRules", "l3FirewallRules"]))
def test_any_json_is_answered_in_json(api: TestClient, clock: Any, rule: Any, name: str) -> None:
    clock.now += 1
    answer = api.put(f"{FIREWALL}/{name}", content=json.dumps({"rules": [rule]}).encode())
    assert answer.status_code in (200, 400)
    assert set(answer.json()) == {"errors"} if answer.status_code == 400 else "rules" in answer.json()


def test_a_fault_of_the_emulator_has_the_form_of_the_api(api: TestClient, plane: Any) -> None:
    plane.error = RuntimeError("who knows")
    app = TestClient(api.app, headers=dict(api.headers), raise_server_exceptions=False)
    answer = app.put(f"{FIREWALL}/portForwardingRules", json={"rules": [FORWARD]})
    assert (answer.status_code, answer.json()) == (500, {"errors": ["The emulator failed: RuntimeError"]})
