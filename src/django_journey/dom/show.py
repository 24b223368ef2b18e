"""Shows one element in a line, as messages do: its start tag, the beginning of its text, its end tag."""

from __future__ import annotations

import html
from typing import Any

from django_journey.dom.parser import is_element
from django_journey.dom.text import element_text, normalize

__all__ = ["shorten", "show"]

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_BOOLEAN = frozenset("checked disabled hidden multiple readonly required selected open".split())  # noqa: SIM905
_LENGTH = 50
_ATTRIBUTES = 500


def shorten(text: str, length: int = _LENGTH) -> str:
    """Collapse white space and cut a long text, marked with an ellipsis."""
    text = normalize(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def show(el: Any) -> str:
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
    text = shorten(element_text(el))
    if not text or any(is_element(child) for child in el.children):
        text = "…" if text or any(is_element(child) for child in el.children) else ""
    return f"<{el.tag}{attributes}>{text}</{el.tag}>"
