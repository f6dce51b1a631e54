# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command behind ``make explain``: ``python -m gallery [PROBLEM | all]``, without one the list of problems."""

from __future__ import annotations

import sys
import time

from lab.common import LabError
from parts import heed_signals

from gallery import set_ups, show, words

ALL = "all"


def main() -> None:
    """Show the problem that the argument names, or list all."""
    heed_signals()
    problem = sys.argv[1] if sys.argv[1:] else ""
    try:
        if not problem:
            print("\n".join(words.listing(set_ups.problems(), set_ups.read())))
        elif problem == ALL:
            sys.exit(show_all())
        else:
            name = set_ups.chosen(problem)
            show.show(name, set_ups.read()[name])
    except (LabError, OSError) as error:
        sys.exit(f"explain: {error}")
    except KeyboardInterrupt:
        left = "the next make explain puts the lab back" if show.OPEN.exists() else "the lab is as it was before"
        sys.exit(f"explain: interrupted; {left}")


def show_all() -> int:
    """Show all problems, one after the other, then the time of each; return 1 if one failed.

    If the lab cannot be put back, no further problem is shown.
    """
    times: list[tuple[str, float, str]] = []
    for problem, name in set_ups.problems().items():
        begin = time.monotonic()
        try:
            show.show(name, set_ups.read()[name])
            failure = ""
        except LabError as error:
            failure = str(error)
        times.append((problem, time.monotonic() - begin, failure))
        if show.OPEN.exists():
            break
    print("\n".join(f"{seconds:6.1f} s  {problem}  {failure}".rstrip() for problem, seconds, failure in times))
    return int(any(failure for _problem, _seconds, failure in times))


if __name__ == "__main__":
    main()
