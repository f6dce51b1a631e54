# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upload files with a real client, and print which of them the server acknowledged.

Usage: uploads.py HOST PORT USER PASSWORD CLIENT TLS MODE COUNT SIZE, such as "... lftp 1.3 active 20 300000".
CLIENT is lftp, curl or ftplib; TLS is 1.2 or 1.3; MODE is active or passive.  Prints JSON: {name: SHA-256} of the files
that the client calls uploaded, which is what a server has to have whole afterwards; and the client's words on the rest.
"""

from __future__ import annotations

import contextlib
import ftplib
import hashlib
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 20
# GnuTLS's names (gnutls-cli --priority), and curl's options.
LFTP_TLS = {"1.2": "NORMAL:-VERS-ALL:+VERS-TLS1.2", "1.3": "NORMAL:-VERS-ALL:+VERS-TLS1.3"}
# Active mode with TLS does not work with curl 7.88 of Debian 12; Debian 13's does.
CURL_MODE = {"active": ["--ftp-port", "-"], "passive": []}
CURL_TLS = {"1.2": ["--tls-max", "1.2"], "1.3": ["--tlsv1.3"]}


@dataclass(frozen=True)
class Service:
    host: str
    port: str
    user: str
    password: str
    tls: str
    mode: str


def lftp(service: Service, files: list[Path]) -> tuple[set[str], str]:
    """Upload in one session; lftp names each file that it has been told is there."""
    settings = [
        f"set net:timeout {TIMEOUT}",
        "set net:max-retries 1",
        f"set ftp:passive-mode {'yes' if service.mode == 'passive' else 'no'}",
        "set ftp:ssl-force yes",
        "set ftp:ssl-protect-data yes",
        "set ssl:verify-certificate no",
        f'set ssl:priority "{LFTP_TLS[service.tls]}"',
        f"open -u {service.user},{service.password} -p {service.port} {service.host}",
    ]
    puts = [f"put {file} -o {file.name} && echo {file.name}" for file in files]
    run = subprocess.run(["lftp"], input="\n".join([*settings, *puts]), capture_output=True, text=True, check=False)
    return set(run.stdout.split()), run.stderr


def curl(service: Service, files: list[Path]) -> tuple[set[str], str]:
    """Upload by one command for each file: with ProFTPD and TLS 1.3, curl's third upload in one session fails."""
    command = ["curl", "--silent", "--show-error", "--user", f"{service.user}:{service.password}"]
    command += ["--ssl-reqd", "--insecure", "--max-time", str(TIMEOUT)]
    command += [*CURL_TLS[service.tls], *CURL_MODE[service.mode]]
    whole, words = set(), []
    for file in files:
        place = f"ftp://{service.host}:{service.port}/{file.name}"
        run = subprocess.run([*command, "--upload-file", str(file), place], capture_output=True, text=True, check=False)
        words.append(run.stderr)
        if run.returncode == 0:
            whole.add(file.name)
    return whole, "".join(words)


class Resuming(ftplib.FTP_TLS):
    """Sessions of ftplib, which by itself does not resume its TLS session on data connections, as servers ask for."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Return a data connection with TLS."""
        data, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        return self.context.wrap_socket(data, session=getattr(self.sock, "session", None)), size


def session(service: Service) -> Resuming:
    """Return ftplib's session, in which data connections are protected."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[service.tls]
    context.minimum_version = context.maximum_version = version
    ftp = Resuming(context=context, timeout=TIMEOUT)
    ftp.connect(service.host, int(service.port))
    ftp.login(service.user, service.password)
    ftp.prot_p()
    ftp.set_pasv(service.mode == "passive")
    ftp.voidcmd("TYPE I")
    return ftp


def python(service: Service, files: list[Path]) -> tuple[set[str], str]:
    """Upload in one session; this client ends TLS properly, and does not insist on the server's end of it."""
    try:
        ftp = session(service)
    except ftplib.all_errors as error:
        return set(), f"{type(error).__name__}: {error}"
    whole, words = set(), []
    with ftp:
        for file in files:
            try:
                with ftp.transfercmd(f"STOR {file.name}") as data:
                    data.sendall(file.read_bytes())
                    with contextlib.suppress(OSError):
                        data.unwrap()  # type: ignore[attr-defined]
                ftp.voidresp()
                whole.add(file.name)
            except ftplib.all_errors as error:
                words.append(f"{type(error).__name__}: {error}")
    return whole, "\n".join(words)


CLIENTS = {"lftp": lftp, "curl": curl, "ftplib": python}


def main() -> None:
    """Make the files, let the client upload them and print what came of it."""
    *service, client, tls, mode, count, size = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"upload-{uuid.uuid4().hex}") for _turn in range(int(count))]
        for file in files:
            file.write_bytes(os.urandom(int(size)))
        whole, words = CLIENTS[client](Service(*service, tls, mode), files)
        sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.name in whole}
    print(json.dumps({"acknowledged": sums, "words": words}))


if __name__ == "__main__":
    main()
