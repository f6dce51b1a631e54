# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords against hashes."""

from __future__ import annotations

import pytest
from mxlab_ftpd.passwords import verify

# openssl passwd -6 -salt mxlabftp lab-password, and so on.
SHA512 = "$6$mxlabftp$dZYw.eqv2x36oOGWbSISRF7EIaTT4TFIz.ZFw82tLbKP/8rfuR4QYjnfPzZmk/4h2bKlQhWtday32YpnbY5d30"
SHA256 = "$5$mxlabftp$c49y4KjsCL6Vv0HJPHznxSoNurhEAhQFxwme41ikR/3"


@pytest.mark.parametrize("password_hash", [SHA512, SHA256])
def test_the_password_fits(password_hash: str) -> None:
    assert verify("lab-password", password_hash)


@pytest.mark.parametrize("password", ["", "lab-passwor", "Lab-password", SHA512, "\udcff"])
def test_another_does_not(password: str) -> None:
    assert not verify(password, SHA512)


@pytest.mark.parametrize("password_hash", [None, "*", "!", "$6$", "$no$such$method", "lab-password"])
@pytest.mark.parametrize("password", ["", "lab-password", "*0"])
def test_no_password_fits_what_is_no_hash(password: str, password_hash: str | None) -> None:
    assert not verify(password, password_hash)
