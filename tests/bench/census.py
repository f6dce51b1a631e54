# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what the census foretells of a planned change is what then happens, with real clients in the running lab.

`make bench-census` (SERVER=vsftpd,proftpd CHANGE=ports,reuse CLIENT=curl,lftp).  Each server is set up on server13 with
all that a change can take away: optional TLS (from 1.1 on, if the server can), no session reuse, both modes.  Each
client comes once for each of its modes and versions of TLS, with an account of its own, so that the census knows one
session from another.  Then each change is made, and all come again.  It prints a table in Markdown, a row as soon as
it is known, with what was foretold wrongly, and ends with status 1 if there is any.  The logs that the census has read
are .lab/census-*.log.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._census.census import census
from ansible_collections.mxlab.ftp.plugins.module_utils._census.effects import BREAKS, UNAFFECTED, UNDETERMINED
from ansible_collections.mxlab.ftp.plugins.module_utils._census.logs import LOGS
from clients import listed, places
from clients.cell import HEALTHY, Case, cases
from clients.places import Places
from clients.run import PROBING, SESSIONS_AT_A_TIME, THERE, session_of, versions_of
from lab import description, inventory
from lab.common import STATE
from matrix import machines
from matrix.ground import Server
from servers import HOST, PUBLIC, configure, say

VANTAGE = "client"
WORKS = "works"
Variables = Mapping[str, Any]
# The ranges of today and of the plans, and what the MX lets through all the time.
TODAY, WITHIN, OTHER, ALL_PORTS = "61000-61399", "61000-61199", "62000-62399", "61000-62399"
# By these, OpenSSL has no minimum of its own, and takes the old signatures of TLS 1.1.
OLD_CIPHERS = ["DEFAULT", "@SECLEVEL=0"]
NO_MINIMUM = "sed -i '/^MinProtocol/d' /etc/ssl/openssl.cnf"
# A cipher of TLS 1.2 for keys that the lab's certificates do not have: what is left is TLS 1.3, whose ciphers no list
# of a server names.
ONLY_TLS_1_3 = {"ftp_tls_ciphers": ["ECDHE-ECDSA-AES256-GCM-SHA384"]}
COMMON: Variables = {
    "ftp_tls": "optional",
    "ftp_tls_self_signed": True,
    "ftp_tls_session_reuse": "optional",
    "ftp_passive_ports": TODAY,
    "ftp_max_clients": 100,
    "ftp_max_per_ip": 100,
}
EMPTY_LOGS = "journalctl --quiet --rotate; journalctl --quiet --vacuum-time=1s; truncate --no-create --size 0 {}"
LOG_FILES = "/var/log/vsftpd.log /var/log/proftpd/proftpd.log /var/log/proftpd/xferlog"


@dataclass(frozen=True)
class Change:
    """A change as the census takes it, and the variables of each server that make it; a server without any has none."""

    plan: Variables
    servers: Mapping[str, Variables]


def everywhere(plan: Variables, *servers: str) -> Change:
    """Return a change that the roles make by variables of the same names."""
    made = {name: value for name, value in plan.items() if name != "passive_ports_today"}
    return Change(plan, dict.fromkeys(servers, made))


def tls_of_vsftpd(*versions: str) -> Variables:
    """Return the variables by which vsftpd has these versions of TLS alone, such as 12 for 1.2."""
    options = {f"ssl_tlsv{version}": version in versions for version in ("11", "12", "13")}
    return {"vsftpd_extra_options": {**told("vsftpd")["vsftpd_extra_options"], **options}}


def tls_of_proftpd(*versions: str) -> Variables:
    """Return the variables by which ProFTPD has these versions of TLS alone, such as 12 for 1.2."""
    spoken = " ".join(f"TLSv1.{version[1]}" for version in versions)
    return {"proftpd_extra_options": {**told("proftpd")["proftpd_extra_options"], "TLSProtocol": spoken}}


def told(server: str) -> dict[str, Any]:
    """Return the variables by which the log tells enough, as the census itself names them."""
    settings = LOGS[server].settings
    variables: dict[str, Any] = yaml.safe_load(settings.get("TLS", settings["commands"]))
    return variables


# The servers, and what each has at first.
FIRST: dict[str, Variables] = {
    "pyftpdlib": told("pyftpdlib"),
    "pure_ftpd": told("pure_ftpd"),
    "vsftpd": {**tls_of_vsftpd("11", "12", "13"), "ftp_tls_ciphers": OLD_CIPHERS},
    "proftpd": {**tls_of_proftpd("11", "12", "13"), "ftp_tls_ciphers": OLD_CIPHERS},
}
CHANGES: dict[str, Change] = {
    "tls": everywhere({"ftp_tls": "required"}, *FIRST),
    # Pure-FTPd has no option that refuses active mode.
    "passive": everywhere({"ftp_modes": ["passive"]}, "pyftpdlib", "vsftpd", "proftpd"),
    "active": everywhere({"ftp_modes": ["active"]}, *FIRST),
    "ports": everywhere({"ftp_passive_ports": WITHIN, "passive_ports_today": TODAY}, *FIRST),
    "other-ports": everywhere({"ftp_passive_ports": OTHER, "passive_ports_today": TODAY}, *FIRST),
    "reuse": everywhere({"ftp_tls_session_reuse": "required"}, "vsftpd", "proftpd"),
    "tls-1.2": Change(
        {"tls_minimum": "TLSv1.2"}, {"vsftpd": tls_of_vsftpd("12", "13"), "proftpd": tls_of_proftpd("12", "13")}
    ),
    "tls-1.3": Change(
        {"tls_minimum": "TLSv1.3"},
        {
            "pyftpdlib": ONLY_TLS_1_3,
            "pure_ftpd": ONLY_TLS_1_3,
            "vsftpd": tls_of_vsftpd("13"),
            "proftpd": tls_of_proftpd("13"),
        },
    ),
}


@dataclass(frozen=True, eq=False)
class Coming:
    """One client with one of its settings, and the account by which the census knows it."""

    case: Case
    user: str


class Met(NamedTuple):
    """What a client met: works, fails or hangs, and its last words."""

    end: str
    said: str


@dataclass
class Tally:
    """What became of the sessions that worked before a change: as foretold, not foretold, wrongly foretold."""

    right: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def row(self, server: str, plan: Variables) -> str:
        """Return the row of the table."""
        known = sum(self.right.values())
        told = f"{known} of {known + len(self.wrong)} ({self.right[BREAKS]} break)"
        unknown = f"{sum(self.open.values())} ({self.open[WORKS]} work)" if self.open else "0"
        planned = ", ".join(f"{name}: {value}" for name, value in plan.items() if name != "passive_ports_today")
        sessions = known + len(self.wrong) + sum(self.open.values())
        return f"| {server} | `{planned.replace(chr(39), '')}` | {sessions} | {told} | {unknown} |"


class Bench:
    """The clients at their vantage, and the server as it is set up at the moment."""

    def __init__(self, there: Places, clients: Sequence[listed.Listed]) -> None:
        self._there = there
        versions = versions_of(clients, there, VANTAGE)
        found = [*cases(clients, versions, HEALTHY[0]), *_old(clients, versions)]
        # A client that is not told to use TLS only counts as one that refuses it after others have used it.
        found.sort(key=lambda case: not case.tls)
        self.all = [Coming(case, f"c{number:03}") for number, case in enumerate(found)]

    def users(self) -> list[dict[str, Any]]:
        """Return the accounts of the clients and that of the lab, which have one folder."""
        (known,) = (
            user for user in inventory.group_variables("ftp_servers")["ftp_users"] if user["name"] == "transfer"
        )
        return [known, *({**known, "name": each.user, "home": "/srv/ftp/transfer"} for each in self.all)]

    def come(self, who: Iterable[Coming], at_a_time: int = SESSIONS_AT_A_TIME) -> dict[Coming, Met]:
        """Have clients come; return what each meets."""
        coming = list(who)
        with ThreadPoolExecutor(at_a_time) as sessions:
            return dict(zip(coming, sessions.map(self._meet, coming)))

    def files(self, content: Mapping[str, str]) -> None:
        """Remove the files of the bench, and put these there."""
        self._there[PROBING, VANTAGE].probe({**self._login("transfer"), "put": content})

    def _meet(self, coming: Coming) -> Met:
        session = session_of(coming.case, self._login(coming.user))
        met = self._there[coming.case.client.image, VANTAGE].probe(session)
        return Met(met["verdict"], " / ".join(met["said"].split("\n")[-6:]))

    def _login(self, user: str) -> dict[str, Any]:
        password = description.read()["ftp"]["password"]
        return {"host": PUBLIC, "port": 21, "user": user, "password": password}


def _old(clients: Sequence[listed.Listed], versions: Mapping[str, str]) -> Iterator[Case]:
    """Yield the cases with a version of TLS that clients no longer have unless they are told to."""
    for client in clients:
        version = versions.get(f"{client.image} {client.asked}")
        if client.kind in ("curl", "ftplib") and version:
            yield Case(client, version, [*client.modes][0], "1.1")


def set_up(server: str, users: Sequence[Variables], *variables: Variables) -> None:
    """Run the server's role with these variables, the later ones before the earlier; the rules of the MX stay."""
    wanted = {**COMMON, **FIRST[server], "ftp_users": users}
    for each in variables:
        wanted |= each
    role = ["ansible.builtin.include_role", "--args", f"name=mxlab.ftp.{server}"]
    command = ["ansible", HOST, "--module-name", *role, "--extra-vars", json.dumps({**wanted, "ftp_server": server})]
    run = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"{run.stdout}\nthe role {server} failed, see above, with {', '.join(map(str, variables))}")


def foretold(server: str, plan: Variables) -> dict[str, tuple[str, str]]:
    """Return the worst verdict on each account, with its reason, by the log of the server."""
    text = machines.run(HOST, LOGS[server].command)
    (STATE / f"census-{server}.log").write_text(text)
    found: dict[str, tuple[str, str]] = {}
    order = (BREAKS, UNDETERMINED, UNAFFECTED)
    for row in census(text, server, plan)["clients"]:
        ((_name, effect),) = row["effects"].items()
        new = (effect["verdict"], f"{row['client']}: {effect['reason']}")
        found[row["user"]] = min(found.get(row["user"], new), new, key=lambda each: order.index(each[0]))
    return found


def compare(bench: Bench, verdicts: Mapping[str, tuple[str, str]], before: Sequence[Coming]) -> Tally:
    """Have the clients come again that worked before, and compare with what was foretold of them."""
    tally = Tally()
    met = bench.come(before)
    # A busy machine can make a client fail: the second time, alone, counts.
    again = [each for each in before if met[each].end != WORKS or not _agrees(verdicts[each.user][0], met[each])]
    met |= bench.come([each for each in again if verdicts[each.user][0] != BREAKS or met[each].end == WORKS], 1)
    for each in before:
        verdict, reason = verdicts[each.user]
        if verdict == UNDETERMINED:
            tally.open[met[each].end] += 1
        elif _agrees(verdict, met[each]):
            tally.right[verdict] += 1
        else:
            tally.wrong.append(
                f"{each.case.label}: foretold {verdict} ({reason}), but it {met[each].end}: {met[each].said}"
            )
    return tally


def _agrees(verdict: str, met: Met) -> bool:
    return verdict == UNDETERMINED or (verdict == UNAFFECTED) == (met.end == WORKS)


def of_server(server: str, wanted: Sequence[str], clients: Sequence[listed.Listed]) -> list[str]:
    """Print the rows of a server; return what was foretold wrongly."""
    # Also makes the certificate, which the clients' containers trust.
    configure(server, f"ftp_passive_ports={ALL_PORTS}", "ftp_tls=optional", "ftp_tls_self_signed=true")
    machines.run(HOST, NO_MINIMUM)
    with places.opened([VANTAGE], [Server(HOST, "own", server, {})]) as there:
        bench = Bench(there, clients)
        set_up(server, bench.users())
        bench.files(THERE)
        machines.run(HOST, EMPTY_LOGS.format(LOG_FILES))
        met = bench.come(bench.all)
        before = [each for each in bench.all if met[each].end == WORKS]
        failed = [f"{each.case.label}: {met[each].said}" for each in bench.all if met[each].end != WORKS]
        say(f"{server}: {len(before)} sessions work before a change; these did not, and are left out: {len(failed)}")
        print("\n".join(failed))
        verdicts = {name: foretold(server, CHANGES[name].plan) for name in wanted if server in CHANGES[name].servers}
        wrong = []
        for name, foreseen in verdicts.items():
            change = CHANGES[name]
            set_up(server, bench.users(), change.servers[server])
            tally = compare(bench, foreseen, before)
            print("\n".join([tally.row(server, change.plan), *tally.wrong]), flush=True)
            wrong += tally.wrong
        set_up(server, bench.users())
        bench.files({})
    return wrong


def main() -> int:
    """Run the command line; return the status."""
    parser = argparse.ArgumentParser(prog="make bench-census", description="Compare the census with what happens.")
    parser.add_argument("--server", default=",".join(FIRST))
    parser.add_argument("--change", default=",".join(CHANGES))
    parser.add_argument("--client", default="")
    arguments = parser.parse_args()
    clients = [client for client in listed.chosen(arguments.client) if client.everywhere]
    print("| server | planned change | sessions | as foretold | undetermined |")
    print("| --- | --- | ---: | --- | --- |", flush=True)
    wrong = []
    for server in arguments.server.split(","):
        wrong += of_server(server, arguments.change.split(","), clients)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
