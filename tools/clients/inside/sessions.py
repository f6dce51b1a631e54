# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session of a real client: it sends and gets files over one control connection, and what comes back is compared.

Runs in a container of the bench, as the server of the bench's jobs.  A job with a client is a session, one without is a
probe.  See vantage.py for the protocol.
"""

from __future__ import annotations

import contextlib
import ftplib
import io
import os
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
# Below what pyftpdlib and vsftpd cut short with TLS 1.3, which is no client's fault.
SIZE = 10_000
COMMONS_NET = "/usr/share/java/commons-net.jar"
# How much of a client's own words is kept.
_LAST_WORDS = 3000


class Session(NamedTuple):
    """What a client is to do.  tls: "", "1.2", "1.3", or, of curl and ftplib, "1.1".

    options: how its mode is chosen, in its own words.
    files: what it sends, each to be fetched again; there: what is at the server already.
    """

    program: str
    options: list[str]
    tls: str
    host: str
    port: str
    user: str
    password: str
    folder: Path
    files: list[str]
    there: list[str]

    @property
    def url(self) -> str:
        """Return the URL of the server's folder."""
        return f"ftp://{self.host}:{self.port}/"

    @property
    def words(self) -> list[str]:
        """Return what the scripts of this folder take as arguments."""
        return [self.host, self.port, self.user, self.password, self.tls, str(self.folder), *self.files]


def back(name: str) -> str:
    """Return the name of the local file for what comes back."""
    return f"{name}.back"


def curl(session: Session) -> list[str]:
    """Return one command with five transfers: three files up and two of them down, over one control connection."""
    limits = {
        "": [],
        "1.1": ["--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"],
        "1.2": ["--tlsv1.2", "--tls-max", "1.2"],
        "1.3": ["--tlsv1.3"],
    }
    common = ["-sS", "-u", f"{session.user}:{session.password}", *session.options]
    common += ["--ssl-reqd", *limits[session.tls]] if session.tls else []
    steps: list[list[str]] = []
    for name in session.files:
        steps.append([*common, "-T", name, session.url + name])
        steps.append([*common, "-o", back(name), session.url + name])
    command = [session.program, "--fail-early", "-v"]
    for step in steps[:-1]:
        command += [*step, "--next"]
    return [*command, *steps[-1]]


def lftp(session: Session) -> list[str]:
    """Have lftp reconnect at once: by default it waits 30 seconds, also when it reconnects to change to active mode."""
    settings = ["set net:reconnect-interval-base 1", *session.options]
    if session.tls:
        settings += ["set ftp:ssl-force true", f"set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS{session.tls}"]
    transfers = [f"put {name} && get {name} -o {back(name)}" for name in session.files]
    script = "; ".join([*settings, " && ".join(transfers)])
    login = ["-p", session.port, "-u", f"{session.user},{session.password}"]
    return [session.program, "-d", *login, "-e", f"{script}; exit", session.host]


def tnftp(session: Session) -> list[str]:
    """Return tnftp with a script of commands, as its user would type them."""
    lines = [f"user {session.user} {session.password}", "binary", "prompt", *session.options]
    for name in session.files:
        lines += [f"put {name}", f"get {name} {back(name)}"]
    (session.folder / "script").write_text("\n".join([*lines, "quit", ""]))
    quiet = f"{session.program} -n -v -d {session.host} {session.port} <script"
    return ["sh", "-c", quiet]


def ncftp(session: Session) -> list[str]:
    """Return two sessions, one for each direction: NcFTP's programs have one direction each."""
    login = ["-d", "stdout", "-u", session.user, "-p", session.password, "-P", session.port, *session.options]
    names = " ".join(session.files)
    both = f'{session.program} "$@" "$HOST" . {names} && ncftpget "$@" "$HOST" down {names}'
    moved = "; ".join(f"mv down/{name} {back(name)}" for name in session.files)
    script = f"HOST={session.host}; mkdir down; {both}; code=$?; {moved}; exit $code"
    return ["sh", "-c", script, "sh", *login]


def wget(session: Session) -> list[str]:
    """Return a download of all files that are there, in one session, as wget has it for patterns only."""
    url = session.url.replace("ftp:", "ftps:") if session.tls else session.url
    ciphers = [f"--ciphers=NORMAL:-VERS-ALL:+VERS-TLS{session.tls}"] if session.tls else []
    login = ["--user", session.user, "--password", session.password]
    stem = os.path.commonprefix(session.there)
    moved = "; ".join(f"mv down/{name} {back(name)}" for name in session.there)
    script = f'mkdir down; cd down; "$@"; code=$?; cd ..; {moved}; exit $code'
    command = [session.program, "-d", "-t", "2", *ciphers, *login, *session.options, f"{url}{stem}*"]
    return ["sh", "-c", script, "sh", *command]


def python(script: str) -> Callable[[Session], list[str]]:
    """Return how a script of this folder is run by the program, a Python."""
    return lambda session: [session.program, str(HERE / script), *session.words, *session.options]


def node(session: Session) -> list[str]:
    """Return a session of basic-ftp on Node.js; the first option is the library's folder."""
    return [session.program, str(HERE / "basic_ftp.js"), *session.words, *session.options]


def java(session: Session) -> list[str]:
    """Return a session of Apache Commons Net, whose class was compiled when the container started."""
    # One that starts soon.
    machine = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{HERE}:{COMMONS_NET}"]
    return [session.program, *machine, "CommonsNet", *session.words, *session.options]


KINDS: dict[str, Callable[[Session], list[str]]] = {
    "curl": curl,
    "lftp": lftp,
    "tnftp": tnftp,
    "ncftp": ncftp,
    "wget": wget,
    "ftplib": python("python_ftplib.py"),
    "aioftp": python("python_aioftp.py"),
    "basic-ftp": node,
    "commons-net": java,
    "stand-in": python("stand_in.py"),
}


Job = Mapping[str, Any]


def answer(job: Job) -> dict[str, Any]:
    """Return what a client meets in a session, what a command prints, what was put, or what the probe reports."""
    for name, does in _DOES.items():
        if name in job:
            return does(job)
    from vantage import answer as probe

    return dict(probe(dict(job)))


def ask(job: Job) -> dict[str, Any]:
    """Return what a shell command prints: a client's version."""
    done = subprocess.run(job["shell"], shell=True, check=False, capture_output=True, text=True)
    return {"said": done.stdout}


def put(job: Job) -> dict[str, Any]:
    """Remove the bench's files at a server, and put these there."""
    with ftplib.FTP() as ftp:
        ftp.connect(job["host"], job["port"], timeout=30)
        ftp.login(job["user"], job["password"])
        there = {name.rpartition("/")[2] for name in ftp.nlst()}
        for name in there:
            if name.startswith(("bench-", "there-")):
                ftp.delete(name)
        for name, content in job["put"].items():
            ftp.storbinary(f"STOR {name}", io.BytesIO(content.encode()))
    return {"removed": len(there)}


def meet(job: Job) -> dict[str, Any]:
    """Return a session's verdict: "works", "fails" or "hangs"; how many files came back; the client's last words."""
    with tempfile.TemporaryDirectory(dir=HERE) as name:
        folder = Path(name)
        session = _session(job, folder)
        sent = _contents(job, session)
        begin = time.monotonic()
        verdict = _run(KINDS[job["kind"]](session), folder, job["limit"])
        came = [name for name, content in sent.items() if _read(folder / back(name)) == content]
        if verdict == "ended":
            verdict = "works" if len(came) == len(sent) else "fails"
        words = _read(folder / "said") or b""
        said = words[-_LAST_WORDS:].decode(errors="replace")
        seconds = round(time.monotonic() - begin, 2)
        return {"verdict": verdict, "files": len(came), "of": len(sent), "seconds": seconds, "said": said}


def _session(job: Job, folder: Path) -> Session:
    files = [f"bench-{uuid.uuid4().hex}" for _number in range(job["files"])]
    for name in files:
        # Text without an end of line, which no mode of a transfer changes.
        (folder / name).write_bytes(os.urandom(SIZE // 2).hex().encode())
    login = (job["host"], str(job["port"]), job["user"], job["password"])
    return Session(job["program"], job["options"], job["tls"], *login, folder, files, list(job["there"]))


def _contents(job: Job, session: Session) -> dict[str, bytes]:
    """Return what has to come back, by its name."""
    if job["kind"] == "wget":
        return {name: content.encode() for name, content in job["there"].items()}
    return {name: (session.folder / name).read_bytes() for name in session.files}


def _run(command: list[str], folder: Path, limit: float) -> str:
    """Return how a command ends within the limit, "ended" or "hangs", with all that it has started."""
    with (folder / "said").open("wb") as said:
        client = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            client.wait(limit)
        except subprocess.TimeoutExpired:
            return "hangs"
        finally:
            _end(client)
    return "ended"


def _end(client: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(client.pid, signal.SIGKILL)
    client.wait()


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


_DOES: dict[str, Callable[[Job], dict[str, Any]]] = {"kind": meet, "shell": ask, "put": put}

if __name__ == "__main__":
    from vantage import serve

    compiler = ["java", "-cp", "/usr/share/java/*", "org.eclipse.jdt.internal.compiler.batch.Main", "-17", "-proc:none"]
    subprocess.run([*compiler, "-cp", COMMONS_NET, "-d", str(HERE), str(HERE / "CommonsNet.java")], check=True)
    serve(answer)
