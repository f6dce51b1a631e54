# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What FileZilla Server would ignore, drop or replace without an error.

The names and types are those of FileZilla Server 1.9 (server_settings.hpp, ftp_server_options.hpp and
webui_server_options.hpp of its source), and of 1.7.3 for the log (logger_file_options.hpp).

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, ip_address
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.settings import at, listed
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.xml_text import Tree
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

# What may be in an element, where that is known: the server skips anything else, and it would be as if never written.
_CHILDREN: Mapping[str, set[str]] = {
    "": {"locale", "logger", "all_protocols", "ftp_server", "webui", "admin", "acme", "update_checker", "pkcs11"},
    "logger": {
        *("name", "enabled_types", "include_headers", "date_in_name"),
        *("max_amount_of_rotated_files", "max_file_size", "rotation_type"),
    },
    "all_protocols": {"autobanner", "performance", "timeouts"},
    "all_protocols.performance": {"number_of_session_threads", "receive_buffer_size", "send_buffer_size"},
    "all_protocols.timeouts": {"login_timeout", "activity_timeout"},
    "ftp_server": {"listener", "session", "welcome_message"},
    "ftp_server.listener": {"address", "port", "tls_mode"},
    "ftp_server.session": {"pasv", "tls"},
    "ftp_server.session.pasv": {"host_override", "do_not_override_host_if_peer_is_local", "port_range"},
    "ftp_server.session.pasv.port_range": {"min", "max"},
    "webui": {
        *("access_timeout", "refresh_timeout", "http_keepalive_timeout", "http_activity_timeout"),
        *("listener", "tls"),
    },
    "admin": {"local_port", "enable_local_ipv6", "listener", "password", "tls"},
    "acme": {"account_id", "how_to_serve_challenges"},
    "update_checker": {"allowed_type", "frequency", "callback_path"},
    "pkcs11": {"provider"},
}
# The largest values of the types that the server reads numbers into.  It ignores another text or a larger number.
_UINT16, _INT32, _INT64 = 2**16 - 1, 2**31 - 1, 2**63 - 1
# Setting -> its least and its largest value.  Durations are milliseconds.
_NUMBERS: Mapping[str, tuple[int, int]] = {
    "logger.enabled_types": (0, _INT64),
    "logger.max_amount_of_rotated_files": (0, _UINT16),
    "logger.max_file_size": (0, _INT64),
    "logger.rotation_type": (0, 1),
    "all_protocols.performance.number_of_session_threads": (0, _UINT16),
    "all_protocols.performance.receive_buffer_size": (-1, _INT32),
    "all_protocols.performance.send_buffer_size": (-1, _INT32),
    "all_protocols.timeouts.login_timeout": (0, _INT64),
    "all_protocols.timeouts.activity_timeout": (0, _INT64),
    "webui.access_timeout": (0, _INT64),
    "webui.refresh_timeout": (0, _INT64),
    "webui.http_keepalive_timeout": (0, _INT64),
    "webui.http_activity_timeout": (0, _INT64),
    "admin.local_port": (0, _UINT16),
    "update_checker.frequency": (0, _INT64),
}
_SWITCHES = (
    "logger.include_headers",
    "logger.date_in_name",
    "ftp_server.session.pasv.do_not_override_host_if_peer_is_local",
    "admin.enable_local_ipv6",
)


def setting_problems(tree: Tree) -> Iterator[str]:
    """Yield a line for each thing that the server would ignore, drop or replace without an error."""
    yield from _unknown(tree, "")
    yield from _listener_problems(listed(tree["ftp_server"], "listener"))
    yield from _number_problems(tree)
    yield from _switch_problems(tree)
    yield from _address_problems(tree["ftp_server"]["session"]["pasv"]["host_override"])
    yield from _range_problems(tree)


def limit_problems(options: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line if the server cannot hold the limit of sessions; 0 is no limit."""
    if not _is_number(options["max_sessions"], 0, _UINT16):
        yield f"max_sessions: {options['max_sessions']} is not a number from 0 (no limit) to {_UINT16}"


def _number_problems(tree: Tree) -> Iterator[str]:
    for place, (least, largest) in _NUMBERS.items():
        value = at(tree, place, least)
        if not _is_number(value, least, largest):
            yield f"{place}: {value!r} is not a number from {least} to {largest}; the server would ignore it"


def _is_number(value: Any, least: int, largest: int) -> bool:
    text = "" if isinstance(value, bool) else str(value)
    return re.fullmatch("-?[0-9]{1,19}", text) is not None and least <= int(text) <= largest


def _switch_problems(tree: Tree) -> Iterator[str]:
    for place in _SWITCHES:
        value = at(tree, place, True)
        if str(value).lower() not in ("true", "false"):
            yield f"{place}: {value!r} is neither true nor false; the server would ignore it"


def _address_problems(address: Any) -> Iterator[str]:
    try:
        if address:
            IPv4Address(str(address))
    except ValueError as error:
        yield f"ftp_server.session.pasv.host_override, masquerade_address: {error}; write an IPv4 address or nothing"


def _unknown(value: Any, path: str) -> Iterator[str]:
    known = _CHILDREN.get(path)
    for each in value if isinstance(value, list) else [value]:
        if known is None or not isinstance(each, Mapping):
            continue
        for name, child in each.items():
            if name[0] in "@#":
                continue
            place = f"{path}.{name}".lstrip(".")
            if name not in known:
                yield f"{place}: no such setting; there are {', '.join(sorted(known))}"
            yield from _unknown(child, place)


def _listener_problems(listeners: Sequence[Any]) -> Iterator[str]:
    if not listeners:
        yield "ftp_server.listener is empty, so no client could connect; add a listener"
    for index, listener in enumerate(listeners):
        try:
            ip_address(listener["address"])
            if len(PortRange.parse(listener["port"])) > 1:
                raise ValueError(f"port {listener['port']!r} is a range; expected one port")
            if str(listener["tls_mode"]) not in ("0", "1", "2"):
                raise ValueError(f"tls_mode {listener['tls_mode']!r} is not 0, 1 or 2")
        except (KeyError, TypeError, ValueError) as error:
            yield f"ftp_server.listener[{index}]: needs an address, a port and a tls_mode of 0, 1 or 2 ({error})"


def _range_problems(tree: Tree) -> Iterator[str]:
    place = "ftp_server.session.pasv.port_range"
    limits = tree["ftp_server"]["session"]["pasv"]["port_range"]
    try:
        ports = PortRange.parse(f"{limits['min']}-{limits['max']}")
    except ValueError as error:
        yield f"{place}: {error}; the server would take any port"
        return
    listening = [*listed(tree["ftp_server"], "listener"), *listed(tree["admin"], "listener")]
    taken = [str(each["port"]) for each in listening if isinstance(each, Mapping) and "port" in each]
    taken.append(str(tree["admin"]["local_port"]))
    for port in taken:
        if port.isdecimal() and int(port) in ports:
            yield f"{place}: '{ports}' contains {port}, on which the server listens; it would take any port"
