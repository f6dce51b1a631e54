# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import parts
import pytest
from parts import Groups, Outcome, Part, report, run, table

# Runs one part, whose script is the second argument, with its output in the folder of the first.
# What the tests were started by may ignore these signals, and a child inherits that: a shell in the background does.
RUN = """
import os, signal, sys
from pathlib import Path
import parts
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
parts.OUTPUTS, parts.GRACE_SECONDS = Path(sys.argv[1]), 0.5
parts.heed_signals()
parts.run([parts.Part("one", ["sh", "-c", sys.argv[2]])], [os.environ])
"""


@pytest.fixture(autouse=True)
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the outputs."""
    monkeypatch.setattr(parts, "OUTPUTS", tmp_path / ".ansible" / "parts")
    return parts.OUTPUTS


def part(name: str, script: str) -> Part:
    return Part(name, ["sh", "-c", script])


def test_parts_run_side_by_side(tmp_path: Path) -> None:
    """Each waits for the other to have begun."""
    meet = "touch {0}/{1}; timeout 20 sh -c 'until [ -e {0}/{2} ]; do sleep 0.02; done'"
    both = [part("one", meet.format(tmp_path, "one", "two")), part("two", meet.format(tmp_path, "two", "one"))]
    assert [outcome.status for outcome in run(both, [os.environ, os.environ])] == [0, 0]


def test_output_can_be_read_while_it_grows(outputs: Path) -> None:
    (outcome,) = run([part("the one", f"echo begun; grep -q begun {outputs}/the-one.txt")], [os.environ])
    assert outcome.status == 0


def test_one_lane_runs_them_in_their_order(tmp_path: Path) -> None:
    names = ["c", "a", "b"]
    outcomes = run([part(name, f"echo {name} >>{tmp_path}/order") for name in names], [os.environ])
    assert (tmp_path / "order").read_text().split() == names == [outcome.name for outcome in outcomes]


def test_a_part_has_the_environment_of_its_lane(tmp_path: Path) -> None:
    run([part("one", f"echo $LANE >{tmp_path}/lane")], [{"PATH": os.environ["PATH"], "LANE": "-2"}])
    assert (tmp_path / "lane").read_text() == "-2\n"


@pytest.mark.parametrize(("stop", "names"), [(True, ["bad"]), (False, ["bad", "next"])])
def test_after_a_failure_the_others_run_unless_it_is_to_end_all(stop: bool, names: list[str]) -> None:
    outcomes = run([part("bad", "exit 3"), part("next", "true")], [os.environ], stop_at_failure=stop)
    assert [outcome.name for outcome in outcomes] == names
    assert outcomes[0].status == 3


def test_outputs_are_printed_whole_whatever_bytes_are_in_them(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    run([part("one", "printf 'a\\377\\n'; echo b >&2")], [os.environ])
    assert b"\na\xff\nb\n==> one: passed in " in capfdbinary.readouterr().out


def test_the_report_ends_with_failures_and_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [Outcome("short", 0, 1.0), Outcome("long", 2, 70.25, ["TASK [It must work] fatal: refused"])]
    assert report(outcomes, 71.0) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "==> long failed with status 2, its last failures once more:",
        "TASK [It must work] fatal: refused",
        "",
        *table(outcomes, 71.0),
    ]


def test_the_table_begins_with_the_longest_part() -> None:
    assert table([Outcome("short", 0, 1.0), Outcome("long", 2, 70.25)], 71.0) == [
        "   70.2 s  long (failed)",
        "    1.0 s  short",
        "   71.0 s  in all",
    ]


def test_the_last_lines_of_a_part_without_failures_of_tests_are_recalled() -> None:
    (outcome,) = run([part("lint", "echo wrong here; exit 1")], [os.environ])
    assert outcome.recalled == ["wrong here"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("refuses", ["", "trap '' TERM; "], ids=["obeys", "refuses"])
def test_whoever_ends_the_run_ends_all_that_its_parts_have_started(
    tmp_path: Path, number: signal.Signals, refuses: str
) -> None:
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    script = f"{refuses}(echo begun; sleep 20; echo survived) >{fifo} & wait"
    environment = os.environ | {"PYTHONPATH": str(Path(parts.__file__).parent)}
    command = [sys.executable, "-c", RUN, str(tmp_path), script]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as running:
        with fifo.open() as alive:
            assert alive.readline() == "begun\n"
            running.send_signal(number)
            assert alive.read() == ""
        assert b"KeyboardInterrupt" in running.communicate()[1]


# A signal that another thread takes does not wake the main thread, nor does one that comes right before it waits.
ASIDE = """
import signal, sys, threading
def take():
    sys.stdin.readline()
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
threading.Thread(target=take, daemon=True).start()
"""


def test_a_signal_that_does_not_end_the_wait_is_heeded_all_the_same(tmp_path: Path) -> None:
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    environment = os.environ | {"PYTHONPATH": str(Path(parts.__file__).parent)}
    command = [
        sys.executable,
        "-c",
        ASIDE + RUN,
        str(tmp_path),
        f"(echo begun; sleep 20; echo survived) >{fifo} & wait",
    ]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        with fifo.open() as alive:
            assert alive.readline() == "begun\n"
            running.stdin.write(b"now\n")
            running.stdin.flush()
            assert alive.read() == ""
        assert b"KeyboardInterrupt" in running.communicate()[1]


def test_no_part_begins_once_the_run_is_over(tmp_path: Path) -> None:
    groups = Groups()
    groups.end()
    with (tmp_path / "output").open("wb") as output:
        assert groups.run(["touch", str(tmp_path / "begun")], os.environ, output) == 143
    assert not (tmp_path / "begun").exists()


def test_who_ignores_the_end_of_the_terminal_goes_on_ignoring_it(tmp_path: Path) -> None:
    ignored = "import signal, parts; parts.heed_signals(); print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)"
    environment = os.environ | {"PYTHONPATH": str(Path(parts.__file__).parent)}
    command = ["nohup", sys.executable, "-c", ignored]
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "True\n"
