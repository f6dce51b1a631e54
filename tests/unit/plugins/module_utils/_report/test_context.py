# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a service beside its results: anything else is refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._report.context import About, contexts

WHOLE = {
    "server": "vsftpd",
    "situation": "hairpin",
    "title": "Hairpin",
    "teaches": "The MX does not return packets to its LAN.",
    "evidence": "evidence/hairpin/",
    "rules": {"rules": []},
    "addresses": {"MX": "203.0.113.2"},
    "expected": {"PASV": "failed"},
    "expected_findings": ["hairpin-missing"],
    "captures": {"vps": {"wan": ""}},
    "control_port": 2121,
}


def test_all_of_it_is_taken() -> None:
    about = contexts({"a": WHOLE}, {"a": ["vps"]})["a"]
    assert {name: getattr(about, name) for name in WHOLE} == {**WHOLE, "expected_findings": ("hairpin-missing",)}
    assert about.expects


def test_nothing_has_to_be_known() -> None:
    assert contexts({}, {"a": []}) == {"a": About()}
    assert not About().expects


def test_the_expectation_of_no_finding_is_one() -> None:
    assert About.parse({"expected_findings": []}).expects


def test_texts_are_fit() -> None:
    assert About.parse({"title": "a\x1b[31m\ud800"}).title == "a\ufffd[31m\ufffd"


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"sever": "x"}, "the context of a service, which may have server, situation, .*; it has 'sever'"),
        ({"server": 7}, "expected the context of a service; server is 7"),
        ({"expected": {"PASV": "works"}}, "expected.PASV is 'works'"),
        ({"expected_findings": "x"}, "expected_findings is 'x'"),
        ({"captures": {"vps": {"wan": 7}}}, "captures.vps.wan is 7"),
        ({"captures": {"desk": {}}}, r"captures of a has 'desk'; expected \['vps'\]"),
        ({"rules": {1j}}, "rules is"),
        ({"control_port": 0}, "control_port is 0"),
        ({"control_port": "21"}, "control_port is '21'"),
        ([], r"a context: names of services, each with what is known of it; a is \[\]"),
    ],
)
def test_another_shape_is_refused(about: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        contexts({"a": about}, {"a": ["vps"]})


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(ValueError, match=r"context has 'b'; expected \['a'\]"):
        contexts({"b": {}}, {"a": []})


@pytest.mark.parametrize(
    "link",
    [
        *(
            "javascript:alert(1)",
            " javascript:x",
            "java\nscript:x",
            "JAVASCRIPT:x",
            "https://example.com/",
            "//example.com",
        ),
        *("/etc/passwd", "data:text/html,x", "\\\\host\\share", "a b", "\x01javascript:x"),
    ],
)
def test_evidence_is_a_relative_link(link: str) -> None:
    with pytest.raises(ValueError, match="evidence is"):
        About.parse({"evidence": link})
