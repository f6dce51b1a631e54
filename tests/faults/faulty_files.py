# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault files are data: each becomes a server on an address of its own, which is probed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.probe import probe as probe_service
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC, refuse_bad
from faulty_script import Script
from faulty_server import PASSWORD, USER, FaultyServer, running

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*/*.yml"))
KEYS = {"about", "server", "probe", "findings", "leaves"}
# Long enough for a busy machine.  A fault file with an expected timeout sets a shorter one.
PATIENT = 10.0


@dataclass(frozen=True)
class Fault:
    """One fault file.  number makes an address of it."""

    number: int
    name: str
    script: list[str]
    options: dict[str, Any]
    findings: list[str]
    leaves: bool

    @classmethod
    def read(cls, number: int, path: Path) -> Fault:
        """Return the fault of a file.  Raise ValueError for a key that no fault file has, and without about."""
        content = yaml.safe_load(path.read_text())
        if not KEYS.issuperset(content) or not content.get("about"):
            raise ValueError(f"{path}: a fault file has the keys {', '.join(sorted(KEYS))}, and a sentence in about")
        lists = (content.get("server", []), content.get("probe", {}), content["findings"], content.get("leaves", False))
        return cls(number, f"{path.parent.name}/{path.stem}", *lists)

    @property
    def address(self) -> str:
        """Return an address of this fault and this run only, so that fixed ranges of ports meet no other test's."""
        return f"127.{16 + os.getpid() % 200}.{self.number // 250}.{1 + self.number % 250}"


FAULTS = [Fault.read(number, path) for number, path in enumerate(FILES)]


@dataclass(frozen=True)
class Probed:
    """The result of the probe, and the files that it left on the faulty server."""

    result: dict[str, Any]
    left: list[str]


def probe(fault: Fault, home: Path, certificates_folder: Path) -> Probed:
    """Probe the fault's server with the options of the module, defaults where the file gives none."""
    with running(fault.address, Script.parse(fault.script), home, certificates_folder) as server:
        given = {name: spec.get("default") for name, spec in ARGUMENT_SPEC.items()}
        given.update(host=fault.address, port=server.address[1], user=USER, password=PASSWORD, timeout=PATIENT)
        given.update(_filled(fault.options, server))
        refuse_bad(given)
        result = probe_service(given)
    return Probed(result, [path.name for path in home.iterdir()])


def _filled(options: dict[str, Any], server: FaultyServer) -> dict[str, Any]:
    """Return the options with "{address}", "{closed}" and "{silent}" filled in."""
    words = {"address": server.address[0], **{kind: server.dead_port(kind) for kind in ("closed", "silent")}}
    return {
        name: (int if name == "port" else str)(value.format(**words)) if isinstance(value, str) else value
        for name, value in options.items()
    }
