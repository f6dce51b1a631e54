# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option endpoints of all modules that take it; module_utils/_endpoint/endpoint.py has the types."""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import ONE_TO_ONE_NAT, WAYS

_WAYS = "\n".join(f"          - V({name}) is {way.title}, on {way.doc}" for name, way in WAYS.items())


class ModuleDocFragment:
    """What Ansible looks for in a file of fragments."""

    # Annotated: ansible-test's yamllint reads every plain assignment as literal text, and this is made from WAYS.
    DOCUMENTATION: str = rf"""
options:
  endpoints:
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the endpoint, like V(server13).
          - The names of its rules begin with it.
        type: str
        required: true
      network:
        description:
          - Id or name of the network of the MX that publishes the endpoint.
          - The default is O(mxlab.ftp.mx_ftp_rules#module:network).
          - M(mxlab.ftp.mx_gate) judges the endpoint by the export of this network. M(mxlab.ftp.mx_reach) ignores it,
            because its lists belong to one MX.
        type: str
        version_added: 0.2.0
      public_address:
        description:
          - IPv4 address that clients connect to, like V(203.0.113.13).
          - O(endpoints[].publish_by) decides whether it is the MX's own address.
        type: str
        required: true
      lan_address:
        description: IPv4 address of the server in the MX's LAN, like V(192.168.128.13).
        type: str
        required: true
      control_port:
        description: Port of the control connection, such as V(2121).
        type: int
        default: 21
      passive_ports:
        description:
          - The server's passive range, like V(61000-61099), or one port.
          - Required if O(endpoints[].modes) contains V(passive).
        type: str
      modes:
        description: The modes that the server offers.
        type: list
        elements: str
        choices: [active, passive]
        default: [active, passive]
      allowed_ips:
        description: The clients that may connect, as IPv4 addresses, CIDR blocks or V(any).
        type: list
        elements: str
        default: [any]
      publish_by:
        description:
          - The kind of rule that publishes the endpoint.
{_WAYS}
        type: str
        choices: [{", ".join(WAYS)}]
        default: {ONE_TO_ONE_NAT}
      uplink:
        description:
          - The MX's uplink that O(endpoints[].public_address) belongs to, like V(internet1).
          - With port forwarding, V(both) publishes on all uplinks.
        type: str
        default: internet1
      inbound_data_port:
        description:
          - Whether active mode also opens the data port inbound, as Meraki's article on FTP does.
          - The data port is O(endpoints[].control_port) minus 1. The server connects from it, and clients never connect
            to it. So active mode also works with V(false).
        type: bool
        default: true
      server:
        description:
          - The server's software.
          - V(iis6) gives a finding for passive mode, because IIS 6 cannot announce O(endpoints[].public_address). Other
            values have no effect.
        type: str
        version_added: 0.2.0
      announced_address:
        description:
          - IPv4 address that the server announces in its replies to C(PASV), like its masquerade address.
          - M(mxlab.ftp.mx_reach) judges passive mode by it. M(mxlab.ftp.mx_ftp_rules) ignores it.
          - The default is O(endpoints[].public_address).
        type: str
        version_added: 0.2.0
"""
