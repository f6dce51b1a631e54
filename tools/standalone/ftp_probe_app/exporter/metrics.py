# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metrics of the exporter itself, and how samples are written."""

from __future__ import annotations

import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union

Number = Union[int, float]
Labels = tuple[tuple[str, str], ...]

# A scrape of a probe: blackbox_exporter's names.
PROBE_SUCCESS = ("probe_success", "Whether every mode passed and there is no finding.")
PROBE_DURATION = ("probe_duration_seconds", "How long the probe took.")


def gauge(described: tuple[str, str], value: Number) -> str:
    """Return a gauge without labels."""
    return family(described[0], described[1], "gauge", {(): value})


def family(name: str, description: str, kind: str, samples: Mapping[Labels, Number]) -> str:
    """Return a metric with its samples; values of labels are words of this program, which need no quoting."""
    lines = [f"# HELP {name} {description}", f"# TYPE {name} {kind}", *_lines(name, samples)]
    return "".join(f"{line}\n" for line in lines)


def _lines(name: str, samples: Mapping[Labels, Number]) -> Iterator[str]:
    for labels, value in samples.items():
        named = ",".join(f'{key}="{text}"' for key, text in labels)
        yield f"{name}{{{named}}} {value!r}" if named else f"{name} {value!r}"


@dataclass
class Counts:
    """What the exporter counts; begun: when it was started, in seconds since 1970."""

    begun: float = field(default_factory=time.time)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _responses: Counter[Labels] = field(default_factory=Counter)
    _probes: Counter[Labels] = field(default_factory=Counter)

    def response(self, status: int) -> None:
        """Count a response."""
        with self._lock:
            self._responses[("code", str(status)),] += 1

    def probe(self, result: str) -> None:
        """Count a probe by how it ended: passed, failed, timeout or error."""
        with self._lock:
            self._probes[("result", result),] += 1

    def text(self) -> str:
        """Return the counters as metrics."""
        with self._lock:
            return family(
                "ftp_probe_exporter_responses_total", "HTTP responses by their status.", "counter", self._responses
            ) + family("ftp_probe_exporter_probes_total", "Probes by how they ended.", "counter", self._probes)


def process_text(begun: float) -> str:
    """Return the metrics that Prometheus' own libraries have for each process, as far as this system tells them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = [
        family("process_cpu_seconds_total", "CPU time.", "counter", {(): used.ru_utime + used.ru_stime}),
        gauge(("process_start_time_seconds", "Start, in seconds since 1970."), begun),
    ]
    described: Mapping[tuple[str, str], Callable[[], int]] = {
        ("process_resident_memory_bytes", "Memory in use."): _resident_bytes,
        ("process_open_fds", "Open file descriptors."): lambda: len(list(Path("/proc/self/fd").iterdir())),
    }
    if Path("/proc/self/statm").exists():
        told += [gauge(metric, value()) for metric, value in described.items()]
    return "".join(told)


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
