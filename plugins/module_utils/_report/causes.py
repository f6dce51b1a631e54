# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only several vantages together show: the table of their causes.  A cell shows the first row that it fits.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ALG, CLIENT, MX, SERVER, Cause
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
        Cause(
            "hairpin-missing",
            MX,
            "Right from the Internet, unanswered from the LAN at the public address",
            "The MX would have to turn the connection round to the LAN that it comes from (hairpin). It does so for"
            " 1:1 NAT and port forwarding, but not where the two hosts are on the way without it, where an outbound"
            " rule stops it, or with NAT exceptions.",
            "Let clients in the LAN call the server by a name that means its LAN address there (split DNS), which"
            " Meraki recommends; and let the server announce that address to them (ftp_lan_networks).",
            (_NAT_RULES, "RFC 5382 section 7.2"),
            explains=_UNANSWERED,
        ),
        (LAN,),
        no_hairpin,
    ),
    VantageCause(
        Cause(
            "lan-address-announced-over-hairpin",
            SERVER,
            "Called at its public address from the LAN, the server announces its LAN address",
            "The MX gives connections that it turns round an address of its own in the LAN, so the server takes them"
            " for clients that called it there. Clients that believe the address may still get on; strict ones do"
            " not.",
            "Let clients in the LAN call the LAN address (split DNS); or leave the MX's own LAN address out of"
            " ftp_lan_networks.",
            (_NAT_RULES,),
            explains=("private-address-announced", "other-address-announced"),
        ),
        (LAN,),
        lan_address_over_hairpin,
    ),
    VantageCause(
        Cause(
            "active-over-hairpin",
            MX,
            "Active mode works from the Internet and not from the LAN at the public address",
            "The MX turns the connection round with an address of its own as its source. PORT names the client's"
            " address, which is then another: careful servers refuse it, others connect past the MX.",
            "Let clients in the LAN call the LAN address (split DNS), or use passive mode.",
            (_NAT_RULES, "RFC 2577 section 3"),
            explains=_ACTIVE,
        ),
        (LAN,),
        active_over_hairpin,
    ),
    VantageCause(
        Cause(
            "right-inside-wrong-outside",
            MX,
            "Right from the LAN, unanswered from the Internet",
            "The server listens and serves. The control connection is dropped before it, by the MX, which has no rule"
            " for it, or by a firewall on the server that lets in the LAN only.",
            "Write the MX's rules (mxlab.ftp.mx_ftp_rules; mxlab.ftp.mx_reach says which rule stops it), with"
            " ftp_public_address, ftp_lan_address and ftp_control_port as on the server; then ftp_allowed_ips.",
            (_NAT_RULES,),
            explains=("control-port-timeout",),
        ),
        (INTERNET, NAT),
        stopped_outside,
        changes_stay=True,
    ),
    VantageCause(
        Cause(
            "announced-address-differs",
            ALG,
            "PASV announces another address here than elsewhere",
            "Either a router on the way rewrites the reply (an ALG), or the server tells clients apart by their"
            " addresses. Where it is right is seen by the cells that pass.",
            "Take the FTP ALG off the router before the client; or take this client's network out of ftp_lan_networks.",
            (_HELPER, "RFC 4217 section 12.5"),
            next_step="Probe with protection P, which no ALG can read: the address announced then is the server's own.",
            explains=("private-address-announced", "other-address-announced"),
        ),
        (INTERNET, NAT),
        announced_differently,
    ),
    VantageCause(
        Cause(
            "client-network-blocks",
            CLIENT,
            "Right from the Internet, unanswered from the client's network",
            "The connection is stopped on the client's side: its router or firewall lets out other ports only.",
            "Let the client's network out to the control port and to the whole passive range of the server.",
            ("RFC 1579",),
            explains=_UNANSWERED,
        ),
        (NAT,),
        blocked_at_client,
    ),
    VantageCause(
        Cause(
            "tls-blinds-client-alg",
            CLIENT,
            "Active mode works in clear and not with TLS, behind the client's NAT",
            "In clear the NAT router before the client reads PORT and EPRT, puts its public address there and opens"
            " the port (ALG). It cannot read TLS.",
            "Use passive mode with TLS. CCC would show the ALG the commands again, and anybody else.",
            ("RFC 4217 section 12.5", _HELPER),
            explains=_ACTIVE,
        ),
        (NAT, OUTBOUND),
        blind_to_tls,
    ),
    VantageCause(
        Cause(
            "active-behind-nat",
            CLIENT,
            "Active mode works from the Internet and not from behind the client's NAT",
            "PORT and EPRT name the client's address behind its NAT router. The router has no ALG that would put its"
            " public address there and let the data connection in, so servers refuse the command (500, 501) or cannot"
            " connect (425).",
            "Use passive mode, which is what it is for; or switch on the FTP ALG of the client's router, which helps"
            " in clear only.",
            ("RFC 1579", "RFC 959 section 3.2", _HELPER),
            explains=_ACTIVE,
        ),
        (NAT,),
        active_behind_nat,
    ),
    VantageCause(
        Cause(
            "outbound-active-firmware",
            MX,
            "Active mode out of the LAN needs a newer firmware of the MX",
            "The client's address in PORT and EPRT is one of the LAN. An MX helps since firmware 12.25 and 13.6; this"
            " one has an older one.",
            "Use passive mode, or update the MX.",
            (_FTP_PAGE,),
            explains=_ACTIVE,
        ),
        (OUTBOUND,),
        active_outbound(False),
    ),
    VantageCause(
        Cause(
            "outbound-active-alg-idle",
            ALG,
            "The MX could help active mode out of the LAN, and it does not arrive",
            "The firmware has an FTP ALG for clients in the LAN (12.25, 13.6 and newer). It reads control connections"
            " in clear, and perhaps only those to port 21.",
            "Use passive mode.",
            (_FTP_PAGE,),
            next_step="Capture on the MX's WAN: if PORT leaves with the LAN address in it, the ALG did not act; if it"
            " leaves with the public one and no SYN comes back, the server's side stops it.",
            explains=_ACTIVE,
        ),
        (OUTBOUND,),
        active_outbound(True),
    ),
    VantageCause(
        Cause(
            "outbound-active-fails",
            MX,
            "Active mode fails out of the LAN",
            "An MX helps active mode out of its LAN since firmware 12.25 and 13.6. Which one this is was not told.",
            "Use passive mode.",
            (_FTP_PAGE,),
            next_step="Read the firmware (mxlab.ftp.mx_info) and give it to the filter mxlab.ftp.probe_report.",
            explains=_ACTIVE,
        ),
        (OUTBOUND,),
        active_outbound(None),
    ),
)
