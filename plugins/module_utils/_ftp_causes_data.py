# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that show when data connections are agreed on and used, as a table; the first row that fits counts.

Private to the collection mxlab.ftp: it may change in any release.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from ansible_collections.mxlab.ftp.plugins.module_utils import _ftp_evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_cause import Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_evidence import ACTIVE_MODES, PASSIVE_MODES, Cell, Evidence

# RFC 1918, RFC 6598, RFC 3927 and loopback.  Python's is_private also holds the TEST-NETs, which labs use as Internet.
_PRIVATE = [
    IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8")
]
_STRAY = (seen.TIMEOUT, seen.UNREACHABLE, seen.NO_NEIGHBOUR, seen.NO_ROUTE)


def _is_private(address: str) -> bool:
    return any(IPv4Address(address) in network for network in _PRIVATE)


def _announces_lan(cell: Cell, evidence: Evidence) -> bool:
    return cell.data_address == evidence.lan_address or _is_private(cell.data_address)


def _announced_from_behind_nat(cell: Cell, evidence: Evidence) -> bool:
    return _is_private(cell.data_address) and not _is_private(cell.control_address)


def _outside_range(cell: Cell, evidence: Evidence) -> bool:
    return bool(evidence.passive_ports and cell.data_port and cell.data_port not in evidence.passive_ports)


def _command_unknown(cell: Cell, evidence: Evidence) -> bool:
    """Some servers answer 500 to an EPRT whose address they refuse: an accepted PORT shows that it is the command."""
    port_accepted = any(other.mode == "PORT" and other.data_peer for other in evidence.cells)
    return cell.mode == "EPSV" or cell.code == 502 or port_accepted


RANGE_NOT_FORWARDED = Cause(
    "passive-range-not-forwarded",
    "MX",
    "The control port is open, but connections to ports of the passive range are dropped on their way: the rule on"
    " the MX (or the server's host firewall) does not open the whole range that the server uses.",
    "Publish the server's whole range: ftp_passive_ports, passive_ports of mxlab.ftp.mx_ftp_rules; and open the same"
    " range in the server's host firewall.",
    stages=(seen.DATA,),
    outcomes=_STRAY,
    modes=PASSIVE_MODES,
    with_edges=True,
)

DATA_CAUSES: tuple[Cause, ...] = (
    Cause(
        "extension-unsupported",
        "server",
        "The server does not know the command. RFC 2428 is an extension: over IPv4 clients fall back to PASV or"
        " PORT, so the way through the MX in this mode was not tried and nothing is proven against it.",
        "Permit the command on the server, or leave the mode out of the probe's modes.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=("EPSV", "EPRT"),
        codes=(500, 502),
        where=_command_unknown,
        verdict="undetermined",
    ),
    Cause(
        "passive-refused",
        "server",
        "The server does not offer passive mode to this user, or has no port left for it.",
        "Let ftp_modes contain passive (vsftpd: pasv_enable=YES); make ftp_passive_ports larger.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=PASSIVE_MODES,
    ),
    Cause(
        "active-data-missing",
        "network",
        "The server's data connection does not reach the client: outbound rules of the MX stop it, or a firewall or"
        " NAT router before the client does.",
        "Let ftp_lan_address out from port ftp_control_port - 1 in the MX's outbound rules; let the connection in at"
        " the client.",
        modes=ACTIVE_MODES,
        where=lambda cell, evidence: (
            (cell.stage, cell.outcome) == (seen.DATA, seen.TIMEOUT)
            or (cell.stage in (seen.ANNOUNCE, seen.DATA) and cell.outcome == seen.REJECTED and cell.code in (425, 426))
        ),
    ),
    Cause(
        "active-address-refused",
        "client",
        "The client is behind NAT and announces its private address; servers take only the address that the control"
        " connection comes from (RFC 2577 section 3).",
        "Use passive mode, or announce the client's public address (probe: active_address) and forward the port to"
        " the client.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=ACTIVE_MODES,
        where=_announced_from_behind_nat,
    ),
    Cause(
        "active-refused",
        "server",
        "The server does not offer active mode, or does not take the client's address for its own (a NAT on the way"
        " changes it).",
        "Let ftp_modes contain active (vsftpd: port_enable=YES); compare the announced address with the one in the"
        " server's log.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.REJECTED,),
        modes=ACTIVE_MODES,
    ),
    Cause(
        "unreadable-announcement",
        "server",
        "The reply to PASV or EPSV names no usable address or port in the form of RFC 959 (227) or RFC 2428 (229).",
        "Write a plain IPv4 address into ftp_public_address and vsftpd_masquerade_address; look for a firewall that"
        " rewrites it.",
        stages=(seen.ANNOUNCE,),
        outcomes=(seen.GARBLED,),
        modes=PASSIVE_MODES,
    ),
    Cause(
        "zero-address-announced",
        "server",
        "The server announces 0.0.0.0: vsftpd does so when listen_ipv6=YES meets pasv_address.",
        "Set listen=YES and listen_ipv6=NO in vsftpd.conf (role mxlab.ftp.vsftpd does).",
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=lambda cell, evidence: cell.data_address == "0.0.0.0",
    ),
    Cause(
        "private-address-announced",
        "server",
        "The server announces an address of its own LAN, which clients on the Internet cannot reach: no masquerade"
        " address is set.",
        "Set ftp_public_address (vsftpd_masquerade_address). Elsewhere: pasv_address (vsftpd), MasqueradeAddress"
        " (ProFTPD), ForcePassiveIP (Pure-FTPd), masquerade_address (pyftpdlib), externalIp4Address (IIS).",
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=_announces_lan,
    ),
    Cause(
        "other-address-announced",
        "server",
        "The server announces an address that is neither the one the client called nor the expected public one: the"
        " masquerade address is old, or that of another uplink.",
        "Set ftp_public_address (vsftpd_masquerade_address) to the address of the rule on ftp_uplink.",
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
    ),
    Cause(
        "active-data-from-other-address",
        "MX",
        "The server's data connection comes from another address than the control connection's: the MX sends it out"
        " by another address or uplink than the rule's. Strict clients and NAT routers before clients refuse it.",
        "Publish by 1:1 NAT (ftp_publish_by: one_to_one_nat), or keep to the uplink's own address with port"
        " forwarding, on the uplink that the server goes out by (ftp_uplink); or use passive mode only.",
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=ACTIVE_MODES,
    ),
    Cause(
        "port-outside-range",
        "server",
        "The server announces a port outside the range that is to be published: its range is not pinned or another"
        " one, or the range was full and it took any port (ProFTPD, pyftpdlib).",
        "Give the server the same range as the MX: ftp_passive_ports (vsftpd_passive_ports).",
        modes=PASSIVE_MODES,
        where=_outside_range,
        also_passed=True,
    ),
    RANGE_NOT_FORWARDED,
    Cause(
        "passive-port-refused",
        "MX",
        "Connections to the announced port are refused: they end at a host or at a port where the server does not"
        " listen. The MX changes the port on its way, forwards the range to another host, or takes the connection"
        " itself.",
        "Forward ftp_passive_ports one to one (same public and local ports) to ftp_lan_address.",
        stages=(seen.DATA,),
        outcomes=(seen.REFUSED,),
        modes=PASSIVE_MODES,
        with_edges=True,
    ),
    Cause(
        "passive-peer-refused",
        "network",
        "The server refuses the data connection: in its eyes it comes from another address than the control"
        " connection (a load balancer or a source NAT on the way).",
        "Send both connections the same way; if that cannot be, let the server allow it (vsftpd:"
        " pasv_promiscuous=YES).",
        stages=(seen.UPLOAD, seen.DOWNLOAD),
        outcomes=(seen.REJECTED,),
        modes=PASSIVE_MODES,
        codes=(425,),
    ),
    Cause(
        "upload-refused",
        "server",
        "Login works, but the server does not take the file: no write permission, no space, or uploads switched off.",
        "Name a directory that the user may write to in the probe's option directory; vsftpd: write_enable=YES.",
        stages=(seen.UPLOAD, seen.DATA),
        outcomes=(seen.REJECTED,),
        codes=(450, 452, 500, 502, 532, 550, 552, 553),
    ),
    Cause(
        "content-differs",
        "server",
        "The file came back other than it was sent, although TYPE I was agreed: something converts or cuts it.",
        "Look for ASCII conversion, upload scripts and full disks on the server, and for inspection of FTP on the way.",
        stages=(seen.COMPARE,),
    ),
    Cause(
        "delete-refused",
        "server",
        "Both transfers work, but the server keeps the probe's file.",
        "Permit DELE to ftp_probe_user, and remove ftp_probe-*.tmp; or probe in another directory.",
        stages=(seen.DELETE,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        "dialogue-broken",
        "server",
        "The dialogue ended in a way that no known cause explains; the evidence says at which stage.",
        "Look into the server's log at that time; then into a capture of the control connection on both sides of the"
        " MX.",
    ),
)
