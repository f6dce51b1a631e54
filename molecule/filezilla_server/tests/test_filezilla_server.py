# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written for FileZilla Server, and with a package the server itself, from outside."""

from __future__ import annotations

import os
from xml.etree import ElementTree

import accepted
import pytest
import testinfra
from testinfra.host import Host

SCRATCH = "/root/filezilla-server/etc"
NAMESPACE = {"fz": accepted.NAMESPACE.strip("{}")}
ADDRESS = "203.0.113.13"

with_package = pytest.mark.skipif(
    not os.environ.get("MXLAB_FILEZILLA_PACKAGE"),
    reason="FileZilla Server is in no distribution; MXLAB_FILEZILLA_PACKAGE names no package of it",
)


@pytest.fixture(scope="session")
def server() -> Host:
    return testinfra.get_host("docker://mxlab-server13")


def test_all_files_are_there_for_root_only(server: Host) -> None:
    assert sorted(server.file(SCRATCH).listdir()) == sorted(f"{name}.xml" for name in accepted.ELEMENTS)
    owners = server.check_output(f"stat -c %U:%a {SCRATCH}/*.xml").split()
    assert set(owners) == {"root:600"}


@pytest.mark.parametrize("name", accepted.ELEMENTS)
def test_every_element_is_one_that_the_real_server_has_taken(server: Host, name: str) -> None:
    root = ElementTree.fromstring(server.file(f"{SCRATCH}/{name}.xml").content)
    assert accepted.differences(name, root) == []


def test_the_range_and_the_address_are_those_of_the_inventory(server: Host, variables: dict[str, str]) -> None:
    settings = ElementTree.fromstring(server.file(f"{SCRATCH}/settings.xml").content)
    limits = [settings.findtext(f".//fz:port_range/fz:{end}", namespaces=NAMESPACE) for end in ("min", "max")]
    assert "-".join(map(str, limits)) == variables["ftp_passive_ports"]
    assert settings.findtext(".//fz:host_override", namespaces=NAMESPACE) == ADDRESS


def test_no_password_is_written(server: Host, login: str) -> None:
    users = server.file(f"{SCRATCH}/users.xml").content_string
    name, password = login.split(":")
    assert f'name="{name}"' in users
    assert password not in users


@with_package
def test_the_server_leaves_the_files_as_they_were_written(server: Host) -> None:
    server.check_output("systemctl restart filezilla-server")
    assert "mxlab.ftp.filezilla_server_config" in server.file("/opt/filezilla-server/etc/settings.xml").content_string


@with_package
@pytest.mark.parametrize("protection", ["", "--ssl-reqd --insecure"], ids=["clear", "PROT P"])
@pytest.mark.parametrize("mode", ["--disable-epsv", "--epsv", "--disable-eprt -P -", "--eprt -P -"])
def test_transfers_in_every_mode(client: Host, login: str, mode: str, protection: str) -> None:
    name = f"filezilla-{abs(hash((mode, protection)))}"
    curl = f"curl -sS --max-time 20 --no-ftp-skip-pasv-ip --user {login} {mode} {protection}"
    client.check_output(f"head -c 100000 /dev/urandom >/tmp/{name}")
    client.check_output(f"{curl} --upload-file /tmp/{name} ftp://{ADDRESS}/{name}")
    client.check_output(f"{curl} ftp://{ADDRESS}/{name} | cmp - /tmp/{name}")


@with_package
@pytest.mark.parametrize("login", ["transfer:wrong", "root:root", "anonymous:guest"])
def test_only_the_named_users_log_in(client: Host, login: str) -> None:
    # 67 is curl's "denied login".
    assert client.run(f"curl -sS --max-time 60 --user {login} ftp://{ADDRESS}/").rc == 67
