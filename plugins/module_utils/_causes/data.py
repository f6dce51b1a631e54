# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes for which a data connection does not come about, or from elsewhere.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    ENDPOINT,
    MX,
    NETWORK,
    ROLE,
    SERVER,
    Cause,
    Change,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import (
    DROPPED,
    dropped_edges,
    last_reply,
    outside_range,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    ACTIVE_MODES,
    PASSIVE_MODES,
    Cell,
    Evidence,
)

_NAT_RULES = "Meraki: Port Forwarding and NAT Rules on the MX"
_FTP_PAGE = "Meraki: Active and Passive FTP Overview and Configuration"
_RANGE = {
    "vsftpd": "pasv_min_port, pasv_max_port: if the first is larger than the second, both are ignored without a word",
    "ProFTPD": "PassivePorts",
    "Pure-FTPd": "PassivePortRange",
    "pyftpdlib": "passive_ports",
    "FileZilla Server": "port_range: one that holds a listener is ignored without a word",
    "IIS": "lowDataChannelPort, highDataChannelPort, and a restart of ftpsvc",
}


def _active_missing(cell: Cell, _evidence: Evidence) -> bool:
    """Most servers connect at the transfer, some (pyftpdlib) at PORT already, and answer when that has failed."""
    if cell.stage not in (seen.ANNOUNCE, seen.DATA):
        return False
    refused = cell.code in (425, 426) or "data channel timed out" in last_reply(cell)
    return cell.outcome == seen.TIMEOUT or (cell.outcome == seen.REJECTED and refused)


def _announced_outside(evidence: Evidence) -> bool:
    ports = evidence.passive_ports
    return ports is not None and any(port not in ports for port in evidence.announced)


DATA_CAUSES: tuple[Cause, ...] = (
    Cause(
        "active-data-missing",
        NETWORK,
        "425 The server's data connection does not reach the client",
        "In active mode the server connects to the client. Outbound rules of the MX stop it, or a firewall or NAT"
        " router before the client does. An inbound rule for port 20 changes nothing: nobody ever connects to it.",
        "Let ftp_lan_address out from port ftp_control_port - 1 in the MX's outbound rules; let the connection in at"
        " the client; or use passive mode.",
        ("RFC 959 section 3.2", "RFC 1579", _FTP_PAGE),
        next_step="Capture on the MX's LAN and on its uplink: the side on which the server's SYN is missing has the"
        " rule.",
        modes=ACTIVE_MODES,
        where=_active_missing,
    ),
    Cause(
        "active-data-from-other-address",
        MX,
        "Active data comes from another address than the control connection's",
        "The MX sends it out by another address or uplink than the rule's: a server behind 1:Many NAT goes out by the"
        " MX's own address, one behind 1:1 NAT by the primary uplink. Strict clients and NAT routers before clients"
        " refuse it.",
        "Publish by 1:1 NAT (ftp_publish_by: one_to_one_nat), or keep to the uplink's own address with port"
        " forwarding, on the uplink that the server goes out by (ftp_uplink); or use passive mode only.",
        (_NAT_RULES, "Meraki: Utilizing 1:1 NAT with Link Aggregation and Multiple Public IPs", "RFC 2577 section 4"),
        changes=(Change(ENDPOINT, "publish_by", "one_to_one_nat"),),
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=ACTIVE_MODES,
    ),
    Cause(
        "port-outside-range",
        SERVER,
        "The server announces a port outside the range",
        "It is outside the range that is to be published: the server's range is not pinned or another one (first and"
        " last swapped, for example), or it was full and the server took any port (ProFTPD, pyftpdlib).",
        "Give the server the same range as the MX: ftp_passive_ports.",
        ("vsftpd.conf(5): pasv_min_port", "ProFTPD mod_core: PassivePorts", _FTP_PAGE),
        vendors=_RANGE,
        changes=(Change(ROLE, "passive_ports", "{passive_ports}"),),
        explains=("repeated-port-outside-range", "range-leaks", "passive-range-not-forwarded"),
        stages=(seen.DATA, seen.DATA_TLS, seen.UPLOAD, seen.DOWNLOAD, seen.COMPARE, seen.DELETE),
        modes=PASSIVE_MODES,
        where=outside_range,
        also_passed=True,
    ),
    Cause(
        "repeated-port-outside-range",
        SERVER,
        "Asked again and again, the server announces a port outside the range",
        "Some of the ports that one session was given are outside the range that is to be published.",
        "Give the server the same range as the MX: ftp_passive_ports.",
        ("ProFTPD mod_core: PassivePorts", _FTP_PAGE),
        vendors=_RANGE,
        changes=(Change(ROLE, "passive_ports", "{passive_ports}"),),
        explains=("range-leaks",),
        run=_announced_outside,
    ),
    Cause(
        "passive-range-not-forwarded",
        MX,
        "Ports of the passive range are dropped on their way",
        "The control port is open, but the rule on the MX (or the server's host firewall) does not open the whole range"
        " that the server uses.",
        "Publish the server's whole range: ftp_passive_ports, passive_ports of mxlab.ftp.mx_ftp_rules; and open the"
        " same range in the server's host firewall. Where an ALG did that before: Linux assigns none by itself since"
        " 4.7.",
        (_NAT_RULES, _FTP_PAGE, "RFC 1579"),
        next_step="Capture on the MX's LAN: if the SYN arrives there, the host firewall drops it, else the MX.",
        changes=(
            Change(ENDPOINT, "modes", ["passive"], add=True),
            Change(ENDPOINT, "passive_ports", "{passive_ports}"),
        ),
        stages=(seen.DATA,),
        outcomes=DROPPED,
        modes=PASSIVE_MODES,
        run=dropped_edges,
        with_edges=True,
    ),
    Cause(
        "passive-port-refused",
        MX,
        "Connections to the announced port are refused",
        "They end at a host or at a port where the server does not listen: the MX changes the port on its way (no"
        " server can announce a translated port), forwards the range to another host, or takes the connection itself.",
        "Forward ftp_passive_ports one to one (same public and local ports) to ftp_lan_address.",
        (_NAT_RULES, "ProFTPD: NAT howto"),
        changes=(
            Change(ENDPOINT, "passive_ports", "{passive_ports}"),
            Change(ENDPOINT, "lan_address", "{lan_address}"),
        ),
        stages=(seen.DATA,),
        outcomes=(seen.REFUSED,),
        modes=PASSIVE_MODES,
        with_edges=True,
    ),
)
