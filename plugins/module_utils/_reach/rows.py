# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each answer as a row of the module's result, with its chain and its explanation.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.chain import Step, Way, chain_of
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import INBOUND, Flow, reason
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_PORT,
    PROTOCOLS,
    Interval,
    Packets,
    address_text,
    port_text,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import ADMITTED, NAT, STOPPED, UNDETERMINED, Part
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.words import described, uplink_words
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL, L3_FIREWALL
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import flat

# So many blocks of addresses are named in one text.
_NAMED = 3


def row(flow: Flow, part: Part, site: Site) -> dict[str, Any]:
    """Return what the module documents about one part of a flow: plain lists, dicts and texts."""
    steps = chain_of(_way(flow, part, site))
    return {
        "name": flow.name,
        "endpoint": flow.endpoint,
        "direction": flow.direction,
        "uplink": flow.uplink,
        **_packet(part.packets),
        "verdict": part.verdict,
        "reason": reason(flow, part),
        "expect": None if flow.nobody(part) else flow.expect,
        "passed": flow.passes(part),
        "translated": _translated(part),
        "why": why(flow, part, steps),
        "chain": [step.result() for step in steps],
        "rules": [_ref(ref) for ref in part.rules],
        "others": [{**_ref(ref), "relation": _relation(ref)} for ref in part.others],
    }


def why(flow: Flow, part: Part, steps: Sequence[Step]) -> str:
    """Return the whole answer in a few sentences, in the dashboard's words."""
    last = next((step for step in steps if step.name == part.step), None)
    nat = next((step for step in steps if step.name == NAT), None)
    subject, missed, note = _subject(flow, part), flow.misses(part), flow.nobody(part)
    if last is not None:
        sentences = [f"{subject} is {part.verdict}: {last.text}", f"See {last.page}"]
    elif missed and nat is not None:
        sentences = [f"{subject} is admitted, but {missed}", *map(described, nat.rules), f"See {nat.page}"]
    else:
        sentences = [f"{subject} is admitted: {missed or (part.reason if nat is None else nat.text)}"]
    if note:
        sentences.append(note[0].upper() + note[1:])
    return flat(" ".join(f"{each}." for each in sentences))


def _subject(flow: Flow, part: Part) -> str:
    """Return which packets of a flow are meant."""
    packets, inbound = part.packets, flow.direction == INBOUND
    origin = "" if packets.source_port == ANY_PORT else f", {_ports(packets.source_port)},"
    sent = f"{_protocol(packets).upper()} from {_few(packets.source)}{origin} to {_few(packets.destination)}"
    way = f"on {uplink_words(flow.uplink)}" if inbound else f"leaving by {uplink_words(flow.uplink)}"
    return f"{sent}, {_ports(packets.destination_port)}, {way}"


def _ports(ports: Interval) -> str:
    return f"port {ports.first}" if ports.first == ports.last else f"ports {port_text(ports)}"


def _few(place: Interval) -> str:
    """Return addresses in words: no more blocks than somebody reads."""
    blocks = address_text(place).split(", ")
    shown = ", ".join(blocks[:_NAMED])
    return shown if len(blocks) <= _NAMED else f"{shown} and {len(blocks) - _NAMED} more blocks"


def _way(flow: Flow, part: Part, site: Site) -> Way:
    """Return a part of a flow as its chain is asked for; a rule that nearly fits matters only if one is expected."""
    wanted = flow.arrival if flow.expect == ADMITTED else None
    return Way(site, flow.uplink, flow.direction == INBOUND, part, None if wanted is None else wanted.first)


def _ref(ref: Ref) -> dict[str, Any]:
    """Return a rule and its place as plain data."""
    return {"kind": ref.kind, "index": ref.index, "part": ref.part, "rule": ref.rule}


def _packet(packets: Packets) -> dict[str, str]:
    return {"protocol": _protocol(packets), **_ends(packets)}


def _protocol(packets: Packets) -> str:
    return next(name for name, numbers in PROTOCOLS.items() if numbers == packets.protocol)


def _ends(packets: Packets) -> dict[str, str]:
    return {
        "source": address_text(packets.source),
        "source_ports": port_text(packets.source_port),
        "destination": address_text(packets.destination),
        "ports": port_text(packets.destination_port),
    }


def _translated(part: Part) -> dict[str, str | None] | None:
    translates = part.translation is not None
    if part.verdict == STOPPED or (part.verdict == UNDETERMINED and not translates):
        return None
    ends: dict[str, str | None] = {**_ends(part.translated())}
    if part.translation is not None and part.translation.address is None:
        ends[part.translation.side] = None
    return ends


def _relation(ref: Ref) -> str:
    """Return what a rule is that matches in vain; among NAT rules there is no documented order."""
    return "shadowed" if ref.kind in (INBOUND_FIREWALL, L3_FIREWALL) else "overlapping"
