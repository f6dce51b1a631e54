# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make twin``: what works at a real MX today, and what would after the change that an inventory plans.

``python -m twin EXPORT INVENTORY [--servers roles] [--report FILE]``.  Exit status: 0 if all that the inventory wants
works after the change and nothing breaks, 1 if not, 2 if the twin cannot be built, 3 if mx_reach and the packets
disagree.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of
from ansible_collections.mxlab.ftp.plugins.module_utils._export.text import object_in
from docker.errors import DockerException
from lab import occupied
from lab.common import ROOT, LabError, say
from mx_emulator.wiring import DataPlaneError
from parts import heed_signals

from twin import inventory, page, words
from twin.common import TwinError
from twin.stage import play

REPORT = ROOT / "build" / "twin.html"
_STAND_INS, _ROLES = "stand-ins", "roles"
FINE, NOT_FINE, NOT_BUILT, AT_ODDS = 0, 1, 2, 3


def main() -> int:
    """Run the twin; return the exit status."""
    heed_signals()
    begin = time.monotonic()
    arguments = _arguments()
    if os.geteuid() != 0:
        raise TwinError("network namespaces need root; run it as root, or with sudo")
    absent = [program for program in ("ip", "nft", "nsenter") if not shutil.which(program)]
    if absent:
        raise TwinError(f"not found: {', '.join(absent)}. Install the packages iproute2, nftables and util-linux")
    # Each connection that is tried is an open file at both ends.
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    document = _document(arguments.export)
    network = document.get("network") or {}
    names = [network[key] for key in ("name", "id") if network.get(key)]
    say("Reading the inventory")
    servers = inventory.inventory(inventory.read(arguments.inventory), names, facts_of(document))
    say(f"Building the twin of {names[0] if names else arguments.export}, and trying everything twice")
    by_roles = arguments.servers == _ROLES
    with occupied.by("make twin") if by_roles else nullcontext():
        played = play(document, servers, arguments.inventory if by_roles else "")
    found = words.answer(played)
    arguments.report.parent.mkdir(parents=True, exist_ok=True)
    arguments.report.write_text(page.page(found, f"Twin of {names[0] if names else 'an MX'}"), encoding="utf-8")
    print(words.text(found, {**played.seconds, "in all": time.monotonic() - begin}))
    say(f"The report: {arguments.report}")
    if found.disagreements:
        return AT_ODDS
    return FINE if found.good and not played.refusal else NOT_FINE


def _document(file: Path) -> dict[str, Any]:
    try:
        return parse(object_in(file.read_bytes()), "export")
    except (OSError, ValueError) as error:
        raise TwinError(f"{file}: {error}") from error


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make twin")
    parser.add_argument("export", type=Path, help="a file of mxlab.ftp.export, or of mxlab.ftp.anonymise")
    parser.add_argument("inventory", help="an inventory with the group ftp_servers, as for mxlab.ftp.plan")
    kinds = [_STAND_INS, _ROLES]
    parser.add_argument("--servers", choices=kinds, default=_STAND_INS, help="roles need the lab's engine")
    parser.add_argument("--report", type=Path, default=REPORT, help="the page to write")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (TwinError, DataPlaneError, LabError, DockerException) as error:
        print(f"twin: {error}", file=sys.stderr)
        sys.exit(NOT_BUILT)
    except KeyboardInterrupt:
        sys.exit("twin: interrupted")
