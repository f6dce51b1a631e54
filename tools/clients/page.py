# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the bench: what each client met at each server, beside what was foretold, and how often both agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from clients.cell import HEALTHY, Cell, rate


def report(cells: Sequence[Cell]) -> str:
    """Return the tables as Markdown: of the healthy situations, and of each broken one."""
    lines = [f"{rate(cells)}.", ""]
    for situation in dict.fromkeys(cell.situation for cell in cells):
        lines += [f"## {situation}", "", *_table([cell for cell in cells if cell.situation == situation]), ""]
    return "\n".join(lines)


def misses(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield a line for each cell that is not as foretold."""
    yield from (cell.line for cell in cells if not cell.agrees)


def rates(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the rate of each client, of each server, of each setting of TLS, and of what is broken and what is not."""
    keys: tuple[Callable[[Cell], str], ...] = (
        lambda cell: cell.case.title,
        lambda cell: cell.server,
        lambda cell: f"TLS {cell.case.tls}" if cell.case.tls else "clear",
        lambda cell: "healthy" if cell.situation in HEALTHY else "broken",
    )
    for key in keys:
        for name in sorted({key(cell) for cell in cells}):
            yield f"{name:56}{rate([cell for cell in cells if key(cell) == name])}"


def _table(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield a table with a row for each client, mode and TLS, and a column for each server."""
    servers = sorted({cell.server for cell in cells})
    yield f"| client | mode | TLS | {' | '.join(servers)} |"
    yield "| --- " * (3 + len(servers)) + "|"
    rows: dict[tuple[str, str, str], dict[str, Cell]] = {}
    for cell in cells:
        case = cell.case
        key = (case.title, case.mode, case.tls or "none")
        rows.setdefault(key, {})[cell.server] = cell
    for key in sorted(rows):
        yield f"| {' | '.join(key)} | {' | '.join(_words(rows[key].get(server)) for server in servers)} |"


def _words(cell: Cell | None) -> str:
    """Return what a client met, and what was foretold if that is something else."""
    if cell is None:
        return "-"
    return cell.met if cell.agrees else f"{cell.met} (foretold: {cell.foretold})"
