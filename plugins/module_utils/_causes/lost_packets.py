# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes that the comparison of two dialogues proves: a device on the path loses packets of one of them.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import NETWORK, ROLE, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import PROFTPD, PURE_FTPD, PYFTPDLIB, VSFTPD
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import describe


def _works_as(variant: str) -> Callable[[Cell, Evidence], bool]:
    """Return the condition that a trial of the variant works under the cell's protection."""
    return lambda cell, evidence: any(
        trial.passed and (trial.variant, trial.protection, trial.ipv6) == (variant, cell.protection, cell.ipv6)
        for trial in evidence.trials
    )


def _proof(variant: str) -> Callable[[Evidence], list[str]]:
    """Return what gives the lines of the trials of the variant that work."""
    return lambda evidence: [
        f"{trial.label}: {describe(trial)}" for trial in evidence.trials if trial.variant == variant and trial.passed
    ]


_kept_alive = _works_as(seen.KEPT_ALIVE)

LOST_PACKET_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="large-packets-lost",
        layer=NETWORK,
        message="Large packets are lost on the path",
        explanation="With TCP segments of at most 536 bytes the same dialogue works. A link on the path has a smaller"
        " MTU than the hosts, and the ICMP messages that report it are dropped. Commands and replies are small and"
        " pass. An upload stalls if large packets to the server are lost, a download if those to the client are, and a"
        " TLS handshake in either case.",
        remedy="Let ICMP type 3 code 4 (IPv6: type 2) pass all firewalls on the path. Or let the router at the narrow"
        " link, such as a PPPoE or VPN router, clamp the TCP MSS to its MTU. Or lower the MTU of the server's interface"
        " to that of the path.",
        sources=("RFC 1191", "RFC 2923 section 2.1", "RFC 9293 section 3.7.1", "RFC 8201"),
        next_step="Find the MTU: ping -M do -s SIZE (Linux) or ping -f -l SIZE (Windows). The largest SIZE that is"
        " answered, plus 28, is the path's MTU over IPv4.",
        stages=seen.LARGE_PACKETS,
        outcomes=(seen.TIMEOUT,),
        where=_works_as(seen.SMALL_PACKETS),
        beside_lines=_proof(seen.SMALL_PACKETS),
    ),
    Cause(
        id="control-connection-forgotten",
        layer=NETWORK,
        message="A long transfer is complete, but its reply never comes",
        explanation="During a transfer the control connection is idle. A NAT router, a firewall or a load balancer on"
        " the path forgot it before the transfer ended, and the server's reply was lost. The file is complete. The"
        " same upload works with TCP keepalives on the control connection. RFC 5382 asks NAT routers to keep idle"
        " connections for 2 hours and 4 minutes, but the NAT gateways of AWS, for example, forget them after 350"
        " seconds.",
        remedy="Let the client or the server send TCP keepalives on the control connection at least as often as the"
        " probe did, or raise the device's idle timeout for established TCP connections. On Linux the kernel sends them"
        " for programs that ask for it, every net.ipv4.tcp_keepalive_time seconds (sysctl): two hours by default."
        " Clients: curl sends them every 60 seconds (--keepalive-time); lftp goes by the sysctl.",
        sources=(
            "RFC 5382 section 5 (REQ-5)",
            "RFC 9293 section 3.8.4",
            "AWS: Implementing long-running TCP connections within VPC networking",
            "curl(1): --keepalive-time",
            "tcp(7): tcp_keepalive_time",
            "ProFTPD mod_core: SocketOptions",
        ),
        vendors={
            VSFTPD: "it asks for keepalives; set the sysctl on the server",
            PROFTPD: "SocketOptions keepalive 60:9:60 (seconds until the first one, number, seconds between them), or"
            " the sysctl",
            PURE_FTPD: "it does not ask for keepalives, so its clients have to",
            PYFTPDLIB: "it asks for keepalives if it was installed by role mxlab.ftp.pyftpdlib; set the sysctl on the"
            " server",
        },
        changes=(
            Change(ROLE, "extra_options", {"SocketOptions": "keepalive {keepalive}:9:{keepalive}"}, PROFTPD, add=True),
        ),
        next_step="Probe with other values of long_transfer. The device's timeout is between the longest that works and"
        " the shortest that does not. To find the device, capture the reply on both sides of each router.",
        stages=(seen.UPLOAD, seen.REPLY),
        outcomes=(seen.TIMEOUT, seen.CLOSED),
        where=lambda cell, evidence: cell.variant == seen.LONG_TRANSFER and _kept_alive(cell, evidence),
        beside_lines=_proof(seen.KEPT_ALIVE),
    ),
)
