# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse the configuration file: JSON in, a checked Configuration out.  Uses neither pyftpdlib nor OpenSSL."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TLS = ("disabled", "optional", "required", "implicit")
MODES = ("active", "passive")

_KINDS: dict[str, type] = {
    "control_port": int,
    "passive_ports": str,
    "masquerade_address": str,
    "lan_address": str,
    "lan_networks": list,
    "modes": list,
    "tls": str,
    "tls_certificate": str,
    "tls_key": str,
    "tls_ciphers": list,
    "max_clients": int,
    "max_per_ip": int,
    "idle_timeout": int,
    "login_timeout": int,
    "log_commands": bool,
    "users": list,
    "handler": dict,
}
_USER_KINDS: dict[str, type] = {"name": str, "password_hash": str, "home": str, "read_only": bool}


class ConfigurationError(ValueError):
    """A fault of the configuration, as one sentence that names the key and never shows a hash."""


@dataclass(frozen=True)
class User:
    """One virtual user; password_hash as crypt(5) has it, home an existing directory."""

    name: str
    password_hash: str
    home: str
    read_only: bool


@dataclass(frozen=True)
class Configuration:
    """The checked file.  Addresses are dotted IPv4, empty for the server's own; timeouts are in seconds."""

    control_port: int
    passive_ports: range
    masquerade_address: str
    lan_address: str
    lan_networks: tuple[ipaddress.IPv4Network, ...]
    modes: tuple[str, ...]
    tls: str
    tls_certificate: str
    tls_key: str
    tls_ciphers: tuple[str, ...]
    max_clients: int
    max_per_ip: int
    idle_timeout: int
    login_timeout: int
    log_commands: bool
    users: tuple[User, ...]
    handler: dict[str, Any]


def load(path: str) -> Configuration:
    """Read and check the file.  Raise ConfigurationError if it is not valid."""
    return parse(read(path))


def read(path: str) -> Any:
    """Return the content of the file, unchecked.  Raise ConfigurationError if it is not JSON."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read as JSON: {error}") from error


def parse(raw: Any) -> Configuration:
    """Check the content of the file and return it.  Raise ConfigurationError if a value does not fit."""
    values = _checked("the configuration", raw, _KINDS)
    for key in ("control_port", "max_clients", "max_per_ip", "idle_timeout", "login_timeout"):
        _require(values[key] > 0, key, values[key], "a number above 0")
    _require(values["control_port"] <= 65535, "control_port", values["control_port"], "a port")
    _require(values["tls"] in TLS, "tls", values["tls"], f"one of {', '.join(TLS)}")
    modes = [mode for mode in MODES if mode in values["modes"]]
    _require(0 < len(modes) == len(values["modes"]), "modes", values["modes"], "active, passive or both")
    for key in ("masquerade_address", "lan_address"):
        _require(not values[key] or _is_address(values[key]), key, values[key], "an IPv4 address")
    ciphers = values["tls_ciphers"]
    _require(all(isinstance(cipher, str) for cipher in ciphers), "tls_ciphers", ciphers, "names")
    return Configuration(
        **{
            **values,
            "passive_ports": _ports(values["passive_ports"], values["control_port"]),
            "lan_networks": tuple(_network(network) for network in values["lan_networks"]),
            "modes": tuple(values["modes"]),
            "tls_ciphers": tuple(values["tls_ciphers"]),
            "users": _users(values["users"]),
        }
    )


def _checked(where: str, raw: Any, kinds: dict[str, type]) -> dict[str, Any]:
    """Return the mapping if it has exactly these keys with values of these types.  Raise ConfigurationError if not."""
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{where} is not a JSON object")
    for title, keys in (("lacks", kinds.keys() - raw.keys()), ("has unknown keys", raw.keys() - kinds.keys())):
        if keys:
            raise ConfigurationError(f"{where} {title} {', '.join(sorted(keys))}")
    for key, kind in kinds.items():
        if not isinstance(raw[key], kind) or (kind is int and isinstance(raw[key], bool)):
            raise ConfigurationError(f"{where}: {key} must be of type {kind.__name__}")
    return raw


def _require(fits: bool, key: str, seen: Any, expected: str) -> None:
    if not fits:
        raise ConfigurationError(f"{key} is {seen!r}; expected {expected}")


def _may_enter(path: str) -> bool:
    return os.access(path, os.R_OK | os.X_OK) and Path(path).is_dir()


def _ports(text: str, control_port: int) -> range:
    match = re.fullmatch(r"(\d{1,5})-(\d{1,5})", text)
    first, last = (int(match[1]), int(match[2])) if match else (0, 0)
    fits = 1024 <= first <= last <= 65535 and not first <= control_port <= last
    _require(fits, "passive_ports", text, "first-last within 1024-65535, without the control port")
    return range(first, last + 1)


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _network(text: Any) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError as error:
        expected = "IPv4 networks such as 192.168.128.0/24"
        raise ConfigurationError(f"lan_networks has {text!r}; expected {expected}") from error


def _users(raw: list[Any]) -> tuple[User, ...]:
    users = tuple(User(**_checked(f"users[{index}]", user, _USER_KINDS)) for index, user in enumerate(raw))
    names = [user.name for user in users]
    _require(len(set(names)) == len(names), "users", names, "each name once")
    for user in users:
        _require(user.password_hash.startswith("$"), "password_hash", f"that of {user.name}", "a hash of crypt(5)")
        _require(_may_enter(user.home), f"home of {user.name}", user.home, "a directory that the server may enter")
    return users
