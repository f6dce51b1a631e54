# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual inbound firewall, which is in force only where NAT exceptions are on.

There it overrides what the NAT and port forwarding rules allow, denies what no rule allows, and sees packets before
translation, so that a rule's destination is the MX's own WAN address ("NAT Exceptions with Manual Inbound Firewall on
MX Security Appliances").  For 1:1 and 1:Many NAT, whose public address is none of the MX, Meraki documents nothing, and
the API's own example of an inbound rule names a LAN address.  So these rules name every address that may be meant.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import ports_of, text_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.named import NamedRules, rule_name


class InboundFirewall(NamedRules):
    """The inbound firewall list: one rule for each opening, known by its comment."""

    name = INBOUND_FIREWALL
    label = "comment"
    fields = {
        "comment": "",
        "policy": "",
        "protocol": "",
        "srcCidr": "any",
        "srcPort": "any",
        "destCidr": "any",
        "destPort": "any",
        "syslogEnabled": False,
    }

    def serves(self, endpoint: Endpoint) -> bool:
        """Return True: the firewall stops every endpoint that has no rule in it."""
        return True

    def wanted(self, endpoint: Endpoint) -> list[Rule]:
        """Return one rule for each opening, to each address by which the firewall may know the server."""
        return [
            {
                "comment": rule_name(endpoint, purpose),
                "policy": "allow",
                "protocol": "tcp",
                "srcCidr": ",".join(endpoint.allowed_ips),
                "srcPort": "any",
                "destCidr": ",".join(_destinations(endpoint)),
                "destPort": str(ports),
                "syslogEnabled": False,
            }
            for purpose, ports in endpoint.openings().items()
        ]

    def collides(self, foreign: Rule, wanted: Rule) -> bool:
        """Tell whether the foreign rule denies all sources of the wanted one; for some of them, it is a block list.

        One of the wanted destinations is enough: which of them the MX compares is not documented.
        """
        return (
            text_of(foreign.get("policy")) == "deny"
            and text_of(foreign.get("protocol")) in ("tcp", "any")
            and _covers(foreign.get("srcCidr"), wanted["srcCidr"])
            and any(_covers(foreign.get("destCidr"), each) for each in wanted["destCidr"].split(","))
            and any(PortRange.parse(wanted["destPort"]).overlaps(each) for each in ports_of(foreign.get("destPort")))
        )

    def own(self, rules: Sequence[Rule]) -> list[Rule]:
        """Return the rules without the default rule, which the API appends to the list and does not take back."""
        appended = bool(rules) and text_of(rules[-1].get("comment")) == "default rule"
        return list(rules[:-1] if appended else rules)

    def describe(self, rule: Rule) -> str:
        """Return the rule as one line."""
        return (
            f"{rule.get('comment')}: {rule.get('policy')} {rule.get('protocol')} from {rule.get('srcCidr')}"
            f" port {rule.get('srcPort')} to {rule.get('destCidr')} port {rule.get('destPort')}"
        )


def _destinations(endpoint: Endpoint) -> tuple[str, ...]:
    own = endpoint.mx_addresses
    return own if endpoint.way.own_address else (endpoint.public_address, endpoint.lan_address, *own)


def _covers(outer: object, inner: str) -> bool:
    """Tell whether every address of `inner` is in `outer`; both are "any" or addresses and CIDR blocks with commas."""
    outer_text = text_of(outer or "any")
    if outer_text == "any":
        return True
    blocks = [block for part in outer_text.split(",") if (block := _block(part)) is not None]
    parts = [_block(part) for part in inner.split(",")]
    return all(part is not None and any(part.subnet_of(block) for block in blocks) for part in parts)


def _block(text: str) -> IPv4Network | None:
    """Return the block, or None for what is none, like "any" or a policy object."""
    try:
        return IPv4Network(text.strip(), strict=False)
    except ValueError:
        return None
