# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from lab import everything
from lab.common import ROOT


def test_the_longest_scenario_begins_first_and_one_that_was_never_measured_before_it() -> None:
    assert everything.in_order(["short", "long", "new"], {"short": 1, "long": 9}) == ["new", "long", "short"]


def test_times_are_kept_of_scenarios_that_are_there() -> None:
    assert set(yaml.safe_load(everything.SECONDS.read_text())) <= set(everything.names())


def test_every_scenario_is_a_part_and_none_twice() -> None:
    parts = [part.name for part in everything.parts()]
    assert len(parts) == len(set(parts))
    assert {f"scenario {name}" for name in everything.names()} <= set(parts)
    assert {"ansible-lint", "sanity", "unit tests", "scenario faults", "scenario site"} <= set(parts)
    assert "scenario default" not in parts


def test_the_architecture_says_of_every_scenario_what_it_shows() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text().partition("## The scenarios")[2]
    rows = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    # One row stands for all servers.
    assert rows == set(everything.names()) - {server.role for server in SERVERS.values()}


def test_the_unit_tests_are_those_of_the_collection_as_installed() -> None:
    (words,) = [word for word in everything.units().command if word.startswith("pythonpath=")]
    found, own = words.partition("=")[2].split(), str(everything.collection.INSTALLED.relative_to(ROOT))
    roles = {f"{own}/ansible_collections/mxlab/ftp/roles/{role}/files" for role in ("mx_emulator", "pyftpdlib")}
    assert {place for place in found if place.startswith(own)} == {own, *roles}
    # The checkout's programs, as pyproject.toml has them.
    assert {"tools", "tests/faults", "molecule/shared/files"} <= set(found)
    assert not [place for place in found if place.startswith(("roles/", ".ansible/collections"))]


def test_what_needs_no_lab_gives_way_to_what_does() -> None:
    for part in everything.parts():
        assert (part.command[0] == "nice") != part.name.startswith("scenario ")


def test_labs_have_environments_of_their_own() -> None:
    first, second = map(everything.lane, everything.LABS)
    differing = {name for name in first if first[name] != second[name]}
    assert differing == {"MXLAB_LAB", "MOLECULE_EPHEMERAL_DIRECTORY"}


@pytest.fixture
def handlers() -> Iterator[None]:
    """Leave the handlers of signals as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_run_that_is_told_to_end_takes_its_labs_down(monkeypatch: pytest.MonkeyPatch, handlers: None) -> None:
    begun: list[str] = []
    monkeypatch.setattr(everything, "down", lambda: begun.append("down"))
    monkeypatch.setattr(everything.collection, "install", lambda: begun.append("install"))
    monkeypatch.setattr(everything.engine, "prepare", lambda: begun.append("prepare"))

    def run(*_parts: object, **_options: object) -> None:
        begun.append("run")
        # Or it would end the tests.
        assert callable(signal.getsignal(signal.SIGTERM))
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(everything, "run", run)
    with pytest.raises(KeyboardInterrupt):
        everything.test()
    assert begun == ["down", "install", "prepare", "run", "down"]
