# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of findings: each row that fits gives one finding, even if all verdicts are as expected.

Sources: Meraki's "Port Forwarding and NAT Rules on the MX", "Active and Passive FTP Overview and Configuration", and
the page on NAT exceptions. Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import (
    INFO,
    SERVER_ROWS,
    WARNING,
    Finding,
    FindingRow,
    active_data_row,
    findings_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach import evidence
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.evidence import Case
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import Site


def site_findings(site: Site) -> list[Finding]:
    """Return the findings about the MX as a whole."""
    return findings_of(site, SITE_ROWS, None)


def case_findings(case: Case) -> list[Finding]:
    """Return the findings about one endpoint."""
    return findings_of(case, CASE_ROWS, case.endpoint.name)


SITE_ROWS: tuple[FindingRow[Site], ...] = (
    FindingRow(
        "passthrough",
        WARNING,
        evidence.passthrough,
        "In passthrough mode, the MX translates nothing. Its NAT and forwarding rules have no effect.",
        "Publish the server on the router in front of the MX, or set the MX to routed mode.",
    ),
    FindingRow(
        "bound-to-template",
        WARNING,
        evidence.bound_to_template,
        "The network takes its settings from a configuration template. Its own rules may have no effect.",
        "Check and change the rules of the template, or unbind the network.",
    ),
    FindingRow(
        "facts-assumed",
        INFO,
        evidence.assumed,
        "The verdicts assume routed mode without NAT exceptions, which are the MX's defaults.",
        "Set mx to the facts that mxlab.ftp.mx_info returns.",
    ),
    FindingRow(
        "rule-never-matches",
        INFO,
        evidence.idle_rules,
        "Earlier rules match all packets of these rules, so these rules have no effect.",
        "Move such a rule up, or remove it.",
    ),
)


def _of_case(row: FindingRow[Endpoint]) -> FindingRow[Case]:
    return FindingRow(row.id, row.level, lambda case: row.evidence(case.endpoint), row.explanation, row.remedy)


CASE_ROWS: tuple[FindingRow[Case], ...] = (
    *map(_of_case, SERVER_ROWS),
    FindingRow(
        "mx-behind-nat",
        WARNING,
        evidence.behind_nat,
        "The MX is itself behind NAT. Its rules only see packets that the router in front of it forwards.",
        "Forward the control port and the passive range on that router to the MX's address, or move the public address"
        " to the MX.",
    ),
    FindingRow(
        "nat-exceptions",
        WARNING,
        evidence.nat_off,
        "With NAT exceptions, the manual inbound firewall decides what comes in. Its rules name the address of the MX's"
        " uplink, not the LAN address. The allowed addresses and ports of NAT and forwarding rules have no effect.",
        "Admit the control port and the passive range in the inbound firewall rules, or turn NAT on for the uplink.",
    ),
    FindingRow(
        "wrong-uplink",
        WARNING,
        evidence.other_uplink,
        "A rule works on its own uplink only, and clients of this endpoint arrive on another one.",
        "Set the uplink of the endpoint and of the rule to the one that the public address belongs to.",
    ),
    FindingRow(
        "own-address-mapped",
        WARNING,
        evidence.own_address,
        "1:1 and 1:Many NAT need an address that is not the MX's own. The dashboard refuses such a rule.",
        "Use another public address, or set publish_by to port_forwarding.",
    ),
    FindingRow(
        "foreign-address-forwarded",
        WARNING,
        evidence.not_own_address,
        "Port forwarding only listens on the MX's own address of the uplink.",
        "Set public_address to the MX's own address, or publish_by to one_to_one_nat.",
    ),
    FindingRow(
        "server-outside-lan",
        WARNING,
        evidence.outside_lan,
        "The MX has no VLAN and no static route for the server's address. The dashboard refuses a rule for it.",
        "Correct lan_address, or add the VLAN or static route.",
    ),
    FindingRow(
        "passive-range-not-admitted",
        WARNING,
        evidence.range_not_admitted,
        "A part of the server's passive range is not admitted. A transfer times out if the server chooses such a port.",
        "Set passive_ports to the server's own range and apply mxlab.ftp.mx_ftp_rules.",
    ),
    FindingRow(
        "more-than-passive-range",
        WARNING,
        evidence.beyond_range,
        "The rule opens more ports of the server than its passive range. FTP does not need them, and any other service"
        " on them is exposed.",
        "Narrow the rule to passive_ports, or widen the server's range to the rule's.",
    ),
    FindingRow(
        "active-data-stopped",
        WARNING,
        evidence.active_stopped,
        "An outbound rule stops the server's data connection to the client. Transfers in active mode time out.",
        "Allow tcp from lan_address, port control_port - 1, to any, before the rule that denies it.",
    ),
    active_data_row(evidence.active_from_elsewhere),
    FindingRow(
        "data-port-open",
        INFO,
        evidence.data_port_open,
        "Clients never connect to the data port. In active mode, the server connects from it. Meraki's article on FTP"
        " opens it nevertheless.",
        "Set inbound_data_port to false and apply mxlab.ftp.mx_ftp_rules.",
    ),
    FindingRow(
        "any-source",
        INFO,
        evidence.any_source,
        "Every address on the Internet can try to log in.",
        "If you know the addresses of the clients, list them in allowed_ips.",
    ),
)
