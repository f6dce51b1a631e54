# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures held against each other and against the dialogue: what was answered, and which capture is in a wrong place.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ansible_collections.mxlab.ftp.plugins.module_utils._timeline import capture
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.capture import Packet

# Where captures are made, from the client to the server, and what is between one place and the next.
PLACES = ("client", "wan", "lan", "server")
# What answers a packet: RFC 9293 section 3.10.7.  The end of a connection shows that it was established.
_ANSWERED_BY = {
    capture.OPENS: (capture.ANSWERS, capture.REFUSES),
    capture.ANSWERS: (capture.ENDS, capture.REFUSES),
}
# What the user can change: of the playbook, or of his own captures for the filter.
_CHECK = "Check host and interface of {} in ftp_probe_captures, or what captures was given"

_Ends = tuple[str, int, str, int]


@dataclass(frozen=True)
class Moved:
    """One packet of the dialogue, and how it shows at each place; to_server: which way it goes."""

    to_server: bool
    by_place: Mapping[str, Packet]

    @property
    def shown(self) -> Iterable[Packet]:
        """Return what the places show of the packet."""
        return self.by_place.values()

    @property
    def kind(self) -> str:
        """Return the packet's kind, which all places show alike."""
        return next(iter(self.shown)).kind

    @property
    def ports(self) -> set[int]:
        """Return the ports of both ends, as any place shows them."""
        return {port for one in self.shown for port in (one.source_port, one.destination_port)}


@dataclass(frozen=True)
class Answers:
    """What answers packets, found without a search.

    acknowledged: direction of the answer and number of the last packet that it acknowledges.  ends: kind and both ends
    of an answer, by which one without a number is found.
    """

    acknowledged: frozenset[tuple[bool, int]]
    ends: frozenset[tuple[str, _Ends]]

    @classmethod
    def of(cls, packets: Sequence[Moved]) -> Answers:
        """Return the answers among the packets."""
        shown = [(packet.to_server, one) for packet in packets for one in packet.shown]
        to_syn = [(to_server, one) for to_server, one in shown if one.kind in _ANSWERED_BY[capture.OPENS]]
        return cls(
            frozenset((to_server, int(one.ack)) for to_server, one in to_syn if one.ack),
            frozenset((one.kind, _ends(one)) for _to_server, one in shown if one.kind == capture.ENDS or not one.ack),
        )

    def has(self, packet: Moved) -> bool:
        """Return whether something answers the packet, or another try of it, at whatever place that shows."""
        return any(self._answer(packet.to_server, one) for one in packet.shown)

    def _answer(self, to_server: bool, packet: Packet) -> bool:
        # A SYN takes one sequence number (RFC 9293 section 3.4).
        following = (int(packet.mark) + 1) % 2**32 if packet.kind == capture.OPENS and packet.mark else None
        if following is not None and (not to_server, following) in self.acknowledged:
            return True
        source, source_port, destination, destination_port = _ends(packet)
        back = (destination, destination_port, source, source_port)
        return any((kind, back) in self.ends for kind in _ANSWERED_BY.get(packet.kind, ()))


def misplaced(packets: Sequence[Moved], places: Sequence[str], spoken: bool) -> Iterator[str]:
    """Yield what is wrong with the places of the captures; nothing if they agree with each other and the dialogue.

    places: those with a capture, in the order of PLACES.  spoken: whether the server said anything in the dialogue.
    """
    answers = Answers.of(packets)
    passed = any(answers.has(packet) for packet in packets) or (spoken and not packets)
    shown = {place for packet in packets for place in packet.by_place}
    for place in places if passed else ():
        if place not in shown:
            yield (
                f"wrong capture point {place}: it shows no packet of this dialogue, although packets were"
                f" answered{_seen_behind(packets, place)}. {_CHECK.format(place)}. If they are right, another host than"
                " ftp_lan_address, which the capture looks for, has answered"
            )
    for near, far in zip(places, places[1:]):
        if _exchanged(packets, near, far):
            yield (
                f"wrong capture points {near} and {far}: packets to the server pass {far} first, and its answers pass"
                f" {near} first, so the two are exchanged. {_CHECK.format(f'{near} and {far}')}"
            )


def _ends(packet: Packet) -> _Ends:
    return packet.source, packet.source_port, packet.destination, packet.destination_port


def _seen_behind(packets: Sequence[Moved], missing: str) -> str:
    """Return a hint that the capture at the WAN is made behind the translation, "" without such a sign."""
    ends = {place: _addresses(packets, place) for place in PLACES}
    behind = ends["wan"] - ends["client"]
    if missing != "lan" or not ends["client"] or not behind:
        return ""
    return f"; at wan the server has the address {', '.join(sorted(behind))}, so wan and lan may be exchanged"


def _addresses(packets: Sequence[Moved], place: str) -> set[str]:
    """Return the addresses that the server has at a place in connections that the client opens."""
    opened = [packet.by_place[place] for packet in packets if packet.to_server and place in packet.by_place]
    return {packet.destination for packet in opened if packet.kind == capture.OPENS}


def _exchanged(packets: Sequence[Moved], near: str, far: str) -> bool:
    """Return whether packets would need less than no time from one place to the other and back.

    A difference of the two clocks adds to one way what it takes from the other.
    """
    both = [packet for packet in packets if near in packet.by_place and far in packet.by_place]
    there = [packet.by_place[far].at - packet.by_place[near].at for packet in both if packet.to_server]
    back = [packet.by_place[near].at - packet.by_place[far].at for packet in both if not packet.to_server]
    return bool(there and back) and median(there) + median(back) < 0
