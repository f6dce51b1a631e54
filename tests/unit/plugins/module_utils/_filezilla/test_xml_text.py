# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FileZilla Server's files as XML: what a tree becomes, its password hashes, and what a diff does not show."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import accepted
import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.xml_text import (
    admin_password,
    document,
    known_passwords,
    locked_tree,
    password_tree,
    redacted,
)

FZ = accepted.NAMESPACE
ROOT = f'<filezilla xmlns="{FZ.strip("{}")}">'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a < b & c", "<name>a &lt; b &amp; c</name>"),
        (None, "<name></name>"),
        (True, "<name>true</name>"),
        (0, "<name>0</name>"),
        ([1, 2], "<name>1</name>\n  <name>2</name>"),
        ([], None),
        ({"@index": 1}, '<name index="1"></name>'),
        ({"@path": '"<&', "#text": "x"}, "<name path='\"&lt;&amp;'>x</name>"),
        ({"@on": False, "child": ""}, '<name on="false">\n    <child></child>\n  </name>'),
    ],
    ids=str,
)
def test_a_value_is_an_element(value: Any, text: str | None) -> None:
    """No value at all is no element: the server reads an empty list as one without elements."""
    written = document({"name": value})
    assert ElementTree.fromstring(written).tag == f"{FZ}filezilla"
    assert "\n".join(written.split("\n")[2:-2]) == (f"  {text}" if text else "")


def test_a_comment_that_ends_early_is_refused() -> None:
    with pytest.raises(ValueError, match="'certificate xn--a' cannot be a comment"):
        document({}, "fine", "certificate xn--a")


def test_a_password_that_the_real_server_has_verified_is_kept() -> None:
    kept = password_tree(accepted.PASSWORD, accepted.PASSWORD_ELEMENT, lambda size: b"")
    assert kept == {"@index": 1, **accepted.PASSWORD_ELEMENT, "iterations": 100000}


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


@pytest.mark.parametrize("known", [{}, {"hash": "AAAA", "salt": "A" * 43, "iterations": "100000"}])
def test_the_administration_gets_a_password_that_nobody_knows(known: dict[str, str]) -> None:
    made = locked_tree(known, lambda size: b"x" * size)
    assert made["iterations"] == 100000
    assert made["hash"] == made["salt"] == "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg"


def test_the_password_of_the_administration_stays() -> None:
    first = locked_tree({}, lambda size: b"x" * size)
    written = document({"admin": {"password": first}})
    assert locked_tree(admin_password(written), lambda size: b"y" * size) == first


def test_the_password_of_each_user_is_found_again() -> None:
    users = [{"@name": name, "password": {"@index": 1, "hash": name, "iterations": 1}} for name in ("alice", "bob")]
    found = known_passwords(document({"user": users}))
    assert found == {name: {"hash": name, "iterations": "1"} for name in ("alice", "bob")}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<filezilla",
        f"{ROOT}</filezilla>",
        f"{ROOT}<user/><admin/></filezilla>",
        # Index 3 is SHA-512, which the server keeps for old users.
        f'{ROOT}<user><password index="3"><hash>x</hash></password></user></filezilla>',
    ],
    ids=["missing", "broken", "empty", "no password", "another kind of hash"],
)
def test_no_password_is_found_in_another_file(text: str) -> None:
    assert admin_password(text) == {}
    assert [each for each in known_passwords(text).values() if each] == []


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
