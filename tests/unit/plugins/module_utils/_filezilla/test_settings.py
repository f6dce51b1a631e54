# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FileZilla Server's settings, users and groups: where each option is written."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import accepted
import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.settings import (
    groups_tree,
    listening,
    other_trees,
    reload_is_logged,
    settings_tree,
    tls_files,
    users_tree,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.xml_text import document
from ansible_collections.mxlab.ftp.tests.unit.plugins.filezilla_options import LOCKED, OPTIONS

FZ = accepted.NAMESPACE


def settings(**options: Any) -> ElementTree.Element:
    return ElementTree.fromstring(document(settings_tree({**OPTIONS, **options}, LOCKED)))


def users(**options: Any) -> ElementTree.Element:
    merged = {**OPTIONS, **options}
    return ElementTree.fromstring(document(users_tree(merged, {each["name"]: LOCKED for each in merged["users"]})))


def at(root: ElementTree.Element, path: str) -> ElementTree.Element:
    found = root.find("/".join(FZ + name for name in path.split("/")))
    assert found is not None, path
    return found


@pytest.mark.parametrize("name", accepted.ELEMENTS)
def test_every_element_is_one_that_the_real_server_has_taken(name: str) -> None:
    trees = {"groups": groups_tree(OPTIONS), **other_trees()}
    others = {key: ElementTree.fromstring(document(tree)) for key, tree in trees.items()}
    assert accepted.differences(name, {"settings": settings(), "users": users(), **others}[name]) == []


def test_an_element_of_another_name_would_be_seen() -> None:
    text = document(settings_tree(OPTIONS, LOCKED)).replace("host_override", "host_overide")
    assert accepted.differences("settings", ElementTree.fromstring(text)) == [
        "not of the server: ftp_server/session/pasv/host_overide",
        "missing: ftp_server/session/pasv/host_override",
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("logger/name", None),
        ("logger/enabled_types", "15"),
        ("all_protocols/timeouts/activity_timeout", "300000"),
        ("ftp_server/listener/address", "0.0.0.0"),
        ("ftp_server/listener/port", "21"),
        ("ftp_server/listener/tls_mode", "0"),
        ("ftp_server/session/pasv/host_override", "203.0.113.13"),
        ("ftp_server/session/pasv/do_not_override_host_if_peer_is_local", "false"),
        ("ftp_server/session/pasv/port_range/min", "61000"),
        ("ftp_server/session/pasv/port_range/max", "61099"),
        ("ftp_server/session/tls/key", "/etc/ssl/private/ftp.key"),
        ("ftp_server/session/tls/certs", "/etc/ssl/certs/ftp.pem"),
        ("ftp_server/session/tls/key_password", None),
        ("admin/tls/certs", "/etc/admin.pem"),
        ("webui/tls/key", "/etc/admin.key"),
        ("admin/password/iterations", "100000"),
    ],
)
def test_a_setting_is_where_the_server_reads_it(path: str, text: str | None) -> None:
    assert at(settings(), path).text == text


@pytest.mark.parametrize("part", ["ftp_server/session/tls", "admin/tls", "webui/tls"])
def test_certificates_are_given_in_the_form_that_is_read_right(part: str) -> None:
    tls = at(settings(), part)
    assert tls.attrib == {"min_protocol_version": "2", "index": "6"}
    assert at(tls, "key").attrib == at(tls, "certs").attrib == {"type": "filepath"}
    assert at(tls, "source").attrib == {"index": "0"}


@pytest.mark.parametrize(("tls", "mode"), [("disabled", "0"), ("optional", "0"), ("implicit", "1"), ("required", "2")])
def test_tls_policies(tls: str, mode: str) -> None:
    assert at(settings(tls=tls), "ftp_server/listener/tls_mode").text == mode


def test_without_tls_the_server_still_needs_no_certificate_of_its_own() -> None:
    assert at(settings(tls="disabled", certificate=None), "ftp_server/session/tls/certs").text == "/etc/admin.pem"


def test_clients_of_the_lan() -> None:
    place = "ftp_server/session/pasv/do_not_override_host_if_peer_is_local"
    assert at(settings(lan_clients=True), place).text == "true"


def test_users_are_confined_and_open_files_as_the_account() -> None:
    root = users(
        users=[
            {"name": "alice", "home": None, "read_only": False},
            {"name": "bob", "home": "/data/<bob>", "read_only": True},
        ]
    )
    account = at(root, "default_impersonator")
    assert account.attrib == {"index": "1", "enabled": "true"}
    assert [each.text for each in account] == ["ftpvirt", "ftpvirt"]
    places = [{**at(user, "mount_point").attrib} for user in root.iter(f"{FZ}user")]
    common = {"tvfs_path": "/", "flags": "0"}
    assert places == [
        {**common, "new_native_path": "/srv/ftp/alice", "access": "1", "recursive": "2"},
        {**common, "new_native_path": "/data/<bob>", "access": "0", "recursive": "1"},
    ]
    assert [at(user, "session_count_limit").text for user in root.iter(f"{FZ}user")] == ["10", "10"]


def test_the_version_is_one_that_every_supported_server_takes() -> None:
    assert settings().attrib == {f"{FZ}product_flavour": "standard", f"{FZ}product_version": "1.9.0"}


@pytest.mark.parametrize("name", ["allowed_ips", "disallowed_ips"])
def test_address_lists_are_not_of_no_length(name: str) -> None:
    assert [child.tag for child in ElementTree.fromstring(document(other_trees()[name]))] == [FZ + name]


def test_a_text_in_the_place_of_settings_is_refused() -> None:
    with pytest.raises(ValueError, match="ftp_server.session: expected settings by their names, got 'fast'"):
        settings_tree({**OPTIONS, "extra_options": {"ftp_server": {"session": "fast"}}}, LOCKED)


def test_extra_options_lie_over_what_is_written() -> None:
    extra = {"logger": {"enabled_types": 31}, "ftp_server": {"welcome_message": {"#text": "a&b"}}}
    root = settings(extra_options=extra)
    assert at(root, "logger/enabled_types").text == "31"
    assert at(root, "logger/include_headers").text == "false"
    assert at(root, "ftp_server/welcome_message").text == "a&b"
    assert at(root, "ftp_server/welcome_message").attrib == {"has_version": "false"}


def test_all_users_share_one_limit_of_sessions() -> None:
    group = ElementTree.fromstring(document(groups_tree({"max_sessions": 7})))
    assert [(each.get("name"), at(each, "session_count_limit").text) for each in group] == [("all", "7")]
    many = users(users=[{"name": name, "home": None, "read_only": False} for name in ("alice", "bob")])
    assert [at(user, "group").text for user in many.iter(f"{FZ}user")] == ["all", "all"]


LISTENER = {"port": 21, "tls_mode": 0}


@pytest.mark.parametrize(
    ("listener", "sockets"),
    [
        (None, ["0.0.0.0:21"]),
        ({"address": "192.0.2.1", **LISTENER}, ["192.0.2.1:21"]),
        ([{"address": "0.0.0.0", **LISTENER}, {"address": "0::0", **LISTENER}], ["0.0.0.0:21", "[::]:21"]),
        ({"address": "2001:DB8:0:0::1", **LISTENER, "port": "2121"}, ["[2001:db8::1]:2121"]),
    ],
)
def test_sockets_are_written_as_ss_does(listener: Any, sockets: list[str]) -> None:
    extra = {"ftp_server": {"listener": listener}} if listener else {}
    assert listening(settings_tree({**OPTIONS, "extra_options": extra}, LOCKED)) == sockets


@pytest.mark.parametrize(
    ("logger", "logged"),
    [
        ({}, True),
        ({"enabled_types": 31}, True),
        ({"enabled_types": "1"}, True),
        ({"name": None}, True),
        ({"enabled_types": 14}, False),
        ({"enabled_types": 0}, False),
        ({"name": "/var/log/filezilla.log"}, False),
    ],
)
def test_a_reload_is_logged_unless_the_log_is_elsewhere_or_without_its_messages(
    logger: dict[str, Any], logged: bool
) -> None:
    assert reload_is_logged(settings_tree({**OPTIONS, "extra_options": {"logger": logger}}, LOCKED)) == logged


def test_every_certificate_and_key_is_a_file_that_has_to_be_there() -> None:
    places = {place for place, _path in tls_files(settings_tree(OPTIONS, LOCKED))}
    assert places == {
        f"{owner}.tls.{name}" for owner in ("ftp_server.session", "admin", "webui") for name in ("certs", "key")
    }
    blob = {"webui": {"tls": {"key": {"@type": "blob", "#text": "-----BEGIN"}, "certs": {"@type": "pkcs11url"}}}}
    rest = {place for place, _path in tls_files(settings_tree({**OPTIONS, "extra_options": blob}, LOCKED))}
    assert places - rest == {"webui.tls.key", "webui.tls.certs"}
