# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections say what was seen, fit a terminal, and pass nothing on that would act on it."""

from __future__ import annotations

from typing import Any

import pytest
from gallery import set_ups, words

FINDING = {
    "id": "private-address-announced",
    "layer": "server",
    "message": "227 announces a private address",
    "evidence": ["client: PASV: data connection offered at 192.168.128.13:61090"],
    "explanation": "The server announces an address of its own LAN.",
    "remedy": "Set ftp_public_address.",
    "next_step": "",
    "changes": [{"scope": "role", "option": "vsftpd_masquerade_address", "value": "203.0.113.13", "add": False}],
}
REPORT = {"vantages": {"client": {"table": ["PASV  failed"]}}, "findings": [FINDING]}
SET_UP = {
    "title": "masquerade address missing",
    "teaches": "Tell the server its address.",
    "server": "server13",
    "role": {"vsftpd_masquerade_address": ""},
}


def test_what_is_broken_names_each_place_and_setting() -> None:
    more = {
        "mx": {"firmware": "wired-12-24"},
        "endpoint": {"passive_ports": "61000"},
        "probe": {"tls": "explicit", "modes": ["active"]},
        "no_rule": True,
        "run": [{"do": "systemctl stop vsftpd"}, {"at": "client", "do": "ip route add x"}],
    }
    assert list(words.broken(SET_UP | more)) == [
        "  Masquerade address missing. Tell the server its address.",
        "  - MX: firmware: wired-12-24",
        '  - vsftpd on server13: vsftpd_masquerade_address: ""',
        "  - MX, rules for server13: passive_ports: 61000",
        '  - client: tls: explicit, modes: ["active"]',
        "  - MX: no rule for server13",
        "  - server13: systemctl stop vsftpd",
        "  - client: ip route add x",
    ]


def test_the_probe_and_its_change() -> None:
    assert list(words.probe(REPORT)) == [
        "  From client:",
        "    PASV  failed",
        "  private-address-announced (server): 227 announces a private address",
        "  - client: PASV: data connection offered at 192.168.128.13:61090",
    ]
    assert list(words.why(REPORT)) == ["  The server announces an address of its own LAN."]
    assert list(words.change(SET_UP, REPORT)) == [
        "  Set ftp_public_address.",
        "  - vsftpd on server13: set vsftpd_masquerade_address: 203.0.113.13",
    ]


def test_a_manual_fix_names_its_reason_and_no_change() -> None:
    by_hand = SET_UP | {"by_hand": "may be intended", "by_hand_probe": {"user": "transfer"}}
    assert list(words.change(by_hand, REPORT))[1:] == [
        "  This is a manual fix: may be intended. Here, the lab takes the fault away. The client now calls",
        "  with user: transfer.",
    ]


def test_a_manual_fix_of_the_call_takes_no_fault_away() -> None:
    by_hand = {name: SET_UP[name] for name in ("title", "teaches", "server")}
    by_hand |= {"by_hand": "may be intended", "by_hand_probe": {"user": "transfer"}}  # type: ignore[dict-item]
    assert list(words.change(by_hand, REPORT))[1:] == [
        "  This is a manual fix: may be intended. The client now calls with user: transfer.",
    ]


def test_what_servers_say_cannot_act_on_the_terminal() -> None:
    evil = "\x1b[2J\x07\u202e" + "x" * 300
    said = {"vantage": "client", "command": f"curl {evil}", "lines": [evil], "works": False}
    finding = FINDING | dict.fromkeys(("message", "explanation", "remedy", "next_step"), evil) | {"evidence": [evil]}
    change = FINDING["changes"][0] | {"value": evil}  # type: ignore[index,operator]
    report = {"vantages": {"client": {"table": [evil]}}, "findings": [finding | {"changes": [change]}]}
    sections = [words.client(said), words.probe(report), words.why(report), words.change(SET_UP, report)]
    lines = [line for section in sections for line in section]
    assert len(lines) >= 8
    assert not [line for line in lines if any(sign in line for sign in "\x1b\x07\u202e\n")]


def test_a_client_that_works_says_so() -> None:
    said = {"vantage": "client", "command": "curl x", "lines": ["< 226 Transfer complete."], "works": True}
    assert list(words.client(said)) == [
        "  client$ curl x",
        "    < 226 Transfer complete.",
        "  curl sent a file, got it back and deleted it.",
    ]


def test_the_list_has_each_problem_its_time_and_its_message() -> None:
    lines = list(words.listing(set_ups.problems(), set_ups.read()))
    assert len(lines) == len(set_ups.problems())
    (line,) = (line for line in lines if line.startswith("private-address-announced "))
    assert line.split()[2] == "s"
    assert line.endswith("227 announces a private address")


def test_headings_are_bold_on_a_terminal_only() -> None:
    assert words.heading("Why", False) == "\nWhy"
    assert words.heading("Why", True) == "\n\x1b[1mWhy\x1b[0m"


@pytest.mark.parametrize("name", [name for name, set_up in set_ups.read().items() if set_up["findings"]])
def test_no_line_about_a_set_up_is_wider_than_a_terminal(name: str) -> None:
    set_up: dict[str, Any] = {**set_ups.read()[name], "run": ()}
    assert all(len(line) <= words.WIDTH for line in words.broken(set_up))


def test_the_step_is_the_last_task_of_the_log() -> None:
    log = (
        "PLAY [Break] ****\n\nTASK [mxlab.ftp.ftp : Check the names] ****\nok: [server13]\nTASK [Ask the probe] ***\nok"
    )
    assert words.step(log) == "    Ask the probe ..."
    assert words.step(log[:70]) == "    Check the names ..."
    assert words.step("") == "     ..."
