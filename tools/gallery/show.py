# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows one problem in the running lab, and puts the lab back, whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import description, inventory, occupied
from lab.common import CHEAP_WORKERS, ROOT, STATE, LabError, say

from gallery import needs, state, words
from gallery.set_ups import SetUp, server_of

INTERRUPTING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FOLDER = STATE / "explain"
# What was before, while a problem is shown: who finds this file puts the lab back first.
OPEN = FOLDER / "open.json"
_POLL_SECONDS = 0.1
_SERVERS = [machine.name for machine in inventory.machines() if machine.group == "ftp_servers"]


@dataclass(frozen=True)
class Playbook:
    """A playbook that runs, and where its output goes."""

    process: subprocess.Popen[bytes]
    log: Path


def show(name: str, set_up: SetUp) -> None:
    """Break the lab, explain it, fix it and put it back.

    Raise LabError if a step fails, if the lab is not as it was, and if another program has it.
    """
    description.read()
    with occupied.by("make explain"):
        put_back_what_is_open()
        _show(name, set_up)


def _show(name: str, set_up: SetUp) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    before = state.look()
    _check(before)
    variables = needs.variables(name, set_up, str(FOLDER))
    OPEN.write_text(json.dumps({"set_up": set_up, "variables": variables, "state": before}))
    ended = False
    try:
        _explain(variables)
        ended = True
    finally:
        say("Putting the lab back")
        _put_back(set_up, variables, before, ended)
    tables = json.loads((FOLDER / "back.json").read_text())
    section("Back as it was", words.back(len(before), len(description.read()["machines"]), tables))


def put_back_what_is_open() -> None:
    """Put back what an earlier run was showing when it was killed."""
    if not OPEN.exists():
        return
    kept = json.loads(OPEN.read_text())
    say(f"{kept['variables']['problem']} was interrupted: putting the lab back first")
    _put_back(kept["set_up"], kept["variables"], kept["state"], False)


def section(title: str, lines: Iterable[str]) -> None:
    """Print a section with its heading."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print("\n".join([words.heading(title, colour), *lines]), flush=True)


def _check(before: state.State) -> None:
    """Raise LabError if the lab is not as make lab leaves it."""
    idle = [name for name in _SERVERS if "vsftpd.service" not in before[f"{name}: services"].split()]
    if idle:
        raise LabError(f"vsftpd does not run on {' and '.join(idle)}: run make lab first")


def _explain(variables: dict[str, Any]) -> None:
    """Run the playbook, and print each section as soon as what it tells of is known."""
    say(f"Breaking the lab: {variables['problem']}")
    with _running("explain", variables) as playbook:
        seen = _note(playbook, "broken")
        section("What is broken", words.broken(seen["set_up"]))
        section("What a client says", words.client(seen["client"]))
        section("What the probe says", words.probe(seen["probe"]))
        section("Why", words.why(seen["probe"]))
        section("The change", words.change(seen["set_up"], seen["probe"]))
        after = _note(playbook, "fixed")
        section("After the change", [*words.client(after["client"]), *words.probe(after["probe"])])
        _end(playbook)


def _put_back(set_up: SetUp, variables: dict[str, Any], before: state.State, ended: bool) -> None:
    """Make the lab what it was.  ended: whether the playbook that broke it came to its end.

    Raise LabError if a part is not as before.
    """
    with _undisturbed():
        state.put_lists_back(before)
        rebuilt = {set_up["server"]} & _with_other_files(before) if ended else {set_up["server"]}
        told = {"emptied": needs.emptied(set_up), "removed": server_of(set_up), "rebuilt": list(rebuilt)}
        kept = {name: variables[name] for name in ("problem", "notes", "prepared", "mx")}
        with _running("restore", kept | told) as playbook:
            _end(playbook)
        left = state.differing(before, state.look())
        if left:
            raise LabError(f"not as before: {', '.join(left)}. Run make lab-down and make lab for a new lab")
        OPEN.unlink()


def _with_other_files(before: state.State) -> set[str]:
    """Return the machines with files that are not as before."""
    differing = (part.split(": ") for part in state.differing(before, state.look()))
    return {words[0] for words in differing if words[1:] == ["files"]}


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off what would interrupt this until it has ended; programs that it starts are not interrupted either.

    The mask is for those programs, the handlers for signals that another thread of this process takes.
    """
    came: list[int] = []
    numbers = [number for number in INTERRUPTING if signal.getsignal(number) != signal.SIG_IGN]
    handlers = [signal.signal(number, lambda taken, _frame: came.append(taken)) for number in numbers]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in zip(numbers, handlers):
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


@contextlib.contextmanager
def _running(name: str, variables: dict[str, Any]) -> Iterator[Playbook]:
    """Run a playbook of the gallery with its output in a log; what interrupts this ends it."""
    log = FOLDER / f"{name}.log"
    environment = os.environ | description.environment(description.read()["engine"]) | CHEAP_WORKERS
    # If this process is killed, the playbook ends, too.
    dying = ["setpriv", "--pdeathsig", "TERM"]
    command = [*dying, "ansible-playbook", f"molecule/faults/{name}.yml", "--extra-vars", json.dumps(variables)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield Playbook(process, log)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()


def _note(playbook: Playbook, name: str) -> dict[str, Any]:
    """Return what the playbook writes under the name, as soon as it does."""
    path = FOLDER / f"{name}.json"
    _wait(playbook, path.exists)
    if not path.exists():
        _end(playbook)
    note: dict[str, Any] = json.loads(path.read_text())
    return note


def _end(playbook: Playbook) -> None:
    """Wait for the end of a playbook.  Raise LabError if it failed."""
    _wait(playbook, lambda: False)
    status = playbook.process.wait()
    if status:
        raise LabError(f"a step failed with status {status}; all steps are in {playbook.log}")


def _wait(playbook: Playbook, done: Callable[[], bool]) -> None:
    """Wait until something is done or the playbook has ended; meanwhile, a terminal shows its step."""
    while not done() and playbook.process.poll() is None:
        if sys.stdout.isatty():
            print(f"{words.CLEAR}{words.step(playbook.log.read_text())}", end="", flush=True)
        time.sleep(_POLL_SECONDS)
    if sys.stdout.isatty():
        print(words.CLEAR, end="", flush=True)
