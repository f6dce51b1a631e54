# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues in TLS, and what is tried besides the cells, with a server on loopback."""

from __future__ import annotations

import dataclasses
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import attempt as attempt_module
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import survey as survey_module
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.attempt import SMALL_SEGMENT
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Target
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Session
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import describe
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.survey import Request, survey

PATIENT, HASTY = 20.0, 0.5
TLS_ONLY = (seen.CONTROL_ONLY, seen.PRIVATE)
Start = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_module, "RETRY_PAUSE", 0)


@pytest.fixture
def few_ports() -> Iterator[PortRange]:
    """Three free ports in a row; other workers, and the tests of pyftpdlib, use other ranges."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for first in range(30000 + worker * 90, 30090 + worker * 90, 3):
        try:
            for port in range(first, first + 3):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        yield PortRange(first, first + 2)
        return
    pytest.fail("no three free ports in a row")


def target(server: Any, **facts: Any) -> Target:
    made = Target(server.server_address[0], server.port, "probe", "correct-horse", size=200_000, timeout=PATIENT)
    return dataclasses.replace(made, **facts)


def probe(server: Any, *modes: str, protections: tuple[str, ...] = (seen.CLEAR,), **facts: Any) -> Evidence:
    wanted = {name: facts.pop(name) for name in list(facts) if name in Request.__dataclass_fields__}
    return survey(target(server, **facts), Request(modes, protections, **wanted))


def ends(cells: tuple[Cell, ...]) -> set[tuple[str, str, int]]:
    return {(cell.stage, cell.outcome, cell.code) for cell in cells}


def test_the_whole_matrix_passes(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    server = ftp_server(tls=server_tls, reuse=True)
    found = probe(server, *seen.MODES, protections=seen.PROTECTIONS, tls=seen.EXPLICIT)
    assert [cell.label for cell in found.cells if cell.passed][::5] == ["PASV", "PASV C", "PASV P"]
    assert len([cell for cell in found.cells if cell.passed]) == 15
    assert {(cell.protection, bool(cell.tls_version), bool(cell.data_tls_version)) for cell in found.cells} == {
        (seen.CLEAR, False, False),
        (seen.CONTROL_ONLY, True, False),
        (seen.PRIVATE, True, True),
    }
    assert {cell.session_reused for cell in found.cells if cell.protection == seen.PRIVATE} == {True}
    assert server.files == {}


def test_implicit_tls(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    server = ftp_server(tls=server_tls, implicit=True, reuse=True)
    found = probe(server, "PASV", "EPRT", protections=TLS_ONLY, tls=seen.IMPLICIT)
    assert ends(found.cells) == {(seen.DELETE, seen.OK, 221)}
    assert found.tls and found.tls.certificate and found.tls.certificate.name_matches
    assert "AUTH" not in server.verbs


def test_what_a_server_says_of_itself(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    server = ftp_server(tls=server_tls, faults={"FEAT": b"211-it has\r\n EPSV\r\n211 end\r\n", "SYST": b"215 VMS\r\n"})
    found = probe(server, "PASV", protections=(seen.PRIVATE,), tls=seen.EXPLICIT)
    assert found.server == seen.Server(("220 ready",), ("211-it has", " EPSV", "211 end"), ("215 VMS",))
    assert found.tls and found.tls.certificate
    assert found.tls.certificate.names == ("ftp.example.com", "127.0.0.1")
    assert (found.tls.trusted, found.tls.trust_error) == (False, "self-signed certificate")
    versions = dict(found.tls.versions)
    assert (versions["TLSv1.2"], versions["TLSv1.3"]) == (seen.OK, seen.OK)
    assert versions["TLSv1.1"] in (seen.NO_TLS, seen.UNSUPPORTED)


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        pytest.param({"tls": None}, (seen.TLS, seen.REJECTED, 502), id="no TLS at all"),
        pytest.param({"tls": ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)}, (seen.TLS, seen.NO_TLS, 234), id="no cipher"),
        pytest.param({"faults": {"AUTH": b"<hang up>"}}, (seen.TLS, seen.CLOSED, 220), id="hangs up"),
        pytest.param({"faults": {"PROT": b"536 no\r\n"}}, (seen.PROTECTION, seen.REJECTED, 536), id="no PROT"),
        pytest.param({"faults": {"STOR": b"522 more\r\n"}}, (seen.UPLOAD, seen.REJECTED, 522), id="other level"),
        pytest.param({"faults": {"STOR": b"150 go\r\n"}}, (seen.DATA_TLS, seen.TIMEOUT, 150), id="no data handshake"),
    ],
)
def test_where_tls_ends(
    ftp_server: Start, server_tls: ssl.SSLContext, arguments: dict[str, Any], end: tuple[str, str, int]
) -> None:
    server = ftp_server(**{"tls": server_tls, **arguments})
    hurry = HASTY if end[1] == seen.TIMEOUT else PATIENT
    assert ends(probe(server, "PASV", protections=(seen.PRIVATE,), tls=seen.EXPLICIT, timeout=hurry).cells) == {end}


def test_an_untrusted_certificate_gets_no_password_if_it_is_to_be_validated(
    ftp_server: Start, server_tls: ssl.SSLContext
) -> None:
    server = ftp_server(tls=server_tls)
    found = probe(server, "PASV", protections=(seen.PRIVATE,), tls=seen.EXPLICIT, validate=True)
    assert ends(found.cells) == {(seen.TLS, seen.UNTRUSTED, 234)}
    assert found.cells[0].tls_error == "self-signed certificate"
    assert "PASS" not in server.verbs


def test_text_sent_ahead_of_tls_is_not_taken_for_the_servers_word(
    ftp_server: Start, server_tls: ssl.SSLContext
) -> None:
    server = ftp_server(tls=server_tls, faults={"AUTH": b"234 go\r\n230 no password needed\r\n"})
    assert probe(server, "PASV", protections=(seen.PRIVATE,), tls=seen.EXPLICIT).cells[0].passed
    assert "PASS" in server.verbs


@pytest.mark.parametrize("full", ["421 too many", "530 too many"])
def test_a_refusal_that_the_cells_cause_each_other_is_no_end(ftp_server: Start, full: str) -> None:
    found = probe(ftp_server(places=2, full=full), *seen.MODES)
    assert [cell.mode for cell in found.cells if cell.passed] == list(seen.MODES)


def test_a_connection_that_the_server_forgets_in_the_crowd_is_no_end(ftp_server: Start) -> None:
    lost = Event()

    def lose_one(content: bytes) -> bytes:
        if lost.is_set():
            return content
        lost.set()
        raise EOFError

    found = probe(ftp_server(spoil=lose_one), *seen.MODES)
    assert all(cell.passed for cell in found.cells)
    assert sum(cell.retried for cell in found.cells) == 1


def test_a_connection_that_is_lost_in_every_cell_is_tried_once(ftp_server: Start, hang_up: bytes) -> None:
    server = ftp_server(faults={"STOR": hang_up})
    cells = probe(server, *seen.PASSIVE_MODES).cells
    assert {(cell.stage, cell.outcome) for cell in cells} == {(seen.UPLOAD, seen.CLOSED)}
    assert server.verbs.count("STOR") == 3


def test_a_lasting_refusal_is_found_out_once(ftp_server: Start) -> None:
    server = ftp_server(faults={"PASS": b"430 no\r\n"})
    assert ends(probe(server, *seen.MODES).cells) == {(seen.LOGIN, seen.REJECTED, 430)}
    assert server.verbs.count("PASS") == 5 + survey_module.MAX_RETRIES


def test_a_wrong_password_is_tried_no_more_than_once_a_cell(ftp_server: Start) -> None:
    server = ftp_server(faults={"PASS": b"530 no\r\n"})
    probe(server, *seen.MODES)
    assert server.verbs.count("PASS") == 5


def test_clear_cells_refused_where_tls_is_required_are_not_tried_again(
    ftp_server: Start, server_tls: ssl.SSLContext
) -> None:
    server = ftp_server(tls=server_tls, require_tls=True)
    found = probe(server, "PASV", protections=(seen.CLEAR, seen.PRIVATE), tls=seen.EXPLICIT)
    assert [(cell.protection, cell.stage, cell.code, cell.retried) for cell in found.cells] == [
        (seen.CLEAR, seen.LOGIN, 530, False),
        (seen.PRIVATE, seen.DELETE, 221, False),
    ]


def test_a_dead_server_is_waited_for_once(full_port: int, few_ports: PortRange) -> None:
    aimed = Target("127.0.0.1", full_port, "probe", "correct-horse", timeout=HASTY)
    cells = survey(aimed, Request(seen.MODES, passive_ports=few_ports)).cells
    assert {(cell.stage, cell.outcome) for cell in cells} == {(seen.CONTROL, seen.TIMEOUT)}
    assert [cell.taken_over for cell in cells] == [False, True, True, True, True]


def sessions_of(server: Any, *trials: str, **facts: Any) -> dict[str, Cell]:
    """Return the entries of the trial sessions by their version of TLS; a cell is tried in passive mode."""
    found = probe(server, "PASV", protections=(seen.PRIVATE,), tls=seen.EXPLICIT, trials=trials, **facts)
    assert {trial.variant for trial in found.trials} <= {seen.SESSIONS, seen.NO_REUSE}
    return {trial.tls_version: trial for trial in found.trials if trial.variant == seen.SESSIONS}


def test_three_data_connections_resume_the_session_with_each_version(
    ftp_server: Start, server_tls: ssl.SSLContext
) -> None:
    tried = sessions_of(ftp_server(tls=server_tls, reuse=True), seen.SESSIONS)
    resumed = tuple(Session(command, True, True, 226) for command in ("STOR", "RETR", "RETR"))
    assert {version: (trial.passed, trial.data_tls_version, trial.sessions) for version, trial in tried.items()} == {
        version: (True, version, resumed) for version in ("TLSv1.2", "TLSv1.3")
    }
    assert {trial.label for trial in tried.values()} == {"PASV P sessions TLSv1.2", "PASV P sessions TLSv1.3"}
    assert {describe(trial).partition("; ")[0] for trial in tried.values()} == {"upload, two downloads and delete fine"}
    assert {describe(trial).rpartition(": ")[2] for trial in tried.values()} == {"resumed, resumed, resumed"}


def test_a_version_that_the_server_does_not_speak_is_left_out_with_its_reason(
    ftp_server: Start, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_tls, "maximum_version", ssl.TLSVersion.TLSv1_2)
    server = ftp_server(tls=server_tls)
    tried = sessions_of(server, seen.SESSIONS)
    left_out = tried["TLSv1.3"]
    assert (tried["TLSv1.2"].passed, left_out.transcript) == (True, ())
    assert (left_out.stage, left_out.outcome) == (seen.TLS, seen.NO_TLS)
    assert describe(left_out) == "not tried: a handshake with TLSv1.3 alone: no-tls"


def test_a_server_that_gives_no_session_is_offered_none(
    ftp_server: Start, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_tls, "num_tickets", 0)
    tried = sessions_of(ftp_server(tls=server_tls, reuse=True))
    refused = tried["TLSv1.3"]
    assert (refused.stage, refused.outcome, refused.code) == (seen.UPLOAD, seen.REJECTED, 522)
    assert refused.sessions == (Session("STOR", False, False, 522),)
    # TLS 1.2 has session IDs, and needs no ticket.
    assert [session.resumed for session in tried["TLSv1.2"].sessions] == [True, True, True]


def test_a_session_that_is_resumed_had_not_expired(
    ftp_server: Start, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt_module, "is_expired", lambda _session, _version: True)
    server = ftp_server(tls=server_tls, reuse=True)
    (cell,) = probe(server, "PASV", protections=(seen.PRIVATE,), tls=seen.EXPLICIT).cells
    assert cell.sessions == (Session("STOR", True, True, 226), Session("RETR", True, True, 226))


def test_nothing_more_is_tried_of_a_server_that_refuses_nothing(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    assert sessions_of(ftp_server(tls=server_tls, reuse=True)) == {}


def test_the_trial_without_a_session_offers_none(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    found = probe(
        ftp_server(tls=server_tls),
        "PASV",
        protections=(seen.PRIVATE,),
        tls=seen.EXPLICIT,
        trials=(seen.NO_REUSE,),
    )
    (trial,) = found.trials
    assert trial.sessions == (Session("STOR", False, False, 226), Session("RETR", False, False, 226))
    assert trial.session_reused is False


def test_a_server_without_tls_on_data_has_no_sessions(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    found = probe(
        ftp_server(tls=server_tls),
        "PASV",
        protections=(seen.CONTROL_ONLY,),
        tls=seen.EXPLICIT,
        trials=(seen.SESSIONS,),
    )
    assert (found.trials, found.cells[0].sessions, found.cells[0].session_reused) == ((), (), None)


TRIALS: dict[str, tuple[str, dict[str, Any], tuple[str, str]]] = {
    "reuse required": (seen.NO_REUSE, {"reuse": True}, (seen.UPLOAD, seen.REJECTED)),
    "reuse not required": (seen.NO_REUSE, {}, (seen.DELETE, seen.OK)),
    "EPSV ALL": (seen.EPSV_ALL, {}, (seen.DELETE, seen.OK)),
    "EPSV ALL unknown": (seen.EPSV_ALL, {"faults": {"EPSV ALL": b"500 no\r\n"}}, (seen.ANNOUNCE, seen.REJECTED)),
    "EPSV ALL forgotten": (seen.EPSV_ALL, {"faults": {"EPSV ALL": b"200 sure\r\n"}}, (seen.ANNOUNCE, seen.IGNORED)),
    "CCC": (seen.CCC, {}, (seen.DELETE, seen.OK)),
    "no CCC": (seen.CCC, {"faults": {"CCC": b"533 no\r\n"}}, (seen.PROTECTION, seen.REJECTED)),
    "low port taken": (seen.LOW_PORT, {}, (seen.ANNOUNCE, seen.IGNORED)),
    "low port refused": (seen.LOW_PORT, {"faults": {"PORT": b"504 no\r\n"}}, (seen.ANNOUNCE, seen.REJECTED)),
    "bounces": (seen.BOUNCE, {}, (seen.DELETE, seen.OK)),
    "bounces not": (seen.BOUNCE, {"faults": {"PORT": b"501 no\r\n"}}, (seen.ANNOUNCE, seen.REJECTED)),
    "takes data from strangers": (seen.FOREIGN_PEER, {}, (seen.DELETE, seen.OK)),
    "refuses them": (seen.FOREIGN_PEER, {"faults": {"STOR": b"425 no\r\n"}}, (seen.UPLOAD, seen.REJECTED)),
}


@pytest.mark.parametrize(("variant", "arguments", "end"), TRIALS.values(), ids=TRIALS)
def test_trials(
    ftp_server: Start,
    server_tls: ssl.SSLContext,
    variant: str,
    arguments: dict[str, Any],
    end: tuple[str, str],
) -> None:
    server = ftp_server(tls=server_tls, **arguments)
    facts = {"tls": seen.EXPLICIT, "foreign_address": "127.0.0.7", "trials": (variant,)}
    found = probe(server, "PASV-peer", protections=(seen.PRIVATE,), **facts)
    assert [(trial.variant, trial.stage, trial.outcome) for trial in found.trials] == [(variant, *end)]
    assert server.files == {}
    if variant == seen.BOUNCE:
        assert found.trials[0].data_address == "127.0.0.7"


def test_long_uploads_keep_only_the_control_connection_idle(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    server = ftp_server(tls=server_tls, reuse=True)
    facts = {"protections": seen.PROTECTIONS, "tls": seen.EXPLICIT, "long_transfer": 1}
    found = probe(server, "PASV", "EPRT", **facts)
    assert [trial.label for trial in found.trials if trial.passed and trial.idle >= 1] == [
        "PASV long-transfer",
        "PASV kept-alive",
        "PASV C long-transfer",
        "PASV C kept-alive",
        "PASV P long-transfer",
        "PASV P kept-alive",
    ]
    assert {trial.keepalive for trial in found.trials} == {0, 1}
    assert {(cell.idle, cell.keepalive) for cell in found.cells} == {(0, 0)}
    assert server.files == {}


def test_a_long_upload_ends_when_the_server_speaks(ftp_server: Start) -> None:
    server = ftp_server(during=b"421 idle\r\n")
    blank = Cell("PASV", control_address=server.server_address[0], control_port=server.port, variant=seen.LONG_TRANSFER)
    trial = survey_module._admit(target(server, long_transfer=7500), blank)
    assert (trial.stage, trial.outcome, trial.code) == (seen.UPLOAD, seen.REJECTED, 421)


def test_a_mode_that_does_not_work_is_not_tried_for_long(ftp_server: Start) -> None:
    assert probe(ftp_server(faults={"RETR": b"550 no\r\n"}), "PASV", long_transfer=7500).trials == ()


def test_a_long_upload_waits_for_its_turn(ftp_server: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server may not have noticed yet that others are gone."""
    server = ftp_server(places=0)
    monkeypatch.setattr(survey_module.time, "sleep", lambda _seconds: setattr(server, "places", 1))
    blank = Cell("PASV", control_address=server.server_address[0], control_port=server.port, variant=seen.LONG_TRANSFER)
    assert survey_module._admit(target(server, long_transfer=1), blank).passed


@pytest.mark.parametrize(
    ("mode", "faults", "tries"),
    [
        pytest.param("PASV", {"STOR": b""}, [("PASV small-packets", seen.UPLOAD)], id="upload"),
        pytest.param("EPSV", {"RETR": b"150 go\r\n"}, [("EPSV small-packets", seen.DOWNLOAD)], id="download"),
        pytest.param("PASV", {"TYPE": b""}, [], id="small packets as they are"),
    ],
)
def test_what_stalls_is_tried_with_small_packets(
    ftp_server: Start, mode: str, faults: dict[str, bytes], tries: list[tuple[str, str]]
) -> None:
    found = probe(ftp_server(faults=faults), mode, timeout=HASTY)
    assert [(trial.label, trial.stage) for trial in found.trials if trial.outcome == seen.TIMEOUT] == tries
    assert len(found.trials) == len(tries)


@pytest.mark.parametrize("mode", ["PASV", "EPRT"])
def test_small_packets_are_small_on_both_connections(ftp_server: Start, mode: str) -> None:
    sizes = []

    def note_size(connection: socket.socket) -> None:
        sizes.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))

    server = ftp_server(look=note_size)
    blank = Cell(mode, control_address=server.server_address[0], control_port=server.port, variant=seen.SMALL_PACKETS)
    assert survey_module._attempt(target(server), blank).passed
    assert len(sizes) == 3
    assert max(sizes) <= SMALL_SEGMENT


@pytest.mark.parametrize("protection", [seen.CLEAR, seen.PRIVATE])
def test_a_final_reply_that_never_comes_is_told_from_a_stalled_transfer(
    ftp_server: Start, server_tls: ssl.SSLContext, protection: str
) -> None:
    facts = {"protections": (protection,), "tls": seen.EXPLICIT, "timeout": HASTY}
    (cell,) = probe(ftp_server(tls=server_tls, stored=b""), "PASV", **facts).cells
    assert (cell.stage, cell.outcome) == (seen.REPLY, seen.TIMEOUT)


def test_ports_announced_one_after_the_other(ftp_server: Start, few_ports: PortRange) -> None:
    server = ftp_server(ports=list(range(few_ports.first, few_ports.last + 1)))
    found = probe(server, "PASV", passive_ports=few_ports, whole_range=True)
    assert [edge.port for edge in found.edges] == server.ports
    assert {edge.outcome for edge in found.edges} == {seen.REFUSED}
    assert set(found.announced) <= set(server.ports)
    assert found.announced


@pytest.mark.parametrize(
    ("arguments", "outside", "end"),
    [
        ({}, 0, (seen.ANNOUNCE, seen.REJECTED, 425)),
        ({"exhausted": None}, 3, (seen.ANNOUNCE, seen.OK, 0)),
        ({"exhausted": "500 OOPS: vsf_sysutil_bind"}, 0, (seen.ANNOUNCE, seen.REJECTED, 500)),
    ],
)
def test_exhaustion(
    ftp_server: Start, few_ports: PortRange, arguments: dict[str, Any], outside: int, end: tuple[str, str, int]
) -> None:
    server = ftp_server(ports=list(range(few_ports.first, few_ports.last + 1)), **arguments)
    found = probe(server, "EPRT", passive_ports=few_ports, exhaust=True).exhaustion
    assert found
    assert (sorted(found.inside), len(found.outside)) == (server.ports, outside)
    assert (found.stage, found.outcome, found.code) == end


def test_exhaustion_ends_at_a_limit_of_clients(ftp_server: Start, few_ports: PortRange) -> None:
    server = ftp_server(ports=list(range(few_ports.first, few_ports.last + 1)), places=2)
    found = probe(server, "EPRT", passive_ports=few_ports, exhaust=True).exhaustion
    assert found
    assert (len(found.inside), found.stage, found.reply) == (2, seen.GREETING, "421 too many")


def test_ipv6(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    if not socket.has_ipv6:
        pytest.skip("this host has no IPv6")
    server = ftp_server(address="::1", tls=server_tls)
    found = probe(server, *seen.MODES, protections=(seen.CLEAR, seen.PRIVATE), tls=seen.EXPLICIT)
    assert [cell.label for cell in found.cells if cell.passed] == ["EPSV6", "EPRT6", "EPSV6 P", "EPRT6 P"]
    assert len(found.cells) == 4


def test_a_stranger_is_followed_if_the_user_says_so(ftp_server: Start, closed_port: int) -> None:
    announcement = f"227 (127,0,0,9,{closed_port // 256},{closed_port % 256})\r\n".encode()
    server = ftp_server(faults={"PASV": announcement})
    assert probe(server, "PASV").cells[0].outcome == seen.FOREIGN
    assert probe(server, "PASV", follow_foreign_address=True).cells[0].outcome == seen.REFUSED


@pytest.mark.parametrize(
    ("flood", "outcome"),
    [
        (b"220-\r\n" * 200_000, seen.OVERLONG),
        (b"220 " + b"x" * 3_000_000, seen.OVERLONG),
        (b"220-a\r\n" + b"x" * 3_000_000, seen.OVERLONG),
        (b"x" * 3_000_000, seen.GARBLED),
        (b"hello\r\n" * 200_000, seen.GARBLED),
        (b"150 \x1b[2J\r\n" * 100_000, seen.OVERLONG),
    ],
)
def test_a_flood_is_cut_off(ftp_server: Start, flood: bytes, outcome: str) -> None:
    cell = probe(ftp_server(faults={"GREETING": flood}), "PASV").cells[0]
    assert (cell.stage, cell.outcome) == (seen.GREETING, outcome)
    assert sum(len(line.text) for line in cell.transcript) < 1 << 18
    assert "\x1b" not in repr(cell.transcript)


@pytest.mark.parametrize("echo", ["correct-horse", "correct", "rect-horse", "correct-hors", "x\x1bcorrect-horse"])
def test_the_password_and_its_parts_are_nowhere(ftp_server: Start, server_tls: ssl.SSLContext, echo: str) -> None:
    line = f" {echo}\r\n".encode()
    faults = {"FEAT": b"211-it has\r\n" + line + b"211 end\r\n", "DELE": b"550" + line, "SYST": b"215" + line}
    server = ftp_server(tls=server_tls, faults=faults)
    found = probe(server, "PASV", "PORT", protections=seen.PROTECTIONS, tls=seen.EXPLICIT, trials=seen.VARIANTS[:4])
    kept = repr(found)
    assert "********" in found.server.features[1]
    assert not any(part in kept for part in ("correct", "rect-ho", "t-horse"))
