# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hostile FTP servers do to the probe.

`make bench-hostile`, as root.  Each server of tests/faults misbehaves at one step of the dialogue.  Servers and probes
run in a network namespace whose only way out is an interface where nobody answers; its counter shows what was meant for
others than the servers.  Each probe is a process of its own, so its memory, threads and descriptors are counted alone.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faulty_certificates
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.probe import probe
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC, refuse_bad
from faulty_script import Script
from faulty_server import PASSWORD, USER, running

TIMEOUT = 1
# "A cell ends ... after twelve times this timeout in total" (ftp_probe); beside it, a second for a busy machine.
BOUND = 12 * TIMEOUT + 1
# Cells, their second tries, and the facts, each with a bound of their own.
KILLED = 5 * BOUND
SIDE_BY_SIDE = 8
# One that connects to the probe, and others that servers send it to.
STRANGER, THIRD_PARTIES = "198.51.100.66", ("198.51.100.67", "10.0.0.1", "169.254.169.254")
WAY_OUT = "nowhere"
# Known to the interface, so that a packet to it is one packet, and no questions for its address.
CONTROL = "192.0.2.3"

COMMANDS = ("GREETING", "USER", "PASS", "TYPE", "PASV", "EPSV", "PORT", "EPRT", "STOR", "RETR", "DELE", "QUIT")
IN_TLS = ("AUTH", "PBSZ", "PROT")
WAYS = (
    "FLOOD {0}",
    "LONG {0} 220",
    "MUTE {0}",
    "HANGUP {0}",
    "RESET {0}",
    "DRIP {0}",
    "REPLY {0} 421 Go away.",
    "REPLY {0} 220 \x00\x1b[31m\x1b]0;title\x07\ud800",
    "REPLY {0} 150 wait\r\n150 wait\r\n150 wait",
)
TLS = {"tls": "explicit", "protection": ["P"]}
ACTIVE, PASSIVE = {"modes": ["active"]}, {"modes": ["passive"]}
# Servers that lead to others, with certificates that nobody can trust, and with ports and files that never were.
OTHERS: tuple[tuple[list[str], dict[str, Any]], ...] = (
    *(([f"PASVBADIP {address}"], PASSIVE) for address in THIRD_PARTIES),
    *(
        ([f"REPLY PASV 227 Go ({address.replace('.', ',')},{ports})"], PASSIVE)
        for address in THIRD_PARTIES
        for ports in ("0,22", "0,0", "255,255", "300,1", "240,1,1")
    ),
    *(([f"REPLY EPSV 229 Go {text}"], PASSIVE) for text in ("(|1|198.51.100.67|61000|)", "(|||0|)", "(|||99999|)")),
    ([f"DATAFROM {STRANGER}"], ACTIVE),
    (["PASVBADPORT 25"], PASSIVE),
    (["PASVBADPORT silent"], PASSIVE),
    (["PASVBADPORT closed"], PASSIVE),
    *(([f"TLS {name}"], TLS) for name in ("expired", "early", "misnamed", "nameless")),
    (["TLS sound", "TLSVERSIONS 1.0 1.0"], TLS),
    (["TLS sound", "APPEND AUTH 230 injected"], TLS),
    (["REPLY AUTH 234 but no TLS\r\n\x16\x03\x01\xff\xff"], TLS),
)


@dataclass(frozen=True)
class Seen:
    """What one probe has cost, and how it ended."""

    name: str
    seconds: float
    longest: float
    megabytes: int
    left: int
    ended_badly: str


def modes() -> list[tuple[list[str], dict[str, Any]]]:
    """Return all hostile servers: lines of a fault file, and options of the probe."""
    plain = [([way.format(name)], {}) for name, way in itertools.product(COMMANDS, WAYS)]
    in_tls = [(["TLS sound", way.format(name)], TLS) for name, way in itertools.product(IN_TLS, WAYS)]
    return [*plain, *in_tls, *OTHERS]


def probe_alone() -> None:
    """Probe with the options on standard input; print what is left in the process, and the longest dialogue."""
    given = {name: spec.get("default") for name, spec in ARGUMENT_SPEC.items()}
    given.update(json.load(sys.stdin))
    refuse_bad(given)
    before = len(list(Path("/proc/self/fd").iterdir()))
    result = probe(given)
    left = len(list(Path("/proc/self/fd").iterdir())) - before + threading.active_count() - 1
    spoken = [[line["at"] for line in cell["transcript"]] for cell in result["cells"]]
    longest = max((times[-1] - times[0] for times in spoken if times), default=0.0)
    bad = [char for char in json.dumps(result, ensure_ascii=False) if not char.isprintable()]
    # Not ru_maxrss, which counts what the parent had when it forked.
    (most,) = (line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    print(json.dumps({"left": left, "longest": longest, "bad": bad[:1], "megabytes": int(most) >> 10}))


def run(number: int, lines: list[str], options: dict[str, Any], folder: Path) -> Seen:
    """Run one server and one probe."""
    address = f"127.77.{number // 250}.{1 + number % 250}"
    home = Path(tempfile.mkdtemp(dir=folder))
    faulty_certificates.write(home.parent, [address])
    with running(address, Script.parse(lines), home, folder) as server:
        asked = {"host": address, "port": server.address[1], "user": USER, "password": PASSWORD, "timeout": TIMEOUT}
        began = time.monotonic()
        with subprocess.Popen(
            [sys.executable, __file__, "--alone"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as child:
            killer = threading.Timer(KILLED, child.kill)
            killer.start()
            assert child.stdin is not None and child.stdout is not None and child.stderr is not None
            child.stdin.write(json.dumps({**asked, **options}).encode())
            child.stdin.close()
            said, wrong = child.stdout.read(), child.stderr.read().decode()
            child.wait()
            killer.cancel()
    told = json.loads(said) if child.returncode == 0 else {"left": 0, "longest": 0.0, "bad": [], "megabytes": 0}
    badly = (wrong.strip().splitlines() or [f"ended with {child.returncode}"])[-1] if child.returncode else ""
    badly = badly or ("a control character in the result" if told["bad"] else "")
    seconds = time.monotonic() - began
    return Seen(" / ".join(lines), seconds, told["longest"], told["megabytes"], told["left"], badly)


def enclose() -> None:
    """Go on in a network namespace; whatever is for others leaves by an interface with nobody behind it."""
    if "HOSTILE" not in os.environ:
        os.environ["HOSTILE"] = "enclosed"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    for words in (
        "link set lo up",
        f"address add {STRANGER}/32 dev lo",
        f"link add {WAY_OUT} type veth peer name nobody",
        f"link set {WAY_OUT} addrgenmode none up",
        "link set nobody addrgenmode none up",
        f"address add 192.0.2.2/24 dev {WAY_OUT}",
        f"route add default dev {WAY_OUT}",
        f"neigh add {CONTROL} lladdr 02:00:00:00:00:01 dev {WAY_OUT}",
    ):
        subprocess.run(["ip", *words.split()], check=True)


def check_the_counter() -> None:
    """Send something to a third party; raises SystemExit if it is not counted."""
    before = third_parties()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"counted?", (CONTROL, 9))
    if third_parties() == before:
        raise SystemExit("A packet to a third party was not counted, so this run would prove nothing.")


def third_parties() -> int:
    """Return how many packets were for others than the servers: an attempt is at least a question for the address."""
    told = subprocess.run(["ip", "-s", "-j", "link", "show", WAY_OUT], check=True, stdout=subprocess.PIPE)
    return int(json.loads(told.stdout)[0]["stats64"]["tx"]["packets"])


def main() -> int:
    """Run all of them and print the table; return 1 if anything but the number of servers and figures is not 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alone", action="store_true", help="one probe, for the script itself")
    parser.add_argument("--first", type=int, default=None, help="only so many servers")
    options = parser.parse_args()
    if options.alone:
        probe_alone()
        return 0
    enclose()
    check_the_counter()
    known = third_parties()
    wanted = list(enumerate(modes()))[: options.first]
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        folder = Path(name)
        found = list(pool.map(lambda each: run(each[0], *each[1], folder), wanted))
    counts = {
        "probes that hung": sum(each.seconds > KILLED for each in found),
        f"dialogues over {BOUND} s": sum(each.longest > BOUND for each in found),
        "threads and descriptors left": sum(each.left for each in found),
        "ended badly": sum(bool(each.ended_badly) for each in found),
        "packets for third parties": third_parties() - known,
    }
    for each in found:
        if each.ended_badly or each.left or each.longest > BOUND or each.seconds > KILLED:
            print(each)
    print(f"hostile servers: {len(found)}; most memory: {max(each.megabytes for each in found)} MB;", end=" ")
    print(
        f"slowest: {max(each.seconds for each in found):.1f} s, longest dialogue: {max(e.longest for e in found):.1f} s"
    )
    print("\n".join(f"{name}: {number}" for name, number in counts.items()))
    return int(any(counts.values()))


if __name__ == "__main__":
    sys.exit(main())
