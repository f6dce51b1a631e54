# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of a finding as YAML, to be pasted where the setting belongs.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ENDPOINT, PROBE, ROLE

_SCOPES = {
    ROLE: "variable of the server, in the inventory",
    ENDPOINT: "field of the endpoint in mxlab.ftp.mx_ftp_rules",
    PROBE: "option of mxlab.ftp.ftp_probe",
}
# Texts that YAML 1.1 reads as the same text without quotes: no number, no word with a meaning, no sign.
_PLAIN = re.compile(r"(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z][A-Za-z0-9_.-]*", re.IGNORECASE)
# Four numbers, or a range of ports: neither is a number of YAML.
_PLAIN_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d{1,5}-\d{1,5}")


def as_yaml(changes: Sequence[Mapping[str, Any]]) -> str:
    """Return the YAML of changes as a finding of ftp_probe has them, "" for none."""
    return "".join(f"{line}\n" for change in changes for line in _lines(change))


def _lines(change: Mapping[str, Any]) -> Iterator[str]:
    scope = _SCOPES.get(change["scope"], _text(change["scope"]))
    yield f"# {scope}{'; add this to its present value' if change.get('add') else ''}"
    name, value = _text(change["option"]), change["value"]
    if isinstance(value, (list, tuple)) and value:
        yield f"{name}:"
        yield from (f"  - {_text(item)}" for item in value)
    elif isinstance(value, dict) and value:
        yield f"{name}:"
        yield from (f"  {_text(key)}: {_text(item)}" for key, item in value.items())
    else:
        yield f"{name}: {_text(value)}"


def _text(value: Any) -> str:
    """Return a value in one line of YAML, which reads JSON as what it is."""
    if isinstance(value, str) and (_PLAIN.fullmatch(value) or _PLAIN_NUMBERS.fullmatch(value)):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
