# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of all causes that the probe knows, in the order in which a cell is compared with them.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.address import ADDRESS_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.announce import ANNOUNCE_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.certificate import CERTIFICATE_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.control import CONTROL_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.data import DATA_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.lost_packets import LOST_PACKET_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.optional_checks import OPTIONAL_CHECK_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.path import PATH_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.replies import REPLY_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.session import SESSION_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.tls import TLS_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.transfer import TRANSFER_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.vsftpd import OOPS_CAUSES

# Chapter of TROUBLESHOOTING.md -> its rows.
CHAPTERS: dict[str, tuple[Cause, ...]] = {
    "vsftpd ends the session: 500 OOPS": OOPS_CAUSES,
    "The control connection": CONTROL_CAUSES,
    "Replies that do not fit the commands": REPLY_CAUSES,
    "Greeting, limits and login": SESSION_CAUSES,
    "Packets lost on the path": LOST_PACKET_CAUSES,
    "TLS": TLS_CAUSES + CERTIFICATE_CAUSES,
    "Routers and firewalls that read or change FTP": PATH_CAUSES,
    "PASV, EPSV, PORT and EPRT": ANNOUNCE_CAUSES,
    "The address in 227": ADDRESS_CAUSES,
    "The data connection": DATA_CAUSES,
    "Optional checks: range_check, exhaust, trials": OPTIONAL_CHECK_CAUSES,
    "The transfer": TRANSFER_CAUSES,
}
CAUSES: tuple[Cause, ...] = tuple(cause for causes in CHAPTERS.values() for cause in causes)
