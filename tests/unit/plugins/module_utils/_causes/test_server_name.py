# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers recognized by what they say."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.server_name import server_name
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Line, Server

# Server -> what shows it: its name, or a text that stays after the greeting was changed.
SIGNS = {
    "vsftpd": ("220 (vsFTPd 3.0.5)", "500 OOPS: vsf_sysutil_bind", "331 Please specify the password."),
    "ProFTPD": ("220 ProFTPD Server (Debian) [::ffff:192.0.2.1]", "331 Password required for probe"),
    "Pure-FTPd": (
        "220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------",
        "331 User probe OK. Password required",
        "230 OK. Current directory is /",
    ),
    "pyftpdlib": ("220 pyftpdlib 2.2.0 ready.", "331 Username ok, send password."),
    "FileZilla Server": ("220-FileZilla Server 1.9.4", "331 Please, specify the password."),
    "IIS": ("220 Microsoft FTP Service", "215 Windows_NT"),
    "": ("220 ready", "331 Password, please", "230 Logged in"),
}
CASES = [(line, server) for server, lines in SIGNS.items() for line in lines]


def test_every_server_has_a_sign() -> None:
    assert set(SIGNS) - {""} == set(SERVERS)


@pytest.mark.parametrize(("line", "server"), CASES)
def test_a_line_of_the_dialogue_shows_the_server(line: str, server: str) -> None:
    talk = (Line(0.0, "client", "USER ProFTPD"), Line(0.1, "server", line))
    assert server_name(Evidence((Cell("PASV", transcript=talk),))) == server


@pytest.mark.parametrize("where", ["greeting", "features", "system"])
def test_what_the_server_says_of_itself_shows_it(where: str) -> None:
    said = Server(**{where: ("220-welcome", "220 pyftpdlib 2.2.0 ready.")})
    assert server_name(Evidence((), server=said)) == "pyftpdlib"
