"""The name that HTML and SVG give an element by their own means: labels, legends, captions, alt texts, values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_journey.dom.controls import value
from django_journey.dom.parser import is_html
from django_journey.dom.sanitize import input_type
from django_journey.dom.white_space import trim

__all__ = ["native_name"]

_PLACEHOLDERS = frozenset({"text", "password", "number", "search", "tel", "email", "url"})

# A naming rule is given the computation (``names.Namer``), the element, the context, and whether
# ``aria-labelledby`` refers to anything; it returns ``None`` to leave the name to the content or title.
Rule = Callable[[Any, Any, Any, bool], str | None]


def native_name(namer: Any, el: Any, context: Any, *, labelled: bool) -> str | None:
    """Return the name by the host language (accname 1.2, 2D), or ``None`` where it has no say.

    Args:
        namer: The computation under way.
        el: The element.
        context: Why it is being read.
        labelled: Whether ``aria-labelledby`` refers to some element, though it gave no name.

    Source: HTML-AAM 1.0, 4.1; SVG-AAM 1.0, 8.1.
    """
    if not is_html(el):
        return _drawing(namer, el, context)
    rule = _RULES.get(el.tag)
    return rule(namer, el, context, labelled) if rule is not None else None


def _attribute(el: Any, *names: str) -> str:
    """Return the first of these attributes that says something."""
    for name in names[:-1]:
        said = el.attr(name)
        if said and trim(said):
            return str(said)
    return el.attr(names[-1]) or ""


def _input(namer: Any, el: Any, context: Any, labelled: bool) -> str | None:
    kind = input_type(el)
    if kind in ("button", "submit", "reset"):
        namer.visited.add(el)
        said = value(namer.doc, el)
        if trim(said):
            return said
        return {"submit": "Submit", "reset": "Reset"}.get(kind) or _attribute(el, "title")
    if kind in ("file", "image"):
        namer.visited.add(el)
        if context.labelled_by is None and (text := namer.labels(el, context)) is not None:
            return str(text)
        if kind == "file":
            return "Choose File"
        said = _attribute(el, "alt", "title")
        return said if trim(said) else "Submit"
    return _control(namer, el, context, labelled)


def _control(namer: Any, el: Any, context: Any, labelled: bool) -> str | None:
    if labelled:
        return None
    namer.visited.add(el)
    text = namer.labels(el, context)
    if text is not None:
        return str(text)
    title = el.attr("title") or ""
    if title or not (el.tag == "textarea" or (el.tag == "input" and input_type(el) in _PLACEHOLDERS)):
        return title
    return el.attr("placeholder") or ""


def _button(namer: Any, el: Any, context: Any, labelled: bool) -> str | None:
    if labelled:
        return None
    namer.visited.add(el)
    return namer.labels(el, context)  # type: ignore[no-any-return]  # the computation's own method


def _output(namer: Any, el: Any, context: Any, labelled: bool) -> str | None:
    if labelled:
        return None
    namer.visited.add(el)
    text = namer.labels(el, context)
    return str(text) if text is not None else el.attr("title") or ""


def _captioned(tag: str) -> Rule:
    def rule(namer: Any, el: Any, context: Any, labelled: bool) -> str | None:
        if labelled:
            return None
        namer.visited.add(el)
        text = namer.legend(el, tag, context)
        return str(text) if text is not None else el.attr("title") or ""

    return rule


def _table(namer: Any, el: Any, context: Any, labelled: bool) -> str | None:
    namer.visited.add(el)
    text = namer.legend(el, "caption", context)
    return str(text) if text is not None else el.attr("summary") or None


def _picture(namer: Any, el: Any, context: Any, labelled: bool) -> str | None:
    namer.visited.add(el)
    return _attribute(el, "alt", "title")


def _drawing(namer: Any, el: Any, context: Any) -> str | None:
    namer.visited.add(el)
    text = namer.title(el, context)
    if text is not None:
        return str(text)
    if el.tag == "a" and trim(el.attr("xlink:title") or ""):
        return str(el.attr("xlink:title"))
    return None


_RULES: dict[str, Rule] = {
    "area": _picture,
    "button": _button,
    "fieldset": _captioned("legend"),
    "figure": _captioned("figcaption"),
    "img": _picture,
    "input": _input,
    "meter": _control,
    "output": _output,
    "progress": _control,
    "select": _control,
    "table": _table,
    "textarea": _control,
}
