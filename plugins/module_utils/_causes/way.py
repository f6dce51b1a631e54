# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that lie on the way: gateways that read and change FTP (ALG), and address translation of the client.

Facts about Linux's helper, nf_conntrack_ftp, were measured in network namespaces: it expects a data connection only if
the announced address is the server's own, and reads clear text on the ports that it is assigned to.
Of those that show in cells, the first row that fits counts.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ALG, ENDPOINT, NETWORK, ROLE, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import (
    DROPPED,
    announces_lan,
    lived,
    passes_in,
    readable,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import VSFTPD
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import PASSIVE_MODES, Cell, Evidence

_ENCRYPTED = (seen.CONTROL_ONLY, seen.PRIVATE)
_NO_WAY = (*DROPPED, seen.REFUSED)
_HELPER = "Linux: net/netfilter/nf_conntrack_ftp.c"
_TLS_AND_NAT = "RFC 4217 section 15.3"
_BOTH = (Change(ROLE, "masquerade_address", "{public_address}"), Change(ENDPOINT, "passive_ports", "{passive_ports}"))


def _no_port_open(evidence: Evidence) -> bool:
    return bool(evidence.edges) and all(edge.outcome in DROPPED for edge in evidence.edges)


def _only_what_is_read(evidence: Evidence) -> bool:
    """Ports are closed to whoever knocks, and open to whoever was told of them in clear."""
    cells = readable(evidence, PASSIVE_MODES)
    return lived(evidence) and _no_port_open(evidence) and bool(cells) and all(cell.passed for cell in cells)


def _silenced(cell: Cell, evidence: Evidence) -> bool:
    """PASV's ports stay closed, EPSV's open, and who knocks meets what PASV meets: so the range is not forwarded."""
    return (
        bool(evidence.edges)
        and all(edge.outcome == cell.outcome for edge in evidence.edges)
        and passes_in(cell, evidence, "EPSV")
    )


def _works_in_clear(cell: Cell, evidence: Evidence) -> bool:
    return any(other.passed and (other.mode, other.protection) == (cell.mode, seen.CLEAR) for other in evidence.cells)


def _blinded(cell: Cell, evidence: Evidence) -> bool:
    return _works_in_clear(cell, evidence) and not passes_in(cell, evidence, *PASSIVE_MODES)


def _hidden(cell: Cell, evidence: Evidence) -> bool:
    """With TLS the server announces its LAN address; in clear somebody puts the public one in its place."""
    return announces_lan(cell, evidence) and any(
        (other.mode, other.protection) == (cell.mode, seen.CLEAR) and other.data_address == other.control_address
        for other in evidence.cells
    )


def _unread_port(cell: Cell, evidence: Evidence) -> bool:
    """Not on port 21, neither is the address right nor any port open."""
    cells = readable(evidence, PASSIVE_MODES)
    believed = [other for other in cells if (other.mode, other.outcome) == ("PASV", seen.FOREIGN)]
    return (
        cell.control_port != 21
        and any(announces_lan(other, evidence) for other in believed)
        and any(other.stage == seen.DATA and other.outcome in _NO_WAY for other in cells)
        and not any(other.passed for other in cells)
    )


def _peer_changes(cell: Cell, evidence: Evidence) -> bool:
    """The server takes this client's data connections for a stranger's; then it refuses the client's PORT, too."""
    if cell.mode in PASSIVE_MODES:
        return cell.stage in (seen.UPLOAD, seen.DOWNLOAD, seen.DATA_TLS) and cell.code == 425
    return (
        cell.stage == seen.ANNOUNCE
        and cell.code in (500, 501)
        and any(other.mode in PASSIVE_MODES and _peer_changes(other, evidence) for other in evidence.cells)
    )


WAY_CAUSES: tuple[Cause, ...] = (
    Cause(
        "masquerade-silences-alg",
        ALG,
        "PASV's ports stay closed while EPSV's open",
        "The range is not forwarded; an ALG on the way opens the ports of which it reads. It does so only if the"
        " announced address is the server's own: with a masquerade address it stays silent in PASV. EPSV carries no"
        " address, so it works and hides the fault.",
        "Forward the whole range: ftp_passive_ports, passive_ports of mxlab.ftp.mx_ftp_rules. Then no ALG is needed.",
        (_HELPER, "RFC 2428 section 3", "ProFTPD mod_tls: TLSMasqueradeAddress"),
        changes=(Change(ENDPOINT, "passive_ports", "{passive_ports}"),),
        explains=("passive-range-not-forwarded", "works-only-through-alg"),
        stages=(seen.DATA,),
        outcomes=_NO_WAY,
        modes=("PASV", "PASV-peer"),
        where=_silenced,
        with_edges=True,
    ),
    Cause(
        "tls-blinds-alg",
        ALG,
        "What works in clear fails with TLS: an ALG is at work",
        "In clear an ALG on the way rewrites what the server announces and opens the port. It cannot read TLS, so"
        " nobody opens it, in EPSV neither.",
        "Let the server announce the public address and forward the whole range: ftp_public_address,"
        " ftp_passive_ports.",
        (_TLS_AND_NAT, _HELPER, "Microsoft: Configuring FTP Firewall Settings in IIS 7 (StatefulFTP)"),
        vendors={"IIS": "in Windows Firewall also: netsh advfirewall set global StatefulFTP disable"},
        changes=_BOTH,
        explains=("passive-range-not-forwarded", "works-only-through-alg", "private-address-announced"),
        stages=(seen.DATA,),
        outcomes=(*_NO_WAY, seen.FOREIGN),
        modes=PASSIVE_MODES,
        protections=_ENCRYPTED,
        where=_blinded,
        with_edges=True,
    ),
    Cause(
        "alg-hides-private-address",
        ALG,
        "The address announced in clear is right, with TLS it is private",
        "The server has no masquerade address. In clear an ALG on the way puts the public one into the 227 reply; it"
        " cannot read TLS.",
        "Let the server announce the public address: ftp_public_address.",
        (_TLS_AND_NAT, _HELPER),
        changes=(Change(ROLE, "masquerade_address", "{public_address}"),),
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=("PASV",),
        protections=_ENCRYPTED,
        where=_hidden,
    ),
    Cause(
        "alg-ignores-control-port",
        ALG,
        "On this control port no ALG helps, and nothing else was set",
        "The server announces its LAN address and its ports are closed. On port 21 an ALG may have hidden both; it"
        " reads only the ports that it is assigned to, and since Linux 4.7 none unless a rule assigns it.",
        "Let the server announce the public address and forward the whole range: ftp_public_address,"
        " ftp_passive_ports.",
        (_HELPER, "RFC 959 section 3.2"),
        changes=_BOTH,
        explains=("passive-range-not-forwarded", "private-address-announced"),
        stages=(seen.DATA,),
        outcomes=(*_NO_WAY, seen.FOREIGN),
        modes=PASSIVE_MODES,
        protections=(seen.CLEAR,),
        where=_unread_port,
        with_edges=True,
    ),
    Cause(
        "works-only-through-alg",
        ALG,
        "Passive mode works only because an ALG reads the dialogue",
        "No port of the range is open to whoever knocks, and yet transfers pass: somebody on the way reads what the"
        " server announces and opens that port. TLS, a masquerade address or another control port ends that.",
        "Forward the whole range: ftp_passive_ports, passive_ports of mxlab.ftp.mx_ftp_rules. If it is forwarded, the"
        " range that the probe was told (passive_ports) is another than the server's.",
        (_HELPER, _TLS_AND_NAT),
        changes=(Change(ENDPOINT, "passive_ports", "{passive_ports}"),),
        explains=("passive-range-not-forwarded",),
        run=_only_what_is_read,
        with_edges=True,
    ),
    Cause(
        "passive-peer-refused",
        NETWORK,
        "425 The data connection comes from another address than the control connection",
        "So it looks to the server: a load balancer, a container's proxy or a source NAT on the way gives the two"
        " connections different addresses. RFC 2577 wants servers to refuse that.",
        "Send both connections the same way; if that cannot be, let the server allow it.",
        ("RFC 2577 section 4", "vsftpd.conf(5): pasv_promiscuous", "ProFTPD mod_core: AllowForeignAddress"),
        vendors={
            "vsftpd": "pasv_promiscuous=YES",
            "ProFTPD": "AllowForeignAddress, with a class of the proxy's addresses",
            "pyftpdlib": "permit_foreign_addresses = True",
            "Pure-FTPd": "AllowUserFXP yes",
            "IIS": "matchClientAddressForPasv false",
        },
        changes=(Change(ROLE, "extra_options", {"pasv_promiscuous": True}, VSFTPD, add=True),),
        outcomes=(seen.REJECTED,),
        where=_peer_changes,
    ),
)
