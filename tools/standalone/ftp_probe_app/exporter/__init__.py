# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ftp-probe serve``: a Prometheus exporter."""

from __future__ import annotations

from collections.abc import Sequence

from ftp_probe_app.usage import Usage


def main(argv: Sequence[str]) -> int:
    """Serve metrics until stopped; return the exit code."""
    raise Usage(f"serve {' '.join(argv)}".rstrip() + ": this version has no exporter")
