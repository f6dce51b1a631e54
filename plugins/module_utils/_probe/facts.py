# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says of itself: its replies to the connection, FEAT and SYST, its certificate, its versions of TLS.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from datetime import datetime, timezone

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.certificate import read_certificate
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.dialog import Control
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Entry, Target, call, handshake
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Halt
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.tls import VERSIONS, client_context, version_context


def ask_features(control: Control) -> None:
    """Send FEAT and SYST, which the server may refuse; raise Halt when no reply comes."""
    for command in ("FEAT", "SYST"):
        try:
            control.command(command)
        except Halt as halt:
            if halt.outcome != seen.REJECTED:
                raise


def server_of(transcript: Sequence[seen.Line]) -> seen.Server:
    """Return the server's greeting and, if the dialogue asked for them, its features and its system."""
    return seen.Server(*(_replies_to(transcript, command) for command in ("", "FEAT", "SYST")))


def server_facts(target: Target, protection: str, admitted: bool) -> seen.Server:
    """Return what a dialogue without transfers tells of the server.

    Log in only if admitted: a login that is known to be refused may count against the user.
    """
    transcript: list[seen.Line] = []
    entry = Entry(target, protection, lambda stage: None)
    with contextlib.suppress(Halt), call(target) as control:
        transcript = control.record
        entry.greeting(control)
        if admitted:
            entry.login(control)
        ask_features(control)
        control.command("QUIT")
    return server_of(transcript)


def tls_facts(target: Target, cells: Iterable[seen.Cell], handshakes: Executor) -> seen.Tls:
    """Return the certificate, whether this host's trust store accepts it, and the outcome of each version of TLS.

    What the cells have shown is not tried again; everything else is a connection of its own, side by side.
    """
    in_tls = [cell for cell in cells if cell.certificate and cell.control_address == target.address]
    shown = in_tls[0].certificate if in_tls else b""
    spoken = {cell.tls_version for cell in in_tls}
    trust = handshakes.submit(_trust, target)
    certificate = handshakes.submit(_certificate, target, shown)
    outcomes = list(handshakes.map(lambda each: seen.OK if each in spoken else _version(target, each), VERSIONS))
    trusted, trust_error = trust.result()
    if seen.OK in outcomes:
        # A refusal may be due to the others, so each is asked once more, alone.
        outcomes = [_version(target, each) if met == seen.REJECTED else met for each, met in zip(VERSIONS, outcomes)]
        trusted, trust_error = _trust(target) if trusted is None else (trusted, trust_error)
    return seen.Tls(certificate.result(), trusted, trust_error, tuple(zip(VERSIONS, outcomes)), target.tls_name)


def _certificate(target: Target, shown: bytes) -> seen.Certificate | None:
    with contextlib.suppress(Halt, ValueError):
        der = shown or handshake(target, client_context(False))
        return read_certificate(der, target.tls_name, datetime.now(timezone.utc), target.password)
    return None


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


def _replies_to(transcript: Sequence[seen.Line], command: str) -> tuple[str, ...]:
    """Return the lines that the server sent after the command, or before any command if it is ""."""
    last = ""
    replies = []
    for line in transcript:
        if line.sender == "client":
            last = line.text
        elif last == command:
            replies.append(line.text)
    return tuple(replies)
