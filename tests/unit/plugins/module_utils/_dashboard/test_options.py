# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Key, address and timeout: what is refused, and that no refusal shows a secret."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.options import check

KEY = "0123456789abcdef0123456789abcdef01234567"
BASE = "https://api.meraki.com/api/v1"


def params(**given: Any) -> dict[str, Any]:
    return {"api_key": KEY, "base_url": BASE, "timeout": 30, **given}


@pytest.mark.parametrize("key", [KEY, f"{KEY}\n", f" {KEY}\r\n", f"\t{KEY}\u00a0", f"\ufeff{KEY}".strip("\ufeff")])
def test_blanks_and_line_breaks_around_the_key_are_taken_off(key: str) -> None:
    given, secrets = params(api_key=key), {key}
    check(given, secrets)
    assert given["api_key"] == KEY
    assert KEY in secrets


@pytest.mark.parametrize("wrong", ["\n", " ", "\0", "\x1b", "\x7f", "\x85", "\u00e9", "\u2028", "\ud800", "\ufeff"])
def test_a_key_with_another_character_inside_is_refused_without_being_shown(wrong: str) -> None:
    with pytest.raises(ValueError) as error:
        check(params(api_key=f"{KEY[:20]}{wrong}{KEY[20:]}"), set())
    message = str(error.value)
    assert message.startswith("api_key: character 21 of 41 is a blank, a control character or not ASCII.")
    assert message.endswith("Check api_key or the environment variable MERAKI_DASHBOARD_API_KEY")
    assert KEY[:8] not in message
    assert KEY[-8:] not in message


@pytest.mark.parametrize("key", [None, "", " \n"])
def test_a_key_that_is_missing_is_left_to_the_module(key: str | None) -> None:
    given, secrets = params(api_key=key), set[str]()
    check(given, secrets)
    assert (given["api_key"], secrets) == ("", set())


@pytest.mark.parametrize(
    "base_url",
    [
        "https://jane:hunter22@api.example/api/v1",
        "https://jane:hunter22@@api.example",
        "https://jane:hun/ter22@api.example",
        "https://hunter22@api.example",
        "jane:hunter22@api.example",
        "//jane:hunter22@api.example",
        "HTTP://jane:hunter22@api.example",
    ],
)
def test_a_password_in_the_address_is_refused_without_being_shown(base_url: str) -> None:
    secrets = set[str]()
    with pytest.raises(ValueError, match="^base_url: has a name or password before an @") as error:
        check(params(base_url=base_url), secrets)
    assert "ter22" not in str(error.value)
    assert [secret for secret in secrets if secret != KEY and secret in base_url and "ter22" in secret]


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.meraki.com",
        "ftp://api.meraki.com",
        "https://",
        "https://:443/api",
        "https:///api",
        "https://api example/",
        "https://api.example:x/",
        "https://api.example:99999/",
        "https://[::1/",
        "https://api.example/?x=1",
        "https://api.example/#x",
        "https://api.ex\u00e4mple/",
        "https://api.example/\x1b[31m",
    ],
)
def test_a_base_url_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="^base_url: .* is not a web address") as error:
        check(params(base_url=base_url), set())
    assert str(error.value).isprintable()


def test_a_line_break_after_the_address_is_taken_off() -> None:
    given = params(base_url=f"{BASE}\n")
    check(given, set())
    assert given["base_url"] == BASE


@pytest.mark.parametrize("timeout", [-1, 0, 3601, 10**12])
def test_a_timeout_out_of_range_is_refused(timeout: int) -> None:
    with pytest.raises(ValueError, match=f"^timeout: {timeout} is out of range; write 1 to 3600 seconds"):
        check(params(timeout=timeout), set())
