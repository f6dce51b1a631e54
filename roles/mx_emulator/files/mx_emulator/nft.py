# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts for nft that more than one kind of rule needs."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, collapse_addresses


def elements(items: Iterable[str]) -> str:
    """Return an anonymous set, in an order that does not depend on the order of the items."""
    return "{ " + ", ".join(sorted(set(items))) + " }"


def names(devices: Iterable[str]) -> str:
    """Return a set of interfaces."""
    return elements(f'"{device}"' for device in devices)


def networks(texts: Iterable[str]) -> str:
    """Return a set of addresses and subnets.  Those that another one contains are left out: nft refuses overlaps."""
    return elements(map(str, collapse_addresses(IPv4Network(text, strict=False) for text in texts)))
