# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cells of the bench: one session of one client each, what was foretold of it, and whether both agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._report import clients as known
from ansible_collections.mxlab.ftp.plugins.module_utils._report import oracle

from clients.listed import Listed

# The situations of the matrix that the bench has: healthy by two ways, and a third of the broken ones.
HEALTHY = ("one-to-one-nat",)
BROKEN = (
    "double-nat",
    "hairpin",
    "home-nat",
    "inbound-alg-no-masquerade",
    "inbound-alg-wrong-range",
    "no-masquerade",
    "wrong-range",
)


@dataclass(frozen=True, eq=False)
class Case:
    """A client with one of its modes and one setting of TLS.  version: of the program that was found."""

    client: Listed
    version: str
    mode: str
    tls: str

    @property
    def row(self) -> known.Client:
        """Return the oracle's row, changed as the mode changes the client."""
        found = known.row(self.client.row, self.version)
        newest = f"TLSv{self.tls}" if self.tls else found.newest_tls
        return replace(found, newest_tls=newest, **self.client.modes[self.mode].differs)

    @property
    def transfers(self) -> int:
        """Return how many transfers a session has: each file there and back, or five files."""
        return 2 * self.client.files or 5

    @property
    def label(self) -> str:
        """Return the client, its version, its mode and its TLS in one line."""
        return f"{self.title}, {self.mode}, {f'TLS {self.tls}' if self.tls else 'clear'}"

    @property
    def title(self) -> str:
        """Return the client with its version and the system that it runs on."""
        return f"{self.client.name} {self.version} ({self.client.system})"


@dataclass(frozen=True, eq=False)
class Cell:
    """What was foretold of a case at one server in one situation, and what it met.

    foretold, met: works, fails, hangs or (foretold only) unknown.  reason: the oracle's.  files: how many came back,
    of the wanted number.  said: the client's last words.  again: whether it was tried once more, alone.
    """

    case: Case
    situation: str
    server: str
    foretold: str
    reason: str
    met: str
    files: int
    wanted: int
    said: str
    again: bool = False

    @property
    def agrees(self) -> bool:
        """Return whether the oracle has said whether the client works, and it is so.

        Whether a client that does not work gives up or hangs is its network's affair, too.
        """
        return self.foretold != oracle.UNKNOWN and (self.foretold == oracle.WORKS) == (self.met == oracle.WORKS)

    @property
    def line(self) -> str:
        """Return the cell in one line."""
        verdict = "as foretold" if self.agrees else f"FORETOLD {self.foretold} ({self.reason})"
        came = f"{self.files}/{self.wanted} files"
        return f"{self.situation:26}{self.server:11}{self.case.label:60} {self.met:6} {came:10} {verdict}"

    def as_dict(self) -> dict[str, Any]:
        """Return the cell as JSON has it."""
        case = self.case
        named = {"client": case.client.name, "system": case.client.system, "version": case.version}
        setting = {"mode": case.mode, "tls": case.tls}
        facts = {name: getattr(self, name) for name in ("situation", "server", "foretold", "reason", "met")}
        return {
            **named,
            **setting,
            **facts,
            "files": self.files,
            "wanted": self.wanted,
            "agrees": self.agrees,
            "again": self.again,
            "said": self.said,
        }


def cases(clients: Iterable[Listed], versions: Mapping[str, str], situation: str) -> Iterator[Case]:
    """Yield the cases of a situation: each mode in a healthy one, the default mode of most clients in a broken one.

    versions: by image and command (Listed.asked); a client without a version is not there.
    """
    for client in clients:
        version = versions.get(f"{client.image} {client.asked}")
        modes = [*client.modes] if situation in HEALTHY else [*client.modes][: int(client.everywhere)]
        for mode in modes if version else ():
            for tls in client.tls:
                yield Case(client, version or "", mode, tls)


def foretell(case: Case, result: Mapping[str, Any]) -> tuple[str, str]:
    """Return the oracle's verdict on a case and its reason, by the result of the probe at the same place.

    The oracle's clients take any version of TLS; those of the bench are held to one.
    """
    spoken = (result.get("tls") or {}).get("versions", {}).get(f"TLSv{case.tls}", seen.OK)
    if case.tls and spoken != seen.OK:
        return oracle.FAILS, f"the server does not speak TLS {case.tls}: {spoken}"
    (row,) = oracle.client_oracle(result, bool(case.tls), [case.row])
    verdict = oracle.FAILS if 0 < row["transfers"] < case.transfers else row["verdict"]
    return verdict, row["reason"]


def rate(cells: Sequence[Cell]) -> str:
    """Return how many of the cells are foretold, in words."""
    right = sum(cell.agrees for cell in cells)
    return f"{right} of {len(cells)} foretold ({right / len(cells):.1%})" if cells else "no cells"
