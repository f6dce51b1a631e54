# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session of a client consists of, and how it is judged."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from clients.inside import sessions
from clients.inside.sessions import Session

FILES = ["bench-1", "bench-2", "bench-3"]


def session(tls: str = "", program: str = "client", options: list[str] | None = None, folder: Path = Path()) -> Session:
    login = ("203.0.113.2", "21", "u", "p")
    return Session(program, options or [], tls, *login, folder, FILES, ["there-0", "there-1"])


def test_curl_has_six_transfers_over_one_connection() -> None:
    command = sessions.curl(session("1.2", options=["-P", "-"]))
    assert command.count("--next") == 5
    assert command.count("-T") == command.count("-o") == 3
    assert [command[place + 1] for place, word in enumerate(command) if word == "--tls-max"] == ["1.2"] * 6
    assert command.count("-P") == 6
    # OpenSSL takes the signatures of TLS 1.1 at this level only.
    assert sessions.curl(session("1.1")).count("DEFAULT@SECLEVEL=0") == 6


def test_lftp_is_held_to_one_version_of_tls() -> None:
    script = sessions.lftp(session("1.3"))[-2]
    assert "set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS1.3;" in script
    assert script.count("put ") == script.count("get ") == 3
    assert "ssl" not in sessions.lftp(session())[-2]


def test_wget_gets_all_files_that_are_there_in_one_session() -> None:
    assert sessions.wget(session())[-1] == "ftp://203.0.113.2:21/there-*"
    assert sessions.wget(session("1.2"))[-1] == "ftps://203.0.113.2:21/there-*"


def run(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: float = 30) -> dict[str, Any]:
    """Return what a client meets that is a script of Python: its arguments are those of the bench's own scripts."""
    (tmp_path / "client.py").write_text("import sys, shutil\nfolder, *files = sys.argv[6:]\n" + script)
    monkeypatch.setattr(sessions, "HERE", tmp_path)
    monkeypatch.setitem(sessions.KINDS, "script", sessions.python("client.py"))
    job = {
        "kind": "script",
        "program": sys.executable,
        "options": [],
        "tls": "",
        "files": 3,
        "there": {},
        "limit": limit,
    }
    return sessions.answer({**job, "host": "203.0.113.2", "port": 21, "user": "u", "password": "p"})


COPY = "shutil.copy(f'{folder}/{name}', f'{folder}/{name}.back')\n"


def test_a_client_works_if_all_files_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    met = run(f"print('hello')\nfor name in files: {COPY}", tmp_path, monkeypatch)
    assert (met["verdict"], met["files"], met["of"], met["said"]) == ("works", 3, 3, "hello\n")


def test_a_later_transfer_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    met = run(f"for name in files[:2]: {COPY}", tmp_path, monkeypatch)
    assert (met["verdict"], met["files"]) == ("fails", 2)


def test_what_comes_back_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    met = run("for name in files: open(f'{folder}/{name}.back', 'w').write('other')", tmp_path, monkeypatch)
    assert (met["verdict"], met["files"]) == ("fails", 0)


def test_a_client_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    met = run("import signal; signal.pause()", tmp_path, monkeypatch, limit=0.3)
    assert (met["verdict"], met["files"]) == ("hangs", 0)
    assert list(tmp_path.iterdir()) == [tmp_path / "client.py"]


def test_a_version_is_asked_of_the_program() -> None:
    assert sessions.answer({"shell": "echo 8.14.1"}) == {"said": "8.14.1\n"}
