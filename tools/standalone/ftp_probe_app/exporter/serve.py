# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exporter as a process: its options, its listener, its signals."""

from __future__ import annotations

import argparse
import contextlib
import selectors
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path

from ftp_probe_app.exporter.answers import METRICS, Answer, Refused, busy
from ftp_probe_app.exporter.logs import log
from ftp_probe_app.exporter.metrics import Counts, gauge, process_text
from ftp_probe_app.exporter.schedule import Schedule
from ftp_probe_app.exporter.scrape import Outcome, Scraper
from ftp_probe_app.exporter.settings import Settings
from ftp_probe_app.exporter.web import PATIENCE, Request, receive, respond

# Prometheus' list of default ports is full from 9100 to 9999.
LISTEN = "127.0.0.1:20021"
# Connections besides those of probes that run or wait: /metrics, /-/healthy, and refusals.
_OTHER_CONNECTIONS = 16
_PATHS = {
    "/probe?target=HOST:PORT&module=NAME": "probe a server; with debug=true for people",
    "/metrics": "the metrics of the exporter itself",
    "/-/healthy": "whether the exporter answers",
}


class Configuration:
    """The settings in force, and whether the last attempt to read the file gave them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.settings = Settings.load(path)
        self._current = True
        self._read_at = time.time()
        self._describe()

    def reload(self) -> None:
        """Read the file again; a bad one changes nothing but the metric and the log."""
        try:
            self.settings = Settings.load(self._path)
        except (OSError, ValueError) as error:
            self._current = False
            log("error", "the file was not reloaded; the settings before it stay", file=self._path, reason=error)
            return
        self._current, self._read_at = True, time.time()
        self._describe()

    def metrics(self) -> str:
        """Return what blackbox_exporter tells of its file."""
        name = "ftp_probe_exporter_config_last_reload"
        return gauge(
            (f"{name}_successful", "Whether the last attempt to read the file succeeded."), int(self._current)
        ) + gauge(
            (f"{name}_success_timestamp_seconds", "When the file was last read, in seconds since 1970."), self._read_at
        )

    def _describe(self) -> None:
        entries, modules = self.settings.allow.entries, self.settings.modules
        log("info", "the file is read", file=self._path, modules=",".join(modules), allowed=len(entries))
        if not entries:
            log("warning", "allow is empty: nothing is probed")


class Exporter:
    """Answers requests, each connection in a thread of its own, up to a limit."""

    def __init__(self, configuration: Configuration, arguments: argparse.Namespace) -> None:
        self._configuration = configuration
        self._counts = Counts()
        self._schedule: Schedule[Outcome] = Schedule(arguments.concurrency, arguments.waiting)
        self._scraper = Scraper(lambda: configuration.settings, self._schedule, self._counts, arguments.timeout_offset)
        self._most = arguments.concurrency + arguments.waiting + _OTHER_CONNECTIONS
        self._connections: set[threading.Thread] = set()

    def take(self, connection: socket.socket) -> None:
        """Answer a connection in a thread, or refuse it at once if there are too many."""
        self._connections = {thread for thread in self._connections if thread.is_alive()}
        if len(self._connections) >= self._most:
            self._counts.response(HTTPStatus.SERVICE_UNAVAILABLE)
            with connection, contextlib.suppress(OSError):
                connection.setblocking(False)
                connection.send(busy("too many connections").answer().encoded())
            return
        thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
        self._connections.add(thread)
        thread.start()

    def close(self) -> None:
        """End after the probes that run, and the answers to their scrapes."""
        self._schedule.close()
        deadline = time.monotonic() + 2 * PATIENCE
        for thread in self._connections:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                answer = self._answer(receive(connection))
            except Refused as refused:
                log("warning", "a request is refused", status=refused.status.value, reason=refused)
                answer = refused.answer()
            except OSError:
                return
            except Exception as error:  # noqa: BLE001  (a defect is logged, and must not end the thread without an answer)
                log("error", "a request failed", reason=repr(error))
                answer = Answer("internal error; see the log\n", status=HTTPStatus.INTERNAL_SERVER_ERROR)
            self._counts.response(answer.status)
            respond(connection, answer)

    def _answer(self, request: Request) -> Answer:
        if request.path == "/probe":
            return self._scraper.answer(request)
        if request.path == "/metrics":
            return Answer(self._metrics(), METRICS)
        if request.path == "/-/healthy":
            return Answer("Healthy\n")
        if request.path == "/":
            return Answer("".join(f"{path}  {what}\n" for path, what in _PATHS.items()))
        raise Refused(HTTPStatus.NOT_FOUND, "expected /probe, /metrics or /-/healthy")

    def _metrics(self) -> str:
        return "".join(
            (
                self._configuration.metrics(),
                self._counts.text(),
                gauge(("ftp_probe_exporter_probes_running", "Probes that run now."), self._schedule.running),
                gauge(("ftp_probe_exporter_scrapes_waiting", "Scrapes that wait now."), self._schedule.waiting),
                process_text(self._counts.begun),
            )
        )


def main(argv: Sequence[str]) -> int:
    """Run ``ftp-probe serve`` with these arguments; return the exit status."""
    arguments = parser().parse_args(argv)
    try:
        host, port = _listen_address(arguments.listen)
        with _signals() as wake:
            configuration = Configuration(arguments.file)
            with socket.create_server(
                (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128
            ) as listener:
                return _run(listener, wake, configuration, Exporter(configuration, arguments))
    except (OSError, ValueError) as error:
        log("error", "the exporter cannot start", reason=error)
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="ftp-probe serve",
        description="Serve probe results to Prometheus. A scrape of /probe?target=HOST:PORT&module=NAME probes that"
        " server and answers with metrics.",
        epilog="SIGHUP reads FILE again. SIGTERM ends the exporter after the running probes.",
    )
    made.add_argument("file", metavar="FILE", type=Path, help="JSON file with the allowed targets and the modules.")
    made.add_argument(
        "--listen",
        metavar="ADDRESS:PORT",
        default=LISTEN,
        help="Address and port that Prometheus connects to. Default: %(default)s.",
    )
    made.add_argument(
        "--concurrency",
        metavar="N",
        type=_count,
        default=20,
        help="Number of probes that run at the same time. Default: %(default)s.",
    )
    made.add_argument(
        "--waiting",
        metavar="N",
        type=_count,
        default=40,
        help="Number of scrapes that wait for a running probe to end. All others are refused with status 503. Default:"
        " %(default)s.",
    )
    made.add_argument(
        "--timeout-offset",
        metavar="SECONDS",
        type=_seconds,
        default=0.5,
        help="A probe ends this long before the timeout of its scrape. Default: %(default)s.",
    )
    return made


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 1000")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 60:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 0 to 60")
    return seconds


def _listen_address(text: str) -> tuple[str, int]:
    """Return address and port of the listener; warn if others than this host can connect to it."""
    host, colon, port = text.rpartition(":")
    host = host.strip("[]")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"--listen is {text!r}; expected ADDRESS:PORT, such as {LISTEN}")
    if not ip_address(host).is_loopback:
        log("warning", "everybody who reaches this address can start probes of the allowed targets", listen=text)
    return host, int(port)


def _run(listener: socket.socket, wake: socket.socket, configuration: Configuration, exporter: Exporter) -> int:
    """Answer until SIGTERM or SIGINT comes; reload the file at SIGHUP."""
    log("info", "the exporter listens", address="{}:{}".format(*listener.getsockname()[:2]))
    for signals in _events(listener, wake, exporter):
        if signal.SIGHUP in signals:
            configuration.reload()
        if signal.SIGTERM in signals or signal.SIGINT in signals:
            break
    listener.close()
    log("info", "the exporter ends after the probes that run")
    exporter.close()
    return 0


def _events(listener: socket.socket, wake: socket.socket, exporter: Exporter) -> Iterator[bytes]:
    """Give connections to the exporter, and yield the numbers of signals as they come."""
    listener.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        while True:
            for key, _events_of_it in selector.select():
                if key.fileobj is wake:
                    yield wake.recv(64)
                else:
                    # The client may have gone; without descriptors, others have to end first.
                    with contextlib.suppress(OSError):
                        exporter.take(listener.accept()[0])


@contextlib.contextmanager
def _signals() -> Iterator[socket.socket]:
    """Let signals arrive as bytes on the socket that is given, instead of ending the process."""
    wake, written = socket.socketpair()
    with wake, written:
        written.setblocking(False)
        before = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
        kept = {number: signal.signal(number, _ignored) for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)}
        try:
            yield wake
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)


def _ignored(_number: int, _frame: object) -> None:
    """Leave the signal to the loop, which reads its number."""
