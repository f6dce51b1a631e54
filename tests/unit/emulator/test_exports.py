# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with exports become configuration and state, or are refused by name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from mx_emulator import exports

EXPORT = {
    "network": {"id": "N_7", "name": "Branch"},
    "vlans": [{"id": "1", "name": "LAN", "subnet": "192.168.128.0/24"}],
}


def load(folder: Path, *contents: Any) -> dict[str, Any]:
    """Return the configuration that is made of files with these contents."""
    names = [str(folder / f"{number}.json") for number in range(len(contents))]
    for name, content in zip(names, contents):
        Path(name).write_text(json.dumps(content))
    exports.main(str(folder / "config"), str(folder / "state"), *names)
    config: dict[str, Any] = json.loads((folder / "config").read_text())
    return config


@pytest.mark.parametrize("content", [EXPORT, {"export": EXPORT, "endpoints": []}], ids=["export", "anonymised"])
def test_a_file_of_export_or_anonymise_becomes_a_network(tmp_path: Path, content: Any) -> None:
    (organization,) = load(tmp_path, content)["organizations"]
    assert [(network["id"], network["name"]) for network in organization["networks"]] == [("N_7", "Branch")]


def test_uplinks_of_other_networks_do_not_count(tmp_path: Path) -> None:
    statuses = [
        {"networkId": number, "uplinks": [{"interface": "wan1", "ip": place, "status": "active"}]}
        for number, place in (("N_8", "203.0.113.8"), ("N_7", "203.0.113.7"))
    ]
    (organization,) = load(tmp_path, {**EXPORT, "uplinkStatuses": statuses})["organizations"]
    (uplink,) = organization["networks"][0]["uplinks"]
    assert uplink["address"].startswith("203.0.113.7/")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({**EXPORT, "vlans": [{"id": "1", "name": "LAN", "subnet": "2001:db8::/32"}]}, "vlans[0].subnet"),
        ({**EXPORT, "staticRoutes": [{"id": "1"}]}, "staticRoutes[0]."),
        ([], "expected an export as docs/export.schema.json describes it"),
        ({**EXPORT, "network": 7}, "expected an export as docs/export.schema.json describes it"),
    ],
)
def test_what_is_refused_is_named_with_its_file(tmp_path: Path, content: Any, words: str) -> None:
    with pytest.raises(ValueError, match=rf"1\.json: .*{re.escape(words)}"):
        load(tmp_path, EXPORT, content)
    assert not (tmp_path / "config").exists()
