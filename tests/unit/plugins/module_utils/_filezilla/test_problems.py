# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What FileZilla Server would ignore is refused, with the place and the value."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.problems import limit_problems, setting_problems
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.settings import settings_tree
from ansible_collections.mxlab.ftp.tests.unit.plugins.filezilla_options import LOCKED, OPTIONS


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"extra_options": {"ftp_server": {"listener": []}}}, "ftp_server.listener is empty"),
        ({"extra_options": {"ftp_server": {"listener": [{"address": "0.0.0.0", "port": 0, "tls_mode": 0}]}}}, "port"),
        ({"extra_options": {"ftp_server": {"listener": [{"address": "x", "port": 21, "tls_mode": 0}]}}}, "'x'"),
        ({"extra_options": {"ftp_server": {"listener": [{"address": "::", "port": 21, "tls_mode": 3}]}}}, "tls_mode"),
        ({"extra_options": {"ftp_server": {"listener": "21"}}}, "listener[0]"),
        (
            {"extra_options": {"ftp_server": {"listener": [{"address": "::", "port": "21-22", "tls_mode": 0}]}}},
            "port '21-22' is a range; expected one port",
        ),
        ({"masquerade_address": "203.0.113.999"}, "203.0.113.999"),
        ({"extra_options": {"ftp_server": {"listeners": []}}}, "ftp_server.listeners: no such setting"),
        ({"extra_options": {"ftp_sever": {}}}, "ftp_sever: no such setting"),
        ({"extra_options": {"ftp_server": {"session": {"pasv": {"port_range": {"min": "abc"}}}}}}, "abc-61099"),
        ({"extra_options": {"ftp_server": {"session": {"pasv": {"port_range": {"max": 70000}}}}}}, "out of range"),
        ({"extra_options": {"all_protocols": {"timeouts": {"login_timeout": "1m"}}}}, "'1m'"),
        ({"extra_options": {"admin": {"local_port": 61005}}}, "contains 61005"),
        ({"extra_options": {"admin": {"listener": {"address": "::", "port": 61005}}}}, "contains 61005"),
        ({"passive_ports": "14000-14200"}, "contains 14148"),
        ({"control_port": 61050}, "contains 61050"),
    ],
)
def test_what_the_server_would_swallow_is_refused(options: dict[str, Any], words: str) -> None:
    problems = list(setting_problems(settings_tree({**OPTIONS, **options}, LOCKED)))
    assert len(problems) == 1
    assert words in problems[0]


def below(path: str, value: Any) -> dict[str, Any]:
    """Return extra_options with the value at a path such as "logger.name"."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return {"extra_options": value}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("logger.enabled_type", 31),
        ("logger.short", True),
        ("webui.timeout", 1),
        ("webui.listen", []),
        ("acme.account", "x"),
        ("pkcs11.providers", "x"),
        ("all_protocols.timeouts.idle_timeout", 1),
        ("admin.port", 1),
    ],
)
def test_a_setting_that_there_is_not_is_refused(path: str, value: Any) -> None:
    (problem,) = setting_problems(settings_tree({**OPTIONS, **below(path, value)}, LOCKED))
    assert problem.startswith(f"{path}: no such setting; there are ")


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("logger.enabled_types", [0, "31"], ["all", "0x1f", -1, True, 1.5, "", None, [1]]),
        ("logger.max_amount_of_rotated_files", [65535], [65536]),
        ("logger.rotation_type", [0, 1], [2, "daily"]),
        ("all_protocols.performance.number_of_session_threads", [4], ["4 threads", 65536]),
        ("all_protocols.performance.receive_buffer_size", [-1, 4194304], [-2, "4M", 2**31]),
        ("all_protocols.timeouts.login_timeout", [60000], ["1m", "60000 ", "٣"]),
        ("webui.access_timeout", [1], ["1h"]),
        ("admin.local_port", [0, "14149"], ["admin", 65536]),
        ("update_checker.frequency", [0, 604800000], ["never", "7d", False]),
        ("logger.include_headers", [True, "false"], ["yes", 1, ""]),
        ("admin.enable_local_ipv6", [True, "False"], ["no", 0]),
        ("ftp_server.session.pasv.do_not_override_host_if_peer_is_local", [False], ["off", None]),
    ],
)
def test_a_value_of_another_kind_is_refused(path: str, good: list[Any], bad: list[Any]) -> None:
    def problems(value: Any) -> list[str]:
        return list(setting_problems(settings_tree({**OPTIONS, **below(path, value)}, LOCKED)))

    assert [value for value in good if problems(value)] == []
    assert [
        value for value in bad if not any(each.startswith(f"{path}: {value!r} is ") for each in problems(value))
    ] == []


@pytest.mark.parametrize(("sessions", "fine"), [(0, True), (65535, True), (65536, False), (-1, False)])
def test_a_limit_of_sessions_is_one_that_the_server_can_hold(sessions: int, fine: bool) -> None:
    assert list(limit_problems({"max_sessions": sessions})) == (
        [] if fine else [f"max_sessions: {sessions} is not a number from 0 (no limit) to 65535"]
    )


def test_nothing_is_wrong_with_what_the_module_writes_by_itself() -> None:
    assert list(setting_problems(settings_tree(OPTIONS, LOCKED))) == []
