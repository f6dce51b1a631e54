# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the probe, as the module and the command line take them: which there are, their checks, their survey.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import dataclasses
from ipaddress import IPv4Address
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Target
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import resolve
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.survey import Request

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "host": {"type": "str", "required": True},
    "port": {"type": "int", "default": 21},
    "user": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
    "modes": {
        "type": "list",
        "elements": "str",
        "choices": [*seen.MODE_GROUPS, *seen.MODES],
        "default": [*seen.MODE_GROUPS],
    },
    "tls": {"type": "str", "choices": [seen.DISABLED, seen.EXPLICIT, seen.IMPLICIT], "default": seen.DISABLED},
    "protection": {"type": "list", "elements": "str", "choices": [*seen.PROTECTIONS]},
    "validate_certs": {"type": "bool", "default": False},
    "directory": {"type": "str"},
    "size": {"type": "int", "default": 65536},
    "timeout": {"type": "float", "default": 5},
    "public_address": {"type": "str"},
    "passive_ports": {"type": "str"},
    "lan_address": {"type": "str"},
    "uplink": {"type": "str"},
    "active_address": {"type": "str"},
    "range_check": {"type": "str", "choices": ["edges", "full"], "default": "edges"},
    "exhaust": {"type": "bool", "default": False},
    "trials": {"type": "list", "elements": "str", "choices": [*seen.VARIANTS], "default": []},
    "long_transfer": {"type": "int", "default": 0},
    "foreign_address": {"type": "str"},
    "follow_foreign_address": {"type": "bool", "default": False},
}
_LIMITS = {"port": (1, 65535), "size": (1, 16777216), "timeout": (0.1, 300), "long_transfer": (0, 7500)}
# A range of more ports would take too long, or take too many from other clients.
_MOST_PORTS = {"range_check": 4096, "exhaust": 256}
_TARGET_OPTIONS = {each.name for each in dataclasses.fields(Target)} & set(ARGUMENT_SPEC)
_ADDRESSES = ("public_address", "lan_address", "active_address", "foreign_address")

# How messages name an option: the name of the module's option -> what its user has set.
Named = Callable[[str], str]


def refuse_bad(options: dict[str, Any], named: Named = str) -> None:
    """Raise ValueError, naming the option, for a number out of limits, a text of two commands, or no IPv4 address."""
    for name, (lowest, highest) in _LIMITS.items():
        if not lowest <= options[name] <= highest:
            raise ValueError(f"{named(name)} is {options[name]}; expected {lowest} to {highest}")
    for name in ("user", "password", "directory"):
        if any(char in (options[name] or "") for char in "\r\n"):
            raise ValueError(f"{named(name)} contains a line break, which would end the FTP command; remove it")
    for name in _ADDRESSES:
        if options[name]:
            try:
                IPv4Address(options[name])
            except ValueError as error:
                raise ValueError(f"{named(name)} is {options[name]!r}; expected an IPv4 address") from error
    _refuse_contradictions(options, named)


def _refuse_contradictions(options: dict[str, Any], named: Named) -> None:
    """Raise ValueError, naming both options, for options that do not go together."""
    for protection in options["protection"] or []:
        if (options["tls"], protection == seen.CLEAR) in ((seen.DISABLED, False), (seen.IMPLICIT, True)):
            raise ValueError(
                f"{named('protection')} {protection} does not work with {named('tls')} {options['tls']}; change one of"
                " them"
            )
    for trial in {seen.BOUNCE, seen.FOREIGN_PEER}.intersection(options["trials"]):
        if not options["foreign_address"]:
            raise ValueError(
                f"{named('trials')} has {trial}; set {named('foreign_address')} to a second address of the host that"
                " probes"
            )
    _refuse_wide_range(options, named)


def _refuse_wide_range(options: dict[str, Any], named: Named) -> None:
    """Raise ValueError, naming both options, where a check of the range has none, or one of too many ports."""
    ports = _range(options["passive_ports"], named)
    for name, check in (("range_check", "full"), ("exhaust", True)):
        if options[name] == check and (not ports or len(ports) > _MOST_PORTS[name]):
            reason = named(name) if check is True else f"{named(name)} {check}"
            found = repr(options["passive_ports"]) if ports else "not set"
            raise ValueError(
                f"{named('passive_ports')} is {found}; {reason} needs a range of at most {_MOST_PORTS[name]} ports"
            )


def _range(text: str | None, named: Named) -> PortRange | None:
    """Return the range in passive_ports, None if it is empty; raise ValueError, naming the option, for a bad range."""
    try:
        return PortRange.parse(text) if text else None
    except ValueError as error:
        raise ValueError(f"{named('passive_ports')}: {error}") from error


def asked(options: dict[str, Any], named: Named = str) -> tuple[Target, Request]:
    """Return what the options ask the survey for; they have passed `refuse_bad`.

    Raise ValueError, naming the option, for a host that the modes cannot reach.
    """
    modes = seen.modes_of(options["modes"])
    address, ipv6_address = _resolved(options["host"], modes, named)
    given = {name: value for name, value in options.items() if value is not None and name in _TARGET_OPTIONS}
    request = Request(
        tuple(modes),
        _protections(options),
        _range(options["passive_ports"], named),
        options["lan_address"] or "",
        ipv6_address,
        tuple(options["trials"]),
        whole_range=options["range_check"] == "full",
        exhaust=options["exhaust"],
        uplink=options["uplink"] or "",
    )
    return Target(address=address, validate=options["validate_certs"], **given), request


def _resolved(host: str, modes: list[str], named: Named) -> tuple[str, str]:
    """Return the address of the option host, and its IPv6 address to try besides ("" if none).

    Raise ValueError, naming the option, if no mode can use an address.
    """
    try:
        address, *others = resolve(host)
    except (OSError, UnicodeError) as error:
        raise ValueError(f"{named('host')} {host!r} has no usable address ({error}); correct it") from error
    if ":" in address and not set(modes).intersection(seen.IPV6_MODES):
        raise ValueError(f"{named('host')} {host!r} has only an IPv6 address; add EPSV or EPRT to {named('modes')}")
    return address, others[0] if others else ""


def _protections(options: dict[str, Any]) -> tuple[str, ...]:
    """Return the protections of the option, each once in a fixed order, or its default."""
    chosen = options["protection"] or [seen.CLEAR if options["tls"] == seen.DISABLED else seen.PRIVATE]
    return tuple(protection for protection in seen.PROTECTIONS if protection in chosen)
