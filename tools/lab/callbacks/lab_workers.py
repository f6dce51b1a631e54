# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does once what each of Ansible's workers would do anew: a worker is a fork for one task.

A worker loads the plugins that it uses.  And its collector of garbage looks through all that the main process has.

And once for many runs, as long as the files are the same: Ansible keeps no bytecode of collections, and it puts a
module together with all that it imports, a third of a second for each, for one run only.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import connection_loader, filter_loader, test_loader
from ansible.release import __version__
from ansible.utils.collection_loader import _collection_finder

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "machine"))

import mxlab_zip_bytecode  # type: ignore[import-not-found]  # noqa: E402

DOCUMENTATION = """
name: lab_workers
type: aggregate
short_description: Makes Ansible's workers cheaper
description: >-
  Loads plugins in Ansible's main process, hides from its workers' collector of garbage what is there, and keeps what is
  compiled and put together.
"""

# To find one filter or test of a collection, Ansible loads all of them.
PLUGINS = {
    connection_loader: ["community.docker.docker"],
    filter_loader: ["ansible.builtin.combine", "mxlab.ftp.probe_report"],
    test_loader: ["ansible.builtin.match", "mxlab.ftp.ipv4_address"],
}
SOURCES = (".py", ".ps1", ".psm1", ".cs")
# Nothing but time is lost with it.
KEPT = HERE.parents[2] / ".ansible" / "kept"
A_DAY = 24 * 60 * 60


def keep_bytecode() -> None:
    """Compile a file of a collection only if no run has done it before."""
    mxlab_zip_bytecode.FOLDER = str(KEPT / "bytecode")
    _collection_finder.compile = lambda source, filename, **_flags: mxlab_zip_bytecode.compile_once(filename, source)


def keep_modules() -> None:
    """Let workers look for modules where former runs with the same files have kept them."""
    kept = KEPT / state()
    if not kept.exists():
        _forget(time.time() - A_DAY)
        kept.mkdir(parents=True, exist_ok=True)
    # Ansible empties its folder at the end and follows no link.
    Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache").symlink_to(kept)


def _forget(before: float) -> None:
    """Remove the folders to which nothing was added since this time."""
    for each in KEPT.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if each.stat().st_mtime < before:
                shutil.rmtree(each)


def state() -> str:
    """Return a name for the modules as they are now: it changes with each file that can be a part of one."""
    text = "\n".join([constants.__file__, __version__, *sorted(_files())])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _files() -> Iterator[str]:
    """Yield path, size and time of each module, and of each file that modules import, of all collections."""
    for path in constants.COLLECTIONS_PATHS:
        for folder in Path(path, "ansible_collections").glob("*/*/plugins/module*"):
            for place, _folders, names in os.walk(folder.resolve()):
                for file in [f"{place}/{name}" for name in names if name.endswith(SOURCES)]:
                    found = Path(file).stat()
                    yield f"{file} {found.st_size} {found.st_mtime_ns}"


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Prepares the main process, which loads callbacks before it starts workers."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "lab_workers"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        keep_bytecode()
        keep_modules()
        for loader, names in PLUGINS.items():
            for name in names:
                # So it says that a collection is not installed.
                with contextlib.suppress(KeyError):
                    loader.get_with_context(name, class_only=True)
        # As the documentation of gc.freeze recommends it; the main process goes on collecting.
        os.register_at_fork(before=gc.freeze, after_in_parent=gc.unfreeze)
