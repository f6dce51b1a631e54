# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes that show in the answer to PASV, EPSV, PORT or EPRT.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.address import SET_ADDRESS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    ALG,
    CLIENT,
    ROLE,
    SERVER,
    UNDETERMINED,
    Cause,
    Change,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import (
    agreed,
    behind_nat,
    refused_for_good,
    same_protection,
    says,
    says_no_listener,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import MASQUERADE, sizing
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    ACTIVE_MODES,
    PASSIVE_MODES,
    Cell,
    Evidence,
)

_SAYS_NO_PORT = says(r"ports? (are |is )?(all )?(busy|in use|exhausted)|(no|out of|find|get)( \w+){0,3} ports?\b")
# Words for a command that the server does not offer.
_SAYS_OFF = says(
    r"\bun(known|recogni[sz]ed|supported)|disabled|denied|blocked|filtering"
    r"|not (be )?(understood|implemented|supported|recogni[sz]ed|allowed|permitted|enabled)"
)


def _not_offered(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server says that it does not offer PASV or PORT; EPSV and EPRT are extensions."""
    return cell.mode not in ("EPSV", "EPRT") and (cell.code == 502 or _SAYS_OFF(cell, evidence))


def _command_denied(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server refuses the command for good, not the address in it or the whole mode.

    Servers refuse a command with many codes (vsftpd's cmds_denied 550, ProFTPD's <Limit> 501); 522 means the address
    family.
    """
    if cell.code < 500 or cell.code == 522:
        return False
    if cell.mode == "EPSV":
        unknown = cell.code in (500, 502) and not refused_for_good(cell, evidence, "PASV", "PASV-peer")
        return unknown or agreed(cell, evidence, "PASV", "PASV-peer")
    return cell.code == 502 or _port_accepted(cell, evidence)


def _port_accepted(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server accepts PORT with the same address.

    Some servers answer 500 to an EPRT whose address they refuse: an accepted PORT shows that it is the command.  A
    PORT in clear shows nothing for TLS: in clear, a router may have put an address into it that the server accepts.
    """
    awaited = () if behind_nat(cell, evidence) else ((seen.DATA, seen.TIMEOUT),)
    return any(
        other.data_peer or (other.stage, other.outcome) in awaited for other in same_protection(cell, evidence, "PORT")
    )


def _name_unresolved(cell: Cell, evidence: Evidence) -> bool:
    """Return whether only PASV, which announces an address, has none; EPSV shows that there are free ports."""
    return agreed(cell, evidence, "EPSV") and not _SAYS_NO_PORT(cell, evidence)


def _no_free_port(cell: Cell, evidence: Evidence) -> bool:
    """Return whether no port is free: PASV with a port beside EPSV without one needs words that say so."""
    granted = cell.mode == "EPSV" and agreed(cell, evidence, "PASV", "PASV-peer")
    return _SAYS_NO_PORT(cell, evidence) or (cell.code == 425 and not granted)


def _only_port(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server refuses PORT and accepts EPRT with the same address."""
    return cell.code >= 500 and any(other.data_peer for other in same_protection(cell, evidence, "EPRT"))


def _only_pasv(cell: Cell, evidence: Evidence) -> bool:
    ends = cell.code == 421 and not says_no_listener(cell, evidence)
    return not ends and agreed(cell, evidence, "EPSV")


ANNOUNCE_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="extension-unsupported",
        layer=SERVER,
        message="502 EPSV or EPRT is unknown or denied",
        explanation="RFC 2428 is an extension: over IPv4, clients fall back to PASV or PORT. So the path through the"
        " MX was not tested in this mode, and nothing is proven against the MX.",
        remedy="Allow the command on the server, or remove the mode from the probe's modes.",
        sources=("RFC 2428 section 1",),
        vendors={"vsftpd": "cmds_denied", "ProFTPD": "<Limit EPSV EPRT>", "IIS": "commandFiltering"},
        next_step="Probe from the server's own LAN. If the server knows the command there, a router on the path drops"
        " it.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("EPSV", "EPRT"),
        where=_command_denied,
        verdict=UNDETERMINED,
    ),
    Cause(
        id="network-protocol-unsupported",
        layer=SERVER,
        message="522 Network protocol not supported",
        explanation="The server does not support this address family in EPSV or EPRT. The reply lists the families"
        " that it supports.",
        remedy="Let the server listen on both IPv4 and IPv6, or remove the mode from the probe's modes.",
        sources=("RFC 2428 section 2",),
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("EPSV", "EPRT"),
        codes=(522,),
    ),
    Cause(
        id="masquerade-name-unresolved",
        layer=SERVER,
        message="425 PASV has no address to announce",
        explanation="EPSV works, because it announces no address. The name that the server is to announce cannot be"
        " resolved, or has only an IPv6 address.",
        remedy="Set ftp_public_address to an IPv4 address instead of a name.",
        sources=("FileZilla Server: host_override", "pure-ftpd(8): -P"),
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("PASV", "PASV-peer"),
        codes=(425,),
        where=_name_unresolved,
    ),
    Cause(
        id="passive-ports-exhausted",
        layer=SERVER,
        message="425 No passive port is free",
        explanation="All ports of the range are in use: the range is too small for the number of clients, or dead"
        " sessions still hold ports.",
        remedy="Enlarge ftp_passive_ports, on the server and on the MX, to the number of ports that all clients need.",
        sources=("RFC 959 section 5.4", "pure-ftpd(8): -p"),
        vendors=sizing(),
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=PASSIVE_MODES,
        where=_no_free_port,
    ),
    Cause(
        id="pasv-refused",
        layer=SERVER,
        message="Only PASV is refused",
        explanation="EPSV works, so the server offers passive mode. PASV differs in one thing: it announces an address."
        " Either the server's address setting is wrong, or a firewall that inspects FTP refuses the command or its"
        " reply.",
        remedy="Check that the server's address setting is one IPv4 address, and search its log of that time.",
        sources=("RFC 959 section 4.1.2", "RFC 2428 section 3"),
        vendors=MASQUERADE,
        next_step="Probe from the server's own LAN. If PASV is refused there, too, the server does it, otherwise a"
        " device on the path.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("PASV", "PASV-peer"),
        where=_only_pasv,
    ),
    Cause(
        id="passive-refused",
        layer=SERVER,
        message="Passive mode is refused",
        explanation="The server does not offer passive mode to this user, or it has no address or port to announce. Its"
        " reply says which.",
        remedy="If the reply says that PASV is unknown, off or denied, add passive to ftp_modes. Otherwise search the"
        " server's log of that time, and check its address setting and its passive range.",
        sources=("RFC 1123 section 4.1.2.6", "vsftpd.conf(5): pasv_enable"),
        vendors={
            "vsftpd": "pasv_enable=YES",
            "ProFTPD": "remove <Limit PASV EPSV>",
            "Pure-FTPd": "NATmode no",
            "IIS": "commandFiltering",
        },
        next_step="Probe from the server's own LAN. If PASV is refused there, too, the server does it, otherwise a"
        " device on the path.",
        changes=(Change(ROLE, "modes", ["passive"], add=True),),
        changes_proven=_not_offered,
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=PASSIVE_MODES,
        where=lambda cell, evidence: cell.code >= 500 and not agreed(cell, evidence, *PASSIVE_MODES),
    ),
    Cause(
        id="announcement-swallowed",
        layer=ALG,
        message="PASV, EPSV, PORT or EPRT gets no answer",
        explanation="The dialogue worked so far, and then the command or its reply is lost: a firewall that inspects"
        " FTP drops what it does not know (EPSV above all) or cannot rewrite.",
        remedy="Use the modes that pass, or update or reconfigure the firewall so that it knows the command.",
        sources=("RFC 2428 section 4", "Linux: net/netfilter/nf_conntrack_ftp.c"),
        next_step="Capture the control connection at the client and at the server, and compare.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.TIMEOUT, seen.CLOSED),
        modes=(*PASSIVE_MODES, *ACTIVE_MODES),
        where=lambda cell, evidence: cell.mode in PASSIVE_MODES or cell.outcome == seen.CLOSED,
    ),
    Cause(
        id="active-address-refused",
        layer=CLIENT,
        message="500 Illegal PORT command: the client announces a private address",
        explanation="The client is behind NAT and announces its private address. Servers accept only the address that"
        " the control connection comes from.",
        remedy="Use passive mode. Or announce the client's public address (the probe's option active_address), and"
        " forward the port to the client.",
        sources=("RFC 2577 section 3", "RFC 1579"),
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=ACTIVE_MODES,
        where=lambda cell, evidence: cell.code not in (421, 425, 426) and behind_nat(cell, evidence),
    ),
    Cause(
        id="port-refused",
        layer=SERVER,
        message="Only PORT is refused",
        explanation="EPRT works with the same address, so the server offers active mode. The server denies the command"
        " PORT, or a firewall that inspects FTP refuses or changes it. Most clients send PORT over IPv4.",
        remedy="Allow the command PORT on the server, and search its log of that time.",
        sources=("RFC 959 section 4.1.2", "RFC 2428 section 2"),
        vendors={"vsftpd": "cmds_denied", "ProFTPD": "<Limit PORT>", "IIS": "commandFiltering"},
        next_step="Probe from the server's own LAN. If PORT is refused there, too, the server does it, otherwise a"
        " device on the path.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("PORT",),
        where=_only_port,
    ),
    Cause(
        id="active-refused",
        layer=SERVER,
        message="Active mode is refused",
        explanation="The server does not offer active mode, or it does not accept the client's address, because a NAT"
        " on the path changes it.",
        remedy="If the reply says that PORT is unknown, off or denied, add active to ftp_modes. Otherwise compare the"
        " announced address with the client's address in the server's log.",
        sources=("RFC 959 section 3.2", "vsftpd.conf(5): port_enable"),
        vendors={
            "vsftpd": "port_enable=YES",
            "ProFTPD": "remove <Limit PORT EPRT> and the line RootRevoke on",
            "IIS": "commandFiltering",
        },
        changes=(Change(ROLE, "modes", ["active"], add=True),),
        changes_proven=_not_offered,
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=ACTIVE_MODES,
        where=lambda cell, evidence: cell.code >= 500 and not _port_accepted(cell, evidence),
    ),
    Cause(
        id="host-name-announced",
        layer=SERVER,
        message="227 announces a name instead of an address",
        explanation="The server copies the text of its masquerade setting into the reply.",
        remedy="Set ftp_public_address to an IPv4 address, without quotes.",
        sources=("RFC 959 section 4.1.2", "pyftpdlib: masquerade_address"),
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.GARBLED,),
        modes=("PASV", "PASV-peer"),
        where=says(r"227 .*\(['\"]?[a-z][a-z0-9-]*[,.][a-z0-9]"),
    ),
    Cause(
        id="address-in-229",
        layer=ALG,
        message="229 carries an address",
        explanation="RFC 2428 requires this field to be empty, and clients refuse the reply. The server, or an ALG on"
        " the path, wrote the address.",
        remedy="Switch off FTP inspection on the path. If the server itself writes the address, update the server.",
        sources=("RFC 2428 section 3",),
        next_step="Probe from the server's own LAN. If the field is empty there, a router on the path fills it.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.GARBLED,),
        modes=("EPSV",),
        where=says(r"229 .*\|[12]?\|[0-9a-f:.]+\|[0-9]+\|"),
    ),
    Cause(
        id="extended-announcement-unreadable",
        layer=SERVER,
        message="229 cannot be read",
        explanation="The reply holds no usable port in the form (|||port|). A 229 announces no address, so no setting"
        " of an address changes it.",
        remedy="Update the server, or switch off FTP inspection on the path. Over IPv4, clients fall back to PASV.",
        sources=("RFC 2428 section 3",),
        next_step="Probe from the server's own LAN, and compare the replies.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.GARBLED,),
        modes=("EPSV",),
    ),
    Cause(
        id="unreadable-announcement",
        layer=SERVER,
        message="227 cannot be read",
        explanation="The reply holds no usable address or port in the form of RFC 959.",
        remedy="Check whether a firewall rewrites the reply. Set ftp_public_address to an IPv4 address.",
        sources=("RFC 959 section 4.2", "RFC 1123 section 4.1.2.6"),
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        next_step="Probe from the server's own LAN, and compare the replies.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.GARBLED,),
        modes=("PASV", "PASV-peer"),
    ),
)
