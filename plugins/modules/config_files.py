#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: config_files
short_description: Write a set of configuration files, all or none
version_added: 0.2.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
description:
  - Writes the files of a service in one task. The module checks every file that differs before it replaces the first
    one. If a check fails, it changes no file.
  - Then it replaces the files one after the other, each in one step, in the order of O(files). If the disk fills up in
    between, the files after that point stay as they were.
  - Creates missing directories, owned by root, with mode V(0755).
  - Needs one connection for all files. M(ansible.builtin.copy) needs two for each file, changed or not.
options:
  files:
    description: The files to write.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Path of the file, such as V(/etc/vsftpd.conf).
        type: path
        required: true
      content:
        description: Content of the file. Set either this, O(files[].sources) or an entry in O(secrets).
        type: str
      sources:
        description:
          - Files on the same host whose contents are joined in this order, such as a key and its certificate.
          - The content counts as secret.
        type: list
        elements: path
      mode:
        description: Permissions of the file, as in O(ansible.builtin.file#module:mode).
        type: raw
        default: "0644"
      owner:
        description: Owner of the file.
        type: str
        default: root
      group:
        description: Group of the file.
        type: str
        default: root
      validate:
        description: Command that checks the file before it is replaced. C(%s) stands for the path of the new file.
        type: str
      backup:
        description: Whether to keep the old file beside the new one, with the time in its name.
        type: bool
        default: false
  secrets:
    description:
      - Contents of the O(files) that must stay secret, by their paths. They are not logged and not shown in a diff.
    type: dict
    default: {}
  purge:
    description: Directories from which to delete every file that is not in O(files). Their subdirectories stay.
    type: list
    elements: path
    default: []
attributes:
  check_mode:
    description: Reports what would change, after the same checks.
    support: full
  diff_mode:
    description: Shows the contents of the files. Of secret contents it shows only that they differ.
    support: full
  idempotent:
    description: A second run changes nothing.
    support: full
seealso:
  - module: ansible.builtin.copy
requirements:
  - Python 3.9 or newer on the host that runs the task.
"""

EXAMPLES = r"""
- name: Configure vsftpd
  mxlab.ftp.config_files:
    files:
      - path: /etc/vsftpd.conf
        content: "{{ lookup('ansible.builtin.template', 'vsftpd.conf.j2') }}"
        backup: true
      - path: /etc/systemd/system/vsftpd.service.d/local.conf
        content: |
          [Service]
          KillMode=process
  notify: Restart vsftpd

- name: Write the passwords of vsftpd, and delete the files of former users
  mxlab.ftp.config_files:
    files:
      - path: /etc/vsftpd/passwd
        mode: "0600"
      - path: /etc/vsftpd/users/transfer
        content: |
          write_enable=NO
    secrets:
      /etc/vsftpd/passwd: "{{ vault_ftp_passwd }}"
    purge: [/etc/vsftpd/users]

- name: Write a sudoers file, if visudo accepts it
  mxlab.ftp.config_files:
    files:
      - path: /etc/sudoers.d/ftp
        content: |
          %ftpadmin ALL=(root) /usr/bin/systemctl restart vsftpd
        mode: "0440"
        owner: root
        group: root
        validate: visudo -cf %s

- name: Join the key and the certificate for Pure-FTPd
  mxlab.ftp.config_files:
    files:
      - path: /etc/ssl/private/pure-ftpd.pem
        sources: [/etc/ssl/private/ftp.key, /etc/ssl/certs/ftp.pem]
        mode: "0600"
"""

RETURN = r"""
written:
  description: Files that were changed, or would be in check mode.
  returned: success
  type: list
  elements: path
  sample: [/etc/vsftpd.conf]
removed:
  description: Files that were deleted, or would be in check mode.
  returned: success
  type: list
  elements: path
  sample: [/etc/vsftpd/users/former]
"""

import os
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._python import require_python

require_python()

from ansible_collections.mxlab.ftp.plugins.module_utils._config_files import (
    File,
    difference,
    differing,
    files_of,
    make_parents,
    staged,
    strangers,
    validation,
)

FILE_SPEC: dict[str, Any] = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str"},
    "sources": {"type": "list", "elements": "path"},
    "mode": {"type": "raw", "default": "0644"},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
    "validate": {"type": "str"},
    "backup": {"type": "bool", "default": False},
}
ARGUMENT_SPEC: dict[str, Any] = {
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE_SPEC},
    # Not a field of files: Ansible logs the repr of a list, and does not find a secret of several lines in it.
    "secrets": {"type": "dict", "default": {}, "no_log": True},
    "purge": {"type": "list", "elements": "path", "default": []},
}
# atomic_move creates a new file with the mode that the umask allows, until the file gets its own mode.
PRIVATE = 0o077


def main() -> None:
    """Run the module."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    os.umask(PRIVATE)
    try:
        module.exit_json(**apply(module))
    except (OSError, ValueError) as error:
        module.fail_json(msg=str(error))


def apply(module: AnsibleModule) -> dict[str, Any]:
    """Write the files, remove what purge does not keep, and return the module's result.

    Raise OSError or ValueError if a file cannot be checked or written.
    """
    files = files_of(module.params["files"], module.params["secrets"])
    changed = differing(files)
    removed = strangers(module.params["purge"], files)
    diff = [shown(file) for file in changed] + [difference(path, b"") for path in removed]
    with staged(changed, module.tmpdir) as stage:
        for file in changed:
            check(module, file, stage[file.path])
        for file in () if module.check_mode else changed:
            put(module, file, stage[file.path])
    written = {file.path for file in changed}
    written |= {file.path for file in files if file.path not in written and set_attributes(module, file)}
    for path in () if module.check_mode else removed:
        Path(path).unlink()
    return {
        "changed": bool(written or removed),
        "written": [file.path for file in files if file.path in written],
        "removed": removed,
        "diff": diff,
    }


def shown(file: File) -> dict[str, str]:
    """Return the diff of a file, without secret content."""
    if file.secret:
        return {"prepared": f"{file.path}: the content differs; it is secret and not shown\n"}
    return difference(file.path, file.content)


def check(module: AnsibleModule, file: File, staged_path: str) -> None:
    """Check a staged file with its command; raise ValueError, with the command's output, if that fails."""
    command = file.options["validate"]
    if not command:
        return
    try:
        code, output, error = module.run_command(validation(command, staged_path), handle_exceptions=False)
    except OSError as reason:
        raise ValueError(f"{file.path} cannot be checked, no file was changed; correct validate: {reason}") from reason
    if code != 0:
        raise ValueError(f"{file.path} is not valid, and no file was changed: {(error or output).strip()}")


def put(module: AnsibleModule, file: File, staged_path: str) -> None:
    """Move a staged file to its path, and set its owner and mode."""
    make_parents(file.path)
    if file.options["backup"]:
        module.backup_local(file.path)
    module.atomic_move(staged_path, file.path)
    set_attributes(module, file)


def set_attributes(module: AnsibleModule, file: File) -> bool:
    """Set owner, group and mode of an existing file, except in check mode; return whether they differed."""
    arguments = module.load_file_common_arguments({**file.options, "attributes": None}, path=file.path)
    return bool(module.set_fs_attributes_if_different(arguments, False))


if __name__ == "__main__":
    main()
