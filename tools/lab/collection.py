# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of the collection a run uses: the checkout's as they are, or those of its built and installed tarball."""

from __future__ import annotations

import os
import shutil

from lab.common import ROOT, run, say

IN_PLACE = str(ROOT / ".ansible" / "collections")
INSTALLED = ROOT / ".ansible" / "installed"


def install() -> str:
    """Build the collection, install its tarball into a folder of its own, and return the collections path to use."""
    say("Building the collection and installing it from its tarball")
    shutil.rmtree(INSTALLED, ignore_errors=True)
    build = ROOT / ".ansible" / "build"
    shutil.rmtree(build, ignore_errors=True)
    run(["ansible-galaxy", "collection", "build", "--output-path", str(build), str(ROOT)])
    (tarball,) = build.glob("*.tar.gz")
    # Only this path counts here, or the checkout's link would pass for the installed collection.
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(INSTALLED)}
    # Without ansible.windows, which only the role iis_ftp needs.
    install = ["ansible-galaxy", "collection", "install", "--offline", "--no-deps"]
    run([*install, "--collections-path", str(INSTALLED), str(tarball)], env=environment)
    return f"{INSTALLED}:{IN_PLACE}"
