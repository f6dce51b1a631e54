# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build ftp-probe.pyz and its man page: ``make ftp-probe``.

The same files give the same bytes: names are sorted, times are fixed, and nothing is compressed, because what a
compressor makes differs from one version to the next.
"""

from __future__ import annotations

import ast
import dataclasses
import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ftp_probe_app.texts import FILE
from probe_man_page import man_page
from probe_texts import ROOT, texts

APP = Path(__file__).parent / "ftp_probe_app"
# Package -> its folder in the checkout.
PACKAGES = {"ansible_collections.mxlab.ftp": ROOT, APP.name: APP}
_SHEBANG = b"#!/usr/bin/env python3\n"
# The earliest time that a zip file can hold.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


def write(folder: Path) -> None:
    """Write the zipapp and its man page."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "ftp-probe.pyz"
    program.write_bytes(zipped(files()))
    program.chmod(0o755)
    (folder / "ftp-probe.1").write_text(man_page(texts()))


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """Return a zip file of path -> content that a system starts with Python 3."""
    made = io.BytesIO()
    made.write(_SHEBANG)
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(path, _TIME)
            entry.create_system, entry.external_attr = 3, _MODE
            archive.writestr(entry, content)
    return made.getvalue()


def files() -> dict[str, bytes]:
    """Return path in the zipapp -> content: the modules, the files beside them, and what makes them packages."""
    start = APP / "__main__.py"
    modules = needed(start)
    beside = {path for module in modules for path in module.parent.iterdir() if path.suffix in (".css", ".js")}
    found = {_place(path): path.read_bytes() for path in modules | beside}
    found[f"{APP.name}/{FILE}"] = json.dumps(dataclasses.asdict(texts()), indent=1, sort_keys=True).encode()
    found[start.name] = start.read_bytes()
    return {**{f"{folder}/__init__.py": b"" for path in found for folder in _folders(path)}, **found}


def needed(start: Path) -> set[Path]:
    """Return the file and all files of PACKAGES that it imports, and so on."""
    found: set[Path] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [module for name in imports(path) for module in _modules(name)]
    return found


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a file imports: modules, and names out of modules."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _modules(name: str) -> Iterator[Path]:
    """Yield the file of a module and those of the packages that it is in; none for modules of others."""
    package = next((each for each in PACKAGES if f"{name}.".startswith(f"{each}.")), None)
    parts = name[len(package) :].strip(".").split(".") if package else []
    for length in range(len(parts) + 1) if package else ():
        place = PACKAGES[str(package)].joinpath(*parts[:length])
        yield from (path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file())


def _place(path: Path) -> str:
    """Return the path in the zipapp of a file of PACKAGES."""
    package = next(each for each in reversed(PACKAGES) if path.is_relative_to(PACKAGES[each]))
    return f"{package.replace('.', '/')}/{path.relative_to(PACKAGES[package]).as_posix()}"


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that a path is in."""
    parts = path.split("/")[:-1]
    yield from ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
