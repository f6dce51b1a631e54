# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers, and captures that contradict each other or the dialogue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import Row, timeline
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._timeline.dialogues import (
    CLIENT,
    EPRT,
    LAN,
    PASV,
    PUBLIC,
    cell,
    line,
)

PLACES = ("client", "wan", "lan", "server")
# The server's address at each place, and when a packet to it passes, after it was sent; answers take as long back.
ADDRESS = {"client": PUBLIC, "wan": PUBLIC, "lan": LAN, "server": LAN}
WAY = dict(zip(PLACES, (0.0, 0.01, 0.0101, 0.012)))
DONE = replace(PASV, stage="delete", outcome="ok")


def connection(
    port: int, at: float, seq: int = 7, flags: str = "S.", places: tuple[str, ...] = PLACES
) -> dict[str, str]:
    """Return what each place shows of a SYN and of the server's answer: S. admits it, R. refuses it."""
    shown = dict.fromkeys(PLACES, "")
    for place in places:
        client, server = f"{CLIENT}.4{port % 1000:04}", f"{ADDRESS[place]}.{port}"
        back = line(at + 0.03 - WAY[place], server, client, flags, 0 if flags == "R." else seq + 1000)
        shown[place] = line(at + WAY[place], client, server, "S", seq) + back.replace(", win", f", ack {seq + 1}, win")
    return shown


def merged(*captures: dict[str, str]) -> dict[str, str]:
    """Return captures of several connections at once."""
    return {place: "".join(sorted("".join(one[place] for one in captures).splitlines(True))) for place in captures[0]}


def lost(rows: list[Row]) -> list[str]:
    return [row.lost for row in rows if row.lost]


def wrong(rows: list[Row]) -> list[str]:
    return [row.text for row in rows if row.text.startswith("wrong capture point")]


WELL = merged(connection(21, 100.0), connection(61000, 100.3, 50))


def test_captures_that_agree_say_nothing() -> None:
    rows = timeline([PASV], WELL)
    assert (lost(rows), wrong(rows)) == ([], [])


@pytest.mark.parametrize("empty", PLACES)
def test_a_place_that_shows_nothing_of_what_was_answered_is_a_wrong_one(empty: str) -> None:
    rows = timeline([PASV], {**WELL, empty: ""})
    assert lost(rows) == []
    (text,) = wrong(rows)
    assert text.startswith(f"wrong capture point {empty}: ") and f"interface of {empty} in ftp_probe_captures" in text
    assert rows[0].text == text


def test_wan_and_lan_exchanged_as_the_playbook_captures_them() -> None:
    """Its filter at lan looks for the LAN address, which no packet on the WAN has."""
    rows = timeline([PASV], {**WELL, "wan": WELL["lan"], "lan": ""})
    assert lost(rows) == []
    (text,) = wrong(rows)
    assert text.startswith("wrong capture point lan: ")
    assert f"at wan the server has the address {LAN}, so wan and lan may be exchanged" in text


@pytest.mark.parametrize(("near", "far"), list(zip(PLACES, PLACES[1:])))
def test_neighbours_exchanged_where_both_show_all(near: str, far: str) -> None:
    rows = timeline([PASV], {**WELL, near: WELL[far], far: WELL[near]})
    assert lost(rows) == []
    assert f"wrong capture points {near} and {far}: " in "".join(wrong(rows))


@pytest.mark.parametrize("ahead", [-5.0, 5.0])
def test_a_clock_that_differs_is_no_exchange(ahead: float) -> None:
    shifted = "".join(
        f"{float(one.split(' ')[0]) + ahead:.6f} {one.partition(' ')[2]}" for one in WELL["lan"].splitlines(True)
    )
    assert wrong(timeline([PASV], {**WELL, "lan": shifted})) == []


@pytest.mark.parametrize("flags", ["S.", "R."])
def test_a_packet_that_was_answered_was_not_stopped(flags: str) -> None:
    """The capture at lan has lost it: it shows other packets of the dialogue."""
    data = connection(61000, 100.3, 50, flags, places=("client", "wan"))
    rows = timeline([PASV], {**merged(connection(21, 100.0), data), "server": connection(21, 100.0)["server"]})
    assert (lost(rows), wrong(rows)) == ([], [])


def test_a_try_before_the_one_that_was_answered_blames_nobody() -> None:
    again = line(99.0, f"{CLIENT}.40021", f"{PUBLIC}.21", "S", 7)
    rows = timeline([PASV], {**WELL, "client": again + WELL["client"]})
    assert lost(rows) == []


def test_the_number_behind_the_last_one_is_zero() -> None:
    syn = line(100.0, f"{CLIENT}.40000", f"{PUBLIC}.61000", "S", 2**32 - 1)
    answer = line(100.1, f"{PUBLIC}.61000", f"{CLIENT}.41111", "S.", 9).replace(", win", ", ack 0, win")
    assert lost(timeline([PASV], {"client": syn + answer, "wan": answer})) == []


def test_an_answer_to_another_connection_proves_nothing() -> None:
    captures = merged(connection(21, 100.0), connection(61000, 100.3, 50, places=()))
    stopped = line(100.3, f"{CLIENT}.40000", f"{PUBLIC}.61000", "S", 50)
    rows = timeline([PASV], {**captures, "client": captures["client"] + stopped, "wan": captures["wan"] + stopped})
    assert (lost(rows), wrong(rows)) == (["lan"], [])


def test_data_that_the_dialogue_has_seen_arrive_was_not_stopped() -> None:
    """The captures hold no answers at all."""
    syn = line(100.3, f"{CLIENT}.40000", f"{PUBLIC}.61000", "S", 7)
    captures = {"client": syn, "wan": syn, "lan": ""}
    assert lost(timeline([PASV], captures)) == ["lan"]
    assert lost(timeline([DONE], captures)) == []


def test_the_end_of_a_connection_shows_that_its_beginning_was_answered() -> None:
    begin, end = f"{LAN}.20", f"{CLIENT}.40001"
    answer = line(100.31, end, begin, "S.", 9)
    syn, ended = line(100.3, begin, end, "S", 5), line(100.5, begin, end, "F.", 8)
    opened = {"client": syn + answer, "lan": syn + answer, "server": syn}
    assert lost(timeline([EPRT], opened)) == ["server"]
    assert lost(timeline([EPRT], {**opened, "lan": opened["lan"] + ended})) == []


@pytest.mark.parametrize(("said", "expected"), [("220 hello", 2), ("", 0)])
def test_captures_without_any_packet_contradict_a_server_that_spoke(said: str, expected: int) -> None:
    spoke = cell("PASV", (100.0, "server", said)) if said else cell("PASV", (100.0, "client", "QUIT"))
    assert len(wrong(timeline([spoke], {"client": "", "lan": ""}))) == expected


def test_both_ends_are_shown_before_and_behind_a_translation() -> None:
    (row,) = [row for row in timeline([PASV], WELL) if row.text.startswith("SYN ") and ":61000" in row.text]
    client = f"{CLIENT}:40000"
    assert row.text == f"SYN {client} > {PUBLIC}:61000 = {client} > {LAN}:61000 at lan"
