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
extends_documentation_fragment:
  - mxlab.ftp.dashboard
  - mxlab.ftp.endpoints
description:
  - Manages the MX rules that active and passive FTP need. They are rules of 1:1 NAT, 1:Many NAT or port forwarding, and
    rules of the manual inbound firewall where it is in force. One call serves many networks.
  - Rules of others keep their content and their order, unless a state or an option says otherwise.
  - Each run reads each rule list of a network once. If the list has to change, the module writes it once, reads it back
    and compares.
  - In the port forwarding list, the rules named C(NAME FTP control), C(NAME FTP passive) and C(NAME FTP data) belong
    to the endpoint C(NAME). In the 1:Many NAT list, port rules with these names belong to it. In the inbound firewall
    list, rules with these comments do.
  - An address has only one 1:Many NAT rule. The rule stays as long as it holds port rules of others.
  - In the 1:1 NAT list, the rule named C(NAME FTP) belongs to the endpoint. An address has only one 1:1 NAT rule. If
    others have already made it for the same public and LAN address, the module adds an allowed inbound entry to it. The
    module recognises this entry by what it opens. For TCP, that is the control port, and at most the data port and one
    range of ports besides.
  - If the entries of the rule already admit every client of the endpoint to all its ports, in whatever form, nothing is
    added. An entry without sources or without ports does not count, because what the MX makes of it is not documented.
  - If the passive range changes, the old opening is removed. If O(endpoints[].publish_by) changes, the rules in the
    other lists are removed.
  - Networks are worked on at the same time, with at most 10 requests a second for all of them. If the API asks to wait,
    all networks wait. If one network fails, the others are still completed. The module fails at the end.
options:
  state:
    description:
      - V(merged) publishes each endpoint, with exactly the ports that it needs.
      - V(replaced) does the same, and removes the rules named for any other endpoint. It takes a 1:1 NAT rule named
        C(ANYTHING FTP) for one of these, and removes the entries for FTP from it. An entry is for FTP if it opens port
        21, or a control port together with its data port or a range. Rules of others stay.
      - V(overridden) leaves only the endpoints' rules in the lists. It needs O(confirm_override=true).
      - V(deleted) removes exactly what was added for the endpoints.
      - V(reverted) undoes what the earlier run in O(reverts) did, and nothing else. O(on_conflict) decides about rules
        that were changed since. What was undone already is not undone again.
      - V(gathered) reads the lists and changes nothing.
      - V(rendered) shows the rules of the endpoints. It needs no key, no network and no API.
      - V(parsed) shows the lists in O(exported), and the endpoints in them. It needs no key, no network and no API.
    type: str
    choices: [merged, replaced, overridden, deleted, reverted, gathered, rendered, parsed]
    default: merged
  api_key:
    description:
      - Key for the Dashboard API, or an OAuth access token. Blanks and line breaks around it are ignored.
      - The default is the environment variable E(MERAKI_DASHBOARD_API_KEY).
      - Required unless O(state=rendered) or O(state=parsed).
  organization:
    description:
      - Id or name of the organization that the networks are in.
      - Only used to look up networks by name. Not needed if the key sees exactly one organization.
  network:
    description:
      - Id or name of the MX's network, like V(Lab HQ) or V(N_100001). An id saves the requests that look up a name.
      - Used for every endpoint without O(endpoints[].network).
      - Also used for O(state=gathered), O(state=replaced) and O(state=overridden), if neither O(networks) nor an
        endpoint names a network.
    type: str
    aliases: [networkId, net_id, net_name]
  networks:
    description:
      - Ids or names of networks.
      - O(state=gathered) reads them.
      - O(state=replaced) and O(state=overridden) work on them even if no endpoint is in them.
    version_added: 0.2.0
    type: list
    elements: str
  endpoints:
    description:
      - The FTP services behind one MX or several.
      - Required for O(state=merged), O(state=deleted) and O(state=rendered). An empty list is accepted.
  uplink_addresses:
    description:
      - The MX's own public addresses, a dictionary with items like C(internet1) and V(203.0.113.2).
      - An endpoint with 1:1 or 1:Many NAT on one of these addresses is refused before anything is sent. The addresses
        of port forwarding endpoints in the same call are known without this option.
      - With O(inbound_firewall), these addresses are the destinations of the firewall rules.
      - The addresses belong to one MX. So the option is refused if the call has more than one network.
    type: dict
  on_conflict:
    description:
      - What to do about a rule of others that takes ports or an address that an endpoint needs.
      - V(fail) changes nothing and shows both rules.
      - V(replace) removes the other rule, or the other port rule in a 1:Many NAT rule, and warns.
      - V(keep) leaves out the endpoint's rule and warns.
      - With O(state=reverted), the option is about rules that were changed since the earlier run. V(fail) reverts
        nothing in that network. V(keep) leaves these rules as they are, reverts the rest and warns. V(replace) is
        refused.
    type: str
    choices: [fail, replace, keep]
    default: fail
  facts:
    description:
      - The facts of the MXs by network, as RV(mxlab.ftp.mx_info#module:networks), under the same names of networks.
      - With them, the module refuses to write rules that cannot work. That is the case in passthrough mode, if another
        router translates addresses in front of the MX, if the server is in no VLAN and behind no static route, if the
        MX lacks the uplink, and if the manual inbound firewall is in force but O(inbound_firewall=false).
      - This needs no more requests. What M(mxlab.ftp.mx_info) asks is documented there.
      - Not used to remove rules. Without the option, nothing of this is checked. Whether all rules together admit FTP
        is the work of M(mxlab.ftp.mx_reach).
    version_added: 0.2.0
    type: dict
  on_undeliverable:
    description:
      - What to do if O(facts) shows that the MX cannot deliver to an endpoint, or if a network is missing there.
      - V(fail) writes nothing in that network.
      - V(warn) writes the rules and warns. This is for a router in front of the MX that forwards the ports.
    version_added: 0.2.0
    type: str
    choices: [fail, warn]
    default: fail
  confirm_override:
    description: Set to V(true) to allow O(state=overridden), which removes all rules of others.
    version_added: 0.2.0
    type: bool
    default: false
  inbound_firewall:
    description:
      - Set to V(true) if the manual inbound firewall is in force, so that the endpoints need rules there too.
      - It is in force if NAT exceptions are on. RV(mxlab.ftp.mx_info#module:networks.nat_exceptions) tells.
      - It then overrides what the other rules allow. It sees packets before translation, so the rules' destination is
        the MX's own address. Meraki does not document this for 1:1 and 1:Many NAT. There, the public address and the
        LAN address are destinations, too. The default rule is never written.
      - With V(false), the list is not read.
    version_added: 0.2.0
    type: bool
    default: false
  l3_firewall:
    description: Whether O(state=gathered) also reads the outbound rules. They are never written.
    version_added: 0.2.0
    type: bool
    default: false
  exported:
    description:
      - The lists that O(state=parsed) reads.
      - Either RV(gathered) of an earlier run, or the rule lists of one network as O(mxlab.ftp.mx_reach#module:lists)
        takes them.
      - A list may also have the name that the API gives it, with or without C(Rules), like C(oneToOneNatRules) or
        C(oneToOneNat).
    version_added: 0.2.0
    type: dict
  reverts:
    description:
      - The result of the earlier run that O(state=reverted) undoes. Only RV(before) and RV(plan) are used.
      - The result of a run in check mode is accepted. Its predicted changes are undone as far as they were made.
    version_added: 0.2.0
    type: dict
attributes:
  check_mode:
    description: Reads the lists and predicts exactly what would be written. Writes nothing.
    support: full
  diff_mode:
    description: Shows each list that changes before and after, one line for each rule.
    support: full
  idempotent:
    description: A second run with the same options changes nothing, even if the API returns values in another spelling.
    support: full
notes:
  - The API cannot lock a list. If others change it between the write and the reading back, the module fails and shows
    both lists. A change between the first reading and the write cannot be noticed.
  - In a 1:1 NAT rule of others, an endpoint is found by its addresses and its control port. Before one of them changes,
    use O(state=deleted) with the old values.
  - The limit of 10 requests a second belongs to one organization. If one call has networks of several organizations,
    they share one limit. To use the limit of each, make one call for each organization.
  - Ansible shows nothing of a module until it ends. With hundreds of networks, loop over batches of endpoints to see
    the progress, as in the examples.
requirements:
  - Python 3.9 or newer on the host that runs the task.
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

- name: Give key, address and organization once for all modules of the group
  module_defaults:
    group/mxlab.ftp.dashboard:
      api_key: "{{ ftp_dashboard_api_key }}"
      base_url: https://api.meraki.ca/api/v1
      organization: Lab
  block:
    - name: Read the facts of the MX
      mxlab.ftp.mx_info:
        network: Lab HQ

    - name: Read the rules of the MX
      mxlab.ftp.mx_ftp_rules:
        state: gathered
        network: Lab HQ

- name: Publish the servers of all sites, in batches of 50 that show the progress
  mxlab.ftp.mx_ftp_rules:
    endpoints: "{{ item }}"
  loop: "{{ ftp_endpoints | batch(50) }}"
  loop_control:
    label: "{{ item | map(attribute='network') | join(', ') }}"

- name: Remove the FTP rules from two networks
  mxlab.ftp.mx_ftp_rules:
    state: replaced
    networks: [Branch 1, Branch 2]
    endpoints: []

- name: Read the rules, with the key from the environment
  mxlab.ftp.mx_ftp_rules:
    state: gathered
    network: N_100001
  register: seen

- name: Read the outbound rules as well
  mxlab.ftp.mx_ftp_rules:
    state: gathered
    network: N_100001
    l3_firewall: true

- name: Read the facts of the MX
  mxlab.ftp.mx_info:
    network: Lab HQ
  register: mx

- name: Publish servers only if the MX can deliver to them
  mxlab.ftp.mx_ftp_rules:
    network: Lab HQ
    endpoints: "{{ ftp_endpoints }}"
    facts: "{{ mx.networks }}"

- name: Publish a server and keep the result
  mxlab.ftp.mx_ftp_rules:
    network: N_100001
    endpoints: "{{ ftp_endpoints }}"
  register: published

- name: Undo that run, and keep what others have changed since
  mxlab.ftp.mx_ftp_rules:
    state: reverted
    reverts: "{{ published }}"

- name: Show which endpoints the rules publish, without any API
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
    - The rule lists of each network as they were. They are just as the API returned them, without the default rule of
      the firewall.
    - A dictionary by network of dictionaries by list, with the names of O(mxlab.ftp.mx_reach#module:lists). It has the
      lists that publish, and C(inbound_firewall) with O(inbound_firewall=true).
  returned: when lists may be written; a network whose lists could not be read is left out
  type: dict
after:
  description:
    - The rule lists of each network as they are now, or in check mode, as they would be. Structured like RV(before).
    - For a network that failed, the lists as they were last seen.
  returned: when lists may be written; a network whose lists could not be read is left out
  type: dict
  sample: {N_1: {port_forwarding: [], one_to_one_nat: []}}
plan:
  description:
    - The changes, in order.
    - For a network that failed, the changes that were made and read back.
  returned: when lists may be written
  type: list
  elements: dict
  contains:
    network:
      description: The network, as it was given.
      returned: always
      type: str
      sample: Head office
    kind:
      description: The list, as in RV(before).
      returned: always
      type: str
      sample: one_to_one_nat
    action:
      description: What happens to the rule, V(add), V(change) or V(remove).
      returned: always
      type: str
    before:
      description: The rule as it was. C(null) if it is added.
      returned: always
      type: dict
    after:
      description: The rule as it is to be. C(null) if it is removed.
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
    - M(mxlab.ftp.mx_reach) returns the same findings, and more that depend on the MX's rules and facts.
  returned: when rules of endpoints are planned or rendered
  type: list
  elements: dict
  contains:
    network:
      description: The network, as it was given.
      returned: always
      type: str
      sample: Head office
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
      description: Name of the endpoint.
      returned: always
      type: str
      sample: files
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
failed_networks:
  description: The error of each network that failed, by network.
  returned: when a network failed; all other values hold the other networks, and this one as far as it came
  type: dict
  sample: {N_2: "GET /networks/N_2/appliance/vlans: 404 Not Found"}
gathered:
  description:
    - The rule lists of each network, just as the API returned them. Structured like RV(before), with C(l3_firewall) if
      O(l3_firewall=true).
    - With O(state=parsed), lists without a network are under O(network), or under C(unnamed) if that is not given.
  returned: when O(state=gathered) or O(state=parsed)
  type: dict
rendered:
  description:
    - The rule lists as they would be on MXs without any other rules. Structured like RV(before).
    - Endpoints without a network are under C(unnamed).
  returned: when O(state=rendered)
  type: dict
endpoints:
  description:
    - The endpoints whose rules are in the lists, in the form of O(endpoints).
    - In a 1:1 NAT rule, the first entry for FTP counts, and entries for the same sources that complete it. They open
      the data port or one range of ports, and nothing else.
    - Left out is what no rule shows, which is active mode without an opened data port, and endpoints in 1:1 NAT rules
      with names of others. For port forwarding, the public address is left out unless O(uplink_addresses) has it.
  returned: when O(state=parsed)
  type: list
  sample: [{name: files, public_address: 203.0.113.13, lan_address: 192.168.128.13}]
  elements: dict
requests:
  description: Every request that was made, in the order of the answers. Also returned if the module fails.
  returned: always
  type: list
  elements: dict
  contains:
    network:
      description: The network, as it was given. C(null) for a request about the organization.
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
from ansible_collections.mxlab.ftp.plugins.module_utils._python import require_python

require_python()

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.options import DASHBOARD_SPEC, NETWORK_SPEC, check
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import sender
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.states import STATES, require, run

ARGUMENT_SPEC: dict[str, Any] = {
    **DASHBOARD_SPEC,
    "state": {"type": "str", "choices": list(STATES), "default": "merged"},
    "network": NETWORK_SPEC,
    "networks": {"type": "list", "elements": "str"},
    "endpoints": {"type": "list", "elements": "dict", "options": ENDPOINT_SPEC},
    "uplink_addresses": {"type": "dict"},
    "on_conflict": {"type": "str", "choices": ["fail", "replace", "keep"], "default": "fail"},
    "facts": {"type": "dict"},
    "on_undeliverable": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
    "confirm_override": {"type": "bool", "default": False},
    "inbound_firewall": {"type": "bool", "default": False},
    "l3_firewall": {"type": "bool", "default": False},
    "exported": {"type": "dict"},
    "reverts": {"type": "dict"},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    params = module.params
    requests: list[dict[str, Any]] = []
    try:
        check(params, module.no_log_values)
        require(params)
        send = sender(params["timeout"], params["validate_certs"], params["ca_path"])
        dashboard = Dashboard(params["base_url"], params["api_key"], send)
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
