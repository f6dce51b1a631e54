# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that talk to the Dashboard API; module_utils/_dashboard/api.py has their types."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - Key for the Dashboard API.
      - Taken from the environment variable E(MERAKI_DASHBOARD_API_KEY) if it is not given.
    type: str
  base_url:
    description: Address of the Dashboard API.
    type: str
    default: https://api.meraki.com/api/v1
  timeout:
    description: Seconds to wait for each answer of the API.
    type: int
    default: 30
  validate_certs:
    description: Whether to check the certificate of the API.
    type: bool
    default: true
  ca_path:
    description: File with the certificates of the authorities to trust, for an API behind a private one.
    type: path
"""
