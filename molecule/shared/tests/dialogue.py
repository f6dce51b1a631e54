# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FTP dialogues that no decent client holds.

Runs on a machine of the lab, on standard input of its python3, with "host user password attempt argument" as its
arguments, and "TLS" behind them for a session with TLS.  Prints the outcome as JSON.
"""

from __future__ import annotations

import ftplib
import json
import select
import socket
import ssl
import struct
import sys

TIMEOUT = 15
# Long enough for a server that has something to send; one that ignores a foreign peer says nothing at all.
SILENCE = 4


def answer(ftp: ftplib.FTP, command: str) -> str:
    """Return the reply, good or bad, and "" when the server hangs up."""
    try:
        return ftp.sendcmd(command)
    except EOFError:
        return ""
    except ftplib.Error as error:
        return str(error)


def bounce(ftp: ftplib.FTP, target: str) -> dict[str, object]:
    """Ask for a listing to be sent to "address:port", where this machine listens."""
    address, port = target.split(":")
    with socket.create_server((address, int(port))) as listener:
        numbers = ",".join([*address.split("."), str(int(port) // 256), str(int(port) % 256)])
        replies = [answer(ftp, f"PORT {numbers}"), answer(ftp, "LIST")]
        if replies[-1].startswith("1"):
            replies.append(ftp.getresp())
        listener.settimeout(0)
        try:
            listener.accept()
            connected = True
        except BlockingIOError:
            connected = False
    return {"replies": replies, "connected": connected}


def peer(ftp: ftplib.FTP, source: str) -> dict[str, object]:
    """Fetch a listing of the root directory over a passive data connection from the source address."""
    ftp.trust_server_pasv_ipv4_address = True
    with socket.create_connection(ftp.makepasv(), TIMEOUT, (source, 0)) as data:
        ftp.putcmd("LIST")
        return {"received": heard(ftp, data).decode()}


def heard(ftp: ftplib.FTP, data: socket.socket) -> bytes:
    """Return what arrives by the data connection before it ends or the control connection refuses."""
    received = b""
    while True:
        ready, _, _ = select.select([data], [], [], SILENCE)
        try:
            piece = data.recv(65536) if ready else b""
        except ConnectionError:
            piece = b""
        received += piece
        if not piece:
            return received


def cut(ftp: ftplib.FTP, end: str) -> dict[str, object]:
    """Upload a part of a file, and end it as no whole upload ends; return the reply, "" if there is none yet.

    "reset" resets the data connection, "end" closes it without the close_notify of TLS, "vanish" does not end it.
    """
    ftp.voidcmd("TYPE I")
    data, _size = ftplib.FTP.ntransfercmd(ftp, "STOR cut-off")
    if isinstance(ftp, ftplib.FTP_TLS):
        # Some servers take only a resumed session.
        data = ftp.context.wrap_socket(data, session=getattr(ftp.sock, "session", None))
    data.sendall(bytes(100_000))
    if end == "reset":
        data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        data.close()
    elif end == "end":
        # Of the TCP connection alone.
        data.shutdown(socket.SHUT_WR)
    assert ftp.sock is not None
    if not select.select([ftp.sock], [], [], SILENCE)[0]:
        return {"reply": ""}
    try:
        return {"reply": ftp.getresp()}
    except EOFError:
        return {"reply": ""}
    except ftplib.Error as error:
        return {"reply": str(error)}


def connect(host: str, protection: str) -> ftplib.FTP:
    """Return a connected client, with TLS if protection is "TLS", whose certificate is not checked."""
    if protection == "clear":
        return ftplib.FTP(host, timeout=TIMEOUT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return ftplib.FTP_TLS(host, timeout=TIMEOUT, context=context)


def fetch(ftp: ftplib.FTP, path: str) -> dict[str, object]:
    """Download a file."""
    content: list[bytes] = []
    try:
        reply = ftp.retrbinary(f"RETR {path}", content.append)
    except ftplib.Error as error:
        reply = str(error)
    return {"reply": reply, "content": b"".join(content).decode()}


def commands(ftp: ftplib.FTP, lines: str) -> dict[str, object]:
    """Send the commands, separated by ";"."""
    return {"replies": [answer(ftp, line) for line in lines.split(";")]}


if __name__ == "__main__":
    host, user, password, attempt, argument, *protection = sys.argv[1:]
    session = connect(host, *protection or ["clear"])
    session.login(user, password)
    if isinstance(session, ftplib.FTP_TLS):
        session.prot_p()
    attempts = {"bounce": bounce, "peer": peer, "fetch": fetch, "commands": commands, "cut": cut}
    print(json.dumps(attempts[attempt](session, argument)))
