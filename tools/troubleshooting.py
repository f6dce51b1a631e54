# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write TROUBLESHOOTING.md from the probe's tables of causes and from the set-ups of the scenario "faults"."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    ENDPOINT,
    PROBE,
    ROLE,
    Cause,
    Change,
    Weakening,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import ALL_CHAPTERS
from gallery import set_ups

PAGE = Path(__file__).parents[1] / "TROUBLESHOOTING.md"
# Chapter -> its causes, in the order of the page.
CHAPTERS = ALL_CHAPTERS
_SCOPES = {
    ROLE: "variable of the server's role",
    ENDPOINT: "field of the endpoint in `mxlab.ftp.mx_ftp_rules`",
    PROBE: "option of `mxlab.ftp.ftp_probe`",
}
_INTRODUCTION = """\
<!-- Made by `make troubleshooting` from plugins/module_utils/_causes: change those. -->
# Troubleshooting FTP through a firewall

[日本語](docs/ja/troubleshooting.md)

"FTP hangs after the login" has many causes, and many clients silently work around a broken server.
Run the probe from where the clients are:

```yaml
- mxlab.ftp.ftp_probe:
    host: ftp.example.com
    user: probe
    password: "{{ ftp_probe_password }}"
    passive_ports: 61000-61099
  delegate_to: vps.example.net
```

The probe reports findings. The `message` of each finding is one of the headings below. A finding names the layer to
check and the setting to change. If one fault shows in several places, the probe reports its root only.

A cell is `undetermined` if the evidence does not decide. The finding's `next_step` is then the measurement that does.

Findings of the last chapter need results from several places. The playbook `mxlab.ftp.probe` and the filter
`mxlab.ftp.probe_report` compare these results.

"Shown in the lab" lists broken set-ups of real servers behind the lab's NAT (`molecule/faults/set_ups`). The finding's
own `changes`, and nothing else, turn all cells green, except for a set-up with a manual fix: there the reason is given.
To see one, start the lab with `make lab`, then run the command. It breaks the lab, shows what a client and the probe
say, applies the fix, and puts the lab back. `make explain` lists all problems.
"""


def page() -> str:
    """Return the text of the page."""
    chapters = (line for chapter in CHAPTERS for line in _chapter(chapter))
    return "\n".join([_INTRODUCTION, *_index(), *chapters, *weakenings("#{}".format), ""])


def _index() -> Iterator[str]:
    for name, causes in CHAPTERS.items():
        yield f"- **{name}**: " + " · ".join(f"[{cause.message}](#{cause.id})" for cause in causes)
    yield ""


def _chapter(name: str) -> Iterator[str]:
    yield f"## {name}\n"
    for cause in CHAPTERS[name]:
        yield f'<a id="{cause.id}"></a>\n### {cause.message}\n'
        yield from _section(cause, "#{}".format)


def cause_page(cause: Cause, link: Callable[[str], str]) -> str:
    """Return the page of one cause; link: id of a cause -> the target of a link to it."""
    return "\n".join([f"# {cause.message}\n", *_section(cause, link)])


def _section(cause: Cause, link: Callable[[str], str]) -> Iterator[str]:
    yield f"`{cause.id}` · layer: {cause.layer} · cells: {cause.verdict}\n"
    yield f"{_escaped(cause.explanation)}\n"
    yield f"**Remedy.** {_escaped(cause.remedy)}\n"
    if cause.vendors:
        yield "\n".join(_vendors(cause.vendors)) + "\n"
    if cause.changes:
        yield "\n".join(_change(change) for change in cause.changes) + "\n"
    for weakening in cause.weakenings:
        yield from _weakening(weakening)
    if cause.next_step:
        yield f"**Next measurement.** {_escaped(cause.next_step)}\n"
    if cause.explains:
        yield f"Reported instead of: {', '.join(f'[{other}]({link(other)})' for other in cause.explains)}.\n"
    shown = [_shown(set_ups.read()[name]) for name in set_ups.showing(cause.id)]
    if shown:
        yield f"Shown in the lab by `make explain PROBLEM={cause.id}`: {'; '.join(shown)}.\n"
    yield f"Sources: {_escaped('; '.join(cause.sources))}.\n"


def _escaped(text: str) -> str:
    """Return the text for Markdown, which would take <Global> for HTML and leave it out."""
    return text.replace("<", "\\<")


def _vendors(texts: Mapping[str, str]) -> list[str]:
    return [f"- {server}: {_escaped(text)}" for server, text in texts.items()]


def _weakening(weakening: Weakening) -> Iterator[str]:
    yield f"**Weakens security**, so it is named only if {weakening.proof}. {weakening.text}".rstrip() + "\n"
    lines = [*_vendors(weakening.vendors), *map(_change, weakening.changes)]
    yield "\n".join([*lines, f"- The price: {weakening.price}"]) + "\n"


def weakenings(link: Callable[[str], str]) -> Iterator[str]:
    """Yield the lines about remedies that weaken security; link: id of a cause -> the target of a link to it."""
    yield "## Remedies that weaken security\n"
    yield "The probe names these remedies only if the evidence proves the cause, and always with the price.\n"
    yield "| finding | evidence that is needed | the price |"
    yield "| --- | --- | --- |"
    for cause in (cause for causes in CHAPTERS.values() for cause in causes):
        for weakening in cause.weakenings:
            yield f"| [{cause.id}]({link(cause.id)}) | {weakening.proof} | {weakening.price} |"


def _shown(set_up: set_ups.SetUp) -> str:
    return f"{set_up['title']} (manual fix: {set_up['by_hand']})" if "by_hand" in set_up else str(set_up["title"])


def _change(change: Change) -> str:
    role = SERVERS[change.server].role if change.server else "<server>"
    option = f"{role}_{change.option}" if change.scope == ROLE else change.option
    value = change.value if isinstance(change.value, str) else json.dumps(change.value)
    return f"- {'Add' if change.add else 'Set'} `{option}: {value}` ({_SCOPES[change.scope]})"


if __name__ == "__main__":
    PAGE.write_text(page())
