# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All tests: the checks that need no lab, and the Molecule scenarios, in two labs side by side.

All of them but the lint test the collection as installed from its tarball.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomllib
import yaml
from changed import EVERYTHING
from checks import lints
from parts import Part, colours, heed_signals, report, run

from lab import collection, engine
from lab.common import ROOT

SCENARIOS = ROOT / "molecule"
SECONDS = SCENARIOS / "seconds.yml"
LABS = ["", "-2"]


def test() -> int:
    """Run all tests, after the removal of the labs that are there and before that of its own; return the status."""
    heed_signals()
    begin = time.monotonic()
    try:
        down()
        collection.install()
        engine.prepare()
        outcomes = run(parts(), [lane(lab) for lab in LABS], stop_at_failure=True)
    finally:
        down()
    return report(outcomes, time.monotonic() - begin)


def parts() -> list[Part]:
    """Return all parts: the longest scenario first, so that the labs end together, then what fails soonest."""
    longest, *others = in_order(names(), yaml.safe_load(SECONDS.read_text()))
    checks = [*lints(EVERYTHING), Part("sanity", ["tools/sanity.sh"]), units()]
    return [scenario(longest), *map(giving_way, checks), *map(scenario, others)]


def giving_way(part: Part) -> Part:
    """Return the part with less right to the processor than the lab, where clients and servers wait for each other."""
    return Part(part.name, ["nice", "-n", "10", *part.command])


def in_order(scenarios: Sequence[str], seconds: Mapping[str, float]) -> list[str]:
    """Return the scenarios, the longest first; one that was never measured may be the longest of all."""
    return sorted(scenarios, key=lambda name: (-seconds.get(name, float("inf")), name))


def names() -> list[str]:
    """Return the names of the scenarios; default only makes and removes the lab."""
    return [path.parent.name for path in SCENARIOS.glob("*/molecule.yml") if path.parent.name != "default"]


def scenario(name: str) -> Part:
    """Return the part that runs a scenario in the lab of its lane, which the lane's first scenario creates."""
    return Part(f"scenario {name}", ["molecule", "test", "-s", name, "--destroy", "never", "--no-command-borders"])


def units() -> Part:
    """Return the part that runs all unit tests, those with packets and playbooks too."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    path = " ".join(map(installed, settings["tool"]["pytest"]["ini_options"]["pythonpath"]))
    return Part("unit tests", ["pytest", "--override-ini", f"pythonpath={path}"])


def installed(place: str) -> str:
    """Return a folder of the checkout, or that of the collection as installed if it is one of the collection's."""
    collections = str(collection.INSTALLED.relative_to(ROOT))
    if place.startswith("roles/"):
        return f"{collections}/ansible_collections/mxlab/ftp/{place}"
    return collections if ROOT / place == Path(collection.IN_PLACE) else place


def lane(lab: str) -> dict[str, str]:
    """Return the environment of what works in the lab with this suffix."""
    return colours() | {
        "MXLAB_LAB": lab,
        "MXLAB_COLLECTION": collection.INSTALLED.name,
        "MOLECULE_EPHEMERAL_DIRECTORY": str(ROOT / ".ansible" / "tmp" / f"molecule{lab}"),
    }


def down() -> None:
    """Remove both labs; each is known to a process of its own only."""
    for lab in LABS:
        subprocess.run([sys.executable, "-m", "lab", "down"], env=os.environ | {"MXLAB_LAB": lab}, check=True)
