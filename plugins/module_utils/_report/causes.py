# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes that only several vantages together show.  A cell shows the first row that it fits.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ALG, CLIENT, MX, SERVER, Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CHAPTERS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.conditions import (
    VantageCause,
    active_behind_nat,
    active_outbound,
    active_over_hairpin,
    announced_differently,
    blind_to_tls,
    blocked_at_client,
    lan_address_over_hairpin,
    no_hairpin,
    stopped_outside,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import INTERNET, LAN, NAT, OUTBOUND

_NAT_RULES = "Meraki: Port Forwarding and NAT Rules on the MX"
_FTP_PAGE = "Meraki: Active and Passive FTP Overview and Configuration"
_HELPER = "Linux: nf_conntrack_ftp"
_ACTIVE = ("active-refused", "active-address-refused", "active-data-missing", "active-data-from-other-address")
_UNANSWERED = (
    "control-port-timeout",
    "control-port-refused",
    "public-address-unanswered",
    "lan-address-unreachable",
    "no-route",
    "passive-range-not-forwarded",
    "passive-port-refused",
)

VANTAGE_CAUSES: tuple[VantageCause, ...] = (
    VantageCause(
        cause=Cause(
            id="hairpin-missing",
            layer=MX,
            message="Works from the Internet, no answer from the LAN at the public address",
            explanation="The MX must send the connection back into the LAN that it comes from (hairpin NAT). It does"
            " so for 1:1 NAT and port forwarding, but not where the two hosts reach each other without the MX, where"
            " an outbound rule drops the connection, or with NAT exceptions.",
            remedy="Let clients in the LAN resolve the server's name to its LAN address (split DNS), as Meraki"
            " recommends. Let the server announce that address to them (ftp_lan_networks).",
            sources=(_NAT_RULES, "RFC 5382 section 7.2"),
            explains=_UNANSWERED,
        ),
        places=(LAN,),
        shows=no_hairpin,
    ),
    VantageCause(
        cause=Cause(
            id="lan-address-announced-over-hairpin",
            layer=SERVER,
            message="Called at its public address from the LAN, the server announces its LAN address",
            explanation="With hairpin NAT, connections come from an address of the MX in the LAN, so the server takes"
            " them for connections from its LAN. Clients that trust the announced address may still work; strict"
            " clients do not.",
            remedy="Let clients in the LAN call the LAN address (split DNS); or remove the MX's own LAN address from"
            " ftp_lan_networks.",
            sources=(_NAT_RULES,),
            explains=("private-address-announced", "other-address-announced"),
        ),
        places=(LAN,),
        shows=lan_address_over_hairpin,
    ),
    VantageCause(
        cause=Cause(
            id="active-over-hairpin",
            layer=MX,
            message="Active mode works from the Internet, but not from the LAN at the public address",
            explanation="With hairpin NAT, the control connection comes from an address of the MX, but PORT names the"
            " client's address. Careful servers refuse the difference; others connect to the client past the MX.",
            remedy="Let clients in the LAN call the LAN address (split DNS), or use passive mode.",
            sources=(_NAT_RULES, "RFC 2577 section 3"),
            explains=_ACTIVE,
        ),
        places=(LAN,),
        shows=active_over_hairpin,
    ),
    VantageCause(
        cause=Cause(
            id="right-inside-wrong-outside",
            layer=MX,
            message="Works from the LAN, no answer from the Internet",
            explanation="The server works. The control connection is dropped on its way to the server: by the MX,"
            " which has no rule for it, or by the server's host firewall, which admits only the LAN.",
            remedy="Write the MX's rules (mxlab.ftp.mx_ftp_rules), with ftp_public_address, ftp_lan_address and"
            " ftp_control_port as on the server. mxlab.ftp.mx_reach says which rule drops the connection. Then check"
            " ftp_allowed_ips.",
            sources=(_NAT_RULES,),
            explains=("control-port-timeout",),
        ),
        places=(INTERNET, NAT),
        shows=stopped_outside,
        changes_stay=True,
    ),
    VantageCause(
        cause=Cause(
            id="announced-address-differs",
            layer=ALG,
            message="PASV announces another address here than from other places",
            explanation="A router on the path rewrites the reply (ALG), or the server announces different addresses to"
            " different clients. The cells that pass show where the address is right.",
            remedy="Switch off the FTP ALG on the router in front of the client; or remove this client's network from"
            " ftp_lan_networks.",
            sources=(_HELPER, "RFC 4217 section 12.5"),
            next_step="Probe with protection P, which no ALG can read. The address that is announced then is the"
            " server's own.",
            explains=("private-address-announced", "other-address-announced"),
        ),
        places=(INTERNET, NAT),
        shows=announced_differently,
    ),
    VantageCause(
        cause=Cause(
            id="client-network-blocks",
            layer=CLIENT,
            message="Works from the Internet, no answer from the client's network",
            explanation="The connection is dropped on the client's side: its router or firewall allows only other"
            " ports.",
            remedy="Allow connections from the client's network to the server's control port and whole passive range.",
            sources=("RFC 1579",),
            explains=_UNANSWERED,
        ),
        places=(NAT,),
        shows=blocked_at_client,
    ),
    VantageCause(
        cause=Cause(
            id="tls-blinds-client-alg",
            layer=CLIENT,
            message="Behind the client's NAT, active mode works in clear, but not with TLS",
            explanation="In clear, the NAT router in front of the client reads PORT and EPRT, writes its public"
            " address into them and opens the port (ALG). It cannot read TLS.",
            remedy="Use passive mode with TLS. CCC would show the commands to the ALG again, but also to everyone else"
            " on the path.",
            sources=("RFC 4217 section 12.5", _HELPER),
            explains=_ACTIVE,
        ),
        places=(NAT, OUTBOUND),
        shows=blind_to_tls,
    ),
    VantageCause(
        cause=Cause(
            id="active-behind-nat",
            layer=CLIENT,
            message="Active mode works from the Internet, but not from behind the client's NAT",
            explanation="PORT and EPRT name the client's address behind its NAT router. The router has no ALG that"
            " writes its public address into them and admits the data connection. So servers refuse the command (500,"
            " 501) or cannot connect (425).",
            remedy="Use passive mode. Or switch on the FTP ALG of the client's router, which helps in clear only.",
            sources=("RFC 1579", "RFC 959 section 3.2", _HELPER),
            explains=_ACTIVE,
        ),
        places=(NAT,),
        shows=active_behind_nat,
    ),
    VantageCause(
        cause=Cause(
            id="outbound-active-firmware",
            layer=MX,
            message="Active mode out of the LAN needs newer firmware on the MX",
            explanation="PORT and EPRT name an address of the LAN. An MX supports active mode out of its LAN since"
            " firmware 12.25 and 13.6; this MX has older firmware.",
            remedy="Use passive mode, or update the MX.",
            sources=(_FTP_PAGE,),
            explains=_ACTIVE,
        ),
        places=(OUTBOUND,),
        shows=active_outbound(False),
    ),
    VantageCause(
        cause=Cause(
            id="outbound-active-alg-idle",
            layer=ALG,
            message="Active mode fails out of the LAN, although the MX supports it",
            explanation="The firmware has an FTP ALG for clients in the LAN (12.25, 13.6 and newer). The ALG reads"
            " control connections in clear, and perhaps only those to port 21.",
            remedy="Use passive mode.",
            sources=(_FTP_PAGE,),
            next_step="Capture on the MX's WAN. If PORT leaves with the LAN address, the ALG did not act. If PORT"
            " leaves with the public address and no SYN comes back, the server's side drops the connection.",
            explains=_ACTIVE,
        ),
        places=(OUTBOUND,),
        shows=active_outbound(True),
    ),
    VantageCause(
        cause=Cause(
            id="outbound-active-fails",
            layer=MX,
            message="Active mode fails out of the LAN",
            explanation="An MX supports active mode out of its LAN since firmware 12.25 and 13.6. The firmware of this"
            " MX is unknown.",
            remedy="Use passive mode.",
            sources=(_FTP_PAGE,),
            next_step="Read the firmware with mxlab.ftp.mx_info, and give it to the filter mxlab.ftp.probe_report.",
            explains=_ACTIVE,
        ),
        places=(OUTBOUND,),
        shows=active_outbound(None),
    ),
)
# Chapter of TROUBLESHOOTING.md -> its rows: of one vantage, and of several.
ALL_CHAPTERS: dict[str, tuple[Cause, ...]] = {
    **CHAPTERS,
    "Works from one place, fails from another": tuple(row.cause for row in VANTAGE_CAUSES),
}
