# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One scrape of /probe: checks, the probe, and its metrics."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import IPV6_MODES, modes_of
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import asked
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.survey import survey
from ansible_collections.mxlab.ftp.plugins.module_utils._report.prometheus import metrics_of

from ftp_probe_app.exporter.answers import METRICS, Answer, Refused, bad
from ftp_probe_app.exporter.logs import log
from ftp_probe_app.exporter.metrics import PROBE_DURATION, PROBE_SUCCESS, Counts, gauge
from ftp_probe_app.exporter.schedule import Schedule
from ftp_probe_app.exporter.settings import Module, Settings
from ftp_probe_app.exporter.targets import AllowList, Destination
from ftp_probe_app.exporter.web import Request

SCRAPE_TIMEOUT = "x-prometheus-scrape-timeout-seconds"
# Seconds of a scrape that does not say how long it waits, as in blackbox_exporter.
UNSAID_TIMEOUT = 120.0


@dataclass(frozen=True)
class Outcome:
    """How a probe ended: with a result of ftp_probe, or with the reason why there is none."""

    result: dict[str, Any]
    kind: str
    seconds: float

    @property
    def passed(self) -> bool:
        """Return whether every mode passed and there is no finding."""
        return self.kind == "passed"

    def metrics(self) -> str:
        """Return the metrics of the scrape."""
        success, duration = gauge(PROBE_SUCCESS, int(self.passed)), gauge(PROBE_DURATION, round(self.seconds, 6))
        return success + duration + metrics_of(self.result)


@dataclass(frozen=True)
class Scraper:
    """Answers scrapes; settings gives the settings of now."""

    settings: Callable[[], Settings]
    schedule: Schedule[Outcome]
    counts: Counts
    offset: float

    def answer(self, request: Request) -> Answer:
        """Return the metrics of the probe that the request asks for; refuse what is not allowed."""
        settings = self.settings()
        module = _module(settings, request.parameter("module"))
        destination = Destination.parse(request.parameter("target"), module.port)
        settings.allow.check_destination(destination, module.port)
        budget = _budget(request.headers.get(SCRAPE_TIMEOUT, ""), self.offset)
        outcome = self._outcome(settings.allow, module, destination, budget)
        if request.parameter("debug") == "true":
            return Answer(_debug(module, destination, outcome))
        return Answer(outcome.metrics(), METRICS)

    def _outcome(self, allow: AllowList, module: Module, destination: Destination, budget: float) -> Outcome:
        """Return how the probe ended; a scrape whose time is over does not wait for it any longer."""
        begin = time.monotonic()
        ends = begin + budget
        # A probe that begins late would end with a timeout that is not the server's: half of the time is kept for it.
        future = self.schedule.future(
            str(destination), module, lambda: self._probed(allow, module, destination, ends), begin + budget / 2
        )
        try:
            return future.result(ends - time.monotonic())
        except NotYet:
            return _without_result("timeout", "the scrape's time was over", budget)

    def _probed(self, allow: AllowList, module: Module, destination: Destination, ends: float) -> Outcome:
        begin = time.monotonic()
        outcome = dataclasses.replace(probed(allow, module, destination, ends), seconds=time.monotonic() - begin)
        self.counts.probe(outcome.kind)
        if not outcome.passed:
            log(
                "warning",
                "the probe has not passed",
                module=module.name,
                target=destination,
                result=outcome.kind,
                findings=",".join(finding["id"] for finding in outcome.result.get("findings", ())),
                reason=outcome.result.get("msg", ""),
            )
        return outcome


def probed(allow: AllowList, module: Module, destination: Destination, ends: float) -> Outcome:
    """Probe the destination until the time ends; the addresses that are checked are those that are connected to."""
    try:
        addresses = destination.addresses()
    except (OSError, UnicodeError) as error:
        return _without_result("error", f"{destination.host} has no usable address: {error}")
    if not set(modes_of(module.options["modes"])).intersection(IPV6_MODES):
        addresses = addresses[:1]
    allow.check_addresses(destination, addresses)
    # Half of what is left, so that a server that does not answer is a finding, not a timeout of the scrape.
    patience = max(0.1, min(module.timeout, (ends - time.monotonic()) / 2))
    try:
        target, request = asked({**module.options, "host": addresses[0], "port": destination.port, "timeout": patience})
    except ValueError as error:
        return _without_result("error", str(error))
    target = dataclasses.replace(target, host=destination.host, ends=ends)
    request = dataclasses.replace(request, ipv6_address="".join(addresses[1:]))
    evidence = survey(target, request)
    if time.monotonic() >= ends:
        return _without_result("timeout", "the probe did not end within the scrape timeout; raise scrape_timeout")
    result = judge(evidence)
    return Outcome(result, "passed" if result["passed"] else "failed", 0.0)


def _without_result(kind: str, reason: str, seconds: float = 0.0) -> Outcome:
    """Return an outcome in the form in which reports take a probe that did not run to its end."""
    return Outcome({"failed": True, "msg": reason}, kind, seconds)


def _module(settings: Settings, name: str) -> Module:
    if name not in settings.modules:
        raise bad(f"unknown module {name[:100]!a}; the file has: {', '.join(settings.modules) or 'none'}")
    return settings.modules[name]


def _budget(said: str, offset: float) -> float:
    """Return the seconds that a probe may take: below the scrape's timeout, or Prometheus would drop the answer."""
    try:
        seconds = float(said) if said else UNSAID_TIMEOUT
    except ValueError as error:
        raise bad(f"{SCRAPE_TIMEOUT} is {said[:100]!a}; expected seconds") from error
    if not math.isfinite(seconds) or seconds <= offset:
        raise bad(f"the scrape timeout is {seconds:g} s; expected more than --timeout-offset, which is {offset:g} s")
    return min(seconds, UNSAID_TIMEOUT) - offset


def _debug(module: Module, destination: Destination, outcome: Outcome) -> str:
    """Return what people look at: table, findings, metrics and options."""
    result = outcome.result
    lines = [f"{destination} with module {module.name}: {outcome.kind} {result.get('msg', '')}".rstrip(), ""]
    lines += result.get("table", [])
    for finding in result.get("findings", ()):
        lines += ["", f"{finding['id']}: {finding['message']}", finding["explanation"], finding["remedy"]]
    lines += ["", "Metrics:", outcome.metrics(), "Module:", json.dumps(module.shown(), indent=2)]
    return "\n".join(lines) + "\n"


__all__ = ["Outcome", "Refused", "Scraper", "probed"]
