# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of the exporter: the allow-list, and modules with the options of ftp_probe."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC, refuse_bad

from ftp_probe_app.exporter.targets import AllowList

_KEYS = ("allow", "modules")
_PASSWORDS = ("password_file", "password_env")
_LONGEST_PASSWORD = 1024
# Options of ftp_probe that a module of the exporter cannot have, and what to do instead.
NOT_HERE = {
    "host": "the URL names the target",
    "password": "set password_file or password_env",
    "exhaust": "clients would get no passive port at each scrape",
    "long_transfer": "a scrape does not last as long",
    "follow_foreign_address": "servers could direct the exporter to any host; set public_address to the one address"
    " that the server may announce",
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "list": (list,),
}


@dataclass(frozen=True)
class Module:
    """A module: the options of ftp_probe but for the host; the password is not in its representation."""

    name: str
    options: Mapping[str, Any] = field(repr=False)

    @property
    def port(self) -> int:
        """Return the control port of a target that names none."""
        return int(self.options["port"])

    @property
    def timeout(self) -> float:
        """Return the seconds for one operation."""
        return float(self.options["timeout"])

    def shown(self) -> dict[str, Any]:
        """Return the options for people, without the password."""
        return {name: value for name, value in self.options.items() if name not in NOT_HERE and value is not None}


@dataclass(frozen=True)
class Settings:
    """What the file says; passwords are read with it."""

    allow: AllowList
    modules: Mapping[str, Module]

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Return the settings; raise OSError or ValueError that says what is wrong, and in which module."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path} is not JSON: {error}") from error
        return cls.parse(document, path.parent)

    @classmethod
    def parse(cls, document: object, folder: Path) -> Settings:
        """Return the settings in a document; folder is where relative password files are."""
        content = _object(document, "the file")
        _refuse_unknown("the file", content, _KEYS)
        allow = content.get("allow", [])
        if not isinstance(allow, list) or not all(isinstance(entry, str) for entry in allow):
            raise ValueError(f"allow is {allow!r}; expected a list of texts")
        modules = _object(content.get("modules", {}), "modules")
        return cls(AllowList.parse(allow), {name: _module(name, given, folder) for name, given in modules.items()})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of JSON; raise ValueError for a key that it has twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} is there twice; remove one")
        found[key] = value
    return found


def _object(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is {value!r}; expected an object with keys and values")
    return value


def _refuse_unknown(what: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in given:
        if key not in known:
            raise ValueError(f"{what} has {key!r}; known keys are {', '.join(known)}")


def _module(name: str, given: object, folder: Path) -> Module:
    """Return a module of the file, checked as ftp_probe checks its options."""
    try:
        return Module(name, _options(_object(given, "the module"), folder))
    except (OSError, ValueError) as error:
        raise ValueError(f"module {name!r}: {error}") from error


def _options(given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    for option, instead in NOT_HERE.items():
        if option in given:
            raise ValueError(f"{option} is not for the exporter: {instead}")
    taken = tuple(option for option in ARGUMENT_SPEC if option not in NOT_HERE)
    _refuse_unknown("it", given, (*taken, *_PASSWORDS))
    options = {option: spec.get("default") for option, spec in ARGUMENT_SPEC.items()}
    options.update((option, _typed(option, given[option])) for option in taken if option in given)
    if options["user"] is None:
        raise ValueError("user is missing")
    options["password"] = _password(given, folder)
    refuse_bad(options)
    return options


def _typed(option: str, value: Any) -> Any:
    """Return the value of an option; raise ValueError if it has another type than ftp_probe takes."""
    spec = ARGUMENT_SPEC[option]
    _refuse_type(option, spec["type"], value)
    for item in value if spec["type"] == "list" else [value]:
        if spec["type"] == "list":
            _refuse_type(option, spec["elements"], item)
        if item not in spec.get("choices", [item]):
            raise ValueError(f"{option} is {item!r}; expected one of {', '.join(spec['choices'])}")
    return value


def _refuse_type(option: str, kind: str, value: object) -> None:
    """Raise ValueError for another type; JSON's true is no number, though Python's is."""
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "bool"):
        raise ValueError(f"{option} is {value!r}; expected {kind}")


def _password(given: Mapping[str, Any], folder: Path) -> str:
    """Return the password from where exactly one of password_file and password_env says."""
    ways = [way for way in _PASSWORDS if way in given]
    if len(ways) != 1 or not isinstance(given[ways[0]], str):
        raise ValueError("set one of password_file and password_env, to the path of a file or the name of a variable")
    value = given[ways[0]]
    if ways == ["password_env"]:
        if not os.environ.get(value):
            raise ValueError(f"password_env names the environment variable {value}, which is not set or empty")
        return os.environ[value]
    return _password_in(Path(os.environ.get("CREDENTIALS_DIRECTORY") or folder) / value)


def _password_in(path: Path) -> str:
    """Return the first line of the file; refuse a file that every user of the host may use.

    systemd shows credentials with an access list as readable by a group, which they are not.
    """
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & stat.S_IRWXO:
            raise ValueError(f"every user of this host can use {path}; run chmod o= {path}")
        content = file.read(_LONGEST_PASSWORD + 1)
    if len(content) > _LONGEST_PASSWORD:
        raise ValueError(f"{path} has more than {_LONGEST_PASSWORD} bytes; expected a password")
    lines = content.decode("utf-8", "surrogateescape").splitlines()
    if len(lines) != 1 or not lines[0]:
        raise ValueError(f"{path} has {len(lines)} lines; expected one line with the password")
    return lines[0]
