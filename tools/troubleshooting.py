# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TROUBLESHOOTING.md, made of the probe's tables of causes and of what the scenario "faults" shows.

Run as a program it writes the file anew.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ENDPOINT, PROBE, ROLE, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CHAPTERS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import VANTAGE_CAUSES

PAGE = Path(__file__).parents[1] / "TROUBLESHOOTING.md"
LAB = Path(__file__).parents[1] / "molecule" / "faults" / "vars"
_CHAPTERS = {**CHAPTERS, "Works from one place, fails from another": tuple(row.cause for row in VANTAGE_CAUSES)}
_SCOPES = {
    ROLE: "variable of the server's role",
    ENDPOINT: "field of the endpoint in `mxlab.ftp.mx_ftp_rules`",
    PROBE: "option of `mxlab.ftp.ftp_probe`",
}
_INTRODUCTION = """\
<!-- Made by `make troubleshooting` from plugins/module_utils/_causes: change those. -->
# Troubleshooting FTP through a firewall

"FTP hangs after the login" has many causes, and an ordinary client passes on many a broken server.
Let the probe look, from where the clients are:

```yaml
- mxlab.ftp.ftp_probe:
    host: ftp.example.com
    user: probe
    password: "{{ ftp_probe_password }}"
    passive_ports: 61000-61099
  delegate_to: vps.example.net
```

Each finding has one of the headings below as its `message`, names the layer to look at, and the one setting to change.
Where one fault shows in several places, only its root is reported. A cell is `undetermined` where what was seen does
not decide; then the finding's `next_step` is the measurement that does. The last chapter is of findings that only the
comparison of several places shows: the playbook `mxlab.ftp.probe` and the filter `mxlab.ftp.probe_report` make them.

"Shown in the lab" are set-ups with real servers behind the lab's NAT (`molecule/faults`). Where no reason is given why
it has to be mended by hand, the finding's own `changes`, and nothing else, turn all cells green.
"""


def page() -> str:
    """The whole text."""
    return "\n".join([_INTRODUCTION, *_index(), *(line for chapter in _CHAPTERS for line in _chapter(chapter))])


def _index() -> Iterator[str]:
    for name, causes in _CHAPTERS.items():
        yield f"- **{name}**: " + " · ".join(f"[{cause.message}](#{cause.id})" for cause in causes)
    yield ""


def _chapter(name: str) -> Iterator[str]:
    yield f"## {name}\n"
    for cause in _CHAPTERS[name]:
        yield from _section(cause)


def _section(cause: Cause) -> Iterator[str]:
    yield f'<a id="{cause.id}"></a>\n### {cause.message}\n'
    yield f"`{cause.id}` · layer: {cause.layer} · cells: {cause.verdict}\n"
    yield f"{cause.explanation}\n"
    yield f"**Remedy.** {cause.remedy}\n"
    if cause.vendors:
        yield "\n".join(f"- {server}: {text}" for server, text in cause.vendors.items()) + "\n"
    if cause.changes:
        yield "\n".join(_change(change) for change in cause.changes) + "\n"
    if cause.next_step:
        yield f"**Next measurement.** {cause.next_step}\n"
    if cause.explains:
        yield f"Reported instead of: {', '.join(f'[{other}](#{other})' for other in cause.explains)}.\n"
    shown = [_shown(setup) for setup in lab() if cause.id in setup["findings"]]
    if shown:
        yield f"Shown in the lab: {'; '.join(shown)}.\n"
    yield f"Sources: {'; '.join(cause.sources)}.\n"


@functools.cache
def lab() -> list[dict[str, Any]]:
    """The set-ups of the scenario "faults", as its files describe them."""
    files = [yaml.safe_load(path.read_text()) for path in sorted(LAB.glob("*.yml")) if path.stem != "settings"]
    return [setup for file in files for setups in file.get("faults", {}).values() for setup in setups]


def _shown(setup: dict[str, Any]) -> str:
    return f"{setup['title']} (by hand: {setup['by_hand']})" if "by_hand" in setup else str(setup["title"])


def _change(change: Change) -> str:
    role = SERVERS[change.server].role if change.server else "<server>"
    option = f"{role}_{change.option}" if change.scope == ROLE else change.option
    value = change.value if isinstance(change.value, str) else json.dumps(change.value)
    return f"- To {'add' if change.add else 'set'}: `{option}: {value}` ({_SCOPES[change.scope]})"


if __name__ == "__main__":
    PAGE.write_text(page())
