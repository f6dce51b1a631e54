# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings: what deserves attention, with its level; and those that an endpoint alone gives, whatever the rules are.

Sources: Meraki's "Active and Passive FTP Overview and Configuration" and "Port Forwarding and NAT Rules on the MX";
Microsoft's "PassivePortRange Metabase Property" and "FTP Firewall Support <firewallSupport>".
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._documentation import SITE
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange

WARNING, INFO = "warning", "info"
# The page of the documentation site that has a section for each id.
PAGE = "findings"
ARTICLE_RANGE = PortRange(1024, HIGHEST_PORT)
# The only software that is recognised by its name.
IIS6 = "iis6"

S = TypeVar("S")


@dataclass(frozen=True)
class Finding:
    """What deserves attention; `level` is WARNING or INFO, `endpoint` is None if it is about the whole MX."""

    id: str
    level: str
    endpoint: str | None
    evidence: str
    explanation: str
    remedy: str

    def result(self) -> dict[str, Any]:
        """Return the finding as modules return it."""
        return {**asdict(self), "url": section_of(self.id)}

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.evidence}. {self.explanation} {self.remedy}"


def section_of(identity: str) -> str:
    """Return the address of what the documentation says of a finding; identity: its id."""
    return f"{SITE}/{PAGE}.html#{identity}"


@dataclass(frozen=True)
class FindingRow(Generic[S]):
    """A row of a table of findings.

    `evidence` returns what shows the condition in a subject, in words, or an empty text if it is not met.
    """

    id: str
    level: str
    evidence: Callable[[S], str]
    explanation: str
    remedy: str


def findings_of(subject: S, rows: Iterable[FindingRow[S]], endpoint: str | None) -> list[Finding]:
    """Return a finding for each row whose condition the subject meets."""
    return [
        Finding(row.id, row.level, endpoint, seen, row.explanation, row.remedy)
        for row in rows
        if (seen := row.evidence(subject))
    ]


def endpoint_findings(endpoint: Endpoint) -> list[Finding]:
    """Return the findings that an endpoint gives, before anything is known about the MX."""
    return findings_of(endpoint, (active_data_row(_leaves_by_mx), *SERVER_ROWS), endpoint.name)


def active_data_row(evidence: Callable[[S], str]) -> FindingRow[S]:
    """Return the row about active mode's data from another address than the client connected to."""
    return FindingRow(
        "active-data-from-another-address",
        WARNING,
        evidence,
        "In active mode, the data connection reaches the client from an address that it did not connect to, and many"
        " clients and firewalls refuse that. With 1:Many NAT, the server's own connections leave by the MX's address."
        " With 1:1 NAT, they do so if they leave by another uplink than the rule's. Passive mode is not affected.",
        "Set publish_by to one_to_one_nat, on the uplink that the server's connections leave by, or take active out of"
        " modes.",
    )


def _leaves_by_mx(endpoint: Endpoint) -> str:
    if not endpoint.active or not endpoint.way.leaves_by_mx:
        return ""
    return f"active mode's data comes from the MX's own address, control is at {endpoint.public_address}"


def _article_range(endpoint: Endpoint) -> str:
    return f"passive_ports is {ARTICLE_RANGE}" if endpoint.passive_ports == ARTICLE_RANGE else ""


def _announces_lan_address(endpoint: Endpoint) -> str:
    old = endpoint.server.lower() == IIS6 and endpoint.passive_ports is not None
    return f"server is {endpoint.server} and modes contains passive" if old else ""


SERVER_ROWS: tuple[FindingRow[Endpoint], ...] = (
    FindingRow(
        "default-passive-range",
        WARNING,
        _article_range,
        "Meraki's article gives this range for an IIS with its defaults. It opens nearly all ports of the server. On"
        " Windows, they include Remote Desktop (3389) and WinRM (5985, 5986).",
        "Give the server a range of its own and set passive_ports to it, like 61000-61099. In IIS, this is the Data"
        " Channel Port Range of FTP Firewall Support at the level of the server; then restart the service ftpsvc.",
    ),
    FindingRow(
        "server-announces-lan-address",
        WARNING,
        _announces_lan_address,
        "IIS 6 cannot serve passive mode behind NAT: its replies to PASV announce the server's LAN address, and it has"
        " no setting for another address. Only clients that ignore the announced address can transfer files.",
        "Take passive out of modes, or move to IIS 7.5 or newer, which has externalIp4Address.",
    ),
)
