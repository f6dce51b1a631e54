# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option lists of the modules that judge rule lists; module_utils/_rule_lists.py has the lists."""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED


class ModuleDocFragment:
    """What Ansible looks for in a file of fragments."""

    # Annotated: ansible-test's yamllint reads every plain assignment as literal text, and this is made from JUDGED.
    DOCUMENTATION: str = rf"""
options:
  lists:
    description:
      - The rule lists of one MX by name, each with the rules as the Dashboard API returns them.
      - The names are {", ".join(f"V({name})" for name in JUDGED)}.
      - A list may also be the API's whole answer, a dictionary with C(rules).
      - A list that is left out or null is unknown. Flows that it may decide are V(undetermined), and RV(flows[].reason)
        says which list they need. Give a list without rules as C([]).
    type: dict
"""
