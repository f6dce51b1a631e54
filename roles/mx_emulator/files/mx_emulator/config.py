# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's MX is: organizations, networks, uplinks, LAN.  Written by the role, read once at start."""

from __future__ import annotations

from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Uplink(_Part):
    """One WAN interface of the MX.  Without public_ip the MX is not itself behind NAT; 0.0.0.0 is no address."""

    address: IPv4Interface
    status: str = "active"
    gateway: IPv4Address | None = None
    public_ip: IPv4Address | None = None


class Network(_Part):
    """One network with its one MX; uplinks are in order: the first is wan1 (internet1 in rules), the second wan2.

    Without data_plane it exists in the API only.
    """

    id: str
    name: str
    time_zone: str = "Etc/UTC"
    serial: str
    model: str = "MX85"
    mac: str = "00:18:0a:00:00:01"
    firmware: str = "wired-18-107-10"
    deployment_mode: Literal["routed", "passthrough"] = "routed"
    is_bound_to_config_template: bool = False
    lan_subnets: list[IPv4Network] = Field(min_length=1)
    uplinks: list[Uplink] = Field(min_length=1)
    primary_uplink: str = "internet1"
    inbound_ftp_helper: bool = False
    data_plane: bool = True

    @model_validator(mode="after")
    def _primary_exists(self) -> Network:
        if self.primary_uplink not in self.uplinks_by_name:
            raise ValueError(f"primary_uplink '{self.primary_uplink}' is not one of {', '.join(self.uplinks_by_name)}")
        return self

    @property
    def uplinks_by_name(self) -> dict[str, Uplink]:
        """The uplinks under the names that rules use: internet1, internet2, ..."""
        return {f"internet{number}": uplink for number, uplink in enumerate(self.uplinks, 1)}


class Organization(_Part):
    """An organization: the unit of the rate limit."""

    id: str
    name: str
    networks: list[Network] = []


class Config(_Part):
    """The whole file.  Every key may read and write every organization."""

    listen_address: str = "127.0.0.1"
    listen_port: int = 8080
    api_keys: list[str] = Field(min_length=1)
    organizations: list[Organization] = Field(min_length=1)

    @cached_property
    def networks(self) -> dict[str, Network]:
        """All networks of all organizations, by id."""
        return {network.id: network for organization in self.organizations for network in organization.networks}

    @cached_property
    def owners(self) -> dict[str, Organization]:
        """The organization that an id in a request's path belongs to: its own id, or that of one of its networks."""
        return {
            key: organization
            for organization in self.organizations
            for key in (organization.id, *(network.id for network in organization.networks))
        }


def load(path: Path) -> Config:
    """Read the configuration; OSError, or a ValueError with the path inside the file, if it is not usable."""
    return Config.model_validate_json(path.read_bytes())
