# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site: ``python -m docsite``."""

from __future__ import annotations

import subprocess
import sys

from docsite import source
from docsite.places import HTML, ROOT, SOURCE


def main() -> int:
    """Write the source of the site, then the site; return the status."""
    source.write()
    command = ["sphinx-build", "-W", "--keep-going", "--quiet", "--jobs", "auto", "-c", "docs", str(SOURCE), str(HTML)]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    print("==> Mend the warnings above, then run: make docs" if status else f"==> {HTML.relative_to(ROOT)}/index.html")
    return status


if __name__ == "__main__":
    sys.exit(main())
