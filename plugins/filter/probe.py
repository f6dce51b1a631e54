# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters on what ftp_probe returns; their documentation is in the YAML files of their names, beside this."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._html.page import html
from ansible_collections.mxlab.ftp.plugins.module_utils._report.junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._report.markdown import markdown
from ansible_collections.mxlab.ftp.plugins.module_utils._report.nagios import nagios
from ansible_collections.mxlab.ftp.plugins.module_utils._report.oracle import client_oracle
from ansible_collections.mxlab.ftp.plugins.module_utils._report.prometheus import prometheus
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._report.table import table
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.render import probe_timeline


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by their names."""
        return {
            "client_oracle": client_oracle,
            "probe_report": report,
            "probe_html": html,
            "probe_junit": junit,
            "probe_markdown": markdown,
            "probe_prometheus": prometheus,
            "probe_nagios": nagios,
            "probe_table": table,
            "probe_timeline": probe_timeline,
        }
