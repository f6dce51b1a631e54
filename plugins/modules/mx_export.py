#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mx_export
short_description: Export everything in Meraki MXs that decides about FTP, one document for each network
version_added: 0.2.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
extends_documentation_fragment: mxlab.ftp.dashboard
description:
  - Reads the rule lists, the layer 7 rules, the policy objects that rules name, the LAN, the uplinks and the settings
    of one MX or of many, as the Dashboard API answers them.
  - Give a document to O(mxlab.ftp.mx_reach#module:export), now or later from a file. O(folder) writes the documents to
    files, as the playbook C(mxlab.ftp.export) does.
  - Makes four requests for the organization, or five if O(organization) is not an id, and one or two more if a rule
    names policy objects. For each network, it makes nine requests with VLANs, ten with a single LAN and seven in
    passthrough mode, and one more for a warm spare pair. In an organization with more than 1000 networks, each further
    page is one more request.
  - Networks are read at the same time, with at most 10 requests a second for all of them. If one network fails, the
    others are still completed. The module fails at the end.
  - If the API refuses a part (status 400, 403 or 404), the part is left out of the document, with a warning. For
    M(mxlab.ftp.mx_reach) such a part is unknown. A network of which the key may read nothing fails.
  - A document holds only the fields that this collection knows, so there are no keys, passwords or enrollment strings
    in it. Names and comments of rules are in it as they are.
  - The file C(docs/export.schema.json) of this collection is the JSON Schema of a document.
options:
  network:
    description:
      - Id or name of a network, like V(Lab HQ).
      - If neither this nor O(networks) is given, all networks with an MX are exported.
    type: str
    aliases: [networkId, net_id, net_name]
  networks:
    description: Ids or names of networks, like V([Branch 1, Branch 2]).
    type: list
    elements: str
    default: []
  folder:
    description:
      - Folder on the host that runs the module, like V(/srv/exports). The module writes each document to the file
        C(NAME-ID.json) in it, and creates the folder if it is missing.
      - A file that differs only in C(exportedAt) stays as it is. No file is deleted.
      - Without this option, the module writes no file.
    type: path
    version_added: 1.1.0
attributes:
  check_mode:
    description: Never changes an MX. Reports which files of O(folder) would change, and writes none.
    support: full
  diff_mode:
    description: Shows the files of O(folder).
    support: full
  idempotent:
    description: Returns the same documents as long as the MXs stay the same, except for C(exportedAt).
    support: full
notes:
  - IPv6 uplinks are left out.
seealso:
  - module: mxlab.ftp.mx_reach
  - plugin: mxlab.ftp.anonymised
    plugin_type: filter
  - module: mxlab.ftp.mx_info
requirements:
  - Python 3.9 or newer on the host that runs the task.
"""

EXAMPLES = r"""
- name: Export one network
  mxlab.ftp.mx_export:
    organization: "100001"
    network: Lab HQ
  register: exported

- name: Judge endpoints by the export
  mxlab.ftp.mx_reach:
    export: "{{ exported.exports['Lab HQ'] }}"
    endpoints: "{{ ftp_endpoints }}"

- name: Export all networks with an MX to files
  mxlab.ftp.mx_export:
    organization: "100001"
    folder: /srv/exports
  delegate_to: localhost
"""

RETURN = r"""
exports:
  description:
    - The document of each network, by the network as it was given, or by its id if none was given. A network that
      failed is left out.
    - Each has C(format), C(version) and C(exportedAt), which is the time of the export in UTC.
    - The other keys are the parts that O(mxlab.ftp.mx_reach#module:export) lists. A part that the API refused is left
      out.
  returned: when the organization can be read
  type: dict
  sample: {Lab HQ: {format: mxlab.ftp/export, version: 1, exportedAt: "2026-11-29T10:00:00Z", vlans: []}}
written:
  description: Files of O(folder) that were written, or would be in check mode.
  returned: if O(folder) is given and the organization can be read
  type: list
  elements: path
  sample: [/srv/exports/Lab%20HQ-N_100001.json]
  version_added: 1.1.0
unreadable:
  description: What the API refused. These parts are left out.
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
      sample: /networks/N_100001/appliance/firewall/l7FirewallRules
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

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._python import require_python

require_python()

from ansible_collections.mxlab.ftp.plugins.module_utils._config_files import difference
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.options import DASHBOARD_SPEC, NETWORK_SPEC, check
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import sender
from ansible_collections.mxlab.ftp.plugins.module_utils._export.files import differing
from ansible_collections.mxlab.ftp.plugins.module_utils._export.read import export_all

ARGUMENT_SPEC: dict[str, Any] = {
    **DASHBOARD_SPEC,
    "network": NETWORK_SPEC,
    "networks": {"type": "list", "elements": "str", "default": []},
    "folder": {"type": "path"},
}
# Exports tell how a network is protected: folders get the mode 0750 and files 0640.
NOT_OTHERS = 0o027
FILE_MODE = 0o640


def networks_of(params: dict[str, Any]) -> list[str]:
    """Return the networks to read, as they were given; raises ValueError if the key is missing or a name is empty."""
    if not params["api_key"]:
        raise ValueError("api_key is missing; the key may also be in the environment variable MERAKI_DASHBOARD_API_KEY")
    networks = [*([] if params["network"] is None else [params["network"]]), *params["networks"]]
    if not all(networks):
        raise ValueError("network or a name in networks is empty; expected the id or name of a network")
    return networks


def written(module: AnsibleModule, documents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Write the documents to the folder, and return what the module's result says of it.

    Raise OSError if a file cannot be read or written.
    """
    folder = module.params["folder"]
    if folder is None:
        return {}
    texts = differing(documents, folder)
    shown = texts if module._diff else {}
    diff = [difference(str(path), text.encode()) for path, text in shown.items()]
    for path, text in () if module.check_mode else texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(module.tmpdir, path.name)
        staged.write_text(text, "utf-8")
        module.atomic_move(str(staged), str(path))
        module.set_mode_if_different(str(path), FILE_MODE, False)
    return {"changed": bool(texts), "written": [str(path) for path in texts], "diff": diff}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    params = module.params
    requests: list[dict[str, Any]] = []
    os.umask(NOT_OTHERS)
    try:
        check(params, module.no_log_values)
        networks = networks_of(params)
        send = sender(params["timeout"], params["validate_certs"], params["ca_path"])
        dashboard = Dashboard(params["base_url"], params["api_key"], send)
        requests = dashboard.requests
        time = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        result = export_all(dashboard, networks, params["organization"], time)
    except (ValueError, DashboardError) as error:
        module.fail_json(msg=str(error), requests=requests)
    if result["unreadable"]:
        module.warn(
            f"The API refused {len(result['unreadable'])} requests, and these parts are left out; unreadable in the"
            f" result lists them. The first: {result['unreadable'][0]['message']}"
        )
    try:
        result.update(written(module, result["exports"].values()))
    except OSError as error:
        module.fail_json(msg=f"folder: {error}", requests=requests)
    end = module.fail_json if result.pop("failed", False) else module.exit_json
    end(requests=requests, **{"changed": False, **result})


if __name__ == "__main__":
    main()
