# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules have in common that talk to the Dashboard API; module_utils/_dashboard/api.py has the types."""

from __future__ import annotations


class ModuleDocFragment:
    """What Ansible looks for in a file of fragments."""

    DOCUMENTATION = r"""
notes:
  - The aliases of the options are their names in the collection C(cisco.meraki). Use one name of an option only. If a
    task and C(module_defaults) use two names, Ansible warns, and the alias counts.
options:
  api_key:
    description:
      - Key for the Dashboard API, or an OAuth access token.
      - Blanks and line breaks around the key are ignored. A key with any other character than ASCII letters, digits and
        signs is refused.
      - A token needs the scopes C(sdwan:config:read) and, to write rules, C(sdwan:config:write). The vendor lists no
        scope for the inbound firewall and for NAT exceptions.
      - The default is the environment variable E(MERAKI_DASHBOARD_API_KEY).
    type: str
    aliases: [meraki_api_key, auth_key]
  base_url:
    description:
      - Address of the Dashboard API, with its path.
      - Outside Meraki's global cloud, use the address of your region. The hosts are V(api.meraki.com), V(api.meraki.ca)
        for Canada, V(api.meraki.cn) for China, V(api.meraki.in) for India and V(api.gov-meraki.com) for the United
        States government.
      - An address with a name or password, a query or a fragment is refused. Redirects are not followed.
      - If the option is not given, the environment variable E(MERAKI_BASE_URL) counts before the default.
    type: str
    default: https://api.meraki.com/api/v1
    aliases: [meraki_base_url]
  organization:
    description:
      - Id or name of the organization that the networks are in.
      - Not needed if the key sees exactly one organization.
    type: str
    aliases: [organizationId, org_id, org_name]
  timeout:
    description:
      - Seconds for each request, from the connection to the last byte of the answer, V(1) to V(3600). The look-up of
        the host name is not included.
      - A request that only reads is sent up to four times if no answer comes or if the API fails. A write is sent once.
      - After the status 429, a request is sent up to ten times, as C(Retry-After) asks. It ends after five minutes, and
        at once if it has to wait longer than that. If the API answers only with 429 for five minutes, all requests end.
      - Each 429 also halves the rate of the requests. The rate then rises again slowly. So several runs at the same
        time share the 10 requests a second of an organization.
      - An answer may have up to 8 MiB, also after decompression, and 50 levels of nesting. A listing may have 100 pages
        and 64 MiB.
    type: int
    default: 30
    aliases: [meraki_single_request_timeout]
  validate_certs:
    description: Whether to check the certificate of the API. V(false) is for labs only.
    type: bool
    default: true
  ca_path:
    description:
      - File with the certificates of the authorities to trust, such as V(/etc/ssl/certs/proxy.pem).
      - Needed for an API behind a private authority, like a proxy that inspects TLS.
    type: path
    aliases: [meraki_certificate_path]
attributes:
  action_group:
    description:
      - Set C(group/mxlab.ftp.dashboard) in C(module_defaults) to give O(api_key), O(base_url) and O(organization) once
        for all modules of the group.
    support: full
    membership:
      - mxlab.ftp.dashboard
"""
