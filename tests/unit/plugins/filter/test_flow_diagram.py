# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.flow_diagram import FilterModule, flow_diagram
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import plan_rendered
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.hostile import KEPT, TEXTS
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole
from hypothesis import given
from hypothesis import strategies as st

SERVER13 = shared.endpoint({**shared.OPTIONS13, "inbound_data_port": False})
FLOW = {
    "name": "web",
    "endpoint": None,
    "direction": "inbound",
    "protocol": "tcp",
    "source": "198.51.100.0/24",
    "source_ports": "any",
    "destination": "203.0.113.2",
    "ports": "8080",
    "verdict": "admitted",
    "translated": {"source": "198.51.100.0/24", "destination": "192.168.128.50", "ports": "80"},
    "chain": [{"rules": [{"title": "Port forwarding rule 4"}]}],
    "passed": True,
    "why": "",
}


def test_an_endpoint_as_mx_reach_judges_it() -> None:
    lists = plan_rendered(["one_to_one_nat"], [SERVER13]).after
    flows = report(whole(lists), {}, [SERVER13], [])["flows"]
    assert flow_diagram(flows) == (
        "flowchart LR\n"
        '  subgraph e0["server13"]\n'
        '    e0n0["Internet"]\n'
        '    e0n1["203.0.113.13"]\n'
        '    e0n2["192.168.128.13"]\n'
        '    e0n0 -->|"control: tcp to 21 admitted"| e0n1\n'
        "    e0n1 -->|\"1:1 NAT rule 1 'server13 FTP'\"| e0n2\n"
        '    e0n0 -->|"passive: tcp to 61000-61099 admitted"| e0n1\n'
        "    e0n1 -->|\"1:1 NAT rule 1 'server13 FTP'\"| e0n2\n"
        '    e0n2 -->|"active: tcp from 20 to 1024-65535 admitted"| e0n1\n'
        "    e0n1 -->|\"1:1 NAT rule 1 'server13 FTP'\"| e0n0\n"
        '    e0n0 --x|"data: tcp to 20 stopped: no rule"| e0n1\n'
        "  end\n"
    )


@pytest.mark.parametrize(
    ("differs", "lines"),
    [
        (
            {},
            [
                'e0n0 -->|"web: tcp to 8080 admitted"| e0n1',
                'e0n1 -->|"Port forwarding rule 4, to 80"| e0n2',
            ],
        ),
        (
            {"verdict": "undetermined", "translated": None},
            ['e0n0 -.->|"web: tcp to 8080 undetermined: Port forwarding rule 4"| e0n1'],
        ),
        (
            {"direction": "outbound", "translated": {"source": None, "destination": "203.0.113.2", "ports": "8080"}},
            ['e0n0["198.51.100.0/24"]', 'e0n1["the MX\'s own address"]', 'e0n2["Internet: 203.0.113.2"]'],
        ),
        (
            {"translated": {"source": "any", "destination": None, "ports": "8080"}},
            ['e0n2["a host in the LAN"]'],
        ),
        ({"endpoint": 'a "b" <c> #d'}, ['subgraph e0["a #34;b#34; #60;c#62; #35;d"]']),
        ({"endpoint": None}, ['subgraph e0["other flows"]']),
    ],
)
def test_every_way_has_its_lines(differs: dict[str, Any], lines: list[str]) -> None:
    drawn = [line.strip() for line in flow_diagram([{**FLOW, **differs}]).splitlines()]
    assert [line for line in lines if line not in drawn] == []


def test_each_endpoint_has_a_box_and_none_gives_an_empty_chart() -> None:
    flows = [{**FLOW, "endpoint": name} for name in ("a", "b", "a")]
    assert flow_diagram(flows).count("subgraph") == 2
    assert flow_diagram([]) == "flowchart LR\n"


def test_ansible_finds_it() -> None:
    assert FilterModule().filters() == {"flow_diagram": flow_diagram}


# What a line of the chart may be; a text is between quotes and has neither quotes nor anything of Mermaid's own.
TEXT = r'"(?:#\d+;|[^"#%<>&`\\\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff])*"'
NODE = r"    e\d+n\d+"
LINE = re.compile(
    rf"flowchart LR|  subgraph e\d+\[{TEXT}\]|{NODE}\[{TEXT}\]|  end"
    rf"|{NODE} (?:(?:-->|--x|-\.->)\|{TEXT}\||-\.-) e\d+n\d+"
)


def hostile(name: str, rule: str, direction: str) -> dict[str, Any]:
    chain = [{"rules": [{"title": rule}]}]
    texts = {"endpoint": name, "name": name, "source": rule, "why": rule}
    return {**FLOW, **texts, "direction": direction, "chain": chain, "passed": False}


@KEPT
@given(TEXTS, TEXTS, st.sampled_from(["inbound", "outbound"]))
def test_hostile_texts_mean_nothing(name: str, rule: str, direction: str) -> None:
    flow = hostile(name, rule, direction)
    lines = flow_diagram([flow]).split("\n")
    assert lines.pop() == ""
    assert [line for line in lines if not LINE.fullmatch(line)] == []


SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [str(each.text) for each in ET.fromstring(picture).iter(f"{SVG}text")]


def test_the_picture_has_addresses_before_and_after_and_the_rule_at_fault() -> None:
    failing = {
        **FLOW,
        "verdict": "stopped",
        "translated": None,
        "passed": False,
        "why": "stopped by rule 4. See Firewall.",
    }
    shown = texts(flow_diagram([FLOW, failing], "svg"))
    assert shown == [
        *("other flows", "Internet: 198.51.100.0/24", "203.0.113.2", "192.168.128.50"),
        *("web: tcp to 8080 admitted", "Port forwarding rule 4, to 80"),
        *("Internet: 198.51.100.0/24", "203.0.113.2"),
        *("web: tcp to 8080 stopped: Port", "forwarding rule 4", "stopped by rule 4. See Firewall."),
    ]


def test_the_picture_shows_what_the_chart_shows() -> None:
    verdicts = ("admitted", "undetermined")
    flows = [{**FLOW, "endpoint": name, "verdict": verdict} for name in "ab" for verdict in verdicts]
    picture, chart = ET.fromstring(flow_diagram(flows, "svg")), flow_diagram(flows)
    lines = list(picture.iter(f"{SVG}line"))
    assert len(lines) == chart.count("|") / 2 == 8
    assert len([each for each in lines if "stroke-dasharray" in each.attrib]) == chart.count("-.->") == 4
    lowest = max(int(each.attrib["y"]) for each in picture.iter(f"{SVG}text"))
    assert lowest < int(picture.attrib["height"])


def test_many_addresses_end_in_dots_in_the_picture() -> None:
    source = ", ".join(f"198.51.{number}.0/24" for number in range(20))
    shown = texts(flow_diagram([{**FLOW, "source": source}], "svg"))
    assert shown[1:5] == ["Internet: 198.51.0.0/24,", "198.51.1.0/24,", "198.51.2.0/24,", "..."]


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="form is 'png'; expected mermaid or svg"):
        flow_diagram([], "png")


@KEPT
@given(TEXTS, TEXTS, st.sampled_from(["inbound", "outbound"]))
def test_hostile_texts_stay_texts_in_the_picture(name: str, rule: str, direction: str) -> None:
    plain, picture = (ET.fromstring(flow_diagram([flow], "svg")) for flow in (FLOW, hostile(name, rule, direction)))
    assert {each.tag for each in picture.iter()} <= {each.tag for each in plain.iter()} | {f"{SVG}path"}
    colours = {"#000", "#080", "#c00"}
    assert {each.attrib["fill"] for each in picture.iter(f"{SVG}text")} <= colours
