# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP port ranges as people write them: C(61000-61099), or C(21) for one port.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HIGHEST_PORT = 65535

_RANGE = re.compile(r"([0-9]{1,6})(?:\s*-\s*([0-9]{1,6}))?")


@dataclass(frozen=True)
class PortRange:
    """The ports first..last, both included.

    Raises ValueError, saying what is wrong, for a port outside 1-65535 and for an inverted range.
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        for port in (self.first, self.last):
            if not 1 <= port <= HIGHEST_PORT:
                raise ValueError(f"{str(self)!r} is out of range; ports go from 1 to {HIGHEST_PORT}")
        if self.first > self.last:
            raise ValueError(f"{str(self)!r} is inverted; write the lower port first")

    @classmethod
    def parse(cls, text: str | int) -> PortRange:
        """Return the range of "61000-61099", "21" or 21; raise ValueError, with the reason, for any other text."""
        found = _RANGE.fullmatch(str(text).strip())
        if found is None:
            raise ValueError(f"{str(text)!r} is not a port or a range of ports; write it like 61000-61099 or 21")
        first, last = found.groups()
        return cls(int(first), int(last or first))

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and self.first <= port <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def overlaps(self, other: PortRange) -> bool:
        """Return whether any port belongs to both ranges."""
        return self.first <= other.last and other.first <= self.last
