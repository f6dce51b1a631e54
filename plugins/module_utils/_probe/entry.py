# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all dialogues of the probe begin with: connection, TLS, login, protection.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
import math
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.dialog import Control
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import MAX_TIMEOUTS, Clock
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.tls import client_context, one_version_context


@dataclass(frozen=True)
class Target:
    """The service to probe: IP addresses as text, size in bytes, timeout in seconds for each operation.

    long_transfer: how many seconds the upload of LONG_TRANSFERS lasts, 0: they are not tried.
    host is the name asked for in TLS, tls one of DISABLED, EXPLICIT, IMPLICIT; validate: end at a certificate that
    this host does not trust.  foreign_address: a second address of this host.  follow_foreign_address: connect to any
    address that a 227 announces.  ends: when the survey is over, as a time of time.monotonic().
    """

    address: str
    port: int
    user: str
    password: str = field(repr=False)
    directory: str = ""
    size: int = 65536
    timeout: float = 5.0
    public_address: str = ""
    active_address: str = ""
    host: str = ""
    tls: str = seen.DISABLED
    validate: bool = False
    foreign_address: str = ""
    follow_foreign_address: bool = False
    long_transfer: int = 0
    ends: float = math.inf

    @property
    def tls_name(self) -> str:
        """Return the name that the server's certificate must be valid for."""
        return self.host or self.address

    def clock(self, timeouts: int = MAX_TIMEOUTS) -> Clock:
        """Return a new clock, which gives so many timeouts to all operations together."""
        return Clock(self.timeout, timeouts, self.ends)


class Entry:
    """The steps of one control connection up to the login; note is called with each stage before it begins.

    version: the only version of TLS to speak, "": those that this host's OpenSSL speaks by default.
    """

    def __init__(self, target: Target, protection: str, note: Callable[[str], None], version: str = "") -> None:
        self._target = target
        self._note = note
        self._secret = protection != seen.CLEAR
        self._protection = protection
        self.context = _context(version, target.validate) if self._secret else None
        self.tls_version = ""
        self.certificate = b""

    def greeting(self, control: Control) -> None:
        """Read the greeting, with implicit TLS after the handshake; raise Halt if it does not come."""
        if self._secret and self._target.tls == seen.IMPLICIT:
            self._secure(control)
        self._note(seen.GREETING)
        control.final()

    def login(self, control: Control) -> None:
        """Do everything from the greeting to the protection of data connections; raise Halt where it ends."""
        if self._secret and self._target.tls == seen.EXPLICIT:
            self._note(seen.TLS)
            control.ask_for_tls()
            self._secure(control)
        self._note(seen.LOGIN)
        control.login(self._target.user, self._target.password)
        if self._secret:
            self._note(seen.PROTECTION)
            # RFC 4217 section 9: a server refuses PROT without PBSZ.
            control.command("PBSZ 0")
            control.command(f"PROT {self._protection}")

    def _secure(self, control: Control) -> None:
        self._note(seen.TLS)
        if self.context:
            secured = control.secure(self.context, self._target.tls_name)
            self.tls_version = secured.version() or ""
            self.certificate = secured.getpeercert(True) or b""


def _context(version: str, validate: bool) -> ssl.SSLContext:
    return one_version_context(version, validate) if version else client_context(validate)


def call(target: Target, timeouts: int = MAX_TIMEOUTS, segment: int = 0) -> contextlib.closing[Control]:
    """Return a new control connection to the target, with a clock of its own; raise Halt if there is none.

    segment: the most bytes of a TCP segment, 0: as this host does it.
    """
    return contextlib.closing(Control(target.address, target.port, target.clock(timeouts), target.password, segment))


def handshake(target: Target, context: ssl.SSLContext) -> bytes:
    """Do only the TLS handshake on a new control connection, and return the server's certificate in DER.

    Raise Halt if the handshake fails.
    """
    with call(target) as control:
        if target.tls == seen.EXPLICIT:
            control.final()
            control.ask_for_tls()
        return control.secure(context, target.tls_name).getpeercert(True) or b""
