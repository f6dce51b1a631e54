# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The graph of imports: which package may use which, and which package may reach the network."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
UTILS = ROOT / "plugins" / "module_utils"
COLLECTION = "ansible_collections.mxlab.ftp"
PREFIX = f"{COLLECTION}.plugins.module_utils."

# Package, or file beside the packages -> what it may import of the others.  docs/architecture.md draws the same.
MAY_USE = {
    "_addresses": set(),
    "_config_files": set(),
    "_documentation": set(),
    "_junit": set(),
    "_markdown": {"_texts"},
    "_rule_lists": set(),
    "_ports": set(),
    "_python": set(),
    "_results": set(),
    "_texts": set(),
    "_endpoint": {"_addresses", "_documentation", "_ports", "_rule_lists"},
    "_dashboard": set(),
    "_rules": {"_addresses", "_dashboard", "_endpoint", "_ports", "_rule_lists"},
    "_reach": {"_addresses", "_endpoint", "_ports", "_rule_lists", "_texts"},
    "_info": {"_dashboard"},
    "_export": {"_dashboard", "_info", "_rule_lists"},
    "_anonymous": {"_addresses", "_endpoint", "_export", "_ports", "_rule_lists"},
    "_proposal": {"_endpoint", "_reach", "_rule_lists", "_rules", "_texts"},
    "_diagram": {"_texts"},
    "_gate": {"_endpoint", "_export", "_junit", "_markdown", "_reach", "_rule_lists", "_texts"},
    "_probe": {"_ports"},
    "_causes": {"_addresses", "_documentation", "_probe"},
    "_report": {"_addresses", "_causes", "_junit", "_markdown", "_probe", "_texts"},
    "_timeline": {"_probe", "_texts"},
    "_census": {"_addresses", "_causes", "_markdown", "_ports", "_report", "_results", "_texts"},
    "_html": {"_causes", "_probe", "_report", "_texts", "_timeline"},
    "_filezilla": {"_ports"},
}
# What opens connections -> the only packages that may import it.
NETWORK = {
    "ansible.module_utils.urls": {"_dashboard"},
    "http": {"_dashboard"},
    "urllib.request": {"_dashboard"},
    "socket": {"_dashboard", "_probe"},
    "ssl": {"_probe"},
    "ftplib": set(),
}


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a file imports: modules, and names out of modules."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(imported: str, files: dict[str, Path]) -> str | None:
    """Return the module util that a full name means, None for other modules."""
    name = imported.removeprefix(PREFIX)
    return next((known for known in (name, name.rpartition(".")[0]) if known in files and name != imported), None)


def package_of(module: str) -> str:
    """Return the package of a module util; a file beside the packages is one of its own."""
    return module.partition(".")[0]


FILES = {".".join(path.relative_to(UTILS).with_suffix("").parts): path for path in sorted(UTILS.rglob("*.py"))}
GRAPH = {
    name: {found for found in (module_of(each, FILES) for each in imports(path)) if found}
    for name, path in FILES.items()
}


def test_there_are_files_and_edges() -> None:
    assert len(FILES) > 70
    assert sum(map(len, GRAPH.values())) > 200


def test_the_table_names_the_packages_that_there_are() -> None:
    assert {package_of(name) for name in FILES} == set(MAY_USE)


def test_no_file_imports_itself_by_a_detour() -> None:
    TopologicalSorter(GRAPH).prepare()


def test_no_package_imports_itself_by_a_detour() -> None:
    TopologicalSorter(MAY_USE).prepare()


@pytest.mark.parametrize("package", MAY_USE)
def test_a_package_uses_exactly_what_the_table_says(package: str) -> None:
    used = {package_of(found) for name in FILES if package_of(name) == package for found in GRAPH[name]}
    assert used - {package} == MAY_USE[package]


@pytest.mark.parametrize("library", NETWORK)
def test_only_these_packages_open_connections_of_a_kind(library: str) -> None:
    users = {
        package_of(name)
        for name, path in FILES.items()
        if any(each == library or each.startswith(f"{library}.") for each in imports(path))
    }
    assert users <= NETWORK[library]


def test_the_emulator_shares_no_code_with_the_plugins() -> None:
    paths = sorted((ROOT / "roles" / "mx_emulator").rglob("*.py"))
    assert paths
    assert not [path.name for path in paths for each in imports(path) if each.startswith(COLLECTION)]


def test_no_test_makes_its_process_a_controller() -> None:
    """Warnings of modules would then go to the terminal, not into the results that other tests look at."""
    others = {"contenders.py", "fakes", "output"}
    files = [path for path in (ROOT / "tests").rglob("*.py") if not others & set(path.parts)]
    found = [(path.name, name) for path in files for name in imports(path) if name.startswith("ansible.")]
    assert [each for each in found if not each[1].startswith("ansible.module_utils")] == []
