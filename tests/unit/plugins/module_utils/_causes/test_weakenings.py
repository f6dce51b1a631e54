# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A remedy that weakens security declares it: it needs its evidence, and it names its price."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import Cause, Change, Weakening
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Server, Session
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import VANTAGE_CAUSES

ROWS = (*CAUSES, *(row.cause for row in VANTAGE_CAUSES))
# Settings that give up a protection, as servers, roles and the probe spell them.
WEAK = re.compile(
    r"(pasv|port)_promiscuous\W+(yes|true)"
    r"|AllowForeignAddress(?! off)"
    r"|permit_(foreign_addresses|privileged_ports)\W+true"
    r"|FXP yes"
    r"|matchClientAddressFor\w+ false"
    r"|TLSSessionCache off"
    r"|NoSessionReuseRequired|require_ssl_reuse\W+(no|false)|session_reuse\W+optional|do not require it"
    r"|allow_writeable_chroot\W+(yes|true)"
    r"|seccomp_sandbox\W+(no|false)"
    r"|force_local_(data|logins)_ssl\W+(no|false)|tls_(data|control)_required\W+false|TLSRequired (ctrl|off)"
    r"|TLS 2 instead|data in clear on|dataChannelPolicy SslAllow(?! or)|protection\W+C\b(?!, P)"
    r"|(?<!also )(?<!1\.0 or )limit (it|vsftpd) to TLS|ssl_tlsv13\W+no|TLSProtocol TLSv1\.2(?! TLSv1\.3)"
    r"|RequireValidShell off|RootRevoke off|AnonymousCantUpload no|anonymous_enable\W+(yes|true)"
    r"|setsebool|validate_certs\W+(no|false)|exempt .* from inspection",
    re.IGNORECASE,
)
P = seen.PRIVATE
NOT_PROVEN = "425 Failed to establish connection."


def ended(stage: str, code: int, reply: str, **facts: object) -> Cell:
    """Return a cell that the server ended with this reply."""
    return Cell("PASV", stage, seen.REJECTED, code, reply, "203.0.113.13", 21, "203.0.113.13", 61042, **facts)  # type: ignore[arg-type]


def passed(**facts: object) -> Cell:
    return Cell("PASV", seen.DELETE, seen.OK, control_address="203.0.113.13", **facts)  # type: ignore[arg-type]


OOPS = "500 OOPS: "
REUSE = "522 SSL connection failed: session reuse required"
CUT = ended(seen.UPLOAD, 426, "426 Failure reading network stream.", protection=P, data_tls_version="TLSv1.3")
NONE_OFFERED = (Session("STOR", False, False, 522),)
FORGOTTEN = (Session("STOR", True, False, 522),)
RESUMED = (Session("STOR", True, True, 522),)
RESUMED_ONCE = (Session("STOR", True, True, 226),)
IN_12 = passed(protection=P, variant=seen.SESSIONS, tls_version="TLSv1.2")


def wants_reuse(sessions: tuple[Session, ...], version: str) -> Cell:
    """Return a cell that was refused for the TLS session of its last data connection."""
    return ended(seen.UPLOAD, 522, REUSE, protection=P, sessions=sessions, data_tls_version=version)


# (finding, number of its weakening) -> cells that prove it, and the most similar cells that do not.
PROOFS: dict[tuple[str, int], tuple[tuple[Cell, ...], tuple[Cell, ...]]] = {
    ("vsftpd-writable-root", 0): (
        (ended(seen.LOGIN, 500, f"{OOPS}vsftpd: refusing to run with writable root inside chroot()"),),
        (ended(seen.LOGIN, 500, f"{OOPS}chroot"),),
    ),
    ("vsftpd-sandbox", 0): (
        (ended(seen.UPLOAD, 500, f"{OOPS}priv_sock_get_cmd"),),
        (ended(seen.UPLOAD, 500, f"{OOPS}vsf_sysutil_bind"),),
    ),
    ("data-encryption-refused", 0): (
        (ended(seen.PROTECTION, 536, "536 Protection level not supported", protection=P),),
        (ended(seen.LOGIN, 530, "530 Login incorrect.", protection=P),),
    ),
    ("clear-data-refused", 0): (
        (ended(seen.UPLOAD, 522, "522 Data connections must be encrypted."),),
        (ended(seen.UPLOAD, 550, "550 Permission denied."),),
    ),
    ("session-resumed-refused", 0): (
        (wants_reuse(RESUMED, "TLSv1.3"), IN_12),
        (wants_reuse(RESUMED, "TLSv1.3"),),
    ),
    ("session-forgotten", 0): ((wants_reuse(FORGOTTEN, "TLSv1.2"),), (wants_reuse(RESUMED, "TLSv1.2"),)),
    ("session-forgotten", 1): (
        (wants_reuse(FORGOTTEN, "TLSv1.3"), IN_12),
        (wants_reuse(FORGOTTEN, "TLSv1.2"), IN_12),
    ),
    ("session-forgotten-later", 0): (
        (wants_reuse(RESUMED_ONCE + FORGOTTEN, "TLSv1.2"),),
        (wants_reuse(RESUMED_ONCE + RESUMED, "TLSv1.2"),),
    ),
    ("session-forgotten-later", 1): (
        (wants_reuse(RESUMED_ONCE + FORGOTTEN, "TLSv1.3"), IN_12),
        (wants_reuse(RESUMED_ONCE + FORGOTTEN, "TLSv1.3"), replace(IN_12, tls_version="TLSv1.3")),
    ),
    ("session-reuse-refused", 0): ((wants_reuse(NONE_OFFERED, "TLSv1.2"),), (wants_reuse((), "TLSv1.2"),)),
    ("session-reuse-refused", 1): (
        (wants_reuse(NONE_OFFERED, "TLSv1.3"), IN_12),
        (wants_reuse(NONE_OFFERED, "TLSv1.3"), replace(IN_12, outcome=seen.TIMEOUT)),
    ),
    ("passive-peer-refused", 0): (
        (ended(seen.UPLOAD, 425, "425 Security: Bad IP connecting."),),
        (ended(seen.UPLOAD, 425, NOT_PROVEN),),
    ),
    ("tls13-upload-cut", 0): ((CUT, passed()), (CUT,)),
}


def weakenings() -> Iterator[tuple[str, int, Weakening]]:
    for row in ROWS:
        for number, weakening in enumerate(row.weakenings):
            yield row.id, number, weakening


def ways(texts: Iterator[str], changes: tuple[Change, ...]) -> str:
    return " ".join([*texts, *(f"{change.option}: {json.dumps(change.value)}" for change in changes)])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_only_a_declared_remedy_weakens(row: Cause) -> None:
    openly = ways(iter([row.remedy, row.next_step, *row.vendors.values()]), row.changes)
    assert WEAK.findall(openly) == []


@pytest.mark.parametrize("weakening", [each for _id, _number, each in weakenings()], ids=lambda each: each.proof)
def test_a_declaration_is_complete(weakening: Weakening) -> None:
    declared = ways(iter([weakening.text, *weakening.vendors.values()]), weakening.changes)
    assert WEAK.search(declared), "the test does not know this setting: it would not miss it in another row"
    assert weakening.proof
    assert weakening.price.endswith(".")
    assert set(weakening.vendors) <= set(SERVERS)


def test_each_declaration_has_its_proof() -> None:
    assert set(PROOFS) == {(identity, number) for identity, number, _weakening in weakenings()}


@pytest.mark.parametrize("server", ["220 (vsFTPd 3.0.5)", "220 ready"])
@pytest.mark.parametrize(("identity", "number"), PROOFS)
def test_it_needs_its_evidence_and_names_its_price(identity: str, number: int, server: str) -> None:
    weakening = next(each for found, at, each in weakenings() if (found, at) == (identity, number))
    proven, similar = (evidence(cells, identity, server) for cells in PROOFS[identity, number])
    told = {finding["id"]: finding["remedy"] for finding in judge(proven)["findings"]}
    assert f"The price: {weakening.price}" in told[identity]
    assert all(
        change.option in json.dumps(judge(proven))
        for change in weakening.changes
        if change.server == "vsftpd" and "vsFTPd" in server
    )
    silent = json.dumps([[finding["remedy"], finding["changes"]] for finding in judge(similar)["findings"]])
    assert weakening.price not in silent
    assert silent != "[]"


def evidence(cells: tuple[Cell, ...], identity: str, server: str) -> Evidence:
    """Return the evidence; the row of vsftpd alone needs a server that names itself."""
    greeting = "220 (vsFTPd 3.0.5)" if identity == "tls13-upload-cut" else server
    trials = tuple(cell for cell in cells if cell.variant)
    return Evidence(
        tuple(cell for cell in cells if not cell.variant), trials=trials, server=Server(greeting=(greeting,))
    )


@pytest.mark.parametrize("mode", seen.PASSIVE_MODES)
@pytest.mark.parametrize(
    "reply",
    [NOT_PROVEN, "425 Can't open data connection.", "426 Connection closed", "421 Passive data channel timed out."],
)
def test_no_refusal_without_a_reason_weakens(mode: str, reply: str) -> None:
    cell = Cell(mode, seen.UPLOAD, seen.REJECTED, int(reply[:3]), reply, "203.0.113.13", 21)
    for server in ("220 (vsFTPd 3.0.5)", "220 ProFTPD Server", "220 ready"):
        (finding,) = judge(Evidence((cell,), server=Server(greeting=(server,))))["findings"]
        assert not WEAK.search(finding["remedy"] + json.dumps(finding["changes"]))
