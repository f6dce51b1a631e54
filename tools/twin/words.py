# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer of the twin in words: what it has in common for terminal and page, and the text for the terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line

from twin import assumptions
from twin.checks import MOST_SOURCES, crowded
from twin.inventory import Server
from twin.openings import without_tcp
from twin.rows import BROKEN, CLOSED, MENDED, STILL_WRONG, UNCHANGED, WORKS, Row, rows, undetermined, untried
from twin.servers import NO_TLS
from twin.stage import Play

_HEADINGS = {
    BROKEN: "Broken by the change",
    STILL_WRONG: "Wrong, and the change does not mend it",
    MENDED: "Mended by the change",
    UNCHANGED: "Does not work, today and after the change, and the inventory does not ask for it",
    CLOSED: "Closed by the change: ports of the same server that it does not need",
}


@dataclass(frozen=True)
class Answer:
    """The answer: `headline` in one sentence, rows, and texts by heading."""

    headline: str
    rows: Sequence[Row]
    changes: Sequence[str]
    effects: Sequence[tuple[str, Sequence[Row]]]
    unknown: Sequence[str]
    servers: Sequence[str]
    agreement: str
    disagreements: Sequence[str]

    @property
    def good(self) -> bool:
        """Whether the change may be made: all that is needed works after it, and nothing breaks."""
        return all(row.good for row in self.rows)


def answer(play: Play) -> Answer:
    """Return the answer of a play."""
    shown = rows(play)
    wrong = [f"{name}: {text}" for name, each in _moments(play) for text in each.disagreements]
    return Answer(
        _headline(play, shown),
        shown,
        [*_changes(play)],
        [(heading, [row for row in shown if row.effect == effect]) for effect, heading in _HEADINGS.items()],
        [*_unknown(play, shown)],
        [_by_role(each) if each in play.by_role else _stand_in(each.endpoint) for each in play.inventory.servers],
        _agreement(play, wrong),
        wrong,
    )


def text(found: Answer, seconds: dict[str, float]) -> str:
    """Return the answer for a terminal."""
    lines = [found.headline, "", *_table(found.rows), ""]
    for heading, items in sections(found):
        lines += [f"{heading}:", *(f"  {item}" for item in items), ""]
    lines.append(", ".join(f"{name} {spent:.1f} s" for name, spent in seconds.items()))
    return "\n".join(lines)


def sections(found: Answer) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the headings below the table with their lines, those that have any."""
    effects = [(heading, [*map(described, some)]) for heading, some in found.effects]
    every = [
        ("The change", found.changes),
        *effects,
        ("mx_reach beside the packets", [found.agreement, *found.disagreements]),
        ("What cannot be known from here", found.unknown),
        ("Servers", found.servers),
    ]
    return ((heading, items) for heading, items in every if items)


def described(row: Row) -> str:
    """Return what is wrong with a row, and why; of a mended row, what was."""
    outcome = row.today if row.after.state == WORKS else row.after
    told = ". ".join(text.rstrip(".") for text in (outcome.seen, outcome.reason) if text)
    return one_line(f"{row.subject}: {row.what}: {told}.")


def _headline(play: Play, shown: Sequence[Row]) -> str:
    broken, wrong = (sum(row.effect == each for row in shown) for each in (BROKEN, STILL_WRONG))
    if play.refusal:
        return "The change cannot be made: mx_ftp_rules writes nothing"
    if broken:
        return f"The change breaks {broken} of the {len(shown)} rows below"
    if wrong:
        return f"{wrong} of the {len(shown)} rows below do not work after the change"
    doubtful = sum(row.doubtful for row in shown)
    if doubtful:
        return f"{doubtful} of the {len(shown)} rows below are undetermined: the export does not decide them"
    unproven = sum(row.unproven for row in shown)
    if unproven:
        return f"{unproven} of the {len(shown)} rows below work as tried, but mx_reach finds clients or ports that fail"
    return "All works after the change, and nothing breaks"


def _table(shown: Sequence[Row]) -> list[str]:
    head = ("", "", "today", "mx_reach", "after", "mx_reach", "")
    lines = [
        head,
        *(
            (row.subject, row.what, row.today.state, row.today.judged, row.after.state, row.after.judged, row.effect)
            for row in shown
        ),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]


def _moments(play: Play) -> tuple[tuple[str, Any], ...]:
    return ("today", play.today), ("after the change", play.after)


def _changes(play: Play) -> Iterator[str]:
    """Yield what mx_ftp_rules does, or why it does nothing."""
    if play.refusal:
        yield from play.refusal.splitlines()
        return
    for each in play.change["diff"]:
        yield each["after_header"].partition(": ")[2]
        before, after = (each[key].splitlines() for key in ("before", "after"))
        lines = [*difflib.unified_diff(before, after, lineterm="", n=0)][2:]
        yield from (one_line(line) for line in lines if not line.startswith("@@"))
    yield from map(one_line, play.change.get("warnings", []))
    if not play.change["plan"]:
        yield "none: the rules are as the inventory wants them"


def _agreement(play: Play, wrong: Sequence[str]) -> str:
    connections = sum(len(each.arrivals) for _name, each in _moments(play))
    transfers = sum(len(result["cells"]) for _name, each in _moments(play) for result in each.found.values())
    passes = ", ".join(
        f"{name} {' and '.join('passes' if each.reach[name]['passed'] else 'does not pass' for each in moments)}"
        for moments in [(play.today, play.after)]
        for name in play.today.reach
    )
    tried = f"{connections} connections and {transfers} transfers; by mx_reach, today and after the change: {passes}"
    if wrong:
        return f"{len(wrong)} disagreements in {tried}. That is a fault of this tool, so believe neither of them:"
    return f"no disagreement in {tried}"


def _unknown(play: Play, shown: Sequence[Row]) -> Iterator[str]:
    """Yield what no export tells, then what the emulator assumes, then what was not tried."""
    for name, moment in _moments(play):
        yield from (one_line(f"{name}: undetermined: {text}") for text in undetermined(moment))
    yield from (f"assumption of the emulator: {text}" for text in assumptions.of(play, shown))
    for name, uplink in play.network.uplinks_by_name.items():
        if not facts_of(play.document)["uplinks"].get(name, {}).get("address"):
            yield f"{name} has no address in the export: {uplink.address.ip} stands for it"
        if uplink.public_ip not in (None, uplink.address.ip):
            own = uplink.address.ip
            yield f"the router in front of {name}, {uplink.public_ip}, is taken to pass everything on to {own}"
        if uplink.status not in ("active", "ready"):
            yield f"{name} is {uplink.status}: it is tried as if packets came in by it"
    yield from (f"not tried, because it is not TCP: {title}" for title in without_tcp(play.today.lists))
    yield from (f"not tried, because no client that was tried may use it: {each}" for each in untried(play))
    for place in crowded(play.today.arrivals):
        yield f"no more than {MOST_SOURCES} kinds of client are tried at one port; rules may tell more apart at {place}"


def _by_role(server: Server) -> str:
    """Return what has answered for a server that its role has configured."""
    certificate = "" if server.tls == NO_TLS else ", and a self-signed certificate"
    return (
        f"{server.endpoint.name}: the role {server.endpoint.server} with the variables of the inventory, TLS"
        f" {server.tls}, on Debian 13; with a user of the twin, no host firewall{certificate}"
    )


def _stand_in(endpoint: Endpoint) -> str:
    """Return who answered in place of a server."""
    server = endpoint.server or "a server that the inventory does not name"
    announced = endpoint.announced_address or endpoint.public_address
    return (
        f"{endpoint.name}: mxlab_ftpd in place of {server}, without TLS, at {endpoint.lan_address} port"
        f" {endpoint.control_port}; announces {announced}, ports {endpoint.passive_ports or 'none'}"
    )
