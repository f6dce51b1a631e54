# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for a scanner: it sends files in clear, in one way that it has, and tries no other.

stand_in.py HOST PORT USER PASSWORD TLS FOLDER FILE... [--active] [--unique] [--type=A]

--active: PORT instead of PASV, whose address it takes as it is.  --unique: STOU instead of STOR.  --type: of its files.
So that the bench can compare the files, it gets each of them back by the same mode, in binary.
"""

from __future__ import annotations

import re
import socket
import sys
from contextlib import closing
from pathlib import Path

TIMEOUT = 20
host, port, user, password, _tls, folder, *files = [word for word in sys.argv[1:] if not word.startswith("--")]
kind = next((word.split("=", 1)[1] for word in sys.argv if word.startswith("--type=")), "I")


class Control:
    """The control connection, logged by printing."""

    def __init__(self) -> None:
        self.socket = socket.create_connection((host, int(port)), TIMEOUT)
        self.lines = self.socket.makefile("r", encoding="latin-1", newline="\r\n")
        self.reply(2)

    def reply(self, expected: int) -> str:
        """Return the next reply, all its lines; exit if it does not begin with the expected digit."""
        said = line = self.lines.readline()
        while line[3:4] == "-" or not re.match(r"\d{3} ", line):
            if not line:
                sys.exit("the server closed the connection")
            line = self.lines.readline()
            said += line
        print(said, end="", flush=True)
        if line[0] != str(expected):
            sys.exit(1)
        return said

    def command(self, text: str, expected: int = 2) -> str:
        """Return the reply to a command; exit if it does not begin with the expected digit."""
        print(text, flush=True)
        self.socket.sendall(text.encode() + b"\r\n")
        return self.reply(expected)

    def transfer(self, command: str, content: bytes = b"") -> tuple[str, bytes]:
        """Return what the server says when the transfer begins and ends, and what it sends."""
        if "--active" in sys.argv:
            with closing(socket.create_server((self.socket.getsockname()[0], 0))) as listener:
                listener.settimeout(TIMEOUT)
                address, number = listener.getsockname()
                self.command(f"PORT {address.replace('.', ',')},{number // 256},{number % 256}")
                begun = self.command(command, 1)
                data = listener.accept()[0]
        else:
            *numbers, high, low = re.findall(r"\d+", self.command("PASV").split("(")[1])[:6]
            data = socket.create_connection((".".join(numbers), int(high) * 256 + int(low)), TIMEOUT)
            begun = self.command(command, 1)
        with data:
            data.sendall(content)
            got = b"" if content else data.makefile("rb").read()
        return begun + self.reply(2), got


control = Control()
control.command(f"USER {user}", 3)
control.command(f"PASS {password}")
for name in files:
    control.command(f"TYPE {kind}")
    content = Path(folder, name).read_bytes()
    said, _nothing = control.transfer("STOU" if "--unique" in sys.argv else f"STOR {name}", content)
    unique = re.search(r"FILE: (\S+)|\((?:unique file name:)?\s*(\S+)\)|name[: ]+(\S+)", said)
    there = next(filter(None, unique.groups())) if "--unique" in sys.argv and unique else name
    control.command("TYPE I")
    Path(folder, f"{name}.back").write_bytes(control.transfer(f"RETR {there}")[1])
    control.command(f"DELE {there}")
control.command("QUIT")
