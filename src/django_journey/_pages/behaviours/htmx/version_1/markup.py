"""How htmx 1.9 reads a response: as a whole document, or as a part of a table, and its title by a pattern."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django_journey._dom.tree.parser import parse_inert

__all__ = ["fragment_of", "nests_buttons", "title_in"]

_START_TAG = re.compile(r"<([a-z][^/\0>\x20\t\r\n\f]*)", re.IGNORECASE)
_HEAD = re.compile(r"<head(\s[^>]*>|>)([\s\S]*?)</head>", re.IGNORECASE)
_TITLE = re.compile(r"<title(?:\s[^>]*>|>)([\s\S]*?)</title>", re.IGNORECASE)
_SVG = re.compile(r"<svg(\s[^>]*>|>)([\s\S]*?)</svg>", re.IGNORECASE)
_NESTED = re.compile(r"<button\b(?:(?!</button\b).)*<button\b", re.IGNORECASE | re.DOTALL)
#: What is put before content that begins with a tag, and how deep in it the content then lies.
_AROUND = {
    **dict.fromkeys(("thead", "tbody", "tfoot", "colgroup", "caption"), ("<table>", 1)),
    "col": ("<table><colgroup>", 2),
    "tr": ("<table><tbody>", 2),
    **dict.fromkeys(("td", "th"), ("<table><tbody><tr>", 3)),
    **dict.fromkeys(("script", "style"), ("<div>", 1)),
}


def fragment_of(content: str) -> Any:
    """Return the element whose children are swapped in."""
    match = _START_TAG.search(content)
    tag = match[1].lower() if match else ""
    if tag == "head":
        content = _HEAD.sub("", content, count=1)
    before, depth = _AROUND.get(tag, ("", 0))
    after = "".join(f"</{name}>" for name in reversed(re.findall(r"\w+", before)))
    node: Any = parse_inert(before + content + after).select_one("body")
    for _ in range(depth):
        node = next(iter(node.children), None) if node is not None else None
    return node if node is not None else parse_inert("").select_one("body")


def nests_buttons(content: str) -> bool:
    """Tell whether a response has a button in a button, which Chromium's ``DOMParser`` reads unlike HTML's parser."""
    return _NESTED.search(content) is not None


def title_in(content: str) -> str | None:
    """Return the title that a response has anywhere but in SVG; ``None`` where it has none."""
    found = _TITLE.search(_SVG.sub("", content)) if "<title" in content else None
    return unescape(found[1]) if found is not None else None
