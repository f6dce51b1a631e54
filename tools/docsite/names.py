# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that samples may use: options of modules, roles and their variables, playbooks, targets."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Set
from functools import cache
from typing import Any

from docsite import playbooks, targets
from docsite.reference import COLLECTIONS

_PREFIX = "mxlab.ftp."
Options = Mapping[str, Any]


@cache
def targets_known() -> frozenset[str]:
    """Return the targets of the Makefile."""
    return frozenset(target.name for target in targets.read())


@cache
def playbooks_known() -> dict[str, playbooks.Playbook]:
    """Return the playbooks by name."""
    return playbooks.read()


@cache
def documented() -> dict[str, dict[str, Any]]:
    """Return what Ansible says of the collection: kind of plugin -> name -> its documentation."""
    command = ["ansible-doc", "--metadata-dump", "mxlab.ftp"]
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
    shown = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    kinds: dict[str, dict[str, Any]] = json.loads(shown.stdout)["all"]
    return {
        kind: {name.removeprefix(_PREFIX): plugin for name, plugin in kinds[kind].items()}
        for kind in ("module", "filter", "test", "role")
    }


@cache
def roles() -> dict[str, dict[str, Options]]:
    """Return the options of the roles: role -> entry point -> options."""
    return {
        role: {entry: spec.get("options", {}) for entry, spec in found["entry_points"].items()}
        for role, found in documented()["role"].items()
    }


@cache
def variables() -> frozenset[str]:
    """Return the variables of the roles and playbooks."""
    of_roles = {name for entries in roles().values() for options in entries.values() for name in options}
    return frozenset(of_roles | {name for book in playbooks_known().values() for name in book.names()})


@cache
def modules() -> dict[str, Options]:
    """Return the options of the modules."""
    return {name: found["doc"].get("options", {}) for name, found in documented()["module"].items()}


def of_document(document: Any) -> Iterator[str]:
    """Yield which names of this collection in a YAML document do not exist, wherever they are in it."""
    if isinstance(document, list):
        for item in document:
            yield from of_document(item)
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from _of_pair(str(key), value)
            yield from of_document(value)


def _of_pair(key: str, value: Any) -> Iterator[str]:
    name = key.removeprefix(_PREFIX)
    if key.startswith(_PREFIX):
        yield from _of_task(name, value) if name in modules() else [f"no module {key}"]
    elif key in ("role", "name") and isinstance(value, str) and re.fullmatch(r"mxlab\.ftp\.[a-z_]+", value):
        yield from [] if value.removeprefix(_PREFIX) in roles() else [f"no role {value}"]
    elif key in ("import_playbook", "ansible.builtin.import_playbook") and str(value).startswith(_PREFIX):
        yield from [] if value.removeprefix(_PREFIX) in playbooks_known() else [f"no playbook {value}"]
    elif misspelt(key):
        yield f"no variable {key}"


def misspelt(name: str) -> bool:
    """Return whether a name has the prefix of the variables of a role, and is none of them."""
    return name.startswith(tuple(f"{role}_" for role in roles() if role != "server")) and name not in _near()


@cache
def _near() -> Set[str]:
    """Return the names with such a prefix: variables, the roles and hosts' groups, and options of modules."""
    options = {name for module in modules().values() for name in module}
    return variables() | set(roles()) | options | {"ftp_servers", "ftp_endpoint"}


def _of_task(module: str, value: Any) -> Iterator[str]:
    options = modules()[module]
    if not isinstance(value, dict):
        return
    known = {*options, *(alias for option in options.values() for alias in option.get("aliases", []))}
    yield from (f"{_PREFIX}{module} has no option {name}" for name in value if name not in known)
    missing = (name for name, option in options.items() if option.get("required") and name not in value)
    yield from (f"{_PREFIX}{module} needs the option {name}" for name in missing)
