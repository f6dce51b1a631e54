# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands: probe a host, explain a finding, serve metrics."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from ftp_probe_app import interrupt
from ftp_probe_app.options import Wanted, check, named, parse, wants_nagios
from ftp_probe_app.password import password
from ftp_probe_app.texts import Texts
from ftp_probe_app.usage import Usage

_BAD_USAGE, _NAGIOS_UNKNOWN = 2, 3


def main(words: Sequence[str]) -> int:
    """Run the command that the words name; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What servers say need not fit the terminal's encoding.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(words)
        sys.stdout.flush()
    except Usage as error:
        return _refuse(str(error), wants_nagios(words))
    except KeyboardInterrupt:
        return interrupt.CODE
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not complain of the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BAD_USAGE
    return code


def _run(words: Sequence[str]) -> int:
    """Run a command; what only one of them needs is imported there, so that --help is quick."""
    if words[:1] == ["explain"]:
        from ftp_probe_app.explain import explain

        print(explain(words[1:]))
        return 0
    if words[:1] == ["serve"]:
        from ftp_probe_app import exporter

        return exporter.main(words[1:])
    return _probe(parse(words, Texts.read()))


def _probe(wanted: Wanted) -> int:
    """Probe, show and write what is wanted; return the exit code."""
    from ansible_collections.mxlab.ftp.plugins.module_utils._causes.probe import probe

    from ftp_probe_app import show

    show.refuse_unwritable(wanted.files)
    host = wanted.options["host"]
    options = {**wanted.options, "password": password(wanted.password_file, wanted.options["user"], host)}
    check(options)
    try:
        with interrupt.announced():
            result = probe(options, named)
    except ValueError as error:
        # As from a host of the playbook that could not run the module.
        result = {"failed": True, "msg": str(error)}
    results = show.reports(host, result)
    sys.stdout.write(show.rendered(wanted.shown, results, options["port"]))
    for form, path in wanted.files.items():
        show.write(path, show.rendered(form, results, options["port"]))
    return show.exit_code(wanted.shown, results)


def _refuse(message: str, nagios: bool) -> int:
    """Say why nothing was probed, where people or Nagios look for it; return the exit code."""
    if nagios:
        print(f"FTP UNKNOWN - {message.replace('|', '/')}")
        return _NAGIOS_UNKNOWN
    sys.stderr.write(f"ftp-probe: {message}\n")
    return _BAD_USAGE
