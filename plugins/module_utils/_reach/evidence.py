# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evidence for each finding about reachability: conditions over verdicts, rules and facts, put into words.

Every function here returns what shows its condition, or an empty text if it is not met.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.firewall import never_matching
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import (
    USUAL_PORTS,
    Flow,
    announced,
    endpoint_flows,
    reason,
    unrouted,
    uplink_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.inbound import at_interface, inbound
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref, needed
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import OBJECTS
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    ANY_PORT,
    PROTOCOLS,
    Interval,
    Packets,
    address,
    address_text,
    meet,
    port_text,
    touching,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import Filter, Publication, own_unknown
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    ADMITTED,
    BEHIND_NAT,
    CLOSED,
    FILTERED,
    LAYER7,
    NO_HOST,
    NO_SUBNET,
    STOPPED,
    UNDETERMINED,
    Part,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL, L3_FIREWALL, ONE_TO_ONE_NAT

# Causes that only the comparison with other rules and facts shows, beside those of a verdict.
SOURCES, OTHER_UPLINK, ELSEWHERE, ANNOUNCED, ADDRESS, UNROUTED = (
    "sources",
    "other uplink",
    "elsewhere",
    "announced",
    "address",
    "unrouted",
)
# So many parts are named in one text.
_NAMED = 6


@dataclass(frozen=True)
class Case:
    """An endpoint with its flows' parts, and with all that is published at its address for anybody (`published`).

    `blocked` are the parts of its inbound flows that do not pass, each with flow and cause.
    """

    endpoint: Endpoint
    site: Site
    uplink: str
    flows: Mapping[str, tuple[Flow, list[Part]]]
    published: list[Part]
    blocked: list[tuple[Flow, Part, str]]

    @classmethod
    def of(cls, endpoint: Endpoint, site: Site) -> Case:
        """Judge all the flows of an endpoint."""
        uplink = uplink_of(endpoint, site.mx)
        flows = {flow.name: (flow, flow.judged(site)) for flow in endpoint_flows(endpoint, site.mx)}
        case = cls(endpoint, site, uplink, flows, _leading_to(endpoint, site, uplink), [])
        case.blocked.extend(_blocked(case))
        return case

    def parts(self, name: str) -> list[Part]:
        """Return the parts of one flow; none if the endpoint has no such flow."""
        return self.flows[name][1] if name in self.flows else []

    def failing(self, name: str) -> list[tuple[Flow, Part]]:
        """Return the parts of one flow that do not pass."""
        flow = self.flows[name][0] if name in self.flows else None
        return [(flow, part) for part in self.parts(name) if flow is not None and not flow.passes(part)]


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


def unread(site: Site) -> str:
    """Show which rules cannot be read, and why."""
    found = {(each.ref.kind, each.ref.index): each.doubt for each in _doubtful(site)}
    return _listed([f"lists.{kind}[{index}]: {doubt}" for (kind, index), doubt in found.items()])


def missing(site: Site) -> str:
    """Show which rule lists were not given."""
    return needed(site.missing())


def behind_nat(case: Case) -> str:
    """Show that the MX has no public address on the uplink."""
    known = case.site.mx.uplink(case.uplink)
    seen = f"{case.uplink} has {known.address}, the Internet sees {known.public_address or 'another address'}"
    return seen + _of_cause(case, BEHIND_NAT) if known.behind_nat else ""


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
    hidden = known.behind_nat and known.public_address is None
    if not own or hidden or not case.endpoint.way.own_address or case.endpoint.public_address in own:
        return ""
    owner = case.site.mx.owner(case.endpoint.public_address)
    whose = f", which it has on {owner}" if owner else ""
    return f"the MX has {own[0]} on {case.uplink}, not {case.endpoint.public_address}{whose}"


def uplink_down(case: Case) -> str:
    """Show that the uplink has no connection."""
    known = case.site.mx.uplink(case.uplink)
    return f"{case.uplink} is {known.status!r}" if known.down else ""


def no_uplink(case: Case) -> str:
    """Show that the MX does not have the endpoint's uplink."""
    uplinks = case.site.mx.uplinks
    missing = bool(uplinks) and case.uplink not in uplinks
    return f"the MX has no uplink {case.uplink}; mx.uplinks has {', '.join(sorted(uplinks))}" if missing else ""


def outside_lan(case: Case) -> str:
    """Show that the MX knows no subnet with the server."""
    server, subnets = address(case.endpoint.lan_address).first, case.site.mx.subnets
    if subnets is None or any(subnet.first <= server <= subnet.last for subnet in subnets):
        return ""
    return f"{case.endpoint.lan_address} is in none of mx.subnets{_of_cause(case, NO_SUBNET)}"


def no_host(case: Case) -> str:
    """Show that no server has the endpoint's LAN address, or perhaps none."""
    server = case.endpoint.lan_address
    found = case.site.mx.no_host(server)
    return "" if found is None else f"{server} {found.reason}{_of_cause(case, NO_HOST)}"


def blocked(cause: str, name: str | None = None) -> Callable[[Case], str]:
    """Return the evidence that packets of one inbound flow, or of any, do not pass for a cause."""

    def evidence(case: Case) -> str:
        found = [(flow, part) for flow, part, why in case.blocked if why == cause and name in (None, flow.name)]
        return _described(found) + _cause_in_rules(case, cause, found) if found else ""

    return evidence


def _of_cause(case: Case, cause: str) -> str:
    """Describe what does not pass for a cause that has a finding without it as well."""
    found = [(flow, part) for flow, part, why in case.blocked if why == cause]
    return f"; {_described(found)}" if found else ""


def _cause_in_rules(case: Case, cause: str, found: Iterable[tuple[Flow, Part]]) -> str:
    """Name what the parts themselves do not: the rules that admit others, or the uplinks that have the server."""
    if cause == SOURCES:
        return f"; {_names(_admitting(case, found))} admits other sources"
    if cause == CLOSED and case.published:
        return f"; {_names(ref for part in case.published for ref in part.rules)} publishes other ports"
    if cause == OTHER_UPLINK:
        uplinks = [name for name in _other_uplinks(case) if _published_on(case, name)]
        return f"; published on {', '.join(uplinks)}, but the endpoint's uplink is {case.uplink}"
    if cause == ANNOUNCED:
        told = case.endpoint.announced_address
        owner = case.site.mx.owner(told)
        whose = f", which belongs to {owner}" if owner else ""
        return f"; the server announces {told}{whose}, and clients connect to {case.endpoint.public_address}"
    return ""


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
    """Show to which clients no data connection of active mode comes."""
    return _described(
        (flow, part) for flow, part in case.failing("active") if part.cause == FILTERED and _holds_usual_ports(part)
    )


def _holds_usual_ports(part: Part) -> bool:
    ports = part.packets.destination_port
    return ports.first <= USUAL_PORTS.first and USUAL_PORTS.last <= ports.last


def active_denied(case: Case) -> str:
    """Show which data connections of active mode a layer 7 rule denies."""
    return _described((flow, part) for flow, part in case.failing("active") if part.cause == LAYER7)


def active_hidden(case: Case) -> str:
    """Show which data connections of active mode leave with the server's own address."""
    return _described((flow, part) for flow, part in case.failing("active") if flow.misses(part))


def active_ports_stopped(case: Case) -> str:
    """Show to which ports of clients no data connection of active mode comes, though it does to others."""
    flow, parts = case.flows.get("active", (None, []))
    some = [part for part in parts if part.cause == FILTERED and not _holds_usual_ports(part)]
    return _described((flow, part) for part in some if flow is not None and _clients(flow, part))


def active_undetermined(causes: Collection[str], among: bool = True) -> Callable[[Case], str]:
    """Return the evidence that data connections of active mode may be stopped, for these causes or for any others."""

    def evidence(case: Case) -> str:
        open_ = ((flow, part) for flow, part in case.failing("active") if part.verdict == UNDETERMINED)
        return _described(
            (flow, part) for flow, part in open_ if (part.cause in causes) is among and part.cause != NO_HOST
        )

    return evidence


def active_from_elsewhere(case: Case) -> str:
    """Show that active mode's data has another source than the address of the control connection."""
    known = case.endpoint.public_address
    flow, parts = case.flows.get("active", (None, []))
    going = [part for part in parts if part.verdict != STOPPED and flow is not None and not flow.nobody(part)]
    seen = {_seen_source(case, part) for part in going}
    strange = sorted(text for text in seen if text and text != known)
    if strange:
        return f"data comes from {', '.join(strange)}, control is at {known}"
    # Without the list of 1:1 rules, one of them may translate the server.
    if None in seen and case.endpoint.way.leaves_by_mx and ONE_TO_ONE_NAT in case.site.lists:
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


def _doubtful(site: Site) -> Iterator[Publication | Filter]:
    """Yield each rule, or part of one, that cannot be read; objects and names are in order."""
    uplinks = sorted(site.uplinks_named() | set(site.mx.uplinks)) or ["internet1"]
    for uplink in uplinks:
        yield from (each for each in site.publications(uplink).matchers if each.doubt not in ("", own_unknown(uplink)))
    for kind in (INBOUND_FIREWALL, L3_FIREWALL):
        yield from (each for each in site.filters(kind).matchers if each.doubt and not each.doubt.startswith(OBJECTS))
    yield from (each for each in site.layer7("source", 0).matchers if each.doubt and not each.elsewhere)


def _blocked(case: Case) -> Iterator[tuple[Flow, Part, str]]:
    """Yield the parts of inbound flows that do not pass, each with its cause."""
    for name in ("control", "passive"):
        for flow, part in case.failing(name):
            yield flow, part, _cause(case, flow, part)


def _cause(case: Case, flow: Flow, part: Part) -> str:
    told = announced(case.endpoint, case.site.mx) if flow.name == "passive" else case.endpoint.public_address
    # A rule would not help: the Internet has no route to the address.
    if unrouted(part.packets) and (part.verdict == ADMITTED or part.cause == CLOSED):
        return UNROUTED if told == case.endpoint.public_address else ANNOUNCED
    if flow.misses(part):
        return ELSEWHERE
    if told != case.endpoint.public_address:
        return ANNOUNCED
    if (part.cause == NO_SUBNET and not outside_lan(case)) or (part.cause == NO_HOST and not no_host(case)):
        return ELSEWHERE
    if part.cause != CLOSED:
        return part.cause
    ports = part.packets.destination_port
    if next(_publishing(case, [ports]), None) is not None:
        return SOURCES
    if own_address(case) or not_own_address(case):
        return ADDRESS
    others = (each for name in _other_uplinks(case) for each in _published_on(case, name))
    return OTHER_UPLINK if any(_meet(each.packets.destination_port, ports) for each in others) else CLOSED


def _admitting(case: Case, parts: Iterable[tuple[Flow, Part]]) -> list[Ref]:
    """Return the rules that publish ports of these parts to the server, for whatever sources."""
    ports = touching(part.packets.destination_port for _flow, part in parts)
    return list(dict.fromkeys(ref for each in _publishing(case, ports) for ref in each.rules))


def _publishing(case: Case, ports: Sequence[Interval]) -> Iterator[Part]:
    return (each for each in case.published if any(_meet(each.packets.destination_port, one) for one in ports))


def _other_uplinks(case: Case) -> list[str]:
    return sorted((case.site.uplinks_named() | set(case.site.mx.uplinks)) - {case.uplink})


def _published_on(case: Case, uplink: str) -> list[Part]:
    """Return what would reach the server by another uplink, where forwarding listens on that uplink's own address."""
    own = case.site.mx.uplink(uplink).address if case.endpoint.way.own_address else None
    endpoint = replace(case.endpoint, public_address=own) if own else case.endpoint
    return _leading_to(endpoint, case.site, uplink)


def _meet(one: Interval, other: Interval) -> bool:
    return one.first <= other.last and other.first <= one.last


def _described(found: Iterable[tuple[Flow, Part]]) -> str:
    """Name ports, sides, uplink, verdict, reason and rules of parts."""
    return _listed([_description(flow, part) for flow, part in found])


def _listed(texts: Sequence[str]) -> str:
    more = f"; and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return "; ".join(texts[:_NAMED]) + more


def _description(flow: Flow, part: Part) -> str:
    client, source_port = ", ".join(map(address_text, _clients(flow, part))), part.packets.source_port
    if flow.far_side == "source" and source_port != ANY_PORT:
        client += f", source port {port_text(source_port)},"
    way = f"from {client} on" if flow.far_side == "source" else f"to {client} by"
    ports = port_text(part.packets.destination_port)
    named = f" ({_names(part.rules)})" if part.rules else ""
    return f"{flow.name}: tcp {ports} {way} {flow.uplink} {part.verdict}, {reason(flow, part)}{named}"


def _clients(flow: Flow, part: Part) -> list[Interval]:
    """Return the addresses of a part that clients may have; any as it is."""
    place: Interval = getattr(part.packets, flow.far_side)
    if place == ANY_ADDRESS:
        return [place]
    found, first = [], place.first
    for hole in flow.nowhere:
        if _meet(hole, Interval(first, place.last)):
            found += [Interval(first, hole.first - 1)] if first < hole.first else []
            first = hole.last + 1
    return [*found, Interval(first, place.last)] if first <= place.last else found


def _names(rules: Iterable[Ref]) -> str:
    return ", ".join(
        f"{ref.kind}[{ref.index}]" + ("" if ref.part is None else f".{ref.part}") for ref in dict.fromkeys(rules)
    )


def _leading_to(endpoint: Endpoint, site: Site, uplink: str) -> list[Part]:
    """Return all TCP that reaches the endpoint's server at its public address, or perhaps does."""
    everything = Packets(PROTOCOLS["tcp"], destination=address(endpoint.public_address))
    server = int(IPv4Address(endpoint.lan_address))
    [(_whole, arriving)] = at_interface(site, uplink, everything)
    met = (meet(arriving, box) for each in site.leading_to(uplink, server) for box in each.packets)
    parts = (
        part
        for box in dict.fromkeys(box for box in met if box is not None)
        for part in inbound(site, uplink, box._replace(destination=everything.destination))
    )
    reaching = (part for part in parts if part.cause != LAYER7)
    return [part for part in reaching if part.translation is not None and part.translation.address == server]


def _runs(parts: Sequence[Part]) -> list[Interval]:
    """Return the ports of all parts, as intervals that do not touch."""
    return touching(part.packets.destination_port for part in parts)


def _seen_source(case: Case, part: Part) -> str | None:
    """Return the address that a client sees data come from; None if it is the MX's own, which is not known."""
    if part.translation is None or part.translation.address is None:
        return None
    source = str(IPv4Address(part.translation.address))
    uplink = case.site.mx.uplink(case.flows["active"][0].uplink)
    return uplink.public_address if uplink.behind_nat and source == uplink.address else source
