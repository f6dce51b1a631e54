# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An X.509 certificate's DER bytes in, what it says out; no sockets.

Python decodes only certificates that it trusts, and a probe meets others.  RFC 5280 section 4.1 has the structure.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime, timezone

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Certificate
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.reply import presentable

MAX_BYTES = 1 << 14

_UTC_TIME = 0x17
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_DNS_NAME, _IP_ADDRESS = 0x82, 0x87
_SUBJECT_ALT_NAME = bytes((0x55, 0x1D, 0x11))
# RFC 4519 names of the attributes that people look for; others are left out.
_ATTRIBUTES = {
    bytes((0x55, 0x04, 0x03)): "CN",
    bytes((0x55, 0x04, 0x0A)): "O",
    bytes((0x55, 0x04, 0x0B)): "OU",
    bytes((0x55, 0x04, 0x06)): "C",
}
_BMP_STRING = 0x1E


def read_certificate(der: bytes, name: str, now: datetime, secret: str) -> Certificate:
    """Return what the certificate says, and whether it is valid now for name, a host name or an IP address.

    Raise ValueError for bytes that are no certificate, or more than a certificate needs.
    """
    if len(der) > MAX_BYTES:
        raise ValueError(f"the certificate has more than {MAX_BYTES} bytes")
    (_tag, certificate), *_rest = _items(der)
    (_tag, signed), *_rest = _items(certificate)
    fields = [field for field in _items(signed) if field[0] != _VERSION]
    if len(fields) < 6:
        raise ValueError("a certificate has at least six fields")
    _serial, _algorithm, (_tag, issuer), (_tag, validity), (_tag, subject), *others = fields
    not_before, not_after = (_time(tag, value) for tag, value in _items(validity))
    names = tuple(_names(others))
    return Certificate(
        subject=presentable(_name(subject), secret),
        issuer=presentable(_name(issuer), secret),
        names=tuple(presentable(each, secret) for each in names),
        not_before=not_before.strftime("%Y-%m-%dT%H:%M:%SZ"),
        not_after=not_after.strftime("%Y-%m-%dT%H:%M:%SZ"),
        expired=now > not_after,
        not_yet_valid=now < not_before,
        self_signed=issuer == subject,
        name_matches=any(_matches(each, name) for each in names),
    )


def _items(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element, one after the other (X.690 section 8.1)."""
    while der:
        if len(der) < 2:
            raise ValueError("the bytes end within an element")
        tag, length, start = der[0], der[1], 2
        if length & 0x80:
            start = 2 + (length & 0x7F)
            length = int.from_bytes(der[2:start], "big")
        if start + length > len(der):
            raise ValueError("an element is longer than what holds it")
        yield tag, der[start : start + length]
        der = der[start + length :]


def _time(tag: int, value: bytes) -> datetime:
    """RFC 5280 section 4.1.2.5: two digits of the year mean 1950 to 2049."""
    text = value.decode("ascii")
    if tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)


def _name(der: bytes) -> str:
    parts = []
    for _set, attributes in _items(der):
        for _sequence, attribute in _items(attributes):
            (_oid, kind), (tag, value) = _items(attribute)
            if kind in _ATTRIBUTES:
                encoding = "utf-16-be" if tag == _BMP_STRING else "utf-8"
                parts.append(f"{_ATTRIBUTES[kind]}={value.decode(encoding, 'backslashreplace')}")
    return ", ".join(parts)


def _names(fields: list[tuple[int, bytes]]) -> Iterator[str]:
    holders = [value for tag, value in fields if tag == _EXTENSIONS]
    for _sequence, extensions in (item for holder in holders for item in _items(holder)):
        for _sequence, extension in _items(extensions):
            (_oid, kind), *_critical, (_octets, value) = _items(extension)
            if kind == _SUBJECT_ALT_NAME:
                yield from _alternative_names(value)


def _alternative_names(der: bytes) -> Iterator[str]:
    for _sequence, names in _items(der):
        for tag, value in _items(names):
            if tag == _DNS_NAME:
                yield value.decode("ascii", "backslashreplace")
            elif tag == _IP_ADDRESS and len(value) in (4, 16):
                yield str(ipaddress.ip_address(value))


def _matches(pattern: str, name: str) -> bool:
    """RFC 6125 section 6.4.3: a wildcard stands for the whole leftmost label and nothing else."""
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if pattern.startswith("*."):
        return "." in name and not name.replace(".", "").isdigit() and name.split(".", 1)[1] == pattern[2:]
    return pattern == name
