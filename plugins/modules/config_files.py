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
    set that is not good leaves the old one as a whole. Each is then put in its place at once.
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
        description: What it shall hold. Say C(no_log) of the task where that is secret.
        type: str
        required: true
      mode:
        description: Its permissions, as of M(ansible.builtin.file#module:mode).
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
  purge:
    description: Directories in which no file may stay but those of O(files).
    type: list
    elements: path
    default: []
attributes:
  check_mode:
    description: Says what would change, after the same checks.
    support: full
  diff_mode:
    description: Shows the contents of the files.
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

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._config_files import (
    File,
    difference,
    differing,
    make_parents,
    staged,
    strangers,
    validation,
)

FILE_SPEC: dict[str, Any] = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str", "required": True},
    "mode": {"type": "raw", "default": "0644"},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
    "validate": {"type": "str"},
    "backup": {"type": "bool", "default": False},
}
ARGUMENT_SPEC: dict[str, Any] = {
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE_SPEC},
    "purge": {"type": "list", "elements": "path", "default": []},
}


def main() -> None:
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    files = module.params["files"]
    changed = differing(files)
    removed = strangers(module.params["purge"], [file["path"] for file in files])
    diff = [difference(file["path"], file["content"]) for file in changed] + [difference(path, "") for path in removed]
    try:
        with staged(changed, module.tmpdir) as stage:
            for file in changed:
                check(module, file, stage[file["path"]])
            if not module.check_mode:
                for file in changed:
                    put(module, file, stage[file["path"]])
                for path in removed:
                    module.cleanup(path)
    except (OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    written = {file["path"] for file in changed}
    written |= {file["path"] for file in files if has_other_attributes(module, file)}
    module.exit_json(
        changed=bool(written or removed),
        written=[file["path"] for file in files if file["path"] in written],
        removed=removed,
        diff=diff,
    )


def check(module: AnsibleModule, file: File, staged_path: str) -> None:
    """Have a staged file checked by its command; ValueError has what that said."""
    if file["validate"]:
        code, output, error = module.run_command(validation(file["validate"], staged_path))
        if code != 0:
            raise ValueError(f"{file['path']} would not be valid, and nothing was changed: {(error or output).strip()}")


def put(module: AnsibleModule, file: File, staged_path: str) -> None:
    """Put a staged file in its place."""
    make_parents(file["path"])
    if file["backup"]:
        module.backup_local(file["path"])
    module.atomic_move(staged_path, file["path"])


def has_other_attributes(module: AnsibleModule, file: File) -> bool:
    """Whether owner, group or mode were not as they shall be; they are then, but in check mode."""
    arguments = module.load_file_common_arguments({**file, "attributes": None}, path=file["path"])
    return bool(module.set_fs_attributes_if_different(arguments, False))


if __name__ == "__main__":
    main()
