# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all JUnit XML files have in common: their counts, and how they are written.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence


def written(suites: Sequence[ET.Element]) -> str:
    """Return the text of a file with these suites."""
    root = ET.Element("testsuites", totals(suites))
    root.extend(suites)
    # Python 3.9 would declare the encoding of the locale if it were asked for text.
    encoded: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return encoded.decode() + "\n"


def totals(elements: Sequence[ET.Element]) -> dict[str, str]:
    """Return the counts that readers compare with the cases."""
    kinds = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    return {name: str(sum(len(list(one.iter(kind))) for one in elements)) for name, kind in kinds.items()}
