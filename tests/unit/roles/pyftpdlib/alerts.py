# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts of TLS 1.3 that Python's ssl module cannot send, encrypted with the client's secret from its key log."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

# RFC 8446, section 6.1.
CLOSE_NOTIFY, USER_CANCELED = 0, 90
# RFC 8446, sections 5.1 and 6: the types of records, and the level of both alerts.
_APPLICATION_DATA, _ALERT, _WARNING = 23, 21, 1
_TAG_BYTES = 16


def alert(keylog: Path, description: int, already_sent: int) -> bytes:
    """Return the record of an alert by a client with TLS_AES_256_GCM_SHA384 that has sent this number of records."""
    lines = [line.split() for line in keylog.read_text().splitlines()]
    secret = next(bytes.fromhex(words[2]) for words in lines if words[:1] == ["CLIENT_TRAFFIC_SECRET_0"])
    vector = int.from_bytes(_expanded(secret, "iv", 12), "big") ^ already_sent
    content = bytes([_WARNING, description, _ALERT])
    header = bytes([_APPLICATION_DATA, 3, 3]) + (len(content) + _TAG_BYTES).to_bytes(2, "big")
    return header + AESGCM(_expanded(secret, "key", 32)).encrypt(vector.to_bytes(12, "big"), content, header)


def _expanded(secret: bytes, label: str, length: int) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446, section 7.1)."""
    name = f"tls13 {label}".encode()
    info = length.to_bytes(2, "big") + bytes([len(name)]) + name + b"\0"
    return HKDFExpand(hashes.SHA384(), length, info).derive(secret)
