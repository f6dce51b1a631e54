# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Prometheus scrapes the exporter by the files that users get: values, alerts, the dashboard's queries."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import page_of
from faulty_script import Script
from faulty_server import USER, running

ROOT = Path(__file__).parents[5]
FILES = ROOT / "tools" / "standalone" / "prometheus"
# Where tools/test.sh unpacks Debian's package.
UNPACKED = ROOT / ".ansible" / "prometheus" / "usr" / "bin"
PATIENT = 60.0
ALERTS = yaml.safe_load((FILES / "alerts.yml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((FILES / "dashboard.json").read_text())
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
# What the two servers of this test do not have: TLS.
EMPTY = [query for query in QUERIES if "certificate" in query]


def tool(name: str) -> str:
    """Return the path of a program of Debian's package prometheus; skip without it."""
    path = shutil.which(name) or shutil.which(name, path=UNPACKED)
    if path is None:
        pytest.skip(f"no {name}: install Debian's package prometheus, or run tools/test.sh, which unpacks it")
    return path


class Prometheus:
    """A running Prometheus."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], port: int) -> None:
        self.folder, self.process, self.port = folder, process, port

    def ask(self, path: str, **parameters: str) -> Any:
        """Return the data of an answer of the API, None while Prometheus starts."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENT)
        try:
            connection.request("GET", f"/api/v1/{path}?{urlencode(parameters)}")
            response = connection.getresponse()
            answer = json.loads(response.read()) if response.status != HTTPStatus.SERVICE_UNAVAILABLE else None
        except ConnectionRefusedError:
            return None
        finally:
            connection.close()
        assert answer is None or answer["status"] == "success", answer
        return answer["data"] if answer else None

    def values(self, query: str) -> dict[str, float]:
        """Return the values that a query has now, by the label instance."""
        data = self.ask("query", query=query)
        return {each["metric"].get("instance", ""): float(each["value"][1]) for each in data["result"]} if data else {}

    def wait(self, told: Callable[[], Any]) -> Any:
        """Ask until the answer is not empty, and return it."""
        asked, pause = 0, threading.Event()
        while not (answer := told()):
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert asked < PATIENT / 0.2, f"no answer; the targets are {self.ask('targets')}"
            asked += 1
            pause.wait(0.2)
        return answer


def configured(folder: Path, exporter: str, targets: list[str]) -> Path:
    """Write users' files for this test: faster, and with its addresses; return the path of the main one."""
    alerts = yaml.safe_load((FILES / "alerts.yml").read_text())
    for rule in alerts["groups"][0]["rules"]:
        rule["for"] = "1s"
    (folder / "alerts.yml").write_text(yaml.safe_dump(alerts))
    text = (FILES / "prometheus.yml").read_text().replace("127.0.0.1:20021", exporter)
    settings = yaml.safe_load(text)
    settings["global"] = {"scrape_interval": "5s", "scrape_timeout": "5s", "evaluation_interval": "1s"}
    settings["scrape_configs"][0]["static_configs"][0]["targets"] = targets
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(settings))
    return path


def free_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Yield a healthy server and one that announces its LAN address."""
    healthy, broken = tmp_path_factory.mktemp("healthy"), tmp_path_factory.mktemp("broken")
    script = Script.parse(["PASVBADIP 192.168.128.13"])
    with (
        running("127.79.0.1", Script(), healthy, healthy) as well,
        running("127.79.0.2", script, broken, broken) as ill,
    ):
        yield f"127.79.0.1:{well.address[1]}", f"127.79.0.2:{ill.address[1]}"


@pytest.fixture(scope="module")
def prometheus(
    start: Callable[..., Any], servers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """Yield a Prometheus that scrapes both servers, and a target that the exporter refuses."""
    binary, folder, port = tool("prometheus"), tmp_path_factory.mktemp("prometheus"), free_port()
    module = {"user": USER, "password_env": "PROBE_PASSWORD", "modes": ["passive"]}
    exporter = start({"allow": list(servers), "modules": {"passive": module}})
    path = configured(folder, exporter.address, [*servers, "127.79.0.3:21"])
    command = [binary, f"--config.file={path}", f"--storage.tsdb.path={folder / 'data'}"]
    with ExitStack() as ended, (folder / "log").open("w") as log:
        listen = f"--web.listen-address=127.0.0.1:{port}"
        process = subprocess.Popen([*command, listen], stdout=log, stderr=log)
        ended.callback(process.wait, PATIENT)
        ended.callback(process.terminate)
        yield Prometheus(folder, process, port)


def test_queries_tell_the_healthy_server_from_the_broken_one(prometheus: Prometheus, servers: tuple[str, str]) -> None:
    well, ill = servers
    prometheus.wait(lambda: prometheus.values("probe_success") == {well: 1, ill: 0})
    prometheus.wait(lambda: prometheus.values('up{job="ftp_probe"}') == {well: 1, ill: 1, "127.79.0.3:21": 0})
    assert prometheus.values('ftp_probe_finding{id="private-address-announced", layer="server"}') == {ill: 1}
    assert prometheus.values('ftp_probe_cell{mode="PASV", verdict="failed"}') == {well: 0, ill: 1}
    assert prometheus.values('ftp_probe_cell{mode="EPSV", verdict="passed"}') == {well: 1, ill: 1}
    assert set(prometheus.values("probe_duration_seconds > 0")) == {well, ill}


def test_alerts_fire_for_the_broken_server_and_the_refused_target_only(
    prometheus: Prometheus, servers: tuple[str, str]
) -> None:
    wanted = {("FtpFinding", servers[1]), ("FtpScrapeRefused", "127.79.0.3:21")}

    def firing() -> set[tuple[str, str]]:
        alerts = (prometheus.ask("alerts") or {"alerts": []})["alerts"]
        return {(a["labels"]["alertname"], a["labels"]["instance"]) for a in alerts if a["state"] == "firing"}

    prometheus.wait(lambda: firing() == wanted)


def test_each_query_of_the_dashboard_has_an_answer(prometheus: Prometheus) -> None:
    assert len(QUERIES) > 10
    assert len(EMPTY) == 1
    for query in QUERIES:
        filled = query.replace("$job", ".*").replace("$instance", ".*")
        if query in EMPTY:
            assert prometheus.ask("query", query=filled)["result"] == []
        else:
            prometheus.wait(lambda filled=filled: prometheus.values(filled))


def test_panels_of_the_dashboard_have_their_parts() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
    names = [variable["name"] for variable in DASHBOARD["templating"]["list"]]
    assert names == ["datasource", "job", "instance"]


@pytest.mark.parametrize(
    "command", ["check rules alerts.yml", "test rules alerts_test.yml", "check config prometheus.yml"]
)
def test_promtool_accepts_the_files(command: str) -> None:
    done = subprocess.run([tool("promtool"), *command.split()], cwd=FILES, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


def test_each_alert_is_tested() -> None:
    tests = yaml.safe_load((FILES / "alerts_test.yml").read_text())["tests"]
    fired = {each["alertname"] for test in tests for each in test["alert_rule_test"] if each["exp_alerts"]}
    assert {rule["alert"] for rule in ALERTS} == fired


def test_promtool_accepts_what_the_exporter_answers(start: Callable[..., Any], servers: tuple[str, str]) -> None:
    module = {"user": USER, "password_env": "PROBE_PASSWORD", "modes": ["passive"]}
    exporter = start({"allow": list(servers), "modules": {"m": module}})
    for path in (*(f"/probe?target={server}&module=m" for server in servers), "/metrics"):
        status, text = exporter.get(path)
        assert status == 200
        done = subprocess.run(
            [tool("promtool"), "check", "metrics"], input=text, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_systemd_accepts_the_unit() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze")
    command = ["systemd-analyze", "verify", str(FILES / "ftp-probe.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_alert_and_dashboard_lead_to_the_page_of_the_finding() -> None:
    (alert,) = [rule for rule in ALERTS if rule["alert"] == "FtpFinding"]
    assert alert["annotations"]["runbook_url"] == page_of("{{ $labels.id }}")
    (findings,) = [panel for panel in DASHBOARD["panels"] if panel["title"] == "Findings"]
    (override,) = findings["fieldConfig"]["overrides"]
    assert override["matcher"] == {"id": "byName", "options": "id"}
    assert [link["url"] for link in override["properties"][0]["value"]] == [page_of("${__value.text}")]
