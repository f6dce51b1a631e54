# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes on the path: routers and firewalls that read and change FTP (ALG), and NAT of the client.

Facts about Linux's helper, nf_conntrack_ftp, were measured in network namespaces: it expects a data connection only if
the announced address is the server's own, and reads clear text on the ports that it is assigned to.
Of those that show in cells, the first row that fits counts.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    ALG,
    ENDPOINT,
    NETWORK,
    ROLE,
    Cause,
    Change,
    Weakening,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import (
    DROPPED,
    IN_TRANSFER,
    announces_lan,
    cells_in_clear,
    control_port_answers,
    last_command,
    outside_range,
    passes_in,
    says,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import VSFTPD
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import PASSIVE_MODES, Cell, Evidence

_ENCRYPTED = (seen.CONTROL_ONLY, seen.PRIVATE)
_NOT_OPEN = (*DROPPED, seen.REFUSED)
_HELPER = "Linux: net/netfilter/nf_conntrack_ftp.c"
_TLS_AND_NAT = "RFC 4217 section 15.3"
# vsftpd, pyftpdlib, and other words for the same.  A certificate or a key has a host and a peer, too, and a server
# binds to addresses of its own.
_WHO = r"\b((remote )?(IP|address)|(remote|client|data) (host|peer))\b"
_NAMES_ADDRESS = says(
    r"bad IP connecting|foreign (IP )?address|\bport theft"
    rf"|^(?!.*\b(certificate|key|bind|virtual)\b).*({_WHO}.{{0,40}}(mismatch|not match|n.t match|differ|not the same)"
    rf"|(unexpected|different|wrong|another) {_WHO})"
)
# With these codes a server refuses the file (RFC 959 section 4.2.2).
_ABOUT_THE_FILE = (450, 451, 452, 532, 550, 551, 552, 553)
# ProFTPD with AllowForeignAddress off.  The words have other meanings, too, after an upload over the same path.
_DENIES_CONNECTION = says("Unable to build data connection: Permission denied")
_BOTH = (Change(ROLE, "masquerade_address", "{public_address}"), Change(ENDPOINT, "passive_ports", "{passive_ports}"))


def _no_port_open(evidence: Evidence) -> bool:
    return bool(evidence.edges) and all(edge.outcome in DROPPED for edge in evidence.edges)


def _only_what_is_read(evidence: Evidence) -> bool:
    """Return whether ports are closed, except to clients that learned them from an announcement in clear."""
    cells = cells_in_clear(evidence, PASSIVE_MODES)
    return (
        control_port_answers(evidence)
        and _no_port_open(evidence)
        and bool(cells)
        and all(cell.passed for cell in cells)
    )


def _silenced(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the ports of EPSV open, and no others.

    Ports of the range that the probe tests by itself end as the ports of PASV do: the range is not forwarded.  A
    refusal outside the range proves nothing: ports of a range that is forwarded refuse, too, while no one listens.
    """
    return (
        bool(evidence.edges)
        and not (cell.outcome == seen.REFUSED and outside_range(cell, evidence))
        and all(edge.outcome == cell.outcome for edge in evidence.edges)
        and passes_in(cell, evidence, "EPSV")
    )


def _port_rewritten(cell: Cell, evidence: Evidence) -> bool:
    """Return whether only ports that a router could read are outside the range.

    Those are all in clear; and either PASV alone, or the ports inside the range are all in TLS.
    """
    cells = [other for other in evidence.cells if other.mode in PASSIVE_MODES and other.data_port]
    outside = [other for other in cells if outside_range(other, evidence)]
    inside = [other for other in cells if not outside_range(other, evidence)]
    in_pasv = all(other.mode != "EPSV" for other in outside)
    read = all(other.protection == seen.CLEAR for other in outside)
    unread = all(other.protection != seen.CLEAR or (in_pasv and other.mode == "EPSV") for other in inside)
    return cell in outside and bool(inside) and read and unread


def _works_in_clear(cell: Cell, evidence: Evidence) -> bool:
    return any(other.passed and (other.mode, other.protection) == (cell.mode, seen.CLEAR) for other in evidence.cells)


def _blinded(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the modes fail that an ALG cannot read; a port outside the range is the server's own choice."""
    closed = not outside_range(cell, evidence) and not passes_in(cell, evidence, *PASSIVE_MODES)
    return closed and _works_in_clear(cell, evidence)


def _hidden(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server announces its LAN address with TLS and the called address in clear."""
    return announces_lan(cell, evidence) and any(
        (other.mode, other.protection) == (cell.mode, seen.CLEAR) and other.data_address == other.control_address
        for other in evidence.cells
    )


def _unread_port(cell: Cell, evidence: Evidence) -> bool:
    """Return whether, on a control port other than 21, the address is private and no port is open."""
    cells = cells_in_clear(evidence, PASSIVE_MODES)
    misled = [other for other in cells if (other.mode, other.outcome) == ("PASV", seen.FOREIGN)]
    return (
        cell.control_port != 21
        and any(announces_lan(other, evidence) for other in misled)
        and any(other.stage == seen.DATA and other.outcome in _NOT_OPEN for other in cells)
        and not any(other.passed for other in cells)
    )


def _other_address(cell: Cell, evidence: Evidence) -> bool:
    if cell.code in _ABOUT_THE_FILE:
        return False
    denied = cell.stage != seen.DOWNLOAD and not last_command(cell).startswith("RETR ")
    return _NAMES_ADDRESS(cell, evidence) or (denied and _DENIES_CONNECTION(cell, evidence))


def _peer_changes(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server sees another address on data connections: it then refuses the client's PORT, too.

    Only its words prove it: a 425 alone also comes from a server that saw no data connection.
    """
    if cell.mode in PASSIVE_MODES:
        return cell.stage in (seen.UPLOAD, seen.DOWNLOAD, seen.DATA_TLS) and _other_address(cell, evidence)
    return (
        cell.stage == seen.ANNOUNCE
        and cell.code in (500, 501)
        and any(other.mode in PASSIVE_MODES and _peer_changes(other, evidence) for other in evidence.cells)
    )


PATH_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="masquerade-silences-alg",
        layer=ALG,
        message="The ports of PASV are closed, those of EPSV are open",
        explanation="The range is not forwarded. An ALG on the path opens the ports that it reads, but only if the"
        " announced address is the server's own. With a masquerade address it ignores PASV. EPSV announces no address,"
        " so it works and hides the fault.",
        remedy="Forward the whole range: ftp_passive_ports, passive_ports of mxlab.ftp.mx_ftp_rules. No ALG is needed"
        " then.",
        sources=(_HELPER, "RFC 2428 section 3", "ProFTPD mod_tls: TLSMasqueradeAddress"),
        changes=(Change(ENDPOINT, "passive_ports", "{passive_ports}"),),
        explains=("passive-range-not-forwarded", "works-only-through-alg"),
        stages=(seen.DATA,),
        outcomes=_NOT_OPEN,
        modes=("PASV", "PASV-peer"),
        where=_silenced,
        with_edges=True,
    ),
    Cause(
        id="port-rewritten",
        layer=ALG,
        message="The announced port is outside the range in clear only",
        explanation="The server announces ports of the range where routers on the path cannot read or do not change"
        " the reply (TLS, EPSV). In clear, a gateway wrote another port into it: an FTP proxy, an ALG, or a router"
        " that translates ports.",
        remedy="Forward ftp_passive_ports one to one (same public and local ports), and switch off the FTP proxy or"
        " ALG that rewrites the reply.",
        sources=(_HELPER, "RFC 2428 section 1"),
        changes=(Change(ENDPOINT, "passive_ports", "{passive_ports}"),),
        next_step="Probe from the server's own LAN. If the port is inside the range there, compare the replies on both"
        " sides of each router.",
        explains=("passive-range-not-forwarded", "port-outside-range"),
        stages=(*IN_TRANSFER, seen.DATA_TLS),
        modes=PASSIVE_MODES,
        protections=(seen.CLEAR,),
        where=_port_rewritten,
        also_passed=True,
    ),
    Cause(
        id="tls-blinds-alg",
        layer=ALG,
        message="Passive mode works in clear and fails with TLS: it depends on an ALG",
        explanation="In clear, an ALG on the path rewrites what the server announces and opens the port. The ALG"
        " cannot read TLS, so the port stays closed, with EPSV as well.",
        remedy="Announce the public address and forward the whole range: ftp_public_address, ftp_passive_ports.",
        sources=(_TLS_AND_NAT, _HELPER, "Microsoft: Configuring FTP Firewall Settings in IIS 7 (StatefulFTP)"),
        vendors={"IIS": "in Windows Firewall also: netsh advfirewall set global StatefulFTP disable"},
        changes=_BOTH,
        explains=("passive-range-not-forwarded", "works-only-through-alg", "private-address-announced"),
        stages=(seen.DATA,),
        outcomes=(*_NOT_OPEN, seen.FOREIGN),
        modes=PASSIVE_MODES,
        protections=_ENCRYPTED,
        where=_blinded,
        with_edges=True,
    ),
    Cause(
        id="alg-hides-private-address",
        layer=ALG,
        message="The announced address is right in clear and private with TLS",
        explanation="The server has no masquerade address. In clear, an ALG on the path writes the public address into"
        " the 227 reply; the ALG cannot read TLS.",
        remedy="Announce the public address: ftp_public_address.",
        sources=(_TLS_AND_NAT, _HELPER),
        changes=(Change(ROLE, "masquerade_address", "{public_address}"),),
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=("PASV",),
        protections=_ENCRYPTED,
        where=_hidden,
    ),
    Cause(
        id="alg-ignores-control-port",
        layer=ALG,
        message="No ALG helps on this control port, and address and range are not set",
        explanation="The server announces its LAN address, and its ports are closed. On port 21, an ALG may have"
        " hidden both faults. An ALG reads only the ports that it is assigned to; since Linux 4.7 helpers are no"
        " longer assigned automatically.",
        remedy="Announce the public address and forward the whole range: ftp_public_address, ftp_passive_ports.",
        sources=(_HELPER, "RFC 959 section 3.2"),
        changes=_BOTH,
        explains=("passive-range-not-forwarded", "private-address-announced"),
        stages=(seen.DATA,),
        outcomes=(*_NOT_OPEN, seen.FOREIGN),
        modes=PASSIVE_MODES,
        protections=(seen.CLEAR,),
        where=_unread_port,
        with_edges=True,
    ),
    Cause(
        id="works-only-through-alg",
        layer=ALG,
        message="Passive mode works only with the help of an ALG",
        explanation="No port of the range is open, and yet transfers pass: an ALG on the path reads what the server"
        " announces and opens that port. With TLS, with a masquerade address or on another control port, the ALG no"
        " longer helps.",
        remedy="Forward the whole range: ftp_passive_ports, passive_ports of mxlab.ftp.mx_ftp_rules. If it is"
        " forwarded, correct the probe's option passive_ports: it is not the range of the server.",
        sources=(_HELPER, _TLS_AND_NAT),
        changes=(Change(ENDPOINT, "passive_ports", "{passive_ports}"),),
        explains=("passive-range-not-forwarded",),
        beside_cells=_only_what_is_read,
        with_edges=True,
    ),
    Cause(
        id="passive-peer-refused",
        layer=NETWORK,
        message="425 The data connection comes from another address than the control connection",
        explanation="The server sees different addresses for the two connections: a load balancer, a container's proxy"
        " or a source NAT on the path changes one of them. RFC 2577 asks servers to refuse such data connections.",
        remedy="Send both connections the same way.",
        sources=("RFC 2577 section 4", "vsftpd.conf(5): pasv_promiscuous", "ProFTPD mod_core: AllowForeignAddress"),
        weakenings=(
            Weakening(
                text="If that is impossible, allow other addresses on the server.",
                vendors={
                    "vsftpd": "pasv_promiscuous=YES",
                    "ProFTPD": "AllowForeignAddress, with a class of the proxy's addresses",
                    "pyftpdlib": "permit_foreign_addresses = True",
                    "Pure-FTPd": "AllowUserFXP yes",
                    "IIS": "matchClientAddressForPasv false",
                },
                changes=(Change(ROLE, "extra_options", {"pasv_promiscuous": True}, VSFTPD, add=True),),
                price="any host that connects to the announced port first gets or writes the file. Require TLS with"
                " session reuse, which excludes other hosts.",
                proof="the server's reply to a passive transfer names the other address",
                proven=_peer_changes,
            ),
        ),
        outcomes=(seen.REJECTED,),
        where=_peer_changes,
    ),
)
