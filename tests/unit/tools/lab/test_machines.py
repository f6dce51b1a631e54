# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import ipaddress
from typing import Any

import pytest
from lab import images, inventory, machines

MX = next(machine for machine in inventory.machines() if machine.name == "mx")
CLIENT = next(machine for machine in inventory.machines() if machine.name == "client")


def test_every_address_is_in_its_network_and_none_is_taken_twice() -> None:
    networks = inventory.networks()
    described = inventory.machines("matrix")
    used = [address for machine in described for address in machine.addresses.values()]

    assert len(used) > len(described) > len(inventory.machines())
    assert len(set(used)) == len(used)
    for machine in described:
        for network, address in machine.addresses.items():
            assert ipaddress.ip_address(address) in ipaddress.ip_network(networks[network]["subnet"])
            assert address != networks[network]["bridge"]


def test_every_machine_has_an_image() -> None:
    assert {machine.image for machine in inventory.machines("matrix")} == set(images.SUITES)


@pytest.mark.parametrize(
    "change",
    [{"addresses": {"mxlab-lan": "192.168.128.9"}}, {"sysctls": {}}, {"name": "other"}],
    ids=lambda change: next(iter(change)),
)
def test_a_machine_that_was_made_otherwise_has_another_fingerprint(change: dict[str, Any]) -> None:
    assert machines.fingerprint(dataclasses.replace(MX, **change), "tag") != machines.fingerprint(MX, "tag")


class Made:
    """A container as Docker's API describes it."""

    def __init__(self, fingerprint: str, networks: list[str]) -> None:
        self.labels = {machines.FINGERPRINT: fingerprint}
        self.attrs = {"NetworkSettings": {"Networks": dict.fromkeys(networks)}}


@pytest.mark.parametrize(
    ("fingerprint", "networks", "right"),
    [
        (machines.fingerprint(MX, "tag"), ["mxlab-lan", "mxlab-wan1", "mxlab-wan2"], True),
        (machines.fingerprint(MX, "tag"), ["mxlab-wan1"], False),
        (machines.fingerprint(MX, "older"), ["mxlab-lan", "mxlab-wan1", "mxlab-wan2"], False),
    ],
    ids=["as described", "creation interrupted", "of another image"],
)
def test_a_container_is_kept_only_if_it_is_as_described(fingerprint: str, networks: list[str], right: bool) -> None:
    assert machines.is_right(Made(fingerprint, networks), MX, "tag") is right


def test_another_image_gives_another_fingerprint() -> None:
    assert machines.fingerprint(MX, "tag:1") != machines.fingerprint(MX, "tag:2")


def test_what_a_start_can_change_leaves_the_fingerprint() -> None:
    assert machines.fingerprint(dataclasses.replace(MX, setup="true"), "tag") == machines.fingerprint(MX, "tag")


def test_a_machine_routes_through_the_mx_or_not_at_all() -> None:
    server = next(machine for machine in inventory.machines() if machine.name == "server13")

    assert "ip route replace default via 192.168.128.1\n" in machines.finish(server)
    assert "ip route flush exact default\n" in machines.finish(CLIENT)


def test_a_machine_waits_for_systemd_before_its_own_setup() -> None:
    script = machines.finish(MX)

    assert script.index("is-system-running") < script.index("ip ntable change")
