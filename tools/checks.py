# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks that need no lab: ``python tools/checks.py lint | check``.

lint reads everything.  check is the fast loop: ansible-lint and yamllint read only what differs from where the branch
began, the unit tests run beside them, and those that take long only where what they test differs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from changed import EVERYTHING, changed, scope
from parts import ROOT, Part, colours, heed_signals, report, run

SCRIPTS = ["tools/*.sh", "tools/lab/*.sh", ".ci/run"]
# Tests that take long -> the files that they test: the fast loop has them where one of these differs.
SLOW = {
    "tests/browser": ("plugins/module_utils/_html/", "tests/browser/"),
    "tests/faults": ("plugins/module_utils/_causes/", "plugins/module_utils/_probe/", "tests/faults/"),
    "tests/unit/emulator": ("roles/mx_emulator/files/", "tests/unit/emulator/"),
    "tests/unit/plugins/filter/test_anonymised.py": (
        "plugins/module_utils/_anonymous/",
        "tests/unit/plugins/filter/test_anonymised.py",
    ),
    "tests/unit/plugins/module_utils/_dashboard": (
        "plugins/module_utils/_dashboard/",
        "tests/unit/plugins/module_utils/_dashboard/",
    ),
    "tests/unit/plugins/module_utils/_probe": (
        "plugins/module_utils/_probe/",
        "tests/unit/plugins/module_utils/_probe/",
    ),
    "tests/unit/plugins/module_utils/_reach": (
        "plugins/module_utils/_reach/",
        "tests/unit/plugins/module_utils/_reach/",
    ),
    "tests/unit/plugins/modules/test_broken_dashboards.py": (
        "plugins/module_utils/_dashboard/",
        "plugins/modules/",
        "tests/unit/plugins/modules/test_broken_dashboards.py",
    ),
    "tests/unit/plugins/modules/test_filezilla_server_config.py": (
        "plugins/module_utils/_filezilla/",
        "plugins/modules/filezilla_server_config.py",
        "tests/unit/plugins/modules/test_filezilla_server_config.py",
    ),
    "tests/unit/roles/pyftpdlib": ("roles/pyftpdlib/files/", "tests/unit/roles/pyftpdlib/"),
    "tests/unit/tools": ("molecule/", "tests/unit/tools/", "tools/"),
    "tests/unit/tools/standalone/exporter": (
        "tools/standalone/ftp_probe_app/exporter/",
        "tools/standalone/prometheus/",
        "tests/unit/tools/standalone/exporter/",
    ),
    "tests/unit/tools/standalone/test_command.py": (
        "plugins/module_utils/_probe/",
        "tests/unit/tools/standalone/test_command.py",
        "tools/standalone/build_probe.py",
        "tools/standalone/ftp_probe_app/command.py",
    ),
}
# What runs playbooks, makes networks or tries hundreds of seeds takes too long even then; make test has it.
SLOWEST = [
    "tests/faults/test_real_clients.py",
    "tests/unit/emulator/packets",
    "tests/unit/emulator/test_cisco_meraki.py",
    "tests/unit/playbooks",
    "tests/unit/roles/test_filezilla_server.py",
    "tests/unit/roles/test_iis_ftp.py",
    "tests/unit/plugins/modules/test_mx_ftp_rules_faults.py",
]


def lints(files: Sequence[str]) -> list[Part]:
    """Return the checks of form; files is what the slowest two of them read, ansible-lint and yamllint."""
    scripts = [str(path.relative_to(ROOT)) for pattern in SCRIPTS for path in sorted(ROOT.glob(pattern))]
    commands = [
        *([["ansible-lint", "--offline", *files], ["yamllint", *files]] if files else []),
        ["mypy"],
        ["antsibull-changelog", "lint"],
        ["shellcheck", *scripts],
        ["ruff", "check"],
        ["reuse", "lint", "--lines"],
    ]
    return [Part(command[0], command) for command in commands]


def check() -> list[Part]:
    """Return the fast loop: the unit tests, and the checks of form, of what differs from where the branch began."""
    differing = changed()
    return [fast_units(differing), *lints(EVERYTHING if differing is None else scope(differing))]


def fast_units(differing: Sequence[str] | None) -> Part:
    """Return the unit tests of the fast loop; differing: the files that differ, None where nobody knows."""
    left = [path for path, tested in SLOW.items() if not any(file.startswith(tested) for file in differing or [])]
    ignored = [*([] if differing is None else left), *SLOWEST]
    print(f"==> Left to make test: {', '.join(ignored)}", flush=True)
    options = [word for path in ignored for word in ("--ignore", path)]
    # pytest does not ignore a folder that it is given.
    given = [path for path in ("tests/unit", "tests/faults", "tests/browser") if path not in ignored]
    return Part("unit tests", ["pytest", "--numprocesses", "auto", *given, *options])


def main() -> int:
    """Run the parts of `lint` or `check`, as the argument says; return the status."""
    heed_signals()
    begin = time.monotonic()
    parts = check() if sys.argv[1] == "check" else lints(EVERYTHING)
    return report(run(parts, [colours()] * 2), time.monotonic() - begin)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("checks: interrupted")
