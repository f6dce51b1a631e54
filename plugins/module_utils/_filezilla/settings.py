# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of FileZilla Server as the trees of its five files, and what it would ignore without an error.

The names, nesting and values are those of FileZilla Server 1.9 (server_settings.hpp, ftp_server_options.hpp,
tvfs.hpp and file_based_authenticator.hpp of its source).

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, ip_address
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.xml_text import Tree
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

TLS_MODES = {"disabled": 0, "optional": 0, "implicit": 1, "required": 2}

# What may be in an element, where that is known: the server skips anything else, and it would be as if never written.
_CHILDREN: Mapping[str, set[str]] = {
    "": {"locale", "logger", "all_protocols", "ftp_server", "webui", "admin", "acme", "update_checker", "pkcs11"},
    "all_protocols": {"autobanner", "performance", "timeouts"},
    "all_protocols.performance": {"number_of_session_threads", "receive_buffer_size", "send_buffer_size"},
    "all_protocols.timeouts": {"login_timeout", "activity_timeout"},
    "ftp_server": {"listener", "session", "welcome_message"},
    "ftp_server.listener": {"address", "port", "tls_mode"},
    "ftp_server.session": {"pasv", "tls"},
    "ftp_server.session.pasv": {"host_override", "do_not_override_host_if_peer_is_local", "port_range"},
    "ftp_server.session.pasv.port_range": {"min", "max"},
    "admin": {"local_port", "enable_local_ipv6", "listener", "password", "tls"},
    "update_checker": {"allowed_type", "frequency", "callback_path"},
}


def settings_tree(options: Mapping[str, Any], admin: Tree) -> Tree:
    """Return settings.xml of the module's options; `admin` is the password element of the administration.

    Certificates are given for everything that wants one: for what has none, the server makes one at its start and
    writes the file anew.
    """
    own = _tls(options["admin_certificate"], options["admin_key"])
    without = options["tls"] == "disabled"
    ports = PortRange.parse(options["passive_ports"])
    pasv = {
        "host_override": options["masquerade_address"],
        "do_not_override_host_if_peer_is_local": options["lan_clients"],
        "port_range": {"min": ports.first, "max": ports.last},
    }
    tree = {
        # Without a name the log goes to the standard error, and so to the journal.
        "logger": {"name": "", "enabled_types": 15, "include_headers": False},
        "all_protocols": {"timeouts": {"login_timeout": 60000, "activity_timeout": options["idle_timeout"] * 1000}},
        "ftp_server": {
            "listener": [
                {"address": "0.0.0.0", "port": options["control_port"], "tls_mode": TLS_MODES[options["tls"]]},
            ],
            "session": {"pasv": pasv, "tls": own if without else _tls(options["certificate"], options["key"])},
            "welcome_message": {"@has_version": False, "#text": ""},
        },
        "webui": {"tls": own},
        "admin": {"local_port": 14148, "password": admin, "tls": own},
    }
    return merged(tree, options["extra_options"])


def _tls(certificate: str, key: str) -> Tree:
    """Return the TLS settings: index 6 is the only form whose paths 1.9.4 reads right; minimum 2 is TLS 1.2."""
    return {
        "@min_protocol_version": 2,
        "@index": 6,
        "key": {"@type": "filepath", "#text": key},
        "certs": {"@type": "filepath", "#text": certificate},
        "key_password": "",
        "source": {"@index": 0},
    }


def users_tree(options: Mapping[str, Any], passwords: Mapping[str, Tree]) -> Tree:
    """Return users.xml of the module's options and each user's password element."""
    account = options["account"]
    return {
        "default_impersonator": {"@index": 1, "@enabled": True, "name": account, "group": account},
        "user": [_user(user, passwords[user["name"]], options["max_sessions"]) for user in options["users"]],
    }


def _user(user: Mapping[str, Any], password: Tree, sessions: int) -> Tree:
    """Return a user: access 0 reads, 1 also writes; recursive 1 includes folders below, 2 also creating them."""
    mount = {
        "@tvfs_path": "/",
        "@access": 0 if user["read_only"] else 1,
        "@new_native_path": user["home"] or f"/srv/ftp/{user['name']}",
        "@recursive": 1 if user["read_only"] else 2,
        "@flags": 0,
    }
    return {
        "@name": user["name"],
        "@enabled": True,
        "mount_point": mount,
        "session_count_limit": sessions,
        "password": password,
        "methods": "password",
    }


def other_trees() -> dict[str, Tree]:
    """Return the files that stay empty, yet must not be of no length: with such, every reload fails."""
    return {"groups": {}, "allowed_ips": {"allowed_ips": ""}, "disallowed_ips": {"disallowed_ips": ""}}


def merged(tree: Tree, extra: Tree, path: str = "") -> Tree:
    """Return the tree with `extra` laid over it; lists and texts are replaced.

    Raise ValueError if anything but a tree would replace a tree.
    """
    result = {**tree, **extra}
    for name, each in extra.items():
        place = f"{path}.{name}".lstrip(".")
        if isinstance(tree.get(name), Mapping):
            if not isinstance(each, Mapping):
                raise ValueError(f"{place}: expected settings by their names, got {each!r}")
            result[name] = merged(tree[name], each, place)
    return result


def setting_problems(tree: Tree) -> Iterator[str]:
    """Yield a line for each thing that the server would ignore, drop or replace without an error."""
    yield from _unknown(tree, "")
    yield from _listener_problems(_listed(tree["ftp_server"], "listener"))
    for name, value in tree["all_protocols"]["timeouts"].items():
        if not str(value).isdecimal():
            yield f"all_protocols.timeouts.{name}: {value!r} is not a number of milliseconds"
    yield from _address_problems(tree["ftp_server"]["session"]["pasv"]["host_override"])
    yield from _range_problems(tree)


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
    listening = [*_listed(tree["ftp_server"], "listener"), *_listed(tree["admin"], "listener")]
    taken = [str(each["port"]) for each in listening if isinstance(each, Mapping) and "port" in each]
    taken.append(str(tree["admin"]["local_port"]))
    for port in taken:
        if port.isdecimal() and int(port) in ports:
            yield f"{place}: '{ports}' contains {port}, on which the server listens; it would take any port"


def _listed(tree: Tree, name: str) -> Sequence[Any]:
    found = tree.get(name, [])
    return found if isinstance(found, list) else [found]
