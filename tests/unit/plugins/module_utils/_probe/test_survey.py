# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues with a server on loopback, sound, broken and hostile: where they end and what is kept of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import passive_range
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Target
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.survey import Request, _side_by_side, survey

PASSWORD = "s3cret"
ALL = list(seen.MODES)
PASSIVE = list(seen.PASSIVE_MODES)
ACTIVE = list(seen.ACTIVE_MODES)
# Long enough for a busy machine where no timeout is expected, short where one is.
PATIENT, HASTY = 20.0, 0.5


def target(port: int, timeout: float = PATIENT) -> Target:
    return Target("127.0.0.1", port, "probe", PASSWORD, directory="up", size=300_000, timeout=timeout)


def ends(server: Any, modes: list[str], timeout: float = PATIENT) -> set[tuple[str, str]]:
    cells = survey(target(server.port, timeout), Request(tuple(modes))).cells
    assert [cell.mode for cell in cells] == modes
    return {(cell.stage, cell.outcome) for cell in cells}


def test_a_sound_server_passes_in_all_modes_and_keeps_no_file(ftp_server: Callable[..., Any]) -> None:
    server = ftp_server()
    cells = survey(target(server.port), Request(tuple(ALL))).cells
    assert [cell.mode for cell in cells if cell.passed] == ALL
    assert server.files == {}
    assert [server.verbs.count(verb) for verb in ("STOR", "RETR", "DELE")] == [5, 5, 5]
    assert [server.verbs.count(verb) for verb in ("PASV", "EPSV", "PORT", "EPRT")] == [4, 2, 2, 2]
    assert all(cell.data_peer.startswith("127.0.0.1:") == (cell.mode in ACTIVE) for cell in cells)
    assert cells[0].replies[:4] == ("220 ready", "331 password", "230 in", "250 there")


@pytest.mark.parametrize(
    ("faults", "modes", "end"),
    [
        pytest.param({"GREETING": b"SSH-2.0-OpenSSH_9.2\r\n"}, ALL, (seen.GREETING, seen.GARBLED), id="not ftp"),
        pytest.param({"GREETING": b"421 full\r\n"}, ALL, (seen.GREETING, seen.REJECTED), id="full"),
        pytest.param({"GREETING": b"<hang up>"}, ALL, (seen.GREETING, seen.CLOSED), id="no greeting"),
        pytest.param(
            {"GREETING": b"120 soon\r\n530 no\r\n"}, ALL, (seen.GREETING, seen.REJECTED), id="delayed greeting"
        ),
        pytest.param({"PASS": b"530 no\r\n"}, ALL, (seen.LOGIN, seen.REJECTED), id="wrong password"),
        pytest.param({"PASS": b"332 account?\r\n"}, ALL, (seen.LOGIN, seen.REJECTED), id="account wanted"),
        pytest.param({"CWD": b"550 no\r\n"}, ALL, (seen.DIRECTORY, seen.REJECTED), id="directory"),
        pytest.param({"TYPE": b"<hang up>"}, ALL, (seen.TYPE, seen.CLOSED), id="hangs up"),
        pytest.param(
            {"PASV": b"550 no\r\n", "EPSV": b"550 no\r\n"}, PASSIVE, (seen.ANNOUNCE, seen.REJECTED), id="no passive"
        ),
        pytest.param(
            {"PORT": b"500 no\r\n", "EPRT": b"500 no\r\n"}, ACTIVE, (seen.ANNOUNCE, seen.REJECTED), id="no active"
        ),
        pytest.param({"PASV": b"227 somewhere\r\n"}, ["PASV"], (seen.ANNOUNCE, seen.GARBLED), id="no address"),
        pytest.param({"EPSV": b"229 (|1|10.0.0.1|9|)\r\n"}, ["EPSV"], (seen.ANNOUNCE, seen.GARBLED), id="mangled 229"),
        pytest.param({"PASV": b"227 (192,0,2,1,200,1)\r\n"}, ["PASV"], (seen.DATA, seen.FOREIGN), id="third party"),
        pytest.param({"PASV": b"227 (0,0,0,0,200,1)\r\n"}, ["PASV"], (seen.DATA, seen.FOREIGN), id="zero address"),
        pytest.param({"STOR": b"553 no\r\n"}, PASSIVE, (seen.UPLOAD, seen.REJECTED), id="upload, passive"),
        pytest.param({"STOR": b"553 no\r\n"}, ACTIVE, (seen.DATA, seen.REJECTED), id="upload, active"),
        pytest.param({"STOR": b"150 go\r\n425 lost\r\n"}, ACTIVE, (seen.DATA, seen.REJECTED), id="425 behind 150"),
        pytest.param({"RETR": b"550 no\r\n"}, PASSIVE, (seen.DOWNLOAD, seen.REJECTED), id="download"),
        pytest.param({"DELE": b"550 no\r\n"}, ALL, (seen.DELETE, seen.REJECTED), id="delete"),
        pytest.param({"GREETING": b"x" * 5000}, ALL, (seen.GREETING, seen.GARBLED), id="endless line"),
        pytest.param({"GREETING": b"220-x\r\n" * 5000}, ALL, (seen.GREETING, seen.OVERLONG), id="endless reply"),
        pytest.param({"TYPE": b"150 x\r\n" * 5000}, ALL, (seen.TYPE, seen.OVERLONG), id="endless replies"),
    ],
)
def test_where_a_broken_dialogue_ends(
    ftp_server: Callable[..., Any], faults: dict[str, bytes], modes: list[str], end: tuple[str, str]
) -> None:
    assert ends(ftp_server(faults=faults), modes) == {end}


def test_an_announced_stranger_is_left_alone_but_ignored_by_peer_clients(
    ftp_server: Callable[..., Any], closed_port: int
) -> None:
    announcement = f"227 (127,0,0,9,{closed_port // 256},{closed_port % 256})\r\n".encode()
    server = ftp_server(faults={"PASV": announcement})
    believing, peer = survey(target(server.port), Request(("PASV", "PASV-peer"))).cells
    assert (believing.outcome, believing.data_address, believing.data_port) == (seen.FOREIGN, "127.0.0.9", closed_port)
    assert (peer.outcome, peer.data_address, peer.data_port) == (seen.REFUSED, "127.0.0.1", closed_port)


def test_the_expected_public_address_is_no_stranger(ftp_server: Callable[..., Any], closed_port: int) -> None:
    announcement = f"227 (127,0,0,9,{closed_port // 256},{closed_port % 256})\r\n".encode()
    expecting = dataclasses.replace(target(ftp_server(faults={"PASV": announcement}).port), public_address="127.0.0.9")
    assert survey(expecting, Request(("PASV",))).cells[0].outcome == seen.REFUSED


def test_data_from_a_stranger_is_not_taken(ftp_server: Callable[..., Any]) -> None:
    server = ftp_server(data_source="127.0.0.2")
    cells = survey(target(server.port), Request(tuple(ACTIVE))).cells
    assert {(cell.stage, cell.outcome) for cell in cells} == {(seen.DATA, seen.FOREIGN)}
    assert all(cell.data_peer.startswith("127.0.0.2:") for cell in cells)


def test_a_server_may_connect_before_it_answers(ftp_server: Callable[..., Any]) -> None:
    assert ends(ftp_server(eager=True), ACTIVE) == {(seen.DELETE, seen.OK)}
    assert ends(ftp_server(eager=True, faults={"STOR": b"553 no\r\n"}), ACTIVE) == {(seen.DATA, seen.REJECTED)}


def test_active_modes_announce_the_address_given(ftp_server: Callable[..., Any]) -> None:
    server = ftp_server(faults={"PORT": b"500 Illegal PORT command.\r\n"})
    announcing = dataclasses.replace(target(server.port), active_address="192.168.1.7")
    assert survey(announcing, Request(("PORT",))).cells[0].data_address == "192.168.1.7"


@pytest.mark.parametrize("spoil", [lambda content: content[:-1], lambda content: content + b"x", bytes.swapcase])
def test_spoiled_content_is_noticed(ftp_server: Callable[..., Any], spoil: Callable[[bytes], bytes]) -> None:
    assert ends(ftp_server(spoil=spoil), ["PASV", "PORT"]) == {(seen.COMPARE, seen.DIFFERS)}


@pytest.mark.parametrize(
    "arguments", [{"spoil": bytes.swapcase}, {"data_source": "127.0.0.2"}, {"faults": {"RETR": b"<hang up>"}}]
)
def test_a_broken_dialogue_leaves_no_file(ftp_server: Callable[..., Any], arguments: dict[str, Any]) -> None:
    server = ftp_server(**arguments)
    survey(target(server.port), Request(("EPRT",)))
    assert "STOR" in server.verbs
    assert server.files == {}


def test_the_client_knows_what_it_calls_from(ftp_server: Callable[..., Any], closed_port: int) -> None:
    """Also towards a server that does not answer, which has to let the client in."""
    for port in (ftp_server().port, closed_port):
        assert survey(target(port), Request(("PASV",))).client_address == "127.0.0.1"


def test_a_server_that_never_connects_or_answers_times_out(ftp_server: Callable[..., Any], hang: bytes) -> None:
    assert ends(ftp_server(data_source=None), ACTIVE, HASTY) == {(seen.DATA, seen.TIMEOUT)}
    assert ends(ftp_server(faults={"PASS": hang}), ALL, HASTY) == {(seen.LOGIN, seen.TIMEOUT)}


def test_dead_ports_are_told_apart(ftp_server: Callable[..., Any], full_port: int, closed_port: int) -> None:
    def control(port: int) -> set[tuple[str, str]]:
        return {(cell.stage, cell.outcome) for cell in survey(target(port, HASTY), Request(tuple(ALL))).cells}

    assert control(closed_port) == {(seen.CONTROL, seen.REFUSED)}
    assert control(full_port) == {(seen.CONTROL, seen.TIMEOUT)}


def test_the_edges_of_the_range_are_tried_although_the_login_fails(
    ftp_server: Callable[..., Any], full_port: int, closed_port: int
) -> None:
    server = ftp_server(faults={"PASS": b"530 no\r\n"})
    outcomes = {full_port: seen.TIMEOUT, closed_port: seen.REFUSED, server.port: seen.OPEN}
    for port, outcome in outcomes.items():
        request = Request(("PASV",), passive_ports=PortRange(port, port))
        assert survey(target(server.port, HASTY), request).edges == (seen.Edge(port, outcome),)


def test_no_transfer_begins_before_the_edges_are_done(
    ftp_server: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    transferred = Event()
    early = []

    def slow_probe(_target: Target, port: int) -> seen.Edge:
        early.append(transferred.wait(HASTY))
        return seen.Edge(port, seen.OPEN)

    def spoil(content: bytes) -> bytes:
        transferred.set()
        return content

    monkeypatch.setattr(passive_range, "probe_port", slow_probe)
    survey(target(ftp_server(spoil=spoil).port), Request(("PASV",), passive_ports=PortRange(61000, 61099)))
    assert early == [False, False]
    assert transferred.is_set()


@pytest.mark.parametrize(("ports", "tries"), [(None, 5), ("61000", 1), ("61000-61003", 2), ("61000-61099", 5)])
def test_a_small_range_is_not_exhausted_by_the_probe(ports: str | None, tries: int) -> None:
    assert _side_by_side(len(ALL), PortRange.parse(ports) if ports else None) == tries


@pytest.mark.parametrize(
    "echo", [b"331 hello s3cret\r\n", b"331-s3cret\r\n331 \x1b[31ms3cret\r\n", b"530 s3cret\xff\r\n"]
)
def test_the_password_and_terminal_escapes_are_nowhere(ftp_server: Callable[..., Any], echo: bytes) -> None:
    server = ftp_server(faults={"USER": echo, "TYPE": b"421 s3cret\r\n"})
    aimed = target(server.port)
    kept = repr(survey(aimed, Request(tuple(ALL)))) + repr(aimed)
    assert PASSWORD not in kept
    assert "\x1b" not in "".join(survey(aimed, Request(("PASV",))).cells[0].replies)
    assert "********" in kept
