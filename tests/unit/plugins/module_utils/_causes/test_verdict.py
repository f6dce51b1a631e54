# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence, and the exact findings that it gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    Cell,
    Certificate,
    Edge,
    Evidence,
    Exhaustion,
    Line,
    Server,
    Session,
    Tls,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import TABLE_WIDTH

PUBLIC, LAN, CLIENT = "203.0.113.13", "192.168.128.13", "203.0.113.100"
RANGE = PortRange(61000, 61099)
FORWARDED = (Edge(61000, seen.REFUSED), Edge(61099, seen.REFUSED))
HALF = (Edge(61000, seen.REFUSED), Edge(61099, seen.TIMEOUT))
DROPPED = (Edge(61000, seen.TIMEOUT), Edge(61099, seen.TIMEOUT))
# What became of the TLS session on the data connection that was refused.
NONE_OFFERED, FORGOTTEN, RESUMED = (
    (Session("STOR", offered, resumed),) for offered, resumed in ((False, False), (True, False), (True, True))
)


def cell(mode: str, stage: str = seen.DELETE, outcome: str = seen.OK, code: int = 0, **facts: object) -> Cell:
    """Return a cell of a service at PUBLIC; by default, one that passed."""
    data = (CLIENT, 40001) if mode in seen.ACTIVE_MODES else (PUBLIC, 61042)
    made = Cell(mode, stage, outcome, code, f"{code} reply", PUBLIC, 21, *data)
    return replace(made, **facts)  # type: ignore[arg-type]


def matrix(**others: Cell) -> tuple[Cell, ...]:
    """Return all five modes, passed where no other cell is given (PASV_peer stands for PASV-peer)."""
    return tuple(others.get(mode.replace("-", "_"), cell(mode)) for mode in seen.MODES)


def everywhere(*end: object, **facts: object) -> tuple[Cell, ...]:
    """Return all five modes ending alike."""
    return tuple(cell(mode, *end, **facts) for mode in seen.MODES)  # type: ignore[arg-type]


def passive(*end: object, **facts: object) -> tuple[Cell, ...]:
    """Return the passive modes ending alike, the active ones passed."""
    ended = {mode.replace("-", "_"): cell(mode, *end, **facts) for mode in seen.PASSIVE_MODES}  # type: ignore[arg-type]
    return matrix(**ended)


def active(*end: object, **facts: object) -> tuple[Cell, ...]:
    """Return the active modes ending alike, the passive ones passed."""
    return matrix(**{mode: cell(mode, *end, **facts) for mode in seen.ACTIVE_MODES})  # type: ignore[arg-type]


def believing(address: str) -> tuple[Cell, ...]:
    """Return the cells of a server that announces a wrong address, which only PASV trusts."""
    return matrix(PASV=cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address=address))


def findings(cells: tuple[Cell, ...], edges: tuple[Edge, ...] = FORWARDED) -> dict[str, list[str]]:
    result = judge(Evidence(cells, edges, LAN, RANGE))
    return {finding["id"]: finding["modes"] for finding in result["findings"]}


MODES, PASSIVE, ACTIVE = list(seen.MODES), list(seen.PASSIVE_MODES), list(seen.ACTIVE_MODES)
TABLE: dict[str, tuple[tuple[Cell, ...], tuple[Edge, ...], dict[str, list[str]]]] = {
    "healthy": (matrix(), FORWARDED, {}),
    "another transfer on an edge": (matrix(), (Edge(61000, seen.OPEN), Edge(61099, seen.REFUSED)), {}),
    # The control port
    "no rule at all": (everywhere(seen.CONTROL, seen.TIMEOUT), DROPPED, {"control-port-timeout": MODES}),
    "rule to an empty address": (
        everywhere(seen.CONTROL, seen.UNREACHABLE),
        (Edge(61000, seen.UNREACHABLE), Edge(61099, seen.UNREACHABLE)),
        {"lan-address-unreachable": MODES},
    ),
    "rule to an empty address, few reports": (
        everywhere(seen.CONTROL, seen.TIMEOUT),
        (Edge(61000, seen.UNREACHABLE), Edge(61099, seen.TIMEOUT)),
        {"lan-address-unreachable": MODES},
    ),
    "address that the MX does not hold": (
        everywhere(seen.CONTROL, seen.NO_NEIGHBOUR),
        DROPPED,
        {"public-address-unanswered": MODES},
    ),
    "probe without a route": (everywhere(seen.CONTROL, seen.NO_ROUTE), DROPPED, {"no-route": MODES}),
    "server down": (everywhere(seen.CONTROL, seen.REFUSED), FORWARDED, {"control-port-refused": MODES}),
    "SSH on 21": (everywhere(seen.GREETING, seen.GARBLED), FORWARDED, {"not-ftp": MODES}),
    "silent": (everywhere(seen.GREETING, seen.TIMEOUT), FORWARDED, {"no-greeting": MODES}),
    "hangs up": (everywhere(seen.GREETING, seen.CLOSED), FORWARDED, {"closed-before-greeting": MODES}),
    "full": (everywhere(seen.GREETING, seen.REJECTED, 421), FORWARDED, {"service-not-available": MODES}),
    "shutting down": (everywhere(seen.TYPE, seen.REJECTED, 421), FORWARDED, {"service-not-available": MODES}),
    "wrong password": (everywhere(seen.LOGIN, seen.REJECTED, 530), FORWARDED, {"login-refused": MODES}),
    "wrong password, range dropped": (
        everywhere(seen.LOGIN, seen.REJECTED, 530),
        DROPPED,
        {"login-refused": MODES, "passive-range-not-forwarded": []},
    ),
    "no such directory": (everywhere(seen.DIRECTORY, seen.REJECTED, 550), FORWARDED, {"directory-refused": MODES}),
    "vsftpd gives up": (
        passive(seen.ANNOUNCE, seen.REJECTED, 500, reply="500 OOPS: vsf_sysutil_bind"),
        FORWARDED,
        {"vsftpd-no-port-to-bind": PASSIVE},
    ),
    # What 227 says
    "masquerade address missing": (believing(LAN), FORWARDED, {"private-address-announced": ["PASV"]}),
    "container's address": (believing("172.17.0.2"), FORWARDED, {"private-address-announced": ["PASV"]}),
    "listen_ipv6=YES": (believing("0.0.0.0"), FORWARDED, {"zero-address-announced": ["PASV"]}),
    "other uplink": (believing("198.51.100.2"), FORWARDED, {"other-address-announced": ["PASV"]}),
    "host name in 227": (
        matrix(PASV=cell("PASV", seen.ANNOUNCE, seen.GARBLED, 227)),
        FORWARDED,
        {"unreadable-announcement": ["PASV"]},
    ),
    "passive off": (passive(seen.ANNOUNCE, seen.REJECTED, 550), FORWARDED, {"passive-refused": PASSIVE}),
    "EPSV unknown": (
        matrix(EPSV=cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 500)),
        FORWARDED,
        {"extension-unsupported": ["EPSV"]},
    ),
    "EPSV denied": (
        matrix(EPSV=cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 550)),
        FORWARDED,
        {"extension-unsupported": ["EPSV"]},
    ),
    # The passive range
    "MX narrower than the server, seen by a cell": (
        matrix(EPSV=cell("EPSV", seen.DATA, seen.TIMEOUT)),
        HALF,
        {"passive-range-not-forwarded": ["EPSV"]},
    ),
    "MX narrower than the server, all cells lucky": (matrix(), HALF, {"passive-range-not-forwarded": []}),
    "range not forwarded, masquerade address missing": (
        matrix(
            PASV=cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address=LAN),
            PASV_peer=cell("PASV-peer", seen.DATA, seen.TIMEOUT),
            EPSV=cell("EPSV", seen.DATA, seen.TIMEOUT),
        ),
        DROPPED,
        {"private-address-announced": ["PASV"], "passive-range-not-forwarded": ["PASV-peer", "EPSV"]},
    ),
    "range not pinned": (passive(seen.DATA, seen.TIMEOUT, data_port=34791), FORWARDED, {"port-outside-range": PASSIVE}),
    "range not pinned, no firewall": (passive(data_port=34791), FORWARDED, {"port-outside-range": PASSIVE}),
    "helper silenced by masquerade address": (
        passive(seen.DATA, seen.REFUSED),
        FORWARDED,
        {"passive-port-refused": PASSIVE},
    ),
    "source NAT": (
        passive(seen.UPLOAD, seen.REJECTED, 425, reply="425 Security: Bad IP connecting."),
        FORWARDED,
        {"passive-peer-refused": PASSIVE},
    ),
    "425 without a reason": (
        passive(seen.UPLOAD, seen.REJECTED, 425),
        FORWARDED,
        {"passive-data-unseen": PASSIVE},
    ),
    # Active mode
    "outbound rules": (active(seen.DATA, seen.TIMEOUT), FORWARDED, {"active-data-missing": ACTIVE}),
    "425": (active(seen.DATA, seen.REJECTED, 425), FORWARDED, {"active-data-missing": ACTIVE}),
    "425 to PORT itself": (active(seen.ANNOUNCE, seen.REJECTED, 425), FORWARDED, {"active-data-missing": ACTIVE}),
    "active off": (active(seen.ANNOUNCE, seen.REJECTED, 550), FORWARDED, {"active-refused": ACTIVE}),
    "PORT and EPRT answered with 500": (
        active(seen.ANNOUNCE, seen.REJECTED, 500),
        FORWARDED,
        {"active-refused": ACTIVE},
    ),
    "client behind NAT": (
        active(seen.ANNOUNCE, seen.REJECTED, 500, data_address="192.168.1.7"),
        FORWARDED,
        {"active-address-refused": ACTIVE},
    ),
    "EPRT unknown": (
        matrix(
            PORT=cell("PORT", data_peer=f"{PUBLIC}:20"),
            EPRT=cell("EPRT", seen.ANNOUNCE, seen.REJECTED, 500),
        ),
        FORWARDED,
        {"extension-unsupported": ["EPRT"]},
    ),
    "behind a router that reads PORT and EPRT in clear": (
        tuple(cell(mode, data_address="192.168.1.7", data_peer=f"{PUBLIC}:20") for mode in ACTIVE)
        + tuple(
            cell(mode, seen.ANNOUNCE, seen.REJECTED, 500, data_address="192.168.1.7", protection=seen.PRIVATE)
            for mode in ACTIVE
        ),
        FORWARDED,
        {"active-address-refused": ["PORT P", "EPRT P"]},
    ),
    "1:Many": (
        active(seen.DATA, seen.FOREIGN, data_peer="203.0.113.2:20"),
        FORWARDED,
        {"active-data-from-other-address": ACTIVE},
    ),
    # The file
    "read-only": (
        tuple(cell(mode, seen.DATA if mode in ACTIVE else seen.UPLOAD, seen.REJECTED, 550) for mode in MODES),
        FORWARDED,
        {"upload-refused": MODES},
    ),
    "ASCII": (everywhere(seen.COMPARE, seen.DIFFERS, 226), FORWARDED, {"content-differs": MODES}),
    "no deleting": (everywhere(seen.DELETE, seen.REJECTED, 550), FORWARDED, {"delete-refused": MODES}),
    "anything else": (everywhere(seen.TYPE, seen.TIMEOUT, 230), FORWARDED, {"dialogue-broken": MODES}),
}


@pytest.mark.parametrize(("cells", "edges", "expected"), TABLE.values(), ids=TABLE)
def test_the_findings_are_exactly_those(
    cells: tuple[Cell, ...], edges: tuple[Edge, ...], expected: dict[str, list[str]]
) -> None:
    assert findings(cells, edges) == expected
    assert judge(Evidence(cells, edges, LAN, RANGE))["passed"] == (not expected)


FAULT_FILES = Path(__file__).parents[4] / "faults"


def test_every_cause_is_shown_by_the_table_or_a_fault_file() -> None:
    shown = {identity for _cells, _edges, expected in TABLE.values() for identity in expected}
    shown |= {identity for _evidence, expected in RUNS.values() for identity in expected}
    for path in FAULT_FILES.glob("*/*.yml"):
        shown.update(yaml.safe_load(path.read_text())["findings"])
    assert shown == {cause.id for cause in CAUSES}


def certificate(**facts: object) -> Tls:
    """TLS 1.3 with a sound certificate, but for the facts."""
    sound = Certificate("CN=a", "CN=a", ("ftp.example.com",), "", "", False, False, True, True)
    return Tls(replace(sound, **facts), versions=(("TLSv1.3", seen.OK),), name="ftp.example.com")  # type: ignore[arg-type]


IPV4, IPV6 = cell("EPSV"), cell("EPSV", seen.CONTROL, seen.TIMEOUT, control_address="2001:db8::13")
LOST = cell("PASV", seen.REPLY, seen.TIMEOUT, 150, variant=seen.LONG_TRANSFER, idle=6.0)
CUT = replace(LOST, stage=seen.UPLOAD, outcome=seen.CLOSED)
KEPT = cell("PASV", variant=seen.KEPT_ALIVE, idle=6.0, keepalive=1)
STALLED, SMALL = cell("PASV", seen.UPLOAD, seen.TIMEOUT, 150), cell("PASV", variant=seen.SMALL_PACKETS)
IN_TLS = {"protection": seen.PRIVATE}
REFUSED_TRIAL = cell("PORT", seen.ANNOUNCE, seen.REJECTED, 500, variant=seen.BOUNCE)
# What shows beside the cells, and what needs more than one of them.
RUNS: dict[str, tuple[Evidence, list[str]]] = {
    "IPv6 not admitted": (Evidence((IPV4, IPV6)), ["ipv6-control-failed"]),
    "neither family": (Evidence((cell("EPSV", seen.CONTROL, seen.TIMEOUT), IPV6)), ["control-port-timeout"]),
    "implicit TLS": (
        Evidence((cell("PASV", seen.GREETING, seen.TIMEOUT, control_port=990),)),
        ["implicit-tls-on-control-port"],
    ),
    "sound certificate": (Evidence(matrix(), tls=certificate()), []),
    "wrong name": (Evidence(matrix(), tls=certificate(name_matches=False)), ["certificate-name-mismatch"]),
    "called by address": (
        Evidence(matrix(), tls=replace(certificate(name_matches=False), name="203.0.113.13")),
        [],
    ),
    "range full, refused": (
        Evidence(matrix(), exhaustion=Exhaustion((1, 2), (), seen.ANNOUNCE, seen.REJECTED, 425)),
        [],
    ),
    "limit of clients before the range": (
        Evidence(matrix(), exhaustion=Exhaustion((1,), (), seen.GREETING, seen.REJECTED, 421)),
        [],
    ),
    "range full, hangs up": (
        Evidence(matrix(), exhaustion=Exhaustion((1, 2), (), seen.ANNOUNCE, seen.CLOSED)),
        ["range-exhaustion-ends-session"],
    ),
    "ports at random": (Evidence(matrix(), announced=(3, 4, 5, 9, 2)), []),
    "ports in a circle": (Evidence(matrix(), announced=(8, 9, 7, 8, 9)), ["sequential-ports"]),
    "announced outside, seen by cells, too": (
        Evidence(passive(data_port=34791), (), LAN, RANGE, announced=(34792, 41000)),
        ["port-outside-range"],
    ),
    "small packets pass": (Evidence((STALLED,), trials=(SMALL,)), ["large-packets-lost"]),
    "small packets pass, the TLS handshake stalls": (
        Evidence((cell("PASV", seen.TLS, seen.TIMEOUT, 234, **IN_TLS),), trials=(replace(SMALL, **IN_TLS),)),
        ["large-packets-lost"],
    ),
    "small packets pass in clear only": (
        Evidence((cell("PASV", seen.TLS, seen.TIMEOUT, 234, **IN_TLS),), trials=(SMALL,)),
        ["tls-handshake-failed"],
    ),
    "small packets do not pass, either": (
        Evidence((STALLED,), trials=(replace(STALLED, variant=seen.SMALL_PACKETS),)),
        ["transfer-stalled"],
    ),
    "a long upload works": (Evidence(matrix(), trials=(replace(KEPT, variant=seen.LONG_TRANSFER), KEPT)), []),
    "the idle control connection is forgotten": (
        Evidence(matrix(), trials=(LOST, KEPT)),
        ["control-connection-forgotten"],
    ),
    "the idle control connection is reset": (Evidence(matrix(), trials=(CUT, KEPT)), ["control-connection-forgotten"]),
    "kept alive under another protection only": (
        Evidence(matrix(), trials=(LOST, replace(KEPT, protection=seen.PRIVATE))),
        ["final-reply-missing"],
    ),
    "keepalives do not help": (
        Evidence(matrix(), trials=(LOST, replace(LOST, variant=seen.KEPT_ALIVE))),
        ["final-reply-missing"],
    ),
    "long uploads are cut, with keepalives, too": (
        Evidence(matrix(), trials=(CUT, replace(CUT, variant=seen.KEPT_ALIVE))),
        ["session-cut"],
    ),
    "the server ends sessions that seem idle": (
        Evidence(matrix(), trials=(replace(CUT, outcome=seen.REJECTED, code=421, reply="421 Timeout."), KEPT)),
        ["control-timed-out"],
    ),
    "what is to be refused": (Evidence(matrix(), trials=(REFUSED_TRIAL,)), []),
    "PORT taken, but nobody called": (
        Evidence(matrix(), trials=(replace(REFUSED_TRIAL, stage=seen.DATA, outcome=seen.TIMEOUT),)),
        [],
    ),
    "PORT taken, and the third host was called from another uplink": (
        Evidence(
            matrix(),
            trials=(replace(REFUSED_TRIAL, stage=seen.DATA, outcome=seen.FOREIGN, data_peer="198.51.100.2:20"),),
        ),
        ["bounce-allowed"],
    ),
    "1:Many NAT, and no third host was called": (
        Evidence(matrix(), trials=(replace(REFUSED_TRIAL, stage=seen.DATA, outcome=seen.FOREIGN),)),
        [],
    ),
    "a wide range of ports in clear and in TLS": (
        Evidence(
            (
                cell("PASV", data_port=34791),
                cell("PASV", protection=seen.PRIVATE, data_port=34792),
                cell("EPSV", protection=seen.PRIVATE),
            ),
            (),
            LAN,
            RANGE,
        ),
        ["port-outside-range"],
    ),
    "EPSV leaves the range, too, and nothing was tried in TLS": (
        Evidence((cell("PASV"), cell("EPSV", data_port=34792)), (), LAN, RANGE),
        ["port-outside-range"],
    ),
    "EPSV passes by luck, the range is too narrow": (
        Evidence(
            matrix(
                PASV=cell("PASV", seen.DATA, seen.TIMEOUT),
                PASV_peer=cell("PASV-peer", seen.DATA, seen.TIMEOUT),
            ),
            HALF,
        ),
        ["passive-range-not-forwarded"],
    ),
    "E3": (
        Evidence(
            matrix(
                PASV=cell("PASV", seen.DATA, seen.TIMEOUT),
                PASV_peer=cell("PASV-peer", seen.DATA, seen.TIMEOUT),
            ),
            DROPPED,
        ),
        ["masquerade-silences-alg"],
    ),
    "E6": (
        Evidence(
            tuple(
                cell(mode, seen.DATA, seen.TIMEOUT, control_port=2121)
                if mode != "PASV"
                else cell(mode, seen.DATA, seen.FOREIGN, control_port=2121, data_address=LAN)
                for mode in seen.PASSIVE_MODES
            ),
            DROPPED,
        ),
        ["alg-ignores-control-port"],
    ),
}


@pytest.mark.parametrize(("evidence", "expected"), RUNS.values(), ids=RUNS)
def test_the_findings_of_a_run_are_exactly_those(evidence: Evidence, expected: list[str]) -> None:
    assert [finding["id"] for finding in judge(evidence)["findings"]] == expected


def test_a_finding_names_long_uploads_beside_the_cells() -> None:
    result = judge(Evidence(matrix(), trials=(LOST, KEPT)))
    assert not result["passed"]
    assert [cell["verdict"] for cell in result["cells"]] == ["passed"] * 5
    assert len(result["table"]) == 5
    assert result["findings"][0]["modes"] == ["PASV long-transfer"]
    assert result["findings"][0]["evidence"] == [
        "PASV long-transfer: control connection idle for 6.0 s; transfer complete, reply never came: timeout",
        "PASV kept-alive: control connection idle for 6.0 s but for a TCP keepalive every 1 s; upload and delete fine;"
        " data connection to 203.0.113.13:61042",
    ]


def test_the_keepalive_that_worked_is_the_one_that_is_proposed() -> None:
    evidence = Evidence(matrix(), trials=(LOST, replace(KEPT, keepalive=25)), server=Server(greeting=("220 ProFTPD",)))
    (finding,) = judge(evidence)["findings"]
    change = {"scope": "role", "option": "proftpd_extra_options", "add": True}
    assert finding["changes"] == [{**change, "value": {"SocketOptions": "keepalive 25:9:25"}}]


def remedy(*greeting: str) -> dict[str, Any]:
    """Return the one finding of a server that announces its LAN address and has this greeting."""
    evidence = Evidence(believing(LAN), FORWARDED, LAN, RANGE, server=Server(greeting=greeting))
    (finding,) = judge(evidence)["findings"]
    return finding  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("greeting", "name"),
    [
        *((server.names[0].seen, name) for name, server in SERVERS.items()),
        # Masked, since the user's password holds that word.
        ("331 P******** required for probe", "ProFTPD"),
        ("331 Please specify the ********.", "vsftpd"),
    ],
)
def test_the_remedy_is_in_the_words_of_the_server(greeting: str, name: str) -> None:
    finding = remedy(greeting)
    option = f"{SERVERS[name].role}_masquerade_address"
    assert f"{name}: {SERVERS[name].masquerade}." in finding["remedy"]
    assert sum(f"{server}:" in finding["remedy"] for server in SERVERS) == 1
    assert finding["changes"] == [{"scope": "role", "option": option, "value": PUBLIC, "add": False}]


def test_a_server_that_is_not_known_gets_the_words_of_all() -> None:
    finding = remedy("220 ready")
    assert all(f"{server}: " in finding["remedy"] for server in SERVERS)
    assert finding["changes"] == [{"scope": "role", "option": "ftp_public_address", "value": PUBLIC, "add": False}]


def test_a_change_that_only_one_server_has_is_for_that_server() -> None:
    def changes(greeting: str) -> list[dict[str, Any]]:
        cells = passive(seen.UPLOAD, seen.REJECTED, 425, reply="425 Security: Bad IP connecting.")
        evidence = Evidence(cells, server=Server(greeting=(greeting,)))
        (finding,) = judge(evidence)["findings"]
        return list(finding["changes"])

    expected = {"scope": "role", "option": "vsftpd_extra_options", "value": {"pasv_promiscuous": True}, "add": True}
    assert changes("220 (vsFTPd 3.0.5)") == [expected]
    assert changes("220 ProFTPD Server") == changes("220 ready") == []


@pytest.mark.parametrize(
    ("greeting", "options"),
    [
        ("220 (vsFTPd 3.0.5)", ["vsftpd_tls_session_reuse"]),
        ("220 ProFTPD Server", ["proftpd_tls_session_reuse"]),
        ("220---------- Welcome to Pure-FTPd ----------", []),
        ("220 pyftpdlib 2.2.0 ready.", []),
        ("220-FileZilla Server 1.9.4", []),
        ("220 Microsoft FTP Service", []),
    ],
)
def test_only_a_server_that_can_do_without_session_reuse_is_told_to(greeting: str, options: list[str]) -> None:
    facts = {"protection": seen.PRIVATE, "sessions": NONE_OFFERED}
    ended = cell("PASV", seen.DATA_TLS, seen.REJECTED, 522, reply="522 session reuse required", **facts)
    (finding,) = judge(Evidence((ended,), server=Server(greeting=(greeting,))))["findings"]
    assert finding["id"] == "session-reuse-refused"
    assert [change["option"] for change in finding["changes"]] == options


@pytest.mark.parametrize(
    ("greeting", "told", "changes"),
    [
        ("220 (vsFTPd 3.0.5)", "listen_ipv6=NO", {"vsftpd_extra_options": {"listen": True, "listen_ipv6": False}}),
        ("220 ProFTPD Server", "MasqueradeAddress", {"proftpd_masquerade_address": PUBLIC}),
        ("220 Service ready for new user.", "host_override", {}),
    ],
)
def test_zeros_are_mended_in_the_server_that_announces_them(
    greeting: str, told: str, changes: dict[str, object]
) -> None:
    evidence = Evidence(believing("0.0.0.0"), FORWARDED, LAN, RANGE, server=Server(greeting=(greeting,)))
    (finding,) = judge(evidence)["findings"]
    assert told in finding["remedy"]
    assert {change["option"]: change["value"] for change in finding["changes"]} == changes
    assert ("listen_ipv6" in finding["remedy"]) == ("ProFTPD" not in greeting)


@pytest.mark.parametrize(
    ("reply", "asks"),
    [
        ("426 Transfer aborted: TLS connection closed unexpectedly. You may resume with REST.", False),
        ("451 Resume the upload later: SSL read error", False),
        ("522 Resume the TLS session of the control connection", True),
        ("425 TLS session of data connection not resumed.", True),
        ("522 SSL connection failed: session reuse required", True),
        ("522 Reuse of the TLS session is required", True),
    ],
)
def test_to_resume_a_file_is_not_to_resume_a_tls_session(reply: str, asks: bool) -> None:
    facts = {"protection": seen.PRIVATE, "sessions": FORGOTTEN, "data_tls_version": "TLSv1.3", "reply": reply}
    ended = cell("PASV", seen.UPLOAD, seen.REJECTED, int(reply[:3]), **facts)
    (finding,) = judge(Evidence((ended,)))["findings"]
    assert (finding["id"] == "session-forgotten") is asks


@pytest.mark.parametrize("passes", [True, False])
def test_a_client_that_did_resume_is_not_told_to_do_without(passes: bool) -> None:
    facts = {"protection": seen.PRIVATE, "sessions": RESUMED, "data_tls_version": "TLSv1.3"}
    ended = cell("PASV", seen.UPLOAD, seen.REJECTED, 425, **facts)
    ended = replace(ended, reply="425 Unable to build data connection: Operation not permitted")
    end = (seen.DELETE, seen.OK, 221) if passes else (seen.UPLOAD, seen.CLOSED, 150)
    trial = cell("PASV", *end, protection=seen.PRIVATE, variant=seen.SESSIONS, tls_version="TLSv1.2")
    evidence = Evidence((ended,), trials=(trial,), server=Server(greeting=("220 ProFTPD Server",)))
    (finding,) = judge(evidence)["findings"]
    assert finding["id"] == "session-resumed-refused"
    assert finding["changes"] == []
    assert "Update the server" in finding["remedy"]
    assert ("TLSProtocol TLSv1.2" in finding["remedy"]) is passes
    assert "NoSessionReuseRequired" not in finding["remedy"]
    assert "TLS session of data connection 1: resumed" in finding["evidence"][0]


@pytest.mark.parametrize(
    ("sessions", "found", "words"),
    [
        ((), "session-reuse-refused", ""),
        ((Session("STOR", True, True, 226),), "session-reuse-refused", ""),
        ((Session("STOR", False, False, 522),), "session-reuse-refused", "data connection 1: none offered"),
        ((Session("STOR", True, False, 522),), "session-forgotten", "data connection 1: offered, not resumed"),
        (
            (Session("STOR", True, True, 226), Session("RETR", True, False, 522)),
            "session-forgotten-later",
            "data connection 2: offered, not resumed",
        ),
        (
            (Session("STOR", True, True, 226), Session("RETR", False, False, 522)),
            "session-reuse-refused",
            "data connection 2: none offered",
        ),
        (
            (Session("STOR", False, False, 522, expired=True),),
            "session-forgotten",
            "data connection 1: expired, not offered",
        ),
        (
            (Session("STOR", True, True, 226), Session("RETR", False, False, 522, expired=True)),
            "session-forgotten-later",
            "data connection 2: expired, not offered",
        ),
        ((Session("STOR", True, True, 522),), "session-resumed-refused", "data connection 1: resumed"),
        (
            (Session("STOR", True, False, 226), Session("RETR", True, True, 522)),
            "session-resumed-refused",
            "data connection 2: resumed",
        ),
    ],
)
@pytest.mark.parametrize("variant", ["", seen.SESSIONS])
def test_what_became_of_the_session_tells_the_cause(
    sessions: tuple[Session, ...], found: str, words: str, variant: str
) -> None:
    facts = {"protection": seen.PRIVATE, "data_tls_version": "TLSv1.2", "reply": "522 session reuse required"}
    ended = cell("PASV", seen.DOWNLOAD, seen.REJECTED, 522, sessions=sessions, variant=variant, **facts)
    well = cell("PASV", seen.DELETE, seen.OK, 221, protection=seen.PRIVATE)
    evidence = Evidence((well,), trials=(ended,)) if variant else Evidence((ended,))
    findings = judge(evidence)["findings"]
    if variant and not sessions:
        assert findings == []
        return
    (finding,) = findings
    assert (finding["id"], finding["modes"]) == (found, [ended.label])
    assert words in finding["evidence"][0]
    assert ("TLS session of" in finding["evidence"][0]) is bool(words)


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        ({"protection": seen.PRIVATE, "sessions": NONE_OFFERED}, {"session-reuse-refused"}),
        ({"protection": seen.PRIVATE, "sessions": FORGOTTEN}, {"session-reuse-refused", "session-forgotten"}),
        ({"protection": seen.PRIVATE, "sessions": RESUMED}, {"session-reuse-refused", "session-cut"}),
        ({"protection": seen.CLEAR, "sessions": ()}, {"session-reuse-refused", "session-cut"}),
    ],
)
def test_a_session_that_ends_instead_of_the_refusal_has_the_same_cause(
    facts: dict[str, Any], findings: set[str]
) -> None:
    refused = cell("PASV", seen.UPLOAD, seen.REJECTED, 522, protection=seen.PRIVATE, sessions=NONE_OFFERED)
    refused = replace(refused, reply="522 SSL connection failed: session reuse required")
    cut = cell("EPSV", seen.UPLOAD, seen.CLOSED, 150, **facts)
    assert {finding["id"] for finding in judge(Evidence((refused, cut)))["findings"]} == findings
    assert "session-reuse-refused" not in {finding["id"] for finding in judge(Evidence((cut,)))["findings"]}


@pytest.mark.parametrize("facts", [{"sessions": RESUMED}, {"protection": seen.CLEAR, "sessions": ()}])
def test_a_session_that_ends_is_no_proof_for_a_refusal_of_another_kind(facts: dict[str, Any]) -> None:
    refused = cell("PASV", seen.UPLOAD, seen.REJECTED, 425, **{"protection": seen.PRIVATE, **facts})
    refused = replace(refused, reply="425 Unable to build data connection: Operation not permitted")
    cut = cell("EPSV", seen.UPLOAD, seen.CLOSED, 150, protection=seen.PRIVATE, sessions=FORGOTTEN)
    findings = judge(Evidence((refused, cut), server=Server(greeting=("220 ProFTPD Server",))))["findings"]
    assert "NoSessionReuseRequired" not in " ".join(finding["remedy"] for finding in findings)
    assert "session-cut" in {finding["id"] for finding in findings}


def test_a_session_that_nobody_knows_of_weakens_nothing() -> None:
    ended = cell("PASV", seen.UPLOAD, seen.REJECTED, 522, protection=seen.PRIVATE, reply="522 session reuse required")
    (finding,) = judge(Evidence((ended,), server=Server(greeting=("220 (vsFTPd 3.0.5)",))))["findings"]
    assert finding["id"] == "session-reuse-refused"
    assert finding["changes"] == []
    assert "Weakens" not in finding["remedy"]


def test_no_address_mends_a_229() -> None:
    (finding,) = judge(Evidence((cell("EPSV", seen.ANNOUNCE, seen.GARBLED, 229),)))["findings"]
    assert finding["id"] == "extended-announcement-unreadable"
    assert finding["changes"] == []
    assert "ftp_public_address" not in finding["remedy"]


def test_what_was_dropped_is_shown() -> None:
    talk = (Line(0.0, "client", "AUTH TLS"), Line(0.1, "server", "234 go"), Line(0.1, seen.DROPPED, "230 in"))
    (finding,) = judge(Evidence((cell("PASV", transcript=talk, protection=seen.PRIVATE),)))["findings"]
    assert finding["id"] == "text-before-tls"
    assert finding["evidence"] == ["in clear behind the reply to AUTH TLS, dropped: 230 in"]


def test_changes_hold_what_is_expected() -> None:
    (finding,) = judge(Evidence(matrix(), HALF, LAN, RANGE))["findings"]
    assert finding["changes"] == [
        {"scope": "endpoint", "option": "modes", "value": ["passive"], "add": True},
        {"scope": "endpoint", "option": "passive_ports", "value": "61000-61099", "add": False},
    ]


@pytest.mark.parametrize(
    ("client", "sources"), [("203.0.113.100", ["203.0.113.100"]), ("192.168.1.7", None), ("", None)]
)
def test_only_a_client_that_the_mx_sees_by_its_own_address_is_to_be_allowed(
    client: str, sources: list[str] | None
) -> None:
    evidence = Evidence(everywhere(seen.CONTROL, seen.TIMEOUT), client_address=client)
    changes = {change["option"]: change["value"] for change in judge(evidence)["findings"][0]["changes"]}
    assert changes.get("allowed_ips") == sources


@pytest.mark.parametrize("outcome", [seen.TIMEOUT, seen.NO_NEIGHBOUR])
@pytest.mark.parametrize(("told", "expected"), [("internet2", "internet2"), ("", None)])
def test_only_an_uplink_that_was_told_is_named(outcome: str, told: str, expected: str | None) -> None:
    evidence = Evidence(everywhere(seen.CONTROL, outcome), uplink=told)
    changes = {change["option"]: change["value"] for change in judge(evidence)["findings"][0]["changes"]}
    assert changes.get("uplink") == expected


@pytest.mark.parametrize("called", [LAN, "127.0.0.1", "2001:db8::13"])
def test_an_endpoint_gets_no_address_that_it_cannot_have(called: str) -> None:
    silent = everywhere(seen.CONTROL, seen.TIMEOUT, control_address=called)
    evidence = Evidence(silent, lan_address=LAN, client_address="2001:db8::100", public_address=PUBLIC)
    assert judge(evidence)["findings"][0]["changes"] == [
        {"scope": "endpoint", "option": "control_port", "value": "21", "add": False},
    ]


@pytest.mark.parametrize(
    ("called", "expected", "value"), [(LAN, PUBLIC, PUBLIC), (PUBLIC, "", PUBLIC), (LAN, "", None)]
)
def test_the_server_is_to_announce_what_the_internet_calls_it_by(called: str, expected: str, value: str | None) -> None:
    cells = matrix(PASV=cell("PASV", seen.DATA, seen.FOREIGN, 227, control_address=called, data_address="172.17.0.2"))
    (finding,) = judge(Evidence(cells, FORWARDED, public_address=expected))["findings"]
    assert [change["value"] for change in finding["changes"]] == ([value] if value else [])


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (cell("PASV"), "passed"),
        (cell("PASV", seen.DATA, seen.TIMEOUT), "failed"),
        (cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 502), "undetermined"),
        (cell("PASV", seen.CONTROL, seen.NO_ROUTE), "undetermined"),
    ],
)
def test_verdicts(given: Cell, verdict: str) -> None:
    assert judge(Evidence((given,)))["cells"][0]["verdict"] == verdict


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (cell("EPSV"), "upload, download and delete fine; data connection to 203.0.113.13:61042"),
        (
            cell("PORT", data_peer="203.0.113.13:20"),
            "upload, download and delete fine; data connection from 203.0.113.13:20",
        ),
        (cell("PASV", seen.CONTROL, seen.TIMEOUT), "control connection to 203.0.113.13:21: timeout"),
        (
            cell("PASV", seen.DATA, seen.FOREIGN, data_address=LAN),
            "called at 203.0.113.13:21; data connection offered at 192.168.128.13:61042",
        ),
        (
            cell("PORT", seen.DATA, seen.FOREIGN, data_peer="203.0.113.2:20"),
            "called at 203.0.113.13:21; data connection came from 203.0.113.2:20",
        ),
        (cell("EPSV", seen.DATA, seen.TIMEOUT), "data connection to 203.0.113.13:61042: timeout"),
        (cell("EPRT", seen.DATA, seen.TIMEOUT), "data connection awaited at 203.0.113.100:40001: timeout"),
        (cell("EPRT", seen.DATA, seen.REJECTED, 425), "data rejected: 425 reply"),
        (cell("PASV", seen.GREETING, seen.TIMEOUT, reply=""), "greeting timeout"),
    ],
)
def test_the_evidence_is_one_line(given: Cell, line: str) -> None:
    assert judge(Evidence((given,)))["cells"][0]["evidence"] == line


def test_modes_that_saw_the_same_share_a_line_and_the_edges_follow() -> None:
    finding = judge(Evidence(everywhere(seen.CONTROL, seen.TIMEOUT), HALF, LAN, RANGE))["findings"][0]
    assert finding["evidence"] == [
        "PASV, PASV-peer, EPSV, PORT, EPRT: control connection to 203.0.113.13:21: timeout",
        "connection to port 61000 of the passive range: refused",
        "connection to port 61099 of the passive range: timeout",
    ]


def test_the_table_fits_its_width() -> None:
    long, short = judge(Evidence((cell("PASV", seen.TYPE, seen.REJECTED, 500, reply="x" * 500), cell("EPRT"))))["table"]
    assert len(long) == TABLE_WIDTH
    assert long.startswith("PASV       failed        type rejected: xxx")
    assert short.startswith("EPRT       passed        upload")


@pytest.mark.parametrize(
    ("mode", "reply", "proposed"),
    [
        ("PASV", "550 Permission denied.", True),
        ("PASV", "501 PASV: Operation not permitted", True),
        ("PASV", "500 Unknown command", True),
        ("PASV", '500 Command "PASV" not understood.', True),
        ("PASV", "502 Command not implemented", True),
        ("PASV", "502 No", True),
        ("PASV", "500 Unhandled internal error", False),
        ("PASV", "550 Something is wrong", False),
        ("EPSV", "550 Permission denied.", False),
        ("PORT", "550 Permission denied.", True),
        ("PORT", "500 Illegal PORT command.", False),
        ("PORT", "501 Rejected data connection to foreign address 192.0.2.9:5000.", False),
    ],
)
def test_a_mode_is_to_be_switched_on_only_if_the_server_says_that_it_is_off(
    mode: str, reply: str, proposed: bool
) -> None:
    shown = cell(mode, seen.ANNOUNCE, seen.REJECTED, int(reply[:3]), reply=reply)
    (finding,) = judge(Evidence((shown,), FORWARDED, LAN, RANGE))["findings"]
    assert finding["id"] in ("passive-refused", "active-refused")
    assert bool(finding["changes"]) == proposed
