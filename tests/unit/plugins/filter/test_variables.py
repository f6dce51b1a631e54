# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of variables are taken for misspelt ones, and what is said of ftp_server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.filter.variables import FilterModule

ROLES = Path(__file__).parents[4] / "roles"

misspelt = FilterModule().filters()["misspelt_variables"]
problem = FilterModule().filters()["server_problem"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ftp_pasive_ports", "ftp_passive_ports"),
        ("ftp_passive_port", "ftp_passive_ports"),
        ("ftp_Passive_Ports", "ftp_passive_ports"),
        ("ftp_lan_adress", "ftp_lan_address"),
        ("ftp_netwrok", "ftp_network"),
        ("ftp_tsl", "ftp_tls"),
        ("ftp_dashbord_api_key", "ftp_dashboard_api_key"),
        ("ftp_probe_form", "ftp_probe_from"),
        ("mx_rules_probe_frm", "mx_rules_probe_from"),
        ("vsftpd_max_client", "vsftpd_max_clients"),
        ("vsftp_passive_ports", "vsftpd_passive_ports"),
        ("pureftpd_users", "pure_ftpd_users"),
        ("vsftpd_public_address", "ftp_public_address"),
        ("ftp_tls_cert", "ftp_tls_certificate"),
        ("ftp_port", "ftp_control_port"),
        ("ftp_ports", "ftp_passive_ports"),
        ("vsftpd_port", "vsftpd_control_port"),
        ("pure_ftpd_tls_cert", "pure_ftpd_tls_certificate"),
        ("ftp_pub_addr", "ftp_public_address"),
    ],
)
def test_a_name_that_is_nearly_ours(name: str, meant: str) -> None:
    assert misspelt([name, "ftp_users"]) == [f"{name} is no variable of mxlab.ftp; did you mean {meant}?"]


@pytest.mark.parametrize(
    "name",
    [
        *("ftp_motd", "ftp_server2", "ftp_server_name", "sftp_users", "tftp_root", "vsftpd", "inventory_hostname", "x"),
        # Of several that could be meant, or of another kind than what ends alike.
        *("ftp_address", "ftp_password", "ftp_backup_port", "ftp_", "ftp"),
    ],
)
def test_a_name_of_the_users_own(name: str) -> None:
    assert misspelt([name]) == []


@pytest.mark.parametrize("role", sorted(path.parents[1].name for path in ROLES.glob("*/meta/argument_specs.yml")))
def test_each_option_of_a_role_is_known(role: str) -> None:
    points = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    names = {name for point in points.values() for name in point.get("options", {})}
    names |= set(yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text()) if role != "server" else {})
    assert names
    assert misspelt(names) == []


@pytest.mark.parametrize("server", ["vsftpd", "proftpd", "pure_ftpd", "pyftpdlib", "filezilla_server", "iis_ftp"])
def test_a_server_role(server: str) -> None:
    assert problem(server) == ""


@pytest.mark.parametrize(
    ("value", "begin", "end"),
    [
        ("vsftp", "ftp_server is 'vsftp'; expected one of vsftpd, proftpd,", " Did you mean vsftpd?"),
        ("ftp", "ftp_server is 'ftp'; expected one of vsftpd,", ""),
        ("apache", "ftp_server is 'apache'; expected one of vsftpd,", "iis_ftp."),
        ("", "ftp_server is missing; expected one of vsftpd,", "iis_ftp."),
        (None, "ftp_server is missing; expected one of vsftpd,", "iis_ftp."),
        (["vsftpd"], "ftp_server is ['vsftpd']; expected one of vsftpd,", ""),
    ],
)
def test_what_is_no_server_role(value: Any, begin: str, end: str) -> None:
    assert problem(value).startswith(begin)
    assert problem(value).endswith(end)
