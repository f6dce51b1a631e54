# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the build has read for the command line: the version, and the documentation of the module's options.

PyYAML, which reads the documentation, is not part of Python's standard library.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FILE = "texts.json"


@dataclass(frozen=True)
class Texts:
    """version: of the collection.  options: name -> paragraphs of plain text.  examples: name -> a value to show."""

    version: str
    options: Mapping[str, Sequence[str]]
    examples: Mapping[str, str]

    @classmethod
    def read(cls) -> Texts:
        """Return what the build has put beside this file."""
        return cls(**json.loads(pkgutil.get_data(__name__, FILE) or b""))
