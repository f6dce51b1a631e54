# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the emulator: python3 -m mx_emulator CONFIG STATE.  Needs CAP_NET_ADMIN, for nftables and addresses."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import uvicorn  # type: ignore[import-not-found,unused-ignore]  # only the MX needs to have it

from . import applier, config
from .app import create_app
from .constraints import Refused
from .dataplane import DataPlaneError
from .emulator import Emulator
from .state import Store


def main(config_file: str, state_file: str) -> None:
    """Put the stored rules in force, then answer requests until a signal ends it."""
    settings = config.load(Path(config_file))
    emulator = Emulator(settings, Store(Path(state_file)), applier.apply, time.monotonic)
    uvicorn.run(create_app(emulator), host=settings.listen_address, port=settings.listen_port)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Refused, DataPlaneError, ValueError, OSError) as error:
        sys.exit(f"mx_emulator: {error}")
