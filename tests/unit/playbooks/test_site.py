# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong in an inventory is said before anything changes on any host: the variable, and what is expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import CHECKOUT, Outcome, Playbooks
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx

USERS = [{"name": "transfer", "password_hash": "$6$salt$hash"}]
GOOD: dict[str, Any] = {
    "ftp_server": "vsftpd",
    "ftp_public_address": "203.0.113.13",
    "ftp_lan_address": "192.168.128.13",
    "ftp_network": "Lab HQ",
    "ftp_users": USERS,
    "ftp_max_clients": 25,
}
# What of a host is wrong (None: the variable is missing), and the words of the message.
WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "unknown": ({"ftp_server": "vsftp"}, ["ftp_server is 'vsftp'", "one of vsftpd, proftpd,", "Did you mean vsftpd?"]),
    "serverless": ({"ftp_server": None}, ["ftp_server is missing", "one of vsftpd, proftpd,"]),
    "misspelt": ({"ftp_pasive_ports": "62000-62099"}, ["ftp_pasive_ports", "did you mean ftp_passive_ports?"]),
    "typed": ({"ftp_control_port": "many"}, ["ftp_control_port", "int"]),
    "nowhere": ({"ftp_public_address": "0.0.0.0"}, ["ftp_public_address is '0.0.0.0'", "expected an IPv4 address"]),
    "lanless": ({"ftp_lan_address": "127.0.0.1"}, ["ftp_lan_address is '127.0.0.1'", "such as 192.168.128.13."]),
    "several": (
        {"vsftpd_passive_ports": "61099-61000", "ftp_users": [{"name": "a"}], "vsftpd_masquerade_address": ""},
        [
            "vsftpd_passive_ports is '61099-61000'; expected first-last",
            "ftp_users has no password_hash for a",
            "vsftpd_masquerade_address is empty",
        ],
    ),
    "unpublished": (
        {"ftp_public_address": None, "ftp_network": None},
        [
            "ftp_public_address is missing; expected the IPv4 address",
            "ftp_network is missing; expected id or name of the MX's network",
        ],
    ),
    "lost": ({"ftp_network": "Lab HR", "ftp_lan_address": "192.168.128.15"}, ["Lab HR", "Lab HQ", "ftp_network"]),
    # All that the rules are made of is in the variables of the server's role.
    "stopped": (
        {
            "ftp_public_address": None,
            "ftp_lan_address": None,
            "vsftpd_masquerade_address": "203.0.113.14",
            "vsftpd_lan_address": "192.168.128.14",
            "vsftpd_control_port": 2121,
            "vsftpd_passive_ports": "62000-62199",
        },
        [
            "With the planned rules FTP would not work.",
            "203.0.113.14, port 2121, on Internet 1 is stopped: a layer 7 rule denies it.",
        ],
    ),
    # What no rule of the MX can mend: it is itself behind NAT.
    "undeliverable": (
        {"ftp_network": "N_2", "ftp_uplink": "internet2", "ftp_public_address": "198.51.100.13"},
        [
            "undeliverable: another router translates addresses in front of the MX",
            "Nothing was written. Set mx_rules_on_undeliverable=warn to write the rules nevertheless.",
        ],
    ),
}


def host(different: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD, **different}.items() if value is not None}


@pytest.fixture(scope="module")
def outcome(playbooks: Playbooks, mx: EmulatedMx) -> Outcome:
    """One run for all of them, beside a host that is right."""
    mx.write("PUT", "uplinks/nat", {"uplinks": [{"interface": "wan2", "nat": {"enabled": False}}]})
    mx.write("PUT", "firewall/l7FirewallRules", {"rules": [{"policy": "deny", "type": "port", "value": "2121"}]})
    hosts = {name: host(different) for name, (different, _words) in WRONG.items()}
    return playbooks.run("mxlab.ftp.site", {"right": GOOD, **hosts})


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(outcome: Outcome, name: str) -> None:
    message = outcome.message(name)
    assert [word for word in WRONG[name][1] if word not in message] == [], message


def test_the_verdict_is_about_what_the_server_gets(outcome: Outcome) -> None:
    assert "passive: TCP from any to 203.0.113.14, ports 62000-62199, on Internet 1 is admitted" in outcome.output


def test_nothing_is_changed_on_any_host(outcome: Outcome) -> None:
    assert outcome.status != 0
    assert "PLAY [Configure the FTP servers]" not in outcome.output
    # Ansible shows the diff of a plan only if it counts as a change; the task runs in check mode.
    tasks = [part for part in outcome.output.split("TASK [")[1:] if "\nchanged: " in part]
    assert [task for task in tasks if "Show what would change in the MX rules]" not in task] == []
    assert outcome.message("right") == (
        f"Nothing was changed on any host, because the check has failed for {', '.join(sorted(WRONG))}. "
        "The messages above say why."
    )


def test_nat_exceptions_are_refused_and_judged(playbooks: Playbooks, outcome: Outcome) -> None:
    """The rules of the inbound firewall are missing, whether that ends the plan or only the verdict on it."""
    assert outcome.status != 0
    uplink2 = host({"ftp_uplink": "internet2", "ftp_public_address": "198.51.100.13"})
    refused = playbooks.run("mxlab.ftp.site", {"server": uplink2}).message("server")
    assert "server: NAT is off on internet2, so the manual inbound firewall is in force there." in refused
    assert "Set mx_rules_inbound_firewall=true." in refused
    judged = playbooks.run("mxlab.ftp.site", {"server": uplink2}, "-e", "mx_rules_on_undeliverable=warn")
    assert "Warning" in judged.output or "WARNING" in judged.output
    for words in (
        "With the planned rules FTP would not work.",
        "198.51.100.13, port 21, on Internet 2 is stopped: a firewall rule denies it.",
        "nat-exceptions: ",
        "Set mx_rules_inbound_firewall to true",
    ):
        assert words in judged.message("server")


def test_check_mode_judges_the_rules(playbooks: Playbooks, outcome: Outcome) -> None:
    assert outcome.status != 0
    checked = playbooks.run("mxlab.ftp.site", {"server": host(WRONG["stopped"][0])}, "--check")
    assert checked.message("server").startswith("With the planned rules FTP would not work.")
    assert "PLAY [Configure the FTP servers]" not in checked.output


def test_check_mode_asks_for_the_key_as_well(playbooks: Playbooks) -> None:
    outcome = playbooks.run("mxlab.ftp.site", {"right": GOOD}, "--check", key="")
    assert outcome.message("right").startswith("ftp_dashboard_api_key is missing, and the environment variable MERAKI_")
    assert "PLAY [Configure the FTP servers]" not in outcome.output


@pytest.mark.parametrize("playbook", ["site", "plan", "rollback", "gate"])
def test_each_playbook_asks_for_the_group_first(playbook: str) -> None:
    plays = yaml.safe_load((CHECKOUT / "playbooks" / f"{playbook}.yml").read_text())
    assert [task["ansible.builtin.import_tasks"] for task in plays[0]["tasks"]] == ["tasks/group.yml"]
    assert [play["hosts"] for play in plays[:1]] == ["localhost:all"]
    assert {play["hosts"] for play in plays[1:]} == {"ftp_servers"}


@pytest.mark.parametrize(("words", "host"), [((), "localhost"), (("--limit", "right"), "right")])
def test_a_group_that_is_missing_is_named(playbooks: Playbooks, words: tuple[str, ...], host: str) -> None:
    outcome = playbooks.run("mxlab.ftp.site", {"right": GOOD}, *words, group="servers")
    assert outcome.status != 0
    assert "The group ftp_servers is missing in" in outcome.message(host)


def test_a_limit_without_a_server_is_named(playbooks: Playbooks) -> None:
    outcome = playbooks.run("mxlab.ftp.site", {"right": GOOD}, "--limit", "bystander", others=["bystander"])
    assert outcome.status != 0
    assert outcome.message("bystander") == (
        "--limit bystander leaves no host of the group ftp_servers; expected at least one of right."
    )


def test_a_limit_leaves_the_check_of_its_hosts(playbooks: Playbooks) -> None:
    wrong = host({"ftp_server": "vsftp"})
    outcome = playbooks.run("mxlab.ftp.site", {"right": GOOD, "wrong": wrong}, "--limit", "wrong")
    assert outcome.status != 0
    assert "ftp_server is 'vsftp'" in outcome.message("wrong")


def test_a_snapshot_that_is_missing_is_named(playbooks: Playbooks) -> None:
    outcome = playbooks.run("mxlab.ftp.rollback", {"right": GOOD})
    assert outcome.message("right").startswith("mx_rules_snapshot is missing; expected the path of a snapshot")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty or cannot be read"),
        (b"\xff\xfe", "is not JSON ("),
        (b"not JSON", "is not JSON ("),
        (b"{}", "does not say what to undo (reverts: expected before and plan"),
    ],
)
def test_a_file_that_is_no_snapshot_is_named(
    playbooks: Playbooks, tmp_path: Path, content: bytes, problem: str
) -> None:
    (tmp_path / "kept.json").write_bytes(content)
    outcome = playbooks.run("mxlab.ftp.rollback", {"right": GOOD}, "-e", f"mx_rules_snapshot={tmp_path}/kept.json")
    message = outcome.item_message("right")
    assert message.startswith(f"{tmp_path}/kept.json {problem}")
    assert message.endswith(
        "; expected a snapshot. The run that changed the rules has written it to mx_rules_snapshots."
        " Set mx_rules_snapshot to that file."
    )
    assert outcome.output.count("fatal: ") <= 1
