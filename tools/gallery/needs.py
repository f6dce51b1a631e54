# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a set-up needs beside what ``make lab`` has, and the cell that a client shows."""

from __future__ import annotations

from typing import Any

from lab import inventory

from gallery.set_ups import VSFTPD, SetUp, server_of

_FIRST = {"passive": "EPSV", "active": "PORT"}


def tls(set_up: SetUp) -> bool:
    """Return whether the set-up needs a server with a certificate."""
    return (
        server_of(set_up) != VSFTPD
        or "vsftpd_tls" in set_up.get("role", {})
        or set_up.get("probe", {}).get("tls", "none") != "none"
    )


def outside(set_up: SetUp) -> list[str]:
    """Return the machines outside the LAN that the set-up needs as FTP servers: make lab leaves them empty."""
    host = set_up.get("probe", {}).get("host")
    return [
        machine.name
        for machine in inventory.machines()
        if machine.group == "internet_servers" and host in machine.addresses.values()
    ]


def prepared(set_up: SetUp) -> list[str]:
    """Return the machines on which the whole role of the server has to run before anything is broken."""
    own = [set_up["server"]] if tls(set_up) and not outside(set_up) else []
    return own + outside(set_up)


def emptied(set_up: SetUp) -> list[str]:
    """Return the machines from which the servers are removed at the end."""
    return outside(set_up) + ([set_up["server"]] if server_of(set_up) != VSFTPD else [])


def cell(set_up: SetUp) -> dict[str, str]:
    """Return a cell that fails, or a cell of the set-up: its vantage, mode and protection.

    Where EPSV fails, it is EPSV: that is what curl uses as it comes.
    """
    vantages = list(set_up.get("from", {"client": "internet"}))
    modes = set_up.get("probe", {}).get("modes", ["passive"])
    failing = sorted(set_up.get("red", ()), key=lambda label: "EPSV" not in label.split())
    words = failing[0].split() if failing else [_FIRST.get(modes[0], modes[0])]
    vantage = words.pop(0) if words[0] in vantages else vantages[0]
    return {"vantage": vantage, "mode": words[0], "protection": words[1] if words[1:] else "clear"}


def variables(name: str, set_up: SetUp, notes: str) -> dict[str, Any]:
    """Return what the gallery's playbooks are told."""
    return {
        "problem": name,
        "notes": notes,
        "cell": cell(set_up),
        "mx": set_up.get("mx", {}),
        "ftp_server": server_of(set_up),
        "ftp_tls": "optional" if prepared(set_up) else "disabled",
        "prepared": prepared(set_up),
    }
