# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The appliance settings of a network, and what a partial update makes of them."""

from __future__ import annotations

from typing import Literal

from .api_model import ApiModel, Refused

TrackingMethod = Literal["IP address", "MAC address", "Unique client identifier"]
DeploymentMode = Literal["passthrough", "routed"]


class DynamicDnsUpdate(ApiModel):
    """What an administrator may say about dynamic DNS; the url is the dashboard's to make."""

    enabled: bool | None = None
    prefix: str | None = None


class SettingsUpdate(ApiModel):
    """The body of updateNetworkApplianceSettings: what it leaves out stays as it is."""

    client_tracking_method: TrackingMethod | None = None
    deployment_mode: DeploymentMode | None = None
    dynamic_dns: DynamicDnsUpdate = DynamicDnsUpdate()


class DynamicDns(ApiModel):
    """The dynamic DNS name as GET answers it."""

    enabled: bool = False
    prefix: str | None = None
    url: str | None = None


class Settings(ApiModel):
    """The settings as GET answers them."""

    client_tracking_method: TrackingMethod = "MAC address"
    deployment_mode: DeploymentMode = "routed"
    dynamic_dns: DynamicDns = DynamicDns()


def merged(current: Settings, update: SettingsUpdate, network_id: str) -> Settings:
    """Return the settings after the update; raise Refused for a prefix while dynamic DNS is off (the API says so)."""
    wanted = update.dynamic_dns
    enabled = current.dynamic_dns.enabled if wanted.enabled is None else wanted.enabled
    if wanted.prefix is not None and not enabled:
        raise Refused(["dynamicDns.prefix: dynamic DNS must be enabled to update it"])
    prefix = wanted.prefix or current.dynamic_dns.prefix
    url = f"{prefix}-{network_id.lower()}.meraki.com" if enabled and prefix else None
    return Settings(
        client_tracking_method=update.client_tracking_method or current.client_tracking_method,
        deployment_mode=update.deployment_mode or current.deployment_mode,
        dynamic_dns=DynamicDns(enabled=enabled, prefix=prefix, url=url),
    )
