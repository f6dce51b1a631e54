# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognize an FTP server by what it says.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Evidence

# The names of all servers come first: a greeting that names one outweighs a text that another also has.
_SIGNS = (
    *((sign, name) for name, server in SERVERS.items() for sign in server.names),
    *((sign, name) for name, server in SERVERS.items() for sign in server.texts),
)


def server_name(evidence: Evidence) -> str:
    """Return the name of the server, a key of SERVERS; "" if no sign shows which server it is."""
    said = [line for cell in evidence.cells for line in cell.replies]
    return name_in([*said, *evidence.server.greeting, *evidence.server.features, *evidence.server.system])


def name_in(lines: Sequence[str]) -> str:
    """Return the name of the server that said these lines, a key of SERVERS; "" if no sign shows which one it is.

    257 tells the path of a directory, which may hold any name.
    """
    own = [line for line in lines if not line.startswith("257")]
    return next((name for sign, name in _SIGNS if any(re.search(sign.pattern, line) for line in own)), "")
