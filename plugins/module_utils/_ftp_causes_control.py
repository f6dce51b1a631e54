# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that end a dialogue on the control connection, as a table; the first row that fits counts.

Private to the collection mxlab.ftp: it may change in any release.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils import _ftp_evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_cause import Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_evidence import Cell, Evidence


def _reported_unreachable(_cell: Cell, evidence: Evidence) -> bool:
    """Routers limit the rate of their reports (RFC 1812 section 4.3.2.8): what one connection hears is true for all."""
    outcomes = [cell.outcome for cell in evidence.cells] + [edge.outcome for edge in evidence.edges]
    return seen.UNREACHABLE in outcomes


CONTROL_CAUSES: tuple[Cause, ...] = (
    Cause(
        "vsftpd-oops",
        "server",
        "vsftpd gave up the session because of its configuration; the text after OOPS says what it could not do.",
        "Mend that setting in vsftpd.conf (role mxlab.ftp.vsftpd). After vsf_sysutil_bind: ftp_passive_ports is too"
        " small or in use. After pasv_address: vsftpd_masquerade_address is to be one plain IPv4 address.",
        where=lambda cell, evidence: "500 OOPS" in cell.reply,
    ),
    Cause(
        "lan-address-unreachable",
        "MX",
        "A router reports that the host is unreachable: the MX admits the connection, but nobody is at the rule's"
        " LAN address.",
        "Set ftp_lan_address to the server's address in the MX's LAN, and see that the server is up.",
        stages=(seen.CONTROL,),
        outcomes=(seen.UNREACHABLE, seen.TIMEOUT),
        where=_reported_unreachable,
        with_edges=True,
    ),
    Cause(
        "control-port-timeout",
        "MX",
        "Nobody answers on the control port: no rule of the MX admits this client to it, or a host firewall drops it.",
        "Allow ftp_control_port in the rule for ftp_public_address (1:1 NAT: allowed inbound; port forwarding:"
        " public port) and this client in ftp_allowed_ips; then look at the server's host firewall.",
        stages=(seen.CONTROL,),
        outcomes=(seen.TIMEOUT,),
        with_edges=True,
    ),
    Cause(
        "public-address-unanswered",
        "MX",
        "The address is on the probe's own link and nobody answers for it there: the MX does not hold it.",
        "Write the rule for it on the right uplink: ftp_public_address, ftp_uplink.",
        stages=(seen.CONTROL,),
        outcomes=(seen.NO_NEIGHBOUR,),
    ),
    Cause(
        "no-route",
        "client",
        "The probe's host, or a router near it, has no route to the server: this says nothing about the server.",
        "Give the probing host a route, or probe from another one (ftp_probe_from).",
        stages=(seen.CONTROL,),
        outcomes=(seen.NO_ROUTE,),
        verdict="undetermined",
    ),
    Cause(
        "control-port-refused",
        "server",
        "A host answers, but nothing listens on the control port there: the server is down, listens on another port,"
        " or the rule leads to another host.",
        "Start the server, compare its port with ftp_control_port, and ftp_lan_address with its address.",
        stages=(seen.CONTROL,),
        outcomes=(seen.REFUSED,),
    ),
    Cause(
        "not-ftp",
        "server",
        "Whoever answers on the control port does not speak FTP in clear (implicit TLS and SSH look like this, too).",
        "Set ftp_control_port, ftp_public_address and ftp_lan_address to those of the FTP server.",
        stages=(seen.GREETING,),
        outcomes=(seen.GARBLED,),
    ),
    Cause(
        "no-greeting",
        "server",
        "The connection is accepted, but the server does not greet: it hangs, hangs up at once (access control by"
        " client address), waits for TLS, or looks up the client's name for longer than the probe waits.",
        "Look into the server's log and access control; raise the probe's timeout for a slow server.",
        stages=(seen.GREETING,),
        outcomes=(seen.TIMEOUT, seen.CLOSED),
    ),
    Cause(
        "service-not-available",
        "server",
        "The server is running but does not serve this client: too many connections, or shutting down; its reply"
        " says which.",
        "Raise the server's limit of clients (in all, and from one address), or try again later.",
        outcomes=(seen.REJECTED,),
        where=lambda cell, evidence: cell.code == 421 or cell.stage == seen.GREETING,
    ),
    Cause(
        "login-refused",
        "server",
        "The server refuses the user or the password.",
        "Compare ftp_probe_user and ftp_probe_password with ftp_users. A server with PAM also refuses users whose"
        " shell is not in /etc/shells.",
        stages=(seen.LOGIN,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        "directory-refused",
        "server",
        "The server does not let this user into the directory.",
        "Name an existing directory in the probe's option directory, as the user sees it after the login.",
        stages=(seen.DIRECTORY,),
        outcomes=(seen.REJECTED,),
    ),
)
