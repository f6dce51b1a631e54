# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An upload is acknowledged if, and only if, all that the client sent is in the file."""

from __future__ import annotations

import contextlib
import ftplib
import os
import re
import resource
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.alerts import CLOSE_NOTIFY, USER_CANCELED, alert
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import (
    PATIENCE,
    Running,
    data_connection,
    reset,
    trusting,
    until,
)

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
CONTENT = os.urandom(300_000)


class Hasty:
    """TLS by a client that reads nothing after the handshake, as lftp and curl do in an upload."""

    def __init__(self, plain: socket.socket, version: ssl.TLSVersion) -> None:
        self.plain, self.incoming, self.outgoing = plain, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = trusting(version).wrap_bio(self.incoming, self.outgoing)
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.flush()
                self.incoming.write(plain.recv(65536))
            else:
                return

    def flush(self) -> None:
        self.plain.sendall(self.outgoing.read())

    def send(self, content: bytes) -> None:
        self.tls.write(content)
        self.flush()

    def finish(self) -> None:
        """Send a close_notify and close, without reading what the server has sent."""
        with pytest.raises(ssl.SSLWantReadError):
            self.tls.unwrap()
        self.flush()
        self.plain.close()


@pytest.mark.parametrize("passive", [True, False], ids=["passive", "active"])
@pytest.mark.parametrize("version", VERSIONS)
def test_no_byte_is_lost_by_a_client_that_reads_nothing(
    start: Callable[..., Running], tls: dict[str, Any], home: Path, version: ssl.TLSVersion, passive: bool
) -> None:
    client = start(**tls).secure(version)
    client.set_pasv(passive)
    for turn in range(20):
        hasty = Hasty(data_connection(client, f"STOR {turn}"), version)
        hasty.send(CONTENT)
        hasty.finish()
        assert client.voidresp().startswith("226")
        assert (home / str(turn)).read_bytes() == CONTENT


@pytest.mark.parametrize("version", VERSIONS)
def test_data_connections_resume_the_session_of_the_control_connection(
    start: Callable[..., Running], tls: dict[str, Any], version: ssl.TLSVersion
) -> None:
    client = start(**tls).secure(version)
    client.voidcmd("NOOP")
    assert isinstance(client.sock, ssl.SSLSocket)
    for _turn in range(3):
        plain = data_connection(client, "NLST")
        with client.context.wrap_socket(plain, session=client.sock.session) as data:
            assert data.session_reused
            while data.recv(1000):
                pass
        assert client.voidresp().startswith("226")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("end", "reason"),
    [("no close_notify", "UNEXPECTED_EOF"), ("reset", "reset by peer"), ("garbage", "WRONG_VERSION_NUMBER|MAC|RECORD")],
)
def test_an_upload_that_is_cut_with_tls_is_not_acknowledged(
    start: Callable[..., Running], tls: dict[str, Any], home: Path, version: ssl.TLSVersion, end: str, reason: str
) -> None:
    client = start(**tls).secure(version)
    hasty = Hasty(data_connection(client, "STOR cut"), version)
    hasty.send(CONTENT[:100_000])
    until(lambda: (home / "cut").stat().st_size > 50_000)
    if end == "reset":
        reset(hasty.plain)
    elif end == "garbage":
        hasty.plain.sendall(bytes(100))
    else:
        hasty.plain.shutdown(socket.SHUT_WR)
    with pytest.raises(ftplib.error_temp, match=rf"426 Connection lost after \d+ bytes \(.*({reason}).*\)"):
        client.voidresp()
    assert CONTENT.startswith((home / "cut").read_bytes())
    assert client.voidcmd("NOOP").startswith("200")


@pytest.mark.parametrize(
    ("end", "answer"), [([USER_CANCELED, CLOSE_NOTIFY], "226"), ([USER_CANCELED], "426 .*UNEXPECTED_EOF")]
)
def test_an_upload_by_java_is_complete_with_its_close_notify_only(
    start: Callable[..., Running], tls: dict[str, Any], tmp_path: Path, home: Path, end: list[int], answer: str
) -> None:
    client = start(**tls).secure()
    plain = data_connection(client, "STOR java")
    context = trusting(ssl.TLSVersion.TLSv1_3)
    context.keylog_filename = str(tmp_path / "keys")
    with context.wrap_socket(plain, do_handshake_on_connect=False, suppress_ragged_eofs=False) as data:
        data.do_handshake()
        data.sendall(b"one record")
        with socket.socket(fileno=os.dup(data.fileno())) as bare:
            for already_sent, description in enumerate(end, 1):
                bare.sendall(alert(tmp_path / "keys", description, already_sent))
            bare.shutdown(socket.SHUT_WR)
        assert re.match(answer, client.getmultiline())
    assert (home / "java").read_bytes() == b"one record"


def test_an_upload_that_is_reset_is_not_acknowledged(start: Callable[..., Running], home: Path) -> None:
    client = start().login()
    data = data_connection(client, "STOR cut")
    data.sendall(CONTENT[:100_000])
    until(lambda: (home / "cut").stat().st_size > 50_000)
    reset(data)
    with pytest.raises(ftplib.error_temp, match="426"):
        client.voidresp()


@pytest.mark.parametrize("command", ["STOR cut", "LIST"])
def test_a_connection_that_is_reset_before_it_is_accepted_is_told(start: Callable[..., Running], command: str) -> None:
    """The server sees it at once or as it accepts the connection, which is a race, so this tries again and again."""
    client = start().login()
    for _turn in range(50):
        address = client.makepasv()
        client.putcmd(command)
        assert client.getresp().startswith("150")
        reset(socket.create_connection(address, PATIENCE))
        assert client.getline()[:3] in ("426", "226" if command == "LIST" else "426")


def test_a_client_that_vanishes_is_given_up(start: Callable[..., Running], home: Path) -> None:
    """Nothing ends its connections, so the server has to."""
    running = start()
    client = running.login()
    before = running.descriptors()
    data = data_connection(client, "STOR cut")
    data.sendall(CONTENT[:100_000])
    until(lambda: (home / "cut").stat().st_size > 50_000)
    assert client.sock is not None
    assert client.file is not None
    client.file.close()
    reset(client.sock)
    until(lambda: running.descriptors() < before)
    assert "cut completed=0" in running.log.read_text()


@pytest.mark.parametrize("secure", [False, True], ids=["clear", "TLS"])
def test_a_full_disk_is_told(start: Callable[..., Running], tls: dict[str, Any], home: Path, secure: bool) -> None:
    """Also if only the last bytes, still in a buffer, do not fit: a file of this limit takes the kernel no more."""
    running = start(**tls)
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
    client = running.secure() if secure else running.login()
    client.voidcmd("TYPE I")
    for size in (50, 101, 5_000, 300_000):
        # The server may hang up before the client has sent all.
        with client.transfercmd("STOR large") as data, contextlib.suppress(OSError):
            data.sendall(CONTENT[:size])
            if isinstance(data, ssl.SSLSocket):
                data.unwrap()
        if size == 50:
            assert client.voidresp().startswith("226")
        else:
            with pytest.raises(ftplib.error_temp, match="426 File too large"):
                client.voidresp()
    assert (home / "large").stat().st_size <= 100


def test_a_carriage_return_at_the_end_belongs_to_the_file(start: Callable[..., Running], home: Path) -> None:
    client = start().login()
    client.voidcmd("TYPE A")
    with client.transfercmd("STOR text") as data:
        data.sendall(b"one\r\ntwo\r")
    assert client.voidresp().startswith("226")
    assert (home / "text").read_bytes() == b"one\ntwo\r"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_download_with_tls_ends_with_a_close_notify(
    start: Callable[..., Running], tls: dict[str, Any], home: Path, version: ssl.TLSVersion
) -> None:
    (home / "large").write_bytes(CONTENT * 40)
    client = start(**tls).secure(version)
    plain = data_connection(client, "RETR large")
    with client.context.wrap_socket(plain, suppress_ragged_eofs=False) as data:
        received = bytearray()
        while piece := data.recv(1 << 16):
            received += piece
    assert bytes(received) == CONTENT * 40
    assert client.voidresp().startswith("226")


def test_an_aborted_download_with_tls_has_no_close_notify(
    start: Callable[..., Running], tls: dict[str, Any], home: Path
) -> None:
    """Else what came of the file would look whole."""
    (home / "large").write_bytes(CONTENT * 40)
    client: Any = start(**tls).secure()
    plain = data_connection(client, "RETR large")
    with client.context.wrap_socket(plain, suppress_ragged_eofs=False) as data:
        data.recv(1000)
        client.putcmd("ABOR")
        assert client.getline().startswith("426")
        with pytest.raises(OSError, match=r"(?i)eof|reset"):
            while data.recv(1 << 16):
                pass
