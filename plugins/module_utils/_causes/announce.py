# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that show when a data connection is agreed on.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.address import MASQUERADE, SET_ADDRESS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    ALG,
    CLIENT,
    ROLE,
    SERVER,
    UNDETERMINED,
    Cause,
    Change,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import behind_nat, same_protection, says
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import sizing
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    ACTIVE_MODES,
    PASSIVE_MODES,
    Cell,
    Evidence,
)


def _command_unknown(cell: Cell, evidence: Evidence) -> bool:
    """Some servers answer 500 to an EPRT whose address they refuse: an accepted PORT shows that it is the command.

    One in clear shows nothing for TLS: there, a router may have put an address into it that the server takes.
    """
    port_accepted = any(other.data_peer for other in same_protection(cell, evidence, "PORT"))
    return cell.mode == "EPSV" or cell.code == 502 or port_accepted


def _epsv_agreed(cell: Cell, evidence: Evidence) -> bool:
    """PASV needs an address to announce, EPSV does not."""
    return any(other.stage not in (seen.CONTROL, seen.ANNOUNCE) for other in same_protection(cell, evidence, "EPSV"))


ANNOUNCE_CAUSES: tuple[Cause, ...] = (
    Cause(
        "extension-unsupported",
        SERVER,
        "502 EPSV or EPRT is unknown",
        "RFC 2428 is an extension: over IPv4 clients fall back to PASV or PORT, so the way through the MX in this mode"
        " was not tried and nothing is proven against it.",
        "Permit the command on the server, or leave the mode out of the probe's modes.",
        ("RFC 2428 section 1",),
        vendors={"vsftpd": "cmds_denied", "ProFTPD": "<Limit EPSV EPRT>", "IIS": "commandFiltering"},
        next_step="Probe from the server's own LAN: if it knows the command there, a router on the way swallows it.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("EPSV", "EPRT"),
        codes=(500, 502),
        where=_command_unknown,
        verdict=UNDETERMINED,
    ),
    Cause(
        "network-protocol-unsupported",
        SERVER,
        "522 Network protocol not supported",
        "The server does not serve this family of addresses in EPSV or EPRT; the reply lists those that it does.",
        "Let the server listen on both IPv4 and IPv6, or leave the mode out of the probe's modes.",
        ("RFC 2428 section 2",),
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("EPSV", "EPRT"),
        codes=(522,),
    ),
    Cause(
        "masquerade-name-unresolved",
        SERVER,
        "425 PASV has no address to announce",
        "EPSV works, which carries no address: the name that the server is to announce cannot be resolved, or has only"
        " an IPv6 address.",
        "Write an IPv4 address where the server has a name: ftp_public_address.",
        ("FileZilla Server: host_override", "pure-ftpd(8): -P"),
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("PASV", "PASV-peer"),
        codes=(425,),
        where=_epsv_agreed,
    ),
    Cause(
        "passive-ports-exhausted",
        SERVER,
        "425 No passive port is free",
        "All ports of the range are in use: it is too small for the number of clients, or sessions that are dead still"
        " hold ports.",
        "Enlarge ftp_passive_ports, on the server and on the MX, to the number of ports that all clients need.",
        ("RFC 959 section 5.4", "pure-ftpd(8): -p"),
        vendors=sizing(),
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=PASSIVE_MODES,
        codes=(425,),
    ),
    Cause(
        "passive-refused",
        SERVER,
        "PASV and EPSV refused",
        "The server does not offer passive mode to this user.",
        "Let ftp_modes contain passive.",
        ("RFC 1123 section 4.1.2.6", "vsftpd.conf(5): pasv_enable"),
        vendors={
            "vsftpd": "pasv_enable=YES",
            "ProFTPD": "no <Limit PASV EPSV>",
            "Pure-FTPd": "NATmode no",
            "IIS": "commandFiltering",
        },
        changes=(Change(ROLE, "modes", ["passive"], add=True),),
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=PASSIVE_MODES,
    ),
    Cause(
        "announcement-swallowed",
        ALG,
        "No answer comes to PASV, EPSV, PORT or EPRT",
        "The dialogue went well so far, and then the reply, or the command, does not arrive: a firewall that inspects"
        " FTP drops what it does not know (EPSV above all) or cannot rewrite.",
        "Switch FTP inspection off on the way, or let clients use the modes that pass.",
        ("RFC 2428 section 4", "Linux: net/netfilter/nf_conntrack_ftp.c"),
        next_step="Capture the control connection at the client and at the server, and compare.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.TIMEOUT, seen.CLOSED),
        modes=(*PASSIVE_MODES, *ACTIVE_MODES),
        where=lambda cell, evidence: cell.mode in PASSIVE_MODES or cell.outcome == seen.CLOSED,
    ),
    Cause(
        "active-address-refused",
        CLIENT,
        "500 Illegal PORT command: the client announces a private address",
        "The client is behind NAT and announces its private address; servers take only the address that the control"
        " connection comes from.",
        "Use passive mode, or announce the client's public address (probe: active_address) and forward the port to"
        " the client.",
        ("RFC 2577 section 3", "RFC 1579"),
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=ACTIVE_MODES,
        where=lambda cell, evidence: cell.code not in (421, 425, 426) and behind_nat(cell, evidence),
    ),
    Cause(
        "active-refused",
        SERVER,
        "PORT and EPRT refused",
        "The server does not offer active mode, or does not take the client's address for its own (a NAT on the way"
        " changes it).",
        "Let ftp_modes contain active; compare the announced address with the one in the server's log.",
        ("RFC 959 section 3.2", "vsftpd.conf(5): port_enable"),
        vendors={
            "vsftpd": "port_enable=YES",
            "ProFTPD": "no <Limit PORT EPRT>; RootRevoke off for source ports below 1024",
            "IIS": "commandFiltering",
        },
        changes=(Change(ROLE, "modes", ["active"], add=True),),
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=ACTIVE_MODES,
        where=lambda cell, evidence: cell.code not in (421, 425, 426),
    ),
    Cause(
        "host-name-announced",
        SERVER,
        "227 announces a name instead of an address",
        "The server puts the text of its masquerade setting into the reply as it is.",
        "Write a plain IPv4 address, without quotes: ftp_public_address.",
        ("RFC 959 section 4.1.2", "pyftpdlib: masquerade_address"),
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.GARBLED,),
        modes=("PASV", "PASV-peer"),
        where=says(r"227 .*\(['\"]?[a-z][a-z0-9-]*[,.][a-z0-9]"),
    ),
    Cause(
        "address-in-229",
        ALG,
        "229 carries an address",
        "RFC 2428 wants the field blank, and clients refuse the reply: the server or an ALG on the way wrote it.",
        "Switch FTP inspection off on the way; if the server itself writes the address, update it.",
        ("RFC 2428 section 3",),
        next_step="Probe from the server's own LAN: if the field is blank there, a router on the way fills it.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.GARBLED,),
        modes=("EPSV",),
        where=says(r"229 .*\|[12]?\|[0-9a-f:.]+\|[0-9]+\|"),
    ),
    Cause(
        "unreadable-announcement",
        SERVER,
        "227 or 229 cannot be read",
        "The reply names no usable address or port in the form of RFC 959 (227) or RFC 2428 (229).",
        "Write a plain IPv4 address into ftp_public_address; look for a firewall that rewrites the reply.",
        ("RFC 959 section 4.2", "RFC 1123 section 4.1.2.6", "RFC 2428 section 3"),
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        next_step="Probe from the server's own LAN, and compare the replies.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.GARBLED,),
        modes=PASSIVE_MODES,
    ),
)
