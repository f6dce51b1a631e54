# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes of a wrong address in 227, seen by clients that believe it.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import CARRIER, PUBLIC, kind_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import CLIENT, MX, ROLE, SERVER, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import announces_lan
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import VSFTPD
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import PASSIVE_MODES, Cell, Evidence

MASQUERADE = {
    "vsftpd": "pasv_address (vsftpd_masquerade_address)",
    "ProFTPD": "MasqueradeAddress; in <Global> if there are virtual hosts",
    "Pure-FTPd": "ForcePassiveIP",
    "pyftpdlib": "masquerade_address, an IPv4 address and no name",
    "FileZilla Server": "host_override",
    "IIS": "externalIp4Address",
}
MASQUERADE_PAGES = (
    "vsftpd.conf(5): pasv_address",
    "ProFTPD mod_core: MasqueradeAddress",
    "pure-ftpd(8): -P",
    "Microsoft: FTP Firewall Support <firewallSupport>",
)
SET_ADDRESS = (Change(ROLE, "masquerade_address", "{public_address}"),)


def _called_in_lan(cell: Cell, evidence: Evidence) -> bool:
    return cell.control_address == evidence.lan_address and kind_of(cell.data_address) == PUBLIC


ADDRESS_CAUSES: tuple[Cause, ...] = (
    Cause(
        "zero-address-announced",
        SERVER,
        "227 announces 0.0.0.0",
        "vsftpd does so when listen_ipv6=YES meets pasv_address; others, when they are told to listen on 0.0.0.0 and to"
        " announce what they listen on.",
        "Set listen=YES and listen_ipv6=NO in vsftpd.conf (role mxlab.ftp.vsftpd does).",
        ("vsftpd: postlogin.c, handle_pasv", "vsftpd.conf(5): listen_ipv6"),
        changes=(Change(ROLE, "extra_options", {"listen": True, "listen_ipv6": False}, VSFTPD, add=True),),
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=lambda cell, evidence: cell.data_address == "0.0.0.0",
    ),
    Cause(
        "public-address-announced-in-lan",
        CLIENT,
        "A client in the LAN is told the public address",
        "The server announces its public address to everybody. Clients in its LAN need the MX to turn them back"
        " (hairpin), which it does with its own address as source, or does not.",
        "Let LAN clients call the public address, too (split DNS is not needed for it, hairpin is); or let the server"
        " announce its own address to its LAN.",
        ("Meraki: Port Forwarding and NAT Rules on the MX", "RFC 5382 section 6"),
        vendors={
            "vsftpd": "tcp_wrappers=YES and setenv VSFTPD_LOAD_CONF in /etc/hosts.allow (Debian), or a second instance",
            "ProFTPD": "<IfClass> with another MasqueradeAddress",
            "Pure-FTPd": "a second instance",
            "pyftpdlib": "masquerade_address_map",
            "FileZilla Server": "do_not_override_host_if_peer_is_local true",
            "IIS": "a second site",
        },
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=_called_in_lan,
    ),
    Cause(
        "carrier-nat-address-announced",
        MX,
        "227 announces an address of a carrier's NAT",
        "100.64.0.0/10 lies between a provider's NAT and its customers: the MX has no public address there, and no"
        " rule of its own can let anybody in.",
        "Get a public address from the provider, or publish on an uplink that has one: ftp_uplink, ftp_public_address.",
        ("RFC 6598", "Meraki: Port Forwarding and NAT Rules on the MX"),
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=lambda cell, evidence: kind_of(cell.data_address) == CARRIER,
    ),
    Cause(
        "private-address-announced",
        SERVER,
        "227 announces a private address",
        "The server announces an address of its own LAN, or of its container, which clients on the Internet cannot"
        " reach: no masquerade address is set, or it is a name that resolves to the private one.",
        "Set ftp_public_address.",
        MASQUERADE_PAGES,
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=announces_lan,
    ),
    Cause(
        "other-address-announced",
        SERVER,
        "227 announces another public address",
        "The server announces an address that is neither the one the client called nor the expected public one: the"
        " masquerade address is old (a dynamic address changed, and the name is resolved at the start only), or that of"
        " another uplink.",
        "Set ftp_public_address to the address of the rule on ftp_uplink; auto follows a dynamic address.",
        MASQUERADE_PAGES,
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
    ),
)
