# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the lab, as far as a set-up can change it: compared before and after, byte by byte."""

from __future__ import annotations

import subprocess
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lab import description
from lab.common import LabError

# What of a machine is compared -> the command that shows it.  Counters, lifetimes and backups are no settings.
PARTS = {
    "files": "find /srv/ftp /etc/vsftpd* /etc/hosts /etc/hosts.allow /etc/mx-emulator /etc/ssl/private"
    " /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ftp-self-signed.pem /usr/local/share/ca-certificates"
    " -type f ! -name '*~' -exec sha256sum {} + 2>/dev/null | sort",
    "folders": "stat --format='%n %U %a' /srv/ftp/* /etc/proftpd /etc/systemd/system/*.d /run/systemd/system/*"
    " 2>/dev/null",
    "packet filter": "nft --stateless list ruleset",
    "addresses and routes": "ip -4 -oneline address | sed 's/ *valid_lft.*//'; ip -4 route",
    "mounts": "findmnt --noheadings --raw --output TARGET,FSTYPE --type tmpfs",
    "services": "systemctl list-units --plain --no-legend --type service --state running,failed | cut -d ' ' -f 1"
    " | sort",
}
NAT_LISTS = ("oneToOneNatRules", "oneToManyNatRules", "portForwardingRules")
LISTS = (*NAT_LISTS, "l3FirewallRules")
_MARK = "==> "

State = dict[str, str]


def look() -> State:
    """Return every compared part of the lab -> its text: the machines' parts and the MX's rule lists."""
    lab = description.read()
    with ThreadPoolExecutor() as pool:
        machines = pool.map(lambda machine: _machine(lab["engine"], machine), lab["machines"])
        lists = pool.map(lambda name: (f"{name} of the MX", _request(lab["api"], name).decode()), LISTS)
        return dict([*(row for rows in machines for row in rows), *lists])


def differing(before: State, after: State) -> list[str]:
    """Return the names of the parts that are not as before."""
    return [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]


def put_lists_back(before: State) -> None:
    """Write each NAT list of the MX that differs as it was: empty first, because no two lists may hold one address."""
    api = description.read()["api"]
    kept = {name: before[f"{name} of the MX"].encode() for name in NAT_LISTS}
    differing = [name for name in NAT_LISTS if _request(api, name) != kept[name]]
    for name in differing:
        _request(api, name, b'{"rules": []}')
    for name in differing:
        _request(api, name, kept[name])


def _machine(engine: str, machine: dict[str, Any]) -> list[tuple[str, str]]:
    script = "; ".join(f"echo '{_MARK}{name}'; {command}" for name, command in PARTS.items())
    command = ["docker", "--host", engine, "exec", machine["container"], "bash", "-c", f"{script}; true"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise LabError(f"the machine {machine['name']} does not answer: {ended.stderr.strip()}. Run make lab first")
    parts = [part.partition("\n") for part in ended.stdout.split(_MARK)[1:]]
    return [(f"{machine['name']}: {name}", text) for name, _line_end, text in parts]


def _request(api: dict[str, Any], name: str, body: bytes | None = None) -> bytes:
    path = f"/networks/N_100001/appliance/firewall/{name}"
    headers = {"Authorization": f"Bearer {api['key']}", "Content-Type": "application/json"}
    request = urllib.request.Request(api["url"] + path, body, headers, method="PUT" if body else "GET")
    with urllib.request.urlopen(request, timeout=20) as answer:
        content: bytes = answer.read()
    return content
