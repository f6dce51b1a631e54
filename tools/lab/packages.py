# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs packages of the distribution, quietly."""

from __future__ import annotations

import shlex


def install_command(packages: list[str]) -> str:
    """Return the shell command that installs packages of the distribution quietly."""
    install = "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
    return f"apt-get update -qq && {install} {shlex.join(packages)} >/dev/null"


def without_services(command: str) -> str:
    """Wrap a package installation so that no service is started (policy-rc.d, Debian's invoke-rc.d interface)."""
    policy = "/usr/sbin/policy-rc.d"
    return (
        f"if [ -e {policy} ]; then {command}; else "
        f"trap 'rm -f {policy}' EXIT; printf '#!/bin/sh\\nexit 101\\n' >{policy}; chmod 755 {policy}; {command}; fi"
    )
