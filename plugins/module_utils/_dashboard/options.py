# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that talk to the Dashboard API; doc_fragments/dashboard.py has their descriptions.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.basic import env_fallback
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import presentable

# The aliases are the names in cisco.meraki, of its modules of today and of its older modules meraki_*. Only names that
# mean the same are here: its meraki_simulate, for one, must not be accepted without a simulation.
DASHBOARD_SPEC: dict[str, Any] = {
    "api_key": {
        "type": "str",
        "no_log": True,
        "fallback": (env_fallback, ["MERAKI_DASHBOARD_API_KEY"]),
        "aliases": ["meraki_api_key", "auth_key"],
    },
    "base_url": {
        "type": "str",
        "default": "https://api.meraki.com/api/v1",
        "fallback": (env_fallback, ["MERAKI_BASE_URL"]),
        "aliases": ["meraki_base_url"],
    },
    "organization": {"type": "str", "aliases": ["organizationId", "org_id", "org_name"]},
    "timeout": {"type": "int", "default": 30, "aliases": ["meraki_single_request_timeout"]},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "aliases": ["meraki_certificate_path"]},
}
NETWORK_SPEC: dict[str, Any] = {"type": "str", "aliases": ["networkId", "net_id", "net_name"]}

_LONGEST_TIMEOUT = 3600
_KEY_SOURCES = "api_key or the environment variable MERAKI_DASHBOARD_API_KEY"


def check(params: dict[str, Any], secrets: set[str]) -> None:
    """Check the options of DASHBOARD_SPEC, and take blanks and line breaks off both ends of key and base_url.

    Adds what must not be shown to `secrets`, which are AnsibleModule's no_log_values. Raises ValueError.
    """
    params["api_key"] = (params["api_key"] or "").strip()
    params["base_url"] = params["base_url"].strip()
    secrets.update(text for text in (params["api_key"], _credentials(params["base_url"])) if text)
    _check_key(params["api_key"])
    _check_base_url(params["base_url"])
    if not 1 <= params["timeout"] <= _LONGEST_TIMEOUT:
        raise ValueError(f"timeout: {params['timeout']} is out of range; write 1 to {_LONGEST_TIMEOUT} seconds")


def _check_key(key: str) -> None:
    wrong = re.search(r"[^!-~]", key)
    if wrong:
        raise ValueError(
            f"api_key: character {wrong.start() + 1} of {len(key)} is a blank, a control character or not ASCII. A key"
            f" has letters, digits and signs only. Check {_KEY_SOURCES}"
        )


def _credentials(base_url: str) -> str:
    """Return what stands before the last @ of an address, without the scheme; "" if there is none."""
    return re.sub(r"^[a-z]*:?//", "", base_url, flags=re.IGNORECASE).rpartition("@")[0]


def _check_base_url(base_url: str) -> None:
    if "@" in base_url:
        raise ValueError(
            "base_url: has a name or password before an @. The API takes only the key: write the address alone, like"
            " https://api.meraki.com/api/v1"
        )
    if not re.fullmatch(r"https?://[!-~]+", base_url) or not _has_host(base_url):
        raise ValueError(
            f"base_url: {presentable(base_url)!r} is not a web address; write it like https://api.meraki.com/api/v1"
        )


def _has_host(base_url: str) -> bool:
    try:
        parts = urlsplit(base_url)
        return bool(parts.hostname) and parts.port != 0 and not parts.query and not parts.fragment
    except ValueError:
        return False
