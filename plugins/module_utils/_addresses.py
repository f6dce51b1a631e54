# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind an IP address is, and so from where it can be reached.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from typing import Any, NamedTuple

UNSPECIFIED = "unspecified"
LOOPBACK = "loopback"
LINK_LOCAL = "link-local"
PRIVATE = "private"
CARRIER = "carrier"
MULTICAST = "multicast"
RESERVED = "reserved"
PUBLIC = "public"
_OF_SERVERS = (PRIVATE, CARRIER, PUBLIC)

# Everything else is public.  So are the TEST-NETs (RFC 5737) and 2001:db8::/32 (RFC 3849), which ipaddress.is_private
# counts as private: labs use them as the Internet.
_NETWORKS = tuple(
    (kind, ip_network(text))
    for kind, texts in {
        UNSPECIFIED: ("0.0.0.0/8", "::/128"),  # RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.2
        LOOPBACK: ("127.0.0.0/8", "::1/128"),  # RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3
        LINK_LOCAL: ("169.254.0.0/16", "fe80::/10"),  # RFC 3927, RFC 4291 section 2.5.6
        PRIVATE: ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),  # RFC 1918, RFC 4193
        CARRIER: ("100.64.0.0/10",),  # RFC 6598: between the NAT of a provider and its customers
        MULTICAST: ("224.0.0.0/4", "ff00::/8"),  # RFC 5771, RFC 4291 section 2.7
        # RFC 6890 section 2.2.2 (192.0.0.0/24, 198.18.0.0/15: RFC 2544); RFC 7526 section 5 (relays of 6to4, given up);
        # RFC 1112 section 4, with the broadcast address
        RESERVED: ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
    }.items()
    for text in texts
)

# The longest prefix of a network with a network and a broadcast address.
_LONGEST_WITH_ENDS = 30

# The TEST-NETs (RFC 5737), which nobody has outside labs and examples.
TEST_NETS = tuple(map(IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))


def kind_of(address: str) -> str:
    """Return the kind of an IPv4 or IPv6 address, "" for a text that is no address.

    An IPv4 address in an IPv6 one (::ffff:192.0.2.1) has the kind of the IPv4 address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    plain = getattr(parsed, "ipv4_mapped", None) or parsed
    return next((kind for kind, network in _NETWORKS if plain in network), PUBLIC)


def refusal(address: str) -> str:
    """Return why no server can be reached at an IPv4 address, as a clause; "" if one can.

    A router forwards none of these: 0.0.0.0/8 and 127.0.0.0/8 (RFC 1122 section 3.2.1.3), 169.254.0.0/16 (RFC 3927
    section 7), and what lies beyond 223.255.255.255 is no address of one host (RFC 1112 section 4).
    """
    kind = kind_of(address)
    if ":" in address or not kind:
        return "is not an IPv4 address"
    return "" if kind in _OF_SERVERS else f"is {kind}, so no server behind a router has it"


def is_lan(address: str) -> bool:
    """Return whether only hosts of the same LAN can reach the address: it is private or link-local."""
    return kind_of(address) in (PRIVATE, LINK_LOCAL)


def not_public() -> tuple[IPv4Network, ...]:
    """Return the IPv4 networks that the Internet does not route; the TEST-NETs are none of them."""
    return tuple(network for _kind, network in _NETWORKS if isinstance(network, IPv4Network))


def outside_internet(server: str) -> tuple[IPv4Network, ...]:
    """Return the IPv4 networks that no client on the Internet has an address of.

    These are all that are not public, and the TEST-NETs unless `server`, the address of the server, is in one itself.
    """
    example = any(ip_address(server) in network for network in TEST_NETS)
    return not_public() if example else (*not_public(), *TEST_NETS)


class NoHost(NamedTuple):
    """Why no server has an address, as a clause, and whether that is certain."""

    reason: str
    certain: bool


def no_host(address: str, subnets: Sequence[Mapping[str, Any]]) -> NoHost | None:
    """Return why no server has an address of the LAN; None if one may. `subnets` are as mx_info returns them.

    A network's first and last address are none of a host (RFC 1122 section 3.2.1.3), unless it has only two (RFC 3021).
    Of the subnets around an address the smallest counts, as in routing.
    """
    owner = next((each["cidr"] for each in subnets if each.get("appliance_ip") == address), None)
    if owner is not None:
        return NoHost(f"is the MX's own address in {owner}", True)
    around = list(_around(IPv4Address(address), subnets))
    network, source = max(around, key=lambda each: each[0].prefixlen, default=(None, None))
    if network is None or network.prefixlen > _LONGEST_WITH_ENDS:
        return None
    end = {str(network[0]): "network address", str(network[-1]): "broadcast address"}.get(address)
    return None if end is None else _end_of(network, end, routed=source == "static_route")


def _end_of(network: IPv4Network, end: str, routed: bool) -> NoHost:
    if routed:
        # Only the router behind the route knows how its network is divided.
        return NoHost(f"is perhaps the {end} of a network behind the static route {network}", False)
    return NoHost(f"is the {end} of {network}, which no host has", True)


def _around(address: IPv4Address, subnets: Sequence[Mapping[str, Any]]) -> Iterator[tuple[IPv4Network, Any]]:
    networks = ((_network(each["cidr"]), each.get("source")) for each in subnets)
    return ((network, source) for network, source in networks if address in network)


@lru_cache(maxsize=4096)
def _network(text: str) -> IPv4Network:
    return IPv4Network(text.strip(), strict=False)
