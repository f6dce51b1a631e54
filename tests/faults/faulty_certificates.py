# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for faulty servers: each a PEM file with key and certificate, made when the tests begin."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "ftp.example.com"
_NOW = datetime.datetime.now(datetime.timezone.utc)
_DAY = datetime.timedelta(days=1)
# Kind -> names in the certificate, first and last day counted from today.
_KINDS = {
    "sound": ([NAME], -1, 365),
    "expired": ([NAME], -100, -10),
    "early": ([NAME], 10, 100),
    "misnamed": (["mail.example.net"], -1, 365),
    "nameless": ([NAME], -1, 365),
}


def write(folder: Path, addresses: list[str]) -> None:
    """Write one file for each kind; the addresses are in those whose name is right."""
    for kind, (names, first, last) in _KINDS.items():
        held = {"misnamed": ["192.0.2.1"], "nameless": []}.get(kind, addresses)
        (folder / f"{kind}.pem").write_bytes(_made(names, held, _NOW + first * _DAY, _NOW + last * _DAY))


def _made(names: list[str], addresses: list[str], first: datetime.datetime, last: datetime.datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    held = [x509.DNSName(name) for name in names] + [x509.IPAddress(ipaddress.ip_address(one)) for one in addresses]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectAlternativeName(held), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    return certificate.public_bytes(form) + key.private_bytes(
        form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
