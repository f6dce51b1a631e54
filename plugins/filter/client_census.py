# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters on logs of FTP servers; their documentation is in the YAML files of their names, beside this."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._census.census import census
from ansible_collections.mxlab.ftp.plugins.module_utils._census.logs import log_of
from ansible_collections.mxlab.ftp.plugins.module_utils._census.pages import markdown, table


def log_command(server: str) -> str:
    """Return the shell command that prints the log of a server; raise ValueError for an unknown server."""
    return log_of(server).command


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {
            "client_census": census,
            "client_census_command": log_command,
            "client_census_markdown": markdown,
            "client_census_table": table,
        }
