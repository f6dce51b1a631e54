# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A finding in words: all of them, with everything that TROUBLESHOOTING.md says of it."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import ALL_CHAPTERS
from ftp_probe_app.explain import explain
from ftp_probe_app.usage import Usage

CAUSES = [cause for causes in ALL_CHAPTERS.values() for cause in causes]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_without_an_id_all_are_listed() -> None:
    listed = flat(explain([]))
    assert all(flat(f"{cause.id} {cause.message}") in listed for cause in CAUSES)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_a_cause_is_told_completely(cause: Cause) -> None:
    text = explain([cause.id])
    prices = [weakening.price for weakening in cause.weakenings]
    told = [cause.message, cause.explanation, cause.remedy, cause.next_step, *cause.vendors.values(), *prices]
    assert all(flat(each) in flat(text) for each in told)
    assert max(map(len, text.splitlines())) <= 100


def test_an_unknown_id_gets_near_ones() -> None:
    with pytest.raises(Usage, match="there is no finding 'private-address'; did you mean private-address-announced"):
        explain(["private-address"])
    with pytest.raises(Usage, match="there is no finding 'x'; ftp-probe explain lists all"):
        explain(["x"])
