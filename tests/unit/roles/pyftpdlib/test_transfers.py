# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands while a transfer waits or runs: each command gets one final reply, and no transfer is lost by another."""

from __future__ import annotations

import contextlib
import ftplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import (
    LOGIN,
    PATIENCE,
    Running,
    data_connection,
    reset,
    until,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")

# Commands that would take the data connection, or the session, from the transfer.
ANNOUNCING = ["PASV", "EPSV", "EPSV ALL", "PORT 127,0,0,1,200,1", "EPRT |1|127.0.0.1|51201|"]
TRANSFERS = ["STOR second", "APPE second", "STOU", "RETR first", "LIST", "NLST", "MLSD"]
ANEW = ["REIN", "USER other", "AUTH TLS"]


def contents(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir()}


def codes(client: ftplib.FTP, number: int) -> list[str]:
    """Return the codes of the next replies."""
    return [client.getmultiline()[:3] for _reply in range(number)]


@pytest.mark.parametrize("begun", [False, True], ids=["before the first byte", "after it"])
@pytest.mark.parametrize("command", [*ANNOUNCING, *TRANSFERS, *ANEW])
def test_an_upload_that_runs_goes_on(
    start: Callable[..., Running], tls: dict[str, Any], home: Path, command: str, begun: bool
) -> None:
    client = start(**tls).login()
    with data_connection(client, "STOR first") as data:
        if begun:
            data.sendall(b"one")
        # The server has opened the file, so it has accepted the connection, too.
        until((home / "first").exists)
        client.voidcmd("NOOP")
        with pytest.raises(ftplib.error_temp, match="450 "):
            client.sendcmd(command)
        data.sendall(b"two")
    assert client.voidresp().startswith("226")
    assert contents(home) == {"first": b"onetwo" if begun else b"two"}
    assert client.voidcmd("NOOP").startswith("200")


@pytest.mark.parametrize("command", [*ANNOUNCING, *TRANSFERS, *ANEW])
def test_a_download_that_runs_goes_on(
    start: Callable[..., Running], tls: dict[str, Any], home: Path, command: str
) -> None:
    (home / "first").write_bytes(bytes(20_000_000))
    client = start(**tls).login()
    with data_connection(client, "RETR first") as data:
        received = len(data.recv(1000))
        with pytest.raises(ftplib.error_temp, match="450 "):
            client.sendcmd(command)
        while piece := data.recv(1 << 20):
            received += len(piece)
    assert client.voidresp().startswith("226")
    assert received == 20_000_000


@pytest.mark.parametrize("command", ["NOOP", "STAT", "PWD", "SIZE first", "TYPE I", "FEAT", "MLST first"])
def test_what_touches_no_transfer_is_answered_meanwhile(
    start: Callable[..., Running], home: Path, command: str
) -> None:
    client = start().login()
    with data_connection(client, "STOR first") as data:
        until((home / "first").exists)
        assert client.sendcmd(command).startswith("2")
        data.sendall(b"one")
    assert client.voidresp().startswith("226")
    assert contents(home) == {"first": b"one"}


@pytest.mark.parametrize("command", TRANSFERS)
def test_a_transfer_that_waits_keeps_its_turn(start: Callable[..., Running], home: Path, command: str) -> None:
    client = start().login()
    address = client.makepasv()
    client.sendcmd("STOR first")
    with pytest.raises(ftplib.error_temp, match="450 "):
        client.sendcmd(command)
    with socket.create_connection(address, PATIENCE) as data:
        data.sendall(b"content")
    assert client.voidresp().startswith("226")
    assert contents(home) == {"first": b"content"}


@pytest.mark.parametrize("command", [*ANNOUNCING[:2], *ANEW, "QUIT"])
def test_a_transfer_that_waits_is_told_that_it_is_given_up(
    start: Callable[..., Running], tls: dict[str, Any], command: str
) -> None:
    client = start(**tls).login()
    client.sendcmd("PASV")
    client.sendcmd("STOR first")
    client.putcmd(command)
    assert client.getmultiline().startswith("426 ")
    assert client.getmultiline()[0] in "23"


def test_the_next_data_connection_is_not_for_a_transfer_that_was_given_up(
    start: Callable[..., Running], home: Path
) -> None:
    client = start().login()
    client.sendcmd("PASV")
    client.sendcmd("STOR first")
    client.putcmd("PASV")
    assert codes(client, 1) == ["426"]
    port = ftplib.parse227(client.getresp())[1]
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as data:
        client.sendcmd("STOR second")
        data.sendall(b"content")
    assert client.voidresp().startswith("226")
    assert contents(home) == {"first": b"", "second": b"content"}


@pytest.mark.parametrize("command", ["STOR aborted", "RETR file"])
@pytest.mark.parametrize("connected", [False, True], ids=["waits", "runs"])
def test_a_transfer_that_is_aborted_has_a_reply_of_its_own(
    start: Callable[..., Running], home: Path, command: str, connected: bool
) -> None:
    """RFC 959, section 4.1.3: 426 for the transfer, then 226 for ABOR."""
    (home / "file").write_bytes(bytes(20_000_000))
    client = start().login()
    with contextlib.ExitStack() as stack:
        if connected:
            stack.enter_context(data_connection(client, command))
        else:
            client.sendcmd("PASV")
            client.sendcmd(command)
        client.putcmd("ABOR")
        assert codes(client, 2) == ["426", "226"]
    assert client.sendcmd("NOOP").startswith("200")
    with socket.create_connection(client.makepasv(), PATIENCE) as data:
        # The server may have ended it before all is sent.
        with contextlib.suppress(OSError):
            data.sendall(b"content of nothing")
            data.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            assert data.recv(1000) == b""
    assert contents(home).get("aborted", b"") == b""


def test_the_type_of_a_transfer_that_waits_stays(start: Callable[..., Running], home: Path) -> None:
    client = start().login()
    client.voidcmd("TYPE I")
    address = client.makepasv()
    client.sendcmd("STOR first")
    with pytest.raises(ftplib.error_temp, match="450 "):
        client.sendcmd("TYPE A")
    with socket.create_connection(address, PATIENCE) as data:
        data.sendall(b"one\r\ntwo\r\n")
    assert client.voidresp().startswith("226")
    assert contents(home) == {"first": b"one\r\ntwo\r\n"}


def test_a_data_connection_that_never_comes_is_told_once(start: Callable[..., Running]) -> None:
    client = start(patience=1).login()
    client.sendcmd("PASV")
    client.sendcmd("STOR first")
    assert codes(client, 1) == ["425"]
    assert client.sendcmd("PASV").startswith("227")
    assert client.sendcmd("NOOP").startswith("200")


def test_an_announced_port_that_nobody_uses_is_closed_without_a_reply(start: Callable[..., Running]) -> None:
    client = start(patience=1).login()
    address = client.makepasv()

    def is_closed() -> bool:
        with socket.socket() as probe:
            probe.bind(("127.0.0.2", 0))
            return probe.connect_ex(address) != 0

    until(is_closed)
    assert client.sendcmd("NOOP").startswith("200")
    with pytest.raises(ftplib.error_temp, match="425"):
        client.sendcmd("STOR first")


def test_a_stranger_on_the_announced_port_puts_no_reply_out_of_step(start: Callable[..., Running], home: Path) -> None:
    client = start().login()
    address = client.makepasv()
    with socket.create_connection(address, PATIENCE, ("127.0.0.2", 0)) as stranger:
        assert stranger.recv(1) == b""
    with socket.create_connection(address, PATIENCE) as data:
        assert client.sendcmd("STOR first").startswith("1")
        data.sendall(b"content")
    assert client.voidresp().startswith("226")
    address = client.makepasv()
    client.sendcmd("STOR second")
    with socket.create_connection(address, PATIENCE, ("127.0.0.2", 0)) as stranger:
        assert stranger.recv(1) == b""
    assert client.getline().startswith("425 Rejected data connection from foreign address 127.0.0.2")
    assert client.sendcmd("NOOP").startswith("200")
    assert contents(home) == {"first": b"content", "second": b""}


def test_a_handshake_that_fails_before_the_transfer_is_told_by_the_transfer(
    start: Callable[..., Running], tls: dict[str, Any]
) -> None:
    client = start(**tls).secure()
    with socket.create_connection(client.makepasv(), PATIENCE) as data:
        data.sendall(bytes(100))
        with contextlib.suppress(ConnectionError):
            while data.recv(1000):
                pass
    assert client.sendcmd("NOOP").startswith("200")
    with pytest.raises(ftplib.error_perm, match="522"):
        client.sendcmd("STOR first")
    with pytest.raises(ftplib.error_temp, match="425"):
        client.sendcmd("STOR first")


def test_commands_behind_port_wait_for_its_reply(start: Callable[..., Running], home: Path) -> None:
    client = start().login()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        port = listener.getsockname()[1]
        assert client.sock is not None
        client.sock.sendall(f"EPRT |1|127.0.0.1|{port}|\r\nSTOR first\r\nNOOP\r\n".encode())
        assert codes(client, 3) == ["200", "125", "200"]
        with listener.accept()[0] as data:
            data.sendall(b"content")
    assert client.voidresp().startswith("226")
    client.sock.sendall(f"EPRT |1|127.0.0.1|{port}|\r\nSTOR second\r\nNOOP\r\n".encode())
    assert codes(client, 3) == ["425", "425", "200"]
    assert contents(home) == {"first": b"content"}


class Pipelining:
    """A client that reads replies only where it must, and counts the commands that it has sent."""

    def __init__(self, port: int, listener: socket.socket) -> None:
        self.control = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.listener = listener
        self.received = b""
        self.sent = self.barriers = 0
        self.connections: list[tuple[socket.socket, bytes]] = []
        self.whole = {b""}

    def send(self, *commands: str) -> None:
        self.control.sendall("".join(f"{command}\r\n" for command in commands).encode())
        self.sent += len(commands)

    def wait(self) -> None:
        """Read the replies to all commands so far."""
        self.send("NOOP")
        self.barriers += 1
        while self.received.count(b"200 I successfully") < self.barriers:
            piece = self.control.recv(1 << 16)
            assert piece, self.received
            self.received += piece

    def connect(self) -> None:
        """Take the data connections that the server has made, or make one to the port that it announced last."""
        self.wait()
        with contextlib.suppress(BlockingIOError):
            while True:
                self.connections.append((self.listener.accept()[0], b""))
        announced = re.findall(rb"227 .*\(127,0,0,1,(\d+),(\d+)\)|229 .*\|\|\|(\d+)\|", self.received)
        if announced:
            high, low, port = (int(number or 0) for number in announced[-1])
            with contextlib.suppress(OSError):
                address = ("127.0.0.1", port or high * 256 + low)
                self.connections.append((socket.create_connection(address, PATIENCE), b""))

    def write(self, content: bytes) -> None:
        if self.connections:
            connection, before = self.connections.pop()
            with contextlib.suppress(OSError):
                connection.sendall(content)
            self.connections.append((connection, before + content))

    def close(self) -> None:
        """Close the last data connection; a connection with unread data ends in a reset."""
        if self.connections:
            connection, content = self.connections.pop()
            self.whole.add(content)
            connection.close()

    def reset(self) -> None:
        if self.connections:
            reset(self.connections.pop()[0])

    def finish(self) -> None:
        """End everything, and read all replies."""
        while self.connections:
            self.close()
        self.listener.close()
        self.send("QUIT")
        while piece := self.control.recv(1 << 16):
            self.received += piece
        self.control.close()

    def finals(self) -> Iterator[str]:
        """Yield the codes of the final replies."""
        begun = ""
        for line in self.received.decode().splitlines():
            code, follows = line[:3], line[3:4] == "-"
            if begun:
                begun = "" if line.startswith(f"{begun} ") else begun
            else:
                begun = code if follows else ""
                if not code.startswith("1"):
                    yield code


STEPS = st.one_of(
    st.sampled_from(["connect", "connect", "write", "write", "close", "close", "reset", "login"]),
    st.sampled_from(["PASV", "EPSV", "PORT", "EPRT", "STOR", "STOR", "APPE", "STOU", "RETR file", "LIST", "MLSD"]),
    st.sampled_from(["ABOR", "REIN", "USER transfer", "TYPE I", "TYPE A", "STAT", "REST 3", "FEAT", "PWD", "NO-SUCH"]),
)


def test_each_command_has_one_final_reply_and_no_transfer_is_taken_for_whole(
    start: Callable[..., Running], home: Path
) -> None:
    (home / "file").write_bytes(bytes(3_000_000))
    running = start()
    names = iter(range(1_000_000))

    def obey(client: Pipelining, step: str, number: int) -> None:
        port = client.listener.getsockname()[1]
        if step in ("connect", "close", "reset"):
            getattr(client, step)()
        elif step == "write":
            client.write(f"<{number}>".encode() * 100)
        elif step == "login":
            client.send(f"USER {LOGIN[0]}", f"PASS {LOGIN[1]}")
        elif step in ("STOR", "APPE"):
            client.send(f"{step} {number}")
        else:
            active = {"PORT": f"PORT 127,0,0,1,{port // 256},{port % 256}", "EPRT": f"EPRT |1|127.0.0.1|{port}|"}
            client.send(active.get(step, step))

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEPS, max_size=20))
    def session(steps: list[str]) -> None:
        logged = len(running.log.read_text())
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            client = Pipelining(running.port, listener)
            client.send(f"USER {LOGIN[0]}", f"PASS {LOGIN[1]}")
            for step in steps:
                obey(client, step, next(names))
            client.finish()
        assert len(list(client.finals())) == client.sent + 1, client.received
        log = running.log.read_text()[logged:]
        stored = re.findall(r"(?:STOR|APPE|STOU) (\S+) completed=1", log)
        assert {Path(name).read_bytes() for name in stored} <= client.whole, client.received
        assert client.received.count(b"226 Transfer complete.") >= len(stored)
        assert "Traceback" not in log

    session()


def test_tls_that_is_required_is_not_left_behind_pasv(start: Callable[..., Running], tls: dict[str, Any]) -> None:
    client = start(**{**tls, "tls": "required"}).secure(ssl.TLSVersion.TLSv1_3)
    address = client.makepasv()
    client.voidcmd("PROT C")
    with socket.create_connection(address, PATIENCE), pytest.raises(ftplib.error_perm, match="550"):
        client.sendcmd("LIST")
