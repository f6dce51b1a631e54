# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exporter as a process of its own, as its users start it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from faulty_server import PASSWORD

# Seconds that a busy machine may take for anything.
PATIENT = 60.0


class Exporter:
    """A running exporter, its file and its log."""

    def __init__(self, folder: Path, document: dict[str, Any], *options: str) -> None:
        self.file, self.log = folder / "modules.json", folder / "log"
        self.file.write_text(json.dumps(document))
        command = [sys.executable, "-m", "ftp_probe_app", "serve", str(self.file), "--listen", "127.0.0.1:0"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PROBE_PASSWORD": PASSWORD}
        with self.log.open("w") as log:
            self.process = subprocess.Popen([*command, *options], env=environment, stderr=log)
        self.address = self.logged(r"address=(\S+)")

    def logged(self, pattern: str) -> str:
        """Wait for a line of the log; return the first group of its pattern."""
        while not (found := re.search(pattern, self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
        return found[1]

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and body of a response."""
        connection = HTTPConnection(self.address, timeout=PATIENT)
        try:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def stop(self) -> int:
        """End the exporter as systemd does; return its status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENT)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Exporter]]:
    """Yield what starts exporters, which end with the tests of the file."""
    with ExitStack() as ended:

        def begin(document: dict[str, Any], *options: str) -> Exporter:
            exporter = Exporter(tmp_path_factory.mktemp("exporter"), document, *options)
            ended.callback(exporter.process.wait, PATIENT)
            ended.callback(exporter.process.kill)
            return exporter

        yield begin
