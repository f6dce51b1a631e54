#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mx_info
short_description: Read the facts of Meraki MXs that published servers depend on
version_added: 0.2.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
extends_documentation_fragment: mxlab.ftp.dashboard
description:
  - Reads the uplinks and their addresses, dynamic DNS name, firmware, deployment mode, template binding, NAT exceptions
    and subnets of one MX or of many.
  - Give the facts of one network to O(mxlab.ftp.mx_reach#module:mx) to judge its rules. Give them to
    P(mxlab.ftp.public_address#filter) to get the address that a server has to announce.
  - Makes three requests for the organization, or four if O(organization) is not an id. For each network, it makes five
    requests with a single LAN, four with VLANs, and two in passthrough mode. In an organization with more than 1000
    networks, each further page is one more request. O(subset=uplinks) makes fewer.
  - Networks are read at the same time, with at most 10 requests a second for all of them. If one network fails, the
    others are still completed. The module fails at the end.
  - If the key may not read something (status 403), the facts from it are C(null), with a warning. A network of which
    the key may read nothing fails.
options:
  network:
    description: Id or name of a network, like V(Lab HQ). Give this or O(networks) or both.
    type: str
    aliases: [networkId, net_id, net_name]
  networks:
    description: Ids or names of networks, like V([Branch 1, Branch 2]).
    type: list
    elements: str
    default: []
  subset:
    description:
      - Which facts to read.
      - With V(uplinks), each network has RV(networks.uplinks) and nothing else. This is one request for all networks if
        O(organization) and all networks are ids. Networks by name cost one request more, and so does an organization
        that is not an id.
    type: str
    choices: [all, uplinks]
    default: all
    version_added: 1.1.0
attributes:
  check_mode:
    description: Never changes anything.
    support: full
  diff_mode:
    description: Nothing changes, so there is nothing to show.
    support: none
  idempotent:
    description: Returns the same facts as long as the MXs stay the same.
    support: full
notes:
  - The addresses are those that the MX last reported to the dashboard. For a warm spare pair, they are the addresses of
    the primary MX. The API does not return a virtual address here.
  - IPv6 addresses and subnets are left out.
seealso:
  - module: mxlab.ftp.mx_reach
  - plugin: mxlab.ftp.public_address
    plugin_type: filter
requirements:
  - Python 3.9 or newer on the host that runs the task.
"""

EXAMPLES = r"""
- name: Read the facts of an MX
  mxlab.ftp.mx_info:
    organization: "100001"
    network: Lab HQ
  register: mx

- name: Show the address that clients see
  ansible.builtin.debug:
    msg: "{{ mx.networks['Lab HQ'] | mxlab.ftp.public_address }}"

- name: Read the addresses of many MXs with one request
  mxlab.ftp.mx_info:
    organization: "100001"
    networks: [N_100001, N_100002]
    subset: uplinks

- name: Judge endpoints by these facts and the rule lists
  mxlab.ftp.mx_reach:
    mx: "{{ mx.networks['Lab HQ'] }}"
    lists: "{{ rules.gathered['Lab HQ'] }}"
    endpoints: "{{ ftp_endpoints }}"
"""

RETURN = r"""
networks:
  description:
    - The facts of each network, by the network as it was given. A network that failed is left out.
    - With O(subset=uplinks), RV(networks.uplinks) only.
  returned: when the organization can be read
  type: dict
  contains:
    network:
      description: C(id) and C(name). One request for all networks also gives RV(networks.bound_to_template).
      returned: always
      type: dict
      sample: {id: N_100001, name: Lab HQ}
    bound_to_template:
      description: Whether the network is bound to a configuration template. The template then holds its rules.
      returned: always
      type: bool
      sample: false
    uplinks:
      description:
        - The uplinks by the names that rules use. C(internet1) is wan1 in the API. One request for all networks.
        - C(address) is the address of the interface. C(public_address) is the address that the Internet sees. If they
          differ, the MX is itself behind NAT. Each is C(null) if the dashboard does not know it.
        - C(status) is V(active), V(ready), V(connecting), V(failed) or V(not connected).
        - C(null) if the key may not read it.
      returned: always
      type: dict
      sample: {internet1: {address: 203.0.113.2, public_address: 203.0.113.2, status: active}}
    nat_exceptions:
      description:
        - The uplinks whose NAT is off. On these, the manual inbound firewall is in force. One request for all networks.
        - C(null) if the API returns nothing about the network, or if the key may not read it.
      returned: always
      type: list
      elements: str
      sample: []
    deployment_mode:
      description:
        - V(routed) or V(passthrough). One request also gives RV(networks.dynamic_dns).
        - C(null) if the key may not read it.
      returned: always
      type: str
    dynamic_dns:
      description:
        - C(enabled), and C(name), which is C(null) while dynamic DNS is disabled.
        - C(null) if the key may not read it.
      returned: always
      type: dict
      sample: {enabled: true, name: hq-n100001.example.com}
    firmware:
      description: The firmware of the MX. C(null) if the API returns none, or if the key may not read it. One request.
      returned: always
      type: str
      sample: MX 18.211.2
    subnets:
      description:
        - The IPv4 subnets where a server may be. Each has C(cidr), C(source) and C(name), and a VLAN has its id as
          C(vlan). C(source) is V(vlan), V(single_lan) or V(static_route). Disabled static routes are left out.
        - C(appliance_ip) is the MX's own address there. A static route has none.
        - C(null) in passthrough mode, or if the key may not read all of it. Otherwise two requests with VLANs and three
          without.
      returned: always
      type: list
      elements: dict
      sample: [{cidr: 192.168.128.0/24, source: vlan, name: Servers, vlan: 10, appliance_ip: 192.168.128.1}]
unreadable:
  description: What the API refused with the status 403. The facts from it are C(null).
  returned: when the organization can be read
  type: list
  elements: dict
  contains:
    network:
      description: The network, as it was given. C(null) for a request about the organization.
      returned: always
      type: str
    path:
      description: The path below O(base_url).
      returned: always
      type: str
      sample: /organizations/100001/appliance/uplinks/nat/byNetwork
    message:
      description: The request and the answer.
      returned: always
      type: str
      sample: "GET /networks/N_1/appliance/settings: 403 Forbidden"
failed_networks:
  description: The error of each network that failed, by network.
  returned: when a network failed; all other values hold the other networks
  type: dict
  sample: {N_2: "GET /networks/N_2/appliance/vlans: 404 Not Found"}
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
      sample: /networks/N_100001/appliance/settings
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
from ansible_collections.mxlab.ftp.plugins.module_utils._info.read import read_all, read_uplinks

ARGUMENT_SPEC: dict[str, Any] = {
    **DASHBOARD_SPEC,
    "network": NETWORK_SPEC,
    "networks": {"type": "list", "elements": "str", "default": []},
    "subset": {"type": "str", "choices": ["all", "uplinks"], "default": "all"},
}


def networks_of(params: dict[str, Any]) -> list[str]:
    """Return the networks to read, as they were given; raises ValueError if they or the key are missing."""
    if not params["api_key"]:
        raise ValueError("api_key is missing; the key may also be in the environment variable MERAKI_DASHBOARD_API_KEY")
    networks = [*([params["network"]] if params["network"] else []), *params["networks"]]
    if not networks or not all(networks):
        raise ValueError("network or networks is missing, or a name in them is empty")
    return networks


def refusals(unreadable: list[dict[str, Any]]) -> str:
    """Return the warning about what the key may not read."""
    return (
        f"The API refused {len(unreadable)} answers to this key, whose facts are null; unreadable in the result lists"
        f" them. The first: {unreadable[0]['message']}"
    )


def main() -> None:
    """Run the module."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    params = module.params
    requests: list[dict[str, Any]] = []
    try:
        check(params, module.no_log_values)
        networks = networks_of(params)
        send = sender(params["timeout"], params["validate_certs"], params["ca_path"])
        dashboard = Dashboard(params["base_url"], params["api_key"], send)
        requests = dashboard.requests
        read = {"all": read_all, "uplinks": read_uplinks}[params["subset"]]
        result = read(dashboard, networks, params["organization"])
    except (ValueError, DashboardError) as error:
        module.fail_json(msg=str(error), requests=requests)
    if result["unreadable"]:
        module.warn(refusals(result["unreadable"]))
    end = module.fail_json if result.pop("failed", False) else module.exit_json
    end(changed=False, requests=requests, **result)


if __name__ == "__main__":
    main()
