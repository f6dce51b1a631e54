# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold for any replies of a server, and for any evidence."""

from __future__ import annotations

import json
import re
import socket
from typing import Any
from unittest.mock import patch

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import FAILED, LAYERS, UNDETERMINED
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import dialog
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    Cell,
    Edge,
    Evidence,
    Line,
    Server,
    Session,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.reply import passive_address, read_reply
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Clock, Halt
from hypothesis import given
from hypothesis import strategies as st

STAGES = (
    seen.CONTROL, seen.GREETING, seen.TLS, seen.LOGIN, seen.PROTECTION, seen.DIRECTORY, seen.TYPE, seen.ANNOUNCE,
    seen.DATA, seen.DATA_TLS, seen.UPLOAD, seen.DOWNLOAD, seen.REPLY, seen.COMPARE, seen.DELETE,
)  # fmt: skip
OUTCOMES = (
    seen.OK, seen.REFUSED, seen.TIMEOUT, seen.UNREACHABLE, seen.NO_NEIGHBOUR, seen.NO_ROUTE, seen.CLOSED, seen.GARBLED,
    seen.REJECTED, seen.FOREIGN, seen.DIFFERS, seen.NO_TLS, seen.UNTRUSTED, seen.IGNORED, seen.OVERLONG,
    seen.PRIVILEGED,
)  # fmt: skip
COMMANDS = (
    "AUTH TLS",
    "USER probe",
    "PASS ********",
    "PROT P",
    "TYPE I",
    "PASV",
    "EPSV",
    "PORT 1,2,3,4,5,6",
    "STOR f",
    "RETR f",
    "DELE f",
)
WORDS = (
    "Unable to build data connection: Operation not permitted", "Unable to build data connection: Permission denied",
    "TLS session of data connection not resumed.", "Security: Bad IP connecting.", "Permission denied.", "Timeout.",
    "OOPS: vsf_sysutil_bind", "Home directory not available - aborting", "Entering Passive Mode (192,0,2,1,4,5)",
    "Go (|||61005|)", "No space left on device", "There are too many connected users", "",
)  # fmt: skip

codes = st.one_of(
    st.sampled_from((150, 200, 220, 226, 227, 229, 230, 331, 421, 425, 426, 450, 500, 522, 550)), st.integers(100, 699)
)
replies = st.builds("{} {}".format, codes, st.one_of(st.sampled_from(WORDS), st.text(max_size=30)))
addresses = st.sampled_from(("203.0.113.13", "192.168.128.13", "0.0.0.0", "100.64.0.1", "2001:db8::1", ""))
ports = st.sampled_from((0, 22, 1023, 1024, 61000, 61042, 65535))
lines = st.one_of(
    st.builds(Line, st.just(0.0), st.just("client"), st.sampled_from(COMMANDS)),
    st.builds(Line, st.just(0.0), st.sampled_from(("server", seen.DROPPED)), st.one_of(replies, st.text(max_size=20))),
)
sessions = st.lists(
    st.builds(Session, st.sampled_from(("STOR", "RETR")), st.booleans(), st.booleans(), codes), max_size=3
).map(tuple)
cells = st.builds(
    Cell,
    mode=st.sampled_from(seen.MODES),
    stage=st.sampled_from(STAGES),
    outcome=st.sampled_from(OUTCOMES),
    code=codes,
    reply=replies,
    control_address=addresses,
    control_port=st.sampled_from((21, 990, 2121)),
    data_address=addresses,
    data_port=ports,
    data_peer=st.sampled_from(("", "198.51.100.2:20")),
    transcript=st.lists(lines, max_size=8).map(tuple),
    protection=st.sampled_from(seen.PROTECTIONS),
    tls_version=st.sampled_from(("", "TLSv1.2", "TLSv1.3")),
    data_tls_version=st.sampled_from(("", "TLSv1.2", "TLSv1.3")),
    sessions=sessions,
    tls_error=st.sampled_from(("", "WRONG_VERSION_NUMBER")),
    variant=st.sampled_from(("", *seen.VARIANTS, *seen.LONG_TRANSFERS, seen.SMALL_PACKETS)),
)
greetings = st.sampled_from([server.names[0].seen for server in SERVERS.values()] + ["220 ready"])
evidences = st.builds(
    Evidence,
    cells=st.lists(cells, max_size=6).map(tuple),
    edges=st.lists(st.builds(Edge, ports, st.sampled_from(OUTCOMES)), max_size=2).map(tuple),
    lan_address=addresses,
    passive_ports=st.sampled_from((None, PortRange(61000, 61099))),
    trials=st.lists(cells, max_size=2).map(tuple),
    server=st.builds(Server, greeting=st.tuples(greetings)),
    announced=st.lists(ports, max_size=6).map(tuple),
)
WEAKENS = re.compile("Weakens security: .+ The price: .+[.]")


@given(evidences)
def test_any_evidence_gives_documented_findings(evidence: Evidence) -> None:
    result = judge(evidence)
    rows = {cause.id: cause for cause in CAUSES}
    assert {cell["verdict"] for cell in result["cells"]} <= {"passed", FAILED, UNDETERMINED}
    assert len(result["findings"]) == len({finding["id"] for finding in result["findings"]}) <= len(rows)
    for finding in result["findings"]:
        assert finding["layer"] in LAYERS
        assert finding["remedy"].startswith(rows[finding["id"]].remedy)
        assert ("Weakens security" in finding["remedy"]) == bool(WEAKENS.search(finding["remedy"]))
    if result["passed"]:
        assert all((cell["stage"], cell["outcome"]) == (seen.DELETE, seen.OK) for cell in result["cells"])
    json.dumps(result)


@given(evidences)
def test_a_cell_that_failed_has_a_finding(evidence: Evidence) -> None:
    result = judge(evidence)
    assert bool(result["findings"]) or all(cell["verdict"] == "passed" for cell in result["cells"])


@given(st.lists(st.one_of(replies, st.text(max_size=20)), max_size=150))
def test_any_lines_are_a_reply_or_none(said: list[str]) -> None:
    rest = iter([*said, *["230-more"] * 200])
    try:
        reply = read_reply(lambda: next(rest))
    except ValueError:
        return
    assert 100 <= reply.code < 700
    assert 0 < len(reply.lines) <= 100
    try:
        address, port = passive_address(reply)
    except ValueError:
        return
    socket.inet_aton(address)
    assert 0 < port < 65536


chunks = st.one_of(
    replies.map(str.encode), st.binary(max_size=3000), st.sampled_from((b"\r\n", b"\n", b"220-", b"230 ok\r\n" * 900))
)


@given(st.lists(chunks, max_size=30).map(b"".join))
def test_a_session_ends_with_a_documented_outcome_and_a_bounded_record(sent: bytes) -> None:
    near, far = socket.socketpair()
    with far, patch.object(dialog, "connect", return_value=near):
        control = dialog.Control("203.0.113.13", 21, Clock(5), "s3cret-s3cret")
        far.sendall(sent[:100_000])
        far.shutdown(socket.SHUT_WR)
        ended = _read_all(control)
        control.close()
    assert ended.outcome in {seen.CLOSED, seen.GARBLED, seen.OVERLONG}
    assert len(control.record) <= dialog.MAX_RECORD
    assert sum(len(line.text) for line in control.record) <= 10 * dialog.MAX_BYTES


def _read_all(control: Any) -> Halt:
    """Read replies until something else ends the session."""
    while True:
        try:
            control.final()
        except Halt as halt:
            if halt.outcome != seen.REJECTED:
                return halt
