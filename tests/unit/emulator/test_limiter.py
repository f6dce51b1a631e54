# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token bucket, with a clock that the test moves."""

from __future__ import annotations

from mx_emulator.limiter import Limiter


class TestLimiter:
    def setup_method(self) -> None:
        self.now = 0.0
        self.limiter = Limiter(lambda: self.now)

    def passed(self, organization: str = "1") -> int:
        """How many requests pass now, until one is refused."""
        return next(count for count in range(100) if self.limiter.wait(organization))

    def test_burst_then_ten_a_second_and_thirty_in_two_seconds(self) -> None:
        counts = []
        for self.now in (0.0, 1.0, 2.0):
            counts.append(self.passed())
        assert counts == [10, 10, 10]

    def test_refused_request_is_told_whole_seconds(self) -> None:
        self.passed()
        assert self.limiter.wait("1") == 1

    def test_an_idle_organization_saves_no_more_than_the_burst(self) -> None:
        self.passed()
        self.now = 3600.0
        assert self.passed() == 10

    def test_a_tenth_of_a_second_is_one_request(self) -> None:
        self.passed()
        self.now = 0.125
        assert self.passed() == 1

    def test_organizations_do_not_share(self) -> None:
        self.passed("1")
        assert self.passed("2") == 10
