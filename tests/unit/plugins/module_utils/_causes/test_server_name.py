# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers recognized by what they say."""

from __future__ import annotations

import re

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.server_name import server_name
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS, Sign
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Line, Server

SIGNS = [(sign, name) for name, server in SERVERS.items() for sign in (*server.names, *server.texts)]
NO_SIGN = (
    "220 ready",
    "331 Password, please",
    "331 Password required for root.",
    "230 Logged in",
    '257 "/mirror/ProFTPD" is the current directory',
)


def test_every_server_has_a_name_to_be_recognized_by() -> None:
    assert [name for name, server in SERVERS.items() if not server.names] == []


@pytest.mark.parametrize(("sign", "server"), SIGNS)
def test_a_line_of_the_dialogue_shows_its_server_and_no_other(sign: Sign, server: str) -> None:
    """The line that a pattern was made from shows that no other server's pattern fits it too."""
    talk = (Line(0.0, "client", "USER nobody"), Line(0.1, "server", sign.seen))
    assert re.search(sign.pattern, sign.seen)
    assert {name for other, name in SIGNS if re.search(other.pattern, sign.seen)} == {server}
    assert server_name(Evidence((Cell("PASV", transcript=talk),))) == server


@pytest.mark.parametrize("line", NO_SIGN)
def test_words_that_any_server_could_say_show_none(line: str) -> None:
    talk = (Line(0.0, "client", "USER ProFTPD"), Line(0.1, "server", line))
    assert server_name(Evidence((Cell("PASV", transcript=talk),))) == ""


def test_a_name_outweighs_the_text_of_another_server() -> None:
    said = Server(greeting=("500 OOPS: not really", "220 pyftpdlib 2.2.0 ready."))
    assert server_name(Evidence((), server=said)) == "pyftpdlib"


@pytest.mark.parametrize("where", ["greeting", "features", "system"])
def test_what_the_server_says_of_itself_shows_it(where: str) -> None:
    said = Server(**{where: ("220-welcome", "220 pyftpdlib 2.2.0 ready.")})
    assert server_name(Evidence((), server=said)) == "pyftpdlib"
