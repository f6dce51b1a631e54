# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes import conditions
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Edge, Evidence, Line

PUBLIC, LAN = "203.0.113.13", "192.168.128.13"
CALLED = Cell("PASV", control_address=PUBLIC)
NOTHING = Evidence(())


def said(*lines: str, code: int) -> Cell:
    """Return a cell whose server said these lines, the last one at the end."""
    talk = tuple(Line(0.0, "server", line) for line in lines)
    return Cell("PASV", code=code, reply=lines[-1], transcript=talk)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (said("220 hello", "230 in", code=230), "230 in"),
        (said("220 hello", "530-no", " because", "530 way", code=530), "530-no  because 530 way"),
        (Cell("PASV"), ""),
    ],
)
def test_the_last_reply_has_all_its_lines(cell: Cell, text: str) -> None:
    assert conditions.last_reply(cell) == text


def test_the_last_command() -> None:
    talk = (Line(0.0, "client", "USER a"), Line(0.1, "client", "PASV"), Line(0.2, "server", "227 x"))
    assert conditions.last_command(Cell("PASV", transcript=talk)) == "PASV"
    assert conditions.last_command(Cell("PASV")) == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (LAN, True),
        ("172.17.0.2", True),
        ("169.254.1.1", True),
        ("127.0.0.1", True),
        (PUBLIC, False),
        ("100.64.0.1", False),
        ("", False),
    ],
)
def test_an_address_of_the_lan_is_announced(address: str, expected: bool) -> None:
    assert conditions.announces_lan(replace(CALLED, data_address=address), NOTHING) is expected


def test_the_expected_lan_address_is_one_whatever_it_is() -> None:
    assert conditions.announces_lan(replace(CALLED, data_address="8.8.8.8"), Evidence((), lan_address="8.8.8.8"))


@pytest.mark.parametrize(
    ("called", "announced", "expected"),
    [
        (PUBLIC, "192.168.1.20", True),
        (PUBLIC, "100.64.0.7", True),
        (PUBLIC, "fd00::1", True),
        (PUBLIC, "203.0.113.100", False),
        (LAN, "192.168.128.20", False),
        ("fd00::2", "fd00::1", False),
    ],
)
def test_a_client_behind_nat(called: str, announced: str, expected: bool) -> None:
    cell = Cell("PORT", control_address=called, data_address=announced)
    assert conditions.behind_nat(cell, NOTHING) is expected


@pytest.mark.parametrize(("port", "expected"), [(61000, False), (60999, True), (0, False)])
def test_a_port_outside_the_range(port: int, expected: bool) -> None:
    expecting = Evidence((), passive_ports=PortRange(61000, 61009))
    assert conditions.outside_range(replace(CALLED, data_port=port), expecting) is expected
    assert not conditions.outside_range(replace(CALLED, data_port=port), NOTHING)


def test_only_cells_under_the_same_protection_count() -> None:
    failed = replace(CALLED, stage=seen.DATA, outcome=seen.TIMEOUT)
    passed = Cell("EPSV", seen.DELETE, seen.OK, control_address=PUBLIC)
    assert conditions.passes_in(failed, Evidence((failed, passed)), "EPSV")
    assert not conditions.passes_in(failed, Evidence((failed, replace(passed, protection="P"))), "EPSV")
    assert not conditions.passes_in(failed, Evidence((failed, replace(passed, control_address="::1"))), "EPSV")
    assert not conditions.passes_in(passed, Evidence((passed,)), "EPSV")


def test_dropped_ports_count_only_beside_a_control_port_that_answers() -> None:
    edges = (Edge(61000, seen.REFUSED), Edge(61009, seen.TIMEOUT))
    dead = replace(CALLED, stage=seen.CONTROL, outcome=seen.TIMEOUT)
    assert conditions.dropped_edges(Evidence((replace(CALLED, stage=seen.LOGIN),), edges))
    assert not conditions.dropped_edges(Evidence((dead,), edges))
    assert not conditions.dropped_edges(Evidence((replace(CALLED, stage=seen.LOGIN),), edges[:1]))


def test_of_several_trials_one_that_was_not_refused_counts() -> None:
    refused = Cell("PORT", seen.ANNOUNCE, seen.REJECTED, variant=seen.BOUNCE)
    taken = replace(refused, mode="EPRT", outcome=seen.IGNORED)
    assert conditions.trial(seen.BOUNCE, Evidence((), trials=(refused, taken))) == taken
    assert conditions.trial(seen.BOUNCE, Evidence((), trials=(refused,))) == refused
    assert conditions.trial(seen.LOW_PORT, Evidence((), trials=(refused,))) is None
