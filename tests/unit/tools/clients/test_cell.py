# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cells of the bench: which there are, what the oracle foretells of them, and when both agree."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._report import clients as known
from clients import cell, listed, page
from clients.cell import Case, Cell
from lab.common import LabError
from matrix import ground, situation

EVERYBODY = listed.listed()
(CURL, _OLDER) = [client for client in EVERYBODY if client.name == "curl"]
# A version that some row of the client is about.
VERSIONS = {f"{client.image} {client.asked}": "8.14.1" for client in EVERYBODY}


def result(*broken: str) -> dict[str, Any]:
    """Return what the probe reports if these modes are refused and all others work."""
    made = []
    for mode in (*seen.MODES, "PASV-peer"):
        end = (seen.ANNOUNCE, seen.REJECTED, 550) if mode in broken else (seen.DELETE, seen.OK, 226)
        made.append(seen.Cell(mode, *end, reply="", control_address="203.0.113.2", control_port=21))
    return judge(seen.Evidence(tuple(made)))


def made(
    foretold: str, met: str, mode: str = "EPSV", situation: str = "one-to-one-nat", server: str = "vsftpd"
) -> Cell:
    case = Case(CURL, "8.14.1", mode, "")
    return Cell(case, situation, server, foretold, "the reason", met, 3 if met == "works" else 0, 3, "")


@pytest.mark.parametrize(
    ("foretold", "met", "agrees"),
    [
        ("works", "works", True),
        ("fails", "fails", True),
        # Whether a client gives up is its network's affair, too.
        ("fails", "hangs", True),
        ("hangs", "fails", True),
        ("works", "fails", False),
        ("fails", "works", False),
        # To say nothing is not to foretell.
        ("unknown", "works", False),
        ("unknown", "fails", False),
    ],
)
def test_when_the_oracle_is_right(foretold: str, met: str, agrees: bool) -> None:
    assert made(foretold, met).agrees is agrees


def test_a_mode_that_a_client_is_set_to_is_foretold_by_its_own_commands() -> None:
    """As it comes, curl has PASV after EPSV; told to be active, it has no passive mode."""
    assert cell.foretell(Case(CURL, "8.14.1", "EPSV", ""), result("EPSV"))[0] == "works"
    assert cell.foretell(Case(CURL, "8.14.1", "PORT", ""), result(*seen.PASSIVE_MODES))[0] == "works"
    assert cell.foretell(Case(CURL, "8.14.1", "PORT", ""), result("PORT"))[0] == "fails"


def test_healthy_situations_have_all_modes_and_broken_ones_the_default() -> None:
    healthy = list(cell.cases([CURL], VERSIONS, cell.HEALTHY[0]))
    assert {(case.mode, case.tls) for case in healthy} == {(mode, tls) for mode in CURL.modes for tls in CURL.tls}
    broken = list(cell.cases([CURL], VERSIONS, cell.BROKEN[0]))
    assert [(case.mode, case.tls) for case in broken] == [("EPSV", ""), ("EPSV", "1.2"), ("EPSV", "1.3")]


def test_a_session_with_more_transfers_than_work_fails() -> None:
    trial = seen.Cell("PASV", seen.UPLOAD, seen.REJECTED, 522, variant=seen.NO_REUSE, protection=seen.PRIVATE)
    encrypted = [
        seen.Cell(mode, seen.DELETE, protection=seen.PRIVATE, tls_version="TLSv1.3") for mode in ("EPSV", "PASV")
    ]
    found = judge(seen.Evidence(tuple(encrypted), tls=seen.Tls(trusted=True), trials=(trial,)))
    assert cell.foretell(Case(CURL, "8.14.1", "EPSV", "1.3"), found)[0] == "fails"
    assert cell.foretell(Case(CURL, "8.14.1", "EPSV", "1.2"), found)[0] == "works"
    old = {**found, "tls": {**found["tls"], "versions": {"TLSv1.2": "ok", "TLSv1.3": "no TLS"}}}
    assert cell.foretell(Case(CURL, "8.14.1", "EPSV", "1.3"), old) == (
        "fails",
        "the server does not speak TLS 1.3: no TLS",
    )


def test_a_client_that_is_not_there_has_no_cells() -> None:
    assert list(cell.cases([CURL], {}, cell.HEALTHY[0])) == []


def test_the_situations_are_those_of_the_matrix() -> None:
    situations = situation.load()
    assert {*cell.HEALTHY, *cell.BROKEN} <= set(situations)
    assert not any(situations[name].expected.fails for name in cell.HEALTHY)
    assert all(situations[name].expected.fails for name in cell.BROKEN)
    broken = [each for each in situations.values() if each.expected.fails]
    assert len(cell.BROKEN) >= len(broken) / 3
    assert {server.kind for server in ground.servers()} >= {situations[name].servers for name in cell.BROKEN}


def test_each_client_is_one_that_the_oracle_knows() -> None:
    names = {row.name for row in known.CLIENTS}
    assert {client.row for client in EVERYBODY} <= names
    assert len({(client.image, client.program, client.name) for client in EVERYBODY}) >= 14


def test_the_first_mode_of_a_client_is_its_own() -> None:
    for client in EVERYBODY:
        assert not next(iter(client.modes.values())).differs, client.name


def test_clients_are_chosen_by_the_beginning_of_their_names() -> None:
    assert {client.name for client in listed.chosen("curl,lftp")} == {"curl", "lftp"}
    assert len(listed.chosen("")) == len(EVERYBODY)
    with pytest.raises(LabError, match="CLIENT=curl,telnet: telnet begins none of .*lftp, "):
        listed.chosen("curl,telnet")


CELLS = [
    made("works", "works"),
    made("works", "fails", server="ProFTPD"),
    made("unknown", "works", mode="PASV", situation="hairpin"),
]


def test_the_tables_show_what_was_met_and_what_was_foretold_otherwise() -> None:
    lines = page.report(CELLS).splitlines()
    assert lines[0] == "1 of 3 foretold (33.3%)."
    assert "| curl 8.14.1 (Debian 12) | EPSV | none | fails (foretold: works) | works |" in lines
    assert "| curl 8.14.1 (Debian 12) | PASV | none | works (foretold: unknown) |" in lines
    assert [line for line in lines if line.startswith("## ")] == ["## one-to-one-nat", "## hairpin"]


def test_each_miss_is_told_with_its_reason() -> None:
    told = list(page.misses(CELLS))
    assert len(told) == 2
    assert "FORETOLD works (the reason)" in told[0]
    assert any(line.startswith("broken") and line.endswith("0 of 1 foretold (0.0%)") for line in page.rates(CELLS))
