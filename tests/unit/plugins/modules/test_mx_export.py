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
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard import api as dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response, Send
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of, lists_of
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED
from ansible_collections.mxlab.ftp.plugins.modules import mx_export
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

Json = dict[str, Any]
Run = Callable[..., Json]

ORGANIZATION = "/organizations/9"
OF_ORGANIZATION = [
    f"{ORGANIZATION}/networks",
    f"{ORGANIZATION}/appliance/uplink/statuses",
    f"{ORGANIZATION}/appliance/uplinks/nat/byNetwork",
    f"{ORGANIZATION}/devices?productTypes%5B%5D=appliance",
]
LISTS = [*JUDGED.values()]
# Each has an MX of its own kind, and nothing else: its name, and the last words of the requests that it costs.
KINDS = {
    "N_1": ("Vlans", ["settings", *LISTS, "vlans", "staticRoutes"]),
    "N_2": ("Single", ["settings", *LISTS, "vlans", "singleLan", "staticRoutes"]),
    "N_3": ("Bridge", ["settings", *LISTS]),
    "N_4": ("Pair", ["settings", *LISTS, "vlans", "staticRoutes", "warmSpare"]),
}
SECRET = "hunter2-hunter2"
SECRETS = dict.fromkeys(("enrollmentString", "password", "psk", "notes", "apiKey"), SECRET)


class Api:
    """A `send` that answers a path with what `answers` holds for it: JSON, or the status of an error."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        networks = [{**exports.NETWORK, "id": key, "name": name, **SECRETS} for key, (name, _words) in KINDS.items()]
        devices = [{"networkId": key, "firmware": "wired-19-1-4", "productType": "appliance"} for key in KINDS]
        self.answers: dict[str, Any] = {
            "/organizations": [{"id": "9", "name": "Lab"}],
            **dict(
                zip(
                    OF_ORGANIZATION,
                    (
                        [*networks, {**networks[0], "id": "N_9", "name": "Switch", "productTypes": ["switch"]}],
                        [],
                        [],
                        devices,
                    ),
                )
            ),
            f"{ORGANIZATION}/policyObjects": [{"id": each, "cidr": f"10.0.0.{each}/32"} for each in range(1, 6)],
            f"{ORGANIZATION}/policyObjects/groups": [
                {"id": "7", "objectIds": [1, "2"]},
                {"id": "8", "objectIds": ["3"]},
            ],
        }
        for key in KINDS:
            appliance = f"/networks/{key}/appliance"
            self.answers.update({f"{appliance}/firewall/{name}": exports.PARTS[name] for name in LISTS})
            self.answers[f"{appliance}/settings"] = {"deploymentMode": "passthrough" if key == "N_3" else "routed"}
            self.answers[f"{appliance}/vlans"] = 400 if key == "N_2" else exports.PARTS["vlans"]
            self.answers[f"{appliance}/singleLan"] = {"subnet": "192.168.128.0/24"}
            self.answers[f"{appliance}/staticRoutes"] = exports.PARTS["staticRoutes"]
            self.answers[OF_ORGANIZATION[1]].append(
                {"networkId": key, "highAvailability": {"enabled": key == "N_4"}, "uplinks": [exports.UPLINK]}
            )
            self.answers[OF_ORGANIZATION[2]].append({"networkId": key, **exports.PARTS["uplinksNat"]})
        self.answers["/networks/N_4/appliance/warmSpare"] = {"enabled": True, "wan1": {"ip": "203.0.113.9"}}

    def rules(self, network: str, name: str, *rules: Json) -> None:
        self.answers[f"/networks/{network}/appliance/firewall/{name}"] = {"rules": list(rules)}

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
        monkeypatch.setattr(mx_export, "sender", lambda *_args: send)
        args = {"api_key": KEY, "base_url": BASE, "organization": "9", **options}
        given = {name: value for name, value in args.items() if value is not None}
        result, printed = run_module(mx_export, given)
        assert KEY not in printed
        return result

    return run


@pytest.mark.parametrize("network", KINDS)
def test_a_network_costs_what_is_documented(run: Run, api: Api, network: str) -> None:
    name, words = KINDS[network]
    result = run(api, network=name)
    assert api.asked == [each["path"] for each in result["requests"]]
    assert api.asked[:4] == OF_ORGANIZATION
    assert [path.rpartition("/")[2] for path in api.asked[4:]] == words
    assert not result["unreadable"]


def test_all_networks_with_an_mx_share_what_the_organization_answers(run: Run, api: Api) -> None:
    result = run(api)
    assert list(result["exports"]) == list(KINDS)
    assert len(api.asked) == len(OF_ORGANIZATION) + sum(len(words) for _name, words in KINDS.values())
    # Nothing less says as much: one request for each part that no other request has.
    least = len(OF_ORGANIZATION) + sum(len(set(words) - {"vlans", "singleLan"}) + 1 for _name, words in KINDS.values())
    assert len(api.asked) <= 1.2 * least


class Fleet:
    """A `send` of an organization whose networks are alike: all have a single LAN, which costs a request more."""

    def __init__(self, count: int) -> None:
        self.asked: list[str] = []
        self.networks = [{**exports.NETWORK, "id": f"N_{number}", "name": f"N {number}"} for number in range(count)]

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        path = url[len(BASE) :]
        self.asked.append(path)
        word = path.rpartition("/")[2]
        answers: Json = {
            **{resource: exports.PARTS[resource] for resource in LISTS},
            "networks": self.networks,
            "singleLan": {"subnet": "192.168.128.0/24"},
            "staticRoutes": [],
            "settings": {"deploymentMode": "routed"},
        }
        if word == "vlans":
            return Response(400, {}, b'{"errors": ["VLANs are not enabled for this network"]}')
        return Response(200, {}, json.dumps(answers.get(word, [])).encode())


@pytest.mark.parametrize("count", [1, 500])
def test_the_requests_are_near_the_floor(run: Run, count: int) -> None:
    """What the API answers for an organization costs one request, and each other part one for each network."""
    of_a_network = {"applianceSettings", "the LAN", "staticRoutes", *LISTS}
    floor = len(OF_ORGANIZATION) + count * len(of_a_network)
    send = Fleet(count)
    assert len(run(send)["exports"]) == count
    assert (floor, len(send.asked)) == {1: (13, 14), 500: (4504, 5004)}[count]
    assert len(send.asked) <= 1.2 * floor


def test_an_organization_without_id_costs_one_request_more(run: Run, api: Api) -> None:
    run(api, network="N_3", organization="Lab")
    assert api.asked[:2] == ["/organizations", OF_ORGANIZATION[0]]


def test_a_document_has_what_the_api_answers_and_mx_reach_takes_it(run: Run, api: Api) -> None:
    document = run(api, network="N_1")["exports"]["N_1"]
    assert {"format": document.pop("format"), "version": document.pop("version")} == {
        "format": "mxlab.ftp/export",
        "version": 1,
    }
    assert document.pop("exportedAt").endswith("Z")
    assert parse(document, "export") == document
    assert {name: document[name] for name in (*LISTS, "vlans", "staticRoutes", "uplinksNat") if name in document} == {
        name: exports.PARTS[name] if name != "uplinksNat" else {"networkId": "N_1", **exports.PARTS[name]}
        for name in (*LISTS, "vlans", "staticRoutes", "uplinksNat")
    }
    assert facts_of(document) == {**facts_of(exports.PARTS), "firmware": "wired-19-1-4"}
    assert set(lists_of(document)) == set(JUDGED)


def test_a_bridge_has_no_lan_and_a_pair_has_its_shared_address(run: Run, api: Api) -> None:
    documents = run(api)["exports"]
    assert Mx.of(facts_of(documents["N_3"])).passthrough
    assert documents["N_4"]["warmSpare"] == {"enabled": True, "wan1": {"ip": "203.0.113.9"}}


def test_no_field_that_is_not_known_gets_into_an_export(run: Run, api: Api) -> None:
    def spoilt(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{name: spoilt(inner) for name, inner in value.items()}, **SECRETS}
        return [spoilt(item) for item in value] if isinstance(value, list) else value

    for network in KINDS:
        api.rules(network, "l3FirewallRules", {"policy": "deny", "destCidr": "GRP(7)"})
    plain = run(api)["exports"]
    api.answers = {path: spoilt(answer) for path, answer in api.answers.items()}
    spoilt_exports = run(api)["exports"]
    assert SECRET in json.dumps(api.answers)
    assert SECRET not in json.dumps(spoilt_exports)
    for documents in (plain, spoilt_exports):
        for document in documents.values():
            document.pop("exportedAt")
    assert spoilt_exports == plain


@pytest.mark.parametrize(
    ("place", "objects", "groups", "more"),
    [
        ("any", [], [], []),
        ("OBJ(4)", [4], [], ["policyObjects"]),
        ("GRP(7),obj(4)", [1, 2, 4], ["7"], ["groups", "policyObjects"]),
        ("GRP(9)", [], [], ["groups", "policyObjects"]),
    ],
)
def test_policy_objects_are_asked_for_only_if_a_rule_names_one(
    run: Run, api: Api, place: str, objects: list[int], groups: list[str], more: list[str]
) -> None:
    api.rules("N_1", "l3FirewallRules", {"policy": "deny", "destCidr": place})
    result = run(api, networks=["N_1", "N_2"])
    assert [path.rpartition("/")[2] for path in api.asked[len(OF_ORGANIZATION) + 9 + 10 :]] == more
    document = result["exports"]["N_1"]
    assert [each["id"] for each in document["policyObjects"]] == objects
    assert [each["id"] for each in document["policyObjectsGroups"]] == groups
    assert (result["exports"]["N_2"]["policyObjects"], result["exports"]["N_2"]["policyObjectsGroups"]) == ([], [])


@pytest.mark.parametrize(
    ("path", "part"),
    [
        (OF_ORGANIZATION[1], "uplinkStatuses"),
        (OF_ORGANIZATION[2], "uplinksNat"),
        (OF_ORGANIZATION[3], "devices"),
        ("/networks/N_1/appliance/settings", "applianceSettings"),
        ("/networks/N_1/appliance/firewall/l7FirewallRules", "l7FirewallRules"),
        ("/networks/N_1/appliance/staticRoutes", "staticRoutes"),
        (f"{ORGANIZATION}/policyObjects", "policyObjects"),
    ],
)
@pytest.mark.parametrize("status", [400, 403, 404])
def test_what_the_api_refuses_is_left_out(run: Run, api: Api, path: str, part: str, status: int) -> None:
    api.rules("N_1", "l3FirewallRules", {"policy": "deny", "destCidr": "OBJ(4)"})
    whole = run(api, network="N_1")["exports"]["N_1"]
    api.answers[path] = status
    result = run(api, network="N_1")
    assert set(whole) - set(result["exports"]["N_1"]) == {part}
    assert [each["path"] for each in result["unreadable"]] == [path]
    assert not result.get("failed")


@pytest.mark.parametrize(
    ("path", "answer", "message"),
    [
        ("/networks/N_1/appliance/settings", 500, "was answered 500"),
        ("/networks/N_1/appliance/vlans", {"errors": ["No"]}, "expected a list, got {"),
        ("/networks/N_1/appliance/firewall/l3FirewallRules", {}, "expected a list as rules, got null"),
        (
            OF_ORGANIZATION[1],
            [{"networkId": "N_1", "uplinks": [{}]}],
            "uplinkStatuses[0].uplinks[0].interface: expected",
        ),
    ],
)
def test_a_network_that_fails_stops_no_other(run: Run, api: Api, path: str, answer: Any, message: str) -> None:
    api.answers[path] = answer
    result = run(api, networks=["N_1", "N_2", "N_8"])
    assert list(result["exports"]) == ["N_2"]
    assert message in result["failed_networks"]["N_1"]
    assert result["failed_networks"]["N_8"].startswith("This network is not in the organization.")
    assert result["msg"].startswith("2 of 3 networks failed.\nN_1: ")


def test_a_network_of_which_the_key_may_read_nothing_fails(run: Run, api: Api) -> None:
    api.answers.update({path: 403 for path in api.answers if path.startswith("/networks/N_1/")})
    result = run(api, networks=["N_1", "N_2"])
    assert list(result["exports"]) == ["N_2"]
    assert "was answered 403" in result["failed_networks"]["N_1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"network": ""}, "network or a name in networks is empty"),
        ({"networks": ["N_1", ""]}, "network or a name in networks is empty"),
        ({"api_key": None}, "api_key is missing; the key may also be in the environment variable"),
        ({"base_url": "api.meraki.com"}, "base_url: 'api.meraki.com' is not a web address"),
    ],
)
def test_bad_input_is_refused_before_any_request(run: Run, api: Api, options: Json, message: str) -> None:
    result = run(api, **options)
    assert result["msg"].startswith(message)
    assert (result["requests"], api.asked) == ([], [])


def test_an_export_of_the_emulated_mx(run: Run, tmp_path: Path) -> None:
    mx = EmulatedMx(tmp_path / "state.json")
    mx.write("PUT", "firewall/portForwardingRules", {"rules": [FORWARDED]})
    document = run(mx, network="Lab HQ", organization=None)["exports"]["Lab HQ"]
    known = Mx.of(facts_of(document))
    assert (known.assumed, known.firmware) == ((), (18, 107))
    assert lists_of(document)["port_forwarding"]["rules"] == [FORWARDED]
    assert set(lists_of(document)) == set(JUDGED)


FORWARDED = {
    "name": "FTP",
    "lanIp": "192.168.128.12",
    "publicPort": "21",
    "localPort": "21",
    "protocol": "tcp",
    "allowedIps": ["any"],
    "uplink": "internet1",
}


def test_a_file_for_each_network_changes_only_if_its_document_does(run: Run, api: Api, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "exports"
    api.answers[OF_ORGANIZATION[0]][0]["name"] = "A/B c"
    files = [str(folder / name) for name in ("A%2FB%20c-N_1.json", "Single-N_2.json")]
    given = {"networks": ["N_1", "N_2"], "folder": str(folder)}
    predicted = run(api, **given, _ansible_check_mode=True, _ansible_diff=True)
    assert (predicted["changed"], predicted["written"], folder.exists()) == (True, files, False)
    assert [each["after_header"] for each in predicted["diff"]] == files

    result = run(api, **given)
    assert (result["changed"], result["written"], result["diff"]) == (True, files, [])
    assert [json.loads(Path(file).read_text()) for file in files] == list(result["exports"].values())
    assert [oct(path.stat().st_mode & 0o777) for path in (folder, *map(Path, files))] == ["0o750", "0o640", "0o640"]
    Path(files[0]).write_text(json.dumps({**result["exports"]["N_1"], "exportedAt": "earlier"}))
    Path(files[0]).chmod(0o600)
    again = run(api, **given)
    assert (again["changed"], again["written"]) == (False, [])
    assert '"earlier"' in Path(files[0]).read_text()

    Path(files[0]).write_text("no JSON")
    api.rules("N_2", LISTS[0])
    assert run(api, **given)["written"] == files
    assert Path(files[0]).stat().st_mode & 0o777 == 0o640


def test_without_a_folder_nothing_changes(run: Run, api: Api) -> None:
    result = run(api, network="N_1")
    assert not result["changed"]
    assert not {"written", "diff"} & result.keys()


def test_the_other_files_are_written_if_a_network_fails(run: Run, api: Api, tmp_path: Path) -> None:
    result = run(api, networks=["N_1", "Unknown"], folder=str(tmp_path))
    assert list(result["failed_networks"]) == ["Unknown"]
    assert (result["failed"], result["changed"]) == (True, True)
    assert [path.name for path in tmp_path.iterdir()] == ["Vlans-N_1.json"]


def test_a_folder_that_cannot_be_written_is_named(run: Run, api: Api, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run(api, network="N_1", folder=str(tmp_path / "file"))
    assert result["failed"]
    assert result["msg"].startswith("folder: ") and str(tmp_path / "file") in result["msg"]
