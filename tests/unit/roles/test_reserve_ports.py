# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The passive range is reserved where it overlaps the kernel's own ports, and what others reserved stays."""

from __future__ import annotations

from types import ModuleType

import pytest

SCRIPT = "reserve_ports"
KERNEL = "32768\t60999\n"


def kept(ours: str, everything: str) -> str:
    return f"# mxlab.ftp: {ours}\nnet.ipv4.ip_local_reserved_ports = {everything}\n"


@pytest.mark.parametrize(
    ("passive", "reserved", "file", "wanted", "to_keep"),
    [
        pytest.param("61000-61099", "", "", "", "", id="clear of the kernel's"),
        pytest.param("61000-61099", "8080", "", "8080", "", id="clear, and others"),
        pytest.param("50000-50099", "", "", "50000-50099", kept("50000-50099", "50000-50099"), id="inside"),
        pytest.param("60990-61005", "", "", "60990-61005", kept("60990-61005", "60990-61005"), id="across the end"),
        pytest.param(
            "50000-50099",
            "8080,40000-40009",
            "",
            "8080,40000-40009,50000-50099",
            kept("50000-50099", "8080,40000-40009,50000-50099"),
            id="others stay",
        ),
        pytest.param(
            "50000-50099",
            "50000-50099",
            kept("50000-50099", "50000-50099"),
            "50000-50099",
            kept("50000-50099", "50000-50099"),
            id="second run",
        ),
        pytest.param(
            "51000-51001",
            "8080,50000-50099",
            kept("50000-50099", "8080,50000-50099"),
            "8080,51000-51001",
            kept("51000-51001", "8080,51000-51001"),
            id="changed range",
        ),
        pytest.param(
            "61000-61099",
            "8080,50000-50099",
            kept("50000-50099", "8080,50000-50099"),
            "8080",
            "",
            id="moved away",
        ),
        pytest.param("", "50000-50099", kept("50000-50099", "50000-50099"), "", "", id="no passive mode"),
        pytest.param(
            "50000-50001",
            "50002",
            "",
            "50000-50002",
            kept("50000-50001", "50000-50002"),
            id="neighbours joined",
        ),
    ],
)
def test_plan(script: ModuleType, passive: str, reserved: str, file: str, wanted: str, to_keep: str) -> None:
    ports, text = script.plan(script.parse(passive), KERNEL, script.parse(reserved), file)
    assert (script.render(ports), text) == (wanted, to_keep)
