#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mx_ftp_rules
short_description: Publish FTP servers through a Cisco Meraki MX
version_added: 0.1.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
extends_documentation_fragment: mxlab.ftp.dashboard
description:
  - Writes, removes, reads, renders or parses the MX rules that active and passive FTP need, by 1:1 NAT, 1:Many NAT or
    port forwarding, and in the manual inbound firewall where that is in force. One call serves many networks.
  - Rules of others, and their order, are left exactly as they are, unless a state or option says otherwise. Each run
    reads each list of a network once. It writes a list only if that list changes, once, and then reads it back and
    compares.
  - In the port forwarding list, the rules named C(NAME FTP control), C(NAME FTP passive) and C(NAME FTP data) belong
    to the endpoint C(NAME). So do port rules of these names in the 1:Many NAT list, and rules with these comments in
    the inbound firewall list. An address has only one 1:Many NAT rule; it stays as long as port rules of others are in
    it.
  - In the 1:1 NAT list, the rule named C(NAME FTP) belongs to the endpoint. An address has only one such rule. Where
    somebody else has made it for the same public and LAN address, the endpoint has an allowed inbound entry in it,
    known by what it opens. For TCP, that is the control port, and at most its data port and one range of ports beside
    it.
  - A change of the range leaves no stale opening, and a change of O(endpoints[].publish_by) takes away the rules in the
    other lists.
  - Networks are worked on at the same time, with at most 10 requests a second for all of them. When the API asks to
    wait, all wait. A network that fails neither stops nor disturbs the others; the module fails after the last.
options:
  state:
    description:
      - V(merged) sees to it that each endpoint is published, with exactly the ports that it needs.
      - V(replaced) does so too, and removes what bears the name of any other endpoint. A 1:1 NAT rule named
        C(ANYTHING FTP) is taken for one of these, and loses its entries for FTP. Among other entries, they are known by
        port 21, a data port, or a range. Rules of others stay.
      - V(overridden) leaves the endpoints' rules and nothing else in the lists. It needs O(confirm_override=true).
      - V(deleted) removes exactly what has been added for the endpoints.
      - V(reverted) undoes what an earlier run has done, as O(reverts) tells it, and nothing else. A rule that somebody
        has changed since is a matter for O(on_conflict). What has been undone already is no change.
      - V(gathered) reads the lists and changes nothing.
      - V(rendered) shows the rules of the endpoints; it needs no key, no network and no API.
      - V(parsed) shows the lists of O(exported), and the endpoints in them; it needs no key, no network and no API.
    type: str
    choices: [merged, replaced, overridden, deleted, reverted, gathered, rendered, parsed]
    default: merged
  api_key:
    description:
      - Key for the Dashboard API.
      - Taken from the environment variable E(MERAKI_DASHBOARD_API_KEY) if it is not given.
      - Required unless O(state=rendered) or O(state=parsed).
    type: str
  organization:
    description:
      - Id or name of the organization.
      - Only used to look up networks by name, and not needed then if the key sees exactly one organization.
    type: str
  network:
    description:
      - Id or name of the MX's network. An id, like C(N_...) or C(L_...), saves looking it up.
      - The network of all endpoints without O(endpoints[].network), and of O(state=gathered), O(state=replaced) and
        O(state=overridden) if neither O(networks) nor an endpoint names one.
    type: str
  networks:
    description:
      - Ids or names of networks that O(state=gathered) reads.
      - For O(state=replaced) and O(state=overridden), networks that are worked on even if no endpoint is in them.
    version_added: 0.2.0
    type: list
    elements: str
  endpoints:
    description:
      - The FTP services behind the MX, or behind several.
      - Required for O(state=merged), O(state=deleted) and O(state=rendered). An empty list is one.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the endpoint; the names of its rules begin with it.
        type: str
        required: true
      network:
        description: Id or name of the network of the MX that publishes it. O(network) if it is not given.
        version_added: 0.2.0
        type: str
      public_address:
        description:
          - IPv4 address that clients connect to.
          - For 1:1 and 1:Many NAT it is not the MX's own; for port forwarding it is the MX's own on
            O(endpoints[].uplink).
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
        description:
          - The kind of rule.
          - With V(one_to_many_nat), the server's own connections, so also active mode's data, come from the MX's own
            address. Many clients refuse that; there is a warning if O(endpoints[].modes) contains V(active).
        type: str
        choices: [one_to_one_nat, one_to_many_nat, port_forwarding]
        default: one_to_one_nat
      uplink:
        description: The MX's uplink that O(endpoints[].public_address) belongs to, or V(both) with port forwarding.
        type: str
        default: internet1
      inbound_data_port:
        description:
          - Whether active mode also opens the data port inbound, as Meraki's article on FTP does.
          - That port is O(endpoints[].control_port) minus 1. The server connects from it and nobody connects to it, so
            active mode works with V(false) too.
        type: bool
        default: true
      server:
        description:
          - The server's software. V(iis6) gives a warning for passive mode, for IIS 6 cannot announce
            O(endpoints[].public_address). Any other makes no difference.
          - O(endpoints[].passive_ports=1024-65535), which Meraki's article gives for an IIS with its defaults, gives a
            warning in any case.
        type: str
        version_added: 0.2.0
  uplink_addresses:
    description:
      - The MX's own public addresses by uplink, like C(internet1).
      - A NAT rule for one of them is refused before anything is sent. The addresses of port forwarding endpoints in
        the same call are known to be the MX's own without this.
      - They are the destinations of the rules of O(inbound_firewall).
      - They belong to one MX, so they are refused together with more than one network.
    type: dict
  on_conflict:
    description:
      - What to do about a rule of somebody else that takes ports or an address that an endpoint needs.
      - V(fail) changes nothing and shows both rules.
      - V(replace) removes the other rule, or the other port rule in a 1:Many NAT rule, and warns.
      - V(keep) leaves out the endpoint's rule and warns.
      - For O(state=reverted), it is about rules that somebody has changed since. V(fail) reverts nothing in that
        network, V(keep) leaves them as they are, reverts the rest and warns. V(replace) is refused.
    type: str
    choices: [fail, replace, keep]
    default: fail
  confirm_override:
    description: Must be V(true) for O(state=overridden), which removes all rules of others.
    version_added: 0.2.0
    type: bool
    default: false
  inbound_firewall:
    description:
      - Whether the manual inbound firewall is in force, so that the endpoints need rules there too.
      - It is where NAT exceptions are on, and overrides there what the other rules allow. It sees packets before
        translation, so that the rules' destination is the MX's own address. Its default rule is never written.
      - With V(false), that list is not even read.
    version_added: 0.2.0
    type: bool
    default: false
  l3_firewall:
    description: Whether O(state=gathered) reads the outbound rules too. They are never written.
    version_added: 0.2.0
    type: bool
    default: false
  exported:
    description:
      - What O(state=parsed) reads.
      - Either RV(gathered) of an earlier run, or the lists of one network by kind. A list may also be the API's own
        object with the key C(rules).
    version_added: 0.2.0
    type: dict
  reverts:
    description:
      - What O(state=reverted) undoes, the result of an earlier run, from which only RV(before) and RV(plan) are taken.
      - That of a run in check mode will do. What it predicted is undone as far as it has come true.
    version_added: 0.2.0
    type: dict
attributes:
  check_mode:
    description: Reads the lists and predicts exactly what would be written; writes nothing.
    support: full
  diff_mode:
    description: Shows each list that changes before and after, one line for each rule.
    support: full
  idempotent:
    description: A second run with the same options changes nothing, however the API spells what it was given.
    support: full
notes:
  - The API has no means to lock a list. Somebody else's change between the write and the reading back is reported as a
    failure; one between the first reading and the write cannot be noticed.
  - An endpoint in somebody else's 1:1 NAT rule is found by its addresses and its control port. Before one of them
    changes, use O(state=deleted) with the old ones.
  - The limit of 10 requests a second is that of one organization. Networks of several organizations in one call share
    it, and so do not use all that they could.
  - Ansible shows nothing of a module until it ends, so there is no progress within a call. With hundreds of networks,
    a loop over batches shows it, as in the examples.
"""

EXAMPLES = r"""
- name: Publish one server by 1:1 NAT and another by port forwarding
  mxlab.ftp.mx_ftp_rules:
    api_key: "{{ ftp_dashboard_api_key }}"
    organization: Lab
    network: Lab HQ
    endpoints:
      - name: server13
        public_address: 203.0.113.13
        lan_address: 192.168.128.13
        passive_ports: 61000-61099
      - name: server12
        public_address: 203.0.113.2
        lan_address: 192.168.128.12
        passive_ports: 61100-61199
        publish_by: port_forwarding

- name: Publish the servers of all sites, in batches of 50 that show the progress
  mxlab.ftp.mx_ftp_rules:
    endpoints: "{{ item }}"
  loop: "{{ ftp_endpoints | batch(50) }}"
  loop_control:
    label: "{{ item | map(attribute='network') | join(', ') }}"

- name: Remove whatever was published in two networks
  mxlab.ftp.mx_ftp_rules:
    state: replaced
    networks: [Branch 1, Branch 2]
    endpoints: []

- name: Look at the rules, with the key from the environment
  mxlab.ftp.mx_ftp_rules:
    state: gathered
    network: N_100001
  register: seen

- name: Publish a server and keep what that did
  mxlab.ftp.mx_ftp_rules:
    network: N_100001
    endpoints: "{{ ftp_endpoints }}"
  register: published

- name: Undo it, and nothing that others have done since
  mxlab.ftp.mx_ftp_rules:
    state: reverted
    reverts: "{{ published }}"

- name: See which endpoints they publish, later and anywhere
  mxlab.ftp.mx_ftp_rules:
    state: parsed
    exported: "{{ seen.gathered }}"

- name: Show the rules that an endpoint needs, without any MX
  mxlab.ftp.mx_ftp_rules:
    state: rendered
    endpoints:
      - name: server13
        public_address: 203.0.113.13
        lan_address: 192.168.128.13
        passive_ports: 61000-61099
"""

RETURN = r"""
before:
  description:
    - The lists of each network as they were, just as the API gave them, but without the default rule of the firewall.
    - A dictionary by network, as it was given, of dictionaries by kind. The kinds are C(one_to_one_nat),
      C(one_to_many_nat), C(port_forwarding) and, if asked for, C(inbound_firewall).
  returned: when lists may be written; a network whose lists could not be read is left out
  type: dict
after:
  description:
    - The lists of each network as they are now, or would be without check mode. Structured like RV(before).
    - In a network that failed, they are the lists as they were last seen.
  returned: when lists may be written; a network whose lists could not be read is left out
  type: dict
plan:
  description:
    - The changes, in order.
    - In a network that failed, they are those that were made and seen.
  returned: when lists may be written
  type: list
  elements: dict
  contains:
    network:
      description: The network, as it was given.
      returned: always
      type: str
    kind:
      description: The list, as in RV(before).
      returned: always
      type: str
    action:
      description: What happens to the rule, V(add), V(change) or V(remove).
      returned: always
      type: str
    before:
      description: The rule as it was. C(null) when it is added.
      returned: always
      type: dict
    after:
      description: The rule as it is to be. C(null) when it is removed.
      returned: always
      type: dict
    endpoint:
      description:
        - Name of the endpoint that needs the change.
        - C(null) for a rule of others that O(state=overridden) removes.
      returned: always
      type: str
findings:
  description:
    - What may not work for an endpoint even if all its rules are there. Each finding is also shown as a warning.
    - M(mxlab.ftp.mx_reach) returns the same findings, and those that need the rules as they are.
  returned: when rules of endpoints are planned or rendered
  type: list
  elements: dict
  contains:
    network:
      description: The network, as it was given.
      returned: always
      type: str
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
      description: The endpoint's name.
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
failed_networks:
  description: What went wrong, by network.
  returned: when a network failed; all else is returned for the others, and for it as far as it came
  type: dict
gathered:
  description:
    - The lists of each network, just as the API gave them. Structured like RV(before), and with
      C(l3_firewall) if asked for.
    - With O(state=parsed), lists whose network is not known are under O(network), or else under C(unnamed).
  returned: when O(state=gathered) or O(state=parsed)
  type: dict
rendered:
  description:
    - The lists as they would be on MXs without any other rules. Structured like RV(before).
    - Endpoints without a network are under C(unnamed).
  returned: when O(state=rendered)
  type: dict
endpoints:
  description:
    - The endpoints whose rules are in the lists, to be used as O(endpoints).
    - What no rule shows is left out. That is the public address of port forwarding, unless O(uplink_addresses) tells
      it, active mode without an opened data port, and endpoints in 1:1 NAT rules that somebody else has named.
  returned: when O(state=parsed)
  type: list
  elements: dict
requests:
  description: Every request that was made, in the order of the answers; also returned with a failure.
  returned: always
  type: list
  elements: dict
  contains:
    network:
      description: The network, as it was given. C(null) for a look-up.
      returned: always
      type: str
    method:
      description: The HTTP method.
      returned: always
      type: str
      sample: GET
    path:
      description: The path below O(base_url).
      returned: always
      type: str
      sample: /networks/N_100001/appliance/firewall/oneToOneNatRules
    status:
      description: The HTTP status, or V(0) if no answer came.
      returned: always
      type: int
      sample: 200
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import (
    DASHBOARD_SPEC,
    Dashboard,
    DashboardError,
    sender,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.states import STATES, require, run

ARGUMENT_SPEC: dict[str, Any] = {
    **DASHBOARD_SPEC,
    "state": {"type": "str", "choices": list(STATES), "default": "merged"},
    "organization": {"type": "str"},
    "network": {"type": "str"},
    "networks": {"type": "list", "elements": "str"},
    "endpoints": {"type": "list", "elements": "dict", "options": ENDPOINT_SPEC},
    "uplink_addresses": {"type": "dict"},
    "on_conflict": {"type": "str", "choices": ["fail", "replace", "keep"], "default": "fail"},
    "confirm_override": {"type": "bool", "default": False},
    "inbound_firewall": {"type": "bool", "default": False},
    "l3_firewall": {"type": "bool", "default": False},
    "exported": {"type": "dict"},
    "reverts": {"type": "dict"},
}


def main() -> None:
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    params = module.params
    requests: list[dict[str, Any]] = []
    try:
        require(params)
        send = sender(params["timeout"], params["validate_certs"], params["ca_path"])
        dashboard = Dashboard(params["base_url"], params["api_key"] or "", send)
        requests = dashboard.requests
        result = run(params, module.check_mode, dashboard)
    except (ValueError, DashboardError) as error:
        module.fail_json(msg=str(error), requests=requests)
    # exit_json no longer takes warnings (deprecated since ansible-core 2.19).
    for warning in result.pop("warnings", []):
        module.warn(warning)
    end = module.fail_json if result.pop("failed", False) else module.exit_json
    end(requests=requests, **result)


if __name__ == "__main__":
    main()
