# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a report, as people use it: with eyes, keys, a screen reader, on a phone, on paper, without a script."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Line
from ansible_collections.mxlab.ftp.tests.browser.conftest import PHONE, WIDE, Browser
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.hostile import spoiled
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import (
    FAILED,
    NOT_PROBED,
    ONLY_EDGES,
    cell,
    judged,
)

SAID = (
    Line(1.0, "client", "PASV"),
    Line(1.1, "server", "227 Entering Passive Mode (203,0,113,13,238,72)."),
)
LOST = cell(
    "PASV", seen.DATA, seen.TIMEOUT, data_address="203.0.113.13", data_port=61000, transcript=SAID, protection="P"
)
PRIVATE = cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address="192.168.128.13", data_port=61000)
FINE = [cell(mode, protection=each) for mode in seen.MODES[1:] for each in seen.PROTECTIONS]
BROKEN = judged(PRIVATE, LOST, *FINE, public_address="203.0.113.13")
SYN = "IP 198.51.100.7.4000 > 203.0.113.13.61000: Flags [S], seq 77, win 1, length 0\n"
RESULTS = {"files": BROKEN, "backup": ONLY_EDGES, "old": FAILED, "gone": NOT_PROBED}
CONTEXT: dict[str, Any] = {
    "files": {
        "server": "vsftpd",
        "situation": "one-to-one-nat",
        "title": "1:1 NAT",
        "teaches": "The MX translates a public address of its own to the server. Both modes work.",
        "addresses": {"public address": "203.0.113.13"},
        "rules": {"rules": [{"name": "files FTP"}]},
        "captures": {"": {"wan": f"1.200000 {SYN}", "lan": ""}},
        "evidence": "evidence/files.json",
    },
    "backup": {"server": "proftpd", "situation": "one-to-one-nat", "title": "1:1 NAT"},
    "old": {"server": "proftpd", "situation": "hairpin", "title": "Hairpin", "expected": {"PASV": "failed"}},
}
HOSTILE = (
    *("</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<svg onload=alert(1)>", "\u202eevil"),
    *(
        "\x1b[31m\x00",
        "\ud800",
        "x" * 65536,
        "{{ 7*7 }}",
        "' onclick=alert(1) '",
        "&lt;b&gt;",
        "a\u2028b",
        "\u05d0\u05d1",
    ),
)
# Pairs of things to read or to press that cover each other; what contains the other, or is clipped, does not count.
OVERLAPS = """() => {
  const names = "h1,h2,h3,h4,p,dt,dd,summary,pre,label,button,.legend li,.look li,.cell,"
    + "th[scope=col],th[scope=row],.group div,.where > ul > li";
  const clip = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const box = { element, left, right, top, bottom };
    for (let outer = element.parentElement; outer; outer = outer.parentElement) {
      if (getComputedStyle(outer).overflowX === "visible") continue;
      const frame = outer.getBoundingClientRect();
      box.left = Math.max(box.left, frame.left); box.right = Math.min(box.right, frame.right);
      box.top = Math.max(box.top, frame.top); box.bottom = Math.min(box.bottom, frame.bottom);
    }
    return box;
  };
  const root = document.querySelector("dialog[open]") ?? document.body;
  const boxes = [...root.querySelectorAll(names)].filter((each) => each.checkVisibility()).map(clip);
  const seen = boxes.filter((box) => box.right - box.left > 1 && box.bottom - box.top > 1);
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
    || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  return seen.flatMap((a, index) => seen.slice(index + 1)
    .filter((b) => !a.element.contains(b.element) && !b.element.contains(a.element) && !apart(a, b))
    .map((b) => `${a.element.textContent.slice(0, 40)} | ${b.element.textContent.slice(0, 40)}`));
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"


def visible(page: Any, selector: str) -> list[str]:
    """Return the texts of what is shown."""
    return [each.inner_text() for each in page.query_selector_all(selector) if each.is_visible()]


@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("opened", ["", "#c0-0", "#r0", "#c0-1"])
def test_nothing_overlaps_or_leaves_the_page(browser: Browser, width: int, opened: str) -> None:
    page = browser.open(RESULTS, CONTEXT, width, at=opened)
    if opened:
        page.wait_for_selector("dialog[open]")
    assert page.evaluate(TOO_WIDE) <= 0
    assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("opened", ["", "#c0-0", "#c0-1", "#r0"])
def test_axe_finds_nothing(browser: Browser, axe: str, scheme: str, width: int, opened: str) -> None:
    page = browser.open(RESULTS, CONTEXT, width, scheme, at=opened)
    if opened:
        page.wait_for_selector("dialog[open]")
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    told = [
        (each["id"], each["impact"], [node["target"] for node in each["nodes"]][:3]) for each in found["violations"]
    ]
    assert told == []
    assert len(found["passes"]) > 15


def test_a_cell_opens_by_keys_and_returns_the_focus(browser: Browser) -> None:
    page = browser.open(RESULTS, CONTEXT)
    page.focus("#matrix a[tabindex='0']")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "c0-0"
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.inner_text("dialog h2").endswith(": PASV")
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    assert page.evaluate("location.hash") == "#c0-0"
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="hidden")
    assert page.evaluate("document.activeElement.id") == "c0-0"
    assert page.evaluate("location.hash") == ""


def test_the_table_is_one_stop_of_the_tab_key(browser: Browser) -> None:
    page = browser.open(RESULTS, CONTEXT)
    assert page.get_attribute("#matrix", "role") == "grid"
    assert page.evaluate("document.querySelectorAll('#matrix a:not([tabindex=\"-1\"])').length") == 1
    page.focus("#c0-0")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "c1-0"
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('#matrix')")


def test_a_cell_shows_all_that_is_known_of_it(browser: Browser) -> None:
    page = browser.open(RESULTS, CONTEXT)
    page.click("#c0-1")
    page.wait_for_selector("dialog[open]")
    headings = visible(page, "dialog > div > h3")
    assert headings == ["Flow", "Finding", "Dialogue and packets", "Clients that use this mode here"]
    assert page.query_selector("dialog svg.flow title")
    said = page.inner_text("dialog .moments")
    assert "227 Entering Passive Mode (203,0,113,13,238,72)." in said
    assert "SYN 198.51.100.7:4000 > 203.0.113.13:61000: not seen at lan, stopped by the MX" in said
    assert visible(page, "dialog .finding h4")[:2] == ["Why", "Remedy"]


def test_what_is_not_as_expected_is_linked_at_the_top(browser: Browser) -> None:
    page = browser.open(RESULTS, {**CONTEXT, "old": {**CONTEXT["old"], "expected": {"PASV": "passed"}}})
    assert visible(page, ".look a") == ["old, PASV: fails, expected to work", "gone: not probed: no | way"]
    page.click(".look a >> nth=0")
    page.wait_for_selector("dialog[open]")
    assert page.inner_text("dialog h2") == "old: PASV"


def test_a_service_shows_what_it_is(browser: Browser) -> None:
    page = browser.open(RESULTS, CONTEXT)
    page.click("#r0 .service")
    page.wait_for_selector("dialog[open]")
    shown = page.inner_text("dialog")
    for text in (
        "1:1 NAT",
        "Both modes work.",
        "public address",
        "203.0.113.13",
        "files FTP",
        "curl",
        "Files of this run",
    ):
        assert text in shown


def test_the_change_is_copied(browser: Browser) -> None:
    page = browser.open(RESULTS, CONTEXT)
    page.click("article .copy >> nth=0")
    page.wait_for_function("document.querySelector('article .copy').textContent === 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.text_content("article .change code >> nth=0")
    assert "203.0.113.13" in copied


@pytest.mark.parametrize(
    ("choices", "rows", "told"),
    [
        ({"server": "vsftpd"}, ["vsftpd"], "14 cells in 1 of 4 rows"),
        ({"situation": "hairpin"}, ["proftpd"], "5 cells in 1 of 4 rows"),
        ({"verdict": "fails"}, ["vsftpd"], "2 cells in 1 of 4 rows"),
        ({"verdict": "as-expected"}, ["proftpd"], "1 cells in 1 of 4 rows"),
        ({"mode": "PASV", "verdict": "works"}, ["proftpd"], "1 cells in 1 of 4 rows"),
        ({"layer": "server"}, ["vsftpd", "proftpd"], "2 cells in 2 of 4 rows"),
        ({"server": "vsftpd", "verdict": "as-expected"}, [], "0 cells in 0 of 4 rows"),
    ],
)
def test_filters(browser: Browser, choices: dict[str, str], rows: list[str], told: str) -> None:
    page = browser.open(RESULTS, CONTEXT)
    for name, value in choices.items():
        page.select_option(f"[name={name}]", value)
    page.wait_for_function("text => document.getElementById('count').textContent === text", arg=told)
    assert visible(page, "#matrix .service") == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("entering passive mode", ["vsftpd"]),
        ("PRIVATE ADDRESS", ["vsftpd", "proftpd"]),
        ("hairpin", ["proftpd"]),
        ("no such text", []),
    ],
)
def test_search_finds_dialogues_findings_and_situations(browser: Browser, text: str, rows: list[str]) -> None:
    page = browser.open(RESULTS, CONTEXT)
    page.fill("[name=text]", text)
    page.wait_for_function("document.getElementById('count').textContent !== ''")
    assert visible(page, "#matrix .service") == rows
    page.fill("[name=text]", "")
    page.wait_for_function("document.getElementById('count').textContent === ''")
    assert len(visible(page, "#matrix .service")) == 4


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_hostile_texts_stay_texts(browser: Browser, width: int) -> None:
    words = itertools.cycle(HOSTILE)
    results = {text[:200]: spoiled(BROKEN, words) for text in HOSTILE}
    about = {name: {"title": next(words), "teaches": next(words), "situation": name} for name in results}
    page = browser.open(results, about, width)
    for opened in ("#c0-0", "#c3-1", "#r2 .service"):
        page.click(opened)
        page.wait_for_selector("dialog[open]")
        assert page.evaluate(TOO_WIDE) <= 0
        assert page.query_selector_all("dialog script, dialog img, [onerror], [onload], [onclick]") == []
        page.keyboard.press("Escape")
    assert page.evaluate(TOO_WIDE) <= 0
    assert HOSTILE[0] in page.text_content("#findings")


def test_without_a_script_table_findings_and_remedies_are_there(browser: Browser) -> None:
    page = browser.open(RESULTS, CONTEXT, script=False)
    assert page.inner_text("h1").startswith("2 of 24 cells are not as expected.")
    page.click("#c0-0")
    assert page.is_visible("article:target h4:text('Remedy')")
    assert page.inner_text("article:target h3") == "227 announces a private address"
    assert not page.is_visible("#filters") and not visible(page, ".copy")


def test_paper_has_everything_and_nothing_to_press(browser: Browser) -> None:
    page = browser.open(RESULTS, CONTEXT, width=718)
    page.emulate_media(media="print")
    assert page.evaluate(TOO_WIDE) <= 0
    assert visible(page, "#filters, button, .skip") == []
    assert page.is_visible("dd") and page.is_visible("#clients") and page.is_visible("article h3")
    assert page.evaluate(OVERLAPS) == []
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_an_opened_cell_is_printed_alone(browser: Browser) -> None:
    page = browser.open(RESULTS, CONTEXT, width=718, at="#c0-1")
    page.wait_for_selector("dialog[open]")
    page.emulate_media(media="print")
    assert not page.is_visible("h1") and page.is_visible("dialog .moments")
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_what_the_policy_forbids_is_not_done(browser: Browser) -> None:
    page = browser.open(RESULTS)
    told = page.evaluate(
        """() => new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.violatedDirective));
          const script = document.createElement("script");
          script.textContent = "document.title = 'changed'";
          document.body.append(script);
        })"""
    )
    assert told.startswith("script-src") and page.title() != "changed"
    # Chromium reports what this test has tried.
    browser.tabs[0].heard.clear()


def test_the_page_of_a_matrix_opens_in_one_file(browser: Browser) -> None:
    results = {f"server{number}": BROKEN for number in range(100)}
    page = browser.open(results, {name: {**CONTEXT["files"], "situation": name} for name in results})
    assert page.evaluate("document.querySelectorAll('a.cell').length") == 1400
    page.click("#c99-0")
    page.wait_for_selector("dialog[open]")
