# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outputs: what the filters of the collection make of the report, on standard output and in files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._html.page import html
from ansible_collections.mxlab.ftp.plugins.module_utils._report.junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._report.markdown import markdown
from ansible_collections.mxlab.ftp.plugins.module_utils._report.nagios import nagios
from ansible_collections.mxlab.ftp.plugins.module_utils._report.prometheus import prometheus
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._report.table import table

from ftp_probe_app.usage import Usage

# How the playbook probe calls the machine that it runs on.
VANTAGE = "localhost"
Results = Mapping[str, Any]


def reports(host: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report of one server as the playbook probe makes it."""
    return {host: report({VANTAGE: result})}


def rendered(form: str, results: Results, port: int) -> str:
    """Return the text of one of FORMATS, which ends with a line feed."""
    text = RENDERERS[form](results, {name: {"control_port": port} for name in results})
    return text if text.endswith("\n") else f"{text}\n"


def exit_code(form: str, results: Results) -> int:
    """Return the exit code that the format on standard output asks for."""
    if form == "nagios":
        return int(nagios(results)["code"])
    return 0 if all(each["passed"] for each in results.values()) else 1


def refuse_unwritable(files: Mapping[str, str]) -> None:
    """Raise Usage for a file in a folder that is not there: after the probe, its result would be lost."""
    for name, path in files.items():
        folder = _target(path).parent
        if not folder.is_dir():
            raise Usage(f"--{name} {path} cannot be written: there is no folder {folder}")


def write(path: str, text: str) -> None:
    """Write a file in one step, so that others never read half of it.  Raise Usage if it cannot be written."""
    target = _target(path)
    try:
        if _is_special(target):
            target.write_text(text, encoding="utf-8")
        else:
            new = target.with_name(f"{target.name}.new")
            new.write_text(text, encoding="utf-8")
            new.replace(target)
    except OSError as error:
        raise Usage(f"{path} cannot be written: {error.strerror}") from error


def _target(path: str) -> Path:
    """Return what to write to: behind a link, unless it leads to a pipe, which has no path."""
    given = Path(path).expanduser()
    return given if _is_special(given) else given.resolve()


def _is_special(path: Path) -> bool:
    """Return whether the path is a pipe or a device, which is written to and not replaced."""
    return path.exists() and not path.is_file()


def _json(results: Results, _context: Results) -> str:
    """Return what the filter to_nice_json of Ansible writes."""
    return json.dumps(results, indent=4, sort_keys=True)


# Format -> what writes it.
RENDERERS: dict[str, Callable[[Results, Results], str]] = {
    "table": lambda results, _context: "\n".join(table(results)),
    "json": _json,
    "junit": lambda results, _context: junit(results),
    "html": html,
    "markdown": lambda results, _context: markdown(results),
    "nagios": lambda results, _context: str(nagios(results)["text"]),
    "prometheus": lambda results, _context: prometheus(results),
}
