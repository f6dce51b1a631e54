# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to a problem that is shown, the lab is put back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gallery import show
from lab import occupied
from lab.common import LabError

SET_UP = {
    "title": "t",
    "teaches": "T.",
    "server": "server13",
    "findings": ["private-address-announced"],
    "red": ["PASV"],
}
SEEN = {
    "set_up": SET_UP,
    "client": {"vantage": "client", "command": "curl", "lines": ["curl: (7) no"], "works": False},
    "probe": {"vantages": {"client": {"table": []}}, "findings": []},
}
BACK = {"server13": {"cells": [{"verdict": "passed"}]}}
# Stands in for ansible-playbook: does what {explain} says for the first playbook, and writes down what it was told.
PLAYBOOK = """#!/bin/bash
case "$1" in
*/explain.yml) {explain} ;;
*) printf '%s' "$3" >{folder}/told.json; printf '%s' '{back}' >{folder}/back.json; {restore} ;;
esac
"""
# As Ansible's copy does, each file is there as a whole.
NOTES = "for note in broken fixed; do printf '%s' '{seen}' >{folder}/new; mv {folder}/new {folder}/$note.json; done"

RUNNING = {f"{server}: services": "dbus.service\nvsftpd.service\n" for server in ("server12", "server13")}
Play = Callable[..., dict[str, Any]]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Return a function that shows the set-up, with what the playbooks do, and returns what the second one was told."""
    folder = tmp_path / "explain"
    monkeypatch.setattr(show, "FOLDER", folder)
    monkeypatch.setattr(show, "OPEN", folder / "open.json")
    monkeypatch.setattr(occupied, "STATE", tmp_path)
    monkeypatch.setattr(occupied, "LOCK", tmp_path / "occupied")
    monkeypatch.setattr(show.description, "read", lambda: {"engine": "unix:///none", "machines": [{}]})
    monkeypatch.setattr(show.state, "put_lists_back", lambda before: None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def run(explain: str = NOTES, restore: str = "true", looks: list[dict[str, str]] | None = None) -> dict[str, Any]:
        states = iter(looks or [{}] * 9)
        monkeypatch.setattr(show.state, "look", lambda: RUNNING | next(states))
        words = {"folder": folder, "seen": json.dumps(SEEN), "back": json.dumps(BACK)}
        program = tmp_path / "ansible-playbook"
        program.write_text(PLAYBOOK.format(explain=explain.format(**words), restore=restore, **words))
        program.chmod(0o755)
        try:
            show.show("masquerade-missing", SET_UP)
        finally:
            if (folder / "told.json").exists():
                run.told = json.loads((folder / "told.json").read_text())  # type: ignore[attr-defined]
        return run.told  # type: ignore[attr-defined, no-any-return]

    return run


@pytest.fixture(autouse=True)
def _heeded() -> Iterator[None]:
    """Heed the signals as the command does, also where this process was started with some ignored."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_all_sections_are_shown_in_order(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    told = play()
    assert told["problem"] == "masquerade-missing"
    assert (told["emptied"], told["rebuilt"]) == ([], [])
    output = capsys.readouterr().out
    titles = ["What is broken", "What a client says", "What the probe says", "Why", "The change", "After the change"]
    places = [output.index(f"\n{title}\n") for title in [*titles, "Back as it was"]]
    assert places == sorted(places)
    assert not show.OPEN.exists()


def test_a_server_whose_files_differ_at_the_end_is_configured_anew(play: Play) -> None:
    before, broken = {"server13: files": "a", "mx: files": "a"}, {"server13: files": "b", "mx: files": "b"}
    assert play(looks=[before, broken, before])["rebuilt"] == ["server13"]


def test_ctrl_c_ends_the_playbook_and_puts_the_lab_back(play: Play) -> None:
    """Nobody knows how far the playbook came, so the server is configured anew, whatever its files are."""
    with pytest.raises(KeyboardInterrupt):
        play(explain="kill -INT $PPID; sleep 60")
    assert play.told["rebuilt"] == ["server13"]  # type: ignore[attr-defined]
    assert not show.OPEN.exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("name", ["INT", "TERM"])
def test_a_signal_during_the_restoration_counts_after_it(play: Play, name: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        play(restore=f"kill -{name} $PPID")
    assert not show.OPEN.exists()


def test_a_step_that_fails_names_the_log_and_the_lab_is_put_back(play: Play) -> None:
    with pytest.raises(LabError, match="explain.log"):
        play(explain="exit 2")
    assert play.told["rebuilt"] == ["server13"]  # type: ignore[attr-defined]
    assert not show.OPEN.exists()


def test_what_is_not_as_before_is_named_and_stays_open(play: Play) -> None:
    before, after = {"server13: mounts": ""}, {"server13: mounts": "/srv/ftp/transfer"}
    with pytest.raises(LabError, match="not as before: server13: mounts"):
        play(looks=[before, after, after])
    assert show.OPEN.exists()


def test_what_was_killed_is_put_back_first(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LabError):
        play(looks=[{"a": "1"}, {"a": "2"}, {"a": "2"}])
    play(looks=[{"a": "1"}, *[{}] * 3])
    assert "masquerade-missing was interrupted: putting the lab back first" in capsys.readouterr().out


def test_a_lab_without_servers_is_left_alone(play: Play) -> None:
    with pytest.raises(LabError, match="vsftpd does not run on server13: run make lab first"):
        play(looks=[{"server13: services": "dbus.service\n"}])
    assert not show.OPEN.exists()


def test_a_lab_that_another_program_has_is_left_alone(play: Play) -> None:
    with occupied.by("make matrix"), pytest.raises(LabError, match="make matrix uses this lab: wait for its end"):
        play()
    assert not show.FOLDER.exists()


def test_a_playbook_ends_with_the_process_that_runs_it(tmp_path: Path) -> None:
    """Otherwise it would go on breaking the lab, while the next run puts it back."""
    program = tmp_path / "ansible-playbook"
    program.write_text(f"#!/bin/bash\necho $$ >{tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; exec sleep 600\n")
    program.chmod(0o755)
    script = f"""
from pathlib import Path
from gallery import show
show.FOLDER = Path({str(tmp_path)!r})
show.description.read = lambda: {{"engine": ""}}
with show._running("explain", {{}}) as playbook:
    playbook.process.wait()
"""
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": ":".join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment)
    wait_until((tmp_path / "pid").exists)
    process.kill()
    process.wait()
    playbook = Path("/proc", (tmp_path / "pid").read_text().strip())
    wait_until(lambda: not playbook.exists() or "Z" in (playbook / "stat").read_text().rpartition(")")[2])


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something that has to become true.  Raise AssertionError if it does not."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
