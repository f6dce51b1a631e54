# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The turns of the checks of passwords, by a clock of the test's own."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import pytest

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")

from mxlab_ftpd.guessing import FREE, REMEMBERED, Guessing

INTERVAL = 3


class Time:
    """A clock that runs what is due when it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.calls: list[tuple[float, int, Callable[[], None]]] = []
        self.guessing = Guessing(self.later, lambda: self.now)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        heapq.heappush(self.calls, (self.now + seconds, len(self.calls), call))

    def pass_by(self, seconds: float) -> None:
        end = self.now + seconds
        while self.calls and self.calls[0][0] <= end:
            self.now, _number, call = heapq.heappop(self.calls)
            call()
        self.now = end

    def attempt(self, address: str, done: list[float], wrong: bool = True) -> None:
        """Have a password checked as a session does."""

        def check() -> None:
            done.append(self.now)
            if wrong:
                self.guessing.failed(address, INTERVAL)

        if self.guessing.is_due(address, INTERVAL):
            check()
        else:
            self.guessing.queue(address, INTERVAL, check)


@pytest.fixture
def time() -> Time:
    return Time()


def test_the_first_wrong_passwords_do_not_wait_and_then_each_does(time: Time) -> None:
    done: list[float] = []
    for _turn in range(FREE + 3):
        time.attempt("192.0.2.1", done)
    assert done == [1000] * FREE
    time.pass_by(9)
    assert done == [*[1000] * FREE, 1003, 1006, 1009]


def test_more_connections_make_no_more_guesses(time: Time) -> None:
    done: list[float] = []
    for _turn in range(90):
        time.attempt("192.0.2.1", done)
    time.pass_by(9)
    assert len(done) == FREE + 3


def test_no_address_waits_for_another(time: Time) -> None:
    ours: list[float] = []
    for _turn in range(FREE * 2):
        time.attempt("192.0.2.1", [])
    time.attempt("192.0.2.2", ours, wrong=False)
    assert ours == [1000]


def test_a_right_password_gets_its_turn_among_wrong_ones(time: Time) -> None:
    right: list[float] = []
    for _turn in range(FREE + 2):
        time.attempt("192.0.2.1", [])
    time.attempt("192.0.2.1", right, wrong=False)
    for _turn in range(50):
        time.attempt("192.0.2.1", [])
    time.pass_by(60)
    assert right == [1009]


def test_time_pays_for_wrong_passwords(time: Time) -> None:
    done: list[float] = []
    for _turn in range(FREE):
        time.attempt("192.0.2.1", done)
    time.pass_by(FREE * INTERVAL)
    for _turn in range(FREE):
        time.attempt("192.0.2.1", done)
    assert done == [1000] * FREE + [1000 + FREE * INTERVAL] * FREE


def test_a_check_that_fails_holds_up_nothing(time: Time) -> None:
    done: list[float] = []

    def broken() -> None:
        raise RuntimeError("broken")

    for _turn in range(FREE):
        time.attempt("192.0.2.1", [])
    time.guessing.queue("192.0.2.1", INTERVAL, broken)
    time.attempt("192.0.2.1", done)
    with pytest.raises(RuntimeError):
        time.pass_by(INTERVAL)
    time.pass_by(INTERVAL)
    assert len(done) == 1


def test_only_so_many_addresses_are_remembered(time: Time) -> None:
    for number in range(REMEMBERED + 100):
        time.attempt(f"192.0.{number // 256}.{number % 256}", [])
    assert len(time.guessing._paid) == REMEMBERED
    assert not time.guessing._waiting
