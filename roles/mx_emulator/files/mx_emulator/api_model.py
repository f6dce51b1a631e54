# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every body of the API shares: how it is read, what is refused, and the syntax of addresses and ports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

Model = TypeVar("Model", bound="ApiModel")


class Refused(Exception):
    """A body that the API answers with 400; errors are the texts of its {"errors": [...]}."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = list(errors)


class ApiModel(BaseModel):
    """A JSON object of the API.  Unknown fields are refused: a judge that swallows a misspelt name proves nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, value: Any) -> Any:
        """Take null for an optional field as if the field were not there, unless null means something in it."""
        if not isinstance(value, dict):
            return value
        optional = _optional(cls)
        return {name: part for name, part in value.items() if part is not None or name not in optional}

    def json_object(self) -> dict[str, Any]:
        """Return the object as the API answers it: camelCase, and without the fields that nobody has set."""
        return self.model_dump(by_alias=True, exclude_none=True)


@cache
def _optional(model: type[ApiModel]) -> frozenset[str | None]:
    """Return the fields, by both of their names, that may be left out and know no null."""
    fields = model.model_fields.items()
    known = [(name, info) for name, info in fields if type(None) not in get_args(info.annotation)]
    return frozenset(either for name, info in known if not info.is_required() for either in (name, info.alias))


def parse(model: type[Model], body: object) -> Model:
    """Return the body as an object of the API; raise Refused with one text for each wrong field."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise Refused([_text(detail) for detail in error.errors()]) from None


def changed(current: Model, update: ApiModel) -> Model:
    """Return the object with the fields that the update has set; fields that it leaves out, or sets to null, stay."""
    wanted = {name: getattr(update, name) for name in update.model_fields_set}
    return current.model_copy(update={name: value for name, value in wanted.items() if value is not None})


def ports(text: str) -> range:
    """Return the ports that "21" or "61000-61099" means; raise ValueError for anything else, comma lists included."""
    match = re.fullmatch(r"([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?", text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last <= 65535:
        raise ValueError(f"'{text}' is not a port (1-65535) or one range of ports (first-last, the lower first)")
    return range(first, last + 1)


def is_any(text: str) -> bool:
    """Whether the text is the word any, which the dashboard also writes as Any."""
    return text.lower() == "any"


def items(text: str) -> list[str]:
    """Return the elements of a comma-separated list, without the blanks around them."""
    return [item.strip() for item in text.split(",")]


def _port_text(text: str) -> str:
    ports(text)
    return text


def _port_or_any(text: str) -> str:
    return text if is_any(text) else _port_text(text)


def _address(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise ValueError(f"'{text}' is not an IPv4 address") from None


def _subnet(text: str) -> str:
    try:
        return str(IPv4Network(text))
    except ValueError:
        raise ValueError(f"'{text}' is not an IPv4 subnet in CIDR form") from None


def _source(text: str) -> str:
    if not is_any(text):
        try:
            IPv4Network(text, strict=False)
        except ValueError:
            raise ValueError(f"'{text}' is not an IPv4 address, a subnet in CIDR form or 'any'") from None
    return text


def _id_text(value: Any) -> Any:
    # Older documents have a string where newer ones have a number, or the other way round.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Address = Annotated[str, AfterValidator(_address)]
IdText = Annotated[str, BeforeValidator(_id_text)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=127)]
PortText = Annotated[str, AfterValidator(_port_text)]
PortOrAny = Annotated[str, AfterValidator(_port_or_any)]
Source = Annotated[str, AfterValidator(_source)]
Subnet = Annotated[str, AfterValidator(_subnet)]


def _text(detail: Any) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(".")
    return f"{path or 'body'}: {detail['msg'].removeprefix('Value error, ')}"
