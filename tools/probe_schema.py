# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/probe.schema.json: what ftp_probe documents of its result, and what reports require of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence, result
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import Fields, Items, Named, moment, number
from ansible_collections.mxlab.ftp.plugins.module_utils._report import oracle, report, vantages
from ansible_collections.mxlab.ftp.plugins.modules import ftp_probe

PAGE = Path(__file__).parents[1] / "docs" / "probe.schema.json"
Json = dict[str, Any]
_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}
_COMMENT = (
    "Made by `make probe-schema` from the RETURN documentation of plugins/modules/ftp_probe.py and the shapes that"
    " reports require: change those. A file is what ftp_probe returns, or what the variable ftp_probe_report of the"
    " playbook probe names: services, each with a report. A server without any result is an empty object."
)
# A time as that of a certificate.
_MOMENT = r"^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d[Z]$"
# What a shape says by a function, or by a type of Python.
_SHAPES: dict[Any, Json] = {
    number: {"type": "number", "exclusiveMinimum": -(10**15), "exclusiveMaximum": 10**15},
    moment: {"type": "string", "pattern": _MOMENT},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    object: {},
}
# The fields of which nothing may be known.
_UNKNOWN = {
    each.name for kind in (evidence.Cell, evidence.Tls) for each in fields(kind) if each.type == "bool | None"
} | {
    name
    for name, member in vars(evidence.Cell).items()
    if isinstance(member, property) and member.fget and member.fget.__annotations__["return"] == "bool | None"
}


def schema() -> Json:
    """Return the JSON Schema of a result, and of a file of reports."""
    judged = {"required": ["passed"], "properties": {"passed": {"type": "boolean"}}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Result of mxlab.ftp.ftp_probe, or services with reports of mxlab.ftp.probe_report",
        "$comment": _COMMENT,
        "type": "object",
        "if": judged,
        "then": {"$ref": "#/$defs/service"},
        "else": {
            "additionalProperties": {"type": "object", "if": {"maxProperties": 0}, "else": {"$ref": "#/$defs/service"}}
        },
        "$defs": {
            "service": {
                "if": {"required": ["vantages"]},
                "then": {"$ref": "#/$defs/report"},
                "else": {"$ref": "#/$defs/result"},
            },
            "result": _result(),
            "report": _report(),
        },
    }


def _result() -> Json:
    read = merged(of(vantages.RESULT), of(oracle.SHAPE))
    cells = {"properties": {name: {"items": of(result.CELL)} for name in ("cells", "trials")}}
    return merged(merged(_object(yaml.safe_load(ftp_probe.RETURN)), read), cells)


def _report() -> Json:
    """Return the schema of a report: cells and findings as in a result, and the rest of a result at each vantage."""
    known = _result()["properties"]
    same = {"properties": {name: known[name] for name in ("passed", "cells", "findings")}}
    rest = {"properties": {name: known[name] for name in report.OF_EACH_VANTAGE if name in known}}
    return merged(merged(of(report.SHAPE), same), {"properties": {"vantages": {"additionalProperties": rest}}})


def merged(one: Json, other: Json) -> Json:
    """Return what two schemas say together; what both say in other words, the first one says."""
    return {**other, **one, **{name: _both(one[name], other[name]) for name in one if name in other}}


def _both(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return merged(one, other)
    return list(dict.fromkeys([*one, *other])) if isinstance(one, list) and isinstance(other, list) else one


def of(shape: Any) -> Json:
    """Return the JSON Schema of a shape."""
    if isinstance(shape, Items):
        return {"type": "array", "items": of(shape.shape)}
    if isinstance(shape, Named):
        return {"type": "object", "additionalProperties": of(shape.shape)}
    if isinstance(shape, Fields):
        known = {name: of(each) for name, each in {**shape.required, **shape.optional}.items()}
        required = {"required": list(shape.required)} if shape.required else {}
        return {"type": "object", "properties": known, **required}
    return _SHAPES[shape] if shape in _SHAPES else {"enum": list(vantages.VERDICTS)}


def _object(documented: Mapping[str, Any]) -> Json:
    return {"type": "object", "properties": {name: _field(name, each) for name, each in documented.items()}}


def _field(name: str, documented: Mapping[str, Any]) -> Json:
    """Return the schema of a documented field."""
    found: Json = {"description": _words(documented["description"])}
    kind = _TYPES.get(documented["type"])
    inner = _object(documented["contains"]) if "contains" in documented else {}
    if kind == "array":
        inner = {"items": inner or {"type": _TYPES[documented["elements"]]}}
    return {**found, **({"type": [kind, "null"] if name in _UNKNOWN else kind} if kind else {}), **inner}


def _words(description: str | Iterable[str]) -> str:
    """Return a description without Ansible's markup."""
    sentences = [description] if isinstance(description, str) else description
    return re.sub(r"\b(?:[VCOMIBP]|RV)\(([^)]*)\)", r"\1", " ".join(sentences))


def text() -> str:
    """Return the text of the file."""
    return json.dumps(schema(), indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text())
