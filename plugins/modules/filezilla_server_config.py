#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: filezilla_server_config
short_description: Write the configuration of FileZilla Server
version_added: 0.2.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
description:
  - Writes C(settings.xml), C(users.xml), C(groups.xml), C(allowed_ips.xml) and C(disallowed_ips.xml) of FileZilla
    Server 1.9 or newer on Linux. The server reads them after C(SIGHUP). The module does not send that signal, the role
    P(mxlab.ftp.filezilla_server#role) does.
  - Refuses settings that the server would ignore, drop or replace without an error, such as an invalid range, a range
    that contains a listening port, a text in place of a number, or a key that does not exist.
  - With O(server), the server checks all files together before the first one is replaced.
  - Hashes passwords as the server does, PBKDF2-HMAC-SHA256 with 100000 iterations. An existing hash is kept if it
    belongs to the same password, so a second run changes nothing. A hash with fewer iterations is replaced. One with
    more is kept, and a new password gets as many.
  - The administration listens on the loopback address 127.0.0.1 only, with a random password that is not stored.
    Without a password, every local user could administer the server.
options:
  directory:
    description: The server's configuration directory. It and all directories above it must belong to root.
    type: path
    default: /opt/filezilla-server/etc
  server:
    description:
      - The server's program. It checks the files with C(--config-version-check error).
      - Without this option the files are not checked by the server.
    type: path
  control_port:
    description: Control port.
    type: int
    default: 21
  passive_ports:
    description: Passive range, such as V(61000-61099).
    type: str
    required: true
  masquerade_address:
    description: IPv4 address that C(PASV) replies announce. If empty, the server announces its own address.
    type: str
    default: ""
  lan_clients:
    description:
      - Whether clients with a private address (RFC 1918, 127.0.0.0/8, 169.254.0.0/16) are told the address that they
        connected to instead of O(masquerade_address). The server has no other way to distinguish clients.
    type: bool
    default: false
  tls:
    description:
      - V(optional) and V(required) use explicit TLS (C(AUTH TLS)), V(implicit) uses TLS from the first byte.
      - With V(disabled), TLS is not required. The server still offers it, with O(admin_certificate), because its TLS
        cannot be switched off.
    type: str
    choices: [disabled, optional, required, implicit]
    default: disabled
  certificate:
    description: Path of the certificate chain in PEM format. Required unless O(tls=disabled).
    type: path
  key:
    description: Path of the private key of O(certificate). Required unless O(tls=disabled).
    type: path
  admin_certificate:
    description:
      - Path of the certificate of the administration. If the server cannot read it, it creates one of its own and
        overwrites C(settings.xml).
    type: path
    required: true
  admin_key:
    description: Path of the private key of O(admin_certificate).
    type: path
    required: true
  users:
    description:
      - The users. Each is confined to the home directory.
      - Symbolic links in it that lead elsewhere are followed. Clients cannot create such links.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the user.
        type: str
        required: true
      password:
        description: Password in clear text.
        type: str
        required: true
      password_hash:
        description: Ignored. The option exists so that one list of users fits all server roles.
        type: str
      home:
        description: Home directory. Defaults to C(/srv/ftp/NAME).
        type: path
      read_only:
        description: Whether the user may only list and download.
        type: bool
        default: false
  account:
    description: System account, and its group, with which the server opens the users' files.
    type: str
    required: true
  max_sessions:
    description:
      - How many sessions all users together may have at a time, from V(0), which is no limit, to V(65535).
      - All users are in one group, whose members share its limit.
    type: int
    default: 50
  idle_timeout:
    description: Seconds without a command after which the server disconnects a client.
    type: int
    default: 300
  extra_options:
    description:
      - Further settings of C(settings.xml), by the names of its elements. They override what the module writes.
      - A name that begins with C(@) is an attribute. C(#text) is the text of an element with attributes. A list is an
        element that repeats.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Reports whether anything would change. If O(directory) exists, the server checks the files as well.
    support: full
  diff_mode:
    description: Shows the files without their password hashes.
    support: full
  idempotent:
    description: A second run changes nothing.
    support: full
requirements:
  - Python 3.9 or newer on the host that runs the task.
"""

EXAMPLES = r"""
- name: Configure FileZilla Server for the Internet, and check the configuration with the server
  mxlab.ftp.filezilla_server_config:
    server: /opt/filezilla-server/bin/filezilla-server
    passive_ports: 61000-61099
    masquerade_address: 203.0.113.13
    lan_clients: true
    tls: required
    certificate: /etc/ssl/certs/ftp.pem
    key: /etc/ssl/private/ftp.key
    admin_certificate: /etc/ssl/certs/ftp.pem
    admin_key: /etc/ssl/private/ftp.key
    account: ftpfiles
    users:
      - name: transfer
        password: "{{ vault_transfer_password }}"
      - name: reader
        password: "{{ vault_reader_password }}"
        home: /srv/ftp/transfer
        read_only: true
    extra_options:
      logger: {enabled_types: 31}
  notify: Reload FileZilla Server

- name: Configure a server in the LAN with another control port, without TLS
  mxlab.ftp.filezilla_server_config:
    directory: /etc/filezilla-server
    control_port: 2121
    passive_ports: 61000-61019
    admin_certificate: /etc/ssl/certs/admin.pem
    admin_key: /etc/ssl/private/admin.key
    account: ftpfiles
    max_sessions: 5
    idle_timeout: 600
  notify: Reload FileZilla Server
"""

RETURN = r"""
files:
  description: Files that were changed, or would be in check mode.
  returned: success
  type: list
  elements: path
  sample: [/opt/filezilla-server/etc/settings.xml]
listening:
  description:
    - The addresses and ports at which the configured server listens for clients, as C(ss) writes them.
    - If the server does not listen at one of them yet, restart it. A reload is not enough for a listener.
  returned: success
  type: list
  elements: str
  sample: ["0.0.0.0:21"]
reload_is_logged:
  description:
    - Whether the server says on its standard error, and so in the journal, that it has reloaded its configuration.
    - It does not if O(extra_options) name a log file, or leave the status messages (1) out of C(enabled_types).
  returned: success
  type: bool
  sample: true
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._python import require_python

require_python()

from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.files import Folder, checked, configuration

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
        wanted = configuration(module.params, folder, module.check_mode)
        changed = folder.changed(wanted.files)
        if changed and folder.exists():
            with folder.staged(wanted.files) as stage:
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
        listening=wanted.listening,
        reload_is_logged=wanted.reload_is_logged,
        diff=[folder.difference(name, wanted.files[name]) for name in changed],
    )


if __name__ == "__main__":
    main()
