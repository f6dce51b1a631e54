# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a change, in order: nothing, a right plan, a look at another, a wrong one, the way back to nothing."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from testinfra.host import Host

LISTS = ("oneToOneNatRules", "oneToManyNatRules", "portForwardingRules", "inboundFirewallRules", "l3FirewallRules")
WRONG = str(Path(__file__).parents[1] / "wrong.yml")
NEW_RANGE = {"ftp_passive_ports": "62000-62049"}
# Strict on purpose: by default curl replaces a wrong address in 227.
STRICT = ["--disable-epsv --no-ftp-skip-pasv-ip", "--epsv", "--disable-eprt -P -", "-P -"]


def playbook(name: str, expect: int = 0, **variables: Any) -> str:
    """Run a playbook on the lab, which must end with the status; give its output."""
    command = ["ansible-playbook", name, "--extra-vars", json.dumps(variables)]
    # Molecule on a terminal or in CI forces colours, which Ansible heeds more than ANSIBLE_NOCOLOR.
    environment = os.environ | {"ANSIBLE_FORCE_COLOR": "false", "ANSIBLE_NOCOLOR": "true"}
    # Molecule has failures told on the standard error.
    run = subprocess.run(
        command, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert run.returncode == expect, run.stdout
    return run.stdout


class Observer:
    """Another client of the Dashboard API."""

    def __init__(self, api: str, key: str) -> None:
        self._api = api
        self._key = key

    def _ask(self, path: str, put: object = None) -> bytes:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        data = None if put is None else json.dumps(put).encode()
        request = urllib.request.Request(self._api + path, data, headers, method="GET" if put is None else "PUT")
        with urllib.request.urlopen(request) as answer:
            body: bytes = answer.read()
        return body

    def lists(self) -> dict[str, bytes]:
        """All lists of the network, to the byte."""
        return {name: self._ask(f"/networks/N_100001/appliance/firewall/{name}") for name in LISTS}

    def translate(self, enabled: bool) -> None:
        """Turn the NAT of the first uplink on or off."""
        uplinks = [{"interface": "wan1", "nat": {"enabled": enabled}}]
        self._ask("/networks/N_100001/appliance/uplinks/nat", put={"uplinks": uplinks})

    def writes(self) -> list[tuple[str, str]]:
        """Return method and list of every request that was to change something, oldest first."""
        log: list[dict[str, Any]] = json.loads(self._ask("/organizations/100001/apiRequests?perPage=1000"))
        return [(each["method"], each["path"].rpartition("/")[2]) for each in reversed(log) if each["method"] != "GET"]


@pytest.fixture(scope="module")
def observer(api: str, variables: dict[str, str]) -> Observer:
    return Observer(api, variables["ftp_dashboard_api_key"])


@pytest.fixture(scope="module")
def unpublished(observer: Observer) -> dict[str, bytes]:
    """Return the lists before the first run: rules of others only."""
    return observer.lists()


@pytest.fixture(scope="module")
def snapshot(snapshots: Path, unpublished: dict[str, bytes]) -> Path:
    """Return what the right plan leaves to undo it with."""
    assert unpublished
    before = set(snapshots.glob("*"))
    playbook("mxlab.ftp.site")
    (kept,) = set(snapshots.glob("*")) - before
    return kept


@pytest.fixture(scope="module")
def published(observer: Observer, snapshot: Path) -> dict[str, bytes]:
    """Return the lists after the right plan."""
    assert snapshot.exists()
    return observer.lists()


def transfers(client: Host, endpoint: dict[str, str], login: str) -> list[str]:
    """Return what strict curl complains of in each mode; nothing where it works."""
    url = f"ftp://{endpoint['ftp_public_address']}/"
    runs = [client.run(f"curl -sS --fail --max-time 20 --user {login} {options} {url}") for options in STRICT]
    return [run.stderr if run.rc else "" for run in runs]


def test_a_right_plan_stays(
    client: Host, endpoint: dict[str, str], login: str, unpublished: dict[str, bytes], published: dict[str, bytes]
) -> None:
    assert transfers(client, endpoint, login) == [""] * len(STRICT)
    for name, text in unpublished.items():
        foreign = json.loads(text)["rules"]
        assert [rule for rule in json.loads(published[name])["rules"] if rule in foreign] == foreign
    assert published != unpublished


def test_the_snapshot_is_for_its_owner_only(snapshots: Path, snapshot: Path) -> None:
    assert stat.S_IMODE(snapshot.stat().st_mode) == 0o600
    assert stat.S_IMODE(snapshots.stat().st_mode) == 0o700


def test_a_look_at_a_plan_writes_nothing(observer: Observer, published: dict[str, bytes]) -> None:
    writes = observer.writes()
    shown = playbook("mxlab.ftp.plan", **NEW_RANGE)
    assert observer.writes() == writes
    assert observer.lists() == published
    delta = [line for line in shown.splitlines() if line.startswith(("+", "-")) and "FTP passive" in line]
    assert [line[0] for line in delta if "61000-61099" in line] == ["-"]
    assert [line[0] for line in delta if "62000-62049" in line] == ["+"]
    assert "passive: TCP from any to 203.0.113.13, ports 62000-62049, on Internet 1 is admitted" in shown
    assert '"flowchart LR"' in shown
    # What the MX is, has been asked: nothing had to be assumed.
    assert "The verdicts assume" not in shown


def test_a_look_at_a_plan_sees_what_the_mx_is(observer: Observer, published: dict[str, bytes]) -> None:
    uplinks = {"internet1": "203.0.113.2"}
    observer.translate(False)
    try:
        shown = playbook("mxlab.ftp.plan", mx_rules_inbound_firewall=True, mx_rules_uplink_addresses=uplinks)
    finally:
        observer.translate(True)
    # The planned inbound rules name the address of each server.
    assert "With NAT exceptions, the manual inbound firewall decides" not in shown
    assert "passive: TCP from any to 203.0.113.13, ports 61000-61099, on Internet 1 is admitted" in shown
    assert "passive: TCP from any to 203.0.113.2, ports 61000-61099, on Internet 1 is admitted" in shown
    assert [line for line in shown.splitlines() if line.startswith("+server13 FTP control")]
    assert observer.lists() == published


def test_a_wrong_plan_is_taken_back(observer: Observer, published: dict[str, bytes]) -> None:
    writes = len(observer.writes())
    shown = playbook(WRONG, expect=2)
    failures = [line for line in shown.splitlines() if line.startswith("fatal: ")]
    assert ["The server announces a port outside the range" in line for line in failures] == [True] * 2
    changed = ["oneToOneNatRules", "portForwardingRules"]
    # Each was written, and written back.
    assert sorted(observer.writes()[writes:]) == sorted(("PUT", name) for name in changed * 2)
    assert observer.lists() == published


def test_what_worked_before_works_again(client: Host, endpoint: dict[str, str], login: str) -> None:
    assert transfers(client, endpoint, login) == [""] * len(STRICT)


def test_a_snapshot_undoes_the_right_plan(
    observer: Observer, snapshot: Path, unpublished: dict[str, bytes], published: dict[str, bytes]
) -> None:
    assert observer.lists() == published
    playbook("mxlab.ftp.rollback", mx_rules_snapshot=str(snapshot))
    assert observer.lists() == unpublished


def test_what_is_undone_is_closed(client: Host, endpoint: dict[str, str], login: str) -> None:
    assert "" not in transfers(client, endpoint, login)
