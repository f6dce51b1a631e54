# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a planned change does to a client: by the log, or by what is known of clients of its name.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ansible_collections.mxlab.ftp.plugins.module_utils._census.client import NONE, UNSEEN, VERSIONS, Client, newer
from ansible_collections.mxlab.ftp.plugins.module_utils._census.plan import Plan
from ansible_collections.mxlab.ftp.plugins.module_utils._census.session import CLEAR, CONTROL_ONLY, PRIVATE, UNKNOWN
from ansible_collections.mxlab.ftp.plugins.module_utils._report.clients import TLS_1_3

# The change makes no difference to it; it fails as it is set now; the log does not tell.  The worst is the first.
BREAKS = "breaks"
UNDETERMINED = "undetermined"
UNAFFECTED = "unaffected"
_ORDER = (BREAKS, UNDETERMINED, UNAFFECTED)

# What a verdict rests on: the log alone; or that the client is what it seems, and behaves as _report/clients.py says.
LOG = "log"
ORACLE = "oracle"

_HIDDEN = (
    "It looks in the reply to FEAT for a sign of TLS, of which this server may have none without passive mode. Then it"
    " fails, or goes on without TLS if it is not set to demand it. Try it with the client."
)
_ACTIVE = ("PORT", "EPRT")
_PASSIVE = ("PASV", "EPSV")


class Effect(NamedTuple):
    """One verdict: its word, the reason, and what it rests on, LOG or ORACLE.  lacks: what the log does not tell."""

    verdict: str
    reason: str
    basis: str = LOG
    lacks: str = ""


def effects(client: Client, plan: Plan) -> dict[str, Effect]:
    """Return what each part of the plan does to the client, by the name of the part."""
    return {name: _worst(judge(client, plan)) for name, (planned, judge) in _PARTS.items() if planned(plan)}


def _worst(found: Iterator[Effect]) -> Effect:
    return min(found, key=lambda effect: _ORDER.index(effect.verdict))


def _tls(client: Client, _plan: Plan) -> Iterator[Effect]:
    for mode, protection in client.transfers:
        if protection == UNKNOWN:
            yield Effect(UNDETERMINED, "The log does not tell whether it uses TLS.", lacks="commands")
        elif protection == CLEAR:
            yield _in_clear(client)
        elif protection == CONTROL_ONLY and mode != NONE:
            yield Effect(BREAKS, "Its data connections have no TLS. Set it to protect them, too (PROT P).")
        else:
            yield Effect(UNAFFECTED, "It uses TLS already.")


def _in_clear(client: Client) -> Effect:
    known = client.name.clients
    if known and not any(each.tls for each in known):
        return Effect(BREAKS, "It has no TLS.", ORACLE)
    if client.refuses_tls:
        return Effect(BREAKS, "It came without TLS while others used TLS. Set it to explicit TLS.")
    if known and not any(each.opportunistic for each in known):
        return Effect(BREAKS, "It uses TLS only if it is set so. Set it to explicit TLS.", ORACLE)
    return Effect(UNDETERMINED, "It came without TLS. The log does not show that it could have used TLS.")


def _mode(client: Client, plan: Plan) -> Iterator[Effect]:
    refused = _ACTIVE if plan.mode == "passive" else _PASSIVE
    for mode, protection in client.transfers:
        if mode in (UNKNOWN, UNSEEN):
            yield Effect(UNDETERMINED, "The log does not tell which mode it uses.", lacks="commands")
        elif mode in refused:
            yield _other_mode(client, mode, plan.mode)
        elif plan.hides_tls and protection != CLEAR and any(each.looks_for_tls for each in client.name.clients):
            yield Effect(UNDETERMINED, _HIDDEN, ORACLE)
        else:
            yield Effect(UNAFFECTED, "It does not use that mode." if mode != NONE else "It opened no data connection.")


def _other_mode(client: Client, mode: str, left: str) -> Effect:
    known = client.name.clients
    if known and not any(_turns(each.tries) for each in known):
        return Effect(BREAKS, f"It uses {mode}, and does not change to {left} mode by itself.", ORACLE)
    return Effect(UNDETERMINED, f"It uses {mode}. It is not known whether it can change to {left} mode.")


def _turns(tries: tuple[str, ...]) -> bool:
    """Return whether a client can change the mode by itself: the table has only the order of its default mode."""
    return any(command in _ACTIVE for command in tries) and any(command in _PASSIVE for command in tries)


def _ports(client: Client, plan: Plan) -> Iterator[Effect]:
    ports, today = plan.ports, plan.ports_today
    within = ports is not None and today is not None and today.first <= ports.first and ports.last <= today.last
    for mode, _protection in client.transfers:
        if mode in _ACTIVE or mode == NONE:
            yield Effect(UNAFFECTED, "It does not use passive ports.")
        elif within:
            yield _fewer(plan)
        elif mode in (UNKNOWN, UNSEEN):
            yield Effect(UNDETERMINED, "The log does not tell which mode it uses.", lacks="commands")
        else:
            yield Effect(UNDETERMINED, "A firewall on its side may allow the old range only. Probe from there.")


def _fewer(plan: Plan) -> Effect:
    """Return the effect of a range that is a part of today's, which may be too small."""
    ports, today = len(plan.ports or ()), len(plan.ports_today or ())
    if ports < today and (plan.needs is None or ports < plan.needs):
        needed = "as many as clients need at a time" if plan.needs is None else f"the {plan.needs} that may be needed"
        return Effect(
            UNDETERMINED, f"All ports of the new range are in today's range. {ports} may be fewer than {needed}."
        )
    return Effect(UNAFFECTED, "All ports of the new range are in today's range.")


def _reuse(client: Client, _plan: Plan) -> Iterator[Effect]:
    protections = {protection for mode, protection in client.transfers if mode != NONE}
    if UNKNOWN in protections and not client.resumed:
        yield Effect(UNDETERMINED, "The log does not tell whether it uses TLS.", lacks="commands")
    if PRIVATE in protections or client.resumed:
        yield _resumes(client)
    yield Effect(UNAFFECTED, "It opened no data connection with TLS.")


def _resumes(client: Client) -> Effect:
    known = {each.resumes for each in client.name.clients}
    if False in client.resumed:
        return Effect(BREAKS, "Data connections did not resume the TLS session.")
    # A session of TLS 1.2 can be resumed any number of times, a ticket of TLS 1.3 once.
    once = TLS_1_3 in client.versions or not client.versions
    if client.resumed and not (client.untold and once):
        return Effect(UNAFFECTED, "It resumes the TLS session.")
    few = min((each.tickets for each in client.name.clients if each.tickets), default=client.most_private)
    if known == {True} and few < client.most_private and once:
        told = (
            f"With TLS 1.3, it may resume the TLS session {few} times only, and one session had {client.most_private}"
        )
        return Effect(UNDETERMINED, f"{told} data connections with TLS. Try that many with the client.", ORACLE)
    if known == {True}:
        return Effect(UNAFFECTED, "It resumes the TLS session.", ORACLE)
    if client.resumed:
        return Effect(UNDETERMINED, "The log tells only of first data connections that they resume the TLS session.")
    if known == {False}:
        return Effect(BREAKS, "It does not resume the TLS session.", ORACLE)
    return Effect(UNDETERMINED, "The log does not tell whether it resumes the TLS session.", lacks="TLS")


def _version(client: Client, plan: Plan) -> Iterator[Effect]:
    if any(protection == UNKNOWN for _mode, protection in client.transfers) and not client.versions:
        yield Effect(UNDETERMINED, "The log does not tell whether it uses TLS.", lacks="commands")
    elif not client.versions and any(protection in (PRIVATE, CONTROL_ONLY) for _mode, protection in client.transfers):
        yield Effect(UNDETERMINED, "The log does not tell its version of TLS.", lacks="TLS")
    for version in client.versions:
        if version not in VERSIONS:
            yield Effect(UNDETERMINED, f"It uses {version}. It is not known whether that is older than {plan.version}.")
        elif not newer(version, {plan.version}):
            yield Effect(UNAFFECTED, f"It uses {version}.")
        elif version in client.behind:
            yield Effect(BREAKS, f"It used {version} while others used a newer version.")
        else:
            yield Effect(UNDETERMINED, f"It uses {version}. The log does not show that it could have used a newer one.")
    yield Effect(UNAFFECTED, "It does not use TLS.")


_PARTS: dict[str, tuple[Callable[[Plan], bool], Callable[[Client, Plan], Iterator[Effect]]]] = {
    "ftp_tls": (lambda plan: plan.tls, _tls),
    "ftp_modes": (lambda plan: bool(plan.mode), _mode),
    "ftp_passive_ports": (lambda plan: plan.ports is not None, _ports),
    "ftp_tls_session_reuse": (lambda plan: plan.reuse, _reuse),
    "tls_minimum": (lambda plan: bool(plan.version), _version),
}
