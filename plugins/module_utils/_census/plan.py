# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A planned change of the server, in the names of the variables of the roles.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

_MODES = (["active"], ["passive"])
_VERSIONS = ("TLSv1.2", "TLSv1.3")


@dataclass(frozen=True)
class Plan:
    """What is going to change; None or "" for what stays.

    tls: TLS is going to be required for logins and data connections.  mode: the only one that stays.  ports,
    ports_today: the passive range.  needs: how many ports clients may need at a time by the log, None if it does not
    tell.  hides_tls: clients that look for a sign of TLS are not going to see one.  reuse: TLS session reuse is going
    to be required.  version: the lowest one of TLS.
    """

    tls: bool = False
    mode: str = ""
    ports: PortRange | None = None
    ports_today: PortRange | None = None
    needs: int | None = None
    hides_tls: bool = False
    reuse: bool = False
    version: str = ""

    @classmethod
    def parse(cls, raw: Any) -> Plan:
        """Return the plan of the option; raise ValueError, which says what is wrong and what was expected."""
        if not isinstance(raw, Mapping):
            raise ValueError(f"plan is {raw!r}; expected a dictionary such as {{'ftp_tls': 'required'}}")
        unknown = sorted(map(str, set(raw) - set(_CHECKS)))
        if unknown:
            raise ValueError(f"plan has unknown keys {', '.join(unknown)}; expected {', '.join(_CHECKS)}")
        given: dict[str, Any] = {name: _CHECKS[name](name, value) for name, value in raw.items()}
        return cls(
            tls="ftp_tls" in given,
            mode=given.get("ftp_modes", ""),
            ports=given.get("ftp_passive_ports"),
            ports_today=given.get("passive_ports_today"),
            reuse="ftp_tls_session_reuse" in given,
            version=given.get("tls_minimum", ""),
        )


def _mode(name: str, value: Any) -> str:
    if value not in _MODES:
        raise ValueError(f"plan: {name} is {value!r}; expected the only mode that stays, [passive] or [active]")
    return str(value[0])


def _required(name: str, value: Any) -> str:
    return _one_of(name, value, ("required",))


def _version(name: str, value: Any) -> str:
    return _one_of(name, value, _VERSIONS)


def _ports(name: str, value: Any) -> PortRange:
    try:
        return PortRange.parse(value)
    except ValueError as error:
        raise ValueError(f"plan: {name}: {error}") from error


def _one_of(name: str, value: Any, expected: tuple[str, ...]) -> str:
    if value not in expected:
        raise ValueError(f"plan: {name} is {value!r}; expected {' or '.join(expected)}")
    return str(value)


_CHECKS = {
    "ftp_tls": _required,
    "ftp_modes": _mode,
    "ftp_passive_ports": _ports,
    "passive_ports_today": _ports,
    "ftp_tls_session_reuse": _required,
    "tls_minimum": _version,
}
