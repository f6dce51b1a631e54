# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognize an FTP server by what it says.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import (
    FILEZILLA,
    IIS,
    PROFTPD,
    PURE_FTPD,
    PYFTPDLIB,
    VSFTPD,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Evidence

# The names first, then texts that stay when an administrator has changed the greeting.  The word "password" is masked
# where it is part of one.
_SIGNS = (
    (r"\(vsFTPd [0-9.]+\)", VSFTPD),
    (r"ProFTPD", PROFTPD),
    (r"Pure-FTPd", PURE_FTPD),
    (r"pyftpdlib", PYFTPDLIB),
    (r"FileZilla Server", FILEZILLA),
    (r"Microsoft FTP Service|Windows_NT", IIS),
    (r"^500 OOPS: |^331 Please specify the \S+$", VSFTPD),
    (r"^331 User \S+ OK\. \S+ required|^230 OK\. Current directory is ", PURE_FTPD),
    (r"^331 Username ok, send \S+$", PYFTPDLIB),
    (r"^331 \S+ required for \S+$", PROFTPD),
    (r"^331 Please, specify the \S+$", FILEZILLA),
)


def server_name(evidence: Evidence) -> str:
    """Return the name of the server, a key of SERVERS; "" if no sign shows which server it is."""
    said = [line for cell in evidence.cells for line in cell.replies]
    said += [*evidence.server.greeting, *evidence.server.features, *evidence.server.system]
    return next((name for sign, name in _SIGNS if any(re.search(sign, line) for line in said)), "")
