#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: mx_gate
short_description: Judge the FTP endpoints of many networks from a folder of exports
version_added: 0.2.0
extends_documentation_fragment: mxlab.ftp.endpoints
description:
  - Judges each network from its export, as M(mxlab.ftp.mx_reach) does. All networks are judged in one task, and only
    one export is in memory at a time.
  - Needs no Dashboard API, no key and no connection. So it can check pull requests that change exports or endpoints.
  - An export that is malformed, or an endpoint that is wrong, fails its own network only. The other networks are still
    judged.
  - Never fails because of a verdict. Let the playbook decide by RV(passed). The playbook C(mxlab.ftp.gate) does so, and
    writes reports.
  - In the reports, P(mxlab.ftp.gate_junit#filter), P(mxlab.ftp.gate_sarif#filter) and
    P(mxlab.ftp.gate_markdown#filter) show RV(networks).
author:
  - mxlab.ftp contributors (@mxlab-ftp)
options:
  folder:
    description:
      - Folder with one file C(*.json) for each network, on the host that runs the task. The playbook
        C(mxlab.ftp.export) writes such files. Subfolders are not read.
      - O(mxlab.ftp.mx_reach#module:export) lists what an export may contain.
      - If an export has no part C(network), the name of its file tells the network, if it is like that of
        C(mxlab.ftp.export), such as C(Lab%20HQ-N_100001.json). Under any other name, the export is unreadable.
    type: path
    required: true
  endpoints:
    description:
      - The FTP services that have to work. Each is judged by the export of its O(endpoints[].network), which is an id
        or a name. An endpoint whose network has no export, or several, fails.
      - If O(endpoints[].public_address) is V(auto), it is the public address of the MX on O(endpoints[].uplink), as the
        export has it.
    required: true
  dropped:
    description:
      - Names of hosts that failed before their endpoint was known. Each gets a row that does not pass, so that a host
        that was not judged is in the reports, too.
    type: list
    elements: str
    default: []
  relative_to:
    description:
      - The paths in RV(networks[].file) are relative to this folder if O(folder) is inside it. Set it to the root of
        the repository, so that reports name the exports as the repository does.
      - If it is not given, the paths begin with O(folder).
    type: path
  undetermined:
    description:
      - Whether a flow passes if the export does not decide it, and a network if its export lacks a part that the
        verdict depends on.
      - With V(pass), test such networks in another way, for example with M(mxlab.ftp.ftp_probe) from the Internet.
    type: str
    choices: [pass, fail]
    default: fail
  countries:
    description:
      - The addresses of countries, as in O(mxlab.ftp.mx_reach#module:countries). They count for all networks.
    type: dict
    default: {}
  hosts:
    description:
      - The addresses of host names, as in O(mxlab.ftp.mx_reach#module:hosts). They count for all networks.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Never changes anything.
    support: full
  diff_mode:
    description: Nothing changes, so there is nothing to show.
    support: none
  idempotent:
    description: The same exports and options give the same result.
    support: full
seealso:
  - module: mxlab.ftp.mx_reach
  - module: mxlab.ftp.mx_export
requirements:
  - Python 3.9 or newer on the host that runs the task.
"""

EXAMPLES = r"""
- name: Judge all networks
  mxlab.ftp.mx_gate:
    folder: exports
    endpoints:
      - name: server13
        network: Lab HQ
        public_address: 203.0.113.13
        lan_address: 192.168.128.13
        passive_ports: 61000-61099
  register: gate

- name: Write the file for the CI system
  ansible.builtin.copy:
    content: "{{ gate.networks | mxlab.ftp.gate_junit }}"
    dest: gate.xml
    mode: "0644"

- name: Judge networks whose rules depend on countries, and list the hosts that an earlier play has lost
  mxlab.ftp.mx_gate:
    folder: "{{ playbook_dir }}/exports"
    relative_to: "{{ playbook_dir }}"
    endpoints: "{{ ftp_endpoints }}"
    dropped: [files.example.com]
    countries:
      DE: [198.51.100.0/24]

- name: Fail if FTP does not pass in a network
  ansible.builtin.assert:
    that: gate.passed
    fail_msg: "{{ gate.lines }}"
"""

RETURN = r"""
passed:
  description: Whether all networks pass.
  returned: always
  type: bool
  sample: false
lines:
  description: One line for each network, for people.
  returned: always
  type: list
  elements: str
  sample: ["passed: Lab HQ (N_100001): 2 endpoints, 6 flows"]
networks:
  description:
    - The networks, first those with an export in the order of the files, then those without one. Last, the hosts in
      O(dropped).
  returned: always
  type: list
  elements: dict
  contains:
    network:
      description: Id of the network. C(null) if it is not known.
      returned: always
      type: str
    name:
      description: Name of the network. If it is not known, the file's name or O(endpoints[].network) tells it.
      returned: always
      type: str
      sample: Head office
    file:
      description: Path of the export. The path of O(folder) if the network has no export, or several.
      returned: always
      type: str
      sample: exports/Head%20office-N_1.json
    verdict:
      description:
        - V(passed), V(failed) or V(undetermined) is the worst verdict of the flows.
        - V(undetermined) also means that the export lacks a part that the verdict depends on.
        - V(unreadable) means that the export is malformed, or that an endpoint of the network has a wrong value.
        - V(no export) means that the network of an endpoint has no export, or several.
        - V(no endpoints) means that no endpoint is in the network of the export.
        - V(not judged) means that the host is one of O(dropped).
      returned: always
      type: str
    passed:
      description:
        - Whether the network passes. V(undetermined) passes with O(undetermined=pass), and V(no endpoints) always.
      returned: always
      type: bool
    summary:
      description: The number of endpoints and flows, or the first problem.
      returned: always
      type: str
      sample: 2 endpoints, 6 flows
    endpoints:
      description: Names of the endpoints in the network.
      returned: always
      type: list
      sample: [files]
      elements: str
    problems:
      description: What is malformed, wrong or missing, with the path in the export and what is expected there.
      returned: always
      type: list
      elements: str
      sample: ['$.vlans[0].subnet: expected a subnet like 192.168.128.0/24, got "here"']
    flows:
      description: The flows that have an expected verdict in RV(mxlab.ftp.mx_reach#module:flows), each with all parts.
      returned: always
      type: list
      elements: dict
      contains:
        endpoint:
          description: Name of the endpoint.
          returned: always
          type: str
          sample: files
        name:
          description: V(control), V(passive) or V(active).
          returned: always
          type: str
        verdict:
          description: V(passed), V(failed) or V(undetermined).
          returned: always
          type: str
        passed:
          description: Whether the flow passes, as in RV(networks[].passed).
          returned: always
          type: bool
          sample: false
        parts:
          description: The parts of the flow that do not have the expected verdict, and why.
          returned: always
          type: list
          sample: ["61150-61199 is stopped: no rule publishes it"]
          elements: str
        rules:
          description: The rules that decide about these parts, by list and place.
          returned: always
          type: list
          elements: str
          sample: ["l3_firewall[3]"]
    findings:
      description: As in RV(mxlab.ftp.mx_reach#module:findings).
      returned: always
      type: list
      sample: []
      elements: dict
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._python import require_python

require_python()

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.exports import Export, read, unreadable
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import Policy, dropped, judged, line
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.tables import countries_in, hosts_in

ARGUMENT_SPEC: dict[str, Any] = {
    "folder": {"type": "path", "required": True},
    "endpoints": {"type": "list", "elements": "dict", "options": ENDPOINT_SPEC, "required": True},
    "dropped": {"type": "list", "elements": "str", "default": []},
    "relative_to": {"type": "path"},
    "undetermined": {"type": "str", "choices": ["pass", "fail"], "default": "fail"},
    "countries": {"type": "dict", "default": {}},
    "hosts": {"type": "dict", "default": {}},
}


def exports_in(folder: str, root: str | None) -> Iterator[Export]:
    """Yield the exports in a folder, in the order of their names; raises ValueError if it has none."""
    paths = sorted(Path(folder).glob("*.json"))
    if not paths:
        seen = "has no file *.json" if Path(folder).is_dir() else "is not a folder"
        raise ValueError(f"folder: {folder!r} {seen}; expected the exports that the playbook mxlab.ftp.export writes")
    return (_export(path, shown_path(path, root)) for path in paths)


def shown_path(path: Path, root: str | None) -> str:
    """Return the path as the result has it."""
    return str(path.relative_to(root) if root is not None and Path(root) in path.parents else path)


def _export(path: Path, name: str) -> Export:
    try:
        return read(name, path.read_bytes())
    except OSError as error:
        return unreadable(name, f"cannot be read: {error.strerror}")


def main() -> None:
    """Run the module."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    options = module.params
    folder, root = options["folder"], options["relative_to"]
    try:
        tables = countries_in(options["countries"]), hosts_in(options["hosts"])
        exports = exports_in(folder, root)
    except ValueError as error:
        module.fail_json(msg=str(error))
    policy = Policy(options["undetermined"] == "fail", *tables)
    shown = shown_path(Path(folder), root)
    rows = [*judged(exports, options["endpoints"], shown, policy), *dropped(options["dropped"], shown)]
    module.exit_json(
        changed=False, passed=all(row["passed"] for row in rows), lines=list(map(line, rows)), networks=rows
    )


if __name__ == "__main__":
    main()
