# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With one ansible-core: a part that ansible-doc leaves out ends the session, and the tests are the installed ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from release import importer, interpreters, one_core
from release.supported import ROOT


def dump(*, without: str = "") -> str:
    """Return what ansible-doc shows of the collection, without one part."""
    shown: dict[str, dict[str, object]] = {}
    for kind, name in one_core.documented():
        shown.setdefault(kind, {})[f"mxlab.ftp.{name}"] = {}
    for parts in shown.values():
        parts.pop(without, None)
    return json.dumps({"all": shown})


def test_all_parts_are_documented() -> None:
    assert one_core.undocumented(dump()) == ""
    assert {kind for kind, _name in one_core.documented()} == {"module", "filter", "test", "role"}


@pytest.mark.parametrize(
    ("name", "said"), [("mxlab.ftp.mx_reach", "module mx_reach"), ("mxlab.ftp.vsftpd", "role vsftpd")]
)
def test_a_part_that_is_not_shown_is_named(name: str, said: str) -> None:
    assert one_core.undocumented(dump(without=name)) == f"ansible-doc does not show: {said}"


def test_the_tests_that_run_are_there() -> None:
    words = one_core.units(Path("/c"))
    tests = [word for word in words if word.startswith("/c/ansible_collections/mxlab/ftp/tests/unit/")]
    places = [ROOT / Path(word).relative_to("/c/ansible_collections/mxlab/ftp") for word in tests]
    assert len(places) == len(one_core.TESTS)
    assert all(place.exists() for place in places)


def test_what_is_installed_has_the_pins_of_the_toolchain() -> None:
    assert {line.split("==", 1)[0] for line in one_core.NEEDED} == {*one_core.TOOLS, "hypothesis"}
    assert {line.split("==", 1)[0] for line in importer.NEEDED} == {"galaxy-importer", *importer.LINTERS}


def test_a_warning_of_the_importer_is_a_complaint() -> None:
    said = "Importing\nWARNING: roles/x: no description\nERROR: Timeout\nwarning-free\n"
    assert importer.complaints(said) == ["WARNING: roles/x: no description", "ERROR: Timeout"]


def test_a_python_that_does_not_run_is_no_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    real = tmp_path / "pyenv" / "versions" / "3.12.9" / "bin" / "python"
    real.parent.mkdir(parents=True)
    real.write_text("#!/bin/sh\necho 3.12\n")
    real.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert interpreters.interpreter("3.12") == str(real)
    assert interpreters.interpreter("3.13") == "python3.13"
