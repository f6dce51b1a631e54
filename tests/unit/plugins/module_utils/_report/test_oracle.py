# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the clients would meet.

The set-ups of curl, lftp, ftplib, aioftp, basic-ftp, tnftp, ncftp and wget were measured with the real ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    Cell,
    Certificate,
    Evidence,
    Line,
    Server,
    Tls,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._report import clients as known
from ansible_collections.mxlab.ftp.plugins.module_utils._report.clients import CLIENTS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.oracle import client_oracle, label

PUBLIC, LAN, CLIENT = "203.0.113.13", "192.168.128.13", "203.0.113.100"
OFFERS_TLS = Server(features=("211-Features:", " AUTH TLS", " PBSZ", "211 End"))
EVERYBODY = {client.name for client in CLIENTS}
BELIEVES = {"z/OS passive", "wget", "passive-only scanner"}
ACTIVE = {"Windows ftp", "z/OS", "active-only scanner"}
# Those that send EPSV first, and those that become active whenever passive mode fails.
EXTENDED = {"curl", "aioftp", "basic-ftp", "tnftp"}
RESIGNED = {"tnftp", "ncftp"}
# Those that have PASV alone, and never connect to another address.
RIGID = {"Python ftplib", "commons-net", ".NET"}
WITHOUT_TLS = {"Windows ftp", "tnftp", "ncftp", "active-only scanner", "passive-only scanner"}


def cell(mode: str, stage: str = seen.DELETE, outcome: str = seen.OK, code: int = 0, **facts: object) -> Cell:
    data = (CLIENT, 40001) if mode in seen.ACTIVE_MODES else (PUBLIC, 61042)
    made = Cell(mode, stage, outcome, code, f"{code} reply", PUBLIC, 21, *data)
    return replace(made, **facts)  # type: ignore[arg-type]


def result(*different: Cell, protections: tuple[str, ...] = (seen.CLEAR,), **evidence: Any) -> dict[str, Any]:
    """Return the module's result if all modes work but those given."""
    by_label = {other.label: other for other in different}
    cells = [cell(mode, protection=protection) for protection in protections for mode in seen.MODES]
    return judge(Evidence(tuple(by_label.get(one.label, one) for one in cells), **evidence))


def all_of(modes: tuple[str, ...], *end: object, **facts: object) -> tuple[Cell, ...]:
    return tuple(cell(mode, *end, **facts) for mode in modes)  # type: ignore[arg-type]


def verdicts(found: dict[str, Any], explicit_tls: bool = False) -> dict[str, set[str]]:
    """Return the clients of each verdict, in their newest versions."""
    groups: dict[str, set[str]] = {}
    for client, row in {row["client"]: row for row in client_oracle(found, explicit_tls)}.items():
        groups.setdefault(row["verdict"], set()).add(client)
    return groups


def believing(address: str) -> dict[str, Any]:
    return result(cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address=address))


def said(*replies: str) -> tuple[Line, ...]:
    return tuple(Line(0.1, "server", reply) for reply in replies)


def garbled(reply: str) -> dict[str, Any]:
    return result(*all_of(("PASV", "PASV-peer"), seen.ANNOUNCE, seen.GARBLED, 227, transcript=said(reply)))


LFTP = {"lftp"}
CERTIFICATE = Certificate("CN=a", "CN=a", (), "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", True, False, True, True)
UNTRUSTED = Tls(CERTIFICATE, trusted=False, trust_error="self-signed certificate")
REUSE_REQUIRED = cell("PASV", seen.UPLOAD, seen.REJECTED, 522, protection="P", variant=seen.NO_REUSE)

CASES: dict[str, tuple[dict[str, Any], dict[str, set[str]]]] = {
    "all works": (result(), {"works": EVERYBODY}),
    "masquerade address missing": (believing(LAN), {"works": EVERYBODY - BELIEVES, "hangs": BELIEVES}),
    "zeros announced": (believing("0.0.0.0"), {"works": EVERYBODY - BELIEVES, "fails": BELIEVES}),
    "another public address: repairing clients take it for meant": (
        believing("198.51.100.2"),
        {
            "works": EVERYBODY - BELIEVES - {"lftp", "FileZilla", "WinSCP", "ncftp"},
            "fails": BELIEVES | {"FileZilla", "WinSCP"},
            "hangs": LFTP,
            # It becomes active as soon as the connection fails, which may take long.
            "unknown": {"ncftp"},
        },
    ),
    "range dropped": (
        result(*all_of(seen.PASSIVE_MODES, seen.DATA, seen.TIMEOUT)),
        {"works": ACTIVE, "hangs": EVERYBODY - ACTIVE},
    ),
    "range refused but for EPSV, as an ALG does that a masquerade address silences": (
        result(*all_of(("PASV", "PASV-peer"), seen.DATA, seen.REFUSED)),
        {
            "works": EXTENDED | RESIGNED | ACTIVE,
            "fails": EVERYBODY - EXTENDED - RESIGNED - ACTIVE - LFTP,
            "hangs": LFTP,
        },
    ),
    "EPSV unknown": (result(cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 500)), {"works": EVERYBODY}),
    "EPSV's port refused: curl and basic-ftp go on with PASV, tnftp with active mode": (
        result(cell("EPSV", seen.DATA, seen.REFUSED)),
        {"works": EVERYBODY - {"aioftp"}, "fails": {"aioftp"}},
    ),
    "PASV refused: lftp, ncftp and FileZilla become active": (
        result(*all_of(("PASV", "PASV-peer"), seen.ANNOUNCE, seen.REJECTED, 550)),
        {
            "works": EXTENDED | {"lftp", "FileZilla", "ncftp"} | ACTIVE,
            "fails": RIGID | {"WinSCP"} | BELIEVES,
        },
    ),
    "PASV refused for now: lftp waits": (
        result(*all_of(("PASV", "PASV-peer"), seen.ANNOUNCE, seen.REJECTED, 425)),
        {
            "works": EXTENDED | {"FileZilla", "ncftp"} | ACTIVE,
            "fails": RIGID | {"WinSCP"} | BELIEVES,
            "hangs": LFTP,
        },
    ),
    "227 without numbers": (
        garbled("227 Entering passive mode (ftp,example,com,195,82)."),
        {
            "works": EXTENDED | {"lftp", "FileZilla"} | ACTIVE,
            "fails": RIGID | {"WinSCP", "z/OS passive", "passive-only scanner"},
            "hangs": {"wget"},
            "unknown": {"ncftp"},
        },
    ),
    "227 with numbers that mean something else": (
        garbled("227 Entering Passive Mode (1216,256,2,127,127,127)"),
        {
            "works": EXTENDED | ACTIVE,
            "fails": RIGID | {"WinSCP", "FileZilla", "z/OS passive", "passive-only scanner"},
            "hangs": LFTP | {"wget"},
            "unknown": {"ncftp"},
        },
    ),
    "229 that cannot be read: only basic-ftp falls back": (
        result(cell("EPSV", seen.ANNOUNCE, seen.GARBLED, 229)),
        {"works": EVERYBODY - {"curl", "aioftp", "tnftp"}, "fails": {"curl", "aioftp", "tnftp"}},
    ),
    "227 for EPSV: curl takes it for a refusal": (
        result(cell("EPSV", seen.ANNOUNCE, seen.GARBLED, 227)),
        {"works": EVERYBODY - {"aioftp"}, "fails": {"aioftp"}},
    ),
    "EPSV denied with another code: aioftp falls back after an unknown command only": (
        result(cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 550)),
        {"works": EVERYBODY - {"aioftp"}, "fails": {"aioftp"}},
    ),
    "a port below 1024: the probe did not connect, others may": (
        result(*all_of(seen.PASSIVE_MODES, seen.DATA, seen.PRIVILEGED, data_port=22)),
        {"works": ACTIVE, "unknown": EVERYBODY - ACTIVE},
    ),
    "greeted with 120": (
        result(server=Server(greeting=("120 soon", "220 now"))),
        {
            "works": LFTP | {"aioftp"},
            "fails": {"curl", "Python ftplib", "basic-ftp", "tnftp", "ncftp", "wget"},
            "unknown": {"FileZilla", "WinSCP", "commons-net", ".NET", "z/OS passive", "passive-only scanner"} | ACTIVE,
        },
    ),
    "EPSV ends the session": (
        result(cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 421)),
        {"works": EVERYBODY - EXTENDED, "fails": EXTENDED},
    ),
    "PASV and EPSV end the session: only lftp comes again, in active mode": (
        result(*all_of(seen.PASSIVE_MODES, seen.ANNOUNCE, seen.REJECTED, 500, transcript=said("500 OOPS: bind"))),
        {"works": LFTP | ACTIVE, "fails": EVERYBODY - LFTP - ACTIVE},
    ),
    "200 for EPSV: tnftp takes it for a 229 that it cannot read": (
        result(cell("EPSV", seen.ANNOUNCE, seen.GARBLED, 200)),
        {"works": EVERYBODY - {"aioftp", "tnftp"}, "fails": {"aioftp", "tnftp"}},
    ),
    "a loopback address announced: ncftp connects to it": (
        believing("127.0.0.1"),
        {"works": EVERYBODY - BELIEVES - {"ncftp"}, "fails": BELIEVES, "unknown": {"ncftp"}},
    ),
    "a link-local address announced: ncftp connects to it": (
        believing("169.254.1.2"),
        {"works": EVERYBODY - BELIEVES - {"ncftp"}, "hangs": BELIEVES, "unknown": {"ncftp"}},
    ),
    "in the LAN, another address of the LAN announced: ncftp repairs it": (
        result(cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address="10.1.1.1", control_address=LAN)),
        {
            "works": EVERYBODY - BELIEVES - {"lftp", "FileZilla", "WinSCP"},
            "hangs": BELIEVES | {"lftp", "FileZilla", "WinSCP"},
        },
    ),
    "in the LAN, an address of the Internet announced: lftp repairs it": (
        result(cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address="100.64.1.2", control_address=LAN)),
        {
            "works": EVERYBODY - BELIEVES - {"ncftp", "FileZilla", "WinSCP"},
            "fails": BELIEVES | {"FileZilla", "WinSCP"},
            "unknown": {"ncftp"},
        },
    ),
    "EPSV unknown, masquerade address missing": (
        result(
            cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 500),
            cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address=LAN),
        ),
        {
            "works": EVERYBODY - BELIEVES - {"tnftp", "basic-ftp"},
            "fails": {"tnftp", "basic-ftp"},
            "hangs": BELIEVES,
        },
    ),
    "EPSV unknown, 227 without brackets": (
        result(
            cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 500),
            cell("PASV", transcript=said("227 =203,0,113,13,238,114")),
            cell("PASV-peer", transcript=said("227 =203,0,113,13,238,114")),
        ),
        {"works": EVERYBODY - {"aioftp"}, "fails": {"aioftp"}},
    ),
    "EPSV unknown, 227 with other numbers before": (
        result(
            cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 500),
            cell("PASV", transcript=said("227 Port 1 of 2 (203,0,113,13,238,114)")),
        ),
        {"works": EVERYBODY - RESIGNED - {"wget"}, "fails": {"tnftp"}, "hangs": {"ncftp", "wget"}},
    ),
    "227 in two lines": (
        result(cell("PASV", transcript=said("227-Entering", "227 Passive Mode (203,0,113,13,238,114)"))),
        {"works": EVERYBODY - {"ncftp"}, "hangs": {"ncftp"}},
    ),
    "uploads refused: nothing shows what a download would meet": (
        result(*all_of(seen.MODES, seen.UPLOAD, seen.REJECTED, 553)),
        {"fails": EVERYBODY - {"wget"}, "unknown": {"wget"}},
    ),
    "no data connection is accepted": (
        result(*all_of(seen.MODES, seen.UPLOAD, seen.REJECTED, 425)),
        {"fails": EVERYBODY - {"wget"}, "unknown": {"wget"}},
    ),
    "PROT P refused: lftp goes on with data in clear, which was not probed": (
        result(
            *all_of(seen.MODES, seen.PROTECTION, seen.REJECTED, 534, protection="P"),
            protections=(seen.CLEAR, seen.PRIVATE),
        ),
        {"works": EVERYBODY - LFTP - {"FileZilla"}, "fails": {"FileZilla"}, "unknown": LFTP},
    ),
    "PROT P refused: lftp goes on with data in clear": (
        result(
            *all_of(seen.MODES, seen.PROTECTION, seen.REJECTED, 534, protection="P"),
            protections=seen.PROTECTIONS,
            tls=Tls(trusted=True),
        ),
        {"works": EVERYBODY - {"FileZilla"}, "fails": {"FileZilla"}},
    ),
    "what is sent cannot be deleted": (
        result(*all_of(seen.MODES, seen.DELETE, seen.REJECTED, 550)),
        {"works": EVERYBODY},
    ),
    "AUTH TLS refused: both go on in clear": (
        result(
            *all_of(seen.MODES, seen.TLS, seen.REJECTED, 502, protection="P"),
            protections=(seen.CLEAR, seen.PRIVATE),
            server=OFFERS_TLS,
        ),
        {"works": EVERYBODY},
    ),
    "the handshake fails: lftp goes on in clear": (
        result(
            *all_of(seen.MODES, seen.TLS, seen.NO_TLS, protection="P"),
            protections=(seen.CLEAR, seen.PRIVATE),
        ),
        {"works": EVERYBODY - {"FileZilla"}, "fails": {"FileZilla"}},
    ),
    "active refused": (
        result(*all_of(seen.ACTIVE_MODES, seen.ANNOUNCE, seen.REJECTED, 500)),
        {"works": EVERYBODY - ACTIVE, "fails": ACTIVE},
    ),
    "nothing listens: lftp does not give up": (
        result(*all_of(seen.MODES, seen.CONTROL, seen.REFUSED)),
        {"fails": EVERYBODY - LFTP, "hangs": LFTP},
    ),
    "login refused: lftp gives up, too": (
        result(*all_of(seen.MODES, seen.LOGIN, seen.REJECTED, 530)),
        {"fails": EVERYBODY},
    ),
    "TLS offered with a certificate that is not trusted, and not probed": (
        result(server=OFFERS_TLS, tls=UNTRUSTED),
        {"works": EVERYBODY - LFTP - {"FileZilla"}, "fails": LFTP, "unknown": {"FileZilla"}},
    ),
    "TLS demanded": (
        result(
            *all_of(seen.MODES, seen.LOGIN, seen.REJECTED, 530),
            protections=(seen.CLEAR, seen.PRIVATE),
            server=OFFERS_TLS,
            tls=Tls(trusted=True),
        ),
        {"works": {"lftp", "FileZilla"}, "fails": EVERYBODY - {"lftp", "FileZilla"}},
    ),
}


@pytest.mark.parametrize(("found", "expected"), CASES.values(), ids=CASES)
def test_clients_as_they_come(found: dict[str, Any], expected: dict[str, set[str]]) -> None:
    assert verdicts(found) == expected


# The answer to EPSV, where PASV is refused; and which of the clients that send EPSV can read it. All of it measured.
CAN_READ: dict[str, tuple[str, set[str]]] = {
    "bars": ("229 Go (|||61042|)", EXTENDED),
    "exclamation marks": ("229 Go (!!!61042!)", EXTENDED),
    "hashes": ("229 Go (###61042#)", EXTENDED - {"basic-ftp"}),
    "slashes": ("229 Go (///61042/)", EXTENDED - {"basic-ftp"}),
    "digits": ("229 Go (111610421)", {"aioftp"}),
    "another bracket before": ("229 Go (to) (|||61042|)", {"aioftp", "basic-ftp"}),
    "a bar before": ("229 |Go| (|||61042|)", EXTENDED),
    "a bar behind": ("229 Go (|||61042|) | ok |", EXTENDED),
    "two lines, the last": ("229-Go\n229 (|||61042|)", EXTENDED),
    "two lines, the first": ("229-Go (|||61042|)\n229 ready", {"tnftp", "basic-ftp"}),
}


@pytest.mark.parametrize(("reply", "readers"), CAN_READ.values(), ids=CAN_READ)
def test_not_every_client_can_read_a_229_that_the_probe_can(reply: str, readers: set[str]) -> None:
    found = result(
        cell("EPSV", transcript=said(*reply.split("\n"))),
        *all_of(("PASV", "PASV-peer", "PORT"), seen.ANNOUNCE, seen.REJECTED, 550),
    )
    assert verdicts(found)["works"] & EXTENDED == readers
    assert EXTENDED - readers <= verdicts(found)["fails"]


# What the probe cannot read, and which of the clients can.
READ_MORE: dict[str, tuple[str, set[str]]] = {
    "no brackets": ("229 Go |||61042|", {"basic-ftp"}),
    "square brackets": ("229 Go [|||61042|]", {"basic-ftp"}),
    "a letter in the port": ("229 Go (|||61042a|)", {"basic-ftp"}),
    "blanks": ("229 Go ( ||| 61042 | )", {"basic-ftp"}),
    "another last delimiter": ("229 Go (|||61042!)", {"basic-ftp"}),
    "another third delimiter": ("229 Go (||!61042|)", {"basic-ftp"}),
    "a blank before the port": ("229 Go (||| 61042|)", {"basic-ftp", "curl", "tnftp"}),
    "a plus before the port": ("229 Go (|||+61042|)", {"basic-ftp", "curl", "tnftp"}),
    "no last bracket": ("229 Go (|||61042|", {"basic-ftp", "curl", "tnftp"}),
    "six digits": ("229 Go (|||0061042|)", EXTENDED),
    "an address": ("229 Go (|1|203.0.113.13|61042|)", set()),
    "no last bar": ("229 Go (|||61042)", set()),
}


@pytest.mark.parametrize(("reply", "readers"), READ_MORE.values(), ids=READ_MORE)
def test_a_229_that_a_client_may_read_and_the_probe_cannot_is_unknown(reply: str, readers: set[str]) -> None:
    refused = all_of(("PASV", "PASV-peer", "PORT"), seen.ANNOUNCE, seen.REJECTED, 550)
    found = verdicts(result(cell("EPSV", seen.ANNOUNCE, seen.GARBLED, 229, transcript=said(reply)), *refused))
    assert found.get("unknown", set()) == readers
    assert EXTENDED - readers <= found["fails"]


RESUMING = {"curl", "lftp", "FileZilla", "WinSCP", "basic-ftp", "wget"}
TOLD: dict[str, tuple[dict[str, Any], dict[str, set[str]]]] = {
    "reuse demanded": (
        {"tls": Tls(trusted=True), "trials": (REUSE_REQUIRED,)},
        {"works": RESUMING, "fails": EVERYBODY - RESUMING - {".NET"}, "unknown": {".NET"}},
    ),
    "reuse not tried": (
        {"tls": Tls(trusted=True)},
        {"works": RESUMING, "fails": WITHOUT_TLS, "unknown": EVERYBODY - RESUMING - WITHOUT_TLS},
    ),
    "reuse not demanded, certificate expired": (
        {"tls": UNTRUSTED, "trials": (cell("PASV", protection="P", variant=seen.NO_REUSE),)},
        {
            "works": {"Python ftplib", "FileZilla", "WinSCP"},
            "fails": EVERYBODY - {"Python ftplib", "FileZilla", "WinSCP"},
        },
    ),
}


@pytest.mark.parametrize(("evidence", "expected"), TOLD.values(), ids=TOLD)
def test_clients_told_to_use_tls(evidence: dict[str, Any], expected: dict[str, set[str]]) -> None:
    assert verdicts(result(protections=(seen.PRIVATE,), **evidence), explicit_tls=True) == expected


@pytest.mark.parametrize(
    ("greeting", "verdict"),
    [
        ("220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------", "hangs"),
        ("220 (vsFTPd 3.0.5)", "hangs"),
        ("220 pyftpdlib 2.2.0 ready.", "works"),
        ("220 ready", "unknown"),
    ],
)
def test_a_client_that_waits_for_tls_before_the_command(greeting: str, verdict: str) -> None:
    trial = cell("PASV", protection="P", variant=seen.NO_REUSE)
    found = result(
        protections=(seen.PRIVATE,), tls=Tls(trusted=True), trials=(trial,), server=Server(greeting=(greeting,))
    )
    assert {row["client"] for row in client_oracle(found, explicit_tls=True) if row["verdict"] == verdict} >= {"aioftp"}
    assert {row["client"]: row["verdict"] for row in client_oracle(found, explicit_tls=True)}[
        "Python ftplib"
    ] == "works"


def test_what_the_probe_was_told_not_to_look_at_is_unknown() -> None:
    """Clients that ask the user, or do not look, would have gone on."""
    stopped = all_of(seen.MODES, seen.TLS, seen.UNTRUSTED, protection="P")
    found = result(*stopped, protections=(seen.PRIVATE,), tls=Tls(trusted=False, trust_error="self-signed"))
    strict = {"curl", "lftp", "aioftp", "basic-ftp", "wget", ".NET", "z/OS", "z/OS passive"} | WITHOUT_TLS
    assert verdicts(found, explicit_tls=True) == {"fails": strict, "unknown": EVERYBODY - strict}


def test_nothing_is_foretold_of_a_server_whose_replies_are_out_of_step() -> None:
    found = {**result(), "findings": [{"id": "replies-out-of-step"}]}
    assert verdicts(found) == {"unknown": EVERYBODY}
    assert verdicts(found, explicit_tls=True) == {"unknown": EVERYBODY - WITHOUT_TLS, "fails": WITHOUT_TLS}


WORKING = {"tls": Tls(trusted=True)}
TRIAL: dict[str, Any] = {"protection": "P", "variant": seen.NO_REUSE}
# Trials without resumption that ended for another reason, or with a server that refuses the same to all.
SAYS_NOTHING: dict[str, dict[str, Any]] = {
    "one client too many": {"trials": (cell("PASV", seen.LOGIN, seen.REJECTED, 421, **TRIAL),)},
    "no answer": {"trials": (cell("PASV", seen.CONTROL, seen.TIMEOUT, **TRIAL),)},
    "a port is dropped": {"trials": (cell("PASV", seen.DATA, seen.TIMEOUT, 227, **TRIAL),)},
    "the mode fails": {"trials": (cell("PORT", seen.DATA, seen.REJECTED, 425, **TRIAL),)},
}


@pytest.mark.parametrize("evidence", SAYS_NOTHING.values(), ids=SAYS_NOTHING)
def test_a_trial_that_ends_for_another_reason_does_not_show_that_resumption_is_required(
    evidence: dict[str, Any],
) -> None:
    broken = cell("PORT", seen.DATA, seen.REJECTED, 425, protection="P", tls_version="TLSv1.3")
    spoken = [cell(mode, protection="P", tls_version="TLSv1.3") for mode in seen.PASSIVE_MODES]
    found = result(broken, *spoken, protections=("P",), **WORKING, **evidence)
    assert told("Python ftplib", found) == {"": ("unknown", 0)}
    assert set(told("curl", found).values()) == {("works", 0)}
    (reason,) = [row["reason"] for row in client_oracle(found, True) if row["client"] == "Python ftplib"]
    assert reason.startswith("does not resume TLS sessions; the trial no-reuse did not show whether it has to: ")


def test_a_trial_that_could_only_not_delete_its_file_shows_that_resumption_is_not_required() -> None:
    trial = cell("PASV", seen.DELETE, seen.REJECTED, 550, protection="P", variant=seen.NO_REUSE)
    found = result(protections=("P",), **WORKING, trials=(trial,))
    assert told("Python ftplib", found) == {"": ("works", 0)}


@pytest.mark.parametrize("tls", [{}, {"trusted": None}, {"trusted": "no"}])
def test_a_certificate_that_was_not_checked_is_not_taken_for_a_trusted_one(tls: dict[str, Any]) -> None:
    trial = cell("PASV", protection="P", variant=seen.NO_REUSE)
    found = {**result(protections=("P",), trials=(trial,)), "tls": tls}
    by_client = {client: told(client, found)[""][0] for client in ("lftp", "commons-net", "Python ftplib", "WinSCP")}
    assert by_client == {"lftp": "unknown", "commons-net": "unknown", "Python ftplib": "works", "WinSCP": "works"}
    dated = {**found, "tls": {"certificate": {"expired": False}}}
    assert told("commons-net", dated) == {"": ("works", 0)}
    assert told("commons-net", {**found, "tls": {"certificate": {"expired": True}}}) == {"": ("fails", 0)}


@pytest.mark.parametrize("explicit_tls", [True, False])
def test_implicit_tls_says_nothing_of_clients_with_explicit_tls(explicit_tls: bool) -> None:
    spoken = all_of(seen.MODES, protection="P", transcript=(Line(0.1, "client", "USER probe"),))
    refused = all_of(seen.MODES, seen.TLS, seen.NO_TLS, protection="P", tls_error="WRONG_VERSION_NUMBER")
    for cells in (spoken, refused):
        found = result(*cells, protections=("P",), **WORKING)
        for client in ("lftp", "FileZilla"):
            assert told(client, found, explicit_tls) == {"": ("unknown", 0)}
    explicit = tuple(replace(each, transcript=(Line(0.1, "client", "AUTH TLS"),)) for each in spoken)
    assert told("lftp", result(*explicit, protections=("P",), **WORKING)) == {"": ("works", 0)}


def told(client: str, found: dict[str, Any], explicit_tls: bool = True) -> dict[str, tuple[str, int]]:
    """Return the verdict on each range of versions of a client, and how many transfers work."""
    rows = [row for row in client_oracle(found, explicit_tls) if row["client"] == client]
    return {row["versions"]: (row["verdict"], row["transfers"]) for row in rows}


def resuming(version: str, *trials: Cell) -> dict[str, Any]:
    """Return the result of a server that speaks this version of TLS at most."""
    cells = [cell(mode, protection=seen.PRIVATE, tls_version=version) for mode in seen.MODES]
    return result(*cells, protections=(seen.PRIVATE,), tls=Tls(trusted=True), trials=trials)


def test_curl_uses_each_ticket_of_tls_1_3_once() -> None:
    assert told("curl", resuming("TLSv1.3", REUSE_REQUIRED)) == {
        "before 7.87.0": ("works", 1),
        "7.87.0 to before 8.0.0": ("works", 1),
        "8.0.0 to before 8.12.0": ("works", 1),
        "8.12.0 and newer": ("works", 2),
    }
    (reason,) = {
        row["reason"].partition("; with")[2]
        for row in client_oracle(resuming("TLSv1.3", REUSE_REQUIRED), True)
        if (row["client"], row["transfers"]) == ("curl", 2)
    }
    assert reason == (
        " TLS 1.3, it resumes the session for no transfer after 2 uploads, and the server requires that for each"
    )


@pytest.mark.parametrize(
    "found",
    [
        resuming("TLSv1.2", REUSE_REQUIRED),
        resuming("TLSv1.3", cell("PASV", protection="P", variant=seen.NO_REUSE)),
        resuming("TLSv1.3"),
    ],
    ids=["TLS 1.2", "not required", "not tried"],
)
def test_tickets_are_no_limit_elsewhere(found: dict[str, Any]) -> None:
    assert set(told("curl", found).values()) == {("works", 0)}


def test_clients_that_reuse_their_tickets_have_no_limit() -> None:
    for client in ("lftp", "basic-ftp", "wget"):
        assert set(told(client, resuming("TLSv1.3", REUSE_REQUIRED)).values()) == {("works", 0)}


def test_a_client_that_is_held_to_tls_1_2_has_no_limit() -> None:
    (old,) = [client for client in CLIENTS if client.versions == "8.12.0 and newer"]
    for newest, transfers in (("TLSv1.2", 0), ("TLSv1.3", 2)):
        (row,) = client_oracle(resuming("TLSv1.3", REUSE_REQUIRED), True, [replace(old, newest_tls=newest)])
        assert row["transfers"] == transfers


@pytest.mark.parametrize(("version", "verdict"), [("7.88.1", "fails"), ("7.86.0", "works"), ("8.0.0", "works")])
def test_curl_7_88_sends_active_data_in_clear(version: str, verdict: str) -> None:
    active = replace(known.row("curl", version), tries=("EPRT", "PORT"))
    (row,) = client_oracle(resuming("TLSv1.2"), True, [active])
    assert row["verdict"] == verdict
    (row,) = client_oracle(result(), False, [active])
    assert row["verdict"] == "works"


def test_aioftp_has_tls_since_0_25() -> None:
    trial = cell("PASV", protection="P", variant=seen.NO_REUSE)
    found = result(
        protections=(seen.PRIVATE,), tls=Tls(trusted=True), trials=(trial,), server=Server(greeting=("220 pyftpdlib",))
    )
    assert told("aioftp", found) == {"before 0.25.0": ("fails", 0), "0.25.0 and newer": ("works", 0)}


def test_aioftp_resumes_no_session() -> None:
    found = {**resuming("TLSv1.2", REUSE_REQUIRED), "server": {"greeting": ["220 pyftpdlib"]}}
    assert told("aioftp", found)["0.25.0 and newer"] == ("fails", 0)


@pytest.mark.parametrize(
    ("version", "greeting", "verdict"),
    [
        ("TLSv1.3", "220 pyftpdlib 2.2.0 ready.", "unknown"),
        ("TLSv1.3", "220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------", "works"),
        ("TLSv1.3", "220 ready", "works"),
        ("TLSv1.2", "220 pyftpdlib 2.2.0 ready.", "works"),
    ],
)
def test_java_resets_uploads_with_tls_1_3(version: str, greeting: str, verdict: str) -> None:
    allowed = resuming(version, cell("PASV", protection="P", variant=seen.NO_REUSE))
    found = {**allowed, "server": {"greeting": [greeting]}}
    assert told("commons-net", found) == {"": (verdict, 0)}
    assert told("Python ftplib", found) == {"": ("works", 0)}


def test_what_is_not_known_of_net_is_said() -> None:
    assert told(".NET", resuming("TLSv1.2", REUSE_REQUIRED)) == {"": ("unknown", 0)}
    assert told(".NET", resuming("TLSv1.2", cell("PASV", protection="P", variant=seen.NO_REUSE))) == {"": ("works", 0)}


def test_the_label_of_a_row_has_its_versions() -> None:
    assert label({"client": "curl", "versions": "8.12.0 and newer"}) == "curl 8.12.0 and newer"
    assert label({"client": "wget", "versions": ""}) == label({"client": "wget"}) == "wget"


def test_every_answer_has_its_reason_and_source() -> None:
    for row in client_oracle(believing(LAN)):
        assert row["reason"] and row["source"]
