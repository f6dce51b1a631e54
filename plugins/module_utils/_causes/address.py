# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes of a wrong address in 227, for clients that trust it.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import CARRIER, PUBLIC, kind_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import CLIENT, MX, ROLE, SERVER, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import announces_lan
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import (
    MASQUERADE,
    MASQUERADE_PAGES,
    PASSIVE_RANGE,
    SERVERS,
    VSFTPD,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import PASSIVE_MODES, Cell, Evidence

SET_ADDRESS = (Change(ROLE, "masquerade_address", "{public_address}"),)


def _called_in_lan(cell: Cell, evidence: Evidence) -> bool:
    return cell.control_address == evidence.lan_address and kind_of(cell.data_address) == PUBLIC


ADDRESS_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="zero-address-announced",
        layer=SERVER,
        message="227 announces 0.0.0.0",
        explanation="vsftpd does this if listen_ipv6=YES and pasv_address are both set. Other servers do it if they"
        " listen on 0.0.0.0 and announce the address that they listen on, or if 0.0.0.0 is their masquerade address."
        " AWS Transfer Family does it on purpose: many clients then use the address of the control connection, strict"
        " clients fail.",
        remedy="Let the server announce its public address: ftp_public_address.",
        sources=(
            "vsftpd: postlogin.c, handle_pasv",
            "vsftpd.conf(5): listen_ipv6",
            "AWS: Transfer Family, PassiveIp",
        ),
        vendors={**MASQUERADE, VSFTPD: "listen=YES and listen_ipv6=NO (role mxlab.ftp.vsftpd sets both)"},
        changes=(
            Change(ROLE, "extra_options", {"listen": True, "listen_ipv6": False}, VSFTPD, add=True),
            *(Change(ROLE, "masquerade_address", "{public_address}", name) for name in SERVERS if name != VSFTPD),
        ),
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=lambda cell, evidence: cell.data_address == "0.0.0.0",
    ),
    Cause(
        id="privileged-port-announced",
        layer=SERVER,
        message="The server announces a port below 1024",
        explanation="Ports below 1024 belong to other services, so careful clients do not connect to them: a hostile"
        " server could make them talk to such a service. The probe did not connect either. The server has no passive"
        " range, calculates the port wrongly, or a gateway wrote the port.",
        remedy="Set the server's passive range to ports above 1023: ftp_passive_ports.",
        sources=("RFC 2577 section 3", "RFC 959 section 4.1.2"),
        vendors=PASSIVE_RANGE,
        changes=(Change(ROLE, "passive_ports", "{passive_ports}"),),
        next_step="Probe from the server's own LAN. If the port is above 1023 there, a gateway on the path rewrote it.",
        explains=("repeated-port-outside-range",),
        stages=(seen.DATA,),
        outcomes=(seen.PRIVILEGED,),
        modes=PASSIVE_MODES,
    ),
    Cause(
        id="public-address-announced-in-lan",
        layer=CLIENT,
        message="The server announces the public address to a client in its LAN",
        explanation="The server announces its public address to every client. Clients in its LAN then need hairpin NAT"
        " on the MX. The MX uses its own address as the source of such connections, or does not support them.",
        remedy="Use the public address in LAN clients too (needs hairpin NAT on the MX; split DNS is not required). Or"
        " let the server announce its own address to its LAN.",
        sources=("Meraki: Port Forwarding and NAT Rules on the MX", "RFC 5382 section 6"),
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
        id="carrier-nat-address-announced",
        layer=MX,
        message="227 announces an address of a carrier's NAT",
        explanation="Addresses in 100.64.0.0/10 are used between a provider's NAT and its customers. The MX has no"
        " public address there, and no rule on the MX can admit clients.",
        remedy="Get a public address from the provider, or publish on an uplink that has one: ftp_uplink,"
        " ftp_public_address.",
        sources=("RFC 6598", "Meraki: Port Forwarding and NAT Rules on the MX"),
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=lambda cell, evidence: kind_of(cell.data_address) == CARRIER,
    ),
    Cause(
        id="private-address-announced",
        layer=SERVER,
        message="227 announces a private address",
        explanation="The server announces an address of its own LAN, or of its container, which clients on the"
        " Internet cannot reach. No masquerade address is set, or it is a name that resolves to the private address.",
        remedy="Set ftp_public_address.",
        sources=MASQUERADE_PAGES,
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
        where=announces_lan,
    ),
    Cause(
        id="other-address-announced",
        layer=SERVER,
        message="227 announces another address",
        explanation="The announced address is neither the one that the client called nor the expected public one. The"
        " masquerade address is old (a dynamic address has changed, and the server resolves the name only when it"
        " starts), or it belongs to another uplink.",
        remedy="Set ftp_public_address to the address of the rule on ftp_uplink. The value auto follows a dynamic"
        " address.",
        sources=MASQUERADE_PAGES,
        vendors=MASQUERADE,
        changes=SET_ADDRESS,
        stages=(seen.DATA,),
        outcomes=(seen.FOREIGN,),
        modes=PASSIVE_MODES,
    ),
)
