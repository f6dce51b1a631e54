# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""References to the documentation of Ansible itself, which is another site."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

_ANSIBLE = "https://docs.ansible.com/ansible/latest"
_PLUGIN = re.compile(r"ansible_collections\.([a-z_]+)\.([a-z_]+)\.([a-z0-9_]+?)(?:__(parameter-[a-z_]+))?")
_PAGES = {
    "common_return_values": "reference_appendices/common_return_values.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
}


def resolve(_app: Any, _environment: Any, reference: Any, content: Any) -> nodes.reference | None:
    """Return a link for a label that this site does not have; None if it is no label of Ansible's site."""
    address = page(reference["reftarget"]) if reference.get("reftype") == "ref" else None
    return nodes.reference("", "", content, refuri=f"{_ANSIBLE}/{address}", internal=False) if address else None


def page(label: str) -> str | None:
    """Return the page of Ansible's site that a label stands for; None if it has none, or one of this collection."""
    found = _PLUGIN.fullmatch(label)
    if found and found[1] != "mxlab":
        return f"collections/{found[1]}/{found[2]}/{found[3]}.html" + (f"#{found[4]}" if found[4] else "")
    return _PAGES.get(label)
