# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of stages and commands up to the login, for each way to use TLS."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Entry, Target
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Halt

TARGET: dict[str, Any] = {"address": "203.0.113.13", "port": 21, "user": "me", "password": "secret"}


class Script:
    """A control connection that notes what is done on it, and ends at a command."""

    def __init__(self, events: list[str], refused: str = "") -> None:
        self.events = events
        self._refused = refused

    def final(self) -> None:
        self.events.append("greeting read")

    def command(self, command: str) -> None:
        self.events.append(command)
        if command == self._refused:
            raise Halt(seen.REJECTED)

    def ask_for_tls(self) -> None:
        self.command("AUTH TLS")

    def login(self, user: str, password: str) -> None:
        self.events.append(f"login {user} {password}")

    def secure(self, _context: object, name: str) -> object:
        self.events.append(f"handshake {name}")
        return SimpleNamespace(version=lambda: "TLSv1.3", getpeercert=lambda _binary: b"certificate")


def entered(protection: str, **target: Any) -> tuple[list[str], Entry]:
    """Return stages, in brackets, and commands in their order."""
    events: list[str] = []
    control: Any = Script(events)
    entry = Entry(Target(**TARGET, **target), protection, lambda stage: events.append(f"[{stage}]"))
    entry.greeting(control)
    entry.login(control)
    return events, entry


GREETING = [f"[{seen.GREETING}]", "greeting read"]
LOGIN = [f"[{seen.LOGIN}]", "login me secret"]
HANDSHAKE = [f"[{seen.TLS}]", "handshake 203.0.113.13"]
AUTH = [f"[{seen.TLS}]", "AUTH TLS", *HANDSHAKE]
PRIVATE = [f"[{seen.PROTECTION}]", "PBSZ 0", "PROT P"]


@pytest.mark.parametrize(
    ("protection", "tls", "events"),
    [
        (seen.CLEAR, seen.DISABLED, [*GREETING, *LOGIN]),
        # Cells in clear stay so, whatever TLS the others use.
        (seen.CLEAR, seen.EXPLICIT, [*GREETING, *LOGIN]),
        (seen.PRIVATE, seen.EXPLICIT, [*GREETING, *AUTH, *LOGIN, *PRIVATE]),
        (seen.PRIVATE, seen.IMPLICIT, [*HANDSHAKE, *GREETING, *LOGIN, *PRIVATE]),
    ],
)
def test_no_password_is_sent_before_the_tls_that_is_asked_for(protection: str, tls: str, events: list[str]) -> None:
    done, entry = entered(protection, tls=tls)
    assert done == events
    secured = protection != seen.CLEAR
    assert (entry.tls_version, entry.certificate) == (("TLSv1.3", b"certificate") if secured else ("", b""))
    assert (entry.context is not None) is secured


def test_a_host_name_is_what_the_certificate_has_to_be_valid_for() -> None:
    assert "handshake ftp.example.com" in entered(seen.PRIVATE, tls=seen.EXPLICIT, host="ftp.example.com")[0]


def test_a_refused_auth_ends_before_the_password() -> None:
    events: list[str] = []
    control: Any = Script(events, "AUTH TLS")
    entry = Entry(Target(**TARGET, tls=seen.EXPLICIT), seen.PRIVATE, events.append)
    entry.greeting(control)
    with pytest.raises(Halt):
        entry.login(control)
    assert events[-1] == "AUTH TLS"
    assert not any("secret" in event for event in events)


def test_a_target_that_is_shown_does_not_show_the_password() -> None:
    assert "secret" not in repr(Target(**TARGET))
