# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogue with a server whose words are ready before they are asked for: no server, no waiting."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.dialog import MAX_RECORD, Control
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Clock, Halt
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.tls import client_context

SECRET = "pass word"
Begin = Callable[[bytes], tuple[Control, socket.socket]]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Return what makes a control connection on which the server has said something, and the server's end of it."""
    opened: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def connection(said: bytes) -> tuple[Control, socket.socket]:
            control = Control("127.0.0.1", listener.getsockname()[1], Clock(20.0), SECRET)
            server = listener.accept()[0]
            opened.extend([server, control._connection])
            server.sendall(said)
            return control, server

        yield connection
        for each in opened:
            each.close()


def halted(step: Callable[[], object]) -> str:
    """Return the outcome word with which a step ends, "" if it ends well."""
    try:
        step()
    except Halt as halt:
        return halt.outcome
    return ""


@pytest.mark.parametrize(
    ("said", "code", "outcome"),
    [
        (b"220 ready\r\n", 220, ""),
        (b"120 wait\r\n220 ready\r\n", 220, ""),
        (b"220-a\r\n 220 b\r\n220 c\n", 220, ""),
        (b"421 too many\r\n", 421, seen.REJECTED),
        (b"120 wait\r\n530 no\r\n", 530, seen.REJECTED),
        (b"HTTP/1.1 400 Bad Request\r\n", 0, seen.GARBLED),
        (b"x" * 9000, 0, seen.GARBLED),
    ],
    ids=["final", "after a preliminary one", "several lines", "refused", "refused later", "no reply", "endless line"],
)
def test_the_final_reply_counts(begin: Begin, said: bytes, code: int, outcome: str) -> None:
    control, _server = begin(said)
    assert (halted(control.final), control.code) == (outcome, code)


def test_a_server_that_hangs_up_in_the_middle_of_a_reply_has_closed(begin: Begin) -> None:
    control, server = begin(b"220-welcome\r\n220 re")
    server.shutdown(socket.SHUT_WR)
    assert halted(control.final) == seen.CLOSED
    assert [line.text for line in control.record] == ["220-welcome"]


@pytest.mark.parametrize(
    ("said", "commands", "outcome"),
    [
        (b"331 password\r\n230 in\r\n", ["USER me", "PASS ********"], ""),
        (b"230 in\r\n", ["USER me"], ""),
        (b"331 password\r\n530 no\r\n", ["USER me", "PASS ********"], seen.REJECTED),
        (b"530 no\r\n", ["USER me"], seen.REJECTED),
        # RFC 959 section 5.4: 332 asks for an account, which the probe does not have.
        (b"332 account\r\n", ["USER me"], seen.REJECTED),
        (b"331 password\r\n332 account\r\n", ["USER me", "PASS ********"], seen.REJECTED),
    ],
)
def test_the_login_sends_a_password_only_if_asked_for(
    begin: Begin, said: bytes, commands: list[str], outcome: str
) -> None:
    control, _server = begin(said)
    assert halted(lambda: control.login("me", SECRET)) == outcome
    assert [line.text for line in control.record if line.sender == "client"] == commands


def test_the_password_is_sent_as_it_is_and_recorded_nowhere(begin: Begin) -> None:
    control, server = begin(f"331 not {SECRET}, is it?\r\n230 in\r\n".encode())
    control.login("me", SECRET)
    server.settimeout(20)
    sent = b""
    while not sent.endswith(f"PASS {SECRET}\r\n".encode()):
        sent += server.recv(4096)
    assert SECRET not in " ".join(line.text for line in control.record)


@pytest.mark.parametrize(("said", "outcome"), [(b"150 here it comes\r\n", ""), (b"226 done\r\n", seen.REJECTED)])
def test_only_a_preliminary_reply_begins_a_transfer(begin: Begin, said: bytes, outcome: str) -> None:
    control, _server = begin(said)
    assert halted(control.preliminary) == outcome


@pytest.mark.parametrize(
    ("said", "outcome"),
    [(b"", ""), (b"426 broken\r\n", seen.REJECTED), (b"226 done\r\n", ""), (b"426 bro", seen.TIMEOUT)],
)
def test_an_impatient_question_waits_for_nothing_that_has_not_begun(begin: Begin, said: bytes, outcome: str) -> None:
    """A data connection that timed out has cost its timeout; a reply of which a part is there is read to its end."""
    control, server = begin(said)
    # So that what was said is there.
    if said:
        assert control._connection.recv(1, socket.MSG_PEEK)
    if outcome == seen.TIMEOUT:
        control.clock = Clock(20.0, 0)
    assert halted(lambda: control.explain(patient=False)) == outcome
    server.close()


def test_replies_that_are_there_already_are_no_reason_to_wait(begin: Begin) -> None:
    control, _server = begin(b"150 begins\r\n425 broken\r\n")
    control.preliminary()
    assert halted(lambda: control.explain(patient=False)) == seen.REJECTED
    assert control.code == 425


def test_a_dialogue_of_too_many_lines_ends(begin: Begin) -> None:
    control, _server = begin(b"".join(b"220-%d\r\n" % number for number in range(MAX_RECORD + 1)) + b"220 end\r\n")
    assert halted(control.final) == seen.OVERLONG
    assert len(control.record) <= MAX_RECORD


@pytest.mark.parametrize("first", ["connection", "reply"])
def test_a_data_connection_and_its_reply_may_come_in_any_order(begin: Begin, first: str) -> None:
    control, server = begin(b"150 begins\r\n" if first == "reply" else b"")
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as caller:
        caller.bind(("127.0.0.1", 0))
        if first == "reply":
            assert control._connection.recv(1, socket.MSG_PEEK)
        caller.connect(listener.getsockname())
        if first == "connection":
            server.sendall(b"150 begins\r\n")
        data, address, port = control.accept(listener)
        data.close()
        assert (address, port) == caller.getsockname()
    assert [line.text for line in control.record] == ["150 begins"]


def test_a_refusal_ends_the_wait_for_a_data_connection(begin: Begin) -> None:
    control, _server = begin(b"150 begins\r\n425 cannot connect\r\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert halted(lambda: control.accept(listener)) == seen.REJECTED
    assert control.code == 425


@pytest.mark.parametrize("said_in_tls", [b"", b"331 Please specify the password.\r\n"])
def test_a_session_in_tls_that_ends_with_oops_in_clear_has_a_reason(
    begin: Begin, server_tls: ssl.SSLContext, said_in_tls: bytes
) -> None:
    control, server = begin(b"")
    last_words = b"500 OOPS: cannot change directory:/srv\r\n500 OOPS: priv_sock_get_cmd\r\n"

    def serve() -> None:
        secured = server_tls.wrap_socket(server, server_side=True)
        if said_in_tls:
            secured.sendall(said_in_tls)
        with socket.socket(fileno=secured.detach()) as bare:
            bare.sendall(last_words)
            bare.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):
                while bare.recv(100):
                    pass

    serving = Thread(target=serve)
    serving.start()
    control.secure(client_context(False), "server.example")
    if said_in_tls:
        assert control.final().code == 331
    assert halted(control.final) == seen.REJECTED
    assert (control.code, control.record[-1].text) == (500, "500 OOPS: cannot change directory:/srv")
    control.close()
    serving.join()
