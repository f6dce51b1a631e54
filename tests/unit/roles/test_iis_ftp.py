# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the role iis_ftp can be seen without a Windows: what scripts are given and may do, and what is refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_powershell
import yaml
from lab.common import CHEAP_WORKERS

CHECKOUT = Path(__file__).resolve().parents[3]
ROLE = CHECKOUT / "roles" / "iis_ftp"
SCRIPTS = sorted((ROLE / "files").glob("*.ps1"))
MODULES = ["win_acl", "win_feature", "win_file", "win_powershell", "win_service", "win_user"]

Call = dict[str, Any]
WINDOWS = {"ansible.builtin.set_fact": {"os_family": "Windows", "distribution": "Windows", "cacheable": True}}
VARIABLES = {
    "ftp_public_address": "203.0.113.14",
    "ftp_lan_address": "192.168.128.14",
    "ftp_users": [{"name": "transfer", "password": "secret"}, {"name": "reader", "password": "x", "read_only": True}],
}


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place of collections with a stand-in for ansible.windows."""
    root = tmp_path_factory.mktemp("collections")
    actions = root / "ansible_collections" / "ansible" / "windows" / "plugins" / "action"
    actions.mkdir(parents=True)
    for module in MODULES:
        shutil.copy(Path(__file__).parent / "fakes" / "record.py", actions / f"{module}.py")
    (root / "ansible_collections" / "mxlab").mkdir()
    (root / "ansible_collections" / "mxlab" / "ftp").symlink_to(CHECKOUT)
    return root


def play(collections: Path, tasks: list[dict[str, Any]], **variables: Any) -> tuple[list[Call], str]:
    """Run the tasks on a host that says it is a Windows; give what the modules were given, and the output."""
    playbook, record, configuration = (collections / name for name in ("play.yml", "record", "ansible.cfg"))
    record.write_text("")
    configuration.write_text("")
    host = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": {**VARIABLES, **variables}}
    playbook.write_text(yaml.safe_dump([{**host, "tasks": [WINDOWS, *tasks]}]))
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_CONFIG": str(configuration),
        "ANSIBLE_NOCOLOR": "1",
        "RECORD": str(record),
        **CHEAP_WORKERS,
    }
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", str(playbook)]
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd=collections
    )
    return [json.loads(line) for line in record.read_text().splitlines()], done.stdout + done.stderr


ROLE_TASK = {"ansible.builtin.include_role": {"name": "mxlab.ftp.iis_ftp"}}


@pytest.fixture(scope="module")
def clear(collections: Path) -> list[Call]:
    calls, output = play(collections, [ROLE_TASK], ftp_modes=["passive"], ftp_allowed_ips=["198.51.100.0/24"])
    assert "failed=0" in output, output
    return calls


@pytest.fixture(scope="module")
def tls(collections: Path) -> list[Call]:
    changes = {
        "ftp_tls": "required",
        "ftp_tls_certificate": "cd" * 20,
        "ftp_users": [VARIABLES["ftp_users"][0], {"name": "reader", "password": "x", "home": "D:\\ftp\\shared"}],
        "iis_ftp_extra_options": {"ftpServer.a": 1},
    }
    calls, output = play(collections, [ROLE_TASK], **changes)
    assert "failed=0" in output, output
    return calls


def script(calls: list[Call], name: str) -> dict[str, Any]:
    """Give the parameters of the only call of a script."""
    text = (ROLE / "files" / name).read_text().rstrip("\n")
    (call,) = [each for each in calls if each["args"].get("script") == text]
    assert call["args"]["error_action"] == "stop"
    parameters: dict[str, Any] = call["args"]["parameters"]
    return parameters


def test_the_range_is_that_of_the_server(clear: list[Call]) -> None:
    assert script(clear, "range.ps1") == {"First": 61000, "Last": 61199}


def test_the_site_without_tls(clear: list[Call]) -> None:
    site = script(clear, "site.ps1")
    assert (site["Port"], site["DeniedCommands"], site["Homes"]) == (21, ["PORT", "EPRT"], {})
    assert site["Settings"] == {
        "ftpServer.firewallSupport.externalIp4Address": "203.0.113.14",
        "ftpServer.security.ssl.controlChannelPolicy": 0,
        "ftpServer.security.ssl.dataChannelPolicy": 0,
        "ftpServer.security.ssl.serverCertStoreName": "MY",
        "ftpServer.security.ssl.serverCertHash": "",
        "ftpServer.security.dataChannelSecurity.matchClientAddressForPort": True,
        "ftpServer.security.dataChannelSecurity.matchClientAddressForPasv": True,
        "ftpServer.security.authentication.anonymousAuthentication.enabled": False,
        "ftpServer.security.authentication.basicAuthentication.enabled": True,
        "ftpServer.userIsolation.mode": 3,
        "ftpServer.connections.maxConnections": 50,
        "ftpServer.connections.controlChannelTimeout": 300,
        "ftpServer.messages.suppressDefaultBanner": True,
    }


def test_the_site_with_tls(tls: list[Call]) -> None:
    assert script(tls, "certificate.ps1")["Thumbprint"] == "cd" * 20
    site = script(tls, "site.ps1")
    ssl = {key.rpartition(".")[2]: value for key, value in site["Settings"].items() if ".ssl." in key}
    assert ssl == {
        "controlChannelPolicy": 1,
        "dataChannelPolicy": 1,
        "serverCertStoreName": "MY",
        "serverCertHash": "AB" * 20,
    }
    assert site["DeniedCommands"] == []
    assert site["Settings"]["ftpServer.a"] == 1


def test_the_firewall_is_opened_for_exactly_these_ports(clear: list[Call], tls: list[Call]) -> None:
    opened = {"Ports": ["21", "61000-61199"], "Sources": ["198.51.100.0/24"], "Tls": False}
    assert script(clear, "firewall.ps1") == opened
    assert script(tls, "firewall.ps1") == {**opened, "Sources": ["Any"], "Tls": True}


def test_who_reads_and_who_writes(clear: list[Call]) -> None:
    assert script(clear, "authorization.ps1") == {"Site": "mxlab-ftp", "Readers": ["reader"], "Writers": ["transfer"]}
    assert script(clear, "accounts.ps1") == {"Group": "mxlab-ftp", "Users": ["transfer", "reader"]}
    rights = {each["args"]["user"]: each["args"]["rights"] for each in clear if each["module"] == "win_acl"}
    assert rights == {"transfer": "Modify", "reader": "ReadAndExecute"}
    homes = [each["args"]["path"] for each in clear if each["module"] == "win_file"]
    assert homes[1:] == ["C:\\inetpub\\mxlab-ftp\\LocalUser\\transfer", "C:\\inetpub\\mxlab-ftp\\LocalUser\\reader"]


def test_homes_that_are_elsewhere(tls: list[Call]) -> None:
    assert script(tls, "site.ps1")["Homes"] == {"reader": "D:\\ftp\\shared"}
    assert [each["args"]["path"] for each in tls if each["module"] == "win_file"] == [
        "C:\\inetpub\\mxlab-ftp\\LocalUser",
        "C:\\inetpub\\mxlab-ftp\\LocalUser\\transfer",
        "D:\\ftp\\shared",
    ]


def test_a_changed_range_restarts_the_service(clear: list[Call]) -> None:
    restarts = [each["args"] for each in clear if each["module"] == "win_service"][1:]
    assert restarts == [{"name": "ftpsvc", "state": "restarted"}]


def test_the_service_has_its_changes_before_the_firewall_is_opened(clear: list[Call]) -> None:
    firewall = (ROLE / "files" / "firewall.ps1").read_text().rstrip("\n")
    steps = [each["args"].get("state") or each["args"].get("script") for each in clear]
    assert steps.index("restarted") < steps.index(firewall)


def test_a_range_that_is_too_small_for_the_clients_is_warned_of(collections: Path) -> None:
    variables = {"ftp_max_clients": 120, "ftp_max_per_ip": 120, "ftp_modes": ["passive"]}
    _calls, output = play(collections, [ROLE_TASK], **variables)
    assert "has 200 ports, and 120 clients x 2 ports each need 240" in output


# Each by the role's own variable, and none by an ftp_* variable.
OWN = {
    "ftp_server": "iis_ftp",
    "iis_ftp_masquerade_address": "203.0.113.15",
    "iis_ftp_lan_address": "192.168.128.15",
    "iis_ftp_control_port": 990,
    "iis_ftp_passive_ports": "62000-62099",
    "iis_ftp_modes": ["passive"],
    "iis_ftp_allowed_ips": ["198.51.100.0/24"],
    "iis_ftp_tls": "implicit",
    "iis_ftp_tls_self_signed": True,
}


def test_what_the_server_gets_is_what_the_mx_and_the_probe_get(collections: Path) -> None:
    told = {"ansible.builtin.debug": {"msg": "{{ (ftp_endpoint | combine({'tls': ftp_probe_tls})) | to_json }}"}}
    # As the playbooks do it that only plan or probe, and as the role does it.
    alone = {"ansible.builtin.include_role": {"name": "mxlab.ftp.ftp"}}
    checked = {"ansible.builtin.include_role": {"name": "mxlab.ftp.iis_ftp", "tasks_from": "check"}}
    calls, output = play(collections, [alone, told, checked, told], **OWN)
    assert calls == []
    endpoints = [json.loads(json.loads(f'"{each}"')) for each in re.findall(r'"msg": "(.*public_address.*)"', output)]
    assert len(endpoints) == 2, output
    for endpoint in endpoints:
        assert (endpoint["public_address"], endpoint["lan_address"]) == ("203.0.113.15", "192.168.128.15")
        assert (int(endpoint["control_port"]), endpoint["passive_ports"]) == (990, "62000-62099")
        assert (endpoint["modes"], endpoint["allowed_ips"]) == (["passive"], ["198.51.100.0/24"])
        assert (endpoint["tls"], endpoint["server"]) == ("implicit", "iis_ftp")


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "inverted range": ({"iis_ftp_passive_ports": "61099-61000"}, "ftp_passive_ports"),
    "range below 1025": ({"iis_ftp_passive_ports": "1024-65535"}, "ftp_passive_ports"),
    "range with the control port": (
        {"iis_ftp_passive_ports": "61000-61099", "iis_ftp_control_port": 61050},
        "61050",
    ),
    "host name": ({"iis_ftp_masquerade_address": "ftp.example.com"}, "iis_ftp_masquerade_address is"),
    "LAN networks": ({"iis_ftp_lan_networks": ["192.168.128.0/24"]}, "ftp_lan_networks"),
    "implicit TLS on port 21": ({"iis_ftp_tls": "implicit", "iis_ftp_tls_self_signed": True}, "990"),
    "explicit TLS on port 990": ({"iis_ftp_control_port": 990}, "990"),
    "path of a certificate": ({"iis_ftp_tls": "required", "iis_ftp_tls_certificate": "/etc/x.pem"}, "thumbprint"),
    "session reuse": ({"iis_ftp_tls_session_reuse": "required"}, "ftp_tls_session_reuse"),
    "limit per address": ({"iis_ftp_max_per_ip": 2}, "ftp_max_per_ip"),
    "firewall of Linux": ({"iis_ftp_host_firewall": "nftables"}, "ftp_host_firewall"),
    "hash only": ({"iis_ftp_users": [{"name": "a", "password_hash": "$6$x"}]}, "password_hash"),
    "home of Linux": ({"iis_ftp_users": [{"name": "a", "password": "x", "home": "/srv/ftp/b"}]}, "/srv/ftp/b"),
    "home without a drive": ({"iis_ftp_users": [{"name": "a", "password": "x", "home": "ftp\\b"}]}, "LocalUser"),
    "name twice": ({"iis_ftp_users": [{"name": "a", "password": "x"}, {"name": "A", "password": "x"}]}, "ftp_users"),
    "administrator": ({"iis_ftp_users": [{"name": "Administrator", "password": "x"}]}, "ftp_users"),
}


@pytest.fixture(scope="module")
def refusals(collections: Path) -> dict[str, str]:
    """Return the message of each refusal; one run for all of them."""
    tasks = [
        {
            "block": [{**ROLE_TASK, "vars": variables}, {"ansible.builtin.debug": {"msg": f"REFUSAL {title}: none"}}],
            "rescue": [{"ansible.builtin.debug": {"msg": f"REFUSAL {title}: {{{{ ansible_failed_result.msg }}}}"}}],
        }
        for title, (variables, _words) in REFUSED.items()
    ]
    calls, output = play(collections, tasks)
    assert calls == []
    return dict(re.findall(r'"msg": "REFUSAL ([^:]*): (.*)"', output))


@pytest.mark.parametrize("title", REFUSED)
def test_what_iis_cannot_do_is_refused_before_anything_is_touched(refusals: dict[str, str], title: str) -> None:
    assert REFUSED[title][1] in refusals[title]


def parameters_of(text: str) -> set[str]:
    block = re.search(r"^param \(\n(.*?)^\)", text, re.MULTILINE | re.DOTALL)
    assert block is not None
    return set(re.findall(r"\] \$(\w+),?$", block[1], re.MULTILINE))


def test_every_script_is_given_its_parameters(clear: list[Call], tls: list[Call]) -> None:
    calls = [each["args"] for each in clear + tls if "script" in each["args"]]
    given = {args["script"]: set(args["parameters"]) for args in calls}
    assert given == {text: parameters_of(text) for text in (path.read_text().rstrip("\n") for path in SCRIPTS)}


CHANGES = re.compile(r"CommitChanges\(|\b(New-Local|New-Net|New-SelfSigned|Set-Net|Remove-Net|Disable-|Restart-)\w+")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_changes_nothing_in_check_mode(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert "[CmdletBinding(SupportsShouldProcess)]" in lines
    changing = [index for index, line in enumerate(lines) if CHANGES.search(line) and not line.startswith("#")]
    assert changing
    for index in changing:
        around = indent(lines[index])
        guards = []
        for line in reversed(lines[:index]):
            if line.strip() and indent(line) < around:
                around = indent(line)
                guards.append(line)
        assert any("-not $Ansible.CheckMode" in guard for guard in guards), lines[index]


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_powershell(path: Path) -> None:
    """By the grammar of tree-sitter, for few Linux machines have PowerShell itself."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    assert not parser.parse(path.read_bytes()).root_node.has_error
    assert parser.parse(path.read_bytes().replace(b"param (", b"param ((")).root_node.has_error
