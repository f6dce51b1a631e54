# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer 7 rules, read as the packets that they deny.

They come after layer 3, for traffic that traverses the MX, and all of them deny ("Layer 3 and 7 Firewall Processing
Order"). Meraki does not say which end a port or a range is about. Assumed: a port is the one that a connection is
opened to, before or after translation, and a range is the end beyond the uplink, as the dashboard's "remote IP range".
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref, refs, tried, words_in
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import is_ipv6
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    ANY_PORT,
    Interval,
    Packets,
    address,
    port,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import Filter
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.tables import Table, others, placed
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import L7_FIREWALL, Lists

_BLOCKED, _ALLOWED = "blockedCountries", "allowedCountries"
# The doubt about a rule that is in order, by its type. What to do is the finding's remedy.
_SEEN_ELSEWHERE = {
    "application": "denies the application {}, which the MX recognizes by content",
    "applicationCategory": "denies the applications of {}, which the MX recognizes by content",
    "host": "denies the host {}, whose addresses are not known",
}


def layer7(lists: Lists, remote: str, shift: int, countries: Table) -> list[Filter]:
    """Read the layer 7 list for packets whose end beyond the uplink is `remote`: source or destination.

    `shift` is what the MX adds to the port that they are opened to.  A rule about countries may be several filters.
    """
    return [each for ref in refs(lists, L7_FIREWALL) for each in _filters(ref, remote, shift, countries)]


def _filters(ref: Ref, remote: str, shift: int, countries: Table) -> Iterator[Filter]:
    if ref.rule.get("type") in (_BLOCKED, _ALLOWED) and not _allows(ref):
        yield from _of_countries(ref, remote, countries)
    else:
        yield _filter(ref, remote, shift)


def _of_countries(ref: Ref, remote: str, countries: Table) -> Iterator[Filter]:
    """Yield what the rule denies, and what it may deny.

    A country that the table does not have may have any address that is in none of the rule's others.
    """
    codes = [code.upper() for code in words_in(ref.rule, "value") if code]
    if not codes:
        yield Filter(ref, (Packets(),), None, "value names no country")
        return
    known, unknown = placed(codes, countries)
    place, rest = (tuple(Packets(**{remote: each}) for each in part) for part in (known, others(known)))
    blocked = ref.rule["type"] == _BLOCKED
    if blocked and place:
        yield Filter(ref, place, False, "")
    if unknown:
        words = f"denies {'the countries' if blocked else 'all countries but'} {', '.join(codes)}"
        needed = f"the option countries has no IPv4 addresses of {', '.join(unknown)}"
        doubt = f"{L7_FIREWALL}[{ref.index}] {words}; {needed}"
        yield Filter(ref, rest, False, doubt, elsewhere=True)
    elif not blocked:
        yield Filter(ref, rest, False, "")


def _allows(ref: Ref) -> bool:
    """Tell whether the rule does something else than deny, which no layer 7 rule of the API does."""
    return str(ref.rule.get("policy")).lower() != "deny"


def _filter(ref: Ref, remote: str, shift: int) -> Filter:
    kind, value = str(ref.rule.get("type")), ref.rule.get("value")
    if _allows(ref):
        return Filter(ref, (Packets(),), None, f"policy is {ref.rule.get('policy')!r}, expected deny")
    if kind in _SEEN_ELSEWHERE:
        words = _SEEN_ELSEWHERE[kind].format(named_value(value))
        return Filter(ref, (Packets(),), False, f"{L7_FIREWALL}[{ref.index}] {words}", elsewhere=True)
    if kind not in ("port", "ipRange"):
        return Filter(ref, (Packets(),), None, f"type is {kind!r}, which is unknown")
    text = str(value)
    if kind == "ipRange" and _only_ipv6(text):
        return Filter(ref, (), False, "")
    addresses, _colon, ports = text.partition(":") if kind == "ipRange" else ("any", "", text)
    place, no_place = tried(partial(_range, addresses), ANY_ADDRESS)
    numbers, no_port = tried(partial(port, ports or "any"), ANY_PORT)
    boxes = tuple(Packets(**{remote: place}, destination_port=each) for each in _either(numbers, shift))
    return Filter(ref, boxes, False, f"value: {no_place or no_port}" if no_place or no_port else "")


def _either(numbers: Interval, shift: int) -> Iterator[Interval]:
    """Yield the ports that are these before translation, or after it."""
    yield numbers
    first, last = max(ANY_PORT.first, numbers.first - shift), min(ANY_PORT.last, numbers.last - shift)
    if shift and first <= last:
        yield Interval(first, last)


def _only_ipv6(text: str) -> bool:
    """Tell whether a range is one of IPv6, with or without a port: no packet here is in it."""
    return is_ipv6(text.strip()) or is_ipv6(text.rpartition(":")[0].strip())


def _range(text: str) -> Interval:
    """Read an address or subnet; the API's own example has 10.11.12.00/24."""
    return address(re.sub(r"\b0+(?=[0-9])", "", text))


def named_value(value: object) -> str:
    """Return how a message names the value of a rule: its name, its codes or itself."""
    if isinstance(value, dict):
        return str(value.get("name") or value.get("id"))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
