# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies as real servers send them, and as none should."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.reply import (
    MAX_LINES,
    Reply,
    eprt_command,
    extended_port,
    passive_address,
    port_command,
    presentable,
    read_reply,
)


def read(*lines: str) -> Reply:
    return read_reply(iter(lines).__next__)


@pytest.mark.parametrize(
    ("lines", "code", "text"),
    [
        pytest.param(["220 ready"], 220, "ready", id="one line"),
        pytest.param(["220"], 220, "", id="bare code"),
        pytest.param(["220-Hello", "220-there", "220 end"], 220, "Hello there end", id="code on every line"),
        pytest.param(
            ["220-Hello", " 220 not yet", "230 nor this", "220 end"],
            220,
            "Hello  220 not yet 230 nor this end",
            id="other lines inside",
        ),
        pytest.param(["211-Features", " EPSV", "211"], 211, "Features  EPSV ", id="bare code at the end"),
        pytest.param(["500 OOPS: vsf_sysutil_bind"], 500, "OOPS: vsf_sysutil_bind", id="vsftpd gives up"),
    ],
)
def test_a_reply_is_read_to_its_end(lines: list[str], code: int, text: str) -> None:
    following = iter([*lines, "the next reply"])
    reply = read_reply(following.__next__)
    assert (reply.code, reply.text) == (code, text)
    assert next(following) == "the next reply"


@pytest.mark.parametrize(
    "line", ["", "SSH-2.0-OpenSSH_9.2", "22 ready", "2200 ready", "720 ready", "220_ready", " 220 x"]
)
def test_a_line_without_code_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="reply code"):
        read(line)


def test_an_endless_reply_is_refused_after_its_limit() -> None:
    taken = []

    def next_line() -> str:
        taken.append("220-more")
        return taken[-1]

    with pytest.raises(ValueError, match="lines"):
        read_reply(next_line)
    assert len(taken) == MAX_LINES


@pytest.mark.parametrize(
    ("line", "address", "port"),
    [
        pytest.param("227 Entering Passive Mode (203,0,113,13,238,72).", "203.0.113.13", 61000, id="vsftpd"),
        pytest.param("227 Entering Passive Mode 203,0,113,13,238,72", "203.0.113.13", 61000, id="no parentheses"),
        pytest.param("227 =203,0,113,13,238,72", "203.0.113.13", 61000, id="publicfile"),
        pytest.param("227 203,0,113,13,0,21", "203.0.113.13", 21, id="nothing but numbers"),
        pytest.param("227 Mode 2, type 1,2 (0,0,0,0,195,80)", "0.0.0.0", 50000, id="shorter lists before it"),
    ],
)
def test_227_announces_an_address(line: str, address: str, port: int) -> None:
    assert passive_address(read(line)) == (address, port)


def test_227_announces_an_address_on_any_of_its_lines() -> None:
    assert passive_address(read("227-Entering", "227 Passive Mode (10,0,0,1,4,0)")) == ("10.0.0.1", 1024)


@pytest.mark.parametrize(
    "line",
    [
        "227 Entering Passive Mode",
        "227 Entering Passive Mode (127,203,0,113,13,238,72)",
        "227 Entering Passive Mode (203,0,113,13,238)",
        "227 Entering Passive Mode (1216,256,2,127,127,127)",
        "227 Entering Passive Mode (203,0,113,13,0,0)",
        "227 Entering Passive Mode (203,,0,113,13,238)",
        "227 Entering Passive Mode (ftp.example.com,238,72)",
        "227 " + "1" * 2000,
    ],
)
def test_227_without_six_bytes_announces_nothing(line: str) -> None:
    with pytest.raises(ValueError):
        passive_address(read(line))


@pytest.mark.parametrize("field", ["|||61000|", "!!!61000!", "111610001", "~~~61000~"])
def test_229_announces_a_port(field: str) -> None:
    assert extended_port(read(f"229 Entering Extended Passive Mode ({field})")) == 61000


@pytest.mark.parametrize(
    "field", ["|1|203.0.113.13|61000|", "||61000|", "|||0|", "|||65536|", "|||61000!", "|||port|", "|||610000|"]
)
def test_229_in_another_form_announces_nothing(field: str) -> None:
    with pytest.raises(ValueError):
        extended_port(read(f"229 Entering Extended Passive Mode ({field})"))


def test_announcements_of_the_client() -> None:
    assert port_command("203.0.113.100", 61000) == "PORT 203,0,113,100,238,72"
    assert eprt_command("203.0.113.100", 61000) == "EPRT |1|203.0.113.100|61000|"


@pytest.mark.parametrize(
    ("text", "secret", "shown"),
    [
        pytest.param("331 hello s3cret, s3cret?", "s3cret", "331 hello ********, ********?", id="echoed password"),
        pytest.param("220 \x1b[2Jgone\r", "", "220 \\x1b[2Jgone\\r", id="terminal escapes"),
        pytest.param("220 a\u202eb\x9b", "", "220 a\\u202eb\\x9b", id="direction and C1 controls"),
        pytest.param("500 a\tb", "a\tb", "500 ********", id="password with a control character"),
        pytest.param("220 Grüße", "", "220 Grüße", id="letters stay"),
    ],
)
def test_shown_text_is_masked_and_harmless(text: str, secret: str, shown: str) -> None:
    assert presentable(text, secret) == shown
