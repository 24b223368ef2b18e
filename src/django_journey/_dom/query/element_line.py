"""An element in one line, for messages: its start tag, the beginning of its text, its end tag."""

from __future__ import annotations

import html

from django_journey._dom.rendering.text import element_text, normalize
from django_journey._dom.tree.parser import Element, is_element
from django_journey._dom.tree.white_space import word_set

__all__ = ["shorten", "show"]

_VOID = word_set("area base br col embed hr img input link meta source track wbr")
_BOOLEAN = word_set("checked disabled hidden multiple readonly required selected open")
_LENGTH = 50
_ATTRIBUTES = 500


def shorten(text: str, length: int = _LENGTH) -> str:
    """Collapse white space and truncate a long text with an ellipsis."""
    text = normalize(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def show(el: Element) -> str:
    """Return an element in one line, such as ``<a href="/">Home</a>`` or ``<div class="card">…</div>``."""
    written = []
    for name in el.attrs:
        value = el.attr(name)
        if name in _BOOLEAN and not value:
            written.append(f" {name}")
        elif name != "style":
            written.append(f' {name}="{html.escape(value or "", quote=False)}"')
    attributes = "".join(sorted(written, key=len))
    if len(attributes) > _ATTRIBUTES:
        attributes = attributes[: _ATTRIBUTES - 1] + "…"
    if el.tag in _VOID:
        return f"<{el.tag}{attributes}/>"
    text = "…" if any(is_element(child) for child in el.children) else shorten(element_text(el))
    return f"<{el.tag}{attributes}>{text}</{el.tag}>"
