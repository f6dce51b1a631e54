# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which modes a strict curl can use from where, and how a NAT helper or the MX's firmware changes that."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import testinfra
from testinfra.host import Host

MODES = {
    "PASV": "--disable-epsv --no-ftp-skip-pasv-ip",
    "EPSV": "--no-ftp-skip-pasv-ip",
    "PORT": "--disable-eprt -P -",
    "EPRT": "-P -",
}
PASSIVE = {"PASV", "EPSV"}
ALL = set(MODES)

# Vantage, the address asked for, and the modes that work.
FROM_WHERE = {
    # The router rewrites the packets' addresses, but not the private one in PORT and EPRT, which servers refuse.
    "at home": ("homeclient", "203.0.113.13", PASSIVE),
    # The server sees the MX's LAN address for both connections, and the MX's helper puts it into PORT and EPRT.
    "LAN, by the public address": ("lanclient", "203.0.113.13", ALL),
    # The server tells its LAN the private address ...
    "LAN, by the private address": ("lanclient", "192.168.128.13", ALL),
    # ... or does not: then PASV leads round by the MX, and data comes from another address than the commands.
    "LAN, unknown to the server": ("lanclient", "192.168.128.12", ALL - {"PASV"}),
    "outbound": ("lanclient", "203.0.113.200", ALL),
}

HELPER = """
table ip helper {
  ct helper ftp { type "ftp" protocol tcp; }
  chain choose { type filter hook prerouting priority filter; tcp dport 21 ct helper set "ftp"; }
}
"""
LOSER = """
table ip lose {
  chain lose {
    type filter hook forward priority -300;
    ip daddr 192.168.128.13 tcp dport 61000-61099 drop;
  }
}
"""
# What the server at 192.168.128.13 sends from its port for active data leaves by the MX's own address.
OTHER_SOURCE = """
table ip other {
  chain out {
    type nat hook postrouting priority 50;
    ip saddr 192.168.128.13 tcp sport 20 snat to 203.0.113.2;
  }
}
"""
SERVERS = ["server12", "server13"]
MX_CONFIG = "/etc/mx-emulator/config.json"


def modes_that_work(vantage: str, address: str, login: str) -> set[str]:
    """List the server's home directory in each mode, all side by side: where a mode does not work, curl hangs."""
    client = testinfra.get_host(f"docker://mxlab-{vantage}")
    curl = f"curl -sS --max-time 8 --user {login} ftp://{address}/"
    with ThreadPoolExecutor(len(MODES)) as pool:
        runs = pool.map(lambda options: client.run(f"{curl} {options}"), MODES.values())
        return {mode for mode, run in zip(MODES, runs) if run.rc == 0}


@pytest.mark.parametrize(("vantage", "address", "expected"), FROM_WHERE.values(), ids=FROM_WHERE)
def test_modes(vantage: str, address: str, expected: set[str], login: str) -> None:
    assert modes_that_work(vantage, address, login) == expected


@pytest.fixture
def helper_at_home() -> Iterator[None]:
    """Have the router at home read FTP."""
    home = testinfra.get_host("docker://mxlab-home")
    home.check_output(f"echo '{HELPER}' | nft -f -")
    yield
    home.check_output("nft delete table ip helper")


@pytest.mark.usefixtures("helper_at_home")
def test_a_helper_at_home_lets_active_mode_work(login: str) -> None:
    assert modes_that_work("homeclient", "203.0.113.13", login) == ALL


@pytest.fixture
def old_firmware(mx: Host) -> Iterator[None]:
    """Give the MX firmware before 12.25, which has no FTP helper."""
    wait = "timeout 20 sh -c 'until curl -s -o /dev/null http://127.0.0.1:8080/; do sleep 0.1; done'"
    restart = f"systemctl restart mx-emulator && {wait}"
    mx.check_output(f"cp {MX_CONFIG} /tmp/config.json")
    mx.check_output(f'sed -i \'s/"name": "Lab HQ"/&, "firmware": "wired-12-24"/\' {MX_CONFIG}')
    mx.check_output(restart)
    yield
    mx.check_output(f"cat /tmp/config.json > {MX_CONFIG} && {restart}")


@pytest.mark.usefixtures("old_firmware")
def test_firmware_before_12_25_breaks_outbound_active_mode(login: str) -> None:
    assert modes_that_work("lanclient", "203.0.113.200", login) == PASSIVE


def probe(**variables: Any) -> subprocess.CompletedProcess[str]:
    """Run the probe's playbook."""
    return subprocess.run(
        ["ansible-playbook", "mxlab.ftp.probe", "--extra-vars", json.dumps(variables)],
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_probe_names_the_cause_where_it_is(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run = probe(ftp_probe_from=["client", "homeclient"], ftp_probe_report=str(report))
    # 2 is what ansible-playbook ends with when a host has failed, as both do by the modes that do not work at home.
    assert run.returncode == 2, run.stdout + run.stderr
    found = {
        server: [(finding["id"], finding["vantages"]) for finding in seen["findings"]]
        for server, seen in json.loads(report.read_text()).items()
    }
    assert found == dict.fromkeys(SERVERS, [("active-address-refused", {"homeclient": ["PORT", "EPRT"]})])


@pytest.fixture
def data_dies_in_the_mx(mx: Host) -> Iterator[None]:
    """Have the MX drop packets to the passive range."""
    mx.check_output(f"echo '{LOSER}' | nft -f -")
    yield
    mx.check_output("nft delete table ip lose")


@pytest.fixture
def captures() -> dict[str, dict[str, str]]:
    """Where the timeline's captures are made."""

    def interface(address: str, machine: str = "mx") -> str:
        shown = testinfra.get_host(f"docker://mxlab-{machine}").check_output(f"ip -oneline address show to {address}")
        return shown.split()[1].partition("@")[0]

    return {
        "client": {"host": "client", "interface": interface("203.0.113.100", "client")},
        "wan": {"host": "mx", "interface": interface("203.0.113.2")},
        "lan": {"host": "mx", "interface": interface("192.168.128.1")},
        "server": {"host": "server13", "interface": interface("192.168.128.13", "server13")},
    }


@pytest.mark.usefixtures("data_dies_in_the_mx")
def test_the_timeline_shows_where_a_packet_died(
    tmp_path: Path, captures: dict[str, dict[str, str]], login: str
) -> None:
    page = tmp_path / "ftp.html"
    probe(
        ftp_probe_hosts="server13",
        ftp_probe_captures=captures,
        ftp_probe_timelines=str(tmp_path),
        ftp_probe_html=str(page),
    )
    drawn = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert sorted(drawn) == ["ftp.html", "server13-client.svg", "server13-client.txt"]
    drawn["details"] = opened(drawn["ftp.html"])
    lines = drawn["server13-client.txt"].splitlines()
    lost = [line for line in lines if " client > wan x" in line]
    assert lost
    assert [line for line in lines if "not seen at" in line] == lost
    died = re.compile(r"SYN \S+ > 203\.0\.113\.13:610\d\d: not seen at lan, stopped by the MX$")
    assert all(died.search(line) for line in lost)
    # Control connections come through, and active data the other way.
    assert [line for line in lines if " client > wan > lan > server " in line and ":21" in line]
    assert [line for line in lines if " server > lan > wan > client " in line and " SYN " in line]
    assert not [text for text in drawn.values() if login.partition(":")[2] in text]
    assert "stopped by the MX" in drawn["server13-client.svg"]
    assert "not seen at lan, stopped by the MX" in drawn["details"]
    assert left_behind() == ""


def opened(page: str) -> str:
    """Return what a page of the filter probe_html keeps compressed."""
    kept = re.findall(r'<script type="text/plain" id="d\d+">([^<]+)', page)
    return "".join(zlib.decompress(base64.b64decode(text)).decode() for text in kept)


def left_behind() -> str:
    """Return captures that still run, or their folders, on the machines that the fixture captures names."""
    machines = (testinfra.get_host(f"docker://mxlab-{name}") for name in ("client", "mx", "server13"))
    return "".join(machine.run("pgrep tcpdump; ls -d /tmp/ftp-probe-*").stdout for machine in machines)


@pytest.fixture
def active_data_from_another_address(mx: Host) -> Iterator[None]:
    """Give the MX a rule for inbound connections and none for outbound ones."""
    mx.check_output(f"echo '{OTHER_SOURCE}' | nft -f -")
    yield
    mx.check_output("nft delete table ip other")


@pytest.mark.usefixtures("active_data_from_another_address")
def test_the_timeline_does_not_take_data_from_another_address_for_lost(
    tmp_path: Path, captures: dict[str, dict[str, str]]
) -> None:
    report = tmp_path / "report.json"
    probe(
        ftp_probe_hosts="server13",
        ftp_probe_captures=captures,
        ftp_probe_timelines=str(tmp_path),
        ftp_probe_report=str(report),
    )
    found = json.loads(report.read_text())["server13"]["findings"]
    assert [finding["id"] for finding in found] == ["active-data-from-other-address"]
    lines = (tmp_path / "server13-client.txt").read_text().splitlines()
    assert [line for line in lines if " server > lan > wan > client " in line and " SYN 192.168.128.13:20 " in line]
    assert not [line for line in lines if "not seen at" in line]


def test_a_capture_that_cannot_begin_is_named_and_the_others_end(captures: dict[str, dict[str, str]]) -> None:
    captures["server"]["interface"] = "nowhere"
    run = probe(ftp_probe_hosts="server13", ftp_probe_captures=captures)
    assert run.returncode == 2
    assert "no capture at server (server13): tcpdump: nowhere: No such device" in said(run)
    assert left_behind() == ""


def test_a_capture_on_a_host_that_nobody_knows_is_refused(captures: dict[str, dict[str, str]]) -> None:
    captures["server"]["host"] = "nobody"
    run = probe(ftp_probe_hosts="server13", ftp_probe_captures=captures)
    assert run.returncode == 2 and "each with host (of the inventory)" in said(run)
    assert left_behind() == ""


@pytest.fixture
def no_tcpdump(mx: Host) -> Iterator[None]:
    """Take tcpdump away from the MX."""
    path = mx.check_output("command -v tcpdump")
    mx.check_output(f"mv {path} {path}.away")
    yield
    mx.check_output(f"mv {path}.away {path}")


@pytest.mark.usefixtures("no_tcpdump")
def test_a_machine_without_tcpdump_is_told_what_to_install(captures: dict[str, dict[str, str]]) -> None:
    run = probe(ftp_probe_hosts="server13", ftp_probe_captures=captures)
    assert run.returncode == 2
    assert "no capture at wan (mx): tcpdump is missing: install the package tcpdump" in said(run)
    assert left_behind() == ""


def test_a_run_that_fails_under_way_ends_its_captures(captures: dict[str, dict[str, str]]) -> None:
    run = probe(ftp_probe_hosts="server13", ftp_probe_captures=captures, ftp_probe_user="{{ nobody_has_told }}")
    assert run.returncode == 2 and "'nobody_has_told' is undefined" in said(run)
    assert left_behind() == ""


def said(run: subprocess.CompletedProcess[str]) -> str:
    """All that a run has said, as one line."""
    return " ".join(f"{run.stdout} {run.stderr}".split())


@pytest.mark.parametrize("options", [{}, {"ftp_probe_hosts": "server13", "ftp_probe_from": ["client", "homeclient"]}])
def test_captures_of_several_probes_at_once_are_refused(
    captures: dict[str, dict[str, str]], options: dict[str, Any]
) -> None:
    run = probe(ftp_probe_captures=captures, **options)
    assert run.returncode == 2 and "for one server (--limit) and one vantage" in said(run)
