# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that show beside the cells: what the server does when asked for more, or for what it should refuse.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ROLE, SERVER, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import trial
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import PROFTPD, PYFTPDLIB, VSFTPD, sizing
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Evidence

# As many ports in a row by chance are one in millions, in a range of some dozens.
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
    """Whether one session was given one port after the other, the range's end followed by its beginning."""
    ports, steps = evidence.announced, zip(evidence.announced, evidence.announced[1:])
    return len(ports) >= _ENOUGH and all(later == earlier + 1 or later == min(ports) for earlier, later in steps)


def _bounces(evidence: Evidence) -> bool:
    """A server that takes PORT may still connect to the client instead: only a connection counts."""
    tried = trial(seen.BOUNCE, evidence)
    return tried is not None and tried.stage in (
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


ASKED_CAUSES: tuple[Cause, ...] = (
    Cause(
        "range-leaks",
        SERVER,
        "When the range is full, the server takes ports outside of it",
        "ProFTPD and pyftpdlib do so without a word to the client, which then hangs: the MX does not forward that"
        " port.",
        "Enlarge ftp_passive_ports to the number of ports that all clients together need, and limit the clients.",
        ("ProFTPD: modules/mod_core.c, INPORT_ANY", "pyftpdlib: PassiveDTP"),
        vendors={
            PROFTPD: f"PassivePorts, {sizing(PROFTPD)[PROFTPD]}; MaxClients",
            PYFTPDLIB: f"passive_ports, {sizing(PYFTPDLIB)[PYFTPDLIB]}; max_cons",
        },
        run=_leaks,
    ),
    Cause(
        "range-exhaustion-ends-session",
        SERVER,
        "When the range is full, the server ends the session",
        "vsftpd tries nine ports at random and then dies with 500 OOPS, also while some ports are free.",
        f"Enlarge ftp_passive_ports: {sizing(VSFTPD)[VSFTPD]}. Limit the clients with vsftpd_max_clients.",
        ("vsftpd: privops.c, vsf_privop_pasv_listen",),
        run=_dies,
    ),
    Cause(
        "sequential-ports",
        SERVER,
        "The server announces one port after the other",
        "Who knows one port knows the next, and can take another client's data connection (port stealing).",
        "Let the server choose at random within its range, refuse foreign data connections, and require TLS.",
        ("RFC 2577 section 8",),
        run=_sequential,
    ),
    Cause(
        "bounce-allowed",
        SERVER,
        "The server connects to a third host that PORT names",
        "Anybody who may log in can use it to scan or attack hosts behind the MX (FTP bounce).",
        "Let the server refuse PORT for any address but the client's; where it cannot, stop it in the MX's outbound"
        " rules.",
        ("RFC 2577 section 3", "CERT CA-1997-27"),
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
        run=_bounces,
    ),
    Cause(
        "low-port-allowed",
        SERVER,
        "The server takes PORT with a port below 1024",
        "It can be made to talk to services of the client's host that trust other hosts.",
        "Let the server refuse such ports.",
        ("RFC 2577 section 3",),
        vendors={
            "vsftpd": "port_promiscuous=NO",
            "pyftpdlib": "permit_privileged_ports = False",
            "FileZilla Server": "no setting: block its outbound connections in the firewall",
        },
        run=_took_low_port,
    ),
    Cause(
        "foreign-peer-allowed",
        SERVER,
        "The server gives the data connection to a stranger",
        "Whoever connects first to the announced port gets or writes the file, also from another address than the"
        " client's.",
        "Let the server compare both connections' addresses, and require TLS with session reuse.",
        ("RFC 2577 section 4", "ProFTPD mod_core: AllowForeignAddress"),
        vendors={
            "vsftpd": "pasv_promiscuous=NO",
            "ProFTPD": "AllowForeignAddress off, written out: without it 1.3.8 allows it",
            "Pure-FTPd": "AllowUserFXP no, AllowAnonymousFXP no",
            "pyftpdlib": "permit_foreign_addresses = False",
            "IIS": "matchClientAddressForPasv true",
        },
        changes=(Change(ROLE, "extra_options", {"pasv_promiscuous": False}, VSFTPD, add=True),),
        run=_took_foreign_peer,
    ),
    Cause(
        "epsv-all-ignored",
        SERVER,
        "After EPSV ALL the server still answers PASV",
        "RFC 2428 wants it refused, for routers may have stopped to translate addresses.",
        "Nothing to set: tell the server's makers, and do not let clients rely on EPSV ALL.",
        ("RFC 2428 section 4",),
        run=_ignored_epsv_all,
    ),
)
