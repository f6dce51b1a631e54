# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program check_ftp_probe where no report can be made, read as Nagios reads it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
PROGRAM = CHECKOUT / "playbooks" / "files" / "check_ftp_probe"
NO_REPORT = "the probe ended without a report:"
INVENTORY = "all: {children: {ftp_servers: {hosts: {files: {}}}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an inventory, and the collection installed in it."""
    (tmp_path / "hosts.yml").write_text(INVENTORY)
    (tmp_path / "broken.yml").write_text("all: [\n")
    (tmp_path / "other.yml").write_text("all: {hosts: {files: {}}}\n")
    (tmp_path / "ansible_collections" / "mxlab").mkdir(parents=True)
    (tmp_path / "ansible_collections" / "mxlab" / "ftp").symlink_to(CHECKOUT)
    (tmp_path / "ansible.cfg").write_text("")
    return tmp_path


def check(folder: Path, *options: str, **environment: str) -> str:
    """Return what the program prints; it says UNKNOWN in one line that Nagios can take."""
    settings = {
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_FORCE_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **environment,
    }
    command = ["/bin/sh", str(PROGRAM), *options]
    run = subprocess.run(
        command, cwd=folder, env=os.environ | settings, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    text = run.stdout.decode("ascii")
    assert (run.returncode, run.stderr) == (3, b"")
    assert re.fullmatch(r"FTP UNKNOWN - [^|\x00-\x1f\x7f]+\n", text)
    return text.removeprefix("FTP UNKNOWN - ").rstrip("\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-i", "/nonexistent"], "the inventory /nonexistent does not exist: correct the option -i"),
        (
            ["-i", "hosts.yml", "-i", "/non/existent"],
            "the inventory /non/existent does not exist: .* -i",
        ),
        (["-i", "broken.yml"], r"the inventory \S+/broken.yml cannot be read: ansible-inventory --list -i \S+ says .*"),
        (
            ["-i", "other.yml"],
            "no server of the inventory is called ftp_servers: correct .*",
        ),
        (["-i", "hosts.yml", "--limit", "file"], "no server of the inventory is called file: correct .*"),
        (
            ["-i", "hosts.yml", "--limit", "files,file"],
            "no server of the inventory is called file: correct .*",
        ),
        (["-i", "hosts.yml", "--limit", "files,!files"], "no server is left to probe: correct --limit, .*"),
        (
            ["-i", "hosts.yml", "-e", "@/none.yml"],
            "the file /none.yml does not exist: correct the option .*",
        ),
        (
            ["-i", "hosts.yml", "--vault-password-file", "/v"],
            f"{NO_REPORT} The vault .* /v was not .*",
        ),
        (["-i", "hosts.yml", "--such"], f"{NO_REPORT} .*unrecognized arguments: --such"),
        (["-i", "hosts.yml"], f"{NO_REPORT} .*'ftp_probe_password' is undefined"),
    ],
)
def test_what_is_wrong_at_the_start_is_said_in_a_sentence(folder: Path, options: list[str], said: str) -> None:
    assert re.fullmatch(said, check(folder, *options))


def test_the_collection_is_not_installed(folder: Path) -> None:
    said = check(folder, "-i", "hosts.yml", ANSIBLE_COLLECTIONS_PATH="/nowhere")
    assert said.startswith("ansible-playbook does not find the collection mxlab.ftp: install it for this user, or set")


def test_ansible_is_not_installed(folder: Path) -> None:
    tools = folder / "bin"
    tools.mkdir()
    for name in ("tr", "cut"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    assert check(folder, PATH=str(tools)).startswith("ansible-playbook is not in PATH: ")


def test_nowhere_to_write(folder: Path) -> None:
    assert check(folder, "-i", "hosts.yml", TMPDIR="/nowhere").startswith("no file can be made in /nowhere: ")


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (
            r"ERROR! a \033[31mred\n and long | text\n\nHINT\n",
            f"{NO_REPORT} a ?[31mred  and long / text",
        ),
        (
            r"fatal: [files]: UNREACHABLE! => \377\302\233\n",
            f"{NO_REPORT} fatal: [files]: UNREACHABLE! => ???",
        ),
        (
            r"PLAY [Probe]\nskipping: no hosts matched\n\nPLAY RECAP ****\n",
            "there is no server to probe: correct --limit, ",
        ),
        (r"PLAY RECAP ****\n", "the probe ended with code 7 and without a report: run ansible-playbook "),
        ("", "the probe ended with code 7 and without a report: run ansible-playbook "),
    ],
)
def test_whatever_ansible_says_is_one_line(folder: Path, log: str, said: str) -> None:
    tools = folder / "bin"
    tools.mkdir()
    (tools / "ansible-playbook").write_text(f"#!/bin/sh\nprintf '{log}'\nexit 7\n")
    (tools / "ansible-playbook").chmod(0o755)
    assert check(folder, PATH=f"{tools}:{os.environ['PATH']}").startswith(said)
