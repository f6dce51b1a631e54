#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: config_files
short_description: Writes a set of configuration files, all or none
version_added: 0.2.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
description:
  - Writes the files of a service in one step. Every file that differs is checked before the first one is replaced, so a
    set that is not good leaves the old one as a whole. Each is then put in its place at once, in their order; a disk
    that is full can still end that between two of them.
  - Directories that are missing are made, for root, with mode V(0755).
  - One step for the whole set also takes one connection, where M(ansible.builtin.copy) takes two for each file, changed
    or not.
options:
  files:
    description: The files.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Where the file is.
        type: path
        required: true
      content:
        description: What it shall hold. One of this, O(files[].sources) and an entry in O(secrets) is required.
        type: str
      sources:
        description:
          - Files on the same host whose contents it shall hold, one after the other, such as a key and its certificate.
          - Treated as secret.
        type: list
        elements: path
      mode:
        description: Its permissions, as of O(ansible.builtin.file#module:mode).
        type: raw
        default: "0644"
      owner:
        description: Who owns it.
        type: str
        default: root
      group:
        description: Its group.
        type: str
        default: root
      validate:
        description: The command that checks the file before it is put in its place, with C(%s) for it.
        type: str
      backup:
        description: Whether to keep what was there, beside it and with the time in its name.
        type: bool
        default: false
  secrets:
    description:
      - What those of the O(files) shall hold of which nobody may see the content, by their paths.
      - It is neither logged nor shown as a difference.
    type: dict
    default: {}
  purge:
    description: Directories in which nothing may stay but directories and the O(files).
    type: list
    elements: path
    default: []
attributes:
  check_mode:
    description: Says what would change, after the same checks.
    support: full
  diff_mode:
    description: Shows the contents of the files, but of what is secret only that it differs.
    support: full
  idempotent:
    description: Changes nothing when run again.
    support: full
seealso:
  - module: ansible.builtin.copy
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

- name: Write the users of vsftpd
  mxlab.ftp.config_files:
    files:
      - path: /etc/vsftpd/passwd
        mode: "0600"
    secrets:
      /etc/vsftpd/passwd: "{{ vault_ftp_passwd }}"
"""

RETURN = r"""
written:
  description: The files that have changed, or would have.
  returned: success
  type: list
  elements: path
  sample: [/etc/vsftpd.conf]
removed:
  description: The files that are gone, or would be.
  returned: success
  type: list
  elements: path
  sample: [/etc/vsftpd/users/former]
"""

import os
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
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
        return {"prepared": f"{file.path}: its content is secret, and differs\n"}
    return difference(file.path, file.content)


def check(module: AnsibleModule, file: File, staged_path: str) -> None:
    """Check a staged file with its command; raise ValueError, with the command's output, if that fails."""
    command = file.options["validate"]
    if not command:
        return
    try:
        code, output, error = module.run_command(validation(command, staged_path), handle_exceptions=False)
    except OSError as reason:
        raise ValueError(f"{file.path} cannot be checked, and nothing was changed: validate: {reason}") from reason
    if code != 0:
        raise ValueError(f"{file.path} would not be valid, and nothing was changed: {(error or output).strip()}")


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
