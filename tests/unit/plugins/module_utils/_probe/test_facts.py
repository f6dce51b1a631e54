# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the probe learns about a server, and with how many connections."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Target
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.facts import server_of
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.survey import Request, survey

Start = Callable[..., Any]


def lines(*texts: str) -> list[seen.Line]:
    return [seen.Line(0.0, "client" if text.isupper() else "server", text) for text in texts]


def probe(server: Any, *modes: str) -> seen.Evidence:
    target = Target("127.0.0.1", server.port, "probe", "correct-horse", timeout=20.0, tls=seen.EXPLICIT)
    return survey(target, Request(modes, seen.PROTECTIONS))


def test_the_facts_are_what_follows_each_command() -> None:
    dialogue = lines("220-hello", "220 ready", "USER X", "230 in", "FEAT", "211-it has", "211 end", "SYST", "215 vms")
    assert server_of(dialogue) == seen.Server(("220-hello", "220 ready"), ("211-it has", "211 end"), ("215 vms",))
    assert server_of(lines("220 ready", "QUIT", "221 bye")) == seen.Server(("220 ready",))


def test_a_cell_that_passes_asks_for_the_facts_once(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    server = ftp_server(tls=server_tls)
    found = probe(server, *seen.MODES)
    asking = [cell for cell in found.cells if "FEAT" in [line.text for line in cell.transcript]]
    assert [(cell.protection, cell.passed) for cell in asking] == [(seen.PRIVATE, True)]
    assert found.server == seen.Server(("220 ready",), ("502 what",), ("502 what",))
    # Nothing but the cells has logged in.
    assert [server.verbs.count(verb) for verb in ("FEAT", "SYST", "PASS")] == [1, 1, 15]


def test_what_the_cells_have_shown_of_tls_costs_no_connection(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    server = ftp_server(tls=server_tls)
    found = probe(server, "PASV")
    assert found.tls and found.tls.certificate
    assert dict(found.tls.versions)["TLSv1.3"] == seen.OK
    # Two cells, the trust in the certificate, TLS 1.2, and those of the old versions that this host supports.
    unsupported = [outcome for _version, outcome in found.tls.versions].count(seen.UNSUPPORTED)
    assert server.verbs.count("AUTH") in range(4, 7 - unsupported + 1)


@pytest.mark.parametrize("fault", [b"550 no\r\n", b"<hang up>"])
def test_the_facts_do_not_need_a_cell_that_passes(ftp_server: Start, server_tls: ssl.SSLContext, fault: bytes) -> None:
    server = ftp_server(tls=server_tls, faults={"STOR": fault})
    found = probe(server, "PASV")
    assert [cell.passed for cell in found.cells] == [False, False, False]
    assert found.server.features == ("502 what",)
    assert server.verbs.count("FEAT") == 1


def test_a_server_that_hangs_up_at_feat_has_passed_cells(ftp_server: Start, server_tls: ssl.SSLContext) -> None:
    found = probe(ftp_server(tls=server_tls, faults={"FEAT": b"<hang up>"}), "PASV")
    assert [cell.passed for cell in found.cells] == [True, True, True]
    assert found.server == seen.Server(("220 ready",))
