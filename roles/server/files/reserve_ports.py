# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reserve a passive range that overlaps the ports which the kernel assigns to other connections.

The role server runs this script on the server.  Arguments: "check" or "apply", the file that keeps the reservation for
the next start, and the range; without a range, the reservation of an earlier run is removed.  Prints "changed" if
something changes, or would change.  Source: ip_local_port_range and ip_local_reserved_ports in the kernel's ip-sysctl.
"""

from __future__ import annotations

import sys
from pathlib import Path

PROC = Path("/proc/sys/net/ipv4")
MARK = "# mxlab.ftp: "


def parse(text: str) -> set[int]:
    """Return the ports of a list such as "8080,40000-40099"."""
    ports: set[int] = set()
    for entry in text.strip().split(","):
        if entry:
            first, _dash, last = entry.partition("-")
            ports |= set(range(int(first), int(last or first) + 1))
    return ports


def render(ports: set[int]) -> str:
    """Return the ports as the kernel writes them: sorted, neighbours joined."""
    ranges: list[tuple[int, int]] = []
    for port in sorted(ports):
        if ranges and ranges[-1][1] == port - 1:
            ranges[-1] = (ranges[-1][0], port)
        else:
            ranges.append((port, port))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def plan(passive: set[int], ephemeral: str, reserved: set[int], kept: str) -> tuple[set[int], str]:
    """Return the ports to reserve and what to keep for the next start ("" for no file).

    ephemeral is "first last" as the kernel has it, reserved is what is reserved now by anybody, kept is the file of an
    earlier run, whose first line names the part of it that was ours.
    """
    first, last = ephemeral.split()
    ours = passive if passive & set(range(int(first), int(last) + 1)) else set()
    earlier = parse(kept.split("\n", 1)[0][len(MARK) :]) if kept.startswith(MARK) else set()
    wanted = (reserved - earlier) | ours
    return wanted, f"{MARK}{render(ours)}\nnet.ipv4.ip_local_reserved_ports = {render(wanted)}\n" if ours else ""


def main(action: str, keep: str, passive: str = "") -> None:
    """Compare, and write what differs when the action is "apply"."""
    file = Path(keep)
    kept = file.read_text() if file.exists() else ""
    reserved = parse((PROC / "ip_local_reserved_ports").read_text())
    wanted, to_keep = plan(parse(passive), (PROC / "ip_local_port_range").read_text(), reserved, kept)
    if (reserved, kept) == (wanted, to_keep):
        return
    print("changed")
    if action == "check":
        return
    if wanted != reserved:
        (PROC / "ip_local_reserved_ports").write_text(render(wanted) + "\n")
    if to_keep:
        file.write_text(to_keep)
    else:
        file.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
