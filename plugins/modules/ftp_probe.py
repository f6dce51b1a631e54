#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ftp_probe
short_description: Test an FTP service with real transfers in every mode, and name the fault
version_added: 0.1.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
description:
  - Logs in to any FTP server from the host that the task runs on and tries each mode in a dialogue of its own. Uploads
    random bytes, downloads them, compares them, and deletes the file.
  - Says for each mode what was seen, and for each fault which layer causes it and which setting mends it.
  - A mode that does not work does not fail the task. Look at RV(passed).
options:
  host:
    description:
      - Name or IPv4 address that clients use for the server. A name is resolved once, for all modes.
    type: str
    required: true
  port:
    description: Control port.
    type: int
    default: 21
  user:
    description: User to log in with. It has to be allowed to write, read and delete files.
    type: str
    required: true
  password:
    description: Password of O(user). It is masked in everything that is returned, also if the server echoes it.
    type: str
    required: true
  modes:
    description:
      - Modes to try, side by side, but no more of them at a time than half the ports in O(passive_ports).
      - V(PASV) connects to the address that the server announces, as a client does that believes it.
      - V(PASV-peer) connects to the address of the control connection instead, as most clients of today do.
      - V(EPSV), V(PORT) and V(EPRT) are the commands of RFC 2428 and RFC 959.
      - V(passive) stands for the first three, V(active) for the other two, as in the variable C(ftp_modes).
    type: list
    elements: str
    choices: [passive, active, PASV, PASV-peer, EPSV, PORT, EPRT]
    default: [passive, active]
  directory:
    description: Directory on the server to change to first, as the user sees it.
    type: str
  size:
    description: Bytes to transfer each way, 1 to 16777216.
    type: int
    default: 65536
  timeout:
    description:
      - Seconds, up to 300, that one operation may take, be it a connection, a reply or a transfer.
      - A mode ends with the first operation that takes longer.
      - Routers need about 3 seconds to find that nobody is at an address. A shorter timeout hides that.
    type: float
    default: 5
  public_address:
    description:
      - IPv4 address that the server is expected to announce.
      - Data connections are made to and accepted from this address and that of the control connection, and no other.
    type: str
  passive_ports:
    description:
      - Passive range that the server and the MX are expected to use, such as V(61000-61099).
      - If given, the probe also connects to its first and its last port.
    type: str
  lan_address:
    description: IPv4 address of the server in its LAN. Lets the findings tell it from other wrong addresses.
    type: str
  active_address:
    description:
      - IPv4 address that V(PORT) and V(EPRT) announce.
      - By default the address that the control connection comes from, as this host sees it.
    type: str
attributes:
  check_mode:
    description: Can run in check mode.
    support: partial
    details: Nothing is contacted in check mode. The task is skipped and returns no verdict.
  diff_mode:
    description: Returns details on what has changed when in diff mode.
    support: none
    details: The module changes nothing.
  idempotent:
    description: Running it twice with the same options gives no change the second time.
    support: full
    details: The module never reports a change, and removes its files, over a second connection if the first one breaks.
notes:
  - A file called C(ftp_probe-*.tmp) stays behind if the server stops answering in a transfer, or refuses C(DELE).
  - Connecting to an edge of O(passive_ports) can disturb another client's transfer that waits on that very port.
  - Speaks FTP in clear, over IPv4. The password crosses the network in clear. Use an account made for the probe.
requirements:
  - Python 3.9 or newer on the host that runs the task, and nothing but its standard library.
"""

EXAMPLES = r"""
- name: Probe the FTP service from the Internet
  mxlab.ftp.ftp_probe:
    host: "{{ ftp_public_address }}"
    port: "{{ ftp_control_port }}"
    user: "{{ ftp_probe_user }}"
    password: "{{ ftp_probe_password }}"
    public_address: "{{ ftp_public_address }}"
    passive_ports: "{{ ftp_passive_ports }}"
    lan_address: "{{ ftp_lan_address }}"
  delegate_to: "{{ ftp_probe_from }}"
  register: probe
  failed_when: probe is not skipped and not probe.passed

- name: Ask why old clients hang after the login
  mxlab.ftp.ftp_probe:
    host: ftp.example.com
    user: probe
    password: "{{ ftp_probe_password }}"
    modes: [PASV]
  register: probe

- name: Show what was seen
  ansible.builtin.debug:
    var: probe.table
"""

RETURN = r"""
passed:
  description: Whether every mode passed and there is no finding.
  returned: when not in check mode
  type: bool
  sample: false
cells:
  description: One entry for each mode.
  returned: when not in check mode
  type: list
  elements: dict
  contains:
    mode:
      description: The mode.
      type: str
      sample: PASV
    verdict:
      description:
        - V(passed), V(failed), or V(undetermined) if the evidence carries neither.
        - A server that does not know C(EPSV) or C(EPRT) makes that mode V(undetermined), since over IPv4 RFC 2428 is an
          extension and clients fall back.
      type: str
      sample: failed
    evidence:
      description: How far the dialogue came and what was seen there.
      type: str
      sample: called at 203.0.113.13:21; data connection offered at 192.168.128.13:61042
    control_address:
      description: Address of the server's end of the control connection.
      type: str
      sample: 203.0.113.13
    data_address:
      description: Where a client in this mode connects to, or what the probe announced in active modes. May be empty.
      type: str
      sample: 192.168.128.13
    data_port:
      description: Port that belongs to RV(cells[].data_address), or 0.
      type: int
      sample: 61042
    data_peer:
      description: In active modes, address and source port of the server's last data connection. Empty if none came.
      type: str
      sample: 203.0.113.13:20
    replies:
      description: All lines that the server sent on the control connection, masked and with control characters escaped.
      type: list
      elements: str
      sample: ["220 (vsFTPd 3.0.5)", "331 Please specify the password."]
range:
  description: What a connection to the first and the last port of O(passive_ports) met. Empty without that option.
  returned: when not in check mode
  type: list
  elements: dict
  contains:
    port:
      description: The port.
      type: int
      sample: 61099
    outcome:
      description:
        - V(refused) proves that the port is forwarded, since a host answered that nothing listens on it.
        - V(timeout) means that somebody drops the connection.
        - Others are V(open), V(unreachable) (a router says so), V(no-neighbour) (nobody on the probe's link answers for
          the address), V(no-route) and V(closed).
      type: str
      sample: timeout
findings:
  description: One entry for each cause that the evidence shows. Empty if all is well.
  returned: when not in check mode
  type: list
  elements: dict
  contains:
    id:
      description: Name of the cause.
      type: str
      sample: private-address-announced
    layer:
      description: Where to look, one of V(server), V(MX), V(client) and V(network).
      type: str
      sample: server
    modes:
      description: Modes that show it. Empty if only the edges of the range do.
      type: list
      elements: str
      sample: [PASV]
    evidence:
      description: What was seen.
      type: list
      elements: str
      sample: ["PASV: called at 203.0.113.13:21; data connection offered at 192.168.128.13:61042"]
    explanation:
      description: What that means.
      type: str
    remedy:
      description: The variable, option or rule to change.
      type: str
table:
  description: Mode, verdict and evidence as lines of text of at most 100 characters.
  returned: when not in check mode
  type: list
  elements: str
  sample: ["PASV       failed        called at 203.0.113.13:21; data connection offered at 192.168.128.13:61042"]
"""

from ipaddress import IPv4Address
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_dialog import resolve
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_evidence import (
    MODE_GROUPS,
    MODES,
    Evidence,
    modes_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_survey import Target, survey
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "host": {"type": "str", "required": True},
    "port": {"type": "int", "default": 21},
    "user": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
    "modes": {"type": "list", "elements": "str", "choices": [*MODE_GROUPS, *MODES], "default": [*MODE_GROUPS]},
    "directory": {"type": "str"},
    "size": {"type": "int", "default": 65536},
    "timeout": {"type": "float", "default": 5},
    "public_address": {"type": "str"},
    "passive_ports": {"type": "str"},
    "lan_address": {"type": "str"},
    "active_address": {"type": "str"},
}
LIMITS = {"port": (1, 65535), "size": (1, 16777216), "timeout": (0.1, 300)}


def refuse_bad(options: dict[str, Any]) -> None:
    """Raise ValueError, naming the option, for a number out of limits, a text of two commands, or no IPv4 address."""
    for name, (lowest, highest) in LIMITS.items():
        if not lowest <= options[name] <= highest:
            raise ValueError(f"{name} is {options[name]}; it has to be between {lowest} and {highest}")
    for name in ("user", "password", "directory"):
        if any(char in (options[name] or "") for char in "\r\n"):
            raise ValueError(f"{name} contains a line break, which would make two commands of one; remove it")
    for name in ("public_address", "lan_address", "active_address"):
        if options[name]:
            try:
                IPv4Address(options[name])
            except ValueError as error:
                raise ValueError(f"{name} is {options[name]!r}; it has to be an IPv4 address") from error


def read_range(text: str | None) -> PortRange | None:
    """The range that passive_ports holds, None if it holds nothing; ValueError names the option."""
    try:
        return PortRange.parse(text) if text else None
    except ValueError as error:
        raise ValueError(f"passive_ports: {error}") from error


def resolve_host(host: str) -> str:
    """The IPv4 address of the option host; ValueError when it has none."""
    try:
        return resolve(host)
    except (OSError, UnicodeError) as error:
        raise ValueError(f"host is {host!r}, which has no IPv4 address ({error}); correct it") from error


def probe(options: dict[str, Any]) -> dict[str, Any]:
    """Run the survey that the options ask for and judge it."""
    passive_ports = read_range(options["passive_ports"])
    target = Target(
        address=resolve_host(options["host"]),
        directory=options["directory"] or "",
        public_address=options["public_address"] or "",
        active_address=options["active_address"] or "",
        **{name: options[name] for name in ("port", "user", "password", "size", "timeout")},
    )
    cells, edges = survey(target, modes_of(options["modes"]), passive_ports)
    return judge(Evidence(cells, edges, options["lan_address"] or "", passive_ports))


def main() -> None:
    """Entry point."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    try:
        refuse_bad(module.params)
        read_range(module.params["passive_ports"])
        if module.check_mode:
            module.exit_json(changed=False, skipped=True, msg="nothing is contacted in check mode")
        module.exit_json(changed=False, **probe(module.params))
    except ValueError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
