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
description:
  - Writes, removes, reads or renders the 1:1 NAT and port forwarding rules that active and passive FTP need.
  - Rules of others, and their order, are left exactly as they are. Each run reads both lists once. It writes a list
    only if that list changes, once, and then reads it back and compares.
  - In the port forwarding list, the rules named C(NAME FTP control), C(NAME FTP passive) and C(NAME FTP data) belong
    to the endpoint C(NAME).
  - In the 1:1 NAT list, the rule named C(NAME FTP) does. An address has only one such rule. Where somebody else has
    made it for the same public and LAN address, the endpoint has an allowed inbound entry in it, known by what it
    opens. For TCP, that is the control port, and at most its data port and one range of ports beside it.
  - A change of the range leaves no stale opening, and a change of O(endpoints[].publish_by) takes away the rules in the
    other list.
options:
  state:
    description:
      - V(merged) sees to it that each endpoint is published, with exactly the ports that it needs.
      - V(deleted) removes exactly what has been added for the endpoints.
      - V(gathered) reads both lists and changes nothing.
      - V(rendered) shows the rules of the endpoints; it needs no key, no network and no API.
    type: str
    choices: [merged, deleted, gathered, rendered]
    default: merged
  api_key:
    description:
      - Key for the Dashboard API.
      - Taken from the environment variable E(MERAKI_DASHBOARD_API_KEY) if it is not given.
      - Required unless O(state=rendered).
    type: str
  base_url:
    description: Address of the Dashboard API.
    type: str
    default: https://api.meraki.com/api/v1
  organization:
    description:
      - Id or name of the organization.
      - Only used to look up O(network) by name, and not needed then if the key sees exactly one organization.
    type: str
  network:
    description:
      - Id or name of the MX's network. An id, like C(N_...) or C(L_...), saves looking it up.
      - Required unless O(state=rendered).
    type: str
  endpoints:
    description:
      - The FTP services behind the MX.
      - Required unless O(state=gathered).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the endpoint; the names of its rules begin with it.
        type: str
        required: true
      public_address:
        description:
          - IPv4 address that clients connect to.
          - For 1:1 NAT it is not the MX's own; for port forwarding it is the MX's own on O(endpoints[].uplink).
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
        description: The kind of rule.
        type: str
        choices: [one_to_one_nat, port_forwarding]
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
  uplink_addresses:
    description:
      - The MX's own public addresses by uplink, like C(internet1).
      - A 1:1 NAT rule for one of them is refused before anything is sent. The addresses of port forwarding endpoints in
        the same call are known to be the MX's own without this.
    type: dict
  on_conflict:
    description:
      - What to do about a rule of somebody else that takes ports or an address that an endpoint needs.
      - V(fail) changes nothing and shows both rules.
      - V(replace) removes the other rule and warns.
      - V(keep) leaves out the endpoint's rule and warns.
    type: str
    choices: [fail, replace, keep]
    default: fail
  timeout:
    description: Seconds to wait for each answer of the API.
    type: int
    default: 30
  validate_certs:
    description: Whether to check the certificate of the API.
    type: bool
    default: true
  ca_path:
    description: File with the certificates of the authorities to trust, for an API behind a private one.
    type: path
attributes:
  check_mode:
    description: Reads both lists and predicts exactly what would be written; writes nothing.
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

- name: Look at the rules, with the key from the environment
  mxlab.ftp.mx_ftp_rules:
    state: gathered
    network: N_100001

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
  description: Both lists as they were, just as the API gave them.
  returned: when O(state=merged) or O(state=deleted)
  type: dict
  contains: &lists
    one_to_one_nat:
      description: The 1:1 NAT rules.
      returned: always
      type: list
      elements: dict
    port_forwarding:
      description: The port forwarding rules.
      returned: always
      type: list
      elements: dict
after:
  description: Both lists as they are now, or would be without check mode.
  returned: when O(state=merged) or O(state=deleted)
  type: dict
  contains: *lists
plan:
  description: The changes, in order.
  returned: when O(state=merged) or O(state=deleted)
  type: list
  elements: dict
  contains:
    kind:
      description: The list, V(one_to_one_nat) or V(port_forwarding).
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
      description: Name of the endpoint that needs the change.
      returned: always
      type: str
gathered:
  description: Both lists, just as the API gave them.
  returned: when O(state=gathered)
  type: dict
  contains: *lists
rendered:
  description: Both lists as they would be on an MX without any other rules.
  returned: when O(state=rendered)
  type: dict
  contains: *lists
requests:
  description: Every request that was made, in order; also returned with a failure.
  returned: always
  type: list
  elements: dict
  contains:
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
wanted:
  description: The list that was written.
  returned: when the list that is read back afterwards is another one
  type: list
  elements: dict
found:
  description: The list that was read back.
  returned: when it is not the one that was written
  type: list
  elements: dict
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard import (
    Dashboard,
    DashboardError,
    UncertainError,
    sender,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint import Endpoint, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._mx_kind import Rule, RuleKind
from ansible_collections.mxlab.ftp.plugins.module_utils._mx_plan import Plan, plan_deleted, plan_merged, render
from ansible_collections.mxlab.ftp.plugins.module_utils._mx_rules import KINDS

ENDPOINT_SPEC: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "public_address": {"type": "str", "required": True},
    "lan_address": {"type": "str", "required": True},
    "control_port": {"type": "int", "default": 21},
    "passive_ports": {"type": "str"},
    "modes": {"type": "list", "elements": "str", "choices": ["active", "passive"], "default": ["active", "passive"]},
    "allowed_ips": {"type": "list", "elements": "str", "default": ["any"]},
    "publish_by": {"type": "str", "choices": ["one_to_one_nat", "port_forwarding"], "default": "one_to_one_nat"},
    "uplink": {"type": "str", "default": "internet1"},
    "inbound_data_port": {"type": "bool", "default": True},
}
ARGUMENT_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["merged", "deleted", "gathered", "rendered"], "default": "merged"},
    "api_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["MERAKI_DASHBOARD_API_KEY"])},
    "base_url": {"type": "str", "default": "https://api.meraki.com/api/v1"},
    "organization": {"type": "str"},
    "network": {"type": "str"},
    "endpoints": {"type": "list", "elements": "dict", "options": ENDPOINT_SPEC},
    "uplink_addresses": {"type": "dict"},
    "on_conflict": {"type": "str", "choices": ["fail", "replace", "keep"], "default": "fail"},
    "timeout": {"type": "int", "default": 30},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
}
# Not required_if: that takes an empty text or a null, as a template may give, for a value.
NEEDED = {
    "merged": ("api_key", "network", "endpoints"),
    "deleted": ("api_key", "network", "endpoints"),
    "gathered": ("api_key", "network"),
    "rendered": ("endpoints",),
}


class LostUpdateError(DashboardError):
    """The list that was read back is not the one that was written."""

    def __init__(self, kind: RuleKind, wanted: list[Rule], found: list[Rule]) -> None:
        lists = "\n".join(
            [f"Written ({kind.name}):", *map(kind.describe, wanted), "Read back:", *map(kind.describe, found)]
        )
        super().__init__(f"Somebody else changed the list meanwhile: look at both lists and run again.\n{lists}")
        self.wanted, self.found = wanted, found


def require(params: dict[str, Any]) -> None:
    """Raise ValueError with the names of the options that `state` needs and that are not set."""
    missing = [name for name in NEEDED[params["state"]] if params[name] in (None, "")]
    if missing:
        hint = "; the key may also be in the environment variable MERAKI_DASHBOARD_API_KEY"
        raise ValueError(f"state={params['state']} needs {', '.join(missing)}{hint if 'api_key' in missing else ''}")


def write(dashboard: Dashboard, network_id: str, kind: RuleKind, plan: Plan) -> None:
    """Write the planned list and read it back; after an uncertain write only what is read back decides."""
    wanted = plan.after[kind.name]
    doubt = None
    try:
        dashboard.replace_rules(network_id, kind.resource, wanted)
    except UncertainError as error:
        doubt = error
    found = dashboard.rules(network_id, kind.resource)
    if kind.same(found, wanted):
        return
    if doubt is not None and kind.same(found, plan.before[kind.name]):
        raise DashboardError(f"{doubt}\nThe list was read back and is as it was: run again.")
    raise LostUpdateError(kind, wanted, found)


def run(params: dict[str, Any], check_mode: bool, dashboard: Dashboard, endpoints: list[Endpoint]) -> dict[str, Any]:
    """Do what `state` says and give the module's result; raises ValueError or DashboardError."""
    state = params["state"]
    if state == "rendered":
        return {"changed": False, "rendered": render(endpoints)}
    network_id = dashboard.network_id(params["network"], params["organization"])
    lists = {kind.name: dashboard.rules(network_id, kind.resource) for kind in KINDS}
    if state == "gathered":
        return {"changed": False, "gathered": lists}
    deleted = state == "deleted"
    plan = plan_deleted(lists, endpoints) if deleted else plan_merged(lists, endpoints, params["on_conflict"])
    if not check_mode:
        for kind in plan.changed_kinds:
            write(dashboard, network_id, kind, plan)
    return {
        "changed": bool(plan.changes),
        "before": plan.before,
        "after": plan.after,
        "plan": [change.result() for change in plan.changes],
        "diff": plan.diff(),
        "warnings": list(plan.warnings),
    }


def main() -> None:
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    params = module.params
    requests: list[dict[str, Any]] = []
    try:
        require(params)
        endpoints = parse_endpoints(params["endpoints"] or [], params["uplink_addresses"] or {})
        send = sender(params["timeout"], params["validate_certs"], params["ca_path"])
        dashboard = Dashboard(params["base_url"], params["api_key"] or "", send)
        requests = dashboard.requests
        result = run(params, module.check_mode, dashboard, endpoints)
    except LostUpdateError as error:
        module.fail_json(msg=str(error), requests=requests, wanted=error.wanted, found=error.found)
    except (ValueError, DashboardError) as error:
        module.fail_json(msg=str(error), requests=requests)
    # exit_json no longer takes warnings (deprecated since ansible-core 2.19).
    for warning in result.pop("warnings", []):
        module.warn(warning)
    module.exit_json(requests=requests, **result)


if __name__ == "__main__":
    main()
