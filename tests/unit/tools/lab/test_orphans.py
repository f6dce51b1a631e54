# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the removal of a lab ends, and what it leaves alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab import orphans
from lab.common import ROOT

# Says that it runs, and goes on until it is ended; told so, it ends with this status, if it does not ignore it.
TOLD = 7
HEEDS = f"import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit({TOLD}))"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
WAIT = "print(flush=True); signal.pause()"
Run = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout with a lab: that of these tests may be in use."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name, value in {"ROOT": folder, "STATE": folder / ".lab", "SUFFIX": ""}.items():
        monkeypatch.setattr(orphans, name, value)
    return folder


@pytest.fixture
def run(tmp_path: Path, checkout: Path) -> Iterator[Run]:
    """Return what runs a program of this name that waits, in the checkout, until the test is over."""
    begun = []

    def run(name: str, program: str = HEEDS, cwd: Path = checkout, **variables: str) -> subprocess.Popen[bytes]:
        script = tmp_path / name
        script.write_text(f"{program}\n{WAIT}\n")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MXLAB_")}
        process = subprocess.Popen(
            [sys.executable, str(script)], cwd=cwd, env=environment | variables, stdout=subprocess.PIPE
        )
        begun.append(process)
        assert process.stdout and process.stdout.readline() == b"\n"
        return process

    yield run
    for process in begun:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("name", ["ansible-playbook", "pytest"])
def test_what_works_in_the_lab_is_told_to_end(run: Run, checkout: Path, name: str) -> None:
    process = run(name, MXLAB_STATE=f"{checkout}/.lab")
    orphans.end()
    assert process.wait(10) == TOLD


def test_what_does_not_heed_that_is_killed(run: Run, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "SIGNALS", {signal.SIGTERM: 0.5, signal.SIGKILL: 5})
    process = run("ansible-playbook", STUBBORN, MXLAB_STATE=f"{checkout}/.lab")
    orphans.end()
    assert process.wait(10) == -signal.SIGKILL


def test_what_starts_the_lab_is_ended(run: Run) -> None:
    process = run("molecule")
    orphans.end()
    assert process.wait(10) == TOLD


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("ansible-playbook", {"MXLAB_STATE": "{checkout}/.lab-2"}),
        ("ansible-playbook", {}),
        ("pytest", {}),
        ("bash", {"MXLAB_STATE": "{checkout}/.lab"}),
        ("molecule", {"MXLAB_LAB": "-2"}),
    ],
    ids=["in another lab", "in no lab", "unit tests", "a shell that has sourced the variables", "for another lab"],
)
def test_everything_else_is_left_alone(run: Run, checkout: Path, name: str, variables: dict[str, str]) -> None:
    process = run(name, **{key: value.format(checkout=checkout) for key, value in variables.items()})
    orphans.end()
    assert process.poll() is None


def test_what_starts_the_lab_of_another_checkout_is_left_alone(run: Run, tmp_path: Path) -> None:
    process = run("molecule", cwd=tmp_path)
    orphans.end()
    assert process.poll() is None


def test_what_has_started_this_process_is_left_alone() -> None:
    program = f"from lab import orphans; print({os.getpid()} in orphans.ancestors())"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tools")}
    shell = subprocess.run(
        ["sh", "-c", '"$0" -c "$1"; true', sys.executable, program], env=environment, check=True, capture_output=True
    )
    assert shell.stdout == b"True\n"


@pytest.mark.parametrize(
    ("words", "starts", "works"),
    [
        (["python", "-m", "lab", "up"], True, False),
        (["python", "-m", "lab", "test"], True, False),
        (["python", "-m", "matrix", "--server", "proftpd"], True, False),
        (["python", "-m", "lab", "start"], False, True),
        (["python", "-m", "lab", "start", "matrix"], False, True),
        (["python", "-m", "lab", "down"], False, False),
        (["python", "-m", "lab", "shell", "mx"], False, False),
        (["/usr/bin/python", "/venv/bin/molecule", "test"], True, False),
        (["vim", "ansible-playbook.txt"], False, False),
        ([""], False, False),
    ],
)
def test_programs_are_known_by_their_command_lines(words: list[str], starts: bool, works: bool) -> None:
    assert (orphans.starts_labs(words), orphans.works_in_a_lab(words)) == (starts, works)
