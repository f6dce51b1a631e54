# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of FileZilla Server as the trees of its five files.

The names, nesting and values are those of FileZilla Server 1.9 (server_settings.hpp, ftp_server_options.hpp,
tvfs.hpp and file_based_authenticator.hpp of its source).

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.xml_text import Tree
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

TLS_MODES = {"disabled": 0, "optional": 0, "implicit": 1, "required": 2}

# What has a certificate of its own.
_WITH_TLS = ("ftp_server.session", "admin", "webui")
# The group of all users: its members share its limit of sessions.
_ALL = "all"
# The type of the messages that the server writes when it has reloaded (libfilezilla's logger.hpp, status).
_STATUS = 1


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
        # Where the host has no ::1, the server would log each second that it cannot listen there.
        "admin": {"local_port": 14148, "enable_local_ipv6": False, "password": admin, "tls": own},
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
        "group": _ALL,
        "mount_point": mount,
        "session_count_limit": sessions,
        "password": password,
        "methods": "password",
    }


def groups_tree(options: Mapping[str, Any]) -> Tree:
    """Return groups.xml of the module's options: one group, whose members share the limit of sessions."""
    return {"group": {"@name": _ALL, "session_count_limit": options["max_sessions"]}}


def other_trees() -> dict[str, Tree]:
    """Return the files that stay empty, yet must not be of no length: with such, every reload fails."""
    return {"allowed_ips": {"allowed_ips": ""}, "disallowed_ips": {"disallowed_ips": ""}}


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


def listening(tree: Tree) -> list[str]:
    """Return the addresses at which clients reach the server, as ss(8) writes them, such as "[::]:21"."""
    listeners = listed(tree["ftp_server"], "listener")
    return [_socket(ip_address(each["address"]), each["port"]) for each in listeners]


def _socket(address: IPv4Address | IPv6Address, port: Any) -> str:
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def reload_is_logged(tree: Tree) -> bool:
    """Return whether the server says on its standard error that it has reloaded: "" is that, and no file."""
    return not at(tree, "logger.name") and bool(int(at(tree, "logger.enabled_types")) & _STATUS)


def tls_files(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the place and the path of each file that holds a certificate or a key."""
    for owner in _WITH_TLS:
        for name in ("certs", "key"):
            element = at(tree, f"{owner}.tls.{name}")
            if isinstance(element, Mapping) and element.get("@type") == "filepath":
                yield f"{owner}.tls.{name}", str(element.get("#text"))


def at(tree: Tree, path: str, default: Any = None) -> Any:
    """Return what is at a path such as "admin.local_port", or the default if nothing is."""
    found: Any = tree
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return default
        found = found[name]
    return found


def listed(tree: Tree, name: str) -> Sequence[Any]:
    """Return the elements of a name: an element that repeats is a list, a single one is not."""
    found = tree.get(name, [])
    return found if isinstance(found, list) else [found]
