"""Accessible names from HTML and SVG: labels, legends, captions, alternative texts, values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django_journey._dom.aria.name_context import NameContext
from django_journey._dom.forms.controls import value
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, is_html
from django_journey._dom.tree.white_space import trim

__all__ = ["native_name"]

_PLACEHOLDERS = frozenset({"text", "password", "number", "search", "tel", "email", "url"})


class Naming(Protocol):
    """What is used here of ``names.Namer``."""

    doc: Document
    visited: set[Element]

    def labels(self, el: Element) -> str | None: ...
    def legend(self, el: Element, tag: str, context: NameContext) -> str | None: ...
    def title(self, el: Element, context: NameContext) -> str | None: ...


#: The last argument: whether ``aria-labelledby`` refers to an element. ``None``: use the content or the title.
_NamingRule = Callable[[Naming, Element, NameContext, bool], str | None]


def native_name(namer: Naming, el: Element, context: NameContext, *, labelled: bool) -> str | None:
    """Return the name from the host language (accname 1.2, 2D), or ``None`` if that does not define one.

    Args:
        namer: The computation.
        el: The element.
        context: Why it is visited.
        labelled: Whether ``aria-labelledby`` refers to an element (without a name).

    Source: HTML-AAM 1.0, 4.1; SVG-AAM 1.0, 8.1.
    """
    if not is_html(el):
        return _drawing(namer, el, context)
    rule = _RULES.get(el.tag)
    return rule(namer, el, context, labelled) if rule is not None else None


def _attribute(el: Element, *names: str) -> str:
    """Return the first of these attributes that is not blank."""
    for name in names[:-1]:
        said = el.attr(name)
        if said and trim(said):
            return said
    return el.attr(names[-1]) or ""


def _input(namer: Naming, el: Element, context: NameContext, labelled: bool) -> str | None:
    kind = input_type(el)
    if kind in ("button", "submit", "reset"):
        namer.visited.add(el)
        said = value(namer.doc, el)
        if trim(said):
            return said
        return {"submit": "Submit", "reset": "Reset"}.get(kind) or _attribute(el, "title")
    if kind in ("file", "image"):
        namer.visited.add(el)
        if context.labelled_by is None and (text := namer.labels(el)) is not None:
            return text
        if kind == "file":
            return "Choose File"
        said = _attribute(el, "alt", "title")
        return said if trim(said) else "Submit"
    return _control(namer, el, context, labelled)


def _control(namer: Naming, el: Element, context: NameContext, labelled: bool) -> str | None:
    if labelled:
        return None
    namer.visited.add(el)
    text = namer.labels(el)
    if text is not None:
        return text
    title = el.attr("title") or ""
    if title or not (el.tag == "textarea" or (el.tag == "input" and input_type(el) in _PLACEHOLDERS)):
        return title
    return el.attr("placeholder") or ""


def _button(namer: Naming, el: Element, context: NameContext, labelled: bool) -> str | None:
    if labelled:
        return None
    namer.visited.add(el)
    return namer.labels(el)


def _output(namer: Naming, el: Element, context: NameContext, labelled: bool) -> str | None:
    if labelled:
        return None
    namer.visited.add(el)
    text = namer.labels(el)
    return text if text is not None else el.attr("title") or ""


def _captioned(tag: str) -> _NamingRule:
    def rule(namer: Naming, el: Element, context: NameContext, labelled: bool) -> str | None:
        if labelled:
            return None
        namer.visited.add(el)
        text = namer.legend(el, tag, context)
        return text if text is not None else el.attr("title") or ""

    return rule


def _table(namer: Naming, el: Element, context: NameContext, labelled: bool) -> str | None:
    namer.visited.add(el)
    text = namer.legend(el, "caption", context)
    return text if text is not None else el.attr("summary") or None


def _picture(namer: Naming, el: Element, context: NameContext, labelled: bool) -> str | None:
    namer.visited.add(el)
    return _attribute(el, "alt", "title")


def _drawing(namer: Naming, el: Element, context: NameContext) -> str | None:
    namer.visited.add(el)
    text = namer.title(el, context)
    if text is not None:
        return text
    linked = el.attr("xlink:title") if el.tag == "a" else None
    return linked if linked and trim(linked) else None


_RULES: dict[str, _NamingRule] = {
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
