# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No remedy that weakens security without its proof, however near the evidence comes to it.

What proves each of them is written here anew, from what the servers say, and shares nothing with the table of causes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Server, Session
from hypothesis import event, given
from hypothesis import strategies as st

# Words of the servers' sources and of reports about them, by what they prove.
OTHER_ADDRESS = (
    "Security: Bad IP connecting.",
    "Unable to build data connection: Permission denied",
    "Rejected data connection from foreign address 198.51.100.2:40000.",
)
WANTS_REUSE = (
    "SSL connection failed: session reuse required",
    "TLS session of data connection not resumed.",
    "Unable to build data connection: Operation not permitted",
)
WANTS_ENCRYPTION = ("Data connections must be encrypted.", "SSL/TLS required on the data channel")
WRITABLE_ROOT = "OOPS: vsftpd: refusing to run with writable root inside chroot()"
SANDBOX = ("OOPS: priv_sock_get_cmd", "OOPS: child died")
# Words near to those, which prove nothing.
NOTHING = (
    "Failed to establish connection.", "Can't open data connection.", "Unable to build data connection",
    "Unable to build data connection: Connection refused", "Unable to build data connection: Connection timed out",
    "Permission denied.", "Operation not permitted", "Failure reading network stream.", "Transfer aborted.",
    "OOPS: chroot", "OOPS: vsf_sysutil_bind", "SSL handshake failed.", "TLS handshake failed", "Service not available",
    "Connection reset by peer", "No session", "Host does not match", "Address already in use", "Bad file descriptor",
    "Can't bind to another address", "Passive data channel timed out after 30 seconds.", "Not enough privileges.", "",
)  # fmt: skip
TRANSFER = (seen.DATA, seen.DATA_TLS, seen.UPLOAD, seen.DOWNLOAD)

# Finding, number of its weakening -> whether a cell, beside the others, proves it.
Proof = Callable[[Cell, Sequence[Cell]], bool]
PROOFS: dict[tuple[str, int], Proof] = {
    ("vsftpd-writable-root", 0): lambda cell, _others: WRITABLE_ROOT in cell.reply,
    ("vsftpd-sandbox", 0): lambda cell, _others: cell.reply.endswith(SANDBOX),
    ("data-encryption-refused", 0): lambda cell, _others: _refuses_protection(cell, seen.PRIVATE),
    ("clear-data-refused", 0): lambda cell, _others: (
        _refuses_protection(cell, seen.CONTROL_ONLY)
        or (cell.protection != seen.PRIVATE and cell.reply.endswith(WANTS_ENCRYPTION))
        or (cell.protection != seen.PRIVATE and cell.code == 522)
    ),
    ("session-resumed-refused", 0): lambda cell, others: _resumes(cell) and _only_over_13(cell, others),
    ("session-forgotten", 0): lambda cell, _others: _made_anew(cell),
    ("session-forgotten", 1): lambda cell, others: _made_anew(cell) and _only_over_13(cell, others),
    ("session-forgotten-later", 0): lambda cell, _others: _made_anew(cell),
    ("session-forgotten-later", 1): lambda cell, others: _made_anew(cell) and _only_over_13(cell, others),
    ("session-reuse-refused", 0): lambda cell, _others: _made_anew(cell),
    ("session-reuse-refused", 1): lambda cell, others: _made_anew(cell) and _only_over_13(cell, others),
    ("passive-peer-refused", 0): lambda cell, _others: (
        cell.mode in seen.PASSIVE_MODES and cell.reply.endswith(OTHER_ADDRESS)
    ),
    ("tls13-upload-cut", 0): lambda cell, others: (
        cell.data_tls_version == "TLSv1.3"
        and any(
            (other.mode, other.stage, other.outcome) == (cell.mode, seen.DELETE, seen.OK)
            and other.protection != seen.PRIVATE
            for other in others
        )
    ),
}


def _refuses_protection(cell: Cell, protection: str) -> bool:
    return (cell.stage, cell.outcome, cell.protection) == (seen.PROTECTION, seen.REJECTED, protection)


def _wants_reuse(cell: Cell) -> bool:
    refused = (cell.outcome, cell.protection) == (seen.REJECTED, seen.PRIVATE)
    return refused and cell.reply.endswith(WANTS_REUSE)


def _made_anew(cell: Cell) -> bool:
    refused = _wants_reuse(cell) and bool(cell.sessions) and not 200 <= cell.sessions[-1].code < 300
    return refused and not cell.sessions[-1].resumed


def _resumes(cell: Cell) -> bool:
    return _wants_reuse(cell) and bool(cell.sessions) and cell.sessions[-1].resumed


def _only_over_13(cell: Cell, others: Sequence[Cell]) -> bool:
    over_12 = any(
        (other.variant, other.tls_version, other.outcome) == (seen.SESSIONS, "TLSv1.2", seen.OK) for other in others
    )
    return over_12 and cell.data_tls_version == "TLSv1.3"


words = st.sampled_from((*OTHER_ADDRESS, *WANTS_REUSE, *WANTS_ENCRYPTION, WRITABLE_ROOT, *SANDBOX, *NOTHING))
refused = st.builds(
    lambda code, text, **facts: Cell(code=code, reply=f"{code} {text}", **facts),
    st.sampled_from((421, 425, 426, 500, 522, 530, 534, 536, 550)),
    words,
    outcome=st.sampled_from((seen.REJECTED, seen.REJECTED, seen.CLOSED)),
    mode=st.sampled_from(seen.MODES),
    stage=st.sampled_from((seen.LOGIN, seen.PROTECTION, *TRANSFER)),
    protection=st.sampled_from(seen.PROTECTIONS),
    data_tls_version=st.sampled_from(("", "TLSv1.2", "TLSv1.3")),
    sessions=st.lists(
        st.builds(Session, st.just("STOR"), st.booleans(), st.booleans(), st.sampled_from((0, 226, 522))), max_size=2
    ).map(tuple),
    control_address=st.just("203.0.113.13"),
    control_port=st.just(21),
)
passed = st.builds(
    Cell,
    mode=st.sampled_from(seen.MODES),
    stage=st.just(seen.DELETE),
    outcome=st.just(seen.OK),
    protection=st.sampled_from(seen.PROTECTIONS),
)
trials = st.builds(
    Cell,
    mode=st.just("PASV"),
    stage=st.just(seen.DELETE),
    outcome=st.just(seen.OK),
    protection=st.just(seen.PRIVATE),
    variant=st.just(seen.SESSIONS),
    tls_version=st.sampled_from(("TLSv1.2", "TLSv1.3")),
)
greetings = st.sampled_from([server.names[0].seen for server in SERVERS.values()] + ["220 ready"])


@given(st.lists(refused, min_size=1, max_size=3), st.lists(passed, max_size=2), st.lists(trials, max_size=2), greetings)
def test_a_weakening_is_proposed_only_with_its_proof(
    cells: list[Cell], others: list[Cell], tried: list[Cell], greeting: str
) -> None:
    every = (*cells, *others, *tried)
    evidence = Evidence((*cells, *others), trials=tuple(tried), server=Server((greeting,)))
    remedies = {each["id"]: each["remedy"] for each in judge(evidence)["findings"]}
    for row in CAUSES:
        for number, weakening in enumerate(row.weakenings):
            proven = any(PROOFS[row.id, number](cell, every) for cell in cells)
            proposed = f"The price: {weakening.price}" in remedies.get(row.id, "")
            event(f"{row.id} {number}: {'proposed' if proposed else 'proven' if proven else 'neither'}")
            assert proven or not proposed


def test_each_weakening_has_a_proof_here() -> None:
    assert set(PROOFS) == {(row.id, number) for row in CAUSES for number, _each in enumerate(row.weakenings)}
