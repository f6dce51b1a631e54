# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the bytecode of what Python imports from zip files, on the machines of the lab.

Each task sends Ansible's modules to a machine as a zip file of sources, which Python compiles anew every time: a fifth
of what the lab's tasks cost.  mxlab_zip_bytecode.pth loads this at each start of Python, so that it imports only what
is there anyway.
"""

from __future__ import annotations

import _imp
import marshal
import os
import sys
import zipimport
from types import CodeType

FOLDER = "/var/cache/zip-bytecode"
_compile = zipimport._compile_source  # type: ignore[attr-defined]


def compile_once(path: str, source: bytes) -> CodeType:
    """Return the code of a source, compiled by the first process that asks for it."""
    # The hash of pyc files that are checked by it (PEP 552).
    kept = f"{FOLDER}/{_imp.source_hash(sys.hexversion, source).hex()}"
    try:
        with open(kept, "rb") as file:
            return marshal.load(file)  # type: ignore[no-any-return]
    except OSError:
        code: CodeType = _compile(path, source)
        _keep(kept, marshal.dumps(code))
        return code


def _keep(kept: str, code: bytes) -> None:
    """Write the code so that other processes see all of it or nothing; who may not write here goes without."""
    partial = f"{kept}.{os.getpid()}"
    try:
        os.makedirs(FOLDER, exist_ok=True)
        with open(partial, "wb") as file:
            file.write(code)
        os.replace(partial, kept)
    except OSError:
        return


zipimport._compile_source = compile_once  # type: ignore[attr-defined]
