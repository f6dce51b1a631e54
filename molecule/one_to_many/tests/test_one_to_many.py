# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both modes through 1:Many NAT, as clients that we did not write and a capture see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from testinfra.host import Host

pytestmark = pytest.mark.parametrize("public", ["203.0.113.14", "203.0.113.15"])


@pytest.mark.parametrize("options", ["--disable-epsv --no-ftp-skip-pasv-ip", "--epsv"], ids=["PASV", "EPSV"])
def test_passive_mode_works(client: Host, login: str, public: str, options: str) -> None:
    client.check_output("head -c 100000 /dev/urandom > /tmp/sent")
    curl = f"curl -sS --fail --max-time 20 --user {login} {options}"
    client.check_output(f"{curl} --upload-file /tmp/sent ftp://{public}/sent")
    client.check_output(f"{curl} --output /tmp/back ftp://{public}/sent")
    client.check_output("cmp /tmp/sent /tmp/back")


def test_active_data_comes_from_the_address_of_the_mx(
    client: Host, first_towards_client: Callable[[], Callable[[], str]], login: str, public: str
) -> None:
    first_packet = first_towards_client()
    # Whether the client takes it is its own affair, and many do not: only the packet counts here.
    client.run(f"curl -sS --max-time 10 --user {login} --disable-eprt -P - ftp://{public}/")
    assert " 203.0.113.2.20 > 203.0.113.100." in first_packet()
