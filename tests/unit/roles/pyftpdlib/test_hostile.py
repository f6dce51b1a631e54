# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that mean harm, or send anything."""

from __future__ import annotations

import contextlib
import ftplib
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import LOGIN, PATIENCE, Running, trusting, until
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")

from pyftpdlib.handlers import FTPHandler

VERBS = sorted({*FTPHandler.proto_cmds, "AUTH", "PBSZ", "PROT", "SITE", "", "NO-SUCH"})
ARGUMENTS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"",
            b"a\0b",
            b"\0",
            b"\xed\xb2\x80",
            b"\xff\xf4\xff\xf2",
            b"\x1b[2J\x07",
            b"a\nUSER root",
            b"..",
            b"/",
            b"-al",
            b"*",
        ]
        + [
            b"x" * 255,
            b"x" * 256,
            b"x/" * 900,
            b"A" * 2040,
            b"A" * 70_000,
            b"9" * 5000,
            b"-1",
            b"TLS",
            b"P",
            b"A",
            b"I",
        ]
        + [b"777 a", "\u00b2\u00b2\u00b2 a".encode(), b"CHMOD 777 /", b"20200101000000 file", b"MLST size;", b"UTF8 ON"]
        + [
            b"127,0,0,1,255,255",
            b"|1|127.0.0.1|65535|",
            b"|2|::1|1|",
            b"1,2,3",
            b"|",
            b"ALL",
            b"file",
            b"folder",
            b"link",
        ]
    ),
)
LINES = st.builds(
    lambda verb, space, argument, end: verb.encode() + space + argument + end,
    st.sampled_from(VERBS),
    st.sampled_from([b" ", b"", b"\t", b"  "]),
    ARGUMENTS,
    st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b""]),
)


def everything(client: socket.socket) -> bytes:
    """Return what arrives until the server hangs up."""
    received = b""
    with contextlib.suppress(ConnectionError):
        while piece := client.recv(65536):
            received += piece
    return received


@pytest.fixture
def served(start: Callable[..., Running], tls: dict[str, Any], home: Path) -> Iterator[Running]:
    """Return a server whose log must be printable and without an exception when the test is over."""
    (home / "file").write_text("content")
    (home / "folder").mkdir()
    (home / "link").symlink_to("/etc/passwd")
    (home / "odd").with_name("\udcff\x1b[1m\nname").write_text("")
    (home / "to-odd").symlink_to("\udcff\x1b[1m\nname")
    running = start(**tls, handler={"auth_failed_timeout": 0})
    yield running
    log = running.log.read_bytes().decode("utf-8")
    assert "opened" in log
    assert "Traceback" not in log, log[log.index("Traceback") :]
    assert "exception" not in log
    assert [line for line in log.splitlines() if not line.isprintable()] == []


def test_no_sequence_of_bytes_ends_in_an_exception(served: Running, home: Path) -> None:
    served.login()
    other = served.login()
    memory, descriptors = [], served.descriptors()

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.booleans(), st.lists(LINES, max_size=12))
    def send(logged_in: bool, lines: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as client:
            login = f"USER {LOGIN[0]}\r\nPASS {LOGIN[1]}\r\n".encode() if logged_in else b""
            with contextlib.suppress(OSError):
                client.sendall(login + b"".join(lines))
                client.shutdown(socket.SHUT_WR)
            everything(client)
        assert other.sendcmd("NOOP").startswith("200")
        assert served.process.poll() is None
        memory.append(served.figure("VmRSS"))

    send()
    until(lambda: served.descriptors() <= descriptors)
    assert memory[-1] < memory[len(memory) // 2] + 4096


@pytest.mark.parametrize("command", ["CWD a\0b", "RETR \0", "STOR a\0", "MLST a\0b", "DELE a\nUSER root", "SIZE \0"])
def test_control_characters_in_a_command_are_refused(served: Running, command: str) -> None:
    client = served.login()
    assert client.sock is not None
    client.sock.sendall(command.encode() + b"\r\n")
    assert client.getline().startswith("501")
    assert client.sendcmd("NOOP").startswith("200")


def test_what_came_with_auth_tls_is_dropped(served: Running) -> None:
    with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as plain:
        plain.recv(1000)
        plain.sendall(f"AUTH TLS\r\nUSER {LOGIN[0]}\r\nPASS {LOGIN[1]}\r\nDELE file\r\n".encode())
        assert plain.recv(1000) == b"234 AUTH TLS successful.\r\n"
        with trusting(ssl.TLSVersion.TLSv1_3).wrap_socket(plain) as client:
            client.sendall(b"STAT\r\n")
            replies = client.recv(1000)
            while not replies.endswith(b"211 End of status.\r\n"):
                replies += client.recv(1000)
    assert replies.startswith(b"211-")
    assert b"Waiting for username" in replies


def test_a_user_named_in_clear_has_to_be_named_again_with_tls(served: Running) -> None:
    client = ftplib.FTP_TLS(timeout=PATIENCE, context=trusting(ssl.TLSVersion.TLSv1_3))
    client.connect("127.0.0.1", served.port)
    client.sendcmd(f"USER {LOGIN[0]}")
    client.auth()
    with pytest.raises(ftplib.error_perm, match="503"):
        client.sendcmd(f"PASS {LOGIN[1]}")


@pytest.mark.parametrize("secure", [False, True], ids=["clear", "in the handshake"])
@pytest.mark.parametrize("sent", [b"", b"NOOP\r\n", b"USER transfer\r\n"])
def test_a_client_that_does_not_log_in_is_disconnected(
    start: Callable[..., Running], tls: dict[str, Any], sent: bytes, secure: bool
) -> None:
    running = start(**tls, login_timeout=1)
    user = running.login()
    with socket.create_connection(("127.0.0.1", running.port), PATIENCE) as client:
        client.sendall(sent + (b"AUTH TLS\r\n" if secure else b""))
        assert everything(client).endswith(b"successful.\r\n" if secure else b"421 Control connection timed out.\r\n")
    assert user.sendcmd("NOOP").startswith("200")


def test_nothing_is_told_of_what_a_link_outside_leads_to(served: Running, home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(bytes(12345))
    (home / "way-out").symlink_to(outside)
    (home / "secret").symlink_to(outside / "secret")
    (home / "inside").symlink_to(home / "file")
    client = served.login()
    client.voidcmd("TYPE I")
    told: list[str] = []
    for command in ("LIST", "NLST", "MLSD", "LIST secret"):
        with contextlib.suppress(ftplib.error_perm):
            client.retrlines(command, told.append)
    told.append(client.sendcmd("STAT /"))
    for command in (
        "SIZE secret",
        "MDTM secret",
        "MLST secret",
        "STAT secret",
        "MLST way-out/secret",
        "SIZE way-out/no",
    ):
        with pytest.raises(ftplib.error_perm, match="55") as refusal:
            client.sendcmd(command)
        told.append(str(refusal.value))
    text = "\n".join(told)
    assert "-> /file" in text
    assert "12345" not in text
    assert str(outside) not in text
    assert str(home) not in text


def test_a_file_with_a_unique_name_is_not_stored_outside(served: Running, home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (home / "way-out").symlink_to(outside)
    client = served.login()
    client.sendcmd("PASV")
    with pytest.raises(ftplib.Error, match="45|55"):
        client.sendcmd("STOU way-out/x")
    assert list(outside.iterdir()) == []


def test_guesses_in_one_segment_are_guesses_as_others(start: Callable[..., Running]) -> None:
    running = start(handler={"max_login_attempts": 100, "auth_failed_timeout": 1000})
    with socket.create_connection(("127.0.0.1", running.port), PATIENCE) as client:
        client.recv(1000)
        client.sendall(b"USER transfer\r\nPASS wrong\r\n" * 50)
        lines = client.makefile()
        assert [lines.readline()[:3] for _line in range(20)] == ["331", "530"] * 10
        client.settimeout(None)
        assert running.connect().sendcmd("NOOP").startswith("200")
        assert running.log.read_text().count("failed login") == 10


def test_what_comes_behind_a_password_that_waits_is_answered_after_it(start: Callable[..., Running]) -> None:
    running = start(handler={"max_login_attempts": 100, "auth_failed_timeout": 1})
    with socket.create_connection(("127.0.0.1", running.port), PATIENCE) as client:
        client.sendall(b"USER transfer\r\nPASS wrong\r\n" * 10)
        client.sendall(f"USER {LOGIN[0]}\r\nPASS {LOGIN[1]}\r\nPWD\r\nQUIT\r\n".encode())
        codes = [line[:3] for line in everything(client).decode().splitlines()]
    assert codes == ["220", *["331", "530"] * 10, "331", "230", "257", "221"]


def test_a_client_that_reads_no_reply_takes_no_memory(start: Callable[..., Running]) -> None:
    running = start()
    other = running.login()
    before = running.figure("VmRSS")
    with socket.create_connection(("127.0.0.1", running.port), PATIENCE) as client:
        client.settimeout(1)
        with contextlib.suppress(TimeoutError):
            for _turn in range(100):
                client.sendall(b"NOOP\r\n" * 10_000)
        for _turn in range(100):
            assert other.sendcmd("NOOP").startswith("200")
        assert running.figure("VmRSS") < before + 32 * 1024
        client.settimeout(PATIENCE)
        received = b""
        while received.count(b"\n") < 20_000:
            received += client.recv(1 << 16)


def test_commands_of_a_client_that_has_gone_are_dropped(served: Running) -> None:
    for _attempt in range(20):
        with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(f"USER {LOGIN[0]}\r\nPASS {LOGIN[1]}\r\n".encode() + 200 * b"MLST file\r\n")
            # By then the server has read them all, and checks the password.
            with client.makefile("rb") as replies:
                next(reply for reply in replies if reply.startswith(b"331"))
    assert served.login().sendcmd("NOOP").startswith("200")
