"""Generated text: the ``content`` property of ``::before``, ``::after`` and elements."""

from __future__ import annotations

import re

from django_journey._dom.css.cascade import Styles
from django_journey._dom.css.syntax import string_value, words
from django_journey._dom.tree.parser import Element

__all__ = ["added_text", "content_text", "opens_line"]

_MARKS = re.compile(r"counters?\(|(?:open|close)-quote", re.IGNORECASE)


def content_text(styles: Styles, el: Element, pseudo: str) -> str | None:
    """Return the text of a pseudo-element, or ``None`` if it is not rendered.

    The text of an image is empty; counters and quotation marks are represented by ``#``.
    """
    if not styles.generates:
        return None
    value = styles.value(el, "content", pseudo)
    if value in (None, "none", "normal", "initial") or styles.value(el, "display", pseudo) == "none":
        return None
    text = _spoken(el, str(value))
    return text if text is not None else ("#" if _MARKS.search(str(value)) else "")


def opens_line(styles: Styles, el: Element, pseudo: str) -> bool:
    """Return whether a pseudo-element without text makes a line, because it is an image."""
    return "(" in str(styles.value(el, "content", pseudo) or "") and content_text(styles, el, pseudo) == ""


def added_text(styles: Styles, el: Element, pseudo: str) -> str | None:
    """Return the text that ``content`` adds to an accessible name, or ``None``.

    Args:
        styles: The page's styles.
        el: The element.
        pseudo: ``"before"``, ``"after"``, or ``""`` for the element's own ``content``, of which only the alternative
            text after a slash counts.

    Source: CSS Content 3, 2; accname 1.2, 2F.ii.
    """
    if not styles.generates and (pseudo or "content" not in styles.declared(el, "flow")):
        return None
    value = styles.value(el, "content", pseudo)
    if value in (None, "none", "normal", "initial"):
        return None
    if pseudo and styles.pseudo_display(el, pseudo) == "none":
        return None
    if _pseudo_visibility(styles, el, pseudo) == "hidden":
        return None
    text = _spoken(el, str(value), own=not pseudo)
    if text is None or not pseudo or styles.pseudo_display(el, pseudo) == "inline":
        return text
    return f" {text} "


def _pseudo_visibility(styles: Styles, el: Element, pseudo: str) -> str:
    value = styles.value(el, "visibility", pseudo) if pseudo else None
    return value if value is not None and value != "initial" else styles.visibility(el)


def _spoken(el: Element, value: str, *, own: bool = False) -> str | None:
    """Join the strings and attributes of ``content``, or of its alternative text; ``None`` for anything else."""
    parts = words(value)
    if "/" in parts:
        parts = parts[parts.index("/") + 1 :]
    elif own:
        return None
    spoken: list[str] = []
    for part in parts:
        text = string_value(part)
        if text is None and part.lower().startswith("attr(") and part.endswith(")"):
            name = part[5:-1].strip()
            text = (el.attr(name) or "") if name and "," not in name and " " not in name else None
        if text is None:
            return None
        spoken.append(text)
    return "".join(spoken)
