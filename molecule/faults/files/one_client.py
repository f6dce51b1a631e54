# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What curl says of a server in one mode: it sends a file, gets it and deletes it.

Usage: one_client.py JSON, an object with the fields of Call.  Prints JSON: "command", what was typed; "lines", the end
of the dialogue and what curl says of it; "works", whether the file came back as it was sent.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

NAME = "hello.bin"
# So much of the dialogue that the failing command and what led to it can be seen.
SHOWN_LINES = 8
SHOWN_STARTS = ("> ", "< ", "curl: ", "*   Trying", "* Connecting")
# curl as it comes tries EPSV and EPRT first, and connects to the server's own address whatever 227 announces.
OPTIONS = {
    "PASV": ["--disable-epsv", "--no-ftp-skip-pasv-ip"],
    "PASV-peer": ["--disable-epsv"],
    "EPSV": [],
    "PORT": ["--ftp-port", "-", "--disable-eprt"],
    "EPRT": ["--ftp-port", "-"],
}
TLS_OPTIONS = {"clear": [], "C": ["--ssl-control"], "P": ["--ssl-reqd"]}


@dataclass(frozen=True)
class Call:
    """How the server is called: as in the options of the probe."""

    host: str
    port: int
    user: str
    password: str
    mode: str
    tls: str
    protection: str
    directory: str


def options(call: Call) -> list[str]:
    """Return what curl is told beside the file and the URL."""
    explicit = TLS_OPTIONS[call.protection] if call.tls == "explicit" else []
    return [*OPTIONS[call.mode], *explicit, "--user", f"{call.user}:{call.password}"]


def url(call: Call) -> str:
    """Return the URL of the folder; a directory that begins with / does so in the URL as well."""
    scheme = "ftps" if call.tls == "implicit" else "ftp"
    return f"{scheme}://{call.host}:{call.port}/{call.directory + '/' if call.directory else ''}"


def commands(call: Call) -> list[list[str]]:
    """Return the two transfers: there, and back with the deletion."""
    curl = ["curl", *options(call)]
    return [
        [*curl, "--upload-file", NAME, url(call)],
        [*curl, "--quote", f"-DELE {NAME}", "--output", "back.bin", url(call) + NAME],
    ]


def shown(output: str) -> list[str]:
    """Return the end of the dialogue in curl's words, with its connections, and without the password."""
    lines = [line.rstrip() for line in output.splitlines()]
    kept = [line for line in lines if line.startswith(SHOWN_STARTS)]
    return [("> PASS ***" if line.startswith("> PASS ") else line) for line in kept][-SHOWN_LINES:]


def run(command: list[str], folder: Path) -> tuple[bool, list[str]]:
    """Return whether curl is content, and what it shows of the dialogue."""
    limits = ["--silent", "--show-error", "--verbose", "--connect-timeout", "6", "--max-time", "8"]
    ended = subprocess.run(
        [*command, *limits], cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )
    return ended.returncode == 0, shown(ended.stderr)


def story(call: Call) -> dict[str, object]:
    """Return the first command that fails and what it shows, or the last one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / NAME).write_bytes(os.urandom(50000))
        for command in commands(call):
            content, lines = run(command, folder)
            if not content:
                return {"command": shlex.join(command), "lines": lines, "works": False}
        same = (folder / NAME).read_bytes() == (folder / "back.bin").read_bytes()
    return {"command": shlex.join(command), "lines": lines, "works": same}


if __name__ == "__main__":
    print(json.dumps(story(Call(**json.loads(sys.argv[1])))))
