# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The near end of a vantage: hands probes to a machine of the lab, and takes their results."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import ansible.module_utils
from ansible_collections.mxlab.ftp.plugins.module_utils import _ports
from lab.common import LabError

from matrix import machines, vantage

_FOLDER = "/run/mxlab-matrix"
_COLLECTION = Path("ansible_collections", "mxlab", "ftp", "plugins")
# Starts a program on a machine, with its standard input and output as pipes.
Begin = Callable[..., "subprocess.Popen[bytes]"]
_UNPACK = f"rm -rf {_FOLDER} && mkdir {_FOLDER} && exec tar -x -C {_FOLDER}"


class Station:
    """One vantage, from its start to its end."""

    def __init__(self, machine: str, code: bytes, program: str = "vantage.py", begin: Begin | None = None) -> None:
        """Start the program on the machine, by begin, or else on a machine of the lab; code: what is unpacked there."""
        begin = begin or functools.partial(machines.begin, machine)
        self._machine = machine
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._numbers = itertools.count()
        self._sending = Lock()
        with begin("sh", "-c", _UNPACK) as unpacking:
            unpacking.communicate(code)
        command = ["env", f"PYTHONPATH={_FOLDER}", "python3", f"{_FOLDER}/{program}"]
        self._process = begin(*command)
        Thread(target=self._take, daemon=True).start()

    def probe(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the program answers to these options; raise LabError if it ends meanwhile."""
        result: Future[dict[str, Any]] = Future()
        with self._sending:
            number = next(self._numbers)
            self._waiting[number] = result
            self._send(json.dumps({"number": number, "options": options}).encode() + b"\n")
        return result.result()

    def end(self) -> None:
        """Let the vantage end."""
        with contextlib.suppress(OSError):
            self._process.communicate()

    def _send(self, line: bytes) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except OSError as error:
            raise LabError(f"the vantage on {self._machine} has ended; its errors are above") from error

    def _take(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            answer = json.loads(line)
            self._waiting.pop(answer.pop("number")).set_result(answer)
        for result in self._waiting.values():
            result.set_exception(LabError(f"the vantage on {self._machine} has ended; its errors are above"))


def code(*further: Path) -> bytes:
    """Return a tar archive of all that a vantage runs: the module, what it imports, vantage.py, and further files."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for place, file in [*_files(), *((file.name, file) for file in further)]:
            tar.add(file, place)
    return archive.getvalue()


def _files() -> Iterator[tuple[str, Path]]:
    yield "vantage.py", Path(vantage.__file__)
    plugins = Path(_ports.__file__).parents[1]
    for file in [plugins / "modules" / "ftp_probe.py", *(plugins / "module_utils").rglob("*.py")]:
        yield str(_COLLECTION / file.relative_to(plugins)), file
    (ansible_code,) = ansible.module_utils.__path__
    # As in what Ansible itself sends: its own __init__.py imports what only controllers have.
    yield "ansible/__init__.py", Path(ansible_code).parent / "release.py"
    for file in Path(ansible_code).rglob("*.py"):
        yield str(Path("ansible", "module_utils") / file.relative_to(ansible_code)), file
