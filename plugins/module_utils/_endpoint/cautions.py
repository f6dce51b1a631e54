# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an endpoint says of its server that deserves a warning, whatever the rules of the MX are.

Sources: Meraki's "Active and Passive FTP Overview and Configuration"; Microsoft's "PassivePortRange Metabase Property"
and "FTP Firewall Support <firewallSupport>".
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange

ARTICLE_RANGE = PortRange(1024, HIGHEST_PORT)
# The only software that is looked for by its name.
IIS6 = "iis6"


@dataclass(frozen=True)
class ServerCaution:
    """A row: `evidence` gives what shows the condition in an endpoint, in words, or nothing where it is not met."""

    id: str
    evidence: Callable[[Endpoint], str]
    explanation: str
    remedy: str


def _article_range(endpoint: Endpoint) -> str:
    return f"passive_ports is {ARTICLE_RANGE}" if endpoint.passive_ports == ARTICLE_RANGE else ""


def _unfit(endpoint: Endpoint) -> str:
    fits = endpoint.server.lower() == IIS6 and endpoint.passive_ports is not None
    return f"server is {endpoint.server} and modes contains passive" if fits else ""


SERVER_CAUTIONS: tuple[ServerCaution, ...] = (
    ServerCaution(
        "default-passive-range",
        _article_range,
        "This is no range that somebody chose, but what Meraki's article gives for an IIS with its defaults. It opens"
        " nearly all ports of the server, on Windows with Remote Desktop (3389) and WinRM (5985, 5986) among them.",
        "Give the server a range of its own, in IIS the Data Channel Port Range of FTP Firewall Support at the level of"
        " the server (then restart the service ftpsvc), and set passive_ports to it, like 61000-61099.",
    ),
    ServerCaution(
        "server-announces-lan-address",
        _unfit,
        "IIS 6 is unfit for passive mode behind NAT: its replies to PASV announce the server's LAN address, and it has"
        " no setting for another. Only clients that ignore the address get through.",
        "Serve active mode only (modes), or move to IIS 7.5 or newer, which has externalIp4Address.",
    ),
)


def server_warnings(endpoints: Sequence[Endpoint]) -> list[str]:
    """Give the rows that fit each endpoint as texts."""
    return [
        f"{endpoint.name}: {seen}. {row.explanation} {row.remedy}"
        for endpoint in endpoints
        for row in SERVER_CAUTIONS
        if (seen := row.evidence(endpoint))
    ]
