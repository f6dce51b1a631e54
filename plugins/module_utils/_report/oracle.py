# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client oracle: which common clients would work with a server, by the result of ftp_probe.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import is_lan, kind_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import last_command
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.server_name import name_in
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS, Server
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell, parse_cells
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import Fields, Items, Named, require
from ansible_collections.mxlab.ftp.plugins.module_utils._report import clients as known
from ansible_collections.mxlab.ftp.plugins.module_utils._report.clients import CLIENTS, Client

WORKS = "works"
FAILS = "fails"
HANGS = "hangs"
UNKNOWN = "unknown"

SHAPE = Fields(
    optional={
        "tls": Fields(optional={"certificate": Fields()}),
        "server": Named(Items(str)),
        "findings": Items(Fields({"id": str})),
    },
)
# The finding about servers where clients with the same commands end differently: they take a late reply for another.
_OUT_OF_STEP = "replies-out-of-step"
# The finding about a probe with implicit TLS of a port without it.
_NOT_IMPLICIT = "tls-not-implicit"
# Where, and how, a server ends a data connection that does not resume the session (RFC 4217 section 10.2).
_REUSE_STAGES = (seen.DATA, seen.DATA_TLS, seen.UPLOAD, seen.DOWNLOAD)
_REUSE_OUTCOMES = (seen.REJECTED, seen.CLOSED, seen.NO_TLS)
_SIX_NUMBERS = re.compile(r"\d+,\d+,\d+,\d+,(\d+),(\d+)")


@dataclass(frozen=True)
class _Result:
    """What a result of ftp_probe tells the oracle; tls and server are as in the result, findings are their ids."""

    cells: tuple[JudgedCell, ...]
    trials: tuple[JudgedCell, ...]
    tls: Mapping[str, Any]
    server: Mapping[str, Sequence[str]]
    findings: frozenset[str]

    @classmethod
    def parse(cls, result: Mapping[str, Any]) -> _Result:
        """Return what the result tells.  Raise ValueError if it is none of ftp_probe."""
        require(result, SHAPE, "a result as ftp_probe returns it")
        cells, trials = (parse_cells(result.get(name, ())) for name in ("cells", "trials"))
        findings = frozenset(finding["id"] for finding in result.get("findings", ()))
        return cls(cells, trials, result.get("tls") or {}, result.get("server") or {}, findings)


@dataclass(frozen=True)
class _Answer:
    verdict: str
    reason: str
    mode: str = ""
    unconnected: bool = False
    transfers: int = 0


def client_oracle(
    result: Mapping[str, Any], explicit_tls: bool = False, clients: Sequence[Client] = CLIENTS
) -> list[dict[str, Any]]:
    """Return what each of the clients would meet at the vantage where ftp_probe returned the result.

    explicit_tls: the clients are set to explicit TLS for both connections; otherwise they have their defaults.
    Each row has client, versions ("" if they make no difference), verdict (WORKS, FAILS, HANGS, UNKNOWN), mode (the
    last command, "" if none), transfers (how many work over one control connection, 0 if no limit is known), reason and
    source.
    In a network that answers for addresses of others, HANGS may be FAILS and the other way round.  IPv4 only.
    Raise ValueError if the cells are not those of ftp_probe.
    """
    found = _Result.parse(result)
    return [_row(client, _answer(client, found, explicit_tls)) for client in clients]


def label(row: Mapping[str, Any]) -> str:
    """Return the name of the client that a row of client_oracle is about, with its versions."""
    return f"{row['client']} {row.get('versions', '')}".rstrip()


def _row(client: Client, answer: _Answer) -> dict[str, Any]:
    verdict = HANGS if client.persists and answer.unconnected and answer.verdict == FAILS else answer.verdict
    return {
        "client": client.name,
        "versions": client.versions,
        "verdict": verdict,
        "mode": answer.mode,
        "transfers": answer.transfers,
        "reason": answer.reason,
        "source": client.source,
    }


def _answer(client: Client, result: _Result, explicit_tls: bool) -> _Answer:
    if explicit_tls and not client.tls:
        return _Answer(FAILS, "has no TLS")
    if _OUT_OF_STEP in result.findings:
        return _Answer(UNKNOWN, "the server's replies are out of step with the commands, where clients end differently")
    if _greets_early(result) and not client.waits:
        unknown = client.waits is None
        return _Answer(UNKNOWN if unknown else FAILS, "the server sends 120 first, and the greeting (220) later")
    if not explicit_tls and not (client.opportunistic and _encrypts(client, result)):
        return _dialogue(client, result, seen.CLEAR)
    refusal = _certificate_refused(client, result.tls)
    if refusal:
        return _Answer(FAILS, refusal)
    if _implicit(result):
        return _Answer(UNKNOWN, "the probe used implicit TLS; probe with tls: explicit")
    unprotected = client.unprotected and _refuses_protection(result)
    answer = _dialogue(client, result, seen.CONTROL_ONLY) if unprotected else _encrypted(client, result)
    if answer.verdict == WORKS and _certificate_unknown(client, result.tls):
        reason = "it checks the certificate, and the probe could not; probe again"
        return _Answer(UNKNOWN, reason, answer.mode)
    return answer


def _greets_early(result: _Result) -> bool:
    return any(line.startswith("120") for line in result.server.get("greeting", ())[:1])


def _encrypts(client: Client, result: _Result) -> bool:
    """Return whether a client that uses TLS where it can will use it: as a cell shows, else as FEAT says.

    lftp 4.9.2 goes on in clear not only after a refusal, but also after a handshake that failed.
    """
    tried = _find(result, seen.MODES[0], seen.PRIVATE)
    if tried is None:
        return any("AUTH" in line.upper() and "TLS" in line.upper() for line in result.server.get("features", ()))
    ends = (seen.REJECTED, seen.NO_TLS) if client.persists else (seen.REJECTED,)
    return tried.stage != seen.TLS or tried.outcome not in ends


def _refuses_protection(result: _Result) -> bool:
    cell = _find(result, seen.MODES[0], seen.PRIVATE)
    return cell is not None and (cell.stage, cell.outcome) == (seen.PROTECTION, seen.REJECTED)


def _certificate_refused(client: Client, tls: Mapping[str, Any]) -> str:
    certificate = tls.get("certificate") or {}
    if client.certificates == known.STRICT and tls.get("trusted") is False:
        return f"does not trust the certificate: {tls.get('trust_error')}"
    if client.certificates == known.DATES and (certificate.get("expired") or certificate.get("not_yet_valid")):
        return f"the certificate is valid from {certificate.get('not_before')} to {certificate.get('not_after')}"
    return ""


def _implicit(result: _Result) -> bool:
    """Return whether the probe used implicit TLS: it spoke with the server in TLS, and never sent AUTH TLS."""
    secured = (cell.transcript for cell in result.cells if cell.protection != seen.CLEAR)
    sent = [line.text for transcript in secured for line in transcript if line.sender == "client"]
    return _NOT_IMPLICIT in result.findings or (bool(sent) and "AUTH TLS" not in sent)


def _certificate_unknown(client: Client, tls: Mapping[str, Any]) -> bool:
    """Return whether the probe did not find out what the client checks of the certificate."""
    dates = client.certificates == known.DATES and bool(tls.get("certificate"))
    return client.certificates in (known.STRICT, known.DATES) and not dates and tls.get("trusted") is not True


def _encrypted(client: Client, result: _Result) -> _Answer:
    answer = _dialogue(client, result, seen.PRIVATE)
    if answer.verdict != WORKS:
        return answer
    if client.active_in_clear and answer.mode in seen.ACTIVE_MODES:
        return _Answer(FAILS, "sends data in clear in active mode, although PROT P was agreed", answer.mode)
    server = _server(result)
    late = server.tls_after_command if server else None
    if client.tls_first and late:
        return _Answer(HANGS, "waits for TLS on the data connection, which this server begins after STOR", answer.mode)
    answer = _limited(client, answer, result) if client.resumes else _without_resumption(client, answer, result)
    if answer.verdict == WORKS and client.tls_first and late is None:
        return _Answer(UNKNOWN, "hangs if the server begins TLS on the data connection only after STOR", answer.mode)
    lost = client.resets and server is not None and server.loses_reset_uploads
    if answer.verdict == WORKS and lost and _spoken(client, answer, result) == known.TLS_1_3:
        reason = "with TLS 1.3, it may reset the connection after an upload, which this server may refuse or cut short"
        return _Answer(UNKNOWN, reason, answer.mode)
    return answer


def _server(result: _Result) -> Server | None:
    """Return what is known of the server, None if its words name none."""
    said = [line for cell in result.cells for line in cell.replies]
    name = name_in([*said, *(line for lines in result.server.values() for line in lines)])
    return SERVERS[name] if name else None


def _spoken(client: Client, answer: _Answer, result: _Result) -> str:
    """Return the version of TLS that the client and the server agree on, "" if that is not known."""
    cell = _find(result, answer.mode, seen.PRIVATE)
    return min(client.newest_tls, cell.tls_version) if cell else ""


def _limited(client: Client, answer: _Answer, result: _Result) -> _Answer:
    """Return the answer of a client that resumes TLS sessions, with the number of transfers that surely resume them."""
    if not client.tickets or not _requires_reuse(result) or _spoken(client, answer, result) != known.TLS_1_3:
        return answer
    uploads = "one upload" if client.tickets == 1 else f"{client.tickets} uploads"
    told = f"{answer.reason}; with TLS 1.3, it resumes the session for no transfer after {uploads}, and the server"
    return replace(answer, transfers=client.tickets, reason=f"{told} requires that for each")


def _no_reuse(result: _Result) -> JudgedCell | None:
    return next((trial for trial in result.trials if trial.variant == seen.NO_REUSE), None)


def _requires_reuse(result: _Result) -> bool | None:
    """Return whether the server requires the resumption of TLS sessions, None if the trial does not show that.

    It shows that where the trial's data connection ends, and the cell that differs in the resumption alone works.
    """
    trial = _no_reuse(result)
    if trial is None:
        return None
    if _moved(trial):
        return False
    alike = _find(result, trial.mode, seen.PRIVATE)
    ended = trial.stage in _REUSE_STAGES and trial.outcome in _REUSE_OUTCOMES
    return True if ended and alike is not None and _moved(alike) else None


def _moved(cell: JudgedCell) -> bool:
    """Return whether both transfers are done: only to delete the file may have failed."""
    return cell.verdict == "passed" or cell.stage in (seen.COMPARE, seen.DELETE)


def _without_resumption(client: Client, answer: _Answer, result: _Result) -> _Answer:
    """Return what a client meets that does not resume TLS sessions and whose dialogue works otherwise."""
    trial, required = _no_reuse(result), _requires_reuse(result)
    if required is False:
        return answer
    if trial is None:
        reason = "does not resume TLS sessions; probe with the trial no-reuse to see whether the server allows it"
    elif required is None:
        reason = f"does not resume TLS sessions; the trial no-reuse did not show whether it has to: {trial.description}"
    elif client.resumes is None:
        reason = "may not resume TLS sessions, which the server requires"
    else:
        reason = f"does not resume TLS sessions, which the server requires: {trial.description}"
        return _Answer(FAILS, reason, answer.mode)
    return _Answer(UNKNOWN, reason, answer.mode)


def _dialogue(client: Client, result: _Result, protection: str) -> _Answer:
    """Return the answer of the first of the client's commands that decides."""
    answer = _Answer(UNKNOWN, "sends no command")
    commands: Sequence[str] = client.tries
    while commands:
        command, *others = commands
        cell, repaired = _cell(client, command, result, protection)
        if cell is None:
            return _Answer(UNKNOWN, f"{command} was not probed with protection {protection}", command)
        cell = _as_read(client, cell)
        refused = _announcement_refused(client, cell) if command == known.PASV else None
        if refused:
            return refused
        answer = _met(client, command, cell)
        commands = _next_commands(client, cell, repaired, others)
    return answer


def _cell(client: Client, command: str, result: _Result, protection: str) -> tuple[JudgedCell | None, bool]:
    """Return the cell that shows what the client meets with a command, and whether it repaired an address."""
    announced = _find(result, command, protection)
    if command != known.PASV or client.address in (known.TRUSTED, known.DEMANDED) or announced is None:
        return announced, False
    if client.address == known.REPAIRED and not _to_repair(client, announced):
        return announced, False
    return _find(result, "PASV-peer", protection), client.address == known.REPAIRED


def _find(result: _Result, mode: str, protection: str) -> JudgedCell | None:
    wanted = (mode, protection, False)
    return next((cell for cell in result.cells if (cell.mode, cell.protection, cell.ipv6) == wanted), None)


def _to_repair(client: Client, cell: JudgedCell) -> bool:
    """Return whether a client that repairs addresses replaces the announced one."""
    if kind_of(cell.data_address) in client.repairs:
        return True
    announced, control = is_lan(cell.data_address), is_lan(cell.control_address)
    if announced == control or not cell.data_address:
        return False
    return client.lan == known.EITHER or (client.lan == known.ANNOUNCED and announced)


def _as_read(client: Client, cell: JudgedCell) -> JudgedCell:
    """Return the cell as the client meets it, which may not read a 229 that the probe reads."""
    said = _extended_reply(cell)
    if cell.stage == seen.ANNOUNCE or not said or re.match(client.extended, said):
        return cell
    told = f"cannot read {said.replace(chr(10), ' / ')}"
    return replace(cell, stage=seen.ANNOUNCE, outcome=seen.GARBLED, code=229, verdict="failed", description=told)


def _reads_more(client: Client, cell: JudgedCell) -> bool:
    """Return whether the client finds a port in a 229 that the probe cannot read."""
    said = _extended_reply(cell)
    unread = (cell.stage, cell.outcome) == (seen.ANNOUNCE, seen.GARBLED)
    return unread and client.extended != known.ANYWHERE and re.match(client.extended, said) is not None


def _extended_reply(cell: JudgedCell) -> str:
    """Return the lines of the 229 in answer to EPSV, "" if there is none."""
    return "\n".join(line for line in cell.replies if line.startswith("229")) if cell.mode == known.EPSV else ""


def _next_commands(client: Client, cell: JudgedCell, repaired: bool, others: Sequence[str]) -> Sequence[str]:
    """Return which of the other commands the client tries after it met what the cell met."""
    if cell.stage == seen.ANNOUNCE:
        return others if _goes_on(client, cell) else ()
    if cell.stage != seen.DATA or cell.outcome in (seen.TIMEOUT, seen.FOREIGN, seen.PRIVILEGED):
        return ()
    if client.after_failure == known.ACTIVELY:
        return [command for command in others if command == known.PORT]
    goes_on = client.after_failure == known.ALWAYS or (client.after_failure == known.AFTER_REPAIR and repaired)
    return others if goes_on else ()


def _goes_on(client: Client, cell: JudgedCell) -> bool:
    """Return whether the client tries another command after this reply to PASV or EPSV."""
    if cell.outcome not in (seen.REJECTED, seen.GARBLED) or _reads_more(client, cell):
        return False
    if _ends_session(cell) and not client.persists:
        return False
    if cell.mode == known.EPSV:
        return re.fullmatch(client.falls_back, str(cell.code)) is not None
    if cell.outcome == seen.GARBLED:
        return client.unreadable == known.NEXT and not _misleads(cell)
    # 4yz means that the same may be granted later (RFC 959 section 4.2): a client that persists waits for that.
    return not (client.persists and cell.code < 500)


def _ends_session(cell: JudgedCell) -> bool:
    """Return whether the server closes the control connection after its last reply: 421, and 500 OOPS of vsftpd."""
    return cell.code == 421 or any(line.startswith("500 OOPS") for line in cell.replies[-1:])


def _misleads(cell: JudgedCell) -> bool:
    """Return whether clients find an address in a reply without one: six of many numbers, or too large ones."""
    found = _SIX_NUMBERS.search(cell.replies[-1]) if cell.replies else None
    return found is not None and any(int(number) for number in found.groups())


def _met(client: Client, command: str, cell: JudgedCell) -> _Answer:
    """Return what a client meets that does what the cell did."""
    if cell.verdict == "passed" or cell.stage == seen.DELETE:
        return _Answer(WORKS, cell.description, command)
    unknown = _unknown(client, command, cell)
    if unknown:
        return _Answer(UNKNOWN, unknown, command)
    if cell.outcome == seen.FOREIGN:
        reason = f"connects to the announced address {cell.data_address}"
        return _Answer(HANGS if is_lan(cell.data_address) else FAILS, reason, command, unconnected=True)
    hangs = cell.outcome == seen.TIMEOUT or (cell.outcome == seen.GARBLED and _stays(client, command))
    unconnected = cell.stage in (seen.CONTROL, seen.ANNOUNCE, seen.DATA)
    return _Answer(HANGS if hangs else FAILS, cell.description, command, unconnected)


def _stays(client: Client, command: str) -> bool:
    return command == known.PASV and client.unreadable == known.STAYS


def _announcement_refused(client: Client, cell: JudgedCell) -> _Answer | None:
    """Return what a client meets that does not use a 227 which the probe could read; None if it does."""
    said = [line for line in cell.replies if line.startswith("227")]
    if cell.stage == seen.ANNOUNCE:
        return None
    if said and not re.match(client.reads, "\n".join(said)):
        reason = f"cannot read {' / '.join(said)}"
        return _Answer(HANGS if _stays(client, known.PASV) else FAILS, reason, known.PASV)
    if client.address == known.DEMANDED and cell.data_address not in ("", cell.control_address):
        reason = f"refuses the announced address {cell.data_address}, which is not that of the control connection"
        return _Answer(FAILS, reason, known.PASV)
    return None


def _unknown(client: Client, command: str, cell: JudgedCell) -> str:
    """Return why the cell does not show what the client meets, "" if it does."""
    if cell.outcome == seen.FOREIGN and command != known.PASV:
        return f"may accept or refuse data from {cell.data_peer}"
    if cell.outcome == seen.FOREIGN and client.after_failure == known.ALWAYS:
        return f"connects to the announced address {cell.data_address}, and goes on only if that fails soon"
    if cell.outcome == seen.GARBLED and client.after_failure == known.ALWAYS and _stays(client, command):
        return f"may connect to what it reads from the reply: {cell.description}"
    if cell.outcome == seen.UNTRUSTED:
        return "the probe stopped at the certificate (validate_certs)"
    if cell.outcome == seen.PRIVILEGED:
        return f"may connect to port {cell.data_port}, which the probe did not"
    uploading = cell.stage == seen.UPLOAD or (cell.stage == seen.REPLY and last_command(cell).startswith("STOR "))
    if client.downloads_only and uploading:
        # Even 425 and 522 may be about uploads alone: wget downloads where only STOR is refused with them (measured).
        return f"only downloads, and the probe's upload failed before: {cell.description}; try a download with it"
    if _reads_more(client, cell):
        return f"may connect to what it reads from the reply: {cell.description}"
    return ""
