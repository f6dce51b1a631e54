# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes that only the optional checks of the probe show: range_check, exhaust and trials.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ROLE, SERVER, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import trial
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import PROFTPD, PYFTPDLIB, VSFTPD, sizing
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Evidence

# In a range of some dozens of ports, so many consecutive ones are chance once in millions of times.
_ENOUGH = 5


def _leaks(evidence: Evidence) -> bool:
    return bool(evidence.exhaustion and evidence.exhaustion.outside)


def _dies(evidence: Evidence) -> bool:
    found = evidence.exhaustion
    return bool(
        found
        and not found.outside
        and found.stage == seen.ANNOUNCE
        and (found.outcome == seen.CLOSED or found.code == 421 or "500 OOPS" in found.reply)
    )


def _sequential(evidence: Evidence) -> bool:
    """Return whether one session got consecutive ports, the last of the range followed by the first."""
    ports, steps = evidence.announced, zip(evidence.announced, evidence.announced[1:])
    return len(ports) >= _ENOUGH and all(later == earlier + 1 or later == min(ports) for earlier, later in steps)


def _bounces(evidence: Evidence) -> bool:
    """Return whether the server connected to the third host.

    A server that accepts PORT may still connect to the client: only a connection counts, from whatever address.  The
    MX may send it from another uplink than the one that the server was called at.
    """
    tried = trial(seen.BOUNCE, evidence)
    if tried is None:
        return False
    arrived = (tried.stage, tried.outcome) == (seen.DATA, seen.FOREIGN) and bool(tried.data_peer)
    return arrived or tried.stage in (
        seen.DATA_TLS,
        seen.UPLOAD,
        seen.DOWNLOAD,
        seen.COMPARE,
        seen.DELETE,
    )


def _took_low_port(evidence: Evidence) -> bool:
    tried = trial(seen.LOW_PORT, evidence)
    return tried is not None and tried.outcome == seen.IGNORED


def _took_foreign_peer(evidence: Evidence) -> bool:
    tried = trial(seen.FOREIGN_PEER, evidence)
    return tried is not None and tried.passed


def _ignored_epsv_all(evidence: Evidence) -> bool:
    tried = trial(seen.EPSV_ALL, evidence)
    return tried is not None and tried.outcome == seen.IGNORED


OPTIONAL_CHECK_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="range-leaks",
        layer=SERVER,
        message="When the range is full, the server uses ports outside it",
        explanation="ProFTPD and pyftpdlib do not tell the client. The client then hangs, because the MX does not"
        " forward that port.",
        remedy="Enlarge ftp_passive_ports to the number of ports that all clients together need, and limit the"
        " clients.",
        sources=("ProFTPD: modules/mod_core.c, INPORT_ANY", "pyftpdlib: PassiveDTP"),
        vendors={
            PROFTPD: f"PassivePorts, {sizing(PROFTPD)[PROFTPD]}; MaxClients",
            PYFTPDLIB: f"passive_ports, {sizing(PYFTPDLIB)[PYFTPDLIB]}; max_cons",
        },
        beside_cells=_leaks,
    ),
    Cause(
        id="range-exhaustion-ends-session",
        layer=SERVER,
        message="When the range is full, the server ends the session",
        explanation="vsftpd tries nine ports at random and then ends the session with 500 OOPS, even while some ports"
        " are free.",
        remedy=f"Enlarge ftp_passive_ports: {sizing(VSFTPD)[VSFTPD]}. Limit the clients with vsftpd_max_clients.",
        sources=("vsftpd: privops.c, vsf_privop_pasv_listen",),
        beside_cells=_dies,
    ),
    Cause(
        id="sequential-ports",
        layer=SERVER,
        message="The server announces consecutive ports",
        explanation="Ports are predictable: one reveals the next. An attacker can take another client's data"
        " connection (port stealing).",
        remedy="Let the server choose ports at random within its range, refuse data connections from other addresses,"
        " and require TLS.",
        sources=("RFC 2577 section 8",),
        beside_cells=_sequential,
    ),
    Cause(
        id="bounce-allowed",
        layer=SERVER,
        message="The server connects to a third host that PORT names",
        explanation="Every user who can log in can use the server to scan or attack hosts behind the MX (FTP bounce).",
        remedy="Let the server refuse PORT for any address but the client's. If it has no such setting, block its"
        " connections in the MX's outbound rules.",
        sources=("RFC 2577 section 3", "CERT CA-1997-27"),
        vendors={
            "vsftpd": "port_promiscuous=NO",
            "ProFTPD": "AllowForeignAddress off",
            "Pure-FTPd": "AllowUserFXP no, AllowAnonymousFXP no",
            "pyftpdlib": "permit_foreign_addresses = False",
            "FileZilla Server": "no setting: block its outbound connections in the firewall",
            "IIS": "matchClientAddressForPort true",
        },
        changes=(Change(ROLE, "extra_options", {"port_promiscuous": False}, VSFTPD, add=True),),
        explains=("low-port-allowed", "foreign-peer-allowed"),
        beside_cells=_bounces,
    ),
    Cause(
        id="low-port-allowed",
        layer=SERVER,
        message="The server accepts PORT with a port below 1024",
        explanation="An attacker can make the server connect to services on the client's host that trust other hosts.",
        remedy="Let the server refuse ports below 1024 in PORT.",
        sources=("RFC 2577 section 3",),
        vendors={
            "vsftpd": "port_promiscuous=NO",
            "pyftpdlib": "permit_privileged_ports = False",
            "FileZilla Server": "no setting: block its outbound connections in the firewall",
        },
        beside_cells=_took_low_port,
    ),
    Cause(
        id="foreign-peer-allowed",
        layer=SERVER,
        message="The server accepts data connections from other hosts",
        explanation="The first host that connects to the announced port gets or writes the file, even if its address"
        " is not the client's.",
        remedy="Let the server compare the addresses of both connections, and require TLS with session reuse.",
        sources=("RFC 2577 section 4", "ProFTPD mod_core: AllowForeignAddress"),
        vendors={
            "vsftpd": "pasv_promiscuous=NO",
            "ProFTPD": "AllowForeignAddress off, set explicitly: 1.3.8 allows it by default",
            "Pure-FTPd": "AllowUserFXP no, AllowAnonymousFXP no",
            "pyftpdlib": "permit_foreign_addresses = False",
            "IIS": "matchClientAddressForPasv true",
        },
        changes=(Change(ROLE, "extra_options", {"pasv_promiscuous": False}, VSFTPD, add=True),),
        beside_cells=_took_foreign_peer,
    ),
    Cause(
        id="epsv-all-ignored",
        layer=SERVER,
        message="The server still accepts PASV after EPSV ALL",
        explanation="RFC 2428 requires servers to refuse PASV then, because routers may no longer translate addresses.",
        remedy="No setting helps. Report it to the server's developers, and do not rely on EPSV ALL in clients.",
        sources=("RFC 2428 section 4",),
        beside_cells=_ignored_epsv_all,
    ),
)
