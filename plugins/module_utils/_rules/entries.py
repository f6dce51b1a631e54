# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The allowed-inbound entries of 1:1 NAT rules: which of them are for FTP, and what they open.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from ipaddress import IPv4Network, collapse_addresses

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import listed, ports_of, sources_of, text_of

# Nobody gives a service for clients a range below it.
_FIRST_UNPRIVILEGED = 1024


def opens_ftp(entry: Rule, control_port: int) -> bool:
    """Tell whether an allowed-inbound entry has our form: tcp, the control port, at most its data port and a range."""
    ports = ports_of(entry.get("destinationPorts"))
    rest = [each for each in ports if str(each) not in (str(control_port), str(control_port - 1))]
    opens_control = str(control_port) in map(str, ports)
    alone = len(rest) <= 1 and not any(control_port in each for each in rest)
    return text_of(entry.get("protocol")) == "tcp" and opens_control and alone


def looks_like_ftp(entry: Rule) -> bool:
    """Tell whether an entry has our form for some control port, with a data port or a range to prove it.

    So the only entry of a rule of ours is still known after the endpoint's control port has changed.
    """
    ports = ports_of(entry.get("destinationPorts"))
    controls = [port for port in _single_ports(entry) if opens_ftp(entry, port)]
    return any(str(port - 1) in map(str, ports) for port in controls) or (
        bool(controls) and any(len(each) > 1 for each in ports)
    )


def is_ftp(entry: Rule, rule: Rule) -> bool:
    """Tell whether an entry of a rule that bears the name of one of ours is ours, whatever its control port is."""
    only_one = len(entries_of(rule)) == 1 and any(opens_ftp(entry, port) for port in _single_ports(entry))
    return only_one or opens_ftp(entry, 21) or looks_like_ftp(entry)


def openings_of(entry: Rule) -> dict[str, str]:
    """Return the ports of an entry of our form by purpose: control, and as far as there are passive and data.

    The control port is the one above a data port, else 21, else the first that stands alone.
    """
    ports = [str(each) for each in ports_of(entry.get("destinationPorts"))]
    controls = [port for port in _single_ports(entry) if opens_ftp(entry, port)]
    control = min(controls, key=lambda port: (str(port - 1) not in ports, port != 21))
    opened = {"control": str(control), "data": str(control - 1)}
    rest = [text for text in ports if text not in opened.values()]
    passive = {"passive": rest[0]} if rest else {}
    return {**{purpose: text for purpose, text in opened.items() if text in ports}, **passive}


def completed(first: Rule, entries: Sequence[Rule]) -> Rule:
    """Return an entry for FTP with the ports of those that complete it: its data port and a passive range.

    Such an entry opens nothing else, for the same sources. Only a range of several ports counts as passive; a single
    port may be for anything.
    """
    control = openings_of(first)["control"]
    texts = [str(each) for each in ports_of(first.get("destinationPorts"))]
    for entry in entries:
        if text_of(entry.get("protocol")) != "tcp" or _clients(sources_of(entry)) != _clients(sources_of(first)):
            continue
        more = [str(each) for each in ports_of(entry.get("destinationPorts")) if str(each) not in texts]
        together = _with_one_range([*texts, *more])
        if all(_completes(PortRange.parse(text), int(control)) for text in more) and together is not None:
            texts = together
    return {**first, "destinationPorts": texts}


def _completes(ports: PortRange, control: int) -> bool:
    return str(ports) == str(control - 1) or (len(ports) > 1 and ports.first >= _FIRST_UNPRIVILEGED)


def _with_one_range(texts: Sequence[str]) -> list[str] | None:
    """Return ports with the ranges among them as one, the first of which keeps its place; None if they are apart."""
    ranges = _joined(PortRange.parse(text) for text in texts if "-" in text)
    if len(ranges) > 1:
        return None
    return list(dict.fromkeys(str(ranges[0]) if "-" in text else text for text in texts))


def split(entry: Rule) -> Rule:
    """Return an entry with the ports 20-21, as people write them for FTP, one by one, and joined ranges as one."""
    texts = [str(each) for each in ports_of(entry.get("destinationPorts"))]
    both = [part for text in texts for part in (("21", "20") if text == "20-21" else (text,))]
    plain = _with_one_range(both) or both
    return {**entry, "destinationPorts": plain} if plain != texts else entry


def admits(entries: Iterable[Rule], endpoint: Endpoint) -> bool:
    """Tell whether entries together let every client of the endpoint reach all that it opens.

    What is left out or cannot be read lets nobody in: whether the MX takes it for "any" is not documented.
    """
    opened = [
        (ports, block)
        for entry in entries
        if text_of(entry.get("protocol")) in ("tcp", "any")
        for ports in _strict_ports(entry)
        for block in _readable(entry.get("allowedIps") or [])
    ]
    return all(_let_in(endpoint.allowed_ips, ports, opened) for ports in endpoint.openings().values())


def exceeds(entry: Rule, endpoint: Endpoint) -> bool:
    """Tell whether an entry of our form opens more than the endpoint needs, or lets others in."""
    wanted = {str(ports) for ports in endpoint.openings().values()}
    opened = {str(ports) for ports in ports_of(entry.get("destinationPorts"))}
    clients = _readable(endpoint.allowed_ips)
    let_in = [_block(source) for source in sources_of(entry)]
    return not opened <= wanted or any(block is None or not _inside(block, clients) for block in let_in)


def _clients(sources: Collection[str]) -> set[str]:
    """Return the sources, "any" alone if it is among them."""
    return {"any"} if "any" in sources else {source.removesuffix("/32") for source in sources}


def _let_in(clients: Iterable[str], ports: PortRange, opened: Sequence[tuple[PortRange, IPv4Network]]) -> bool:
    """Tell whether each client reaches each of the ports, perhaps by several entries."""
    # Between these ports, the same blocks are let in.
    edges = {ports.first, *(edge for each, _block in opened for edge in (each.first, each.last + 1) if edge in ports)}
    let_in = [[block for each, block in opened if edge in each] for edge in edges]
    return all(_inside(client, blocks) for client in _readable(clients) for blocks in let_in)


def _inside(block: IPv4Network, blocks: Iterable[IPv4Network]) -> bool:
    return any(block.subnet_of(each) for each in collapse_addresses(blocks))


def _readable(sources: Iterable[str]) -> list[IPv4Network]:
    return [block for source in sources if (block := _block(text_of(source))) is not None]


def _block(text: str) -> IPv4Network | None:
    """Return the block, all addresses for "any", or None for what is no block."""
    try:
        return IPv4Network("0.0.0.0/0" if text == "any" else text, strict=False)
    except ValueError:
        return None


def _strict_ports(entry: Rule) -> Iterator[PortRange]:
    value = entry.get("destinationPorts") or []
    for text in value if isinstance(value, list) else [value]:
        for part in text_of(text).split(","):
            try:
                yield PortRange(1, HIGHEST_PORT) if part == "any" else PortRange.parse(part)
            except ValueError:
                continue


def _joined(ranges: Iterable[PortRange]) -> list[PortRange]:
    """Return the ranges with those joined that overlap or follow each other."""
    joined: list[PortRange] = []
    for each in sorted(ranges, key=lambda ports: ports.first):
        if joined and each.first <= joined[-1].last + 1:
            joined[-1] = PortRange(joined[-1].first, max(joined[-1].last, each.last))
        else:
            joined.append(each)
    return joined


def _single_ports(entry: Rule) -> list[int]:
    return [each.first for each in ports_of(entry.get("destinationPorts")) if len(each) == 1]


def replaced(entries: Sequence[Rule], mine: Sequence[Rule], new: Sequence[Rule]) -> list[Rule]:
    """Return the entries with `new` in the place of `mine`, or at the end if there are none of `mine`."""
    first = next((index for index, entry in enumerate(entries) if entry in mine), len(entries))
    return [*entries[:first], *new, *(entry for entry in entries[first:] if entry not in mine)]


def entries_of(rule: Rule) -> list[Rule]:
    """Return the allowed-inbound entries of a 1:1 rule."""
    return rule.get("allowedInbound") or []


def entry_words(entry: Rule) -> str:
    """Return an entry as one line."""
    ports, sources = listed(entry.get("destinationPorts")), listed(entry.get("allowedIps"))
    return f"{entry.get('protocol')} {ports or 'any port'} from {sources or 'any'}"
