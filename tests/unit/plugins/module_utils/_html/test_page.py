# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as a program reads it: what is in it without a script, and that no text becomes more than a text."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import page_of
from ansible_collections.mxlab.ftp.plugins.module_utils._html.page import html
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Line
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._html.pages import Page, details, read
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.hostile import ACTS, KEPT, TEXTS, spoiled
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import (
    FAILED,
    NOT_PROBED,
    ONLY_EDGES,
    TWO_VANTAGES,
    UNDETERMINED,
    WELL,
    cell,
    judged,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

EXPECTED = {"PASV": "failed", **dict.fromkeys(seen.MODES[1:], "passed")}
CONTEXT = {
    "server": "vsftpd",
    "situation": "one-to-one",
    "title": "1:1 NAT",
    "teaches": "Both modes work.",
    "evidence": "evidence/a.json",
    "rules": {"rules": [{"name": "FTP"}]},
    "addresses": {"MX": "203.0.113.2"},
}


def texts(page: Page, tag: str, name: str = "") -> list[str]:
    return [each.text for each in page.all(tag, name)]


def test_the_first_line_says_what_works() -> None:
    page = read(html({"a": WELL}))
    assert texts(page, "h1") == ["FTP works: all 5 cells work."]
    assert page.all("h1", "fine")
    assert texts(page, "title") == ["FTP report: FTP works: all 5 cells work."]


def test_without_a_script_there_are_table_finding_remedy_and_evidence() -> None:
    page = read(html({"files": FAILED}))
    shown = page.all("a", "cell")
    assert [each.attributes["aria-label"] for each in shown] == [
        "PASV: fails",
        *(f"{mode}: works" for mode in seen.MODES[1:]),
    ]
    (finding,) = page.all("article")
    assert shown[0].attributes["href"] == f"#{finding.attributes['id']}"
    (found,) = FAILED["findings"]
    for text in (found["message"], found["explanation"], found["remedy"], *found["evidence"], *found["sources"]):
        assert text in finding.text
    assert "files: PASV" in finding.text


def test_every_link_leads_somewhere() -> None:
    page = read(html({"a": FAILED, "b": TWO_VANTAGES, "c": ONLY_EDGES}))
    identities = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    assert len(identities) == len(set(identities))
    pages = {page_of(finding["id"]) for finding in (*FAILED["findings"], *ONLY_EDGES["findings"])}
    targets = {each.attributes["href"] for each in page.all("a")}
    assert targets <= {f"#{identity}" for identity in identities} | pages
    assert page_of("private-address-announced") in targets


def test_a_service_that_was_not_probed_says_so() -> None:
    page = read(html({"a": WELL, "b": NOT_PROBED}))
    assert texts(page, "span", "problem") == ["not probed: no | way"]
    assert page.all("h1", "wrong")


def test_what_is_expected_is_not_red() -> None:
    page = read(html({"a": FAILED}, {"a": {**CONTEXT, "expected": EXPECTED, "expected_findings": ["no-epsv"]}}))
    assert [each.attributes["aria-label"] for each in page.all("a", "as-expected")] == ["PASV: fails, as expected"]
    assert not page.all("a", "fails") and not page.all("a", "differs")
    assert page.all("h1", "wrong")
    right = {**CONTEXT, "expected": EXPECTED, "expected_findings": ["private-address-announced"]}
    assert read(html({"a": FAILED}, {"a": right})).all("h1", "fine")


def test_only_what_differs_is_red() -> None:
    page = read(html({"a": WELL}, {"a": {"expected": EXPECTED}}))
    red = [each.attributes["aria-label"] for each in page.all("a", "cell") if {"fails", "differs"} & set(each.classes)]
    assert red == ["PASV: works, expected to fail"]


def test_services_of_one_situation_are_a_group() -> None:
    other = {**CONTEXT, "situation": "hairpin", "title": "Hairpin"}
    page = read(html({"a": WELL, "b": WELL, "c": WELL}, {"a": CONTEXT, "b": {**CONTEXT, "server": "x"}, "c": other}))
    assert texts(page, "tr", "group") == ["1:1 NATBoth modes work.", "HairpinBoth modes work."]
    assert texts(page, "a", "service") == ["vsftpd", "x", "vsftpd"]
    assert {"vsftpd", "x"} <= set(texts(page, "option"))


def test_a_row_opens_what_is_known() -> None:
    (kept,) = details(read(html({"a": FAILED}, {"a": CONTEXT})))
    assert kept["about"] == ["1:1 NAT", "Both modes work."]
    assert kept["evidence"] == "evidence/a.json"
    assert kept["addresses"] == {"MX": "203.0.113.2"}
    assert '"name": "FTP"' in kept["rules"]
    assert kept["clients"][0] == ["curl before 7.87.0", "works", "EPSV", kept["clients"][0][3]]


def test_a_cell_opens_its_dialogue_and_finding() -> None:
    (kept,) = details(read(html({"a": FAILED})))
    assert kept["cells"]["0"]["findings"] == ["f0"]
    assert kept["cells"]["0"]["moments"] == [
        [0.0, "client", "NOOP"],
        [1.5, "server", "200 \\x1b[31m fine | so far"],
    ]
    assert kept["cells"]["1"]["findings"] == []


def test_a_cell_opens_its_packets() -> None:
    said = (Line(1.0, "client", "PASV"), Line(1.1, "server", "227 (203,0,113,13,238,72)"))
    lost = judged(cell("PASV", seen.DATA, seen.TIMEOUT, data_address="203.0.113.13", data_port=61000, transcript=said))
    packet = "IP 198.51.100.7.4000 > 203.0.113.13.61000: Flags [S], seq 77, win 1, length 0\n"
    # Of a control connection that works, nobody knows which cell it belongs to.
    other = "1.000000 IP 198.51.100.7.3999 > 203.0.113.13.21: Flags [S], seq 7, win 1, length 0\n"
    answer = "1.000100 IP 203.0.113.13.21 > 198.51.100.7.3999: Flags [S.], seq 9, ack 8, win 1, length 0\n"
    wan = f"{other}{answer}1.200000 {packet}"
    (kept,) = details(read(html({"a": lost}, {"a": {"captures": {"": {"wan": wan, "lan": other + answer}}}})))
    moments = kept["cells"]["0"]["moments"]
    assert moments[-1] == [
        0.2,
        "wan",
        "SYN 198.51.100.7:4000 > 203.0.113.13:61000",
        "not seen at lan, stopped by the MX",
    ]
    assert len(moments) == 3


def test_a_finding_beside_the_cells_opens_with_the_row() -> None:
    (kept,) = details(read(html({"a": ONLY_EDGES})))
    assert kept["beside"]


def test_a_report_of_nothing_is_a_page() -> None:
    page = read(html({}))
    assert texts(page, "h1") == ["Nothing was probed."]
    assert page.all("h1", "wrong")


def test_only_its_own_script_and_style_may_run() -> None:
    page = read(html({"a": FAILED}))
    (policy,) = [each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes]
    (script,) = [each.text for each in page.all("script") if not each.attributes]
    (style,) = texts(page, "style")
    for kind, text in (("script", script), ("style", style)):
        hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{hashed}';" in policy
    assert policy.startswith("default-src 'none';")


def test_nothing_is_asked_of_others() -> None:
    assert not re.search(r"@import|url\(|src=|fetch|XMLHttp|import ", html({"a": FAILED, "b": WELL}))


@pytest.mark.parametrize("title", [7, None, ["x"]])
def test_a_title_is_a_text(title: Any) -> None:
    with pytest.raises(ValueError, match="title is .*; expected a text"):
        html({}, {}, title)


EVERY = html({"a.b": FAILED, "b": ONLY_EDGES, "c": NOT_PROBED, "d": TWO_VANTAGES}, {"a.b": CONTEXT})
OURS = {each.tag for each in read(EVERY).elements}
ATTRIBUTES = {
    *("id", "class", "href", "scope", "colspan", "rowspan", "aria-label", "aria-labelledby", "aria-hidden", "role"),
    *("tabindex", "hidden", "type", "name", "value", "autocomplete", "data-server", "data-situation", "data-layer"),
    *("charset", "content", "http-equiv", "lang"),
}
RESULTS = st.sampled_from([WELL, FAILED, ONLY_EDGES, UNDETERMINED, TWO_VANTAGES])
MORE = TEXTS | st.sampled_from(["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "x" * 65536])


@settings(KEPT, max_examples=25)
@given(st.data())
def test_no_text_becomes_more_than_a_text(data: st.DataObject) -> None:
    words = itertools.cycle(data.draw(st.lists(MORE, min_size=1, max_size=5)))
    result, name = spoiled(data.draw(RESULTS), words), data.draw(MORE)
    about = {each: next(words) for each in ("server", "situation", "title", "teaches")}
    try:
        text = html(
            {name: result, "whole": WELL}, {name: {**about, "addresses": {next(words): next(words)}}}, next(words)
        )
    except ValueError as error:
        assume("expected names that differ" not in str(error))
        raise
    assert not ACTS.search(text.replace("\n", "").replace("\t", ""))
    page = read(text)
    assert {each.tag for each in page.elements} - OURS == set()
    assert {each for found in page.elements for each in found.attributes} <= ATTRIBUTES
    assert all(re.fullmatch(r"#[a-z0-9-]+", each.attributes["href"]) for each in page.all("a"))
    assert len(details(page)) == len([each for each in page.all("tr") if "id" in each.attributes])
