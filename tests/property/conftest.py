# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples each property is tried with: a few in every run, each time others, and on demand a campaign.

MXLAB_EXAMPLES=2000 pytest tests/property
"""

from __future__ import annotations

import os

from hypothesis import settings

EXAMPLES = int(os.environ.get("MXLAB_EXAMPLES", "50"))
settings.register_profile("mxlab", max_examples=EXAMPLES, deadline=None, database=None)
settings.load_profile("mxlab")
