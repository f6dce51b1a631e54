# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the matrix see what is wrong?  Each mutation has to turn exactly its own cells red (``make bench-mutations``).

A mutation breaks a rule of the MX, a variable of a server's role, or a line of the emulator.  Then the situations that
it names are probed: the cells that differ from what the situations expect have to be those that the mutation names, no
more and no less.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lab import description
from lab.__main__ import environment
from lab.common import ROOT
from lab.stopwatch import Stopwatch
from matrix import ground, machines, run, servers_ready, situation, switch
from matrix.judge import judge
from matrix.situation import Expected
from matrix.switch import State, Switch

PROGRAM = "/usr/local/lib/mx-emulator/mx_emulator"
ONE, MANY, FORWARD = "oneToOneNatRules", "oneToManyNatRules", "portForwardingRules"
L3, L7 = "l3FirewallRules", "l7FirewallRules"
SERVERS = ground.servers()
SITUATIONS = situation.load()
# Situation -> software, or "all" -> cells, as situations name them.
Red = Mapping[str, Mapping[str, list[str]]]
ALL, PASSIVE, ACTIVE = ["all"], ["passive"], ["active"]


@dataclass(frozen=True)
class Mutation:
    """What is broken, and the cells that then differ.

    rules: changes the rule lists of the MX.  server, variables: a host, and what its role gets.  file, old, new: a line
    of the emulator.
    """

    title: str
    red: Red
    rules: Callable[[dict[str, Any]], object] | None = None
    server: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    old: str = ""
    new: str = ""


def of(lists: dict[str, Any], name: str, host: str) -> dict[str, Any]:
    """Return the rule of a list that leads to a server of the matrix, or its first one."""
    (address,) = [server.variables["ftp_lan_address"] for server in SERVERS if server.host == host]
    return next(rule for rule in lists[name] if rule["lanIp"] == address)


def swap(lists: dict[str, Any], host: str, old: str, *new: str) -> None:
    """Replace ports that a 1:1 rule lets in."""
    (entry,) = of(lists, ONE, host)["allowedInbound"]
    entry["destinationPorts"] = [port for port in entry["destinationPorts"] if port != old] + list(new)


def for_others(lists: dict[str, Any], host: str, ports: str) -> None:
    """Let only somebody else in at ports of a 1:1 rule."""
    swap(lists, host, ports)
    entry = {"protocol": "tcp", "destinationPorts": [ports], "allowedIps": ["192.0.2.0/24"]}
    of(lists, ONE, host)["allowedInbound"].append(entry)


def forward(lists: dict[str, Any], port: str) -> dict[str, Any]:
    """Return the port forwarding rule of a public port or range."""
    return next(rule for rule in lists[FORWARD] if rule["publicPort"] == port)


def l3(**fields: str) -> dict[str, str]:
    """Return an outbound rule that denies TCP."""
    anywhere = {"srcCidr": "any", "destCidr": "any", "srcPort": "any", "destPort": "any"}
    return {"policy": "deny", "protocol": "tcp", **anywhere, **fields}


RULES = [
    Mutation(
        "no 1:1 rule for one server",
        {"one-to-one-nat": {"vsftpd": ALL}},
        rules=lambda lists: lists[ONE].remove(of(lists, ONE, "own-vsftpd")),
    ),
    Mutation(
        "another passive range in one rule",
        {"one-to-one-nat": {"proftpd": PASSIVE}},
        rules=lambda lists: swap(lists, "own-proftpd", "61000-61199", "62000-62199"),
    ),
    Mutation(
        "another control port in one rule",
        {"one-to-one-nat": {"pure_ftpd": ALL}},
        rules=lambda lists: swap(lists, "own-pure-ftpd", "21", "2121"),
    ),
    Mutation(
        "passive ports for another client only",
        {"one-to-one-nat": {"pyftpdlib": PASSIVE}},
        rules=lambda lists: for_others(lists, "own-pyftpdlib", "61000-61199"),
    ),
    Mutation(
        "one rule on the other uplink",
        {"one-to-one-nat": {"vsftpd": ALL}, "second-uplink": {}},
        rules=lambda lists: of(lists, ONE, "own-vsftpd").update(uplink="internet2"),
    ),
    Mutation(
        # Which then has two rules: what it opens leaves by the address of the first.
        "a public address leads to another server",
        {"one-to-one-nat": {"vsftpd": ["PASV"], "proftpd": ACTIVE}},
        rules=lambda lists: of(lists, ONE, "own-vsftpd").update(lanIp="192.168.128.22"),
    ),
    Mutation(
        "a forwarded control port leads to another port",
        {"port-forwarding": {"vsftpd": ALL}},
        rules=lambda lists: forward(lists, "21").update(localPort="22"),
    ),
    Mutation(
        "a forwarded range leads to ports beside",
        {"port-forwarding": {"proftpd": PASSIVE}},
        rules=lambda lists: forward(lists, "61100-61199").update(localPort="62100-62199"),
    ),
    Mutation(
        "layer 7 denies one control port",
        {"port-forwarding": {"proftpd": ALL}, "one-to-one-nat": {}},
        rules=lambda lists: lists[L7].append({"policy": "deny", "type": "port", "value": "2121"}),
    ),
    Mutation(
        "layer 3 denies what one server opens",
        {"one-to-one-nat": {"vsftpd": ACTIVE}},
        rules=lambda lists: lists.update({L3: [l3(srcCidr="192.168.128.21")]}),
    ),
    Mutation(
        "layer 3 denies port 21 out of the LAN",
        {"outbound-new-firmware": {"all": ["passive", "active clear"]}, "one-to-one-nat": {}},
        rules=lambda lists: lists.update({L3: [l3(destPort="21")]}),
    ),
    Mutation(
        "no rule for the data port, which nobody needs",
        {"one-to-one-nat": {}},
        rules=lambda lists: swap(lists, "own-vsftpd", "20"),
    ),
]
VARIABLES = [
    Mutation(
        "another address announced",
        {"one-to-one-nat": {"vsftpd": ["PASV"]}},
        server="own-vsftpd",
        variables={"vsftpd_masquerade_address": "203.0.113.99"},
    ),
    Mutation(
        "another range on the server",
        {"one-to-one-nat": {"proftpd": PASSIVE}},
        server="own-proftpd",
        variables={"proftpd_passive_ports": "62000-62199"},
    ),
    Mutation(
        "passive mode alone",
        {"one-to-one-nat": {"pyftpdlib": ACTIVE}},
        server="own-pyftpdlib",
        variables={"pyftpdlib_modes": ["passive"]},
    ),
    Mutation(
        "active mode alone",
        {"one-to-one-nat": {"proftpd": PASSIVE}},
        server="own-proftpd",
        variables={"proftpd_modes": ["active"]},
    ),
    Mutation(
        "no TLS",
        {"one-to-one-nat": {"vsftpd": ["all C", "all P"]}},
        server="own-vsftpd",
        variables={"vsftpd_tls": "disabled"},
    ),
    Mutation(
        "TLS required",
        {"one-to-one-nat": {"pure_ftpd": ["all clear", "all C"]}},
        server="own-pure-ftpd",
        variables={"pure_ftpd_tls": "required"},
    ),
]
EMULATOR = [
    Mutation(
        "1:1 hosts leave by the MX's own address",
        {"one-to-one-nat": {"all": ACTIVE}, "port-forwarding": {}},
        file="translation.py",
        old="for mapping in site.state.one_to_one.rules:\n        yield _source_translation",
        new="for mapping in ():\n        yield _source_translation",
    ),
    Mutation(
        "a 1:1 rule opens all ports",
        {"wrong-range": {"all": PASSIVE}, "one-to-one-nat": {}},
        file="translation.py",
        old="for match in [item.everything] if excepted else item.openings:",
        new="for match in [item.everything]:",
    ),
    Mutation(
        "no FTP helper for the LAN",
        {"outbound-new-firmware": {"all": ["active clear"]}, "one-to-one-nat": {}},
        file="steering.py",
        old="if has_outbound_helper(network.firmware):",
        new="if False:",
    ),
    Mutation(
        "no FTP helper inbound",
        {"inbound-alg-no-masquerade": {"all": ["PASV clear"]}, "inbound-alg": {}},
        file="steering.py",
        old="if network.inbound_ftp_helper:",
        new="if False:",
    ),
    Mutation(
        "hairpin connections keep the client's address",
        {"hairpin": {"all": ["passive", "active clear"]}, "one-to-one-nat": {}},
        file="translation.py",
        old='yield f"postrouting oifname {wired.lan_devices} ip saddr {site.subnets} ct status dnat masquerade"',
        new="pass",
    ),
    Mutation(
        "NAT exceptions change nothing",
        {"nat-exceptions-no-rule": {"all": ALL}, "nat-exceptions": {}},
        file="filtering.py",
        old="excepted = site.state.nat_exceptions",
        new="excepted = []",
    ),
    Mutation(
        "connections of the LAN leave where their target is",
        {"second-uplink": {"all": ACTIVE}, "one-to-one-nat": {}},
        file="steering.py",
        old="if (network.id, network.primary_uplink) in numbers:",
        new="if False:",
    ),
    Mutation(
        "layer 7 denies nothing",
        {"layer7-deny": {"all": ALL}},
        file="filtering.py",
        old="for compared in filter(None, (rule.range for rule in site.state.l7_firewall.rules)):",
        new="for compared in ():",
    ),
    Mutation(
        "passthrough lets nothing in",
        {"passthrough": {"all": ALL}},
        file="filtering.py",
        old='    if not site.translates:\n        yield f"{way} accept"',
        new="",
    ),
]


class Mutant(Switch):
    """An MX whose rules are changed on their way."""

    def __init__(self, lab: Mapping[str, Any], mutation: Mutation) -> None:
        super().__init__(lab["api"]["url"], lab["api"]["key"])
        self._mutation = mutation

    def turn(self, wanted: State) -> None:
        """Put the state in force, with the mutation in its rules."""
        super().turn(State(self._mutated(wanted), wanted.emulator, wanted.commands))

    def _mutated(self, wanted: State) -> Mapping[str, Any]:
        if not self._mutation.rules or not wanted.rules:
            return wanted.requests
        base = f"/networks/{switch.NETWORK}/appliance/firewall/"
        bodies = json.loads(json.dumps(wanted.requests))
        lists = {path.removeprefix(base): body["rules"] for path, body in bodies.items() if "rules" in body}
        self._mutation.rules(lists)
        return bodies | {base + name: {"rules": rules} for name, rules in lists.items()}


@contextlib.contextmanager
def mutated(mutation: Mutation) -> Iterator[None]:
    """Have the server or the emulator of a mutation broken."""
    if mutation.server:
        configure(mutation.server, mutation.variables)
    if mutation.file:
        edit(mutation.file, mutation.old, mutation.new)
    try:
        yield
    finally:
        if mutation.server:
            configure(mutation.server, {})
        if mutation.file:
            edit(mutation.file, mutation.new, mutation.old, whole=True)


def configure(host: str, variables: Mapping[str, Any]) -> None:
    """Run the role of a server, with some variables changed."""
    command = ["ansible-playbook", "molecule/matrix/converge.yml", "--limit", host, "-e", json.dumps(variables)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment(), stdout=subprocess.PIPE)


def edit(file: str, old: str, new: str, whole: bool = False) -> None:
    """Replace a text of the emulator, which has to be there once; whole: put the file back as it was."""
    change = (
        "text = open('was.py').read()"
        if whole
        else f"assert text.count({old!r}) == 1; text = text.replace({old!r}, {new!r})"
    )
    keep = "" if whole else "open('was.py', 'w').write(text)\n"
    program = f"text = open({file!r}).read()\n{keep}{change}\nopen({file!r}, 'w').write(text)\n"
    again = "rm was.py\n" if whole else ""
    machines.run("mx", f"set -e\ncd {PROGRAM}\npython3 - <<'END'\n{program}END\n{again}{switch.RESTART}")


def red_cells(mutation: Mutation) -> set[str]:
    """Return the cells that differ from what their situations expect, as "situation server cell"."""
    lab = description.read()
    wanted = [SITUATIONS[name] for name in mutation.red]
    results: dict[run.Job, Any] = {}
    jobs = list(run.jobs(wanted, SERVERS))
    mx = Mutant(lab, mutation)
    run.Run(SERVERS, lab["ftp"], mx, lambda job, result, _window: results.update({job: result})).all(jobs)
    found = [judge(job.situation, job.server, {job.situation.client: result}) for job, result in results.items()]
    return {f"{each.situation.name} {each.server.software} {label}" for each in found for label in each.unexpected}


def expected_cells(mutation: Mutation) -> set[str]:
    """Return the cells that a mutation has to turn red."""
    cells = set()
    for name, by_server in mutation.red.items():
        for server in SERVERS:
            words = by_server.get(server.software, by_server.get("all", []))
            if server.kind == SITUATIONS[name].servers:
                cells |= {f"{name} {server.software} {cell}" for cell in meant(words)}
    return cells


def meant(words: list[str]) -> set[str]:
    """Return the labels of the cells that words of a situation mean."""
    expected = Expected(fails=tuple(words))
    return {
        f"{mode} {protection}".removesuffix(" clear")
        for mode in situation.seen.MODES
        for protection in situation.seen.PROTECTIONS
        if expected.verdicts(mode, protection) == (situation.FAILED,)
    }


def main() -> int:
    """Try all mutations, or those whose titles have the first argument in them; return 1 if one is seen wrongly."""
    servers_ready.ensure(Stopwatch())
    wrong = 0
    for mutation in [each for each in [*RULES, *VARIABLES, *EMULATOR] if "".join(sys.argv[1:2]) in each.title]:
        begin = time.monotonic()
        with mutated(mutation):
            found = red_cells(mutation)
        expected = expected_cells(mutation)
        wrong += found != expected
        verdict = "exactly" if found == expected else "NOT"
        print(
            f"{time.monotonic() - begin:6.1f} s  {mutation.title}: {len(found)} cells red, {verdict} the right ones",
            flush=True,
        )
        for cell in sorted(found ^ expected):
            print(f"          {'not red' if cell in expected else 'red'}: {cell}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
