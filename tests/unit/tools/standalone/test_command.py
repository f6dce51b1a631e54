# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The zipapp as it is started: isolated from all packages, against healthy and broken servers on loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.probe import FilterModule
from faulty_server import PASSWORD, USER, FaultyServer

Start = Callable[..., FaultyServer]

FILTERS = FilterModule().filters()
VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
TOO_OLD = ("2.7", "3.6", "3.7", "3.8")
FILES = {
    "json": "r.json",
    "junit": "r.xml",
    "html": "r.html",
    "markdown": "r.md",
    "nagios": "r.txt",
    "prometheus": "r.prom",
}
# Longer than the longest wait of a busy machine, shorter than a test that hangs.
DEADLINE = 120.0


@cache
def python(version: str) -> str:
    """Return an interpreter of the version that answers, found as tools/setup.sh does; "" if there is none."""
    manager = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *map(str, sorted(manager.glob(f"{version}.*/bin/python")))]
    return next((found for found in candidates if found and _version(found) == version), "")


def _version(interpreter: str) -> str:
    command = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([interpreter, "-c", command], capture_output=True, text=True, check=False)
    return done.stdout


def command(zipapp: Path, *words: str, interpreter: str = sys.executable) -> list[str]:
    """Return what starts the zipapp without site-packages and without the variables of Python."""
    return [interpreter, "-I", "-S", str(zipapp), *words]


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "COLUMNS": "100", **more}


def run(zipapp: Path, *words: str, password: str = PASSWORD, **options: Any) -> subprocess.CompletedProcess[str]:
    """Return what the zipapp says; it has never shown the password."""
    done = subprocess.run(
        command(zipapp, *words, **options),
        env=environment(FTP_PROBE_PASSWORD=password),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert PASSWORD not in done.stdout + done.stderr
    return done


def login(server: FaultyServer, *words: str) -> list[str]:
    """Return the words that probe a server, patiently."""
    address, port = server.address
    return [address, "--port", str(port), "--user", USER, "--timeout", "10", *words]


@contextmanager
def mute() -> Iterator[socket.socket]:
    """Listen as a server that never greets."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE)
        yield listener


def refuse_login(listener: socket.socket) -> None:
    """Serve one session up to the password, which has to be right, and refuse it with a reply that repeats it."""
    control, _peer = listener.accept()
    with control, control.makefile("rwb", buffering=0) as lines:
        lines.write(b"220 hello\r\n")
        assert lines.readline() == f"USER {USER}\r\n".encode()
        lines.write(b"331 password\r\n")
        assert lines.readline() == f"PASS {PASSWORD}\r\n".encode()
        lines.write(f"530 no {PASSWORD}\r\n".encode())


@pytest.mark.parametrize("version", VERSIONS)
def test_each_python_shows_and_writes_what_the_filters_make(
    version: str, zipapp: Path, start: Start, tmp_path: Path, home: Path
) -> None:
    interpreter = python(version)
    if not interpreter:
        pytest.skip(f"there is no Python {version} on this machine")
    server = start("PASVBADIP 192.168.128.13")
    outputs = [word for form, name in FILES.items() for word in (f"--{form}", str(tmp_path / name))]
    done = run(zipapp, *login(server, *outputs), interpreter=interpreter)
    assert (done.returncode, done.stderr) == (1, "")
    texts = {form: (tmp_path / name).read_text() for form, name in FILES.items()}
    results = json.loads(texts["json"])
    (report,) = results.values()
    assert [finding["id"] for finding in report["findings"]] == ["private-address-announced"]
    assert done.stdout == "\n".join(FILTERS["probe_table"](results)) + "\n"
    # As the filter to_nice_json of ansible-core writes it.
    assert texts["json"] == json.dumps(results, indent=4, sort_keys=True) + "\n"
    assert texts["junit"] == FILTERS["probe_junit"](results)
    assert texts["markdown"] == FILTERS["probe_markdown"](results)
    assert texts["nagios"] == FILTERS["probe_nagios"](results)["text"] + "\n"
    assert texts["prometheus"] == FILTERS["probe_prometheus"](results)
    # The page keeps the order of the fields, which JSON has sorted: the same functions are compared in test_show.py.
    assert texts["html"].startswith("<!DOCTYPE html>")
    assert "227 announces a private address" in texts["html"]
    assert PASSWORD not in "".join(texts.values())
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("version", TOO_OLD)
def test_an_old_python_is_told_what_it_needs(version: str, zipapp: Path) -> None:
    interpreter = python(version)
    if not interpreter:
        pytest.skip(f"there is no Python {version} on this machine")
    done = subprocess.run([interpreter, str(zipapp), "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("ftp-probe needs Python 3.9 or newer; ")
    assert f"is Python {version}." in done.stderr


@pytest.mark.parametrize(
    ("script", "words", "finding"),
    [
        ([], [], None),
        (["REPLY PASS 530 Login incorrect."], [], "login-refused"),
        (["REPLY STOR 552 Exceeded storage allocation"], [], "disk-full"),
        (["TLS expired"], ["--tls", "explicit"], "certificate-expired"),
    ],
)
def test_the_first_line_of_nagios_and_its_code(
    script: list[str], words: list[str], finding: str | None, zipapp: Path, start: Start, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    done = run(zipapp, *login(start(*script), "--format", "nagios", "--json", str(kept), *words))
    results = json.loads(kept.read_text())
    (report,) = results.values()
    assert [found["id"] for found in report["findings"]] == ([finding] if finding else [])
    assert (done.stdout.rstrip("\n"), done.returncode) == tuple(
        FILTERS["probe_nagios"](results)[key] for key in ("text", "code")
    )
    assert (done.returncode == 0) is (finding is None)


def test_a_healthy_server_passes(zipapp: Path, start: Start) -> None:
    done = run(zipapp, *login(start()))
    assert (done.returncode, done.stderr) == (0, "")
    assert "from localhost: 5 of 5 cells work" in done.stdout


def test_a_host_without_an_address_was_not_probed(zipapp: Path) -> None:
    done = run(zipapp, "no.such.host.invalid", "--user", "probe")
    assert done.returncode == 1
    assert "not probed: HOST 'no.such.host.invalid' has no usable" in done.stdout
    assert run(zipapp, "no.such.host.invalid", "--user", "probe", "--format", "nagios").returncode == 3


@pytest.mark.parametrize(
    ("words", "password", "message"),
    [
        (["--port", "70000"], PASSWORD, "--port is 70000"),
        (
            ["--password-file", "/nowhere/password"],
            PASSWORD,
            "--password-file /nowhere/password cannot be read: No such",
        ),
        (["--password-file", os.devnull], PASSWORD, f"--password-file {os.devnull} has no password in its first line"),
        (
            ["--html", "/nowhere/report.html"],
            PASSWORD,
            "--html /nowhere/report.html cannot be written: there is no folder",
        ),
        ([], "two\nlines", "the password contains a line break"),
    ],
)
def test_bad_usage_is_told_before_any_connection(zipapp: Path, words: list[str], password: str, message: str) -> None:
    with mute() as listener:
        listener.setblocking(False)
        port = str(listener.getsockname()[1])
        done = run(zipapp, "127.0.0.1", "--port", port, "--user", "probe", *words, password=password)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ftp-probe: {message}")


def test_without_password_and_terminal_it_says_where_to_put_one(zipapp: Path) -> None:
    words = command(zipapp, "127.0.0.1", "--user", "probe")
    done = subprocess.run(
        words, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "set --password-file or FTP_PROBE_PASSWORD" in done.stderr


def test_nagios_gets_unknown_for_bad_usage(zipapp: Path) -> None:
    done = run(zipapp, "127.0.0.1", "--format", "nagios")
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout == "FTP UNKNOWN - the following arguments are required: --user\n"


def test_the_password_of_a_file_is_its_first_line_and_shows_nowhere(zipapp: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\r\nnot this\n", newline="")
    with mute() as listener:
        port = str(listener.getsockname()[1])
        words = ["127.0.0.1", "--port", port, "--user", USER, "--modes", "EPSV", "--password-file", str(secret)]
        with subprocess.Popen(command(zipapp, *words), env=environment(), stdout=-1, stderr=-1, text=True) as probing:
            refuse_login(listener)
            shown = Path(f"/proc/{probing.pid}/cmdline").read_bytes()
            said = "".join(probing.communicate())
    assert str(secret).encode() in shown
    assert PASSWORD.encode() not in shown
    assert PASSWORD not in said


def test_in_a_terminal_it_asks_for_the_password(zipapp: Path) -> None:
    terminal, end = os.openpty()
    question = f"Password of {USER} on 127.0.0.1: "
    with mute() as listener:
        port = str(listener.getsockname()[1])
        words = command(zipapp, "127.0.0.1", "--port", port, "--user", USER, "--modes", "EPSV")
        options: dict[str, Any] = {"stdin": end, "stdout": -1, "stderr": -1, "text": True, "start_new_session": True}
        with subprocess.Popen(words, env=environment(), **options) as probing:
            # What is typed before the question is discarded.
            assert probing.stderr and probing.stderr.read(len(question)) == question
            os.write(terminal, f"{PASSWORD}\n".encode())
            refuse_login(listener)
            shown, said = probing.communicate()
    os.close(terminal)
    os.close(end)
    assert "login-refused" in shown
    assert PASSWORD not in shown + said


def test_ctrl_c_lets_transfers_end_and_leaves_no_file(zipapp: Path, start: Start, home: Path) -> None:
    server = start("DELAY RETR 2")
    words = command(zipapp, *login(server, "--modes", "EPSV"))
    with subprocess.Popen(
        words, env=environment(FTP_PROBE_PASSWORD=PASSWORD), stdout=-1, stderr=-1, text=True
    ) as probing:
        until = time.monotonic() + DEADLINE
        while not list(home.iterdir()) and time.monotonic() < until:
            time.sleep(0.01)
        probing.send_signal(signal.SIGINT)
        shown, said = probing.communicate()
    assert (probing.returncode, shown) == (130, "")
    assert said.startswith("ftp-probe: stopping. The running transfers end first and delete their files.")
    assert "Traceback" not in said
    assert list(home.iterdir()) == []


def test_a_second_ctrl_c_leaves_at_once(zipapp: Path) -> None:
    with mute() as listener:
        port = str(listener.getsockname()[1])
        words = command(zipapp, "127.0.0.1", "--port", port, "--user", USER, "--modes", "EPSV", "--timeout", "300")
        with subprocess.Popen(words, env=environment(FTP_PROBE_PASSWORD=PASSWORD), stderr=-1, text=True) as probing:
            control, _peer = listener.accept()
            with control:
                probing.send_signal(signal.SIGINT)
                assert probing.stderr
                assert probing.stderr.readline().startswith("ftp-probe: stopping.")
                probing.send_signal(signal.SIGINT)
                # A shell tells this as 130.
                assert probing.wait(DEADLINE) == -signal.SIGINT


def test_a_reader_that_has_seen_enough_is_no_error(zipapp: Path) -> None:
    with subprocess.Popen(command(zipapp, "explain"), stdout=-1, stderr=-1, env=environment()) as telling:
        assert telling.stdout and telling.stderr
        telling.stdout.close()
        assert telling.stderr.read() == b""


def test_a_pipe_is_written_to_and_not_replaced(zipapp: Path, start: Start) -> None:
    done = run(zipapp, *login(start(), "--modes", "EPSV", "--nagios", "/dev/stderr"))
    assert done.stderr.startswith("FTP OK - ")


def test_version_and_help_need_no_password(zipapp: Path) -> None:
    assert run(zipapp, "--version").stdout.startswith("ftp-probe ")
    shown = run(zipapp, "--help").stdout
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 100
