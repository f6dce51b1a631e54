# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says of itself: its replies to the connection, FEAT and SYST, its certificate, its versions of TLS.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timezone

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.certificate import read_certificate
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.dialog import Control
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Entry, Target, call, handshake
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Halt
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.tls import VERSIONS, client_context, version_context


def server_facts(target: Target, protection: str, admitted: bool) -> seen.Server:
    """Greeting, FEAT and SYST; without a login, which may count against the user, where it is known to be refused."""
    facts: dict[str, tuple[str, ...]] = {}
    entry = Entry(target, protection, lambda stage: None)
    with contextlib.suppress(Halt), call(target) as control:
        before = len(control.record)
        entry.greeting(control)
        facts["greeting"] = _said(control, before)
        if admitted:
            entry.login(control)
        facts["features"] = _answer(control, "FEAT")
        facts["system"] = _answer(control, "SYST")
        control.command("QUIT")
    return seen.Server(**facts)


def tls_facts(target: Target) -> seen.Tls:
    """The certificate, what this host's trust store makes of it, and each version's fate; a connection for each."""
    certificate = None
    with contextlib.suppress(Halt, ValueError):
        der = handshake(target, client_context(False))
        certificate = read_certificate(der, target.tls_name, datetime.now(timezone.utc), target.password)
    trusted, trust_error = _trust(target)
    versions = tuple((version, _version(target, version)) for version in VERSIONS)
    return seen.Tls(certificate, trusted, trust_error, versions, target.tls_name)


def _trust(target: Target) -> tuple[bool | None, str]:
    try:
        handshake(target, client_context(True))
    except Halt as halt:
        return (False, halt.detail) if halt.outcome == seen.UNTRUSTED else (None, "")
    return True, ""


def _version(target: Target, version: str) -> str:
    try:
        handshake(target, version_context(version))
    except Halt as halt:
        return halt.outcome
    return seen.OK


def _answer(control: Control, command: str) -> tuple[str, ...]:
    """All lines of the reply to a command that the server may refuse."""
    before = len(control.record)
    try:
        control.command(command)
    except Halt as halt:
        if halt.outcome != seen.REJECTED:
            raise
    return _said(control, before)


def _said(control: Control, before: int) -> tuple[str, ...]:
    return tuple(line.text for line in control.record[before:] if line.sender == "server")
