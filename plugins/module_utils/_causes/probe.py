# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole probe, as the module and the command line run it: options in, the documented result out.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import Named, asked
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.survey import survey


def probe(options: dict[str, Any], named: Named = str) -> dict[str, Any]:
    """Return the survey that the options ask for, with its verdicts and findings; they have passed `refuse_bad`.

    Raise ValueError, naming the option, for a host that the modes cannot reach.
    """
    return judge(survey(*asked(options, named)))
