# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ftp-probe explain``: what a finding means, offline."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterator, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import Cause, Weakening, page_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import WEAKENS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import ALL_CHAPTERS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.table import wrapped

from ftp_probe_app.usage import Usage

_BY_ID = {cause.id: cause for causes in ALL_CHAPTERS.values() for cause in causes}


def explain(words: Sequence[str]) -> str:
    """Return the causes of these ids in words; without ids, the list of all.  Raise Usage for an unknown id."""
    parser = argparse.ArgumentParser(
        prog="ftp-probe explain", description="Say what a finding means. Without an ID, list all findings."
    )
    parser.add_argument("ids", metavar="ID", nargs="*", help="Id of a finding. Example: private-address-announced")
    ids = parser.parse_args(words).ids
    return "\n\n".join("\n".join(_section(_cause(each))) for each in ids) if ids else "\n".join(_list())


def _cause(identity: str) -> Cause:
    if identity in _BY_ID:
        return _BY_ID[identity]
    near = difflib.get_close_matches(identity, _BY_ID, 3)
    hint = f"did you mean {', '.join(near)}?" if near else "ftp-probe explain lists all"
    raise Usage(f"there is no finding {identity!r}; {hint}")


def _list() -> Iterator[str]:
    width = max(map(len, _BY_ID))
    for chapter, causes in ALL_CHAPTERS.items():
        yield f"{chapter}:"
        yield from (f"  {cause.id:<{width}}  {cause.message}" for cause in causes)


def _section(cause: Cause) -> Iterator[str]:
    yield f"{cause.id} (layer: {cause.layer}; cells: {cause.verdict})"
    yield from wrapped(f"symptom: {cause.message}", 2)
    yield from wrapped(f"why: {cause.explanation}", 2)
    yield from wrapped(f"remedy: {cause.remedy}", 2)
    yield from (line for server, text in cause.vendors.items() for line in wrapped(f"{server}: {text}.", 4))
    for weakening in cause.weakenings:
        yield from _weakening(weakening)
    if cause.next_step:
        yield from wrapped(f"next step: {cause.next_step}", 2)
    yield from wrapped(f"sources: {'; '.join(cause.sources)}", 2)
    yield f"  page: {page_of(cause.id)}"


def _weakening(weakening: Weakening) -> Iterator[str]:
    """Yield a remedy that weakens security, when it is proposed, and its price."""
    text = weakening.text or "; ".join(f"{server}: {text}" for server, text in weakening.vendors.items())
    yield from wrapped(f"{WEAKENS} {text} Only if {weakening.proof}. The price: {weakening.price}", 2)
