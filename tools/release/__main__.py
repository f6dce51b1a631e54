# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a release needs, one step after the other (``make release-check``)."""

from __future__ import annotations

import sys
import time

from parts import Part, colours, heed_signals, report, run

from release.supported import cores


def steps() -> list[Part]:
    """Return the steps: what fails soonest first."""
    build = ["ansible-galaxy", "collection", "build", "--force", "--output-path", "build"]
    return [
        Part("version, changelog and tag", [sys.executable, "-m", "release.agreement"]),
        Part("tarball", build),
        Part("zipapp", ["make", "ftp-probe"]),
        Part("site", ["make", "docs"]),
        Part("samples and links", ["pytest", "tests/docs"]),
        Part("importer", ["nox", "--session", "importer"]),
        *(Part(f"ansible-core {core.name}", ["nox", "--session", f"core({core.name})"]) for core in cores()),
        Part("quick start, in the lab", ["molecule", "test", "-s", "tutorials"]),
    ]


def main() -> int:
    """Run all steps, also after a failure, and print what each took; return the status."""
    heed_signals()
    begin = time.monotonic()
    outcomes = run(steps(), [colours()])
    return report(outcomes, time.monotonic() - begin)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("release-check: interrupted")
