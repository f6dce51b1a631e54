# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The census as a table in Markdown, and as lines for a terminal.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._markdown import Section, code, written
from ansible_collections.mxlab.ftp.plugins.module_utils._results import items_of
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line

_FIELDS = ("server", "lines", "lines_read", "clients", "not_logged_in")
_EXPECTED = "the results of mxlab.ftp.client_census by host"
_TABLE = (
    "| address | client | user | sessions | last | modes | data connections | effects |",
    "| --- | --- | --- | ---: | --- | --- | --- | --- |",
)
_ELSEWHERE = "The JSON file has them all."


def markdown(results: Any) -> str:
    """Return the census of each host as Markdown, not much longer than LIMIT; raise ValueError for anything else."""
    found = _checked(results)
    count = sum(len(result["clients"]) for result in found.values())
    return written(f"FTP clients: {count}", _sections(found), _ELSEWHERE)


def table(results: Any) -> list[str]:
    """Return one line for each client of each host; raise ValueError for what is no result of the census."""
    return [line for host, result in _checked(results).items() for line in _lines(host, result)]


def _checked(results: Any) -> dict[str, Mapping[str, Any]]:
    if not isinstance(results, Mapping):
        raise ValueError(f"expected {_EXPECTED}, got {type(results).__name__}")
    items = items_of(list(results.values()), _FIELDS, _EXPECTED)
    return dict(zip(map(str, results), items))


def _sections(results: Mapping[str, Mapping[str, Any]]) -> Iterator[Section]:
    for host, result in results.items():
        yield Section(("", f"#### {code(host)} ({code(result['server'])})", "", *_TABLE), tuple(_cells(result)), ("",))
        yield Section((_summary(result), ""), tuple(_reasons(result["clients"])))


def _cells(result: Mapping[str, Any]) -> Iterator[str]:
    for row in result["clients"]:
        cells = (row["address"], _client(row), row["user"], str(row["sessions"]), row["last"])
        used = (_counts(row["modes"]), _counts(row["protection"]), _verdicts(row))
        yield f"| {' | '.join(code(cell) if cell else '' for cell in (*cells, *used))} |"


def _reasons(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for who, verdict, reason in _affected(rows):
        yield f"- {code(who)}, {verdict}. {code(reason)}"


def _affected(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Yield client, verdict and reason of each effect that makes a difference, or may make one."""
    for row in rows:
        for name, effect in row["effects"].items():
            if effect["verdict"] != "unaffected":
                yield _who(row), f"{name}: {effect['verdict']}", effect["reason"]


def _lines(host: str, result: Mapping[str, Any]) -> Iterator[str]:
    yield one_line(f"{host} ({result['server']}): {_summary(result)}")
    for row in result["clients"]:
        shown = (row["address"], row["user"], _client(row), f"{row['sessions']} sessions", f"last {row['last']}")
        used = (_counts(row["modes"]), _counts(row["protection"]), _verdicts(row))
        yield one_line("  " + ", ".join(each for each in (*shown, *used) if each))
    for who, verdict, reason in _affected(result["clients"]):
        yield one_line(f"  {who}, {verdict}. {reason}")


def _summary(result: Mapping[str, Any]) -> str:
    if not result["lines_read"]:
        return (
            f"no clients are known, because none of {result['lines']} lines is about a client of {result['server']}."
            " Name a file with its log in ftp_census_log, or check that the server writes one, and that Ansible's"
            " user may read it (ansible_become)."
        )
    strangers = result["not_logged_in"]
    lines = f"{result['lines']} lines, of which {result['lines_read']} are about clients"
    without = f"{strangers['sessions']} sessions of {strangers['addresses']} addresses without a login"
    return f"{len(result['clients'])} clients in {lines}; {without}."


def _client(row: Mapping[str, Any]) -> str:
    return f"{row['client']} (by its commands)" if row["known_by"] == "commands" else str(row["client"])


def _who(row: Mapping[str, Any]) -> str:
    return f"{row['address']} {row['user']} {_client(row)}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _verdicts(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {effect['verdict']}" for name, effect in row["effects"].items())
