# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of an inventory have the types that the modules make of them, and one host says how rules are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from twin.common import TwinError
from twin.inventory import Inventory, inventory
from twin.inventory import read as described

SECRETIVE = """
ftp_servers:
  vars:
    ansible_become: true
    ansible_become_password: "{{ vault_of_nobody }}"
    ansible_become_pass: "{{ vault_of_nobody }}"
    ansible_password: "{{ vault_of_nobody }}"
    ansible_ssh_pass: "{{ vault_of_nobody }}"
    ftp_users: "{{ vault_of_nobody }}"
    ftp_lan_address: "{{ ansible_host }}"
  hosts:
    files:
      ansible_host: 10.10.0.13
      ftp_server: proftpd
      proftpd_tls: optional
"""


def host(**fields: Any) -> dict[str, Any]:
    given = {"name": "files", "public_address": "203.0.113.13", "lan_address": "10.10.0.13", "network": "Berlin"}
    return {"ftp_endpoint": {**given, "passive_ports": "61000-61099", **fields}, "twin_tls": "required"}


def read(**hosts: dict[str, Any]) -> Inventory:
    return inventory(hosts, ["Berlin"], {"uplinks": {}})


def test_texts_of_an_inventory_in_ini_form_are_lists_and_truth_values() -> None:
    files = host(
        passive_ports=61000, control_port="2121", modes="passive", allowed_ips="192.0.2.1", inbound_data_port="no"
    )
    found = read(files={**files, "ftp_lan_networks": "10.10.0.0/24", "mx_rules_inbound_firewall": "no"})
    (server,) = found.servers
    assert (server.endpoint.control_port, str(server.endpoint.passive_ports)) == (2121, "61000")
    assert (server.endpoint.allowed_ips, server.endpoint.inbound_data_port) == (("192.0.2.1",), False)
    assert server.lan_networks == ("10.10.0.0/24",)
    assert (server.host, server.tls) == ("files", "required")
    assert found.options["inbound_firewall"] is False


def test_an_inventory_is_read_without_its_vault(tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text(SECRETIVE)
    files = described(str(tmp_path / "inventory.yml"))["files"]
    assert (files["ftp_endpoint"]["lan_address"], files["twin_tls"]) == ("10.10.0.13", "optional")


def test_variables_beside_a_link_to_an_inventory_count(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "inventory.yml").write_text(SECRETIVE)
    (tmp_path / "inventory.yml").symlink_to(tmp_path / "kept" / "inventory.yml")
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "all.yml").write_text("ftp_control_port: 2121")
    files = described(str(tmp_path / "inventory.yml"))["files"]
    assert files["ftp_endpoint"]["control_port"] == 2121


def test_a_wrong_word_is_refused() -> None:
    with pytest.raises(TwinError, match="on_conflict must be one of"):
        read(files={**host(), "mx_rules_on_conflict": "perhaps"})


def test_a_wrong_value_is_told_with_its_host() -> None:
    with pytest.raises(TwinError, match="^files: allowed_ips: 'Berlin' is not"):
        read(nas={**host(name="nas", public_address="203.0.113.14")}, files=host(allowed_ips=["Berlin"]))


def test_the_first_host_says_how_rules_are_written() -> None:
    other = {
        **host(network="Bonn"),
        "mx_rules_on_conflict": "keep",
        "mx_rules_uplink_addresses": {"internet1": "203.0.113.2"},
    }
    found = read(other=other, files={**host(), "mx_rules_on_conflict": "replace"})
    assert [each.endpoint.name for each in found.servers] == ["files"]
    assert (found.options["on_conflict"], found.options["uplink_addresses"]) == ("keep", {"internet1": "203.0.113.2"})
