# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ports_per_client; its documentation is in ports_per_client.yml, beside this."""

from __future__ import annotations

from typing import Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import ports_per_client


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[[str], int]]:
        """Return the filters by their names."""
        return {"ports_per_client": ports_per_client}
