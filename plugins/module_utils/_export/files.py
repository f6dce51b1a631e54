# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports as files of a folder: their names, their text, and which of them differ from what is there.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

_TIME = "exportedAt"


def differing(documents: Iterable[Mapping[str, Any]], folder: str) -> dict[Path, str]:
    """Return the new text of each file whose document differs in more than the time of the export.

    Raises OSError if a file that is there cannot be read.
    """
    found = {Path(folder, _name(document)): document for document in documents}
    return {
        path: json.dumps(document, indent=4) + "\n"
        for path, document in found.items()
        if _without_time(_before(path)) != _without_time(document)
    }


def _name(document: Mapping[str, Any]) -> str:
    network = document["network"]
    return f"{quote(network['name'], safe='')}-{network['id']}.json"


def _before(path: Path) -> Any:
    """Return the document in a file; None if there is no file, or no JSON in it."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _without_time(document: Any) -> Any:
    return {**document, _TIME: None} if isinstance(document, dict) else document
