# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes for which a data connection fails or has another peer.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    ENDPOINT,
    MX,
    NETWORK,
    ROLE,
    SERVER,
    UNDETERMINED,
    Cause,
    Change,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import (
    DROPPED,
    IN_TRANSFER,
    dropped_edges,
    last_command,
    lost_data_channel,
    outside_range,
    says,
    says_tls_failed,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import PASSIVE_RANGE
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    ACTIVE_MODES,
    PASSIVE_MODES,
    Cell,
    Evidence,
)

_NAT_RULES = "Meraki: Port Forwarding and NAT Rules on the MX"
_FTP_PAGE = "Meraki: Active and Passive FTP Overview and Configuration"


def _active_missing(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server's data connection did not arrive.

    Most servers connect at the transfer, some (pyftpdlib) at PORT already, and answer when the connection has failed.
    After an upload the same way, a refused download has another cause.
    """
    if cell.stage not in (seen.ANNOUNCE, seen.DATA):
        return False
    refused = cell.code in (425, 426) or lost_data_channel(cell, evidence)
    refused = refused and not last_command(cell).startswith("RETR ")
    return cell.outcome == seen.TIMEOUT or (cell.outcome == seen.REJECTED and refused)


def _unseen(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server saw no data connection in the first transfer, though the probe's was accepted.

    After an upload over the same path, the download's 425 has another cause.
    """
    first = cell.stage != seen.DOWNLOAD and not last_command(cell).startswith("RETR ")
    missing = cell.code == 425 or lost_data_channel(cell, evidence)
    return first and missing and not says_tls_failed(cell, evidence)


def _announced_outside(evidence: Evidence) -> bool:
    ports = evidence.passive_ports
    return ports is not None and any(port not in ports for port in evidence.announced)


DATA_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="active-data-blocked-on-server",
        layer=SERVER,
        message="425 The server's own system does not let it connect to the client",
        explanation="The system call for the connection failed at once, so nothing left the server's host. Its"
        " firewall has a rule against the connection, or the server may not use the source port below 1024.",
        remedy="Allow the server's host firewall to let connections out from port ftp_control_port - 1. Let the server"
        " bind to that port (CAP_NET_BIND_SERVICE).",
        sources=("connect(2): EACCES, EPERM", "bind(2): EACCES, EADDRINUSE"),
        stages=(seen.ANNOUNCE, seen.DATA),
        outcomes=(seen.REJECTED,),
        modes=ACTIVE_MODES,
        codes=(425, 426),
        where=says("Operation not permitted|Permission denied|Address already in use|Cannot assign requested address"),
    ),
    Cause(
        id="active-data-missing",
        layer=NETWORK,
        message="425 The server's data connection does not reach the client",
        explanation="In active mode the server connects to the client. The connection is dropped by an outbound rule"
        " of the MX, or by a firewall or NAT router in front of the client. An inbound rule for port 20 changes"
        " nothing: no client connects to that port.",
        remedy="Allow ftp_lan_address out from port ftp_control_port - 1 in the MX's outbound rules, and allow the"
        " connection in at the client. Or use passive mode.",
        sources=("RFC 959 section 3.2", "RFC 1579", _FTP_PAGE),
        next_step="Capture on the MX's LAN and on its uplink. If the server's SYN shows on the LAN only, the MX drops"
        " it; if on neither, the server's host does; if on both, a device beyond the MX does.",
        modes=ACTIVE_MODES,
        where=_active_missing,
    ),
    Cause(
        id="active-data-from-other-address",
        layer=MX,
        message="Active data comes from another address than the control connection",
        explanation="The MX sends the data connection from another address or uplink than the rule's: a server behind"
        " 1:Many NAT uses the MX's own address, a server behind 1:1 NAT the primary uplink. Strict clients, and NAT"
        " routers in front of clients, refuse it.",
        remedy="Publish by 1:1 NAT (ftp_publish_by: one_to_one_nat), or by port forwarding on the uplink's own"
        " address, on the uplink that the server uses for outbound connections (ftp_uplink). Or use passive mode only.",
        sources=(
            _NAT_RULES,
            "Meraki: Utilizing 1:1 NAT with Link Aggregation and Multiple Public IPs",
            "RFC 2577 section 4",
        ),
        changes=(Change(ENDPOINT, "publish_by", "one_to_one_nat"),),
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=ACTIVE_MODES,
    ),
    Cause(
        id="port-outside-range",
        layer=SERVER,
        message="The server announces a port outside the range",
        explanation="The port is outside the range that is to be published. The server has no fixed range or another"
        " one (for example, first and last port are swapped), or its range was full and it took any port (ProFTPD,"
        " pyftpdlib).",
        remedy="Set the same range on the server and on the MX: ftp_passive_ports.",
        sources=("vsftpd.conf(5): pasv_min_port", "ProFTPD mod_core: PassivePorts", _FTP_PAGE),
        vendors=PASSIVE_RANGE,
        changes=(Change(ROLE, "passive_ports", "{passive_ports}"),),
        explains=("repeated-port-outside-range", "range-leaks", "passive-range-not-forwarded"),
        stages=(*IN_TRANSFER, seen.DATA_TLS),
        modes=PASSIVE_MODES,
        where=outside_range,
        also_passed=True,
    ),
    Cause(
        id="repeated-port-outside-range",
        layer=SERVER,
        message="Some of many ports that the server announces are outside the range",
        explanation="One session asked for a port many times, and some of the ports are outside the range that is to"
        " be published.",
        remedy="Set the same range on the server and on the MX: ftp_passive_ports.",
        sources=("ProFTPD mod_core: PassivePorts", _FTP_PAGE),
        vendors=PASSIVE_RANGE,
        changes=(Change(ROLE, "passive_ports", "{passive_ports}"),),
        explains=("range-leaks",),
        beside_cells=_announced_outside,
    ),
    Cause(
        id="passive-range-not-forwarded",
        layer=MX,
        message="Ports of the passive range are dropped on the path",
        explanation="The control port is open, but the rule on the MX, or the server's host firewall, does not open"
        " the whole range that the server uses.",
        remedy="Publish the server's whole range: ftp_passive_ports, passive_ports of mxlab.ftp.mx_ftp_rules. Open the"
        " same range in the server's host firewall. If an ALG used to open these ports: since Linux 4.7 helpers are no"
        " longer assigned automatically.",
        sources=(_NAT_RULES, _FTP_PAGE, "RFC 1579"),
        next_step="Capture on the MX's LAN. If the SYN shows there, the host firewall drops it, otherwise the MX.",
        changes=(
            Change(ENDPOINT, "modes", ["passive"], add=True),
            Change(ENDPOINT, "passive_ports", "{passive_ports}"),
        ),
        stages=(seen.DATA,),
        outcomes=DROPPED,
        modes=PASSIVE_MODES,
        beside_cells=dropped_edges,
        with_edges=True,
    ),
    Cause(
        id="passive-port-refused",
        layer=MX,
        message="Connections to the announced port are refused",
        explanation="The connection ends at a host or a port where the server does not listen: the MX translates the"
        " port (no server can announce a translated port), forwards the range to another host, or accepts the"
        " connection itself.",
        remedy="Forward ftp_passive_ports one to one (same public and local ports) to ftp_lan_address.",
        sources=(_NAT_RULES, "ProFTPD: NAT howto"),
        changes=(
            Change(ENDPOINT, "passive_ports", "{passive_ports}"),
            Change(ENDPOINT, "lan_address", "{lan_address}"),
        ),
        stages=(seen.DATA,),
        outcomes=(seen.REFUSED,),
        modes=PASSIVE_MODES,
        with_edges=True,
    ),
    Cause(
        id="passive-data-unseen",
        layer=NETWORK,
        message="425 The probe's data connection was accepted, but the server saw none",
        explanation="Something between probe and server accepted the connection in the server's place: a load"
        " balancer, a container's proxy, or another host that the range is forwarded to. Or the connection reached the"
        " server too late, or the server refused it without naming the reason.",
        remedy="Forward ftp_passive_ports to the same host as ftp_control_port (ftp_lan_address), without a proxy in"
        " between. Check the server's log of that time.",
        sources=("RFC 959 section 5.4", _NAT_RULES),
        next_step="Capture on the MX's LAN during a transfer. If no SYN to the announced port goes to the server,"
        " something else accepted the connection. If one does, compare its source address with that of the control"
        " connection.",
        stages=(seen.DATA_TLS, seen.UPLOAD),
        outcomes=(seen.REJECTED,),
        modes=PASSIVE_MODES,
        where=_unseen,
        verdict=UNDETERMINED,
    ),
)
