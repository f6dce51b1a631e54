# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ports that clients need, in the words of remedies."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS, sizing
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES

# Findings of a range that is too small for its clients -> the servers that their remedies name.
TOO_SMALL = {
    "vsftpd-no-port-to-bind": ["vsftpd"],
    "range-exhaustion-ends-session": ["vsftpd"],
    "range-leaks": ["ProFTPD", "pyftpdlib"],
    "passive-ports-exhausted": list(SERVERS),
    "too-many-clients": ["Pure-FTPd"],
}


@pytest.mark.parametrize(("server", "begin"), [("vsftpd", "4 ports for each client"), ("ProFTPD", "1 port for each")])
def test_the_number_comes_with_its_reason(server: str, begin: str) -> None:
    (text,) = sizing(server).values()
    assert text.startswith(begin) and SERVERS[server].why in text


def test_without_a_name_all_servers_are_told() -> None:
    assert list(sizing()) == list(SERVERS)


@pytest.mark.parametrize(("finding", "servers"), TOO_SMALL.items())
def test_remedies_give_the_number_of_the_table(finding: str, servers: list[str]) -> None:
    (cause,) = [cause for cause in CAUSES if cause.id == finding]
    told = [server for server in SERVERS if sizing(server)[server] in " ".join([cause.remedy, *cause.vendors.values()])]
    same = [server for server in SERVERS if sizing(server)[server] in {sizing(named)[named] for named in servers}]
    assert told == same


def test_no_other_remedy_speaks_of_ports_for_each_client() -> None:
    speaking = {cause.id for cause in CAUSES if "for each client" in " ".join([cause.remedy, *cause.vendors.values()])}
    assert speaking == set(TOO_SMALL)
