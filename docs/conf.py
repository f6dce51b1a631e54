# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx settings of the documentation site; make docs builds it."""

from __future__ import annotations

from docsite.places import galaxy
from docsite.references import resolve

project = "mxlab.ftp"
author = copyright = "mxlab.ftp contributors"  # noqa: A001 - Sphinx reads this name
version = release = galaxy()["version"]
language = "en"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
html_theme = "sphinx_ansible_theme"
html_title = "mxlab.ftp"
html_show_sourcelink = False
html_show_sphinx = False
# The theme would lead to the site of Ansible.
html_theme_options = {
    "documentation_home_url": galaxy()["documentation"],
    "topbar_links": {"Source": galaxy()["repository"]},
}
# Links to headings, as forges make them.
myst_heading_anchors = 4
# MyST does not know anchors that are HTML. The check of links reads the built pages, and finds those that are missing.
suppress_warnings = ["myst.xref_missing"]
myst_enable_extensions = ["colon_fence"]


def setup(app):
    """Connect what Sphinx has to ask while it builds."""
    app.connect("missing-reference", resolve)
    app.connect("html-page-context", tell_language)


def tell_language(_app, page, _template, context, _doctree):
    """Name the language of a page, by which browsers choose the form of its signs."""
    context["language"] = "ja" if page.startswith("ja/") else language
