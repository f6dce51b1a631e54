# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference of modules, roles, filters and tests: the pages of antsibull-docs, and the defaults of roles."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from docsite.places import ROOT, galaxy

COLLECTION = "mxlab.ftp"
COLLECTIONS = ROOT / ".ansible" / "collections"
# Suffix of a page of antsibull-docs -> heading of the index.
_KINDS = {"module": "Modules", "role": "Roles", "filter": "Filters", "test": "Tests"}
_HEAD = """\
# Reference

- [Playbooks](playbooks/index.md)
- [Make targets](make.md) of a checkout
- [Causes](../causes/index.md) that the probe names
"""


def write(folder: Path) -> None:
    """Write the reference into a folder."""
    settings = folder.with_suffix(".cfg")
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_text(f"collection_url = {{\n  * = {galaxy()['repository']}\n}}\n", "utf-8")
    command = ["antsibull-docs", "--config-file", str(settings), "collection", "--use-current", "--squash-hierarchy"]
    options = ["--fail-on-error", "--dest-dir", str(folder), COLLECTION]
    environment = os.environ | {"ANSIBLECOLLECTIONS_PATH": str(COLLECTIONS)}
    subprocess.run([*command, *options], check=True, env=environment)
    # Its index is a page for a site of several collections.
    (folder / "index.rst").unlink()
    (folder / "index.md").write_text("\n".join(index(sorted(path.stem for path in folder.glob("*_*.rst")))), "utf-8")
    for role in sorted(path.parent.name for path in ROOT.glob("roles/*/defaults")):
        page = folder / f"{role}_role.rst"
        page.write_text(page.read_text("utf-8") + "\n".join(beside_options(role)), "utf-8")


def index(pages: list[str]) -> Iterator[str]:
    """Yield the lines of the index; pages: the names of the pages of antsibull-docs."""
    yield _HEAD
    for kind, heading in _KINDS.items():
        names = [name for name in pages if name.endswith(f"_{kind}")]
        yield f"## {heading}\n"
        yield "\n".join(f"- [{COLLECTION}.{name.removesuffix(f'_{kind}')}]({name}.rst)" for name in names) + "\n"
        yield "\n".join(["```{toctree}", ":hidden:", f":caption: {heading}", "", *names, "```", ""])
    yield "\n".join(["```{toctree}", ":hidden:", "", "environment_variables", "playbooks/index", "make", "```", ""])


def beside_options(role: str) -> Iterator[str]:
    """Yield the lines about a role that its options do not say: its defaults, and where an example is."""
    heading = "Defaults of the variables"
    yield f"\n{heading}\n{'-' * len(heading)}\n"
    yield f"An example is on :doc:`the page of the role </roles/{role}>`.\n"
    yield ".. list-table::\n   :header-rows: 1\n\n   * - variable\n     - default"
    for name, value in defaults(role).items():
        yield f"   * - ``{name}``\n     - ``{shown(value)}``"
    yield ""


def defaults(role: str) -> Mapping[str, Any]:
    """Return the defaults of a role's variables."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "roles" / role / "defaults" / "main.yml").read_text("utf-8"))
    return found


def shown(value: Any) -> str:
    """Return a default as YAML on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, width=float("inf"))
    return text.removesuffix("...\n").strip()
