# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TROUBLESHOOTING.md, made of the probe's table of causes.  Run as a program it writes the file anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_cause import ENDPOINT, PROBE, ROLE, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_causes import CHAPTERS
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_server_name import ROLES

PAGE = Path(__file__).parents[1] / "TROUBLESHOOTING.md"
_SCOPES = {
    ROLE: "variable of the server's role",
    ENDPOINT: "field of the endpoint in `mxlab.ftp.mx_ftp_rules`",
    PROBE: "option of `mxlab.ftp.ftp_probe`",
}
_INTRODUCTION = """\
<!-- Made by `make troubleshooting` from plugins/module_utils/_ftp_causes*.py: change those. -->
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
not decide; then the finding's `next_step` is the measurement that does.
"""


def page() -> str:
    """The whole text."""
    return "\n".join([_INTRODUCTION, *_index(), *(line for chapter in CHAPTERS for line in _chapter(chapter))])


def _index() -> Iterator[str]:
    for name, causes in CHAPTERS.items():
        yield f"- **{name}**: " + " · ".join(f"[{cause.message}](#{cause.id})" for cause in causes)
    yield ""


def _chapter(name: str) -> Iterator[str]:
    yield f"## {name}\n"
    for cause in CHAPTERS[name]:
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
    yield f"Sources: {'; '.join(cause.sources)}.\n"


def _change(change: Change) -> str:
    role = ROLES.get(change.server, "<server>")
    option = f"{role}_{change.option}" if change.scope == ROLE else change.option
    value = change.value if isinstance(change.value, str) else json.dumps(change.value)
    return f"- To set: `{option}: {value}` ({_SCOPES[change.scope]})"


if __name__ == "__main__":
    PAGE.write_text(page())
