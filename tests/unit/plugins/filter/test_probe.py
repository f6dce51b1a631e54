# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters on results of ftp_probe: their names, their documentation, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.filter import probe

FORMS = ("html", "junit", "markdown", "nagios", "prometheus", "table")
FILTERS: dict[str, Callable[..., Any]] = probe.FilterModule().filters()


@pytest.mark.parametrize(
    "name", ["probe_html", "probe_junit", "probe_markdown", "probe_prometheus", "probe_nagios", "probe_table"]
)
@pytest.mark.parametrize("given", ["a", ["a"], {"a": "b"}])
def test_bad_input(name: str, given: Any) -> None:
    with pytest.raises(ValueError, match="expected a dictionary"):
        FILTERS[name](given)


def test_every_filter_has_its_documentation() -> None:
    beside = Path(str(probe.__file__)).resolve().parent
    for name in FILTERS:
        documented = yaml.safe_load((beside / f"{name}.yml").read_text())
        assert documented["DOCUMENTATION"]["name"] == name


@pytest.mark.parametrize("name", ["probe_report", "client_oracle", "probe_timeline"])
def test_cells_of_other_origin_are_refused(name: str) -> None:
    result = {"cells": [{"verdict": "passed"}]}
    with pytest.raises(ValueError, match="expected a cell as ftp_probe returns it, with a mode"):
        FILTERS[name]({"vps": result} if name == "probe_report" else result)
