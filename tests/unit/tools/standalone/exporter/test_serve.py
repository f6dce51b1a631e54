# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exporter over HTTP: answers, limits, signals."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from faulty_script import Script
from faulty_server import PASSWORD, USER, running
from ftp_probe_app.exporter.logs import log
from ftp_probe_app.exporter.serve import main, parser

ROOT = Path(__file__).parents[5]
MODULE = {"user": USER, "password_env": "PROBE_PASSWORD", "modes": ["passive"]}
DOCUMENT = {"allow": ["127.78.0.0/16"], "modules": {"m": MODULE}}
PATIENT = 60.0


@pytest.fixture(scope="module")
def exporter(start: Callable[..., Any]) -> Any:
    return start(DOCUMENT, "--concurrency", "2", "--waiting", "1")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Yield the port of a healthy server on 127.78.0.1."""
    folder = tmp_path_factory.mktemp("home")
    with running("127.78.0.1", Script(), folder, folder) as server:
        yield int(server.address[1])


@pytest.fixture
def silent() -> Iterator[Callable[[str], int]]:
    """Yield what makes a port that takes connections and says nothing."""
    with ExitStack() as held:
        yield lambda address: int(held.enter_context(socket.create_server((address, 0))).getsockname()[1])


def document(*ports: int) -> dict[str, Any]:
    """Return a file that allows these ports of the test's addresses."""
    return {"allow": [f"127.78.0.0/16:{port}" for port in ports], "modules": {"m": MODULE}}


def samples(text: str) -> dict[str, float]:
    """Return the values of metrics by name and labels."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in lines}


def test_a_healthy_server(start: Callable[..., Any], port: int) -> None:
    running_exporter = start(document(port))
    status, text = running_exporter.get(f"/probe?target=127.78.0.1:{port}&module=m")
    found = samples(text)
    assert (status, found["probe_success"], found["ftp_probe_up"], found["ftp_probe_passed"]) == (200, 1, 1, 1)
    assert found["probe_duration_seconds"] > 0
    assert found['ftp_probe_cell{mode="PASV",protection="clear",ip="4",verdict="passed"}'] == 1
    assert "probes_total" not in text
    status, text = running_exporter.get(f"/probe?target=127.78.0.1:{port}&module=m&debug=true")
    assert "upload, download and delete fine" in text
    assert PASSWORD not in text
    assert samples(running_exporter.get("/metrics")[1])['ftp_probe_exporter_probes_total{result="passed"}'] == 2


def test_a_silent_server_is_a_finding_within_the_time_of_the_scrape(
    start: Callable[..., Any], silent: Callable[[str], int]
) -> None:
    port = silent("127.78.0.2")
    headers = {"X-Prometheus-Scrape-Timeout-Seconds": "2.5"}
    status, text = start(document(port)).get(f"/probe?target=127.78.0.2:{port}&module=m", headers)
    assert status == 200
    assert samples(text)["probe_success"] == 0
    assert samples(text)["ftp_probe_up"] == 1
    assert 'ftp_probe_finding{id="' in text


def test_a_server_that_drips_cannot_hold_the_scrape(start: Callable[..., Any], tmp_path: Path) -> None:
    with running("127.78.0.3", Script.parse(["DRIP USER"]), tmp_path, tmp_path) as server:
        port = int(server.address[1])
        running_exporter = start(document(port))
        headers = {"X-Prometheus-Scrape-Timeout-Seconds": "1.5"}
        status, text = running_exporter.get(f"/probe?target=127.78.0.3:{port}&module=m", headers)
        assert status == 200
        assert samples(text)["probe_success"] == 0
        while samples(running_exporter.get("/metrics")[1])["ftp_probe_exporter_probes_running"]:
            assert running_exporter.process.poll() is None


@pytest.mark.parametrize(("said", "status"), [("x", 400), ("0.5", 400), ("nan", 400), ("inf", 400), ("-1", 400)])
def test_a_bad_scrape_timeout_is_refused(exporter: Any, said: str, status: int) -> None:
    headers = {"X-Prometheus-Scrape-Timeout-Seconds": said}
    assert exporter.get("/probe?target=127.78.0.9&module=m", headers)[0] == status


def test_probes_beyond_the_limits_get_503_and_those_that_run_are_answered(
    start: Callable[..., Any], silent: Callable[[str], int]
) -> None:
    ports = [silent(f"127.78.1.{number}") for number in range(1, 4)]
    running_exporter = start(document(*ports), "--concurrency", "1", "--waiting", "1")
    headers = {"X-Prometheus-Scrape-Timeout-Seconds": "4.5"}
    paths = [f"/probe?target=127.78.1.{number}:{port}&module=m" for number, port in enumerate(ports, 1)]
    with ThreadPoolExecutor() as pool:
        first = pool.submit(running_exporter.get, paths[0], headers)
        while not samples(running_exporter.get("/metrics")[1])["ftp_probe_exporter_probes_running"]:
            assert not first.done()
        second = pool.submit(running_exporter.get, paths[1], headers)
        while not samples(running_exporter.get("/metrics")[1])["ftp_probe_exporter_scrapes_waiting"]:
            assert not second.done()
        shared = pool.submit(running_exporter.get, paths[0], headers)
        assert running_exporter.get(paths[2], headers)[0] == 503
        assert first.result(PATIENT)[0] == 200
        assert shared.result(PATIENT)[1] == first.result()[1]


RAW = [
    (b"POST /probe HTTP/1.1\r\n\r\n", 405),
    (b"GET / HTTP/2.0\r\n\r\n", 505),
    (b"GET /\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nno header\r\n\r\n", 400),
    (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nA: " + b"a" * 20000, 431),
    (b"GET /?" + b"a=1&" * 30 + b" HTTP/1.1\r\n\r\n", 400),
    (b"GET /probe?target=%ff&module=m HTTP/1.1\r\n\r\n", 400),
    (b"\x16\x03\x01\r\n\r\n", 400),
    (b"GET /nothing HTTP/1.1\r\n\r\n", 404),
    (b"GET / HTTP/1.1\r\n\r\n", 200),
    (b"GET /-/healthy HTTP/1.0\r\nHost: x\r\n\r\n", 200),
    # Slow, without an end: the exporter waits five seconds for the whole request.
    (b"GET / HTTP/1.1\r\nA: ", 408),
]


@pytest.mark.parametrize(("sent", "status"), RAW)
def test_a_request_that_is_none(exporter: Any, sent: bytes, status: int) -> None:
    host, port = exporter.address.split(":", maxsplit=1)
    with socket.create_connection((host, int(port)), PATIENT) as connection:
        connection.sendall(sent)
        assert connection.recv(4096).startswith(b"HTTP/1.1 %d " % status)


def test_a_crowd_of_slow_clients_does_not_shut_others_out_for_long(exporter: Any) -> None:
    host, port = exporter.address.split(":", maxsplit=1)
    with ExitStack() as crowd:
        slow = [crowd.enter_context(socket.create_connection((host, int(port)), PATIENT)) for _number in range(40)]
        answers = [client.recv(4096).split(b" ", maxsplit=2)[1] for client in slow]
    assert set(answers) == {b"408", b"503"}
    assert exporter.get("/-/healthy")[0] == 200


def test_a_bad_file_keeps_the_settings_and_shows_in_a_metric(start: Callable[..., Any], port: int) -> None:
    running_exporter = start(document(port))
    kept = running_exporter.file.read_text()
    name = "ftp_probe_exporter_config_last_reload_successful"
    assert samples(running_exporter.get("/metrics")[1])[name] == 1
    running_exporter.file.write_text("{")
    running_exporter.process.send_signal(signal.SIGHUP)
    while samples(running_exporter.get("/metrics")[1])[name]:
        assert running_exporter.process.poll() is None
    assert running_exporter.get(f"/probe?target=127.78.0.1:{port}&module=m")[0] == 200
    running_exporter.file.write_text(kept.replace('"m"', '"other"'))
    running_exporter.process.send_signal(signal.SIGHUP)
    while not samples(running_exporter.get("/metrics")[1])[name]:
        assert running_exporter.process.poll() is None
    assert running_exporter.get(f"/probe?target=127.78.0.1:{port}&module=m")[0] == 400
    assert running_exporter.get(f"/probe?target=127.78.0.1:{port}&module=other")[0] == 200
    assert PASSWORD not in running_exporter.log.read_text()


def test_sigterm_ends_after_the_probe_that_runs(start: Callable[..., Any], silent: Callable[[str], int]) -> None:
    port = silent("127.78.0.4")
    running_exporter = start(document(port))
    headers = {"X-Prometheus-Scrape-Timeout-Seconds": "2.5"}
    with ThreadPoolExecutor() as pool:
        scrape = pool.submit(running_exporter.get, f"/probe?target=127.78.0.4:{port}&module=m", headers)
        while not samples(running_exporter.get("/metrics")[1])["ftp_probe_exporter_probes_running"]:
            assert not scrape.done()
        assert running_exporter.stop() == 0
        assert scrape.result(PATIENT)[0] == 200


def test_a_bad_file_at_the_start_ends_with_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "modules.json").write_text("{")
    assert main([str(tmp_path / "modules.json")]) == 1
    assert "is not JSON" in capsys.readouterr().err


def test_another_address_is_used_only_if_asked_for() -> None:
    assert parser().parse_args(["modules.json"]).listen == "127.0.0.1:20021"


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--concurrency=0", "0 is not a number from 1 to 1000"),
        ("--waiting=many", "many is not a number from 1 to 1000"),
        ("--timeout-offset=-1", "-1 is not a number of seconds from 0 to 60"),
        ("--timeout-offset=nan", "nan is not a number of seconds from 0 to 60"),
    ],
)
def test_a_bad_option_is_an_error(option: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["modules.json", option])
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("listen", ["20021", "localhost:20021", "127.0.0.1:", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_an_error(listen: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["modules.json", "--listen", listen]) == 1
    assert "cannot start" in capsys.readouterr().err


def test_the_documentation_has_every_option() -> None:
    page = (ROOT / "docs" / "exporter.md").read_text()
    options = [action.option_strings[-1] for action in parser()._actions if action.option_strings]
    assert [option for option in options if f"`{option}" not in page and option != "--help"] == []


def test_no_text_of_others_becomes_a_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    log("info", "a\nb", target="x\r\nlevel=error\u2028\u00e9")
    assert capsys.readouterr().err == 'level=info msg="a\\nb" target="x\\r\\nlevel=error\\u2028\\u00e9"\n'
