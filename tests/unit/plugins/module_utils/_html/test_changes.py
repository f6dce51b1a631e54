# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes as YAML: what is pasted is what the finding says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._html.changes import as_yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit_texts
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.hostile import KEPT, TEXTS
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers(-(10**9), 10**9) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def test_it_reads_like_an_inventory() -> None:
    changes = [
        {"scope": "role", "option": "vsftpd_masquerade_address", "value": "203.0.113.13", "add": False},
        {"scope": "endpoint", "option": "modes", "value": ["passive", "active"], "add": True},
        {"scope": "role", "option": "proftpd_extra_options", "value": {"AllowForeignAddress": "on"}},
    ]
    assert as_yaml(changes) == (
        "# variable of the server, in the inventory\n"
        "vsftpd_masquerade_address: 203.0.113.13\n"
        "# field of the endpoint in mxlab.ftp.mx_ftp_rules; add this to its present value\n"
        "modes:\n  - passive\n  - active\n"
        "# variable of the server, in the inventory\n"
        'proftpd_extra_options:\n  AllowForeignAddress: "on"\n'
    )


def test_no_change_is_no_text() -> None:
    assert as_yaml([]) == ""


@pytest.mark.parametrize(
    "value",
    [
        *("203.0.113.13", "61000-61099", "010-020", "1.2", "1e3", "0x10", "yes", "No", "y", "null", "~", "2026-01-01"),
        *("12:30:45", "<<", "=", "a: b", "a #b", "- a", "", " a", "\u00e9", "\U0001f600", True, None, 7, 1.5, [], {}),
    ],
)
def test_yaml_reads_the_same_value(value: Any) -> None:
    read = yaml.safe_load(as_yaml([{"scope": "role", "option": "x", "value": value}]))
    assert (read, type(read["x"])) == ({"x": value}, type(value))


@KEPT
@given(TEXTS, VALUES)
def test_no_text_becomes_another_setting(option: str, value: Any) -> None:
    text = as_yaml(fit_texts([{"scope": option, "option": option, "value": value}]))
    assert [line for line in text.splitlines() if not line.startswith(("#", " "))] == [text.splitlines()[1]]
