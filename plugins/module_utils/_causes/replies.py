# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes: the server's replies do not fit the commands.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ALG, SERVER, TLS, Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import says
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence

_REPLIES = "RFC 959 section 5.4"
_FROM_LAN = "Probe from the server's own LAN. If the replies fit there, a gateway on the path confuses them."
_ANNOUNCING = ("PASV", "EPSV")
_TRANSFERS = ("STOR", "RETR")
# Positive codes of RFC 959, 2228 and 2428 that belong to some commands only.  RFC 959 gives 200, 202 and 250 to many.
_ANSWERS = {
    **dict.fromkeys((211, 214, 215, 220, 221), ()),
    225: (),
    226: (),
    227: ("PASV",),
    229: ("EPSV",),
    230: ("USER", "PASS"),
    232: ("USER", "PASS", "AUTH"),
    234: ("AUTH",),
    257: (),
    331: ("USER",),
    332: ("USER", "PASS"),
    334: ("AUTH",),
    **dict.fromkeys((110, 125, 150), _TRANSFERS),
}
_NEGATIVE = 400
# Questions at the end of a session, whose answers decide nothing.
_QUESTIONS = ("FEAT", "SYST", "QUIT")
# Stages after the login in which nothing but a lost login explains a 530 that asks for one.
_LOGGED_IN = (seen.PROTECTION, seen.DIRECTORY, seen.TYPE, seen.ANNOUNCE)
_ASKS_FOR_LOGIN = says(r"^530.*(not logged|log.?(in|on)\b|USER and PASS)")


def _first_replies(cell: Cell) -> Iterator[tuple[str, int]]:
    """Yield the verb of each command that got a reply, and the code of the first one."""
    verb = ""
    for line in cell.transcript:
        if line.sender == "client":
            verb = line.text.split(" ")[0]
        elif verb and line.sender == "server":
            if re.match("[1-6][0-9]{2}", line.text):
                yield verb, int(line.text[:3])
            verb = ""


def _misfit(cell: Cell) -> tuple[str, int]:
    """Return the first command whose first reply belongs to another one, and that reply's code; ("", 0) if all fit."""
    unreadable = (cell.stage, cell.outcome) == (seen.ANNOUNCE, seen.GARBLED)
    for verb, code in _first_replies(cell):
        if code < _NEGATIVE and not _fits(verb, code, unreadable):
            return verb, code
    return "", 0


def _fits(verb: str, code: int, unreadable: bool) -> bool:
    if verb in _QUESTIONS:
        return True
    if code in _ANSWERS:
        return verb in _ANSWERS[code]
    if verb in _TRANSFERS:
        return code < 200
    # Some servers announce a port with another code, which the probe understands.
    return verb not in _ANNOUNCING or not unreadable


def _greets_again(cell: Cell, _evidence: Evidence) -> bool:
    return _misfit(cell)[1] == 220


def _confuses(cell: Cell, _evidence: Evidence) -> bool:
    return _misfit(cell) in (("PASV", 229), ("EPSV", 227))


def _forgets_the_login(cell: Cell, evidence: Evidence) -> bool:
    asked = (cell.outcome, cell.code) == (seen.REJECTED, 530) and _ASKS_FOR_LOGIN(cell, evidence)
    return cell.stage in _LOGGED_IN and asked


def _out_of_step(cell: Cell, evidence: Evidence) -> bool:
    return _misfit(cell) != ("", 0) or bool(cell.late_reply) or _forgets_the_login(cell, evidence)


def _inserted(evidence: Evidence) -> list[str]:
    """Return the text that came in clear behind the reply to AUTH TLS, each once.

    Where replies are out of step, it is the late reply to AUTH TLS itself.
    """
    cells = [cell for cell in (*evidence.cells, *evidence.trials) if _misfit(cell) == ("", 0)]
    texts = (line.text for cell in cells for line in cell.transcript if line.sender == seen.DROPPED)
    return [f"in clear behind the reply to AUTH TLS, dropped: {text}" for text in dict.fromkeys(texts)]


REPLY_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="text-before-tls",
        layer=TLS,
        message="Text in clear follows the reply to AUTH TLS",
        explanation="Somebody on the path inserted the text, or the server answered a command that nobody sent. A"
        " client that keeps this text takes it for the server's protected reply after the handshake (CVE-2011-0411"
        " describes the same fault in mail). The probe dropped it.",
        remedy="Search the path for the device that inserts the text. Update clients that do not drop such text.",
        sources=("RFC 4217 section 4.2", "RFC 3207 section 4.2", "CVE-2011-0411"),
        next_step="Capture the control connection at the server. If the text is missing there, a device on the path"
        " inserts it.",
        beside_cells=lambda evidence: bool(_inserted(evidence)),
        beside_lines=_inserted,
    ),
    Cause(
        id="reply-too-long",
        layer=SERVER,
        message="A reply of the server does not end",
        explanation="The probe stops after 100 lines of one reply, 2 KB of one line or 64 KB of one session. Clients"
        " have such limits, too, since a hostile server could fill their memory.",
        remedy="Shorten the text that the server shows at this point: greeting, text after the login or text of the"
        " directory.",
        sources=("RFC 959 section 4.2", "RFC 2577 section 5"),
        vendors={
            "vsftpd": "banner_file, dirmessage_enable",
            "ProFTPD": "DisplayConnect, DisplayLogin, DisplayChdir",
            "Pure-FTPd": "FortunesFile; .banner and .message in directories",
        },
        outcomes=(seen.OVERLONG,),
    ),
    Cause(
        id="several-greetings",
        layer=SERVER,
        message="The server greets more than once",
        explanation="Each further greeting is taken for the reply to a command, so all replies come one command late."
        " A greeting of several lines lacks the hyphen that joins them (220-), or a proxy sends a greeting of its own"
        " before the server's.",
        remedy="Write the greeting as one line, or begin all its lines but the last with 220-.",
        sources=("RFC 959 section 4.2",),
        vendors={"vsftpd": "ftpd_banner, banner_file", "ProFTPD": "ServerIdent, DisplayConnect"},
        next_step=_FROM_LAN,
        where=_greets_again,
    ),
    Cause(
        id="passive-replies-confused",
        layer=ALG,
        message="PASV is answered with 229, or EPSV with 227",
        explanation="227 answers PASV and announces an address and a port. 229 answers EPSV and announces a port only."
        " A gateway translates one command into the other and not its reply, or the server confuses the two.",
        remedy="Switch off FTP inspection on the gateway, or update the gateway or the server. Until then, use the"
        " command that is answered rightly.",
        sources=("RFC 959 section 5.4", "RFC 2428 section 3"),
        next_step=_FROM_LAN,
        where=_confuses,
    ),
    Cause(
        id="replies-out-of-step",
        layer=SERVER,
        message="The server's replies are out of step with the commands",
        explanation="The reply belongs to another command: the server, or a proxy in front of it, sends one reply too"
        " many (226 twice after a transfer, or an error that no command caused), leaves one out (150 before a"
        " transfer), answers one command late, or asks for the login again after it (530).",
        remedy="Update the server. Probe without the proxy.",
        sources=(_REPLIES,),
        next_step=_FROM_LAN,
        where=_out_of_step,
        also_passed=True,
    ),
)
