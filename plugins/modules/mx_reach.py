#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says offline which rule of an MX admits or stops each FTP flow, and what the packets look like behind it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mx_reach
short_description: Says offline which rule of a Meraki MX admits or stops each FTP flow
version_added: 0.2.0
description:
  - Takes the rule lists of an MX and judges flows by them, exactly and for whole ranges of ports and addresses.
  - Says for each flow whether it is admitted or stopped, by which rule, what the packets look like when the MX has
    translated them, and which other rules match them in vain.
  - Needs no Dashboard API, no key, no network and no files, so it can be a gate for pull requests that change rules or
    endpoints. A file with exported lists is read by the playbook, with P(ansible.builtin.file#lookup).
  - Never fails because of a verdict. The playbook decides, by RV(passed).
author:
  - mxlab.ftp contributors (@mxlab-ftp)
options:
  lists:
    description:
      - The rule lists by kind, V(one_to_one_nat), V(one_to_many_nat), V(port_forwarding), V(inbound_firewall) and
        V(l3_firewall), each with the rules as the Dashboard API gives them.
      - A list may also be the API's whole answer, a dictionary with C(rules).
      - A kind that is left out has no rules.
    type: dict
    required: true
  mx:
    description:
      - What the MX is. Of the facts that M(mxlab.ftp.mx_info) gives, these count, and each may be left out.
      - C(uplinks) is a dictionary by uplink, like C(internet1), with C(address) (of the interface), C(public_address)
        (as seen from outside) and C(status). Without an uplink's address, what only port forwarding could admit there
        is V(undetermined).
      - C(deployment_mode) is V(routed) or V(passthrough), C(nat_exceptions) a list of the uplinks whose NAT is off.
        Without them the MX is taken to be V(routed) without exceptions, and a finding says so.
      - C(bound_to_template) is a boolean, C(subnets) a list of dictionaries with C(cidr). They count for findings only.
    type: dict
    default: {}
  endpoints:
    description:
      - FTP services behind the MX. The flows that they need are expected to be V(admitted).
      - Those are the flow V(control), V(passive) for passive mode and V(active) for active mode. The last one is the
        server's connection from its data port to the client.
      - Active mode also has the flow V(data) to the server's data port, of which nothing is expected.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the endpoint.
        type: str
        required: true
      network:
        description:
          - Only there so that endpoints can be given as M(mxlab.ftp.mx_ftp_rules) takes them.
          - The lists are those of one MX, so give the endpoints behind that one.
        type: str
      public_address:
        description: IPv4 address that clients connect to.
        type: str
        required: true
      lan_address:
        description: IPv4 address of the server in the MX's LAN.
        type: str
        required: true
      control_port:
        description: Port of the control connection.
        type: int
        default: 21
      passive_ports:
        description: The server's passive range, like V(61000-61099), or one port. Required if passive mode is served.
        type: str
      modes:
        description: The modes that are served.
        type: list
        elements: str
        choices: [active, passive]
        default: [active, passive]
      allowed_ips:
        description: Who may connect, as IPv4 addresses, CIDR blocks or V(any).
        type: list
        elements: str
        default: [any]
      publish_by:
        description: The kind of rule that is to publish the endpoint. It counts for findings only.
        type: str
        choices: [one_to_one_nat, one_to_many_nat, port_forwarding]
        default: one_to_one_nat
      uplink:
        description: The MX's uplink that O(endpoints[].public_address) belongs to, or V(both) with port forwarding.
        type: str
        default: internet1
      inbound_data_port:
        description: Only there so that endpoints can be given as M(mxlab.ftp.mx_ftp_rules) takes them.
        type: bool
        default: true
      server:
        description: The server's software. V(iis6) gives a finding for passive mode. Any other makes no difference.
        type: str
  flows:
    description: Other flows to judge.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the flow in RV(flows[].name). By default its place in the list.
        type: str
      direction:
        description: Whether the flow comes from the Internet or leaves for it.
        type: str
        choices: [inbound, outbound]
        required: true
      source:
        description: Where the packets come from, as IPv4 address, CIDR block or V(any).
        type: str
        default: any
      source_ports:
        description: Source port, range of ports, or V(any).
        type: str
        default: any
      destination:
        description: Where the packets go as they are sent, as IPv4 address, CIDR block or V(any).
        type: str
        required: true
      protocol:
        description: Transport protocol.
        type: str
        choices: [tcp, udp]
        default: tcp
      ports:
        description: Destination port, range of ports, or V(any).
        type: str
        required: true
      uplink:
        description: The uplink that the packets arrive or leave by.
        type: str
        default: internet1
      expect:
        description: The verdict to pass. Any verdict passes if it is not given.
        type: str
        choices: [admitted, stopped]
attributes:
  check_mode:
    description: Never changes anything.
    support: full
  diff_mode:
    description: There is nothing to show, since nothing changes.
    support: none
  idempotent:
    description: The same options give the same answer.
    support: full
notes:
  - Firewall rules may name policy objects, VLANs or host names, which only the dashboard can resolve. A flow whose fate
    depends on such a rule is V(undetermined).
  - Meraki documents no order among NAT rules that compete for a packet. Such a flow is V(undetermined), too.
  - Connections from the LAN to a public address (hairpin) are not judged.
seealso:
  - module: mxlab.ftp.mx_ftp_rules
  - module: mxlab.ftp.ftp_probe
"""

EXAMPLES = r"""
- name: Judge the endpoints by the lists of an export
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

- name: Be a gate for pull requests
  ansible.builtin.assert:
    that: reach.passed
    fail_msg: "{{ reach.flows | rejectattr('passed') }}"

- name: Make sure that nothing but FTP reaches a server
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
  description: Whether every flow has the verdict that is expected of it.
  returned: always
  type: bool
flows:
  description: The flows, each in as many parts as there are different answers, in order of addresses and ports.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The flow, V(control), V(passive), V(active) or V(data) for an endpoint, else O(flows[].name).
      returned: always
      type: str
    endpoint:
      description: The endpoint's name, C(null) for one of O(flows).
      returned: always
      type: str
    direction:
      description: V(inbound) or V(outbound).
      returned: always
      type: str
    uplink:
      description: The uplink that the packets arrive or leave by.
      returned: always
      type: str
    protocol:
      description: V(tcp) or V(udp).
      returned: always
      type: str
    source:
      description: Source addresses of this part, V(any) or IPv4 addresses and CIDR blocks with commas.
      returned: always
      type: str
    source_ports:
      description: Source ports, V(any), a port or a range.
      returned: always
      type: str
    destination:
      description: Destination addresses, like RV(flows[].source).
      returned: always
      type: str
    ports:
      description: Destination ports, like RV(flows[].source_ports).
      returned: always
      type: str
      sample: 61000-61099
    verdict:
      description: V(admitted), V(stopped) or V(undetermined).
      returned: always
      type: str
    reason:
      description: Why, and for V(undetermined) what would tell.
      returned: always
      type: str
    expect:
      description: The verdict that is expected, C(null) if none is.
      returned: always
      type: str
    passed:
      description: Whether the verdict is as expected.
      returned: always
      type: bool
    translated:
      description:
        - The packets behind the MX, which are those in the LAN for V(inbound), on the Internet for V(outbound).
        - C(null) if they are stopped or if nobody knows. A source that is C(null) is the MX's own address, not given in
          O(mx).
      returned: always
      type: dict
      sample: {source: any, source_ports: any, destination: 192.168.128.13, ports: 61000-61099}
    rules:
      description:
        - The rules that decide, with kind, index in the list, part (index in allowedInbound or portRules, else C(null))
          and the rule itself. Empty if the MX's default decides.
      returned: always
      type: list
      elements: dict
    others:
      description:
        - Other rules that match packets of this part in vain, like RV(flows[].rules), and their relation. It is
          V(shadowed) for a firewall rule that comes too late, V(overlapping) for a NAT rule.
      returned: always
      type: list
      elements: dict
findings:
  description: What deserves a warning, though all verdicts may be as expected.
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
      description: The endpoint's name, C(null) if it is about the whole MX.
      returned: always
      type: str
    evidence:
      description: What shows it.
      returned: always
      type: str
    explanation:
      description: What it means.
      returned: always
      type: str
    remedy:
      description: What to change.
      returned: always
      type: str
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report

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
    "lists": {"type": "dict", "required": True},
    "mx": {"type": "dict", "default": {}},
    "endpoints": {"type": "list", "elements": "dict", "options": ENDPOINT_SPEC, "default": []},
    "flows": {"type": "list", "elements": "dict", "options": FLOW_SPEC, "default": []},
}


def main() -> None:
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    params = module.params
    try:
        endpoints = parse_endpoints(params["endpoints"], {})
        result = report(params["lists"], params["mx"], endpoints, params["flows"])
    except ValueError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
