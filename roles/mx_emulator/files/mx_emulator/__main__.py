# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the emulator: python3 -m mx_emulator CONFIG STATE.  Needs CAP_NET_ADMIN, for nftables and addresses."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import applier, config
from .api_model import Refused
from .app import create_app
from .emulator import Emulator
from .server import server
from .state import Site, Store
from .wiring import DataPlaneError


def main(config_file: str, state_file: str) -> None:
    """Put the stored rules in force, then answer requests until a signal ends it."""
    settings = config.load(Path(config_file))
    networks = [network for network in settings.networks.values() if network.data_plane]
    if networks:
        applier.route(networks)
    emulator = Emulator(settings, Store(Path(state_file)), applier.apply if networks else _nothing, time.monotonic)
    server(create_app(emulator), settings.listen_address, settings.listen_port).run()


def _nothing(_sites: Sequence[Site]) -> None:
    """Without a data plane neither nft nor root is needed, and the host is not closed."""


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Refused, DataPlaneError, ValueError, OSError) as error:
        sys.exit(f"mx_emulator: {error}")
