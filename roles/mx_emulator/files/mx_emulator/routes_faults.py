# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault controls /emulator/faults: outside of the API, without a key, from loopback only."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from .api_model import parse
from .config import Config
from .faults import Fault
from .lists import KINDS
from .web import Body, Here, Json


async def _from_loopback(request: Request) -> None:
    if request.client is None or not ip_address(request.client.host).is_loopback:
        raise HTTPException(403, "Faults can be controlled from the loopback interface only")


router = APIRouter(prefix="/emulator/faults", dependencies=[Depends(_from_loopback)])


@router.get("")
async def pending(here: Here) -> list[Json]:
    """Return what is still to happen."""
    return here.faults.pending()


@router.post("", status_code=201)
async def add(body: Body, here: Here) -> Json:
    """Add a fault."""
    fault = parse(Fault, body)
    _check(fault, here.config)
    here.faults.add(fault)
    return fault.json_object()


@router.delete("", status_code=204)
async def clear(here: Here) -> Response:
    """Forget all faults."""
    here.faults.clear()
    return Response(status_code=204)


def _check(fault: Fault, config: Config) -> None:
    if fault.edit and fault.edit.network_id not in config.networks:
        raise HTTPException(400, f"edit.networkId: '{fault.edit.network_id}' is not a network")
    if fault.edit and fault.edit.rule_list not in [kind.name for kind in KINDS]:
        raise HTTPException(400, f"edit.ruleList: '{fault.edit.rule_list}' is not a rule list")
