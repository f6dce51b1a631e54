# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's API in this process, as a `send` of the modules' dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY
from fastapi.testclient import TestClient
from mx_emulator import emulator
from mx_emulator.app import create_app
from mx_emulator.config import Config
from mx_emulator.state import Store

Json = dict[str, Any]


class EmulatedMx(TestClient):
    """The emulator's API with a network, and one that is bound to a template, as a `send` too."""

    def __init__(self, state_file: Path) -> None:
        hq = {
            "id": "N_100001",
            "name": "Lab HQ",
            "serial": "Q2LB-0000-0001",
            "lan_subnets": ["192.168.128.0/24"],
            "uplinks": [{"address": "203.0.113.2/24"}, {"address": "198.51.100.2/24", "public_ip": "192.0.2.9"}],
        }
        bound = {**hq, "id": "N_2", "name": "Bound", "serial": "Q2LB-0000-0002", "is_bound_to_config_template": True}
        organization = {"id": "100001", "name": "Lab", "networks": [bound, hq]}
        config = Config.model_validate({"api_keys": [KEY], "organizations": [organization]})
        # A minute from one request to the next: its rate limit is not what is tested.
        minutes = count(step=60.0)
        app = create_app(emulator.Emulator(config, Store(state_file), lambda _sites: None, lambda: next(minutes)))
        super().__init__(app, base_url=BASE, headers={"Authorization": f"Bearer {KEY}"})

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        answer = self.request(method, url, headers=dict(headers), content=body)
        return Response(answer.status_code, dict(answer.headers), answer.content)

    def write(self, method: str, resource: str, body: Json) -> None:
        assert self.request(method, f"/networks/N_100001/appliance/{resource}", json=body).is_success
