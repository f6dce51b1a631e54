# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a server's files have the announced address: the change gives what the role would write."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.settings import settings_tree
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.xml_text import document
from ansible_collections.mxlab.ftp.tests.unit.plugins.filezilla_options import LOCKED, OPTIONS
from jinja2 import Environment, StrictUndefined

ROLES = Path(__file__).parents[3] / "roles"
OLD, NEW, LAN = "203.0.113.2", "198.51.100.7", "192.168.128.13"


def proftpd(address: str, *lan_networks: str) -> str:
    """Return what is written of the addresses: by the option alone, or by the end of the template."""
    template = (ROLES / "proftpd" / "templates" / "proftpd.conf.j2").read_text()
    by_class = template[template.index("{% if proftpd_lan_networks %}") : template.index("{% for commands")]
    values = {
        "proftpd_lan_networks": lan_networks,
        "proftpd_lan_address": LAN,
        "proftpd_masquerade_address": address,
    }
    environment = Environment(trim_blocks=True, undefined=StrictUndefined, autoescape=True)
    option = "" if lan_networks else f"MasqueradeAddress {address}\n"
    return option + environment.from_string(by_class).render(values)


def pyftpdlib(address: str) -> str:
    """Return a file in the form of the filter to_nice_json."""
    known = {"lan_address": LAN, "masquerade_address": address, "users": [{"password_hash": "$6$salt$hash"}]}
    return json.dumps(known, indent=4, sort_keys=True)


def filezilla(address: str) -> str:
    return document(settings_tree({**OPTIONS, "masquerade_address": address}, LOCKED))


@pytest.mark.parametrize(
    ("role", "number", "old", "new"),
    [
        ("vsftpd", 0, f"pasv_enable=YES\npasv_address={OLD}\n", f"pasv_enable=YES\npasv_address={NEW}\n"),
        ("proftpd", 0, proftpd(OLD), proftpd(NEW)),
        ("proftpd", 0, proftpd(OLD, "192.168.128.0/24"), proftpd(NEW, "192.168.128.0/24")),
        ("pure_ftpd", 0, f"Bind 21\nForcePassiveIP {OLD}\n", f"Bind 21\nForcePassiveIP {NEW}\n"),
        ("pure_ftpd", 1, f"{OLD}\n", f"{NEW}\n"),
        ("pyftpdlib", 0, pyftpdlib(OLD), pyftpdlib(NEW)),
        ("filezilla_server", 0, filezilla(OLD), filezilla(NEW)),
    ],
)
def test_the_change_gives_what_the_role_writes(role: str, number: int, old: str, new: str) -> None:
    variables = yaml.safe_load((ROLES / role / "vars" / "main.yml").read_text())
    # As the filter regex_findall and the module replace take it.
    regexp = re.compile(variables[f"{role}_address_files"][number]["regexp"], re.MULTILINE)
    assert [groups[1] for groups in regexp.findall(old)] == [OLD]
    assert regexp.sub(rf"\g<1>{NEW}", old) == new
