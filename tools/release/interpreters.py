# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the machine has a Python, on PATH or under pyenv; what does not run, such as pyenv's shims, does not count."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path


def interpreter(version: str) -> str:
    """Return a Python of this version that runs, or its usual name, which nox then reports as missing."""
    return next((str(path) for path in candidates(version) if runs(path, version)), f"python{version}")


def candidates(version: str) -> Iterator[Path]:
    """Yield the places where a Python of this version may be."""
    for folder in os.environ["PATH"].split(os.pathsep):
        yield Path(folder, f"python{version}")
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))


def runs(path: Path, version: str) -> bool:
    """Tell whether this is a Python of the version."""
    question = [str(path), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == version
