# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the MX's LAN has a place for a server: a subnet around it, and no other owner of its address.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Interval, address_text
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    NO_HOST,
    NO_SUBNET,
    ROUTE,
    STOPPED,
    UNDETERMINED,
    Part,
)


def misplaced(site: Site, part: Part, host: Interval) -> Part | None:
    """Return the part as it is judged if no server in the LAN has this address, or perhaps none; None if one may."""
    if not site.has_subnet(host):
        reason = f"the MX has no VLAN and no enabled static route with {address_text(host)} (mx.subnets)"
        return replace(part, verdict=STOPPED, reason=reason, cause=NO_SUBNET, step=ROUTE)
    found = site.no_host(host)
    if found is None:
        return None
    reason = f"{address_text(host)} {found.reason}"
    if found.certain:
        return replace(part, verdict=STOPPED, reason=reason, cause=NO_HOST, step=ROUTE)
    reason += ": test from the Internet with mxlab.ftp.ftp_probe"
    return replace(part, verdict=UNDETERMINED, reason=reason, cause=NO_HOST, step=ROUTE)
