# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address of the documentation site, which findings print.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

# `documentation` of galaxy.yml, which a test compares.
SITE = "https://example.com/mxlab/ftp/docs"
