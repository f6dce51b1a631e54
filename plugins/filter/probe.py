# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters on what ftp_probe returns; their documentation is in the YAML files of their names, beside this."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_oracle import client_oracle
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_timeline_render import probe_timeline
from ansible_collections.mxlab.ftp.plugins.module_utils._probe_junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._probe_nagios import nagios
from ansible_collections.mxlab.ftp.plugins.module_utils._probe_prometheus import prometheus
from ansible_collections.mxlab.ftp.plugins.module_utils._probe_report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._probe_table import table


class FilterModule:
    """What Ansible looks for in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "client_oracle": client_oracle,
            "probe_report": report,
            "probe_junit": junit,
            "probe_prometheus": prometheus,
            "probe_nagios": nagios,
            "probe_table": table,
            "probe_timeline": probe_timeline,
        }
