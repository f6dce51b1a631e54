# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes for which the control port does not answer, or is not FTP.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    CLIENT,
    ENDPOINT,
    MX,
    NETWORK,
    PROBE,
    SERVER,
    TLS,
    UNDETERMINED,
    Cause,
    Change,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import says
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence

_NAT_RULES = "Meraki: Port Forwarding and NAT Rules on the MX"


def _reported_unreachable(_cell: Cell, evidence: Evidence) -> bool:
    """Return whether a router reported the host as unreachable to any connection.

    Routers limit the rate of their reports (RFC 1812 section 4.3.2.8), so one report counts for all connections.
    """
    outcomes = [cell.outcome for cell in evidence.cells] + [edge.outcome for edge in evidence.edges]
    return seen.UNREACHABLE in outcomes


def _implicit_port(cell: Cell, _evidence: Evidence) -> bool:
    return cell.control_port == 990 and not cell.tls_version


def _ipv4_lives(cell: Cell, evidence: Evidence) -> bool:
    return cell.ipv6 and any(not other.ipv6 and other.stage != seen.CONTROL for other in evidence.cells)


CONTROL_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="ipv6-control-failed",
        layer=NETWORK,
        message="The control connection fails over IPv6 only",
        explanation="The server answers over IPv4. NAT rules of the MX are for IPv4; IPv6 is admitted by inbound rules"
        " only.",
        remedy="Allow ftp_control_port and ftp_passive_ports to the server's IPv6 address in the inbound rules, or"
        " publish no IPv6 address for the server.",
        sources=("Meraki: NAT Exceptions with Manual Inbound Firewall on MX Security Appliances",),
        stages=(seen.CONTROL,),
        where=_ipv4_lives,
    ),
    Cause(
        id="lan-address-unreachable",
        layer=MX,
        message="A router reports that the server's host is unreachable",
        explanation="The MX admits the connection, but no host has the LAN address of the rule, or the host's"
        ' firewall answers "unreachable".',
        remedy="Set ftp_lan_address to the server's address in the MX's LAN, and check that the server is up.",
        sources=(_NAT_RULES, "RFC 1812 section 4.3.2.8"),
        changes=(Change(ENDPOINT, "lan_address", "{lan_address}"),),
        stages=(seen.CONTROL,),
        outcomes=(seen.UNREACHABLE, seen.TIMEOUT),
        where=_reported_unreachable,
        with_edges=True,
    ),
    Cause(
        id="control-port-timeout",
        layer=MX,
        message="The control port does not answer",
        explanation="The connection is dropped. No rule of the MX admits this client (a 1:1 NAT rule opens no port by"
        " itself), a router in front of the MX filters or translates (double NAT), the rule is for an uplink that is"
        " not in use, or the server's host firewall drops the connection.",
        remedy="Allow ftp_control_port in the rule for ftp_public_address (1:1 NAT: allowed inbound; port forwarding:"
        " public port), on the uplink that has this address (ftp_uplink). Allow this client (ftp_allowed_ips). Then"
        " check the server's host firewall.",
        sources=(_NAT_RULES, "Meraki: Troubleshooting Port Forwarding and NAT Rules"),
        next_step="Capture on the MX's uplink and on its LAN. If the SYN shows on the uplink only, the MX drops it; if"
        " on neither, a device in front of the MX does; if on both, the server's host does.",
        changes=(
            Change(ENDPOINT, "public_address", "{called_address}"),
            Change(ENDPOINT, "control_port", "{control_port}"),
            Change(ENDPOINT, "uplink", "{uplink}"),
            Change(ENDPOINT, "allowed_ips", ["{client_address}"], add=True),
        ),
        stages=(seen.CONTROL,),
        outcomes=(seen.TIMEOUT,),
        with_edges=True,
    ),
    Cause(
        id="public-address-unanswered",
        layer=MX,
        message="No device answers for the public address",
        explanation="The address is in the network of the probe's own host, and no device there answers for it: the MX"
        " does not have this address.",
        remedy="Write the rule for this address on the right uplink: ftp_public_address, ftp_uplink.",
        sources=(_NAT_RULES, "ip(7), IP_RECVERR"),
        changes=(Change(ENDPOINT, "public_address", "{called_address}"), Change(ENDPOINT, "uplink", "{uplink}")),
        stages=(seen.CONTROL,),
        outcomes=(seen.NO_NEIGHBOUR,),
    ),
    Cause(
        id="no-route",
        layer=CLIENT,
        message="The probe's host has no route to the server",
        explanation="The probe's host, or a router near it, has no route to the server. This says nothing about the"
        " server.",
        remedy="Add a route on the probe's host, or probe from another host (ftp_probe_from).",
        sources=("RFC 1812 section 5.2.7.1",),
        next_step="Probe from a host that reaches other addresses of the same network.",
        stages=(seen.CONTROL,),
        outcomes=(seen.NO_ROUTE,),
        verdict=UNDETERMINED,
    ),
    Cause(
        id="control-port-refused",
        layer=SERVER,
        message="A host answers, but nothing listens on the control port",
        explanation="The server is stopped, listens on another port or only on another address, the host's firewall"
        " rejects the connection, or the rule leads to another host.",
        remedy="Start the server. Compare its port with ftp_control_port, and its address with ftp_lan_address.",
        sources=("RFC 9293 section 3.5.2",),
        stages=(seen.CONTROL,),
        outcomes=(seen.REFUSED,),
    ),
    Cause(
        id="ssh-on-control-port",
        layer=MX,
        message="An SSH server answers on the control port",
        explanation="SFTP is not FTP: it runs over SSH and needs one port only. The rule leads to the SSH server of a"
        " host.",
        remedy="Set ftp_control_port, ftp_public_address and ftp_lan_address to those of the FTP server. For SFTP, use"
        " an SFTP client.",
        sources=("RFC 4253 section 4.2",),
        stages=(seen.GREETING,),
        outcomes=(seen.GARBLED,),
        where=says("^SSH-[12]"),
    ),
    Cause(
        id="http-on-control-port",
        layer=MX,
        message="A web server answers on the control port",
        explanation="The rule leads to a web server, or to the local status page of an appliance.",
        remedy="Set ftp_control_port, ftp_public_address and ftp_lan_address to those of the FTP server.",
        sources=("RFC 9112 section 4", _NAT_RULES),
        stages=(seen.GREETING,),
        outcomes=(seen.GARBLED,),
        where=says("^HTTP/1"),
    ),
    Cause(
        id="implicit-tls-on-control-port",
        layer=TLS,
        message="The server waits for TLS before it greets",
        explanation="Port 990 is the port of implicit TLS: the client begins with a TLS handshake. IIS uses implicit"
        " TLS on this port only.",
        remedy="Probe with tls: implicit, and use implicit TLS in clients; or publish the port of explicit TLS (21).",
        sources=("RFC 4217 section 15", "Microsoft: FTP over SSL <ssl>"),
        changes=(Change(PROBE, "tls", "implicit"),),
        stages=(seen.GREETING,),
        outcomes=(seen.TIMEOUT, seen.CLOSED, seen.GARBLED),
        where=_implicit_port,
    ),
    Cause(
        id="not-ftp",
        layer=SERVER,
        message="The control port is open, but the service is not FTP",
        explanation="The first line is not an FTP reply. An answer in TLS or the error page of a proxy looks the same.",
        remedy="Set ftp_control_port, ftp_public_address and ftp_lan_address to those of the FTP server.",
        sources=("RFC 959 section 4.2",),
        stages=(seen.GREETING,),
        outcomes=(seen.GARBLED,),
    ),
    Cause(
        id="closed-before-greeting",
        layer=SERVER,
        message="The server closes the connection before the greeting",
        explanation="The connection is accepted and closed at once: by access control for client addresses"
        " (tcp_wrappers, allowed addresses), by a limit of processes (ProFTPD's MaxInstances), by a service that"
        " cannot start its session, or by a firewall that inspects FTP.",
        remedy="Check the server's log of that time and its access control for client addresses. Raise its limit of"
        " sessions.",
        sources=("hosts_access(5)", "ProFTPD mod_core: MaxInstances"),
        next_step="Probe from a host in the server's own LAN. If the server greets that host, the client's address"
        " decides.",
        stages=(seen.GREETING,),
        outcomes=(seen.CLOSED,),
    ),
    Cause(
        id="no-greeting",
        layer=SERVER,
        message="The server accepts the connection but sends no greeting",
        explanation="The server hangs, waits for TLS, or looks up the client's name (reverse DNS, ident) for longer"
        " than the probe waits.",
        remedy="Switch these lookups off on the server. For a slow server, raise the probe's timeout.",
        sources=("RFC 959 section 5.4", "ProFTPD mod_core: UseReverseDNS", "pure-ftpd(8): -H"),
        vendors={
            "vsftpd": "reverse_lookup_enable=NO",
            "ProFTPD": "UseReverseDNS off, IdentLookups off",
            "Pure-FTPd": "DontResolve yes",
        },
        next_step="Probe again with timeout: 60; then with tls: implicit.",
        stages=(seen.GREETING,),
        outcomes=(seen.TIMEOUT,),
    ),
)
