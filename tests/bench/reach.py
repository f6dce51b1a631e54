# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cost of mx_reach and mx_gate grows with rules, endpoints and networks: CPU and memory, each process alone.

`python tests/bench/reach.py [CASE ...]`; fails if a case takes longer than its limit.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".ansible/collections"))

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import (  # noqa: E402
    ENDPOINT_SPEC,
    parse_endpoints,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import Policy, judged  # noqa: E402
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report  # noqa: E402
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED  # noqa: E402
from ansible_collections.mxlab.ftp.plugins.modules.mx_gate import exports_in  # noqa: E402

OWN = "203.0.113.2"
MX = {
    "deployment_mode": "routed",
    "nat_exceptions": [],
    "uplinks": {"internet1": {"address": OWN, "public_address": OWN, "status": "active"}},
    "subnets": [{"cidr": "10.0.0.0/8"}],
}
Case = tuple[dict[str, Any], list[dict[str, Any]]]


def public(number: int) -> str:
    return str(IPv4Address("9.0.0.0") + number)


def lan(number: int) -> str:
    return str(IPv4Address("10.0.0.1") + number)


def endpoint(number: int, **fields: Any) -> dict[str, Any]:
    options = {"name": f"s{number}", "public_address": public(number), "lan_address": lan(number)}
    defaults = {name: words.get("default") for name, words in ENDPOINT_SPEC.items()}
    return {**defaults, **options, "passive_ports": "61000-61099", **fields}


def mapping(number: int) -> dict[str, Any]:
    entry = {"protocol": "tcp", "destinationPorts": ["21", "61000-61099"], "allowedIps": ["any"]}
    rule = {"publicIp": public(number), "lanIp": lan(number), "uplink": "internet1"}
    return {**rule, "allowedInbound": [entry]}


def l3_rules(size: int) -> Case:
    """Judge one endpoint by so many outbound rules, and find those that never match."""
    rules = [
        {
            "policy": "deny",
            "protocol": "tcp",
            "srcCidr": lan(n + 9),
            "srcPort": "Any",
            "destCidr": "Any",
            "destPort": "25",
        }
        for n in range(size)
    ]
    return {"one_to_one_nat": [mapping(1)], "l3_firewall": rules}, [endpoint(1)]


def forwards(size: int) -> Case:
    """Judge one endpoint beside so many forwards of the same address, to as many hosts."""
    rules = [_forward(str(1024 + n), lan(n + 9)) for n in range(size)]
    rules += [_forward("21", lan(1)), _forward("61000-61099", lan(1))]
    return {"port_forwarding": rules}, [endpoint(1, public_address=OWN, publish_by="port_forwarding")]


def forwards_to_one(size: int) -> Case:
    """Judge one endpoint that so many forwards of the same address lead to."""
    rules = [_forward(str(1024 + n), lan(1)) for n in range(size)]
    return {"port_forwarding": rules}, [endpoint(1, public_address=OWN, publish_by="port_forwarding")]


def endpoints(size: int) -> Case:
    """Judge so many endpoints by as many 1:1 rules."""
    return {"one_to_one_nat": [mapping(n) for n in range(size)]}, [endpoint(n) for n in range(size)]


def _forward(ports: str, host: str) -> dict[str, Any]:
    rule = {"publicPort": ports, "localPort": ports, "lanIp": host, "protocol": "tcp", "allowedIps": ["any"]}
    return {**rule, "uplink": "both"}


def ordinary(size: int) -> Case:
    """Judge five endpoints of an MX with so many rules, of all kinds."""
    lists, options = l3_rules(size // 2)
    nat = [mapping(n) for n in range(size - size // 2)]
    return {**lists, "one_to_one_nat": nat}, [endpoint(n) for n in range(5)]


def judging(make: Callable[[int], Case]) -> Callable[[int], Callable[[], object]]:
    """Return what prepares the judgement of a case, which is then measured."""

    def prepare(size: int) -> Callable[[], object]:
        lists, options = make(size)
        whole = {**{name: [] for name in JUDGED}, **lists}
        return lambda: report(whole, MX, parse_endpoints(options, {}), [])

    return prepare


def gate(size: int) -> Callable[[], object]:
    """Prepare the judgement of so many networks by files, each an ordinary MX."""
    folder = Path(tempfile.mkdtemp())
    lists, options = ordinary(100)
    document = {JUDGED[name]: rules for name, rules in {**{name: [] for name in JUDGED}, **lists}.items()}
    uplinks = [{"interface": "wan1", "status": "active", "ip": OWN, "publicIp": OWN}]
    facts = {
        "applianceSettings": {"deploymentMode": "routed"},
        "uplinksNat": {"uplinks": [{"interface": "wan1", "nat": {"enabled": True}}]},
        "uplinkStatuses": [{"uplinks": uplinks}],
        "vlans": [{"id": 1, "subnet": "10.0.0.0/8"}],
        "staticRoutes": [],
    }
    for number in range(size):
        network = {"id": f"N_{number}", "name": f"Branch {number}"}
        (folder / f"{number}.json").write_text(json.dumps({"network": network, **facts, **document}, indent=4))
    asked = [{**each, "network": f"N_{number}"} for number in range(size) for each in options]
    return lambda: list(judged(exports_in(str(folder), None), asked, str(folder), Policy()))


@dataclass(frozen=True)
class Series:
    """A case in several sizes; `limit` is how many seconds of CPU the last one may take."""

    prepare: Callable[[int], Callable[[], object]]
    sizes: tuple[int, ...]
    limit: float


THOUSANDS = (625, 1250, 2500, 5000)
SERIES = {
    "l3_rules": Series(judging(l3_rules), THOUSANDS, 2),
    "forwards": Series(judging(forwards), THOUSANDS, 2),
    "forwards_to_one": Series(judging(forwards_to_one), THOUSANDS, 2),
    "endpoints": Series(judging(endpoints), (125, 250, 500, 1000), 2),
    "ordinary": Series(judging(ordinary), (25, 50, 100), 0.05),
    "gate": Series(gate, (125, 250, 500), 25),
}


def measured(name: str, size: int) -> tuple[float, float, float]:
    """Return seconds of CPU, seconds and MiB that a case takes beyond what its process had before."""
    work = SERIES[name].prepare(size)
    before, began, cpu = _peak(), time.perf_counter(), time.process_time()
    work()
    return time.process_time() - cpu, time.perf_counter() - began, _peak() - before


def _peak() -> float:
    # In KiB on Linux: getrusage(2).
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Measure each case in its sizes, and print a table; return the status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"{', '.join(SERIES)}; all by default")
    chosen = parser.parse_args().cases or list(SERIES)
    if unknown := set(chosen) - set(SERIES):
        parser.error(f"no case {', '.join(sorted(unknown))}; expected {', '.join(SERIES)}")
    slow = []
    print(f"{'case':16} {'size':>6} {'CPU s':>7} {'wall s':>7} {'MiB':>6}  CPU grows with")
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as processes:
        for name in chosen:
            before: tuple[int, float] | None = None
            for size in SERIES[name].sizes:
                cpu, wall, memory = processes.apply(measured, (name, size))
                power = "" if before is None else f"size^{math.log(cpu / before[1], size / before[0]):.2f}"
                print(f"{name:16} {size:6} {cpu:7.3f} {wall:7.3f} {memory:6.1f}  {power}", flush=True)
                before = size, cpu
            if before is not None and before[1] > SERIES[name].limit:
                slow.append(
                    f"{name}: {before[1]:.2f} s of CPU for {before[0]}, expected {SERIES[name].limit} s at most"
                )
    print("\n".join(slow or ["All cases are within their limits."]))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
