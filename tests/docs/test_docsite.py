# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the site is made of: links as it needs them, navigation, and the pages that are generated."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._documentation import SITE
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import Finding
from docsite import causes, findings, navigation, playbooks, reference, references, targets
from docsite.places import ROOT, galaxy, moved, on_site, pages, target

REPOSITORY = galaxy()["repository"]


@pytest.mark.parametrize(
    ("link", "path", "wanted"),
    [
        ("docs/servers.md", "README.md", "servers.md"),
        ("../README.md#limits", "docs/servers.md", "readme.md#limits"),
        ("../../CONTRIBUTING.md", "docs/guides/one_role.md", "../contributing.md"),
        ("../TROUBLESHOOTING.md", "docs/index.md", "causes/index.md"),
        ("../TROUBLESHOOTING.md#hairpin-missing", "docs/index.md", "causes/hairpin-missing.md"),
        ("../../TROUBLESHOOTING.md#tls", "docs/ja/a.md", "../causes/index.md#tls"),
        ("../SECURITY.md", "docs/index.md", "security.md"),
        ("../roles/iis_ftp/README.md", "docs/iis.md", "roles/iis_ftp.md"),
        ("../../docs/iis.md", "roles/iis_ftp/README.md", "../iis.md"),
        ("playbooks/probe.yml", "README.md", f"{REPOSITORY}/blob/main/playbooks/probe.yml"),
        ("molecule/inventory", "README.md", f"{REPOSITORY}/tree/main/molecule/inventory"),
        ("https://example.net/a.md", "README.md", "https://example.net/a.md"),
        ("#limits", "README.md", "#limits"),
    ],
)
def test_a_link_leads_to_the_same_page_on_the_site(link: str, path: str, wanted: str) -> None:
    assert target(link, path) == wanted


def test_links_in_blocks_of_code_stay() -> None:
    text = "[a](docs/iis.md)\n```text\n[a](docs/iis.md)\n```\n[b](docs/iis.md)\n"
    assert moved(text, "README.md") == "[a](iis.md)\n```text\n[a](docs/iis.md)\n```\n[b](iis.md)\n"


def test_every_written_page_has_a_place_of_its_own() -> None:
    places = list(pages().values())
    assert len(places) == len(set(places))
    assert {"index.md", "readme.md", "roles/vsftpd.md"} <= set(places)
    assert on_site("galaxy.yml") is None


def test_every_page_is_in_one_section_of_the_navigation() -> None:
    shown = navigation.sorted_by_section(["index", "readme", "guides/size_a_range", "zebra", "ja/a", "architecture"])
    assert shown["Start"] == ["readme"]
    assert shown["Guides"] == ["guides/size_a_range", "zebra"]
    assert shown["Project"] == ["architecture"]
    assert [page for section in shown.values() for page in section].count("ja/a") == 1
    assert "index" not in "".join(navigation.toctrees(["index"]))


def test_the_header_of_a_playbook_is_read() -> None:
    header = """---
# Do it. Then more.
#
#   ansible-playbook -i inventory.yml mxlab.ftp.do
#     -e ftp_a=1
#
# For each server, from the inventory:
#   ftp_a, ftp_b              what both are
#                             for
#   ftp_with_a_very_long_name, ftp_c
#                             the others
#
# It fails at the end.
- name: Do it
"""
    book = playbooks.parsed("do", header)
    assert book.summary == ["Do it. Then more."]
    assert book.commands == ["ansible-playbook -i inventory.yml mxlab.ftp.do \\\n  -e ftp_a=1"]
    assert [(row.names, row.meaning) for row in book.variables if row.where] == [
        (["ftp_a", "ftp_b"], ["what both are", "for"]),
        (["ftp_with_a_very_long_name", "ftp_c"], ["the others"]),
    ]
    assert book.notes == ["It fails at the end."]


@pytest.mark.parametrize("book", playbooks.read().values(), ids=lambda book: str(book.name))
def test_each_playbook_says_what_it_does_and_how_it_is_run(book: playbooks.Playbook) -> None:
    assert book.summary
    assert any(f"mxlab.ftp.{book.name}" in command for command in book.commands)
    assert book.variables and all(row.meaning or len(row.names) > 1 for row in book.variables)


def test_targets_are_read_with_their_help() -> None:
    makefile = "VENV := x\na: b ## Do a\n\t@a\nlint-b:\n\t@b ## no help\n"
    assert targets.parsed(makefile) == [targets.Target("a", "Do a"), targets.Target("lint-b", "")]


def test_each_cause_has_a_page_that_the_index_links() -> None:
    made = causes.pages()
    index = made.pop("causes/index.md")
    assert all(f"]({place.removeprefix('causes/')})" in index for place in made)
    assert all(text.startswith("# ") and "**Remedy.**" in text for text in made.values())


def test_each_finding_about_rules_leads_to_its_section() -> None:
    ((page, text),) = findings.pages().items()
    sections = dict(part.split("\n", maxsplit=1) for part in text.split("\n## ")[1:])
    assert len(sections) >= 25
    known = findings.by_id()
    for identity, rows in known.items():
        url = Finding(identity, "", None, "", "", "").result()["url"]
        assert url == f"{SITE}/{page.removesuffix('.md')}.html#{identity}"
        assert all(each in sections[identity] for row in rows for each in (row.level, row.explanation, row.remedy))
    assert sections["control-port-not-admitted"].count("**Remedy.**") == len(known["control-port-not-admitted"])


def test_findings_print_the_address_of_the_site_that_galaxy_yml_names() -> None:
    assert galaxy()["documentation"] == SITE


def test_the_defaults_of_a_role_are_those_of_its_file() -> None:
    page = "\n".join(reference.beside_options("ftp"))
    written = yaml.safe_load((ROOT / "roles" / "ftp" / "defaults" / "main.yml").read_text("utf-8"))
    assert all(f"``{name}``" in page for name in written)
    assert reference.shown([1, "any"]) == "[1, any]"
    assert reference.shown("") == "''"
    assert reference.shown("x") == "x"


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("ansible_collections.ansible.builtin.copy_module", "collections/ansible/builtin/copy_module.html"),
        (
            "ansible_collections.ansible.builtin.file_module__parameter-mode",
            "collections/ansible/builtin/file_module.html#parameter-mode",
        ),
        ("ansible_collections.mxlab.ftp.nothing_module", None),
        ("common_return_values", "reference_appendices/common_return_values.html"),
        ("limits", None),
    ],
)
def test_only_labels_of_ansible_lead_to_its_site(label: str, wanted: str | None) -> None:
    assert references.page(label) == wanted
