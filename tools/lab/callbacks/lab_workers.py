# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does once, in Ansible's main process, what each of its workers would do anew: a worker is a fork for one task.

A worker loads the plugins that it uses, and Python compiles those of collections each time.  And its collector of
garbage looks through all that the main process has.
"""

from __future__ import annotations

import contextlib
import gc
import os

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import connection_loader, filter_loader, test_loader

DOCUMENTATION = """
name: lab_workers
type: aggregate
short_description: Makes Ansible's workers cheaper
description: Loads plugins in Ansible's main process, and hides from its workers' collector of garbage what is there.
"""

# To find one filter or test of a collection, Ansible loads all of them.
PLUGINS = {
    connection_loader: ["community.docker.docker"],
    filter_loader: ["ansible.builtin.combine", "mxlab.ftp.probe_report"],
    test_loader: ["ansible.builtin.match", "mxlab.ftp.ipv4_address"],
}


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Prepares the main process, which loads callbacks before it starts workers."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "lab_workers"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        for loader, names in PLUGINS.items():
            for name in names:
                # So it says that a collection is not installed.
                with contextlib.suppress(KeyError):
                    loader.get_with_context(name, class_only=True)
        # As the documentation of gc.freeze recommends it; the main process goes on collecting.
        os.register_at_fork(before=gc.freeze, after_in_parent=gc.unfreeze)
