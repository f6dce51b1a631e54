#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: mx_reach
short_description: Judge offline which rule of a Meraki MX admits or stops each FTP flow
version_added: 0.2.0
extends_documentation_fragment:
  - mxlab.ftp.endpoints
  - mxlab.ftp.rule_lists
description:
  - Takes the rule lists of an MX and judges flows by them, exactly and for whole ranges of ports and addresses.
  - Returns for each flow whether it is admitted or stopped, which rule decides, the packets after translation by the
    MX, and which other rules match these packets without an effect.
  - Needs no Dashboard API, no key, no network and no files. So it can check pull requests that change rules or
    endpoints. Read exported lists from a file with P(ansible.builtin.file#lookup).
  - Never fails because of a verdict. Let the playbook decide by RV(passed).
author:
  - mxlab.ftp contributors (@mxlab-ftp)
options:
  export:
    description:
      - All that decides about FTP at one MX, as one document. Read it from a file with P(ansible.builtin.file#lookup).
      - Either the document that M(mxlab.ftp.mx_export) returns, or a dictionary of answers of the Dashboard API that
        were collected in another way, under the API's names.
      - "The parts are C(network), C(applianceSettings), C(firmwareUpgrades) or C(devices), C(uplinkStatuses),
        C(uplinksNat), C(warmSpare), C(vlans), C(singleLan), C(staticRoutes), C(oneToOneNatRules), C(oneToManyNatRules),
        C(portForwardingRules), C(inboundFirewallRules), C(l3FirewallRules), C(l7FirewallRules), C(policyObjects) and
        C(policyObjectsGroups). Rule lists may also be named without C(Rules), or by the names of O(lists)."
      - The content of a file that the playbook C(mxlab.ftp.anonymise) has written is understood as well, without its
        endpoints.
      - A part that is left out or null is unknown, as in O(lists). A part without items is C([]).
      - A part whose name looks misspelt is refused, and so is a part of another form than the API's.
      - Answers about the whole organization, such as C(uplinkStatuses), may have items of other networks. Those with
        the C(networkId) of C(network) count. A part that has items of other networks only is refused.
      - Rules that name a policy object, a group or a VLAN are resolved by the export. An object with a host name is not
        looked up, so what such a rule decides is V(undetermined) if O(hosts) does not have the name.
      - If C(network) is in the export, an endpoint whose O(endpoints[].network) is neither its id nor its name is
        refused.
      - Give this or O(lists). If both are given, the lists of O(lists) take the place of those in the export. So
        planned rules can be judged at an MX as it is.
    type: dict
    version_added: 0.2.0
  mx:
    description:
      - The facts of the MX, as M(mxlab.ftp.mx_info) returns them. Each fact may be left out. Any other key is refused.
      - C(uplinks) is a dictionary by uplink, like C(internet1). Each uplink has C(address) (of the interface),
        C(public_address) (as the Internet sees it) and C(status). Without the address of an uplink, a flow that only
        port forwarding could admit there is V(undetermined).
      - If C(public_address) is left out and C(address) is private, the MX is taken to be behind NAT.
      - C(deployment_mode) is V(routed) or V(passthrough). C(nat_exceptions) is a list of the uplinks whose NAT is off.
        If one of them is left out, V(routed) and no exceptions are assumed, and a finding says so.
      - The names of the API, like C(wan1), and its items of C(uplinks/nat) are understood as well.
      - C(subnets) is a list of dictionaries with C(cidr), and with C(vlan) for a VLAN. Nothing reaches a server that is
        in none of them. If they are left out, every address is taken to be in the LAN.
      - No server has the network address or the broadcast address of a subnet, or the MX's own address there, which is
        C(appliance_ip). Behind a static route (C(source) is V(static_route)), such a flow is V(undetermined).
      - C(firmware), like V(MX 18.211.2), decides about the active mode of FTP clients in the LAN.
      - C(bound_to_template) is a boolean. It counts for findings only.
      - The export has these facts as well, so give either this or O(export).
    type: dict
  endpoints:
    description:
      - The FTP services behind the MX. The flows that they need are expected to be V(admitted).
      - Each endpoint has the flow V(control), the flow V(passive) for passive mode and the flow V(active) for active
        mode. V(active) is the server's connection from its data port to the client.
      - Active mode also has the flow V(data) to the server's data port. It has no expected verdict.
      - The flows V(control) and V(passive) also have to arrive at O(endpoints[].lan_address), at the same port.
        The server listens on O(endpoints[].control_port).
      - With V(any) in O(endpoints[].allowed_ips), the clients are on the Internet. Private, multicast and other special
        addresses do not count. The TEST-NETs of RFC 5737 only count if O(endpoints[].public_address) is in one of them.
      - If such clients are expected at a private address, the flow does not pass. The Internet has no route to it.
      - Clients connect from ports from 1024 on. Lower ports do not count.
      - In active mode, clients listen on ports from 32768 on. A rule that only stops lower ports gives a finding.
      - O(endpoints[].publish_by) and O(endpoints[].server) count for findings only. O(endpoints[].inbound_data_port) is
        ignored.
    default: []
  flows:
    description: Other flows to judge.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the flow in RV(flows[].name). The default is its place in the list.
        type: str
      direction:
        description:
          - Whether the flow comes from the Internet (V(inbound)) or goes to it (V(outbound)).
          - An outbound flow with TCP port 21 is FTP of a client in the LAN. So the result has one more flow, for the
            data connections of active mode, with no expected verdict.
          - An inbound TCP flow from source port 20 alone to ports from 1024 on, that no rule publishes, is judged as
            such a data connection. Without the client's session, the MX stops these packets.
        type: str
        choices: [inbound, outbound]
        required: true
      source:
        description: Source of the packets, as IPv4 address, CIDR block or V(any).
        type: str
        default: any
      source_ports:
        description: Source port, range of ports, or V(any).
        type: str
        default: any
      destination:
        description: Destination of the packets before translation, as IPv4 address, CIDR block or V(any).
        type: str
        required: true
      protocol:
        description: Transport protocol.
        type: str
        choices: [tcp, udp]
        default: tcp
      ports:
        description: Destination port, range of ports like V(61000-61099), or V(any).
        type: str
        required: true
      uplink:
        description: The uplink on which the packets arrive or leave.
        type: str
        default: internet1
      expect:
        description: The verdict that passes. If it is not given, every verdict passes.
        type: str
        choices: [admitted, stopped]
  propose:
    description:
      - Whether to propose the smallest change by M(mxlab.ftp.mx_ftp_rules) for each endpoint with a flow that does not
        pass, in RV(proposals).
      - Each proposal is proved. The module plans the change as M(mxlab.ftp.mx_ftp_rules) would, and judges the flows
        again with the planned lists. A change is not proposed if any packets of another endpoint or of O(flows) fare
        worse with it, or if it lets in packets for the server that no flow of the endpoint needs.
      - Each proposal stands alone, at the MX as it is. After one of several has been applied, ask again.
      - Each endpoint that has such a flow then takes about ten times as long.
    type: bool
    default: false
    version_added: 0.2.0
  countries:
    description:
      - The addresses of countries, for layer 7 rules about countries. Without them, what such a rule decides is
        V(undetermined).
      - The keys are the codes of ISO 3166, like V(DE). Each value is the list of all addresses and CIDR blocks of the
        country. Blocks of IPv6 are left out. A country without an IPv4 block is as unknown as one that is left out.
      - The result is only as accurate as this table. Meraki uses a table of its own.
      - An address that is in none of a rule's countries counts as one of another country.
      - The result has a row for each block that a flow meets. With clients everywhere and 10,000 blocks, the module
        takes some 20 seconds for each rule.
    type: dict
    default: {}
    version_added: 0.2.0
  hosts:
    description:
      - The addresses of host names, for firewall rules that name a policy object with a host name. Without them, what
        such a rule decides is V(undetermined).
      - Each value is the list of all addresses that the name has for the MX, such as those that the DNS server of the
        LAN answers now. Addresses of IPv6 are left out. A name without an IPv4 address is unknown.
    type: dict
    default: {}
    version_added: 0.2.0
attributes:
  check_mode:
    description: Never changes anything.
    support: full
  diff_mode:
    description: Nothing changes, so there is nothing to show.
    support: none
  idempotent:
    description: The same options give the same result.
    support: full
notes:
  - Firewall rules may name policy objects, host names or VLANs. O(export) resolves objects and VLANs, and O(mx) the
    VLANs whose id it gives with the subnet. If a rule with any other name decides about a flow, the flow is
    V(undetermined).
  - Layer 7 rules come after layer 3 rules, and deny. Rules for ports and IP ranges are decided. Assumed is that a port
    is the one that a connection is opened to, before or after translation, and that a range is the end on the Internet.
    Rules for countries, applications and hosts leave flows V(undetermined).
  - A rule that cannot be read never ends the judgement. What it may decide is V(undetermined), and a finding names it.
  - Meraki documents no order among NAT rules that compete for a packet. Such a flow is also V(undetermined).
  - Connections from the LAN to a public address (hairpin) are not judged.
  - In V(passthrough) mode, the router in front of the MX decides what comes in, so inbound flows are V(undetermined).
    What a layer 7 rule denies is V(stopped). So is what the inbound list denies while an uplink is a NAT exception.
seealso:
  - module: mxlab.ftp.mx_export
  - module: mxlab.ftp.mx_ftp_rules
  - module: mxlab.ftp.ftp_probe
requirements:
  - Python 3.9 or newer on the host that runs the task.
"""

EXAMPLES = r"""
- name: Judge the endpoints by exported rule lists
  mxlab.ftp.mx_reach:
    lists: "{{ lookup('ansible.builtin.file', 'export/lab_hq.json') | from_json }}"
    mx:
      deployment_mode: routed
      nat_exceptions: []
      uplinks:
        internet1: {address: 203.0.113.2, public_address: 203.0.113.2}
    endpoints:
      - name: server13
        public_address: 203.0.113.13
        lan_address: 192.168.128.13
        passive_ports: 61000-61099
  register: reach

- name: Judge the endpoints by an export
  mxlab.ftp.mx_reach:
    export: "{{ lookup('ansible.builtin.file', 'export/lab_hq.json') | from_json }}"
    endpoints: "{{ ftp_endpoints }}"

- name: Ask why FTP fails, and what to change
  mxlab.ftp.mx_reach:
    export: "{{ lookup('ansible.builtin.file', 'export/lab_hq.json') | from_json }}"
    endpoints: "{{ ftp_endpoints }}"
    propose: true
  register: reach

- name: Show the answers
  ansible.builtin.debug:
    msg: "{{ reach.flows | rejectattr('passed') | map(attribute='why') }}"

- name: Show what mx_ftp_rules would do about the first endpoint
  mxlab.ftp.mx_ftp_rules:
    network: Lab HQ
    state: "{{ reach.proposals[0].options.state }}"
    endpoints: "{{ reach.proposals[0].options.endpoints }}"
    on_conflict: "{{ reach.proposals[0].options.on_conflict | default('fail') }}"
  check_mode: true
  diff: true

- name: Fail if a flow does not have its expected verdict
  ansible.builtin.assert:
    that: reach.passed
    fail_msg: "{{ reach.flows | rejectattr('passed') }}"

- name: Check that no port below FTP reaches a server
  mxlab.ftp.mx_reach:
    lists: "{{ lists }}"
    flows:
      - name: everything below FTP
        direction: inbound
        destination: 203.0.113.13
        ports: 1-19
        expect: stopped
"""

RETURN = r"""
passed:
  description: Whether every flow has its expected verdict.
  returned: always
  type: bool
  sample: false
flows:
  description: The flows. Each is split into parts with one answer each, in order of addresses and ports.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The flow. V(control), V(passive), V(active) or V(data) for an endpoint, or O(flows[].name).
      returned: always
      type: str
    endpoint:
      description: Name of the endpoint. C(null) for a flow of O(flows).
      returned: always
      type: str
    direction:
      description: V(inbound) or V(outbound).
      returned: always
      type: str
    uplink:
      description: The uplink on which the packets arrive or leave.
      returned: always
      type: str
      sample: internet1
    protocol:
      description: V(tcp) or V(udp).
      returned: always
      type: str
    source:
      description: Source addresses of this part. V(any), or IPv4 addresses and CIDR blocks with commas.
      returned: always
      type: str
    source_ports:
      description: Source ports. V(any), a port or a range.
      returned: always
      type: str
    destination:
      description: Destination addresses, in the form of RV(flows[].source).
      returned: always
      type: str
      sample: [203.0.113.13]
    ports:
      description: Destination ports, in the form of RV(flows[].source_ports).
      returned: always
      type: str
      sample: 61000-61099
    verdict:
      description: V(admitted), V(stopped) or V(undetermined).
      returned: always
      type: str
    reason:
      description: Why the verdict is what it is. For V(undetermined), also which fact or change would decide.
      returned: always
      type: str
    expect:
      description: The expected verdict. C(null) if there is none, or if no client has such an address and port.
      returned: always
      type: str
    passed:
      description: Whether the verdict is the expected one, and the packets arrive at the endpoint's server.
      returned: always
      type: bool
      sample: true
    translated:
      description:
        - The packets after the MX. For V(inbound), these are the packets in the LAN. For V(outbound), the packets on
          the Internet.
        - C(null) if the packets are stopped or their fate is unknown. If only C(source) or C(destination) is C(null),
          it is not known. For C(source), this is the MX's own address, which O(mx) does not give, or perhaps the one of
          a 1:1 rule, if O(lists) does not have that list.
      returned: always
      type: dict
      sample: {source: any, source_ports: any, destination: 192.168.128.13, ports: 61000-61099}
    why:
      description:
        - The whole answer in a few sentences, in the dashboard's words. For packets that do not arrive, it ends with
          the page of the dashboard with the rule at fault.
        - If no rule publishes packets of an endpoint, the text names the rule that comes nearest, and its fields that
          differ.
      returned: always
      type: str
      sample: >-
        TCP from any to 203.0.113.13, ports 61050-61099, on Internet 1 is stopped: no rule publishes it, and by default
        the MX stops inbound packets. 1:1 NAT rule 1 'server13 FTP' leads to the server, but its Ports are 21,
        61000-61049. See Security & SD-WAN > Configure > Firewall, 1:1 NAT.
    chain:
      description:
        - The steps of the packets' way through the MX, in the order in which they are judged. The last one is the step
          that stops the packets.
        - If a step is undetermined, the steps after it are listed as far as they are known.
      returned: always
      type: list
      elements: dict
      contains:
        step:
          description:
            - For V(inbound), V(uplink), V(inbound_firewall) where NAT is off on the uplink, V(nat), V(route) and
              V(l7_firewall). For V(outbound), V(route), V(l3_firewall), V(l7_firewall) and V(nat).
            - In passthrough mode, V(mode) takes the place of uplink, NAT and route.
          returned: always
          type: str
        verdict:
          description: V(admitted), V(stopped) or V(undetermined), for this step alone.
          returned: always
          type: str
        rules:
          description:
            - The rules that decide at this step. Each has C(kind), C(index) and C(part), as in RV(flows[].rules), and
              C(title), which names the rule in the dashboard's words.
          returned: always
          type: list
          elements: dict
        text:
          description: What the step does with the packets, in words. Rules are numbered from 1 on, as in the dashboard.
          returned: always
          type: str
          sample: The 1:1 NAT rule 1 'files FTP' leads to 192.168.128.13.
        page:
          description: The page of the dashboard on which the step is set, with the section for rules.
          returned: always
          type: str
          sample: Security & SD-WAN > Configure > Firewall, 1:1 NAT
    rules:
      description:
        - The rules that decide. Empty if the MX's default decides.
        - Each has C(kind) (the list), C(index) (its place in the list), C(part) and C(rule). C(part) is the place in
          allowedInbound or portRules, or C(null).
      returned: always
      type: list
      elements: dict
    others:
      description:
        - Other rules that match packets of this part without an effect, in the form of RV(flows[].rules).
        - Each also has C(relation). It is V(shadowed) for a firewall rule that comes too late, and V(overlapping) for a
          NAT rule.
      returned: always
      type: list
      elements: dict
proposals:
  description: What fixes the endpoints with a flow that does not pass, one proposal for each of them.
  returned: with O(propose=true)
  type: list
  elements: dict
  contains:
    endpoint:
      description: Name of the endpoint.
      returned: always
      type: str
      sample: files
    enough:
      description:
        - Whether every flow of the endpoint passes with the change.
        - It is never said of a network that is bound to a template, nor if one of the lists of NAT and forwarding rules
          is unknown.
      returned: always
      type: bool
      sample: true
    options:
      description:
        - The options of M(mxlab.ftp.mx_ftp_rules) that make the change, without those that have their default. The
          network is only in them if the endpoint names it.
        - If C(uplink) or C(publish_by) differs from O(endpoints), that value in O(endpoints) is wrong. Correct it there
          as well.
        - C(null) if no change of these rules helps. If RV(proposals[].enough) is false, the change helps, but
          RV(proposals[].remains) also has to be fixed.
      returned: always
      type: dict
      sample:
        state: merged
        endpoints:
          - name: server13
            public_address: 203.0.113.13
            lan_address: 192.168.128.13
            passive_ports: 61000-61099
            inbound_data_port: false
    changes:
      description:
        - The changes of rules that M(mxlab.ftp.mx_ftp_rules) would make, as in RV(mxlab.ftp.mx_ftp_rules#module:plan).
        - Each also has C(needed), which says whether more flows of the endpoint fail without this change alone.
          M(mxlab.ftp.mx_ftp_rules) makes the other changes as well, because it leaves no other rules of the endpoint
          and no rule of others at the same address, and has an inbound rule for each port.
      returned: always
      type: list
      elements: dict
    remains:
      description: Why flows do not pass even with the change, as in RV(flows[].why). Empty if the change is enough.
      returned: always
      type: list
      sample: []
      elements: str
    remedies:
      description:
        - What to do about RV(proposals[].remains), and why a change that helps is not proposed.
        - If C(on_conflict) is V(replace) in RV(proposals[].options), also the rules of others that are removed or
          changed.
        - Empty if the change is enough and leaves the rules of others alone.
      returned: always
      type: list
      elements: str
findings:
  description: What deserves attention, even if all verdicts are as expected.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Fixed word for the finding.
      returned: always
      type: str
      sample: active-data-from-another-address
    level:
      description: V(warning) or V(info).
      returned: always
      type: str
    endpoint:
      description: Name of the endpoint. C(null) if the finding is about the whole MX.
      returned: always
      type: str
    evidence:
      description: What was seen.
      returned: always
      type: str
      sample: active mode's data comes from the MX's own address, control is at 203.0.113.13
    explanation:
      description: What it means.
      returned: always
      type: str
      sample: In active mode, the data connection reaches the client from an address that it did not connect to.
    remedy:
      description: What to change.
      returned: always
      type: str
      sample: Set publish_by to one_to_one_nat, or take active out of modes.
    url:
      description: Address of the page that explains the finding.
      returned: always
      type: str
      sample: https://example.com/mxlab/ftp/docs/findings.html#active-data-from-another-address
      version_added: 1.1.0
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._python import require_python

require_python()

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import (
    ENDPOINT_SPEC,
    Endpoint,
    parse_endpoints,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of, lists_of
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.proposal import proposals
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import known_lists
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import resolved
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.tables import countries_in, hosts_in

FLOW_SPEC: dict[str, Any] = {
    "name": {"type": "str"},
    "direction": {"type": "str", "choices": ["inbound", "outbound"], "required": True},
    "source": {"type": "str", "default": "any"},
    "source_ports": {"type": "str", "default": "any"},
    "destination": {"type": "str", "required": True},
    "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
    "ports": {"type": "str", "required": True},
    "uplink": {"type": "str", "default": "internet1"},
    "expect": {"type": "str", "choices": ["admitted", "stopped"]},
}
ARGUMENT_SPEC: dict[str, Any] = {
    "export": {"type": "dict"},
    "lists": {"type": "dict"},
    "mx": {"type": "dict"},
    "endpoints": {"type": "list", "elements": "dict", "options": ENDPOINT_SPEC, "default": []},
    "flows": {"type": "list", "elements": "dict", "options": FLOW_SPEC, "default": []},
    "propose": {"type": "bool", "default": False},
    "countries": {"type": "dict", "default": {}},
    "hosts": {"type": "dict", "default": {}},
}


def judged(params: dict[str, Any]) -> dict[str, Any]:
    """Return the result for the options; raises ValueError that names what cannot be read."""
    endpoints = parse_endpoints(params["endpoints"], {})
    document = parse(params["export"] or {}, "export")
    check_networks(endpoints, document.get("network", {}))
    lists = {**lists_of(document), **(params["lists"] or {})}
    countries, hosts = countries_in(params["countries"]), hosts_in(params["hosts"])
    objects = resolved(document.get("policyObjects", []), document.get("policyObjectsGroups", []), hosts)
    facts = params["mx"] or facts_of(document)
    result = report(lists, facts, endpoints, params["flows"], objects, countries)
    if not params["propose"]:
        return result
    site = Site(known_lists(lists), Mx.of(facts), objects, countries)
    return {**result, "proposals": proposals(site, endpoints, params["flows"])}


def check_networks(endpoints: Sequence[Endpoint], network: Mapping[str, Any]) -> None:
    """Raise ValueError that names the endpoints of other networks than the export's, if it says which it is of."""
    names = [network[key] for key in ("name", "id") if network.get(key)]
    wrong = [f"{each.name} ({each.network})" for each in endpoints if each.network and each.network not in names]
    if names and wrong:
        raise ValueError(
            f"endpoints of other networks than {names[0]!r}, which the export is of: {', '.join(wrong)};"
            " leave them out, or give the export of their network"
        )


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        ARGUMENT_SPEC,
        mutually_exclusive=[("export", "mx")],
        required_one_of=[("export", "lists")],
        supports_check_mode=True,
    )
    try:
        result = judged(module.params)
    except ValueError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
