# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes for which nobody answers, or the wrong one, on the control port.  The first row that fits counts.

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
    """Routers limit the rate of their reports (RFC 1812 section 4.3.2.8): what one connection hears is true for all."""
    outcomes = [cell.outcome for cell in evidence.cells] + [edge.outcome for edge in evidence.edges]
    return seen.UNREACHABLE in outcomes


def _implicit_port(cell: Cell, _evidence: Evidence) -> bool:
    return cell.control_port == 990 and not cell.tls_version


def _ipv4_lives(cell: Cell, evidence: Evidence) -> bool:
    return cell.ipv6 and any(not other.ipv6 and other.stage != seen.CONTROL for other in evidence.cells)


CONTROL_CAUSES: tuple[Cause, ...] = (
    Cause(
        "ipv6-control-failed",
        NETWORK,
        "The control connection fails over IPv6 only",
        "Over IPv4 the server answers. NAT rules of the MX are for IPv4; IPv6 is admitted by inbound rules alone.",
        "Admit ftp_control_port and ftp_passive_ports to the server's IPv6 address, or publish no IPv6 address for it.",
        ("Meraki: NAT Exceptions with Manual Inbound Firewall on MX Security Appliances",),
        stages=(seen.CONTROL,),
        where=_ipv4_lives,
    ),
    Cause(
        "lan-address-unreachable",
        MX,
        "A router reports that the server's host is unreachable",
        "The MX admits the connection, but nobody is at the rule's LAN address, or the host's firewall says that it is"
        " unreachable.",
        "Set ftp_lan_address to the server's address in the MX's LAN, and see that the server is up.",
        (_NAT_RULES, "RFC 1812 section 4.3.2.8"),
        changes=(Change(ENDPOINT, "lan_address", "{lan_address}"),),
        stages=(seen.CONTROL,),
        outcomes=(seen.UNREACHABLE, seen.TIMEOUT),
        where=_reported_unreachable,
        with_edges=True,
    ),
    Cause(
        "control-port-timeout",
        MX,
        "Nobody answers on the control port",
        "No rule of the MX admits this client to it (a 1:1 NAT opens nothing by itself), a router before the MX"
        " filters or translates (the MX is behind another NAT), the rule is for the uplink that is not in use, or a"
        " host firewall drops the connection.",
        "Allow ftp_control_port in the rule for ftp_public_address (1:1 NAT: allowed inbound; port forwarding:"
        " public port) on the uplink that holds this address (ftp_uplink), and this client in ftp_allowed_ips; then"
        " look at the server's host firewall.",
        (_NAT_RULES, "Meraki: Troubleshooting Port Forwarding and NAT Rules"),
        next_step="Capture on the MX's uplink, then on its LAN: the side on which the SYN is missing is behind the"
        " fault.",
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
        "public-address-unanswered",
        MX,
        "Nobody holds the public address",
        "The address is on the probe's own link and nobody answers for it there: the MX does not hold it.",
        "Write the rule for it on the right uplink: ftp_public_address, ftp_uplink.",
        (_NAT_RULES, "ip(7), IP_RECVERR"),
        changes=(Change(ENDPOINT, "public_address", "{called_address}"), Change(ENDPOINT, "uplink", "{uplink}")),
        stages=(seen.CONTROL,),
        outcomes=(seen.NO_NEIGHBOUR,),
    ),
    Cause(
        "no-route",
        CLIENT,
        "The probe's host has no route to the server",
        "The probe's host, or a router near it, has no route to the server: this says nothing about the server.",
        "Give the probing host a route, or probe from another one (ftp_probe_from).",
        ("RFC 1812 section 5.2.7.1",),
        next_step="Probe from a host that reaches other addresses of the same network.",
        stages=(seen.CONTROL,),
        outcomes=(seen.NO_ROUTE,),
        verdict=UNDETERMINED,
    ),
    Cause(
        "control-port-refused",
        SERVER,
        "A host answers, but nothing listens on the control port",
        "The server is down, listens on another port or only on another address, the host's firewall rejects the"
        " connection, or the rule leads to another host.",
        "Start the server, compare its port with ftp_control_port, and ftp_lan_address with its address.",
        ("RFC 9293 section 3.5.2",),
        stages=(seen.CONTROL,),
        outcomes=(seen.REFUSED,),
    ),
    Cause(
        "ssh-on-control-port",
        MX,
        "An SSH server answers on the control port",
        "SFTP is another protocol than FTP and needs one port only; the rule leads to a host's SSH server.",
        "Set ftp_control_port, ftp_public_address and ftp_lan_address to those of the FTP server; for SFTP use an SFTP"
        " client.",
        ("RFC 4253 section 4.2",),
        stages=(seen.GREETING,),
        outcomes=(seen.GARBLED,),
        where=says("^SSH-[12]"),
    ),
    Cause(
        "http-on-control-port",
        MX,
        "A web server answers on the control port",
        "The rule leads to a web server or to the local status page of an appliance.",
        "Set ftp_control_port, ftp_public_address and ftp_lan_address to those of the FTP server.",
        ("RFC 9112 section 4", _NAT_RULES),
        stages=(seen.GREETING,),
        outcomes=(seen.GARBLED,),
        where=says("^HTTP/1"),
    ),
    Cause(
        "implicit-tls-on-control-port",
        TLS,
        "The server waits for TLS before it greets",
        "Port 990 is that of implicit TLS: the client has to begin with a handshake. IIS does so on this port alone.",
        "Probe with tls: implicit, and let clients use implicit TLS; or publish the port of explicit TLS (21).",
        ("RFC 4217 section 15", "Microsoft: FTP over SSL <ssl>"),
        changes=(Change(PROBE, "tls", "implicit"),),
        stages=(seen.GREETING,),
        outcomes=(seen.TIMEOUT, seen.CLOSED, seen.GARBLED),
        where=_implicit_port,
    ),
    Cause(
        "not-ftp",
        SERVER,
        "Whoever answers on the control port does not speak FTP",
        "The first line is no reply of FTP. An answer in TLS looks like this, too, as does a proxy's error page.",
        "Set ftp_control_port, ftp_public_address and ftp_lan_address to those of the FTP server.",
        ("RFC 959 section 4.2",),
        stages=(seen.GREETING,),
        outcomes=(seen.GARBLED,),
    ),
    Cause(
        "closed-before-greeting",
        SERVER,
        "The server hangs up before it greets",
        "The connection is accepted and closed at once: access control by client address (tcp_wrappers, allowed"
        " addresses), a limit of processes (ProFTPD's MaxInstances), a daemon that cannot start its session, or an"
        " inspecting firewall.",
        "Look into the server's log at that time, into its access control by address, and raise its limit of sessions.",
        ("hosts_access(5)", "ProFTPD mod_core: MaxInstances"),
        next_step="Probe from a host in the server's own LAN: if it is greeted there, the client's address decides.",
        stages=(seen.GREETING,),
        outcomes=(seen.CLOSED,),
    ),
    Cause(
        "no-greeting",
        SERVER,
        "The server accepts the connection but does not greet",
        "It hangs, waits for TLS, or looks up the client's name (reverse DNS, ident) for longer than the probe waits.",
        "Switch lookups off, or raise the probe's timeout for a slow server.",
        ("RFC 959 section 5.4", "ProFTPD mod_core: UseReverseDNS", "pure-ftpd(8): -H"),
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
