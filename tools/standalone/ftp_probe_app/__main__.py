# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where ``ftp-probe`` begins; also the first file of the zipapp.

Pythons that are too old for the rest read this file: it has nothing that Python 2.7 does not know.
"""

import sys

if sys.version_info < (3, 9):  # noqa: UP036  (the reason of this file)
    sys.exit(
        "ftp-probe needs Python 3.9 or newer; {} is Python {}.{}. Run it with a newer one: python3.9"
        " ftp-probe.pyz".format(sys.executable, *sys.version_info[:2])  # noqa: UP032
    )

from ftp_probe_app.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
