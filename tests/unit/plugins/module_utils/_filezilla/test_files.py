# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FileZilla Server's files: structure, passwords, and what is refused."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import accepted
import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.settings import (
    other_trees,
    setting_problems,
    settings_tree,
    users_tree,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.xml_text import (
    document,
    locked_tree,
    password_tree,
    redacted,
)

FZ = accepted.NAMESPACE
LOCKED = {"@index": 1, "hash": "aGFzaA", "salt": "c2FsdA", "iterations": 100000}
OPTIONS: dict[str, Any] = {
    "control_port": 21,
    "passive_ports": "61000-61099",
    "masquerade_address": "203.0.113.13",
    "lan_clients": False,
    "tls": "optional",
    "certificate": "/etc/ssl/certs/ftp.pem",
    "key": "/etc/ssl/private/ftp.key",
    "admin_certificate": "/etc/admin.pem",
    "admin_key": "/etc/admin.key",
    "users": [{"name": "alice", "password": "s3cret-Passw0rd", "home": None, "read_only": False}],
    "account": "ftpvirt",
    "max_sessions": 10,
    "idle_timeout": 300,
    "extra_options": {},
}


def settings(**options: Any) -> ElementTree.Element:
    return ElementTree.fromstring(document(settings_tree({**OPTIONS, **options}, LOCKED)))


def users(**options: Any) -> ElementTree.Element:
    merged = {**OPTIONS, **options}
    return ElementTree.fromstring(document(users_tree(merged, {each["name"]: LOCKED for each in merged["users"]})))


def at(root: ElementTree.Element, path: str) -> ElementTree.Element:
    found = root.find("/".join(FZ + name for name in path.split("/")))
    assert found is not None, path
    return found


def test_a_comment_that_ends_early_is_refused() -> None:
    with pytest.raises(ValueError, match="'certificate xn--a' cannot be a comment"):
        document(other_trees()["groups"], "fine", "certificate xn--a")


@pytest.mark.parametrize("name", accepted.ELEMENTS)
def test_every_element_is_one_that_the_real_server_has_taken(name: str) -> None:
    others = {key: ElementTree.fromstring(document(tree)) for key, tree in other_trees().items()}
    assert accepted.differences(name, {"settings": settings(), "users": users(), **others}[name]) == []


def test_an_element_of_another_name_would_be_seen() -> None:
    text = document(settings_tree(OPTIONS, LOCKED)).replace("host_override", "host_overide")
    assert accepted.differences("settings", ElementTree.fromstring(text)) == [
        "not of the server: ftp_server/session/pasv/host_overide",
        "missing: ftp_server/session/pasv/host_override",
    ]


def test_a_password_that_the_real_server_has_verified_is_kept() -> None:
    kept = password_tree(accepted.PASSWORD, accepted.PASSWORD_ELEMENT, lambda size: b"")
    assert kept == {"@index": 1, **accepted.PASSWORD_ELEMENT, "iterations": 100000}


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


def zeros(size: int) -> bytes:
    return bytes(size)


# PBKDF2-HMAC-SHA256 of "s3cret", 32 bytes of zero as salt, by openssl kdf.
HASH = {
    100000: "4jev9ZHwR88JJpbYJk2RtukQvD2yT51eSuD3k+Nvmaw",
    200000: "0cPsjJpq0y0ZoeNaPhwEeHvmCTe3T2BvQz8uk18fj8E",
}
SALT = "A" * 43


def known(iterations: int = 100000, **parts: str) -> dict[str, str]:
    return {"hash": HASH.get(iterations, ""), "salt": SALT, "iterations": str(iterations), **parts}


def test_a_password_is_hashed_as_the_server_does() -> None:
    assert password_tree("s3cret", {}, zeros) == {"@index": 1, **known(), "iterations": 100000}


@pytest.mark.parametrize("iterations", [100000, 200000])
def test_a_hash_of_the_same_password_is_kept(iterations: int) -> None:
    kept = password_tree("s3cret", known(iterations), lambda size: b"x" * size)
    assert kept == {"@index": 1, **known(iterations), "iterations": iterations}


@pytest.mark.parametrize(
    ("password", "before", "iterations"),
    [
        ("another", known(), 100000),
        ("another", known(200000), 200000),
        ("s3cret", known(1000), 100000),
        ("s3cret", known(salt="AAAA"), 100000),
        ("s3cret", known(salt="no base64"), 100000),
        ("s3cret", known(iterations=0), 100000),
    ],
    ids=["other password", "never fewer iterations", "too few iterations", "short salt", "broken salt", "no number"],
)
def test_any_other_hash_is_replaced(password: str, before: dict[str, str], iterations: int) -> None:
    made = password_tree(password, before, lambda size: b"x" * size)
    assert made["salt"] == "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg"
    assert made["hash"] != before["hash"]
    assert made["iterations"] == iterations


def test_the_administration_has_a_password_that_stays() -> None:
    first = locked_tree({}, lambda size: b"x" * size)
    assert first["iterations"] == 100000
    text = document(settings_tree(OPTIONS, first))
    assert first["hash"] in text
    assert first["hash"] not in redacted(text)
    assert first["salt"] not in redacted(text)


@pytest.mark.parametrize("name", ["key_password", "PASSWORD", "secret_of_acme", "pin", "user_pin"])
def test_no_secret_of_extra_options_is_shown(name: str) -> None:
    tree = {"tls": {name: {"@index": 1, "#text": "hidden"}, "password": {"@index": 1, "hash": "hidden"}, "max": "seen"}}
    shown = redacted(document(tree))
    assert "hidden" not in shown
    assert f'<{name} index="1">********</{name}>' in shown
    assert "<hash>********</hash>" in shown
    assert "<max>seen</max>" in shown


def test_what_only_sounds_like_a_secret_is_shown() -> None:
    text = document({"pinned": "seen", "host_override": "seen", "ping": "seen"})
    assert redacted(text) == text


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


def test_nothing_is_wrong_with_what_the_module_writes_by_itself() -> None:
    assert list(setting_problems(settings_tree(OPTIONS, LOCKED))) == []
