# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which engine a lab uses, and that no lab touches what another lab has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import NotFound
from lab import common, contained, daemon, engine, images, private
from lab.common import ROOT, LabError

SHARED, ANOTHER = "unix:///run/shared.sock", "tcp://192.0.2.1:2375"
SYSTEM = f"unix://{contained.SYSTEM_SOCKET}"
OF_ANOTHER_LAB = "unix:///run/mxlab-ftp-00000000/mxlab-ftp.sock"
# Everything that a lab has on the machine outside its checkout, and what it is found by.
NAMES = """
import json
from lab import common, contained, private, relay
names = [common.IDENTITY, contained.NAME, contained.URL, private.URL, private.DATA, private.CGROUP, relay.COMMAND[-1]]
print(json.dumps([str(name) for name in names]))
"""


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Return what lets just the engines with these URLs answer, in an environment that names none."""
    for name in ("DOCKER_HOST", "MXLAB_DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(contained, "FOLDER", tmp_path / "engine")
    monkeypatch.setattr(contained, "OUTER", tmp_path / "engine" / "outer")
    return lambda *urls: monkeypatch.setattr(daemon, "answers", lambda url: url in urls)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was started, instead of starting it."""
    begun: list[str] = []
    monkeypatch.setattr(contained, "start", lambda outer: begun.append(f"in {outer}"))
    monkeypatch.setattr(private, "start", lambda: begun.append("private"))
    return begun


@pytest.mark.parametrize(
    ("answer", "variables", "how"),
    [
        ([], {}, "private"),
        ([SYSTEM], {}, f"in {SYSTEM}"),
        ([SYSTEM, SHARED], {"DOCKER_HOST": SHARED}, f"in {SHARED}"),
        ([SHARED], {"DOCKER_HOST": "", "MXLAB_DOCKER_HOST": SHARED}, f"in {SHARED}"),
        ([OF_ANOTHER_LAB], {"DOCKER_HOST": OF_ANOTHER_LAB}, "private"),
        ([], {"DOCKER_HOST": private.URL}, "private"),
        ([SYSTEM], {"MXLAB_DOCKER_HOST": contained.URL}, f"in {SYSTEM}"),
    ],
    ids=[
        "no engine",
        "system's",
        "DOCKER_HOST",
        "in Molecule",
        "of another lab",
        "of this lab, dead",
        "sourced, Molecule",
    ],
)
def test_the_labs_engine_starts_in_the_one_that_is_there_or_else_alone(
    answering: Callable[..., None],
    started: list[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: list[str],
    variables: dict[str, str],
    how: str,
) -> None:
    answering(*answer)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    engine.start()

    assert started == [how]


@pytest.mark.parametrize("url", [private.URL, contained.URL])
def test_an_engine_that_runs_is_used(answering: Callable[..., None], started: list[str], url: str) -> None:
    answering(SYSTEM, url)
    assert engine.start() == url
    assert started == []


def test_an_engine_that_the_user_names_and_that_is_dead_is_no_reason_to_take_another(
    answering: Callable[..., None], started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(SYSTEM)
    monkeypatch.setenv("DOCKER_HOST", SHARED)
    with pytest.raises(LabError, match=f"no Docker Engine answers at DOCKER_HOST={SHARED}"):
        engine.start()
    assert started == []


def names(checkout: Path, suffix: str) -> list[str]:
    """Return what a lab of the checkout is known by."""
    environment = os.environ | {"MXLAB_LAB": suffix, "PYTHONPATH": str(checkout / "tools")}
    program = [sys.executable, "-c", NAMES]
    found: list[str] = json.loads(subprocess.run(program, env=environment, check=True, capture_output=True).stdout)
    return found


def test_labs_of_several_checkouts_and_suffixes_have_no_name_in_common(tmp_path: Path) -> None:
    for checkout in ("one", "two"):
        shutil.copytree(ROOT / "tools" / "lab", tmp_path / checkout / "tools" / "lab")
        # Which the inventory reads at import.
        shutil.copytree(ROOT / "molecule" / "inventory", tmp_path / checkout / "molecule" / "inventory")

    found = [names(tmp_path / checkout, suffix) for checkout in ("one", "two") for suffix in ("", "-2")]

    for same in zip(*found, strict=True):
        assert len(set(same)) == 4


class Engine:
    """A Docker Engine with containers of these names."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.containers = self

    def get(self, name: str) -> Engine:
        """Stand for the container, too."""
        if name not in self.names:
            raise NotFound(f"no such container: {name}")
        self.asked = name
        return self

    def remove(self, **options: Any) -> None:
        """Remove the container that was asked for."""
        assert options == {"force": True, "v": True}
        self.names.remove(self.asked)

    def close(self) -> None:
        """Do nothing."""


def test_a_lab_removes_its_own_container_and_no_other() -> None:
    shared = Engine("mxlab-ftp-00000000", contained.NAME, "of the user")
    contained.remove(shared)
    contained.remove(shared)
    assert shared.names == ["mxlab-ftp-00000000", "of the user"]


def test_a_lab_is_removed_from_where_it_was_started_and_from_where_it_would_start(
    answering: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engines = {url: Engine(contained.NAME) for url in (SHARED, SYSTEM)}
    monkeypatch.setattr(docker, "DockerClient", lambda base_url: engines[base_url])
    answering(SHARED, SYSTEM)
    contained.FOLDER.mkdir()
    contained.OUTER.write_text(SHARED)

    contained.stop()

    assert [engine.names for engine in engines.values()] == [[], []]
    assert not contained.FOLDER.exists()
    assert capsys.readouterr().out == ""


def test_a_lab_in_an_engine_that_is_gone_does_not_stop_its_removal(
    answering: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answering()
    contained.FOLDER.mkdir()
    contained.OUTER.write_text(ANOTHER)

    contained.stop()

    assert not contained.FOLDER.exists()
    assert f"No Docker Engine answers at {ANOTHER}" in capsys.readouterr().out


def test_a_checkout_whose_path_is_too_long_for_a_socket_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "SOCKET", Path("/", "x" * contained.LONGEST_SOCKET))
    with pytest.raises(LabError, match="too long for a socket: move the checkout"):
        contained.start(SHARED)


def test_the_container_of_an_engine_is_on_no_network_and_not_privileged() -> None:
    assert contained.HOST_CONFIG["network_mode"] == "none"
    assert "privileged" not in contained.HOST_CONFIG


def test_processes_are_found_by_their_command_line() -> None:
    wanted = ["sleep", "61.25"]
    with subprocess.Popen(wanted) as sleeping:
        assert common.processes(lambda words: words == wanted) == [str(sleeping.pid)]
        sleeping.kill()
    assert common.processes(lambda words: words == wanted) == []


@pytest.mark.parametrize(("folder", "ours"), [(private.RUN, True), ("/run/mxlab-ftp-00000000", False)])
def test_the_launcher_is_found_by_the_labs_own_folder(
    monkeypatch: pytest.MonkeyPatch, folder: object, ours: bool
) -> None:
    running = ["unshare", "--net", "sh", "-c", f"exec dockerd --host=unix://{folder}/{daemon.SOCKET_NAME}"]
    monkeypatch.setattr(private, "processes", lambda wanted: [str(wanted(running))])
    assert private.launchers() == [str(ours)]


def test_the_engine_for_a_container_has_an_image_that_machines_do_not_have() -> None:
    assert images.ENGINE not in images.SUITES
    command = images.mmdebstrap(images.ENGINE, Path("target.tar"))
    assert command[0] == "mmdebstrap"
    assert command[-1] == "target.tar"
    assert images.KEEP_LISTS not in command
