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
        "In passthrough mode the MX translates nothing: its NAT and forwarding rules have no effect.",
        "Publish the server on the router in front of the MX, or set the MX to routed mode.",
    ),
    FindingRow(
        "bound-to-template",
        WARNING,
        evidence.bound_to_template,
        "The network takes its settings from a configuration template: rules of its own may have no effect.",
        "Judge and change the rules of the template, or unbind the network.",
    ),
    FindingRow(
        "facts-assumed",
        INFO,
        evidence.assumed,
        "The verdicts take the MX to be in routed mode without NAT exceptions, as it is unless somebody changed it.",
        "Give the facts in mx, as mxlab.ftp.mx_info returns them.",
    ),
    FindingRow(
        "rule-never-matches",
        INFO,
        evidence.idle_rules,
        "Rules before these match all their packets already, so these have no effect.",
        "Move such a rule up if it is meant to have an effect, or remove it.",
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
        "The MX is itself behind NAT: no rule of its own can work unless the router in front of it forwards the same"
        " ports to it.",
        "Forward the control port and the passive range on that router to the MX's address, or give the MX the public"
        " address.",
    ),
    FindingRow(
        "nat-exceptions",
        WARNING,
        evidence.nat_off,
        "With NAT exceptions the manual inbound firewall decides what comes in, by the address of the MX's uplink and"
        " not of the LAN; the allowed addresses and ports of NAT and forwarding rules count no more.",
        "Admit the control port and the passive range in the inbound firewall rules, or turn NAT on for the uplink.",
    ),
    FindingRow(
        "wrong-uplink",
        WARNING,
        evidence.other_uplink,
        "A rule works on its own uplink only, and clients of this endpoint arrive by another one.",
        "Let the endpoint's uplink and that of the rule both be the one that the public address belongs to.",
    ),
    FindingRow(
        "own-address-mapped",
        WARNING,
        evidence.own_address,
        "1:1 and 1:Many NAT take no address of the MX itself: the dashboard refuses such a rule.",
        "Use another public address, or publish by port forwarding.",
    ),
    FindingRow(
        "foreign-address-forwarded",
        WARNING,
        evidence.not_own_address,
        "Port forwarding listens on the MX's own address of the uplink only.",
        "Let public_address be the MX's own address, or publish by 1:1 NAT.",
    ),
    FindingRow(
        "server-outside-lan",
        WARNING,
        evidence.outside_lan,
        "The MX has no VLAN and no static route for the server's address: the dashboard refuses a rule for it.",
        "Correct lan_address, or add the VLAN or static route.",
    ),
    FindingRow(
        "passive-range-not-admitted",
        WARNING,
        evidence.range_not_admitted,
        "Not all of the server's passive range is let in: a transfer hangs whenever the server takes another port.",
        "Publish the whole range: let passive_ports be the server's own range and apply mxlab.ftp.mx_ftp_rules.",
    ),
    FindingRow(
        "more-than-passive-range",
        WARNING,
        evidence.beyond_range,
        "The rule opens more ports of the server than its passive range: nobody needs them, and whatever else listens"
        " there is exposed.",
        "Narrow the rule to passive_ports, or widen the server's range to the rule's.",
    ),
    FindingRow(
        "active-data-stopped",
        WARNING,
        evidence.active_stopped,
        "An outbound rule stops the server's data connection to the client: active mode hangs.",
        "Allow tcp from lan_address, port control_port - 1, to any, before the rule that denies it.",
    ),
    active_data_row(evidence.active_from_elsewhere),
    FindingRow(
        "data-port-open",
        INFO,
        evidence.data_port_open,
        "Nobody ever connects to the data port: in active mode the server connects from it. Meraki's article on FTP"
        " opens it all the same.",
        "Set inbound_data_port to false and apply mxlab.ftp.mx_ftp_rules.",
    ),
    FindingRow(
        "any-source",
        INFO,
        evidence.any_source,
        "Everybody on the Internet may try to log in.",
        "Where the clients are known, list them in allowed_ips.",
    ),
)
