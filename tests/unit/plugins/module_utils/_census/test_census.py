# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs of each server in, clients and verdicts out.  Those in the folder logs are recorded, but for two servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._census import tracker
from ansible_collections.mxlab.ftp.plugins.module_utils._census.census import census
from ansible_collections.mxlab.ftp.plugins.module_utils._census.logs import LOGS

FOLDER = Path(__file__).parent / "logs"
PLAN = {"ftp_tls": "required", "ftp_modes": ["passive"], "ftp_tls_session_reuse": "required", "tls_minimum": "TLSv1.3"}
# Of the clients that were recorded, each by one name at least.
RECORDED = {"curl", "Python ftplib or commons-net", "tnftp", "wget", "aioftp", "basic-ftp"}


def of_file(name: str, server: str, plan: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return the clients in a log by their names, which are all different in these logs."""
    found = census((FOLDER / f"{name}.log").read_text(), server, plan)
    return {row["client"]: row for row in found["clients"]}


def verdicts(row: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {name: (effect["verdict"], effect["basis"]) for name, effect in row["effects"].items()}


def test_every_server_has_a_log() -> None:
    assert list(LOGS) == [server.role for server in SERVERS.values()]


@pytest.mark.parametrize(
    ("name", "server", "lftp"),
    [
        ("pure_ftpd", "pure_ftpd", "lftp"),
        ("proftpd", "proftpd", "lftp/4.9.2"),
        ("vsftpd_journal", "vsftpd", "lftp"),
        ("vsftpd", "vsftpd", "lftp"),
        ("pyftpdlib", "pyftpdlib", "lftp"),
    ],
)
def test_each_client_is_recognised(name: str, server: str, lftp: str) -> None:
    found = of_file(name, server)
    assert set(found) == RECORDED | {lftp, "NcFTPPut 3.2.6 linux-x86_64-glibc2.33"}
    assert {row["user"] for row in found.values()} == {"transfer"}
    assert {row["address"] for row in found.values()} == {"203.0.113.100"}
    assert {row["kind"] for row in found.values()} == {"public"}
    assert {client: row["sessions"] for client, row in found.items() if row["sessions"] > 1} == {
        "curl": 4,
        lftp: 2,
        "Python ftplib or commons-net": 3,
    }
    assert found["curl"]["known_by"] == "commands"


@pytest.mark.parametrize("server", ["pure_ftpd", "proftpd", "vsftpd", "pyftpdlib"])
def test_modes_and_tls_are_counted(server: str) -> None:
    found = of_file(server, server)
    assert found["curl"]["modes"] == {"EPRT": 1, "EPSV": 3}
    assert found["curl"]["protection"] == {"clear": 2, "private": 2}
    # The role of vsftpd has TLS 1.2 only; pyftpdlib logs no version.
    versions = {"vsftpd": ["TLSv1.2"], "pyftpdlib": []}.get(server, ["TLSv1.2", "TLSv1.3"])
    assert found["curl"]["tls_versions"] == versions
    assert found["tnftp"]["protection"] == {"clear": 1}


def test_what_proftpd_refused_is_no_data_connection() -> None:
    """Python's ftplib does not resume its TLS session: 425 to its STOR."""
    assert of_file("proftpd", "proftpd")["Python ftplib or commons-net"]["modes"] == {"PASV": 2, "PORT": 1}
    assert of_file("pure_ftpd", "pure_ftpd")["Python ftplib or commons-net"]["modes"] == {"PASV": 3, "PORT": 1}


def test_verdicts_rest_on_the_log_or_on_what_is_known_of_the_client() -> None:
    found = of_file("pure_ftpd", "pure_ftpd", PLAN)
    assert verdicts(found["curl"]) == {
        "ftp_tls": ("breaks", "oracle"),
        "ftp_modes": ("breaks", "oracle"),
        "ftp_tls_session_reuse": ("unaffected", "oracle"),
        "tls_minimum": ("breaks", "log"),
    }
    assert verdicts(found["Python ftplib or commons-net"])["ftp_tls_session_reuse"] == ("breaks", "oracle")
    assert verdicts(found["tnftp"])["ftp_tls"] == ("breaks", "oracle")
    assert verdicts(found["lftp"])["ftp_tls"] == ("breaks", "log")


def test_proftpd_logs_whether_tls_sessions_are_resumed() -> None:
    assert verdicts(of_file("proftpd", "proftpd", PLAN)["curl"])["ftp_tls_session_reuse"] == ("unaffected", "log")


def test_vsftpd_in_the_journal_does_not_show_what_comes_before_the_login() -> None:
    row = of_file("vsftpd_journal", "vsftpd", PLAN)["tnftp"]
    assert row["protection"] == {"unknown": 1}
    assert row["effects"]["ftp_tls"]["verdict"] == "undetermined"
    assert "log_ftp_protocol: true, syslog_enable: false" in row["effects"]["ftp_tls"]["reason"]


def test_a_log_without_commands_names_the_setting() -> None:
    (row,) = of_file("pyftpdlib_plain", "pyftpdlib", PLAN).values()
    assert (row["client"], row["known_by"], row["sessions"]) == ("unknown", "", 4)
    assert row["modes"] == row["protection"] == {"unknown": 4}
    assert all("pyftpdlib_log_commands" in effect["reason"] for effect in row["effects"].values())


def test_the_format_of_filezilla_server() -> None:
    found = census((FOLDER / "filezilla_server.log").read_text(), "filezilla_server", PLAN)
    assert found["not_logged_in"] == {"sessions": 1, "addresses": 1}
    (row,) = found["clients"]
    assert (row["client"], row["user"], row["modes"], row["protection"]) == (
        "unknown",
        "transfer",
        {"PASV": 1},
        {"clear": 1},
    )
    # The server may have refused TLS to others; nobody has used it.
    assert row["effects"]["ftp_tls"]["verdict"] == "undetermined"


def test_the_format_of_iis_with_two_sessions_at_once_and_ipv6() -> None:
    text = (FOLDER / "iis_ftp.log").read_text()
    lan, other = census(text, "iis_ftp", PLAN)["clients"]
    assert (lan["address"], lan["kind"], lan["user"], lan["modes"]) == (
        "192.168.128.69",
        "private",
        "SERVER14\\transfer",
        {"PORT": 1},
    )
    assert lan["effects"]["ftp_modes"]["verdict"] == "undetermined"
    assert (other["client"], other["address"], other["protection"]) == ("curl", "2001:db8::7", {"private": 1})
    # Without x-session, nobody can tell the sessions from each other.
    assert census(text.replace(" x-session", " x-other"), "iis_ftp")["clients"] == []


def test_tls_of_proftpd_without_commands_is_no_stranger() -> None:
    line = "2026-11-30 18:42:43,052 mod_tls/2.9.2[1285]: TLSv1.3 connection accepted, using cipher A (256 bits)\n"
    assert census(line, "proftpd")["not_logged_in"] == {"sessions": 0, "addresses": 0}


def test_proftpd_lists_transfers_where_it_logs_no_commands() -> None:
    line = "Mon Nov 30 18:42:43 2026 0 203.0.113.100 6 /srv/ftp/transfer/a b.txt b _ i r transfer ftps 0 * c\n"
    (row,) = census(line * 3, "proftpd", {"ftp_tls": "required"})["clients"]
    assert (row["sessions"], row["modes"], row["protection"]) == (0, {"unknown": 3}, {"unknown": 3})
    both = census(line + (FOLDER / "proftpd.log").read_text(), "proftpd")
    assert all(row["sessions"] for row in both["clients"])


VSFTPD = """\
Mon Nov 30 18:51:40 2026 [pid 2] CONNECT: Client "203.0.113.7"
Mon Nov 30 18:51:40 2026 [pid 3] CONNECT: Client "203.0.113.7"
Mon Nov 30 18:51:40 2026 [pid 2] FTP command: Client "203.0.113.7", "AUTH TLS"
Mon Nov 30 18:51:40 2026 [pid 2] DEBUG: Client "203.0.113.7", "SSL version: TLSv1.2, SSL cipher: A, not reused, no cert"
Mon Nov 30 18:51:40 2026 [pid 2] FTP command: Client "203.0.113.7", "PBSZ 0"
Mon Nov 30 18:51:40 2026 [pid 2] FTP command: Client "203.0.113.7", "PROT P"
Mon Nov 30 18:51:40 2026 [pid 3] FTP command: Client "203.0.113.7", "USER beta"
Mon Nov 30 18:51:40 2026 [pid 2] FTP command: Client "203.0.113.7", "USER alpha"
Mon Nov 30 18:51:40 2026 [pid 3] [beta] FTP command: Client "203.0.113.7", "PASS <password>"
Mon Nov 30 18:51:40 2026 [pid 2] [alpha] FTP command: Client "203.0.113.7", "PASS <password>"
Mon Nov 30 18:51:40 2026 [pid 1] [alpha] OK LOGIN: Client "203.0.113.7"
Mon Nov 30 18:51:40 2026 [pid 5] [beta] OK LOGIN: Client "203.0.113.7"
Mon Nov 30 18:51:41 2026 [pid 4] [alpha] FTP command: Client "203.0.113.7", "PASV"
Mon Nov 30 18:51:41 2026 [pid 6] [beta] FTP command: Client "203.0.113.7", "PORT 203,0,113,7,4,5"
Mon Nov 30 18:51:41 2026 [pid 6] [beta] FTP command: Client "203.0.113.7", "STOR b"
Mon Nov 30 18:51:41 2026 [pid 4] [alpha] FTP command: Client "203.0.113.7", "STOR a"
Mon Nov 30 18:51:41 2026 [pid 4] [alpha] DEBUG: Client "203.0.113.7", "SSL version: TLSv1.2, SSL cipher: A, reused"
Mon Nov 30 18:51:41 2026 [pid 4] [alpha] FTP response: Client "203.0.113.7", "221 Goodbye."
"""


def test_a_session_of_vsftpd_goes_from_process_to_process() -> None:
    alpha, beta = census(VSFTPD, "vsftpd", PLAN)["clients"]
    assert (alpha["user"], alpha["sessions"], alpha["modes"], alpha["protection"]) == (
        "alpha",
        1,
        {"PASV": 1},
        {"private": 1},
    )
    assert verdicts(alpha)["ftp_tls_session_reuse"] == ("unaffected", "log")
    assert (beta["user"], beta["sessions"], beta["modes"], beta["protection"]) == (
        "beta",
        1,
        {"PORT": 1},
        {"clear": 1},
    )


def test_a_process_number_that_comes_again_is_another_session() -> None:
    old = '2026-11-30 18:00:00,001 7 203.0.113.7 {} "{}" {}\n'
    said = [("-", "USER a", 331), ("a", "PASS (hidden)", 230), ("a", "PORT 1", 200), ("a", "STOR x", 226)]
    first = "".join(old.format(*each) for each in said)
    again = first.replace("PORT 1", "PASV").replace('"PASV" 200', '"PASV" 227')
    (row,) = census(first + again, "proftpd")["clients"]
    assert (row["sessions"], row["modes"]) == (2, {"PASV": 1, "PORT": 1})


def test_hostile_lines_harm_nobody() -> None:
    line = "2026-11-30T18:45:35+00:00 server13 pure-ftpd[9]: ({}@203.0.113.7) [{}] {}\n"
    evil = "\x1b[2J<script>|`\u202e"
    text = (
        line.format("?", "DEBUG", f"Command [user] [{evil}]")
        + line.format("?", "INFO", f"{evil} is now logged in")
        + line.format("x", "DEBUG", f"Command [clnt] [{evil * 99}]")
        + line.format("x", "DEBUG", "Command [stor] [" + "a" * 100_000)
        + "\x00" * 1000
        + "\n"
        + line.format("x", "DEBUG", "Command [pasv] []")[:-9]
    )
    (row,) = census(text, "pure_ftpd", PLAN)["clients"]
    assert not any(character in str(row) for character in "\x1b\u202e\x00")
    assert len(row["client"]) <= 80


def test_no_password_and_no_file_name_gets_into_the_result() -> None:
    for path in FOLDER.iterdir():
        server = path.stem if path.stem in LOGS else path.stem.partition("_")[0]
        told = str(census(path.read_text(), server, PLAN))
        assert not any(word in told for word in ("lab-password", ".txt", "PASS ", "list.html", "in.csv"))
    typed = "2026-11-30T18:45:35+00:00 h pure-ftpd[9]: (?@203.0.113.7) [DEBUG] Command [user] [my-password]\n"
    assert "my-password" not in str(census(typed, "pure_ftpd"))


def test_logs_without_ends_of_sessions_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker, "_OPEN", 3)
    text = "".join(f'2026-11-30 18:00:00,001 {n} 203.0.113.{n} - "USER a" 331\n' for n in range(1, 9))
    assert census(text, "proftpd")["not_logged_in"] == {"sessions": 8, "addresses": 8}


@pytest.mark.parametrize(
    ("text", "server", "plan", "said"),
    [
        (1, "vsftpd", {}, "of type int; expected its text"),
        ("", "wuftpd", {}, "server is 'wuftpd'; expected one of vsftpd, proftpd"),
        ("", "vsftpd", [1], r"plan is \[1\]; expected a dictionary"),
        ("", "vsftpd", {"tls": 1}, "unknown keys tls; expected ftp_tls"),
        ("", "vsftpd", {"ftp_tls": "yes"}, "ftp_tls is 'yes'; expected required"),
        ("", "vsftpd", {"ftp_modes": "passive"}, "the only mode that stays"),
        ("", "vsftpd", {"ftp_passive_ports": "9-1"}, "ftp_passive_ports: '9-1' is inverted"),
        ("", "vsftpd", {"tls_minimum": "1.3"}, "expected TLSv1.2 or TLSv1.3"),
    ],
)
def test_what_is_wrong_is_said(text: Any, server: str, plan: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        census(text, server, plan)


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        ({"ftp_passive_ports": "50000-50010", "passive_ports_today": "50000-50099"}, "unaffected"),
        ({"ftp_passive_ports": "50000-50100", "passive_ports_today": "50000-50099"}, "undetermined"),
        ({"ftp_passive_ports": "50000-50010"}, "undetermined"),
        ({"ftp_modes": ["active"]}, "breaks"),
        ({}, None),
    ],
)
def test_another_range_or_active_mode_alone(plan: dict[str, Any], verdict: str | None) -> None:
    effects = of_file("proftpd", "proftpd", plan)["wget"]["effects"]
    assert [effect["verdict"] for effect in effects.values()] == ([verdict] if verdict else [])
