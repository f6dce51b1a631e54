# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules have in common that talk to the Dashboard API; module_utils/_dashboard/api.py has the types."""

from __future__ import annotations


class ModuleDocFragment:
    """What Ansible looks for in a file of fragments."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - Key for the Dashboard API.
      - The default is the environment variable E(MERAKI_DASHBOARD_API_KEY).
    type: str
  base_url:
    description:
      - Address of the Dashboard API, with its path.
      - Outside Meraki's global cloud, use the address of your region, like V(https://api.meraki.ca/api/v1).
      - If the option is not given, the environment variable E(MERAKI_BASE_URL) counts before the default.
    type: str
    default: https://api.meraki.com/api/v1
  organization:
    description:
      - Id or name of the organization that the networks are in.
      - Not needed if the key sees exactly one organization.
    type: str
  timeout:
    description: Seconds to wait for each answer of the API.
    type: int
    default: 30
  validate_certs:
    description: Whether to check the certificate of the API.
    type: bool
    default: true
  ca_path:
    description:
      - File with the certificates of the authorities to trust.
      - Needed for an API behind a private authority, like a proxy that inspects TLS.
    type: path
attributes:
  action_group:
    description:
      - Set C(group/mxlab.ftp.dashboard) in C(module_defaults) to give O(api_key), O(base_url) and O(organization) once
        for all modules of the group.
    support: full
    membership:
      - mxlab.ftp.dashboard
"""
