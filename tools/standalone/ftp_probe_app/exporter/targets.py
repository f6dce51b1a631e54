# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which targets may be probed: what a URL names is checked, and then each address that it resolves to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Union

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import resolve

from ftp_probe_app.exporter.answers import bad, forbidden

Address = Union[IPv4Address, IPv6Address]
Network = Union[IPv4Network, IPv6Network]

# The longest name of DNS is 253 characters; brackets, colon and port come on top.
_LONGEST = 264
_PARTS = re.compile(r"(?:\[(?P<inside>[^\[\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>[0-9]{1,5}))?")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# The last label begins with a letter: getaddrinfo() reads 2130706433, 0177.0.0.1 and 0x7f.1 as 127.0.0.1.
_NAME = re.compile(rf"(?:{_LABEL}\.)*[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
# A wider network in the allow-list, such as 0.0.0.0/0, does not include these; an entry within one of them does.
_SPECIAL = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "224.0.0.0/3",
            "::/127",
            "fe80::/10",
            "ff00::/8",
            # Prefixes that hold an IPv4 address: mapped, NAT64, 6to4.
            "::ffff:0:0/96",
            "64:ff9b::/96",
            "2002::/16",
        ),
    )
)


@dataclass(frozen=True)
class Destination:
    """A target of a URL: a name in lower case or an IP address, and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, default_port: int) -> Destination:
        """Return the destination that a URL's target means; refuse everything but HOST and HOST:PORT."""
        _refuse_foreign_forms(text)
        host, port = _divided(text)
        return cls(host, default_port if port is None else port)

    @property
    def address(self) -> Address | None:
        """Return the address if the host is one, not a name."""
        return _address(self.host)

    def __str__(self) -> str:
        """Return HOST:PORT."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def addresses(self) -> tuple[str, ...]:
        """Return the addresses that the host has now, resolved once; raise OSError if it has none."""
        return (self.host,) if self.address else resolve(self.host)


@dataclass(frozen=True)
class Entry:
    """One entry of the allow-list: a network, or a name, "*.SUFFIX" for all names below; port None: the module's."""

    text: str
    network: Network | None
    name: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Entry:
        """Return the entry; raise ValueError that says what is wrong with it."""
        host, port = _split(text)
        network = _network(host)
        name = "" if network else host.lower().rstrip(".")
        if network is None and not _NAME.fullmatch(name[2:] if name.startswith("*.") else name):
            raise ValueError(
                f"allow has {text!r}; expected a name, *.SUFFIX, an address or a network, and perhaps :PORT"
            )
        return cls(text, network, name, port)

    def names(self, destination: Destination, default_port: int) -> bool:
        """Return whether the entry is about this destination."""
        if destination.port != (default_port if self.port is None else self.port):
            return False
        address = destination.address
        if address:
            return self.holds(address)
        if self.name.startswith("*."):
            return destination.host.endswith(self.name[1:])
        return bool(self.name) and destination.host == self.name

    def holds(self, address: Address) -> bool:
        """Return whether the entry is a network that this address may be reached in."""
        if self.network is None or address not in self.network:
            return False
        return all(_within(self.network, special) for special in _SPECIAL if address in special)


@dataclass(frozen=True)
class AllowList:
    """All entries; an empty list allows nothing."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> AllowList:
        """Return the list; raise ValueError for the first bad entry."""
        return cls(tuple(map(Entry.parse, texts)))

    def check_destination(self, destination: Destination, default_port: int) -> None:
        """Refuse a destination that no entry is about."""
        if not any(entry.names(destination, default_port) for entry in self.entries):
            raise forbidden(f"{destination} is not allowed; add it to allow in the file of the exporter")

    def check_addresses(self, destination: Destination, addresses: Iterable[str]) -> None:
        """Refuse a destination if one of the addresses that it resolved to is in no network of the list.

        A network with a port counts for that port only, one without for the port that the name's entry allows.
        """
        networks = [entry for entry in self.entries if entry.port in (None, destination.port)]
        for address in addresses:
            if not any(entry.holds(ip_address(address)) for entry in networks):
                raise forbidden(
                    f"{destination.host} has the address {address}, which no network in allow includes; add the"
                    " address if it is right"
                )


def _refuse_foreign_forms(text: str) -> None:
    """Refuse what is more than a host and a port; a text with credentials is not repeated."""
    if not text:
        raise bad("target is missing; expected target=HOST or target=HOST:PORT")
    if len(text) > _LONGEST:
        raise bad(f"target has {len(text)} characters; expected at most {_LONGEST}")
    if "@" in text:
        raise bad("target contains @; set user and password_file in a module of the file, not in the URL")
    if "/" in text:
        raise bad("target contains /; expected HOST or HOST:PORT, without scheme and path")


def _divided(text: str) -> tuple[str, int | None]:
    """Return the host of a target in its only form, and the port."""
    try:
        host, port = _split(text)
    except ValueError as error:
        raise bad(f"target is {text!a}; expected HOST, HOST:PORT or [IPV6]:PORT") from error
    address = _address(host)
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or "%" in host):
        raise bad(f"target is {text!a}; write a mapped address as its IPv4 address, and leave out a zone")
    name = host.lower()[:-1] if host.endswith(".") else host.lower()
    if address is None and not (_NAME.fullmatch(name) and len(name) <= 253):
        raise bad(f"target is {text!a}; expected a host name of ASCII letters, digits and hyphens, or an IP address")
    return address.compressed if address else name, port


def _split(text: str) -> tuple[str, int | None]:
    """Return host and port of HOST, HOST:PORT, [IPV6], [IPV6]:PORT or a bare IPv6 address; raise ValueError."""
    if isinstance(_network(text), IPv6Network):
        return text, None
    parts = _PARTS.fullmatch(text)
    if parts is None or (parts["inside"] is not None and not isinstance(_network(parts["inside"]), IPv6Network)):
        raise ValueError(f"{text!r} is no host with or without a port")
    port = int(parts["port"]) if parts["port"] else None
    if port is not None and not 1 <= port <= 65535:
        raise ValueError(f"{text!r} has the port {port}; expected 1 to 65535")
    return parts["inside"] or parts["host"], port


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> Network | None:
    """Return the network that the text is; None for a name.  Raise ValueError for a network with bits of a host."""
    if not re.fullmatch(r"[0-9.]+(/[0-9]+)?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\w+)?(/[0-9]+)?", text):
        return None
    try:
        return ip_network(text)
    except ValueError:
        if "/" in text:
            raise
        return None


def _within(network: Network, special: Network) -> bool:
    """Return whether the network is part of the special one; both are of one IP version."""
    return network.network_address in special and network.prefixlen >= special.prefixlen
