# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site, check its links, and count what is documented: ``python -m docsite``."""

from __future__ import annotations

import subprocess
import sys

from docsite import coverage, links, source
from docsite.places import HTML, ROOT, SOURCE


def main() -> int:
    """Write the source of the site, then the site, and check it; return the status."""
    source.write()
    command = ["sphinx-build", "-W", "--keep-going", "--quiet", "--jobs", "auto", "-c", "docs", str(SOURCE), str(HTML)]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    found = list(coverage.things())
    print(coverage.table(found))
    problems = [*links.of_site(HTML), *coverage.undocumented(found)]
    print(*problems, sep="\n", end="\n" * bool(problems))
    failed = bool(status or problems)
    print("==> Mend what is above, then run: make docs" if failed else f"==> {HTML.relative_to(ROOT)}/index.html")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
