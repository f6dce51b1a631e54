#!/usr/bin/env python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let ansible-test make its virtual environments where, of all its sources, only PyPI can be reached.

ansible-test downloads a get-pip script of its own, unless the script lies in its cache already.  This writes one there
that installs the same version of pip from the wheel that PyPI serves.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import ansible_test

SCRIPT = """\
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name({wheel!r})))
from pip._internal.cli.main import main

arguments = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--upgrade", "--force-reinstall", *arguments]))
"""


def wanted_pip() -> str:
    """Return the version of pip that the installed ansible-test puts into its environments."""
    sys.path.insert(0, str(Path(ansible_test.__file__).parent))
    from ansible_test._internal.python_requirements import get_venv_packages

    python = argparse.Namespace(version="{}.{}".format(*sys.version_info))
    return str(get_venv_packages(python)["pip"])


def main() -> None:
    """Write the script, and the wheel beside it, to the cache of ansible-test."""
    version = wanted_pip()
    cache = Path.home() / ".ansible" / "test" / "cache"
    script = cache / f"get_pip_{version.replace('.', '_')}.py"
    if script.exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--only-binary", ":all:", "--dest", str(cache), f"pip=={version}"], check=True)
    (wheel,) = cache.glob(f"pip-{version}-*.whl")
    script.write_text(SCRIPT.format(wheel=wheel.name))


if __name__ == "__main__":
    main()
