# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mx_reach costs with lists of thousands: `python tests/bench/reach.py [--size 1000 5000]`, in seconds of CPU."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".ansible/collections"))

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import (  # noqa: E402
    ENDPOINT_SPEC,
    parse_endpoints,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report  # noqa: E402
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED  # noqa: E402

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


CASES: tuple[tuple[Callable[[int], Case], tuple[int, ...]], ...] = (
    (l3_rules, (1000, 5000)),
    (forwards, (1000, 5000)),
    (forwards_to_one, (1000, 5000)),
    (endpoints, (300, 1000)),
)


def main() -> None:
    """Measure each case in its sizes, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs="+", help="instead of the sizes of each case")
    chosen = parser.parse_args().size
    print(f"{'case':16} {'size':>6} {'CPU s':>7}")
    for make, sizes in CASES:
        for size in chosen or sizes:
            lists, options = make(size)
            began = time.process_time()
            report({**{name: [] for name in JUDGED}, **lists}, MX, parse_endpoints(options, {}), [])
            print(f"{make.__name__:16} {size:6} {time.process_time() - began:7.2f}")


if __name__ == "__main__":
    main()
