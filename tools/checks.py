# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks that need no lab: ``python tools/checks.py lint | check``.

lint reads everything.  check is the fast loop: ansible-lint reads only what differs from where the branch began, and
the unit tests run beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from changed import EVERYTHING, linted_files
from parts import ROOT, Part, colours, heed_signals, report, run

SCRIPTS = ["tools/*.sh", "tools/lab/*.sh", ".ci/run"]
# What runs playbooks, makes networks or tries hundreds of seeds takes too long for the fast loop; make test has it.
SLOW = [
    "tests/unit/emulator/packets",
    "tests/unit/playbooks",
    "tests/unit/roles/test_filezilla_server.py",
    "tests/unit/roles/test_iis_ftp.py",
    "tests/unit/plugins/modules/test_mx_ftp_rules_faults.py",
]


def lints(files: Sequence[str]) -> list[Part]:
    """Return the checks of form; files is what ansible-lint reads, which takes longer than all others together."""
    scripts = [str(path.relative_to(ROOT)) for pattern in SCRIPTS for path in sorted(ROOT.glob(pattern))]
    commands = [
        *([["ansible-lint", "--offline", *files]] if files else []),
        ["mypy"],
        ["yamllint", "."],
        ["antsibull-changelog", "lint"],
        ["shellcheck", *scripts],
        ["ruff", "check"],
    ]
    return [Part(command[0], command) for command in commands]


def fast_units() -> Part:
    """Return the unit tests of the fast loop."""
    ignored = [word for path in SLOW for word in ("--ignore", path)]
    return Part("unit tests", ["pytest", "--numprocesses", "auto", "tests/unit", "tests/faults", *ignored])


def main() -> int:
    """Run the parts of `lint` or `check`, as the argument says; return the status."""
    heed_signals()
    begin = time.monotonic()
    parts = {"lint": lambda: lints(EVERYTHING), "check": lambda: [fast_units(), *lints(linted_files())]}[sys.argv[1]]()
    return report(run(parts, [colours()] * 2), time.monotonic() - begin)


if __name__ == "__main__":
    sys.exit(main())
