# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an FTP server says, and what a client announces: text in, values out, no sockets.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

# Longer than any real server's reply; small enough that a hostile one cannot fill the memory.
MAX_LINE_BYTES = 2048
MAX_LINES = 100

# Shorter parts of a password occur in ordinary words.
MIN_PART = 4

_FIRST_LINE = re.compile(r"([1-6][0-9]{2})([ -]|$)")
_NUMBERS = re.compile(r"[0-9][0-9,]*[0-9]")
_EXTENDED_PORT = re.compile(r"\(([!-~])\1\1([0-9]{1,5})\1\)")


@dataclass(frozen=True)
class Reply:
    """One reply of RFC 959 section 4.2: its code (100 to 699) and its lines as sent, without line ends."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return all lines as one string, without the code that begins the first and the last."""
        prefix = re.compile(rf"{self.code}[ -]?")
        return " ".join(prefix.sub("", line, count=1) if prefix.match(line) else line for line in self.lines)

    @property
    def preliminary(self) -> bool:
        """Return True for 1yz: another reply to the same command follows."""
        return self.code < 200

    @property
    def negative(self) -> bool:
        """Return True for 4yz and 5yz: the server did not obey the command."""
        return self.code >= 400


def begins_reply(line: str) -> bool:
    """Return whether the line begins with a reply code."""
    return _FIRST_LINE.match(line) is not None


def read_reply(next_line: Callable[[], str]) -> Reply:
    """Return the next reply of RFC 959 section 4.2, made of lines from next_line.

    A multi-line reply begins with "123-" and ends with the first line that begins with "123 ".
    Raise ValueError if the first line has no reply code or if the reply does not end within MAX_LINES.
    """
    lines = [next_line()]
    first = _FIRST_LINE.match(lines[0])
    if first is None:
        raise ValueError("the line does not begin with a reply code")
    code, separator = first.groups()
    while separator == "-" and not re.match(rf"{code}( |$)", lines[-1]):
        if len(lines) == MAX_LINES:
            raise ValueError(f"the reply has more than {MAX_LINES} lines")
        lines.append(next_line())
    return Reply(int(code), tuple(lines))


def passive_address(reply: Reply) -> tuple[str, int]:
    """Return the IPv4 address and the port that a 227 reply announces.

    RFC 1123 section 4.1.2.6: parentheses are not guaranteed, so the six numbers are searched for.  A longer or shorter
    list of numbers is no announcement: a client that guesses which six are meant connects to other hosts.
    Raise ValueError if there are no six numbers of one byte each, or if the port is 0.
    """
    for found in _NUMBERS.findall(reply.text):
        numbers = [int(number or 256) for number in found.split(",")]
        if len(numbers) == 6 and max(numbers) < 256:
            return ".".join(str(number) for number in numbers[:4]), _port(numbers[4] * 256 + numbers[5])
    raise ValueError("the reply holds no h1,h2,h3,h4,p1,p2")


def extended_port(reply: Reply) -> int:
    """Return the port that a 229 reply announces: RFC 2428 section 3, with any printable ASCII delimiter.

    Raise ValueError for any other form, also for one with an address: the RFC wants that field blank.
    """
    found = _EXTENDED_PORT.search(reply.text)
    if found is None:
        raise ValueError("the reply holds no (|||port|)")
    return _port(int(found.group(2)))


def _port(number: int) -> int:
    if not 0 < number < 65536:
        raise ValueError(f"{number} is not a TCP port")
    return number


def port_command(address: str, port: int) -> str:
    """Return the PORT command of RFC 959 section 4.1.2 for an IPv4 address and a port."""
    octets = ipaddress.IPv4Address(address).packed
    return "PORT " + ",".join(str(number) for number in (*octets, *divmod(port, 256)))


def eprt_command(address: str, port: int) -> str:
    """Return the EPRT command of RFC 2428 section 2 for an IP address (protocol 1 is IPv4, 2 is IPv6) and a port."""
    return f"EPRT |{2 if ':' in address else 1}|{address}|{port}|"


def presentable(text: str, secret: str) -> str:
    """Return the text with the secret masked and all control characters of terminals escaped."""
    masked = _masked(text, secret)
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in masked)


def _masked(text: str, secret: str) -> str:
    """Return the text without the secret, and without any half of it that has MIN_PART characters or more."""
    if not secret:
        return text
    part = min(len(secret), max(MIN_PART, (len(secret) + 1) // 2))
    parts = {secret[start : start + part] for start in range(len(secret) - part + 1)}
    hidden = [False] * len(text)
    for start in range(len(text) - part + 1):
        if text[start : start + part] in parts:
            hidden[start : start + part] = [True] * part
    runs = itertools.groupby(range(len(text)), hidden.__getitem__)
    return "".join("********" if is_hidden else "".join(text[at] for at in places) for is_hidden, places in runs)
