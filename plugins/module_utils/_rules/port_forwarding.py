# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Port forwarding: one rule for each opening, on the MX's own address.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint, uplinks_meet
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import PORT_FORWARDING, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import (
    Opening,
    listed,
    ports_of,
    sources_of,
    text_of,
    word_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.named import NamedRules, name_parts, rule_name


class PortForwarding(NamedRules):
    """The port forwarding list."""

    name = PORT_FORWARDING
    fields = {
        "name": "",
        "uplink": "both",
        "protocol": "",
        "publicPort": "",
        "lanIp": "",
        "localPort": "",
        "allowedIps": ["any"],
    }

    def wanted(self, endpoint: Endpoint) -> list[Rule]:
        """Return one rule for each opening."""
        return [
            {
                "name": rule_name(endpoint, purpose),
                "lanIp": endpoint.lan_address,
                "uplink": endpoint.uplink,
                "publicPort": str(ports),
                "localPort": str(ports),
                "allowedIps": list(endpoint.allowed_ips),
                "protocol": "tcp",
            }
            for purpose, ports in endpoint.openings().items()
        ]

    def collides(self, foreign: Rule, wanted: Rule) -> bool:
        """Tell whether the foreign rule forwards any of the ports on a common uplink."""
        shared_uplink = uplinks_meet(text_of(foreign.get("uplink") or "both"), wanted["uplink"])
        return shared_uplink and takes_port(foreign, wanted["publicPort"])

    def openings(self, rule: Rule) -> Iterator[Opening]:
        """Yield what the rule forwards, if it is named for an endpoint."""
        parts = name_parts(rule.get("name"))
        if parts is not None:
            uplink = str(rule.get("uplink") or self.fields["uplink"])
            ports, lan = word_of(rule.get("publicPort")), word_of(rule.get("lanIp"))
            yield Opening(self.name, *parts, ports, None, lan, uplink, sources_of(rule))

    def describe(self, rule: Rule) -> str:
        """Return the rule as one line."""
        return (
            f"{rule.get('name')}: {rule.get('protocol')} {rule.get('uplink')} port {rule.get('publicPort')}"
            f" -> {rule.get('lanIp')} port {rule.get('localPort')}, from {listed(rule.get('allowedIps'))}"
        )


def takes_port(foreign: Rule, ports: str) -> bool:
    """Tell whether a rule with `protocol` and `publicPort` forwards any of these TCP ports."""
    wanted = PortRange.parse(ports)
    return text_of(foreign.get("protocol")) == "tcp" and any(
        wanted.overlaps(taken) for taken in ports_of(foreign.get("publicPort"))
    )
