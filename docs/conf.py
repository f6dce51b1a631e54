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
html_show_sphinx = False
# Links to headings, as forges make them.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]


def setup(app):
    """Connect what Sphinx has to ask while it builds."""
    app.connect("missing-reference", resolve)
