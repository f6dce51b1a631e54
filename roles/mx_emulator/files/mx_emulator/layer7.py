# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer 7 list: its shape, and which packets its rules of ports and address ranges drop.

Rules of the other types are stored and answered, and drop nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from typing import Any, Literal, NamedTuple

from pydantic import model_validator

from .addresses import is_name
from .api_model import ApiModel, ports

Type = Literal["allowedCountries", "application", "applicationCategory", "blockedCountries", "host", "ipRange", "port"]

# A few of the vendor's, so that a client has something to choose from; rules may have others.
CATEGORIES = [
    {
        "id": "meraki:layer7/category/24",
        "name": "Advertising",
        "applications": [{"id": "meraki:layer7/application/5", "name": "Advertising.com"}],
    },
    {"id": "meraki:layer7/category/8", "name": "Peer-to-peer (P2P)", "applications": []},
]


class Range(NamedTuple):
    """What a rule of type port or ipRange compares; no addresses mean all, no ports all."""

    addresses: str = ""
    ports: str = ""


class Layer7Rule(ApiModel):
    """One rule; all of them deny, so that their order means nothing."""

    policy: Literal["deny"]
    type: Type
    value: Any

    @model_validator(mode="after")
    def _value_fits_the_type(self) -> Layer7Rule:
        problem = next(_problems(self.type, self.value), "")
        if problem:
            raise ValueError(f"value {problem}")
        return self

    @property
    def range(self) -> Range | None:
        """What the rule compares; None if it cannot be seen in a packet's head."""
        if self.type == "port":
            return Range(ports=self.value)
        return _range(self.value) if self.type == "ipRange" else None


class Layer7Rules(ApiModel):
    """The list, and the body of its update."""

    rules: list[Layer7Rule] = []


def _problems(kind: Type, value: Any) -> Iterator[str]:
    """Return what is wrong with the value of a rule."""
    if kind in ("allowedCountries", "blockedCountries"):
        codes = value if isinstance(value, list) else []
        if not codes or not all(isinstance(code, str) and re.fullmatch("[A-Z]{2}", code) for code in codes):
            yield "must be a list of two-letter codes of countries, as in ['DE', 'FR']"
    elif kind in ("application", "applicationCategory"):
        yield from _unknown_application(kind.removeprefix("application").lower() or kind, value)
    elif not isinstance(value, str):
        yield "must be a text"
    elif kind == "host":
        if not is_name(value):
            yield f"'{value}' is not a name as in example.com"
    else:
        read: Callable[[str], object] = ports if kind == "port" else _range
        try:
            read(value)
        except ValueError as error:
            yield str(error)


def _unknown_application(kind: str, value: Any) -> Iterator[str]:
    known = value if isinstance(value, dict) else {"id": value}
    form = f"meraki:layer7/{kind}/"
    if not re.fullmatch(rf"{form}[0-9]+", str(known.get("id"))) or not set(known) <= {"id", "name"}:
        yield f"must be an object with an id as in '{form}5', and a name if wanted"


def _range(text: str) -> Range:
    addresses, _colon, port = text.partition(":")
    # The API's own example has 10.11.12.00/24.
    plain = re.sub(r"\b0+(?=[0-9])", "", addresses)
    try:
        network = str(IPv4Network(plain, strict=False))
    except ValueError:
        raise ValueError(f"'{text}' is not an IPv4 address or subnet, with :port if wanted") from None
    if ":" in text:
        ports(port)
    return Range(network, port)
