# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One row for each network, whatever is wrong with the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.exports import read
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import dropped, line
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._gate.networks import (
    FOLDER,
    HOSTILE,
    ROWS,
    STRICT,
    endpoint,
    export,
    l3,
    rows,
)

BROKEN = export("Broken", vlans=[{"subnet": "here"}], staticRoutes=7)


def test_each_network_has_its_verdict() -> None:
    verdicts = [(row["verdict"], row["passed"]) for row in ROWS]
    assert verdicts == [
        ("failed", False),
        ("failed", False),
        ("undetermined", True),
        ("unreadable", False),
        ("no endpoints", True),
        ("no export", False),
    ]
    assert [row["passed"] for row in STRICT] == [False, False, False, False, True, False]
    assert [flow["passed"] for row in STRICT for flow in row["flows"]] == [
        flow["verdict"] == "passed" for row in ROWS for flow in row["flows"]
    ]


def test_a_network_that_passes_counts_its_flows() -> None:
    (row,) = rows(export())
    assert line(row) == "passed: HQ (N_HQ): 1 endpoint, 3 flows"
    assert [(flow["name"], flow["verdict"], flow["parts"]) for flow in row["flows"]] == [
        ("control", "passed", []),
        ("passive", "passed", []),
        ("active", "passed", []),
    ]


def test_a_flow_that_fails_is_named_with_its_rule() -> None:
    (row,) = rows(export(**l3({"destPort": "1024-65535", "protocol": "tcp"})))
    assert row["verdict"] == "failed"
    assert line(row) == (
        "failed: HQ (N_HQ): server13: active: TCP from 192.168.128.13, port 20, to any, ports 1024-65535, leaving by "
        "Internet 1 is stopped: a firewall rule denies it. Outbound rule 1 (Policy deny, Protocol tcp, Source Any, "
        "Src port Any, Destination Any, Dst port 1024-65535). See Security & SD-WAN > Configure > Firewall, Outbound "
        "rules."
    )
    (flow,) = [flow for flow in row["flows"] if flow["verdict"] == "failed"]
    assert flow["rules"] == ["l3_firewall[0]"]
    assert "active-data-stopped" in [finding["id"] for finding in row["findings"]]


def test_the_other_networks_are_judged_beside_a_malformed_one() -> None:
    found = rows(BROKEN, export(), endpoints=[endpoint("Broken"), endpoint()])
    assert [row["verdict"] for row in found] == ["unreadable", "passed"]
    assert line(found[0]) == (
        'unreadable: Broken (N_Broken): $.vlans[0].subnet: expected a subnet like 192.168.128.0/24, got "here" (1 more)'
    )


def test_a_malformed_export_fails_though_nothing_is_expected_there() -> None:
    assert [row["passed"] for row in rows(BROKEN, endpoints=[])] == [False]


@pytest.mark.parametrize("network", ["HQ", "N_HQ"])
def test_a_network_may_be_meant_by_name_or_id(network: str) -> None:
    assert [row["verdict"] for row in rows(export(), endpoints=[endpoint(network)])] == ["passed"]


def test_endpoints_that_mean_one_network_differently_are_judged_together() -> None:
    (row,) = rows(export(), endpoints=[endpoint("HQ"), endpoint("N_HQ")])
    assert row["problems"] == ["server13: name: 'server13' is used twice; give each endpoint a name of its own"]


@pytest.mark.parametrize(
    ("network", "problem"),
    [
        ("Lost", "server13: the folder has no export of the network 'Lost'; export it, or correct ftp_network"),
        (None, "server13: no network is named; set ftp_network to the id or name of the network"),
        (
            "HQ",
            "server13: exports/HQ.json, exports/HQ.json are all exports of 'HQ'; "
            "keep one, or name the network by its id",
        ),
    ],
)
def test_an_endpoint_without_exactly_one_export_fails(network: str | None, problem: str) -> None:
    row = rows(export(), export(), endpoints=[endpoint(network)])[-1]  # type: ignore[arg-type]
    assert (row["verdict"], row["passed"], row["problems"], row["file"]) == ("no export", False, [problem], "exports")


def test_an_endpoint_that_is_wrong_is_named_and_fails_its_own_network_only() -> None:
    wrong = endpoint("Branch", name="server7", passive_ports="61099-61000", public_address="here")
    found = rows(export("Branch"), export(), endpoints=[wrong, endpoint()])
    assert [row["verdict"] for row in found] == ["unreadable", "passed"]
    assert [problem.split(": ")[:2] for problem in found[0]["problems"]] == [
        ["server7", "public_address"],
        ["server7", "passive_ports"],
    ]


def test_an_address_that_is_auto_is_the_one_of_the_uplink() -> None:
    forwards = [
        {"lanIp": "192.168.128.13", "protocol": "tcp", "uplink": "internet1", "allowedIps": ["any"]}
        | {"publicPort": ports, "localPort": ports}
        for ports in ("21", "61000-61099")
    ]
    auto = endpoint(public_address="auto", publish_by="port_forwarding")
    parts: dict[str, Any] = {"portForwardingRules": {"rules": forwards}, "oneToOneNatRules": {"rules": []}}
    (row,) = rows(export(**parts), endpoints=[auto])
    assert row["verdict"] == "passed", row
    (row,) = rows(export(**parts, uplinkStatuses=None), endpoints=[auto])
    assert row["problems"][0].startswith(
        "server13: public_address is auto, and the export has no public address of internet1 (it has no uplink)"
    )


def test_an_address_that_is_auto_is_of_one_uplink() -> None:
    (row,) = rows(export(), endpoints=[endpoint(public_address="auto", publish_by="port_forwarding", uplink="both")])
    assert row["problems"] == [
        "server13: public_address is auto, which is the address of one uplink, and uplink is both; set ftp_uplink to "
        "one uplink, or ftp_public_address to the address"
    ]


NEEDED = (
    *("applianceSettings", "uplinksNat", "uplinkStatuses", "staticRoutes", "inboundFirewallRules"),
    *("oneToManyNatRules", "portForwardingRules"),
)


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        *(({name: None}, name) for name in NEEDED),
        ({"vlans": None}, "vlans or singleLan"),
        ({"uplinkStatuses": []}, "uplinkStatuses of internet1"),
        ({"uplinksNat": None, "vlans": None}, "uplinksNat, vlans or singleLan"),
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_a_verdict_that_rests_on_what_is_missing_is_undetermined(
    parts: dict[str, Any], named: str, strict: bool
) -> None:
    (row,) = rows(export(**parts), strict=strict)
    assert (row["verdict"], row["passed"]) == ("undetermined", not strict)
    assert {flow["verdict"] for flow in row["flows"]} == {"passed"}
    assert line(row) == (
        f"undetermined: HQ (N_HQ): not in the export: {named}. The verdict depends on them; export the network again "
        "with the playbook mxlab.ftp.export, or add these answers of the Dashboard API"
    )


def test_a_network_without_endpoints_and_one_that_fails_need_nothing_more() -> None:
    (row,) = rows(export(uplinksNat=None), endpoints=[])
    assert (row["verdict"], row["problems"]) == ("no endpoints", [])
    (row,) = rows(export(uplinksNat=None, **l3({"comment": "no"})))
    assert (row["verdict"], row["problems"]) == ("failed", [])


def test_one_lan_is_enough_and_passthrough_has_its_own_verdict() -> None:
    lan = {"subnet": "192.168.128.0/24", "applianceIp": "192.168.128.1"}
    assert [row["verdict"] for row in rows(export(vlans=None, singleLan=lan))] == ["passed"]
    (row,) = rows(export(vlans=None, uplinksNat=None, applianceSettings={"deploymentMode": "passthrough"}))
    assert (row["verdict"], row["problems"]) == ("undetermined", [])


def test_an_export_of_no_known_network_does_not_pass() -> None:
    (row, lost) = rows(read("exports/HQ-old.json", b"{}"))
    assert (row["verdict"], row["passed"], row["network"]) == ("unreadable", False, None)
    assert lost["verdict"] == "no export"


def test_a_host_that_failed_before_has_a_row_that_does_not_pass() -> None:
    (row,) = dropped(["web\n1"], FOLDER)
    assert (row["verdict"], row["passed"], row["file"]) == ("not judged", False, FOLDER)
    assert line(row) == (
        "not judged: web 1: web 1: the host failed before the judgement; its own message in the log says why"
    )


def test_rows_are_fit_for_every_output() -> None:
    text = json.dumps(ROWS, ensure_ascii=False)
    text.encode()
    assert "\x1b" not in text
    assert len({row["name"] for row in ROWS}) == len(ROWS)
    assert [line for line in map(line, ROWS) if "\n" in line] == []
    assert HOSTILE not in text
