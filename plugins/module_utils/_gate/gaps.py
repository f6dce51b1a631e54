# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export lacks, so that a verdict rests on something that nobody has seen.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import Document
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED

_NEEDED = ("applianceSettings", "uplinksNat", "uplinkStatuses", "staticRoutes", *JUDGED.values())
_LAN = ("vlans", "singleLan")


def gaps(document: Document, facts: Mapping[str, Any], uplinks: Sequence[str]) -> list[str]:
    """Return what is missing about an MX and these uplinks, by the API's names.

    In passthrough mode, neither NAT nor the LAN decides, and every flow says so itself.
    """
    if facts["deployment_mode"] == "passthrough":
        return []
    missing = [name for name in _NEEDED if name not in document]
    lan = [] if any(name in document for name in _LAN) else [" or ".join(_LAN)]
    return [*missing, *lan, *(_statuses(facts["uplinks"], uplinks) if "uplinkStatuses" in document else ())]


def _statuses(known: Mapping[str, Any], asked: Sequence[str]) -> Iterator[str]:
    """Yield each uplink of which the answer has no status; one is enough for both."""
    seen = [name for name, facts in known.items() if facts.get("status")]
    for uplink in dict.fromkeys(asked):
        if uplink not in seen and not (uplink == "both" and seen):
            yield f"uplinkStatuses of {uplink}"
