# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the state of the host that the roles need before they change anything, as one JSON object.

The role server runs this script on the server, with one JSON object as the argument: record (the file that record.yml
writes), reservation (the file that reserve_ports.py keeps), control_port, packages, accounts, directories, certificate
and key (paths, "" for none).  One script, because each question that Ansible asks a host takes a connection.
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
    """Print the state of the host."""
    if not EPHEMERAL.exists():
        sys.exit(f"{EPHEMERAL} is missing on this host, and with it what the kernel knows of ports. Mount /proc there.")
    state = {
        "recorded": recorded(Path(asked["record"])),
        "holders": [holder(pid, asked["control_port"]) for pid in listeners(asked["control_port"])],
        "packages": packages(asked["packages"]),
        "accounts": accounts(asked["accounts"]),
        "directories": {path: directory(Path(path)) for path in asked["directories"]},
        "certificate": certificate(asked["certificate"], asked["key"]),
        "firewall": firewall(),
        "ephemeral": [int(port) for port in EPHEMERAL.read_text().split()],
        "reserved": Path(asked["reservation"]).exists(),
    }
    print(json.dumps(state))


def recorded(path: Path) -> dict[str, Any]:
    """Return the server that the record names: its service, "" without a record, and whether it holds its data port."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {"service": lines[0] if lines else "", "holds_data_port": "holds-data-port" in lines}


def listeners(port: int) -> list[str]:
    """Return the processes that listen on a TCP port, by their ids."""
    query = ["ss", "--no-header", "--listening", "--tcp", "--numeric", "--processes", f"sport = :{port}"]
    return sorted(set(re.findall(r"pid=(\d+)", output(query))))


def holder(pid: str, port: int) -> str:
    """Return "PROCESS UNIT" of a listener; a port that systemd itself holds belongs to a socket unit.

    The process may end, or belong to another container, between the list and the look.
    """
    process = Path("/proc", pid)
    try:
        unit = listening_unit(port) if pid == "1" else unit_of((process / "cgroup").read_text())
        return f"{(process / 'comm').read_text().strip()} {unit}".strip()
    except OSError:
        return f"process {pid}"


def unit_of(cgroups: str) -> str:
    """Return the unit in the text of /proc/PID/cgroup, of cgroups version 1 or 2; "" if there is none (cgroups(7))."""
    units = re.findall(r"/([^/\n]*\.(?:service|scope))$", cgroups, re.MULTILINE)
    return units[-1] if units else ""


def listening_unit(port: int) -> str:
    """Return the socket unit that listens on a port: lines of systemctl list-sockets are LISTEN UNIT ACTIVATES."""
    lines = output(["systemctl", "list-sockets", "--no-legend", "--plain"]).splitlines()
    return " ".join(line.split()[1] for line in lines if line.split()[0].endswith(f":{port}"))


def directory(path: Path) -> dict[str, Any]:
    """Return owner, group and mode of a directory ("" if it is missing) and whether it holds files."""
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
    """Return the installed ones of the packages (dpkg-query(1) fails if one is unknown, but still lists the others)."""
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\n", *wanted]
    found = subprocess.run(query, check=False, capture_output=True, text=True).stdout.splitlines()
    return [package for package in wanted if f"installed {package}" in found]


def accounts(wanted: list[str]) -> dict[str, dict[str, int]]:
    """Return the user and group numbers of each account that exists, by its name."""
    return {user.pw_name: {"uid": user.pw_uid, "gid": user.pw_gid} for user in pwd.getpwall() if user.pw_name in wanted}


def certificate(path: str, key: str) -> dict[str, Any]:
    """Return whether a certificate exists, its fingerprint, and why it and its key are not a pair ("" if they are).

    A server whose certificate and key do not match does not start, or serves a certificate that it makes itself.
    """
    seen = {"exists": Path(path).is_file(), "fingerprint": "", "problem": ""}
    if not path:
        return {**seen, "exists": False}
    try:
        wanted = output(["openssl", "x509", "-in", path, "-noout", "-pubkey"])
        if output(["openssl", "pkey", "-in", key, "-pubout"]) != wanted:
            return {**seen, "problem": "The key is not the key of the certificate."}
        fingerprint = output(["openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha256"])
    except OSError as error:
        return {**seen, "problem": str(error)}
    except subprocess.CalledProcessError as error:
        return {**seen, "problem": error.stderr.strip()}
    return {**seen, "fingerprint": fingerprint.strip()}


def firewall() -> str:
    """Return the name of the firewall that the host uses."""
    ufw = Path("/etc/ufw/ufw.conf")
    if runs("firewalld"):
        return "firewalld"
    if ufw.exists() and re.search("^ENABLED=yes", ufw.read_text(), re.MULTILINE):
        return "ufw"
    return "nftables" if runs("nftables") else "none"


def runs(service: str) -> bool:
    """Return whether a service is active."""
    return subprocess.run(["systemctl", "--quiet", "is-active", service], check=False).returncode == 0


def name(look_up: Any, number: int) -> str:
    """Return the name of a user or group, or its number if it has none."""
    try:
        return str(look_up(number)[0])
    except KeyError:
        return str(number)


def output(command: list[str]) -> str:
    """Return the output of a command; end the script with a message if the command is not installed."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    except FileNotFoundError:
        sys.exit(f"The command {command[0]} is missing on this host. Install its package (ss is in iproute2).")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
