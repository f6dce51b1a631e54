# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to agree before a release: version, changelog and tag.  Placeholders that are left are only named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

from release.supported import ROOT, version

PLACEHOLDER = "https://example.com/mxlab/"
RELEASE = "antsibull-changelog release"


def galaxy_version(root: Path = ROOT) -> str:
    """Return the version that the collection is built with."""
    return str(yaml.safe_load((root / "galaxy.yml").read_text())["version"])


def problems(wanted: str, released: Iterable[str], fragments: Iterable[str], tags: Iterable[str]) -> list[str]:
    """Say what keeps this version from being released."""
    newest = max(released, key=version)
    left = ", ".join(sorted(fragments))
    others = ", ".join(sorted(tag for tag in tags if tag.startswith("v") and tag != f"v{wanted}"))
    answers = {
        f"galaxy.yml has version {wanted}, the changelog ends with {newest}: run {RELEASE}": newest != wanted,
        f"fragments that are in no release: {left}; run {RELEASE}": left,
        f"the commit has the tag {others}, expected v{wanted}": others,
    }
    return [text for text, wrong in answers.items() if wrong]


def placeholders(galaxy: str) -> list[str]:
    """Return the lines of galaxy.yml that still name no real place."""
    return [line.strip() for line in galaxy.splitlines() if PLACEHOLDER in line]


def main() -> int:
    """Print what does not agree, and the placeholders; return the status."""
    wanted = galaxy_version()
    released = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text())["releases"]
    fragments = [path.name for path in (ROOT / "changelogs" / "fragments").glob("*.yml")]
    git = ["git", "-C", str(ROOT), "tag", "--points-at", "HEAD"]
    tags = subprocess.run(git, capture_output=True, text=True, check=True).stdout.split()
    found = problems(wanted, released, fragments, tags)
    print(
        "\n".join([f"error: {problem}" for problem in found])
        or f"version {wanted}: galaxy.yml, changelog and tag agree"
    )
    for line in placeholders((ROOT / "galaxy.yml").read_text()):
        print(f"warning: galaxy.yml still has a placeholder: {line}")
    if not tags:
        print(f"warning: the commit has no tag; to release it: git tag v{wanted}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
