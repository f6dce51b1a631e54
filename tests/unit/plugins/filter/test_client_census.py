# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters as a playbook uses them: a log in, a table, Markdown and the command that prints the log out."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.client_census import FilterModule

FILTERS = FilterModule().filters()
LINE = "2026-11-30T18:45:35+00:00 server13 pure-ftpd[9]: (?@203.0.113.7) [INFO] {}\n"
EVIL = "<b>@team|x\x1b[2J"
TEXT = "".join(LINE.format(said) for said in ("New connection from 203.0.113.7", f"{EVIL} is now logged in", "Logout."))


@pytest.fixture
def results() -> dict[str, Any]:
    return {"server13": FILTERS["client_census"](TEXT, "pure_ftpd", {"ftp_tls": "required"})}


def test_the_table_has_a_line_for_each_client_and_its_verdict(results: dict[str, Any]) -> None:
    lines = FILTERS["client_census_table"](results)
    assert lines[0].startswith("server13 (pure_ftpd): 1 clients in 3 lines, of which 3 are about clients; 0 sessions")
    assert lines[1].startswith(
        "203.0.113.7, <b>@team|x\N{REPLACEMENT CHARACTER}[2J, unknown, 1 sessions, last 2026-11-30T"
    )
    assert "ftp_tls: undetermined. It came without TLS." in lines[2]


def test_markdown_shows_texts_of_clients_as_code(results: dict[str, Any]) -> None:
    text = FILTERS["client_census_markdown"](results)
    assert text.startswith("### FTP clients: 1\n")
    assert "<b>" not in text and "@team" not in text and "\x1b" not in text
    rows = [line for line in text.splitlines() if line.startswith("| <code>")]
    assert [line.count(" | ") for line in rows] == [7]


@pytest.mark.parametrize(("text", "lines"), [("", 0), (TEXT, 3)])
def test_a_log_without_clients_is_not_taken_for_a_server_without_clients(text: str, lines: int) -> None:
    found = {"a": FILTERS["client_census"](text, "vsftpd")}
    told = f"no clients are known, because none of {lines} lines is about a client of vsftpd. Name a file with its log"
    assert told in FILTERS["client_census_markdown"](found)
    assert [told in line for line in FILTERS["client_census_table"](found)] == [True]


@pytest.mark.parametrize("name", ["client_census_table", "client_census_markdown"])
@pytest.mark.parametrize("value", [None, [], "text", {"a": 1}, {"a": {}}])
def test_what_is_no_result_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"expected the results of mxlab\.ftp\.client_census by host"):
        FILTERS[name](value)


def test_the_command_reads_the_log_of_each_server() -> None:
    command = FILTERS["client_census_command"]
    assert command("pure_ftpd") == "journalctl --unit pure-ftpd --output short-iso --no-pager --quiet"
    assert "zcat" in command("proftpd") and command("iis_ftp") == ""
    # The older lines come first, and a part that cannot be read is a failure.
    assert command("vsftpd").startswith("journalctl --unit vsftpd --output short-iso --no-pager --quiet && ls -tr ")
    with pytest.raises(ValueError, match="server is 'x'; expected one of vsftpd"):
        command("x")
