# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/ftp_probe.md shows what the command says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from faulty_server import FaultyServer
from ftp_probe_app.command import main
from ftp_probe_app.explain import explain
from ftp_probe_app.options import EXIT_CODES, FORMATS
from ftp_probe_app.texts import Texts
from probe_texts import ROOT, texts

PAGE = (ROOT / "docs" / "ftp_probe.md").read_text()
# The lines of the page are as long as this address makes them.
SHOWN = "127.5.5.5"


def output_of(command: str) -> str:
    """Return what the page shows below the first command that begins so."""
    found = re.search(rf"^\$ {re.escape(command)}[^\n]*\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def without_ports(text: str) -> str:
    """Return an output without the ports, which systems choose, and of which the end of a line may cut one."""
    return re.sub(r"(?<=[0-9]):[0-9]*(?:\.\.\.)?", ":PORT", text)


def test_the_outputs_are_those_of_a_run(
    start: Callable[..., FaultyServer],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(Texts, "read", texts)
    monkeypatch.setenv("FTP_PROBE_PASSWORD", "s3cret-s3cret")
    address, port = start("PASVBADIP 192.168.128.13", address=SHOWN).address
    kept = tmp_path / "nagios"
    assert main([address, "--port", str(port), "--user", "probe", "--timeout", "10", "--nagios", str(kept)]) == 1
    _prompt, table = output_of("ftp-probe 127.5.5.5 --port 39723 --user probe").split("\n", maxsplit=1)
    assert without_ports(capsys.readouterr().out) == without_ports(table)
    line, details = output_of("ftp-probe 127.5.5.5 --port 39723 --user probe --password-file").split("\n", maxsplit=1)
    assert kept.read_text() == f"{line}\n{details}"


def test_the_explanation_is_the_one_of_today() -> None:
    assert output_of("ftp-probe explain private-address-announced") == explain(["private-address-announced"]) + "\n"


def test_formats_and_exit_codes_are_all_there() -> None:
    assert all(f"| `{name}` | {what}" in PAGE for name, (what, _file) in FORMATS.items())
    assert all(f"| {code} | {meaning} |" in PAGE for code, meaning in EXIT_CODES.items())
