# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FTP through the twin: what ftp_probe finds from the Internet, from behind a NAT router, and from the LAN."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import CLEAR, EXPLICIT, IMPLICIT, PRIVATE
from matrix.vantage import answer

from twin.common import TwinError
from twin.inventory import MOST_ENDPOINTS
from twin.places import Place
from twin.servers import NO_TLS, PASSWORD, USER

INTERNET, HOME, LAN, HAIRPIN = "Internet", "behind NAT", "LAN", "LAN, public address"
# From where the rules of the MX decide; in the LAN the server and hairpin do.
OUTSIDE = (INTERNET, HOME)
# Nothing on the way takes its time; what is dropped costs this, in seconds.
_TIMEOUT, _PATIENT = 2.0, 6.0
_SIZE = 16384

# The options of ftp_probe by the value of ftp_tls.
_SECURITY: dict[str, dict[str, Any]] = {
    NO_TLS: {"protection": [CLEAR]},
    "optional": {"tls": EXPLICIT, "protection": [CLEAR, PRIVATE]},
    "required": {"tls": EXPLICIT, "protection": [PRIVATE]},
    "implicit": {"tls": IMPLICIT, "protection": [PRIVATE]},
}

Result = dict[str, Any]


@dataclass(frozen=True)
class Probe:
    """An endpoint from one vantage: the address that its clients there call, and the modes that they use."""

    endpoint: Endpoint
    vantage: str
    place: Place
    address: str
    modes: tuple[str, ...]
    tls: str
    timeout: float = _TIMEOUT

    @property
    def again(self) -> Probe:
        """The same with more patience."""
        return replace(self, timeout=_PATIENT)

    @property
    def options(self) -> dict[str, Any]:
        """The options of ftp_probe."""
        endpoint = self.endpoint
        return {
            "host": self.address,
            "port": endpoint.control_port,
            "user": USER,
            "password": PASSWORD,
            "modes": list(self.modes),
            **_SECURITY[self.tls],
            "timeout": self.timeout,
            "size": _SIZE,
            "public_address": endpoint.public_address,
            "lan_address": endpoint.lan_address,
        }


def probes(endpoint: Endpoint, tls: str, client: Place, home: Place, lan_client: Place | None) -> list[Probe]:
    """Return the probes of an endpoint whose server has TLS as this value of ftp_tls says.

    Behind NAT only passive modes are tried: whether active mode gets through there, the client's router decides.
    """
    passive = ("passive",) if endpoint.passive_ports else ()
    modes = (*passive, *(("active",) if endpoint.active else ()))
    found = [Probe(endpoint, INTERNET, client, endpoint.public_address, modes, tls)]
    if passive:
        found.append(Probe(endpoint, HOME, home, endpoint.public_address, passive, tls))
    if lan_client:
        found.append(Probe(endpoint, LAN, lan_client, endpoint.lan_address, modes, tls))
        found.append(Probe(endpoint, HAIRPIN, lan_client, endpoint.public_address, modes, tls))
    return found


def results(wanted: Sequence[Probe]) -> list[Result]:
    """Return what ftp_probe returns for each probe, those of one server one after another.

    Raise TwinError if the probe itself fails.
    """
    by_server: dict[str, list[Probe]] = {}
    for probe in wanted:
        by_server.setdefault(probe.endpoint.name, []).append(probe)
    found: dict[tuple[str, str], Result] = {}
    with ProcessPoolExecutor(MOST_ENDPOINTS, multiprocessing.get_context("fork")) as pool:
        for name, answers in zip(by_server, pool.map(_one_by_one, by_server.values())):
            found.update({(name, probe.vantage): each for probe, each in zip(by_server[name], answers)})
    return [found[probe.endpoint.name, probe.vantage] for probe in wanted]


def _one_by_one(wanted: Sequence[Probe]) -> list[Result]:
    found = []
    for probe in wanted:
        probe.place.enter()
        result = answer(probe.options)
        if result.get("failed"):
            raise TwinError(f"{probe.endpoint.name} from {probe.vantage}: {result['msg']}")
        found.append(result)
    return found
