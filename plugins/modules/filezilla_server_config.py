#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: filezilla_server_config
short_description: Writes the configuration of FileZilla Server
version_added: 0.2.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
description:
  - Writes C(settings.xml), C(users.xml), C(groups.xml), C(allowed_ips.xml) and C(disallowed_ips.xml) of FileZilla
    Server 1.9 or newer on Linux. Does not tell the server; send it C(SIGHUP), as the role
    P(mxlab.ftp.filezilla_server#role) does.
  - What the server would ignore, drop or replace without a word is refused, such as a range that is no range, or one
    with a listening port in it.
  - All files are checked together by the server itself before the first one is replaced.
  - Passwords are hashed as the server does, PBKDF2-HMAC-SHA256 with 100000 iterations. A hash that is there already
    is kept as long as it is for the same password, so nothing changes on a second run. One with fewer iterations is
    replaced, one with more keeps their number.
  - The administration listens on the host itself, with a password that nobody knows. Without a password, every user
    of the host could administer the server.
options:
  directory:
    description: The server's configuration directory. It and all above it must belong to root.
    type: path
    default: /opt/filezilla-server/etc
  server:
    description:
      - The server's program, which checks the files with C(--config-version-check error).
      - Without it there is no such check.
    type: path
  control_port:
    description: The port of the control connection.
    type: int
    default: 21
  passive_ports:
    description: The passive range, V(first-last).
    type: str
    required: true
  masquerade_address:
    description: The IPv4 address that the replies to C(PASV) announce. With an empty string it is the server's own.
    type: str
    default: ""
  lan_clients:
    description:
      - Whether clients with a private address (RFC 1918, 127.0.0.0/8, 169.254.0.0/16) are told the address at which
        they have reached the server instead of O(masquerade_address). The server cannot tell clients apart otherwise.
    type: bool
    default: false
  tls:
    description:
      - Explicit TLS (C(AUTH TLS)), V(optional) or V(required), or V(implicit) TLS.
      - With V(disabled) nobody has to use it. The server cannot be kept from offering it, and does so with
        O(admin_certificate).
    type: str
    choices: [disabled, optional, required, implicit]
    default: disabled
  certificate:
    description: Path of the certificate chain in PEM form. Needed unless O(tls=disabled).
    type: path
  key:
    description: Path of its private key. Needed unless O(tls=disabled).
    type: path
  admin_certificate:
    description:
      - Path of the certificate of the administration. Without one that it can read, the server makes one and writes
        C(settings.xml) anew.
    type: path
    required: true
  admin_key:
    description: Path of its private key.
    type: path
    required: true
  users:
    description: The users, each confined to the home directory.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The user's name.
        type: str
        required: true
      password:
        description: The password in clear.
        type: str
        required: true
      password_hash:
        description: Not used; it is here so that the users of other servers fit.
        type: str
      home:
        description: The directory to which the user is confined. Defaults to C(/srv/ftp/NAME).
        type: path
      read_only:
        description: Whether the user may only list and download.
        type: bool
        default: false
  account:
    description: The account of the system, and its group, as which the server opens the users' files.
    type: str
    required: true
  max_sessions:
    description: How many sessions each user may have at once. The server knows no limit for all users together.
    type: int
    default: 50
  idle_timeout:
    description: After how many seconds without a command a client is sent away.
    type: int
    default: 300
  extra_options:
    description:
      - Further settings of C(settings.xml) by the names of its elements, laid over what the module writes.
      - A name that begins with C(@) is an attribute, C(#text) the text of an element with attributes, and a list an
        element that repeats.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Says whether anything would change, and has the server check it where O(directory) is there.
    support: full
  diff_mode:
    description: Shows the files without their hashes.
    support: full
  idempotent:
    description: Changes nothing when run again.
    support: full
"""

EXAMPLES = r"""
- name: Configure FileZilla Server
  mxlab.ftp.filezilla_server_config:
    server: /opt/filezilla-server/bin/filezilla-server
    passive_ports: 61000-61099
    masquerade_address: 203.0.113.13
    tls: required
    certificate: /etc/ssl/certs/ftp.pem
    key: /etc/ssl/private/ftp.key
    admin_certificate: /etc/ssl/certs/ftp.pem
    admin_key: /etc/ssl/private/ftp.key
    account: ftpfiles
    users:
      - name: transfer
        password: "{{ vault_transfer_password }}"
    extra_options:
      logger: {enabled_types: 31}
  notify: Reload FileZilla Server
"""

RETURN = r"""
files:
  description: The files that have changed, or would have.
  returned: success
  type: list
  elements: path
  sample: [/opt/filezilla-server/etc/settings.xml]
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.files import Folder, checked, documents

USER_SPEC: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
    "password_hash": {"type": "str", "no_log": True},
    "home": {"type": "path"},
    "read_only": {"type": "bool", "default": False},
}
CHOICES = ["disabled", "optional", "required", "implicit"]
ARGUMENT_SPEC: dict[str, Any] = {
    "directory": {"type": "path", "default": "/opt/filezilla-server/etc"},
    "server": {"type": "path"},
    "control_port": {"type": "int", "default": 21},
    "passive_ports": {"type": "str", "required": True},
    "masquerade_address": {"type": "str", "default": ""},
    "lan_clients": {"type": "bool", "default": False},
    "tls": {"type": "str", "choices": CHOICES, "default": "disabled"},
    "certificate": {"type": "path"},
    "key": {"type": "path", "no_log": False},
    "admin_certificate": {"type": "path", "required": True},
    "admin_key": {"type": "path", "required": True, "no_log": False},
    "users": {"type": "list", "elements": "dict", "default": [], "options": USER_SPEC},
    "account": {"type": "str", "required": True},
    "max_sessions": {"type": "int", "default": 50},
    "idle_timeout": {"type": "int", "default": 300},
    "extra_options": {"type": "dict", "default": {}},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        ARGUMENT_SPEC,
        required_if=[("tls", each, ("certificate", "key")) for each in CHOICES if each != "disabled"],
        supports_check_mode=True,
    )
    folder = Folder(module.params["directory"])
    try:
        wanted = documents(module.params, folder, module.check_mode)
        changed = folder.changed(wanted)
        if changed and folder.exists():
            with folder.staged(wanted) as stage:
                checked(module.run_command, module.params["server"], stage)
                if not module.check_mode:
                    folder.take(stage, changed)
        elif changed and not module.check_mode:
            raise ValueError(f"directory {folder.path} does not exist; install FileZilla Server first")
    except (OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=bool(changed),
        files=[str(folder.path / name) for name in changed],
        diff=[folder.difference(name, wanted[name]) for name in changed],
    )


if __name__ == "__main__":
    main()
