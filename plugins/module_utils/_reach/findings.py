# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of findings: each row that fits gives one finding, even if all verdicts are as expected.

Sources: Meraki's "Port Forwarding and NAT Rules on the MX", "Active and Passive FTP Overview and Configuration", and
the page on NAT exceptions. Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator

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
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    CLOSED,
    COMPETING,
    CONTENT,
    DOUBTFUL,
    FILTERED,
    LAYER7,
    MISSING,
    NO_ADDRESS,
    OBSCURE,
)


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
        "Set mx to the facts that mxlab.ftp.mx_info returns, or add applianceSettings and uplinksNat to the export.",
    ),
    FindingRow(
        "rule-never-matches",
        INFO,
        evidence.idle_rules,
        "Earlier rules match all packets of these rules, so these rules have no effect.",
        "Move such a rule up, or remove it.",
    ),
    FindingRow(
        "rule-not-read",
        WARNING,
        evidence.unread,
        "The rules cannot be read for certain. What they may decide is undetermined.",
        "Correct these rules in the dashboard, or in the file with the lists.",
    ),
    FindingRow(
        "lists-unknown",
        WARNING,
        evidence.missing,
        "A rule list that is not given is unknown, not empty. What its rules may decide is undetermined.",
        "Add these lists as the Dashboard API returns them. Give a list without rules as [].",
    ),
)


def _of_case(row: FindingRow[Endpoint]) -> FindingRow[Case]:
    return FindingRow(row.id, row.level, lambda case: row.evidence(case.endpoint), row.explanation, row.remedy)


APPLY = "Set control_port and passive_ports to the server's own and apply mxlab.ftp.mx_ftp_rules."
# What to do about packets that do not arrive, by cause. Other causes have a finding of their own.
_REMEDIES = {
    CLOSED: ("No rule of the uplink publishes these ports to the server.", APPLY),
    evidence.SOURCES: (
        "A rule publishes these ports, but its allowed IPs do not contain these sources.",
        "Add the sources to the rule's allowed IPs, or take them out of allowed_ips.",
    ),
    evidence.ELSEWHERE: (
        "A rule leads these packets to another host or port than the server's.",
        "Set the rule's LAN address to lan_address, and its local ports to the same numbers as the public ports.",
    ),
    COMPETING: ("Several rules admit these packets, to different places.", "Remove all but one of these rules."),
    DOUBTFUL: (
        "A rule that cannot be read for certain may decide about these packets.",
        "Correct that rule, or test from the Internet with mxlab.ftp.ftp_probe.",
    ),
    OBSCURE: (
        "A rule names what only the dashboard can resolve.",
        "Write addresses into that rule, or test from the Internet with mxlab.ftp.ftp_probe. "
        "If it names hosts, mxlab.ftp.mx_reach can decide it with their addresses in the option hosts.",
    ),
    LAYER7: (
        "A layer 7 rule denies these packets.",
        "Remove the rule from the layer 7 firewall rules of the MX, or change its port or range.",
    ),
    CONTENT: (
        "A layer 7 rule may deny these packets. Their addresses and ports do not say so.",
        "Test from the address of such a client with mxlab.ftp.ftp_probe, or remove the rule. "
        "If it is about countries, mxlab.ftp.mx_reach can decide it with their addresses in the option countries.",
    ),
    MISSING: (
        "A rule list that is not given may decide about these packets.",
        "Add the list as the Dashboard API returns it. Give a list without rules as [].",
    ),
    NO_ADDRESS: (
        "Port forwarding listens on the MX's own address of the uplink, which is not known.",
        "Set mx to the facts that mxlab.ftp.mx_info returns, or add uplinkStatuses to the export.",
    ),
}


def _not_admitted(flow: str, id_: str, effect: str) -> Iterator[FindingRow[Case]]:
    """Yield a row for each cause for which packets of a flow do not arrive."""
    for cause, (explanation, remedy) in _REMEDIES.items():
        yield FindingRow(id_, WARNING, evidence.blocked(cause, flow), f"{explanation} {effect}", remedy)


def _active_undetermined() -> Iterator[FindingRow[Case]]:
    """Yield a row for each cause for which data connections of active mode perhaps do not leave."""
    effect = "The rule lists do not say whether these data connections of active mode leave."
    by_cause = {cause: _REMEDIES[cause] for cause in (DOUBTFUL, OBSCURE, CONTENT, MISSING)}
    for cause, (explanation, remedy) in by_cause.items():
        seen = evidence.active_undetermined([cause])
        yield FindingRow("active-data-undetermined", WARNING, seen, f"{explanation} {effect}", remedy)
    rest = evidence.active_undetermined(by_cause, among=False)
    yield FindingRow("active-data-undetermined", WARNING, rest, effect, "Test active mode with mxlab.ftp.ftp_probe.")


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
        evidence.blocked(FILTERED),
        "With NAT exceptions, the manual inbound firewall decides what comes in. Its rules name the address at which"
        " packets arrive, not the LAN address. The allowed addresses and ports of NAT and forwarding rules have no"
        " effect.",
        "Admit these ports in the inbound firewall rules, before the rule that denies them, or turn NAT on for the"
        " uplink.",
    ),
    FindingRow(
        "wrong-uplink",
        WARNING,
        evidence.blocked(evidence.OTHER_UPLINK),
        "A rule works on its own uplink only, and clients of this endpoint arrive on another one.",
        "Set the uplink of the endpoint and of the rule to the one that the public address belongs to.",
    ),
    FindingRow(
        "announced-address",
        WARNING,
        evidence.blocked(evidence.ANNOUNCED),
        "The server announces an address in passive mode by which clients do not reach it.",
        "Set the server's masquerade address to public_address, and announced_address as well.",
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
        "If the MX has public_address on another uplink, set uplink to that. If not, set public_address to the MX's own"
        " address, or publish_by to one_to_one_nat.",
    ),
    FindingRow(
        "public-address-unrouted",
        WARNING,
        evidence.blocked(evidence.UNROUTED),
        "Clients on the Internet cannot reach a private address.",
        "Set public_address to the address that clients connect to. If a router in front of the MX translates it, test"
        " from the Internet with mxlab.ftp.ftp_probe. If the clients are not on the Internet, list their addresses in"
        " allowed_ips.",
    ),
    FindingRow(
        "uplink-down",
        WARNING,
        evidence.uplink_down,
        "When its status was read, the uplink had no connection. Clients cannot reach the server through it.",
        "Connect the uplink, or publish the server on the one that is active.",
    ),
    FindingRow(
        "unknown-uplink",
        WARNING,
        evidence.no_uplink,
        "The MX has no uplink of this name. What arrives on it is undetermined.",
        "Set uplink to one of the MX's uplinks. If the MX has this uplink, read its facts or export it again.",
    ),
    FindingRow(
        "server-outside-lan",
        WARNING,
        evidence.outside_lan,
        "The MX has no VLAN and no static route for the server's address. The dashboard refuses a rule for it.",
        "Correct lan_address, or add the VLAN or static route.",
    ),
    FindingRow(
        "server-address-unusable",
        WARNING,
        evidence.no_host,
        "No server has this address: it is the network's, the broadcast address, or the MX's own.",
        "Set lan_address, and the LAN address of the rule, to the server's own address.",
    ),
    *_not_admitted("control", "control-port-not-admitted", "Clients cannot log in."),
    *_not_admitted(
        "passive",
        "passive-range-not-admitted",
        "A transfer fails if the server chooses such a port of its passive range.",
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
        "An outbound rule stops the server's data connection to these clients. Their transfers in active mode"
        " time out.",
        "Allow tcp from lan_address, port control_port - 1, to these clients, before the rule that denies it.",
    ),
    FindingRow(
        "active-data-denied",
        WARNING,
        evidence.active_denied,
        "A layer 7 rule denies the server's data connection to these clients. Their transfers in active mode time out.",
        "Remove the rule from the layer 7 firewall rules of the MX, or change its port or range.",
    ),
    FindingRow(
        "active-ports-stopped",
        INFO,
        evidence.active_ports_stopped,
        "An outbound rule stops data connections to some ports of clients. A transfer in active mode fails only if the"
        " client chooses such a port.",
        "If active mode has to work with every port, allow tcp from lan_address, port control_port - 1, to any, before"
        " the rule that denies it.",
    ),
    FindingRow(
        "active-data-untranslated",
        WARNING,
        evidence.active_hidden,
        "NAT is off on the uplink and no 1:1 rule translates the server, so active mode's data connections leave with"
        " its private address.",
        "Publish the server by 1:1 NAT, turn NAT on for the uplink, or take active out of modes.",
    ),
    *_active_undetermined(),
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
