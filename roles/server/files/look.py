# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say in one JSON object what the roles have to know of the host before they touch it.

Run by the role server on the server, with one JSON object as the argument: record (the file that names the service
which this collection has set up), reservation (the file that reserve_ports.py keeps), control_port, packages, accounts,
directories, certificate and key (paths, "" for none).  In one script, for each question that Ansible asks a host takes
a connection of its own.
"""

from __future__ import annotations

import grp
import json
import pwd
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

# The ports that the kernel hands out (ip-sysctl in its documentation).
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def main(asked: dict[str, Any]) -> None:
    """Print the answer."""
    record = Path(asked["record"])
    answer = {
        "recorded": record.read_text().strip() if record.exists() else "",
        "holders": [holder(pid, asked["control_port"]) for pid in listeners(asked["control_port"])],
        "packages": packages(asked["packages"]),
        "accounts": accounts(asked["accounts"]),
        "directories": {path: directory(Path(path)) for path in asked["directories"]},
        "certificate": certificate(asked["certificate"], asked["key"]),
        "firewall": firewall(),
        "ephemeral": [int(port) for port in EPHEMERAL.read_text().split()],
        "reserved": Path(asked["reservation"]).exists(),
    }
    print(json.dumps(answer))


def listeners(port: int) -> list[str]:
    """Return the processes that listen on a TCP port, by their ids."""
    query = ["ss", "--no-header", "--listening", "--tcp", "--numeric", "--processes", f"sport = :{port}"]
    return sorted(set(re.findall(r"pid=(\d+)", output(query))))


def holder(pid: str, port: int) -> str:
    """Return "PROCESS UNIT"; what systemd itself holds belongs to a socket unit."""
    process = Path("/proc", pid)
    unit = listening_unit(port) if pid == "1" else unit_of((process / "cgroup").read_text())
    return f"{(process / 'comm').read_text().strip()} {unit}".strip()


def unit_of(cgroups: str) -> str:
    """Return the unit in what /proc/PID/cgroup has, of cgroups version 1 or 2; "" if there is none (cgroups(7))."""
    units = re.findall(r"/([^/\n]*\.(?:service|scope))$", cgroups, re.MULTILINE)
    return units[-1] if units else ""


def listening_unit(port: int) -> str:
    """Return the socket unit that listens on a port: lines of systemctl list-sockets are LISTEN UNIT ACTIVATES."""
    lines = output(["systemctl", "list-sockets", "--no-legend", "--plain"]).splitlines()
    return " ".join(line.split()[1] for line in lines if line.split()[0].endswith(f":{port}"))


def directory(path: Path) -> dict[str, Any]:
    """Return owner, group and mode of a directory ("" if it is missing) and whether anything would be lost with it."""
    if not path.exists():
        return {"owner": "", "group": "", "mode": "", "used": False}
    status = path.stat()
    return {
        "owner": name(pwd.getpwuid, status.st_uid),
        "group": name(grp.getgrgid, status.st_gid),
        "mode": f"{status.st_mode & 0o7777:04o}",
        "used": not path.is_dir() or any(path.iterdir()),
    }


def packages(wanted: list[str]) -> list[str]:
    """Return those of the packages that are installed (dpkg-query(1), which fails if one of them is unknown)."""
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\n", *wanted]
    found = subprocess.run(query, check=False, capture_output=True, text=True).stdout.splitlines()
    return [package for package in wanted if f"installed {package}" in found]


def accounts(wanted: list[str]) -> dict[str, dict[str, int]]:
    """Return the numbers of each account that there is, and of its group, by its name."""
    return {user.pw_name: {"uid": user.pw_uid, "gid": user.pw_gid} for user in pwd.getpwall() if user.pw_name in wanted}


def certificate(path: str, key: str) -> dict[str, Any]:
    """Return whether a certificate is there, its fingerprint, and what keeps it and its key from being a pair.

    A server that finds no pair does not start, or goes on with a certificate of its own making.
    """
    seen = {"exists": Path(path).is_file(), "fingerprint": "", "problem": ""}
    if not path:
        return {**seen, "exists": False}
    try:
        wanted = output(["openssl", "x509", "-in", path, "-noout", "-pubkey"])
        if output(["openssl", "pkey", "-in", key, "-pubout"]) != wanted:
            return {**seen, "problem": "They are no pair."}
        fingerprint = output(["openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha256"])
    except OSError as error:
        return {**seen, "problem": str(error)}
    except subprocess.CalledProcessError as error:
        return {**seen, "problem": error.stderr.strip()}
    return {**seen, "fingerprint": fingerprint.strip()}


def firewall() -> str:
    """Return the firewall that the host uses, by its name."""
    ufw = Path("/etc/ufw/ufw.conf")
    if runs("firewalld"):
        return "firewalld"
    if ufw.exists() and re.search("^ENABLED=yes", ufw.read_text(), re.MULTILINE):
        return "ufw"
    return "nftables" if runs("nftables") else "none"


def runs(service: str) -> bool:
    return subprocess.run(["systemctl", "--quiet", "is-active", service], check=False).returncode == 0


def name(look_up: Any, number: int) -> str:
    """Return the name of a user or group, or its number if it has none."""
    try:
        return str(look_up(number)[0])
    except KeyError:
        return str(number)


def output(command: list[str]) -> str:
    """Return what a command prints; a command that is not there ends the script with its name."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    except FileNotFoundError:
        sys.exit(f"there is no {command[0]} on this host; install its package (ss is in iproute2)")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
