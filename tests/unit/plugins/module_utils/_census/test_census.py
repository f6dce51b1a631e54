# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs of each server in, clients and verdicts out.  Those in the folder logs are recorded, but for two servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._census import tracker, vsftpd
from ansible_collections.mxlab.ftp.plugins.module_utils._census.census import census
from ansible_collections.mxlab.ftp.plugins.module_utils._census.logs import LOGS
from ansible_collections.mxlab.ftp.plugins.module_utils._census.relays import Relays

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


def test_vsftpd_logs_the_tls_of_data_connections_by_the_process_before_the_login() -> None:
    found = of_file("vsftpd", "vsftpd", PLAN)
    assert verdicts(found["curl"])["ftp_tls_session_reuse"] == ("unaffected", "log")
    assert verdicts(found["Python ftplib or commons-net"])["ftp_tls_session_reuse"] == ("breaks", "log")
    text = (FOLDER / "vsftpd.log").read_text()
    assert census(text, "vsftpd")["not_logged_in"] == {"sessions": 0, "addresses": 0}


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
Mon Nov 30 18:51:41 2026 [pid 2] [alpha] DEBUG: Client "203.0.113.7", "SSL version: TLSv1.2, SSL cipher: A, reused"
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
    monkeypatch.setattr(tracker, "OPEN", 3)
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


A = 'Client "203.0.113.7"'


def of_vsftpd(*lines: str) -> str:
    """Return a log with these lines, each of which begins with the process."""
    return "".join(f"Mon Nov 30 18:51:40 2026 [pid {line}\n" for line in lines)


def vsftpd_session(first: int, *said: str, user: str = "bob", answers: tuple[str, ...] = ()) -> str:
    """Return the lines of a session in three processes, from `first` on; answers are those before the login."""
    before = (f"{first}] CONNECT: {A}", *(f"{first}] {line}" for line in answers))
    login = (f'{first}] FTP command: {A}, "USER {user}"', f'{first}] [{user}] FTP command: {A}, "PASS <password>"')
    after = (f'{first + 2}] [{user}] FTP command: {A}, "{line}"' for line in said)
    return of_vsftpd(*before, *login, f"{first + 1}] [{user}] OK LOGIN: {A}", *after)


def pure(process: int, *said: str, user: str = "bob", address: str = "203.0.113.7", host: str = "server13") -> str:
    """Return the lines of a session of Pure-FTPd; a command is written as "pasv" or "auth TLS"."""
    line = f"2026-11-30T18:45:35+00:00 {host} pure-ftpd[{process}]: ({{}}@{address}) [INFO] {{}}\n"
    text, name = line.format("?", f"New connection from {address}"), "?"
    for each in said:
        verb, _blank, argument = each.partition(" ")
        text += line.format(name, each if verb == "TLS:" else f"Command [{verb}] [{argument}]")
        if verb == "pass":
            text, name = text + line.format("?", f"{user} is now logged in"), user
    return text + line.format(name, "Logout.")


PYFTPDLIB = "2026-11-30T19:08:45+00:00 server13 python3[2424]: 203.0.113.7:38410-[{}] {}\n"
FILEZILLA = "2026-11-30T18:30:06.782Z {} [FTP Session 7 203.0.113.7{}] {}\n"
REFUSED_TLS: dict[str, str] = {
    "vsftpd": vsftpd_session(
        2,
        "CLNT FileZilla",
        "PASV",
        "STOR x",
        answers=(f'FTP command: {A}, "AUTH TLS"', f'FTP response: {A}, "530 Please login with USER and PASS."'),
    ),
    "pure_ftpd": pure(1, "auth TLS", "auth SSL", "user bob", "pass <*>", "clnt FileZilla", "pasv", "stor x"),
    "pyftpdlib": "".join(
        PYFTPDLIB.format(*each)
        for each in (
            *(("", "FTP session opened (connect)"), ("", "<- AUTH TLS"), ("", '-> 500 Command "AUTH" not understood.')),
            *(("", "<- USER bob"), ("bob", "<- PASS ******"), ("bob", "USER 'bob' logged in.")),
            *(("bob", "<- CLNT FileZilla"), ("bob", "<- PASV"), ("bob", "<- STOR x")),
        )
    ),
    "filezilla_server": "".join(
        FILEZILLA.format(*each)
        for each in (
            *(("<<", "", "220 hi"), (">>", "", "AUTH TLS"), ("<<", "", "502-no"), ("<<", "", "502 no")),
            *((">>", "", "USER bob"), (">>", "", "PASS ***"), ("<<", " bob", "230 in")),
            *((">>", " bob", "CLNT FileZilla"), (">>", " bob", "PASV"), (">>", " bob", "STOR x")),
        )
    ),
}


@pytest.mark.parametrize("server", REFUSED_TLS)
def test_a_client_that_was_refused_tls_did_not_use_it(server: str) -> None:
    other = REFUSED_TLS[server].replace("203.0.113.7", "203.0.113.8")
    other = "".join(line for line in other.splitlines(keepends=True) if "auth" not in line.lower())
    rows = census(REFUSED_TLS[server] + other, server, {"ftp_tls": "required"})["clients"]
    assert [row["protection"] for row in rows] == [{"clear": 1}] * 2
    assert [verdicts(row)["ftp_tls"] for row in rows] == [("undetermined", "log")] * 2


def test_what_vsftpd_refuses_changes_nothing_and_what_it_grants_does() -> None:
    lines = ('FTP command: {}, "AUTH TLS"', 'FTP response: {}, "234 Proceed with negotiation."')
    text = vsftpd_session(2, "PASV", "STOR x", answers=tuple(line.format(A) for line in lines))
    assert census(text, "vsftpd")["clients"][0]["protection"] == {"control_only": 1}
    text = vsftpd_session(2, "PASV", "PORT 203,0,113,7,1,2")
    text += of_vsftpd(f'4] [bob] FTP response: {A}, "500 Illegal PORT command."', f'4] [bob] FTP command: {A}, "LIST"')
    assert census(text, "vsftpd")["clients"][0]["modes"] == {"PASV": 1}


@pytest.mark.parametrize("what", ['OK LOGIN: Client "9.9.9.9"', 'OK LOGIN: Client "9.9.9.9", anon password "x'])
def test_a_name_of_a_user_does_not_forge_a_login(what: str) -> None:
    found = census(of_vsftpd(f"5] [a] {what}] FAIL LOGIN: {A}"), "vsftpd")
    assert (found["lines_read"], found["clients"]) == (0, [])


def test_each_login_of_vsftpd_is_a_session() -> None:
    text = "".join(f"Nov 30 18:39:31 server13 vsftpd[{n}]: [bob] OK LOGIN: {A}\n" for n in (10, 20, 30))
    assert [row["sessions"] for row in census(text, "vsftpd")["clients"]] == [3]


@pytest.mark.parametrize("server", ["vsftpd", "pyftpdlib", "pure_ftpd"])
def test_a_log_without_commands_has_no_listings_so_it_tells_no_mode(server: str) -> None:
    text = {
        "vsftpd": of_vsftpd(f"2] CONNECT: {A}", f"1] [bob] OK LOGIN: {A}"),
        "pyftpdlib": PYFTPDLIB.format("", "FTP session opened (connect)")
        + PYFTPDLIB.format("x", "USER 'x' logged in."),
        "pure_ftpd": "".join(
            line
            for line in pure(1, "pass <*>", "TLS: Enabled TLSv1.3 with A").splitlines(True)
            if "Command" not in line
        ),
    }[server]
    plan = {"ftp_tls": "required", "ftp_modes": ["passive"], "ftp_tls_session_reuse": "required"}
    (row,) = census(text, server, plan)["clients"]
    assert row["modes"] == row["protection"] == {}
    wanted = "unaffected" if server == "pure_ftpd" else "undetermined"
    assert (row["effects"]["ftp_tls"]["verdict"], row["effects"]["ftp_modes"]["verdict"]) == (wanted, "undetermined")
    assert row["effects"]["ftp_tls_session_reuse"]["verdict"] == "undetermined"


def of_proftpd(process: int, *said: tuple[str, str, str]) -> str:
    return "".join(f'2026-11-30 18:00:00,001 {process} 203.0.113.7 {u} "{what}" {code}\n' for u, what, code in said)


@pytest.mark.parametrize("end", [("-", "QUIT", "221"), ("-", "NOOP", "200")])
def test_a_stranger_at_proftpd_is_one_session(end: tuple[str, str, str]) -> None:
    said = (("-", "", "-"), ("-", "USER a", "331"), ("-", "PASS (hidden)", "530"), end, ("-", "", "-"))
    assert census(of_proftpd(5, *said) * 2, "proftpd")["not_logged_in"] == {"sessions": 2, "addresses": 1}


def test_the_name_of_a_user_of_proftpd_may_have_blanks() -> None:
    name = "john doe"
    said = (("-", "", "-"), (name, "PASS (hidden)", "230"), (name, "PASV", "227"), (name, 'STOR a "b" 1', "226"))
    (row,) = census(of_proftpd(5, *said, (name, "", "-")), "proftpd")["clients"]
    assert (row["user"], row["sessions"], row["modes"]) == (name, 1, {"PASV": 1})


def test_processes_of_two_hosts_may_have_one_number() -> None:
    one, other = (pure(1, "user bob", "pass <*>", "pasv", "retr x", host=host).splitlines(True) for host in "ab")
    (row,) = census("".join(line for pair in zip(one, other) for line in pair), "pure_ftpd")["clients"]
    assert (row["sessions"], row["modes"]) == (2, {"PASV": 2})


def test_lines_that_name_no_process_are_not_read() -> None:
    """Nobody can tell from them which commands are of one session."""
    found = census(pure(1, "user bob", "pass <*>", "pasv", "retr x").replace("[1]", ""), "pure_ftpd")
    assert (found["lines_read"], found["clients"]) == (0, [])


def test_pure_ftpd_may_log_names_of_hosts_and_files_named_like_a_login() -> None:
    text = pure(1, "user bob", "pass <*>", "pasv", "retr x", address="client.example.com")
    said = text.replace("[INFO] Logout.", "[NOTICE] Deleted a is now logged in")
    (row,) = census(said, "pure_ftpd")["clients"]
    assert (row["address"], row["kind"], row["user"]) == ("client.example.com", "unknown", "bob")


def tls_of(version: str) -> str:
    lines = (
        'FTP command: {}, "AUTH TLS"',
        f'DEBUG: {{}}, "SSL version: {version}, SSL cipher: X, not reused, no cert"',
    )
    return vsftpd_session(2, "PASV", "STOR x", answers=tuple(line.format(A) for line in lines))


@pytest.mark.parametrize(
    ("version", "said", "verdict"),
    [
        # OpenSSL calls so the version that has brought AES256-SHA or ECDHE-RSA-AES256-SHA: TLS 1.2 has them, too.
        ("SSLv3", "SSLv3 or newer", "undetermined"),
        ("TLSv1.0", "TLSv1.0 or newer", "undetermined"),
        ("TLSv1.2", "TLSv1.2", "unaffected"),
        ("TLSv1.3", "TLSv1.3", "unaffected"),
        ("TLSv9", "TLSv9 or newer", "undetermined"),
    ],
)
def test_the_version_in_the_log_of_vsftpd_is_that_of_the_cipher(version: str, said: str, verdict: str) -> None:
    newer = tls_of("TLSv1.2").replace("203.0.113.7", "203.0.113.8").replace("[pid ", "[pid 9")
    row = census(newer + tls_of(version), "vsftpd", {"tls_minimum": "TLSv1.2"})["clients"][0]
    assert (row["tls_versions"], row["effects"]["tls_minimum"]["verdict"]) == ([said], verdict)


@pytest.mark.parametrize("version", ["TLSv1.4", "quic"])
def test_an_unknown_version_of_tls_is_neither_old_nor_new(version: str) -> None:
    text = "".join(
        pure(n, "auth TLS", f"TLS: Enabled {each} with X", "user bob", "pass <*>", "pasv", "retr x", address=address)
        for n, (each, address) in enumerate((("TLSv1.3", "203.0.113.8"), (version, "203.0.113.7")))
    )
    row = census(text, "pure_ftpd", {"tls_minimum": "TLSv1.2"})["clients"][0]
    assert verdicts(row)["tls_minimum"] == ("undetermined", "log")


def test_a_session_that_the_log_does_not_end_may_be_older_than_the_tls_of_the_server() -> None:
    old = vsftpd_session(2, "CLNT x", "PASV", "STOR x")
    secured = tls_of("TLSv1.2").replace("203.0.113.7", "203.0.113.8").replace("[pid ", "[pid 9")
    ended = secured + "\n".join(
        ['Mon Nov 30 18:51:40 2026 [pid 94] [bob] FTP response: Client "203.0.113.8", "221 Bye"', ""]
    )
    plan = {"ftp_tls": "required"}
    assert verdicts(census(old + ended, "vsftpd", plan)["clients"][0])["ftp_tls"] == ("undetermined", "log")
    assert verdicts(census(ended + old, "vsftpd", plan)["clients"][0])["ftp_tls"] == ("breaks", "log")


CURL = ("user bob", "pass <*>", "pbsz 0", "prot P", "pwd", "epsv", "type I", "retr x")


@pytest.mark.parametrize(
    ("version", "more", "verdict"),
    [("TLSv1.3", 0, "unaffected"), ("TLSv1.3", 2, "undetermined"), ("TLSv1.2", 2, "unaffected")],
)
def test_curl_resumes_a_session_of_tls_1_3_for_few_data_connections(version: str, more: int, verdict: str) -> None:
    text = pure(1, "auth TLS", f"TLS: Enabled {version} with X", *CURL, *("epsv", "retr x") * more)
    (row,) = census(text, "pure_ftpd", {"ftp_tls_session_reuse": "required"})["clients"]
    assert (row["client"], verdicts(row)["ftp_tls_session_reuse"]) == ("curl", (verdict, "oracle"))


@pytest.mark.parametrize(
    ("client", "command", "mode", "verdict"),
    [
        # lftp and FileZilla change the mode, whichever is set; curl and wget never.
        ("lftp/4.9.2", "port 1", "passive", "undetermined"),
        ("lftp/4.9.2", "epsv", "active", "undetermined"),
        ("FileZilla", "eprt 1", "passive", "undetermined"),
        ("curl", "eprt 1", "passive", "breaks"),
        ("wget", "pasv", "active", "breaks"),
    ],
)
def test_a_client_that_can_change_the_mode_may_do_it(client: str, command: str, mode: str, verdict: str) -> None:
    text = pure(1, "user bob", "pass <*>", f"clnt {client}", command, "retr x")
    (row,) = census(text, "pure_ftpd", {"ftp_modes": [mode]})["clients"]
    assert row["effects"]["ftp_modes"]["verdict"] == verdict


@pytest.mark.parametrize(("ports", "verdict"), [("50000-50003", "unaffected"), ("50000-50002", "undetermined")])
def test_a_smaller_range_has_to_have_ports_for_all_clients_at_a_time(ports: str, verdict: str) -> None:
    one, other = (pure(n, "user bob", "pass <*>", "pasv", "retr x").splitlines(True) for n in (1, 2))
    text = "".join(line for pair in zip(one, other) for line in pair)
    plan = {"ftp_passive_ports": ports, "passive_ports_today": "50000-50099"}
    (row,) = census(text, "pure_ftpd", plan)["clients"]
    assert row["effects"]["ftp_passive_ports"]["verdict"] == verdict


def test_a_list_of_transfers_does_not_tell_how_many_clients_come_at_a_time() -> None:
    line = "Mon Nov 30 18:42:43 2026 0 203.0.113.100 6 /srv/ftp/a b.txt b _ i r transfer ftps 0 * c\n"
    plan = {"ftp_passive_ports": "50000-50098", "passive_ports_today": "50000-50099"}
    (row,) = census(line, "proftpd", plan)["clients"]
    assert row["effects"]["ftp_passive_ports"]["verdict"] == "undetermined"


def test_an_ipv4_address_in_an_ipv6_one_is_ipv4() -> None:
    said = ("user bob", "pass <*>", "type I", "epsv", "retr x")
    (row,) = census(pure(1, *said, address="::ffff:203.0.113.7"), "pure_ftpd")["clients"]
    assert (row["client"], row["address"]) == ("aioftp", "203.0.113.7")


def test_a_line_of_another_service_with_a_line_of_ftp_in_it_is_not_read() -> None:
    line = "2026-11-30T18:43:47.535Z >> [SSH SFTP Session 1 203.0.113.9] open " + FILEZILLA.format("<<", " a", "230 in")
    assert census(line, "filezilla_server")["clients"] == []
    text = FILEZILLA.format("<<", " a", "230 in")
    assert len(census(f"Nov 30 18:30:06 server13 filezilla-server[1]: {text}", "filezilla_server")["clients"]) == 1


def test_keys_of_a_plan_may_be_anything() -> None:
    with pytest.raises(ValueError, match="unknown keys 1, a; expected ftp_tls"):
        census("", "vsftpd", {1: 2, "a": 3})


def of_iis(port: int, *said: str) -> str:
    row = (
        "2026-11-30 00:01:23 203.0.113.7 {} 192.168.128.14 "
        + str(port)
        + " {} 0 0 5242ddb2-95f5-43b1-b19d-6173e04ac6f0 -\n"
    )
    return "".join(row.format("-" if "bob" in line or "Opened" in line else "bob", line) for line in said)


@pytest.mark.parametrize(("port", "protection"), [(990, "control_only"), (21, "clear")])
def test_port_990_of_iis_is_implicit_tls(port: int, protection: str) -> None:
    text = of_iis(port, "ControlChannelOpened - -", "USER bob 331", "PASS *** 230", "PASV - 227", "RETR a 226")
    assert census(text, "iis_ftp")["clients"][0]["protection"] == {protection: 1}


def test_prot_p_without_auth_is_implicit_tls_where_the_server_grants_it() -> None:
    plan = {"ftp_tls": "required"}
    (row,) = census(vsftpd_session(2, "PBSZ 0", "PROT P", "PWD"), "vsftpd", plan)["clients"]
    assert verdicts(row)["ftp_tls"] == ("unaffected", "log")
    refused = pure(1, "user bob", "pass <*>", "prot P", "pasv", "stor x")
    assert census(refused, "pure_ftpd")["clients"][0]["protection"] == {"clear": 1}


MIDDLE: dict[str, str] = {
    "proftpd": of_proftpd(5, ("bob", "PASV", "227"), ("bob", "STOR x", "226")),
    "iis_ftp": of_iis(21, "PASV - 227", "RETR a 226"),
    "vsftpd": of_vsftpd(
        f'4] [bob] FTP command: {A}, "PASV"',
        f'4] [bob] FTP response: {A}, "227 Go (1,2,3,4,5,6)."',
        f'4] [bob] FTP command: {A}, "LIST"',
        f'4] [bob] FTP response: {A}, "150 Here comes the directory listing."',
    ),
    "pyftpdlib": "".join(
        PYFTPDLIB.format("bob", line) for line in ("<- PASV", "-> 227 Go (1,2,3,4,5,6).", "<- LIST", "-> 125 Go")
    ),
}


@pytest.mark.parametrize("server", MIDDLE)
def test_a_log_may_begin_in_the_middle_of_a_session(server: str) -> None:
    found = census(MIDDLE[server], server)
    assert found["not_logged_in"] == {"sessions": 0, "addresses": 0}
    (row,) = found["clients"]
    assert (row["user"], row["modes"], row["protection"]) == ("bob", {"PASV": 1}, {"unknown": 1})


def test_what_a_stranger_asks_for_is_no_login() -> None:
    text = of_vsftpd(
        f"2] CONNECT: {A}", f'2] [bob] FTP command: {A}, "LIST"', f'2] [bob] FTP response: {A}, "530 Please login."'
    )
    assert census(text, "vsftpd")["not_logged_in"] == {"sessions": 1, "addresses": 1}


def test_421_ends_a_session_of_vsftpd() -> None:
    text = "".join(
        vsftpd_session(n, "PASV", "STOR x") + of_vsftpd(f'{n + 2}] [bob] FTP response: {A}, "421 Timeout."')
        for n in (10, 20, 30)
    )
    plan = {"ftp_passive_ports": "50000-50003", "passive_ports_today": "50000-50099"}
    assert census(text, "vsftpd", plan)["clients"][0]["effects"]["ftp_passive_ports"]["verdict"] == "unaffected"


CLEAR = (f'FTP command: {A}, "FEAT"',)
ENCRYPTED = (
    f'FTP command: {A}, "AUTH TLS"',
    f'FTP response: {A}, "234 Proceed with negotiation."',
    f'DEBUG: {A}, "SSL version: TLSv1.3, SSL cipher: X, not reused, no cert"',
)


def vsftpd_at_once(*sessions: tuple[int, int, tuple[str, ...], tuple[str, ...]]) -> str:
    """Return the lines of sessions of one account that log in at once.

    Each session: the processes before and after the login, and what each of them says.
    """
    before = [
        f"{first}] {line}"
        for first, _second, early, _late in sessions
        for line in (
            f"CONNECT: {A}",
            *early,
            f'FTP command: {A}, "USER bob"',
            f'[bob] FTP command: {A}, "PASS <password>"',
        )
    ]
    logins = [f"90] [bob] OK LOGIN: {A}"] * len(sessions)
    after = [
        f"{second}] [bob] {line}"
        for _first, second, _early, late in sessions
        for line in (f'FTP response: {A}, "230 Login successful."', *(f'FTP command: {A}, "{verb}"' for verb in late))
    ]
    return of_vsftpd(*before, *logins, *after)


PLAN_OF_TWO = {"ftp_tls": "required", "ftp_modes": ["passive"]}


def test_sessions_of_vsftpd_with_one_account_at_one_moment_are_not_mixed_up() -> None:
    """Which of them sent AUTH is not in the log; which of them sent PORT is."""
    text = vsftpd_at_once((10, 21, CLEAR, ("PORT 1", "STOR a")), (11, 20, ENCRYPTED, ("PASV", "STOR b")))
    (row,) = census(text, "vsftpd", PLAN_OF_TWO)["clients"]
    assert (row["sessions"], row["modes"], row["protection"]) == (2, {"PASV": 1, "PORT": 1}, {"unknown": 2})
    assert (row["client"], row["tls_versions"]) == ("unknown", [])
    assert verdicts(row) == {"ftp_tls": ("undetermined", "log"), "ftp_modes": ("undetermined", "log")}


def test_sessions_of_vsftpd_that_begin_alike_lose_nothing() -> None:
    text = vsftpd_at_once((10, 21, CLEAR, ("PASV", "STOR a")), (11, 20, CLEAR, ("PASV", "STOR b")))
    (row,) = census(text, "vsftpd", PLAN_OF_TWO)["clients"]
    assert (row["sessions"], row["protection"]) == (2, {"clear": 2})


def test_a_wrong_password_before_the_right_one_mixes_nothing_up() -> None:
    wrong = of_vsftpd(
        f"10] CONNECT: {A}",
        *(f"10] {line}" for line in CLEAR),
        f'10] FTP command: {A}, "USER bob"',
        f'10] [bob] FTP command: {A}, "PASS <password>"',
        f"9] [bob] FAIL LOGIN: {A}",
        f'10] [bob] FTP response: {A}, "530 Login incorrect."',
    )
    (row,) = census(wrong + vsftpd_at_once((12, 13, ENCRYPTED, ("PROT P", "PASV", "STOR b"))), "vsftpd")["clients"]
    assert (row["protection"], row["tls_versions"]) == ({"private": 1}, ["TLSv1.3"])


def test_wrong_passwords_do_not_fill_the_memory() -> None:
    asked = [
        f"10] CONNECT: {A}",
        f'10] [bob] FTP command: {A}, "PASS <password>"',
        f'10] [bob] FTP response: {A}, "530 No."',
    ]
    relays = Relays()
    events = filter(None, map(vsftpd.event, of_vsftpd(*asked).splitlines()))
    assert [session.logged_in for session in relays.sessions(events)] == [False]
    assert relays._asking == {}


def test_where_all_processes_of_vsftpd_have_the_same_numbers_a_second_session_is_blind() -> None:
    one = vsftpd_at_once((2, 3, CLEAR, ("PORT 1",)))
    other = vsftpd_at_once((2, 3, ENCRYPTED, ("PROT P", "PASV")))
    lines = f'3] [bob] FTP command: {A}, "STOR a"', f'3] [bob] FTP command: {A}, "STOR b"'
    rows = census(one + other + of_vsftpd(*lines), "vsftpd", PLAN_OF_TWO)["clients"]
    assert sum(row["modes"].get("unknown", 0) for row in rows) == 2
    assert {effect["verdict"] for row in rows for effect in row["effects"].values()} == {"undetermined"}
    # The same with a session that has said goodbye.
    ended = one + of_vsftpd(lines[0], f'3] [bob] FTP response: {A}, "221 Goodbye."')
    rows = census(ended + other + of_vsftpd(lines[1]), "vsftpd")["clients"]
    assert sorted(str(row["protection"]) for row in rows) == ["{'clear': 1}", "{'private': 1}"]


def test_the_settings_that_the_census_names_are_variables_of_the_roles() -> None:
    for server, log in LOGS.items():
        for setting in log.settings.values() if server != "iis_ftp" else ():
            ((name, value),) = yaml.safe_load(setting).items()
            assert name.startswith(server)
            assert value is True or all(each is not None for each in value.values()), setting


def test_lftp_does_not_see_the_tls_of_vsftpd_without_passive_mode() -> None:
    """Its FEAT then lists neither AUTH nor EPSV."""
    said = ("PWD", "PBSZ 0", "PROT P", "TYPE I", "PORT 203,0,113,7,4,5", "STOR x", "SITE x", "SITE x")
    lftp = vsftpd_at_once((10, 11, (CLEAR[0], *ENCRYPTED), said))
    plan = {"ftp_modes": ["active"]}
    (row,) = census(lftp, "vsftpd", plan)["clients"]
    assert (row["client"], verdicts(row)["ftp_modes"]) == ("lftp", ("undetermined", "oracle"))
    assert "sign of TLS" in row["effects"]["ftp_modes"]["reason"]
    clear = vsftpd_at_once((10, 11, CLEAR, [line for line in said if line[:2] != "PB" and line[:4] != "PROT"]))
    (row,) = census(clear, "vsftpd", plan)["clients"]
    assert verdicts(row)["ftp_modes"] == ("unaffected", "log")


def proftpd_with_tls(version: str, transfers: int) -> str:
    """Return the lines of a session of which ProFTPD tells that the first data connection resumed the TLS session."""
    tls = (
        f"2026-12-01 10:00:00,001 mod_tls/2.9.2[5]: {version} {{}}connection accepted, using cipher A (256 bits{{}})\n"
    )
    line = '2026-12-01 10:00:00,002 5 203.0.113.7 {} "{}" {}\n'
    begin = line.format("-", "USER bob", 331) + line.format("bob", "PASS (hidden)", 230)
    said = [("PBSZ 0", 200), ("PROT P", 200), ("PWD", 257), ("EPSV", 229), ("TYPE I", 200), ("STOR x", 226)]
    more = [("EPSV", 229), ("STOR x", 226)] * (transfers - 1)
    first = "".join(line.format("bob", *each) for each in said) + tls.format("data ", ", resumed session")
    return tls.format("", "") + begin + first + "".join(line.format("bob", *each) for each in more)


@pytest.mark.parametrize(
    ("version", "transfers", "verdict"),
    [
        ("TLSv1.3", 1, ("unaffected", "log")),
        ("TLSv1.2", 6, ("unaffected", "log")),
        # curl uses each ticket once.
        ("TLSv1.3", 6, ("undetermined", "oracle")),
    ],
)
def test_proftpd_tells_of_the_first_data_connection_only(
    version: str, transfers: int, verdict: tuple[str, str]
) -> None:
    plan = {"ftp_tls_session_reuse": "required"}
    text = proftpd_with_tls(version, transfers)
    (row,) = census(text, "proftpd", plan)["clients"]
    assert (row["client"], row["protection"]) == ("curl", {"private": transfers})
    assert verdicts(row)["ftp_tls_session_reuse"] == verdict


def test_a_client_that_is_not_known_may_resume_its_first_data_connection_only() -> None:
    text = proftpd_with_tls("TLSv1.3", 6).replace('"PWD"', '"NOOP"')
    (row,) = census(text, "proftpd", {"ftp_tls_session_reuse": "required"})["clients"]
    assert verdicts(row)["ftp_tls_session_reuse"] == ("undetermined", "log")


def test_a_session_of_vsftpd_that_waits_for_no_reply_is_a_stranger_once() -> None:
    """The next one has the same number (isolate in vsftpd.conf), and the login is that one's."""
    given_up = "".join(vsftpd_session(2).splitlines(keepends=True)[:3])
    found = census(given_up + vsftpd_session(2, "PASV", "STOR x"), "vsftpd")
    (row,) = found["clients"]
    assert (row["sessions"], row["modes"]) == (1, {"PASV": 1})
    assert found["not_logged_in"] == {"sessions": 1, "addresses": 1}


def test_a_login_of_vsftpd_is_of_one_session_however_often_it_was_asked_for() -> None:
    """Of the first password, the log lacks the reply."""
    lines = vsftpd_session(2, "PASV", "STOR x").splitlines(keepends=True)
    twice = "".join([*lines[:3], lines[2], *lines[3:]])
    found = census(twice + vsftpd_session(7, "PASV", "STOR x"), "vsftpd")
    (row,) = found["clients"]
    assert (row["sessions"], row["modes"]) == (2, {"PASV": 2})
    assert found["not_logged_in"] == {"sessions": 0, "addresses": 0}


def test_a_client_in_a_log_of_vsftpd_without_commands_is_no_stranger() -> None:
    clients = of_vsftpd(*(f"{n}] {what}: {A}" for n in (2, 12) for what in ("CONNECT", "[bob] OK LOGIN")))
    scanner = of_vsftpd('22] CONNECT: Client "203.0.113.99"')
    found = census(scanner + clients, "vsftpd", {"ftp_tls": "required"})
    (row,) = found["clients"]
    assert (row["sessions"], verdicts(row)["ftp_tls"][0]) == (2, "undetermined")
    assert found["not_logged_in"] == {"sessions": 1, "addresses": 1}
