# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/export.schema.json from the table of parts that mx_export and mx_reach read exports by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import Either, Maybe, Such
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import FORMAT, HEAD, VERSION
from ansible_collections.mxlab.ftp.plugins.module_utils._export.parts import PARTS, Part

PAGE = Path(__file__).parents[1] / "docs" / "export.schema.json"
Json = dict[str, Any]
_TYPES = {str: "string", bool: "boolean", int: "integer"}
_COMMENT = (
    "Made by `make export-schema` from plugins/module_utils/_export/parts.py: change that. The schema accepts all that"
    " mxlab.ftp.mx_reach accepts as its option export. The module also refuses a part that is there twice, a name in"
    " raw answers that looks misspelt, an IPv6 subnet that is none, a part that is about other networks only, and an"
    " uplink that one answer has twice."
)


def schema() -> Json:
    """Return the JSON Schema of an export: our own form, or a collection of raw answers."""
    names = {given: name for name, part in PARTS.items() for given in (name, *part.aliases)}
    parts = {given: {"$ref": f"#/$defs/{name}"} for given, name in names.items()}
    own = {"format": {"const": FORMAT}, "version": {"const": VERSION}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Export of all that decides about FTP at one Meraki MX",
        "$comment": _COMMENT,
        "type": "object",
        "properties": {
            **parts,
            "networks": {
                "description": "The parts of one network, if those of the organization are beside it.",
                "type": "array",
                "minItems": 1,
                "maxItems": 1,
                "items": {"type": "object", "properties": parts},
            },
        },
        "if": {"required": ["format"]},
        "then": {
            "properties": {**own, "networks": {"items": {"propertyNames": {"enum": [*HEAD, *names]}}}},
            "required": ["version"],
            "propertyNames": {"enum": [*HEAD, "networks", *names]},
        },
        "$defs": {name: _part(part) for name, part in PARTS.items()},
    }


def _part(part: Part) -> Json:
    return {"description": f"The answer of GET {part.path}. Null is as if it were left out.", **of(Maybe(part.shape))}


def of(shape: Any) -> Json:
    """Return the JSON Schema of a shape, in the short form where the types tell its alternatives apart."""
    either = [*_alternatives(shape)]
    whole = [each for each in either if set(each) != {"type"}]
    if len(either) == 1 or len(whole) > 1:
        return either[0] if len(either) == 1 else {"anyOf": either}
    return {**dict(*whole), "type": [each["type"] for each in either]}


def _alternatives(shape: Any) -> Iterator[Json]:
    if isinstance(shape, Maybe):
        yield from (*_alternatives(shape.shape), {"type": "null"})
    elif isinstance(shape, Either):
        yield from (found for each in shape.shapes for found in _alternatives(each))
    elif isinstance(shape, Such):
        yield {"type": "string", "description": f"Expected: {shape.expected}.", "pattern": f"^({shape.pattern})$"}
    elif isinstance(shape, list):
        yield {"type": "array", "items": of(shape[0])}
    elif isinstance(shape, dict):
        yield _object(shape)
    else:
        yield {"type": _TYPES[shape]}


def _object(fields: Mapping[str, Any]) -> Json:
    required = [name for name, shape in fields.items() if not isinstance(shape, Maybe)]
    known = {"properties": {name: of(shape) for name, shape in fields.items()}, "required": required}
    return {"type": "object", **{keyword: value for keyword, value in known.items() if value}}


def text() -> str:
    """Return the text of the file."""
    return json.dumps(schema(), indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text())
