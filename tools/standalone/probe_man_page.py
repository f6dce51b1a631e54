# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The man page of ftp-probe, from the same options and texts as its help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ftp_probe_app import options
from ftp_probe_app.options import POSITIONAL
from ftp_probe_app.texts import Texts


def man_page(texts: Texts) -> str:
    """Return the page as roff, with the macros of man(7)."""
    return "\n".join([*_head(texts), *_options(texts), *_tail()]) + "\n"


def _head(texts: Texts) -> Iterator[str]:
    # REUSE-IgnoreStart
    yield '.\\" SPDX-License-Identifier: GPL-3.0-or-later'
    # REUSE-IgnoreEnd
    yield f'.TH FTP-PROBE 1 "" "mxlab.ftp {texts.version}" "User Commands"'
    yield from (".SH NAME", "ftp\\-probe \\- test an FTP server with real transfers, and name the fault")
    yield from (".SH SYNOPSIS", *(line for usage in options.USAGE for line in (".B " + _roff(usage), ".br")))
    yield from (".SH DESCRIPTION", _roff(options.DESCRIPTION))


def _options(texts: Texts) -> Iterator[str]:
    yield ".SH OPTIONS"
    for title, names in options.GROUPS.items():
        yield f".SS {_roff(title.capitalize())}"
        for name in names:
            yield from _option(name, texts)
    yield from (".SS Password", _roff(options.PASSWORD_WAYS))
    yield from _tagged("--password-file FILE", [options.PASSWORD_FILE])
    yield ".SS Output"
    yield from _tagged("--format FORMAT", [options.FORMAT_SUMMARY])
    for name in options.FORMATS:
        yield from _tagged(f"--{name} FILE", [options.file_summary(name)])


def _option(name: str, texts: Texts) -> Iterator[str]:
    """Yield an option with its summary, and with all that its documentation says beyond the first sentence."""
    first, *others = texts.options[name]
    more = first.partition(". ")[2]
    tag = options.named(name) if name == POSITIONAL else f"{options.named(name)} {options.metavar(name)}".strip()
    yield from _tagged(tag, [options.summary(name, texts), *filter(None, [more]), *others])


def _tail() -> Iterator[str]:
    yield ".SH COMMANDS"
    yield from _tagged("explain [ID...]", ["Say what a finding means, offline. Without an ID, list all findings."])
    yield from _tagged("serve [OPTION...]", ["Serve metrics to Prometheus. ftp-probe serve --help has the options."])
    yield from (".PP", _roff(options.SUBCOMMANDS))
    yield ".SH EXIT STATUS"
    for code, meaning in options.EXIT_CODES.items():
        yield from _tagged(code, [meaning])
    yield from (".PP", _roff(options.NAGIOS_CODES))
    yield from (".SH ENVIRONMENT", *_tagged("FTP_PROBE_PASSWORD", ["The password, if there is no --password-file."]))
    yield ".SH EXAMPLES"
    for what, command in options.EXAMPLES:
        yield from _tagged(command, [what])


def _tagged(tag: str, paragraphs: Iterable[str]) -> Iterator[str]:
    """Yield a paragraph with a tag, and further ones below it."""
    first, *others = paragraphs
    yield from (".TP", f".B {_roff(tag)}", _roff(first))
    for each in others:
        yield from (".IP", _roff(each))


def _roff(text: str) -> str:
    """Return a text that roff shows as it is: no escapes, no request at its beginning, hyphens that can be copied."""
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe
