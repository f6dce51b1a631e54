# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line shows of the collection's metadata and of the module's documentation, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.mxlab.ftp.plugins.modules import ftp_probe
from ftp_probe_app.options import named
from ftp_probe_app.texts import Texts

ROOT = Path(__file__).parents[2]
# O(tls=implicit), V(PASV), RV(findings[].changes), M(mxlab.ftp.mx_ftp_rules), ...
_MARKUP = re.compile(r"\b(O|V|RV|C|M|P|E|I|B)\(([^)]*)\)")


def texts() -> Texts:
    """Return what the command line is to know of the collection."""
    options = yaml.safe_load(ftp_probe.DOCUMENTATION)["options"]
    paragraphs = {name: [plain(text) for text in _list(option["description"])] for name, option in options.items()}
    return Texts(version(), paragraphs, examples())


def version() -> str:
    """Return the version of the collection."""
    return str(yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"])


def plain(text: str) -> str:
    """Return a text of Ansible's documentation without markup, its options named as on the command line."""
    return _MARKUP.sub(lambda found: _plain(*found.groups()), text)


def examples() -> dict[str, str]:
    """Return for each option the first value in the module's examples that is not a template, as it is typed."""
    found: dict[str, str] = {}
    for name, value in _given(yaml.safe_load(ftp_probe.EXAMPLES)):
        if "{{" not in str(value):
            found.setdefault(name, _typed(value))
    return found


def _plain(kind: str, content: str) -> str:
    name, equals, value = content.partition("=")
    if kind != "O":
        return content
    return f"{named(name)} {value}" if equals and value not in ("true", "false") else named(name)


def _given(tasks: list[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for task in tasks:
        yield from task.get("mxlab.ftp.ftp_probe", {}).items()


def _typed(value: object) -> str:
    """Return a value as the command line takes it; "" for an option that has none."""
    if isinstance(value, bool):
        return ""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _list(description: str | list[str]) -> list[str]:
    return [description] if isinstance(description, str) else description
