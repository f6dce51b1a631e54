# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evidence for each finding about reachability: conditions over verdicts, rules and facts, put into words.

Every function here returns what shows its condition, or an empty text if it is not met.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import Flow, endpoint_flows, uplink_of
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    PROTOCOLS,
    Interval,
    Packets,
    address,
    port_text,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import uplinks_named
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    ADMITTED,
    STOPPED,
    Part,
    Site,
    inbound,
    never_matching,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    INBOUND_FIREWALL,
    L3_FIREWALL,
)


@dataclass(frozen=True)
class Case:
    """An endpoint with its flows' parts, and with all that is published at its address for anybody (`published`)."""

    endpoint: Endpoint
    site: Site
    uplink: str
    flows: Mapping[str, tuple[Flow, list[Part]]]
    published: list[Part]

    @classmethod
    def of(cls, endpoint: Endpoint, site: Site) -> Case:
        """Judge all the flows of an endpoint."""
        uplink = uplink_of(endpoint, site.mx)
        flows = {flow.name: (flow, flow.judged(site)) for flow in endpoint_flows(endpoint, site.mx)}
        return cls(endpoint, site, uplink, flows, _leading_to(endpoint, site, uplink))

    def parts(self, name: str) -> list[Part]:
        """Return the parts of one flow; none if the endpoint has no such flow."""
        return self.flows[name][1] if name in self.flows else []


def passthrough(site: Site) -> str:
    """Show that the MX is a bridge."""
    return "deployment_mode is passthrough" if site.mx.passthrough else ""


def bound_to_template(site: Site) -> str:
    """Show that a template holds the rules."""
    return "bound_to_template is true" if site.mx.bound_to_template else ""


def assumed(site: Site) -> str:
    """Show which facts were not given."""
    names = ", ".join(f"mx.{name}" for name in site.mx.assumed)
    return f"not given: {names}" if names else ""


def idle_rules(site: Site) -> str:
    """Show the firewall rules that can match no packet."""
    refs = [ref for kind in (INBOUND_FIREWALL, L3_FIREWALL) for ref in never_matching(site, kind)]
    return ", ".join(f"{ref.kind}[{ref.index}]" for ref in refs)


def behind_nat(case: Case) -> str:
    """Show that the MX has no public address on the uplink."""
    known = case.site.mx.uplink(case.uplink)
    seen = f"{case.uplink} has {known.address}, the Internet sees {known.public_address}"
    return seen if known.behind_nat else ""


def nat_off(case: Case) -> str:
    """Show that NAT exceptions are on for the uplink."""
    return f"NAT is off on {case.uplink}" if case.uplink in case.site.mx.nat_exceptions else ""


def own_address(case: Case) -> str:
    """Show that NAT is to use an address of the MX itself."""
    owner = case.site.mx.owner(case.endpoint.public_address)
    if owner is None or case.endpoint.way.own_address:
        return ""
    return f"{case.endpoint.public_address} is the MX's own on {owner}"


def not_own_address(case: Case) -> str:
    """Show that port forwarding is to use an address that the MX does not have."""
    known = case.site.mx.uplink(case.uplink)
    own = [each for each in (known.address, known.public_address) if each]
    if not own or not case.endpoint.way.own_address or case.endpoint.public_address in own:
        return ""
    return f"the MX has {own[0]} on {case.uplink}, not {case.endpoint.public_address}"


def other_uplink(case: Case) -> str:
    """Show that the endpoint is published on another uplink only."""
    if any(part.verdict != STOPPED for part in case.parts("control")):
        return ""
    others = sorted((uplinks_named(case.site.lists) | set(case.site.mx.uplinks)) - {case.uplink})
    found = [name for name in others if _leading_to(case.endpoint, case.site, name)]
    return f"published on {', '.join(found)}, but the endpoint's uplink is {case.uplink}" if found else ""


def outside_lan(case: Case) -> str:
    """Show that the MX knows no subnet with the server."""
    server, subnets = address(case.endpoint.lan_address).first, case.site.mx.subnets
    if subnets is None or any(subnet.first <= server <= subnet.last for subnet in subnets):
        return ""
    return f"{case.endpoint.lan_address} is in none of mx.subnets"


def range_not_admitted(case: Case) -> str:
    """Show which ports of the passive range are not admitted."""
    missing = [part for part in case.parts("passive") if part.verdict != ADMITTED]
    return ", ".join(f"{port_text(part.packets.destination_port)} {part.verdict}" for part in missing)


def beyond_range(case: Case) -> str:
    """Say which ports next to the range lead to the server as well, other than its control and data ports."""
    passive, control = case.endpoint.passive_ports, case.endpoint.control_port
    if passive is None:
        return ""
    runs = [run for run in _runs(case.published) if run.first <= passive.last and passive.first <= run.last]
    sides = [side for run in runs for side in ((run.first, passive.first - 1), (passive.last + 1, run.last))]
    excess = [Interval(*side) for side in sides if set(range(side[0], side[1] + 1)) - {control, control - 1}]
    return f"besides {passive}, also open: {', '.join(map(port_text, excess))}" if excess else ""


def active_stopped(case: Case) -> str:
    """Show which rules stop the data connections of active mode."""
    rules = [
        f"{ref.kind}[{ref.index}]" for part in case.parts("active") for ref in part.rules if part.verdict == STOPPED
    ]
    return f"stopped by {', '.join(dict.fromkeys(rules))}" if rules else ""


def active_from_elsewhere(case: Case) -> str:
    """Show that active mode's data has another source than the address of the control connection."""
    known = case.endpoint.public_address
    seen = {_seen_source(case, part) for part in case.parts("active") if part.verdict != STOPPED}
    strange = sorted(text for text in seen if text and text != known)
    if strange:
        return f"data comes from {', '.join(strange)}, control is at {known}"
    if None in seen and case.endpoint.way.leaves_by_mx:
        return f"data comes from the MX's own address, control is at {known}"
    return ""


def data_port_open(case: Case) -> str:
    """Show that clients could connect to the data port."""
    admitted = any(part.verdict == ADMITTED for part in case.parts("data"))
    return f"port {case.endpoint.control_port - 1} is open" if admitted else ""


def any_source(case: Case) -> str:
    """Show that the control port is open to all addresses."""
    control = case.endpoint.control_port
    opened = [p.packets for p in case.published if p.packets.source == ANY_ADDRESS]
    ports = (packets.destination_port for packets in opened)
    return f"port {control} is open to any" if any(each.first <= control <= each.last for each in ports) else ""


def _leading_to(endpoint: Endpoint, site: Site, uplink: str) -> list[Part]:
    """Return all TCP that reaches the endpoint's server at its public address, or perhaps does."""
    everything = Packets(PROTOCOLS["tcp"], destination=address(endpoint.public_address))
    server = int(IPv4Address(endpoint.lan_address))
    parts = inbound(site, uplink, everything)
    return [part for part in parts if part.translation is not None and part.translation.address == server]


def _runs(parts: Sequence[Part]) -> Iterator[Interval]:
    """Return the ports of all parts, as intervals that do not touch."""
    run: Interval | None = None
    for ports in sorted(part.packets.destination_port for part in parts):
        if run is not None and ports.first <= run.last + 1:
            run = Interval(run.first, max(run.last, ports.last))
            continue
        if run is not None:
            yield run
        run = ports
    if run is not None:
        yield run


def _seen_source(case: Case, part: Part) -> str | None:
    """Return the address that a client sees data come from; None if it is the MX's own, which is not known."""
    if part.translation is None or part.translation.address is None:
        return None
    source = str(IPv4Address(part.translation.address))
    uplink = case.site.mx.uplink(case.flows["active"][0].uplink)
    return uplink.public_address or source if source == uplink.address else source
