# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole answer of mx_reach, from options to result; no network, no files.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.evidence import Case
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.findings import case_findings, site_findings
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import active_data_flows, parse_flow
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import known_lists
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import Doubtful
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rows import row
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.tables import Table


def report(
    lists: Mapping[str, Any],
    mx: Mapping[str, Any],
    endpoints: Sequence[Endpoint],
    flows: Sequence[Mapping[str, Any]],
    objects: Mapping[str, tuple[Doubtful, ...]] | None = None,
    countries: Table | None = None,
) -> dict[str, Any]:
    """Return the module's result for its options: passed, flows, findings.

    `objects` and `countries` are what rules may name.
    Raises ValueError that names the option, the rule or the fact that cannot be read.
    """
    free = [parse_flow(option, index) for index, option in enumerate(flows)]
    site = Site(known_lists(lists), Mx.of(mx), objects or {}, countries or {})
    cases = [Case.of(endpoint, site) for endpoint in endpoints]
    judged = [flow for case in cases for flow in case.flows.values()]
    judged += [(flow, flow.judged(site)) for each in free for flow in (each, *active_data_flows(each, site.mx))]
    rows = [row(flow, part, site) for flow, parts in judged for part in parts]
    found = [*site_findings(site), *(each for case in cases for each in case_findings(case))]
    return {
        "passed": all(each["passed"] for each in rows),
        "flows": rows,
        "findings": [each.result() for each in found],
    }
