# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network namespaces of this process: none has a way out, and none outlives the process, however it ends."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mx_emulator import applier

_OWN = Path("/proc/thread-self/ns/net")
# Python's own os.setns and os.unshare are of 3.12.
_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000  # linux/sched.h
# Addresses of several subnets are on one machine of the twin, so packets may come in by another cable than they would
# leave by; and bridged packets are not to pass the packet filter.
_SETTINGS = {
    "net/ipv4/ip_forward": "1",
    "net/ipv4/conf/all/rp_filter": "0",
    "net/ipv4/conf/default/rp_filter": "0",
    "net/ipv6/conf/default/disable_ipv6": "1",
    "net/bridge/bridge-nf-call-iptables": "0",
    # A connection without an answer is tried again after the change, between the same ports: until the first one is
    # forgotten, the new rules do not see it.
    "net/netfilter/nf_conntrack_tcp_timeout_syn_sent": "1",
}


class Place:
    """A network namespace; `name` is for people, `there` is the file of one that exists, which stays as it is."""

    def __init__(self, name: str, stack: ExitStack, there: Path | None = None) -> None:
        self.name = name
        self._file = stack.enter_context(_opened(there) if there else _made())
        if there is None:
            for setting, value in _SETTINGS.items():
                self.set(setting, value)
            self.ip(["link set lo up"])

    @property
    def path(self) -> str:
        """The file by which programs started here find the namespace."""
        return f"/proc/{os.getpid()}/fd/{self._file}"

    def run(self, *command: str, text: str = "") -> str:
        """Run a program in here and return its output; raise DataPlaneError with its errors if it fails."""
        return applier.run(["nsenter", f"--net={self.path}", *command], text)

    def on_mx(self, command: Sequence[str], text: str) -> str:
        """Run a program in here, in the form that the emulator's applier takes."""
        return self.run(*command, text=text)

    def set(self, setting: str, value: str) -> None:
        """Give a setting of the kernel a value, if this kernel has the setting."""
        self.run("sh", "-c", f"test ! -e /proc/sys/{setting} || echo {value} > /proc/sys/{setting}")

    def ip(self, commands: Iterable[str]) -> None:
        """Run several commands of ip in here."""
        self.run("ip", "-batch", "-", text="".join(f"{command}\n" for command in commands))

    def filter(self, script: str) -> None:
        """Load a script of nft in here."""
        self.run("nft", "-f", "-", text=script)

    def cable(self, device: str, other: Place, far_device: str) -> None:
        """Lay a cable from here to another place; both ends are up."""
        self.ip([f"link add {device} type veth peer name {far_device} netns {other.path}", f"link set {device} up"])
        other.ip([f"link set {far_device} up"])

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Sockets that this thread makes in here belong to the place for good."""
        with _back():
            self.enter()
            yield

    def enter(self) -> None:
        """Let this thread be in the place from now on."""
        _check(_LIBC.setns(self._file, _CLONE_NEWNET))


@contextmanager
def _made() -> Iterator[int]:
    """Make a namespace that exists as long as its file is open."""
    with _back():
        _check(_LIBC.unshare(_CLONE_NEWNET))
        made = os.open(_OWN, os.O_RDONLY)
    try:
        yield made
    finally:
        os.close(made)


@contextmanager
def _opened(there: Path) -> Iterator[int]:
    found = os.open(there, os.O_RDONLY)
    try:
        yield found
    finally:
        os.close(found)


@contextmanager
def _back() -> Iterator[None]:
    """Return this thread to the namespace that it is in."""
    home = os.open(_OWN, os.O_RDONLY)
    try:
        yield
    finally:
        _check(_LIBC.setns(home, _CLONE_NEWNET))
        os.close(home)


def _check(answer: int) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, f"network namespaces: {os.strerror(number)}")
