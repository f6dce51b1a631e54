# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the caller knows of a service beside its results: where it stands, and what is expected of it.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import Fields, Items, Named, require, shown
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import VERDICTS
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit, fit_texts


@dataclass(frozen=True)
class About:
    """What is known of one service; whatever is empty is unknown.

    server, situation: the groups that the service belongs to.  title, teaches: what the situation is called, and what
    it shows.  evidence: where the files of the run are, as a relative link.
    rules: the rules of the MX in force, as JSON.  addresses: whose -> address.
    expected: name of a cell -> its verdict, at every vantage.  expected_findings: ids; None if nothing is expected.
    captures: vantage -> place -> output of `tcpdump -nn -tt -S` there.  control_port: of the server.
    """

    server: str = ""
    situation: str = ""
    title: str = ""
    teaches: str = ""
    evidence: str = ""
    rules: Any = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    expected: Mapping[str, str] = field(default_factory=dict)
    expected_findings: tuple[str, ...] | None = None
    captures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    control_port: int = 21

    @classmethod
    def parse(cls, about: Mapping[str, Any]) -> About:
        """Return what is known, its texts fit for every output.  Raise ValueError that names the first wrong part."""
        require(about, _SHAPE, _WHAT)
        known = [each.name for each in fields(cls)]
        unknown = [name for name in about if name not in known]
        if unknown:
            raise ValueError(f"expected {_WHAT}, which may have {', '.join(known)}; it has {shown(unknown[0])}")
        said = fit_texts(dict(about))
        if "expected_findings" in said:
            said["expected_findings"] = tuple(said["expected_findings"])
        return cls(**said)

    @property
    def expects(self) -> bool:
        """Return whether anything is expected, so that a failure may be right."""
        return bool(self.expected) or self.expected_findings is not None


def contexts(context: Mapping[str, Any], vantages: Mapping[str, Collection[str]]) -> dict[str, About]:
    """Return what is known of each service; vantages: those of each.

    Raise ValueError for another shape, and for an unknown service or vantage.
    """
    require(context, Named(Fields()), "a context: names of services, each with what is known of it")
    named = {fit(str(name)): about for name, about in context.items()}
    _check_names(named, vantages, "context")
    found = {name: About.parse(named.get(name, {})) for name in vantages}
    for name, about in found.items():
        _check_names(about.captures, vantages[name], f"captures of {name}")
    return found


def _check_names(names: Iterable[str], known: Collection[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{what} has {shown(name)}; expected {shown(list(known))}")


def _link(value: object) -> bool:
    """Return whether the value is a link relative to the page: neither a scheme nor a host can be in it."""
    return isinstance(value, str) and re.fullmatch(r"(?!/)[^\s:\\\x00-\x20]*", value) is not None


def _port(value: object) -> bool:
    return isinstance(value, int) and 0 < value < 65536


def _json(value: object) -> bool:
    try:
        return bool(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return False


_WHAT = "the context of a service"
_SHAPE = Fields(
    optional={
        **dict.fromkeys(("server", "situation", "title", "teaches"), str),
        "evidence": _link,
        "rules": _json,
        "addresses": Named(str),
        "expected": Named(VERDICTS.__contains__),
        "expected_findings": Items(str),
        "captures": Named(Named(str)),
        "control_port": _port,
    }
)
