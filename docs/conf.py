"""Settings of the documentation site, which Sphinx builds from the Markdown of this folder: ``make docs``."""

from __future__ import annotations

import re
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

project = "django-journey"
author = "The django-journey authors"
project_copyright = author
release = version = installed_version("django-journey")

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "examples"]  # the examples stand in the reference
myst_heading_anchors = 4  # a link to a heading is checked like a link to a page
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["misc.highlighting_failure"]  # a shortened output is no program
highlight_language = "text"

html_theme = "furo"
html_title = "django-journey"
html_copy_source = True  # llms.txt leads to the Markdown of each page
html_show_sourcelink = False
html_extra_path = ["llms.txt"]
html_show_sphinx = False
# The fonts of the reader's system: the site asks no other host for anything.
html_theme_options = {"light_css_variables": {}, "navigation_with_keys": True}

_LINK = re.compile(r"^- \[[^\]]+\]\(([^)#:]+)\.md\)", re.MULTILINE)
_OUTSIDE = re.compile(
    r"(?<!!)\[([^\]]+)\]\((?:\.\./)+(?:src|tests|demo|benchmarks|\.ci|[A-Z]+\.md|LICENSE)[^)]*\)"
)


def _navigation(index: str) -> str:
    """Return the tables of contents of the sidebar: one for each section of an index that lists pages."""
    trees = []
    for section in index.split("\n## "):
        pages = _LINK.findall(section)
        if pages:
            caption = "" if section.startswith("# ") else f":caption: {section.splitlines()[0]}\n"
            entries = "\n".join(pages)
            trees.append(f"```{{toctree}}\n:hidden:\n{caption}\n{entries}\n```\n")
    return "\n".join(trees)


def _read(_app: Any, name: str, source: list[str]) -> None:
    """Add the navigation to an index, and leave out links to files of the repository that the site does not have."""
    if name.endswith("index"):
        source[0] += "\n" + _navigation(source[0])
    source[0] = _OUTSIDE.sub(r"\1", source[0])


def setup(app: Any) -> None:
    """Connect to Sphinx."""
    app.connect("source-read", _read)
