# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Prometheus exporter: ``ftp-probe serve``, with the contract of blackbox_exporter."""

from __future__ import annotations

from ftp_probe_app.exporter.serve import main

__all__ = ["main"]
