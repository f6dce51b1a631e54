# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from lab import images


def test_what_is_installed_from_the_offline_repository_is_in_it() -> None:
    ready = " ".join(images.READY.values()).split()

    assert ready
    assert set(ready) <= set(images.OFFLINE.split())


def test_each_image_has_a_recipe_of_its_own() -> None:
    names = [*images.SUITES, images.ENGINE]
    assert len({images.recipe_key(name) for name in names}) == len(names) > 2


@pytest.mark.parametrize(
    ("constant", "value"),
    [
        ("INSTALLED", ["systemd"]),
        ("OFFLINE", "vsftpd"),
        ("READY", {"trixie": "vsftpd"}),
        ("OPTIONS", []),
        ("ADDED", []),
    ],
)
def test_another_recipe_has_another_key(constant: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    before = images.recipe_key("debian13")

    monkeypatch.setattr(images, constant, value)

    assert images.recipe_key("debian13") != before


def test_the_cache_keeps_the_two_newest_images_of_a_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "CACHE", tmp_path)
    names = ["debian13-a.tar", "debian13-c.tar", "debian13-b.tar", "debian12-a.tar"]
    for age, name in enumerate(names):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (age, age))

    images.forget_older(tmp_path / "debian13-b.tar")

    assert {path.name for path in tmp_path.iterdir()} == {"debian13-c.tar", "debian13-b.tar", "debian12-a.tar"}


def test_no_other_lab_builds_an_image_meanwhile_or_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "CACHE", tmp_path)
    monkeypatch.setattr(images, "LOCK", tmp_path / "lock")
    built = []

    def build(name: str) -> None:
        built.append(name)
        with images.LOCK.open("w") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        images.archive(name).touch()

    monkeypatch.setattr(images, "build", build)
    for _lab in range(2):
        images.build_missing(["debian13"])

    assert built == ["debian13"]
