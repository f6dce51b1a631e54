# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a state in force: the only room that runs ip and nft."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from ipaddress import IPv4Interface

from . import dataplane, steering
from .config import Network
from .state import Site
from .wiring import Address, DataPlaneError

# (command, text for its standard input) -> its standard output; DataPlaneError if the command fails.
Run = Callable[[Sequence[str], str], str]


def run(command: Sequence[str], text: str = "") -> str:
    """Run a command; DataPlaneError with what it wrote to standard error."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DataPlaneError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def apply(sites: Sequence[Site], run: Run = run) -> None:
    """Put the rules of the sites in force; when this returns they are.  DataPlaneError: the old rules still are.

    New addresses come before the rules and stale ones go after them, so that no rule ever lacks its address.
    """
    present = _present(run)
    rules = dataplane.script(sites, present)
    wanted = dataplane.wanted_addresses(sites, present)
    added = dataplane.added_addresses(sites, present)
    _change("add", wanted - added, run)
    try:
        run(["nft", "-f", "-"], rules)
    except DataPlaneError:
        _change("del", wanted - added, run)
        raise
    _change("del", added - wanted, run)


def route(networks: Sequence[Network], run: Run = run) -> None:
    """Make the routing tables of the uplinks, which no change of rules touches; DataPlaneError if one is impossible."""
    for command in steering.commands(networks, _present(run)):
        run(command, "")


def addresses(text: str) -> list[Address]:
    """Return the addresses in the output of `ip -json -4 address show`."""
    return [
        Address(link["ifname"], IPv4Interface(f"{item['local']}/{item['prefixlen']}"))
        for link in json.loads(text)
        for item in link.get("addr_info", [])
    ]


def _present(run: Run) -> list[Address]:
    return addresses(run(["ip", "-json", "-4", "address", "show"], ""))


def _change(verb: str, changes: set[Address], run: Run) -> None:
    for device, address in sorted(changes):
        run(["ip", "address", verb, str(address), "dev", device], "")
