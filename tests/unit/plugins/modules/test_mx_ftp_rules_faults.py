# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs among faults: whatever goes wrong, no rule of others is lost, and nothing is called done that is not.

What cannot be prevented is counted apart: the API has no conditional write, so that an edit of another administrator
between our last reading of a list and our write is overwritten. Only such an edit may be missing afterwards.
"""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any, Callable

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import Memory, Rules
from ansible_collections.mxlab.ftp.tests.unit.plugins.mx_module import FOREIGN, SERVER12, SERVER13, SERVER14, Run

RUNS = 360
NETWORKS = {"N_1": "Head office", "N_2": "Branch"}
# Of each request: so that some runs fail somewhere, and others get through with luck.
CHANCES_OF_FAULT = (0.25, 0.05)

Serve = Callable[[], Response]


def limited(serve: Serve) -> Response:
    return Response(429, {"retry-after": "1"}, b'{"errors": ["API rate limit exceeded for organization"]}')


def error_before(serve: Serve) -> Response:
    return Response(502, {}, b"bad gateway")


def error_after(serve: Serve) -> Response:
    serve()
    return Response(500, {}, b'{"errors": ["Internal server error"]}')


def reset_before(serve: Serve) -> Response:
    return Response(0, {}, b"connection reset by peer")


def reset_after(serve: Serve) -> Response:
    serve()
    return Response(0, {}, b"connection reset by peer")


def truncated(serve: Serve) -> Response:
    """Return a whole answer as far as HTTP can tell; a body shorter than announced is a reset to the module."""
    whole = serve()
    return Response(whole.status, whole.headers, whole.body[: len(whole.body) // 2])


FAULTS = [limited, error_before, error_after, reset_before, reset_after, truncated]


class Campaign:
    """The faults of one run, and what the rules of others must be; each network has a fate of its own.

    `expected` are the rules of others by list; `unseen` those that came after our last reading of the list; `written`
    has the lists that we have written since; `overwritten` counts the rules that our writes could not know;
    `violations` says what must never happen.
    """

    def __init__(self, seed: int) -> None:
        self.random = {network: Random(f"{seed} {network}") for network in NETWORKS}
        self.chance = CHANCES_OF_FAULT[seed // len(TASKS) % len(CHANCES_OF_FAULT)]
        self.memory = Memory(NETWORKS)
        for network in NETWORKS:
            for kind, rules in FOREIGN.items():
                self.memory.put(self.memory.path(network, kind), rules[:4])
        self.expected = {path: others(text) for path, text in self.memory.lists.items()}
        self.unseen: dict[str, list[str]] = {path: [] for path in self.memory.lists}
        self.written: set[str] = set()
        self.violations: list[str] = []
        self.happened: Counter[str] = Counter()
        self.overwritten = 0

    def fault(self, memory: Memory, _method: str, path: str, rules: Rules | None) -> Response:
        random = self.random[path.split("/")[2]]
        if random.random() < self.chance / 2:
            self.edit(path, random.randrange(1_000_000))

        def serve() -> Response:
            return self.serve(path, rules)

        if random.random() >= self.chance:
            return serve()
        fault = random.choice(FAULTS)
        self.happened[fault.__name__] += 1
        return fault(serve)

    def serve(self, path: str, rules: Rules | None) -> Response:
        if rules is None:
            self.written.discard(path)
        else:
            self.judge(path, others(json.dumps(rules)))
        self.unseen[path] = []
        return self.memory.serve(path, rules)

    def judge(self, path: str, kept: list[str]) -> None:
        """Look at a list that we write, of which these are the rules of others."""
        if path in self.written:
            self.violations.append(f"{path} is written twice without a look")
        self.written.add(path)
        missing = [rule for rule in self.expected[path] if rule not in kept]
        if not set(missing) <= set(self.unseen[path]):
            self.violations.append(f"{path} loses {missing}")
        self.overwritten += len(missing)
        self.expected[path] = [rule for rule in self.expected[path] if rule not in missing]
        if kept != self.expected[path]:
            self.violations.append(f"{path} has {kept} in place of {self.expected[path]}")

    def edit(self, path: str, number: int) -> None:
        """Another administrator adds a rule."""
        rule: dict[str, Any] = {"name": f"added {number}", "publicIp": f"192.0.2.{number % 256} {number}"}
        self.memory.put(path, [*json.loads(self.memory.lists[path]), rule])
        self.expected[path].append(json.dumps(rule))
        self.unseen[path].append(json.dumps(rule))
        self.happened["edit"] += 1


def others(text: str) -> list[str]:
    """Return the rules of others in a list, each as a text, judged by names alone; an emptied 1:Many rule is ours."""
    rules = json.loads(text)
    foreign = [rule for rule in rules if not str(rule.get("name")).startswith("server1")]
    for rule in foreign:
        if "portRules" in rule:
            rule["portRules"] = [each for each in rule["portRules"] if not each["name"].startswith("server1")]
    return [json.dumps(rule) for rule in foreign if rule.get("portRules") != []]


ENDPOINTS = [{**each, "network": name} for name in NETWORKS for each in (SERVER13, SERVER14, SERVER12)]
WIDER = [{**each, "passive_ports": f"5{n}000-5{n}099"} for n, each in enumerate(ENDPOINTS)]

# What is there before, what is asked for.
TASKS: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
    ([], {"endpoints": ENDPOINTS}),
    (ENDPOINTS, {"endpoints": WIDER}),
    (ENDPOINTS, {"endpoints": ENDPOINTS, "state": "deleted"}),
    (ENDPOINTS, {"endpoints": ENDPOINTS[2:], "state": "replaced"}),
]


def check_claims(result: dict[str, Any], memory: Memory) -> None:
    """Whatever is called done must be there; others only add to the lists, so that it stays there."""
    for step in result["plan"]:
        rules = memory.rules(step["network"], step["kind"])
        assert step["after"] is None or step["after"] in rules
        assert step["before"] not in rules
    for network in set(NETWORKS) - set(result.get("failed_networks", {})):
        for kind, after in result["after"][network].items():
            rules = memory.rules(network, kind)
            assert rules[: len(after)] == after


@pytest.mark.parametrize("seed", range(RUNS))
def test_faults_cost_no_rule_and_no_truth(run: Run, seed: int) -> None:
    there, task = TASKS[seed % len(TASKS)]
    campaign = Campaign(seed)
    run.memory = memory = campaign.memory
    if there:
        run(*there, network=None)
    memory.fault = campaign.fault
    result = run(network=None, **task)
    memory.fault = lambda _memory, _method, _path, _rules: None

    assert campaign.violations == []
    assert "Unexpected" not in result.get("msg", "")
    assert {path: others(text) for path, text in memory.lists.items()} == campaign.expected
    check_claims(result, memory)
    assert result.get("failed", False) is bool(result.get("failed_networks"))

    assert not run(network=None, **task).get("failed")
    assert {path: others(text) for path, text in memory.lists.items()} == campaign.expected
    assert not run(network=None, **task)["changed"]


def test_the_campaign_meets_every_fault(run: Run) -> None:
    happened: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for seed in range(40):
        campaign = Campaign(seed)
        run.memory = campaign.memory
        run.memory.fault = campaign.fault
        result = run(*ENDPOINTS, network=None)
        happened += campaign.happened
        outcomes["failed" if result.get("failed") else "done"] += 1
        outcomes["overwritten"] += campaign.overwritten
    assert happened.keys() == {"edit", *(fault.__name__ for fault in FAULTS)}
    assert min(outcomes.values()) > 0
    assert outcomes.keys() == {"failed", "done", "overwritten"}
