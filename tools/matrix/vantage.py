# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vantage: runs on a machine of the lab, and probes from there what it is told.

Each line of its input is a JSON object with a number and options of ftp_probe; each line of its output has the number
and what the module returns.  Every probe is a process of its own, which finds all code loaded.
"""

from __future__ import annotations

import json
import os
import selectors
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.probe import probe
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC, refuse_bad

# What returns the answer to the options of a line.
Answering = Callable[[dict[str, Any]], Mapping[str, Any]]


def answer(options: dict[str, Any]) -> dict[str, Any]:
    """Return what the module would return for these options, or why it fails."""
    checked = ArgumentSpecValidator(ARGUMENT_SPEC).validate(options)
    if checked.error_messages:
        return {"failed": True, "msg": "; ".join(checked.error_messages)}
    try:
        refuse_bad(checked.validated_parameters)
        return probe(checked.validated_parameters)
    except ValueError as error:
        return {"failed": True, "msg": str(error)}
    except Exception:  # noqa: BLE001  (reported as the module would be)
        return {"failed": True, "msg": traceback.format_exc()}


def begin(line: bytes, answering: Answering) -> int:
    """Start what a line asks for, and return the pipe that its answer comes from."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        return reader
    job = json.loads(line)
    with os.fdopen(writer, "wb") as out:
        out.write(json.dumps({"number": job["number"], **answering(job["options"])}).encode() + b"\n")
    os._exit(0)


def serve(answering: Answering = answer) -> None:
    """Answer until the input ends, and all that was begun."""
    parts: dict[int, list[bytes]] = {}
    commands = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(0, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _events in waiting.select():
                data = os.read(key.fd, 65536)
                if key.fd == 0:
                    *lines, commands = (commands + data).split(b"\n")
                    for line in lines:
                        reader = begin(line, answering)
                        parts[reader] = []
                        waiting.register(reader, selectors.EVENT_READ)
                elif data:
                    parts[key.fd].append(data)
                else:
                    sys.stdout.buffer.write(b"".join(parts.pop(key.fd)))
                    sys.stdout.buffer.flush()
                if not data:
                    waiting.unregister(key.fd)
                    os.close(key.fd)
                    if key.fd:
                        os.wait()


if __name__ == "__main__":
    serve()
