# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a Nagios check, read as Nagios reads it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._report.nagios import nagios
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import (
    FAILED,
    NOT_PROBED,
    ODD,
    ONLY_EDGES,
    SKIPPED,
    UNDETERMINED,
    WELL,
)


@pytest.mark.parametrize(
    ("services", "code", "begin"),
    [
        ({"a": WELL}, 0, "FTP OK - a: all cells work | passed=5;;;0;5 failed=0;;;0;5 undetermined=0;;;0;5"),
        ({"a": WELL, "b": FAILED}, 2, "FTP CRITICAL - b: 1 of 5 cells do not pass, private-address-announced | "),
        ({"a": UNDETERMINED}, 1, "FTP WARNING - a: 1 of 2 cells do not pass, extension-unsupported | "),
        ({"a": ONLY_EDGES}, 1, "FTP WARNING - a: passive-range-not-forwarded | "),
        ({"a": WELL, "b": NOT_PROBED}, 3, "FTP UNKNOWN - b: not probed | "),
        ({"a": FAILED, "b": NOT_PROBED}, 2, "FTP CRITICAL - "),
        ({"a": SKIPPED}, 3, "FTP UNKNOWN - "),
        ({"a": {}}, 3, "FTP UNKNOWN - "),
        ({}, 3, "FTP UNKNOWN - no service"),
    ],
)
def test_nagios(services: dict[str, Any], code: int, begin: str) -> None:
    check = nagios(services)
    assert check["code"] == code
    assert check["text"].startswith(begin)


def test_nagios_takes_the_first_bar_for_the_beginning_of_performance_data() -> None:
    first, *more = nagios({ODD: FAILED, "b": NOT_PROBED})["text"].splitlines()
    assert first.count("|") == 1
    assert re.fullmatch(r"( ?\w+=\d+;;;0;\d+){3}", first.split("| ")[1])
    assert len(more) == 2 and "|" not in "".join(more)
