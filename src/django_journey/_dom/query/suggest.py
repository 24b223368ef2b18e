"""Suggests queries that find exactly one element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from django_journey._dom.aria import names, roles
from django_journey._dom.query.find import find_all, label_texts
from django_journey._dom.query.parts import Attribute, Label, Nth, Part, Query, Role, TestId, Text
from django_journey._dom.query.selectors import parse
from django_journey._dom.rendering.text import normalize, text_of
from django_journey._dom.tree import walk
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, is_element
from django_journey._dom.tree.patterns import quote
from django_journey.errors import Error

__all__ = ["css_escape", "css_path", "css_value", "suggestion"]

_LONGEST = 80
#: How many ancestors are tried as scopes.
_NEAREST_AROUND = 8
_NAMELESS = frozenset({"generic", "none", "presentation", "paragraph", "strong", "emphasis", "code", "time"})


def suggestion(doc: Document, el: Element, preferred: Part | None = None, *, exact: bool = False) -> str:
    """Return code, without the page, that finds exactly one element.

    Args:
        doc: The document.
        el: The element.
        preferred: A query part to try first.
        exact: Whether to match texts and names exactly.
    """
    tried = [*([] if preferred is None else [preferred]), *_ways(doc, el)]
    if exact:
        tried = list(dict.fromkeys(_exactly(way) for way in tried))
    for way in tried:
        if _only(doc, el, Query((way,))):
            return str(Query((way,)))
    for outer in islice(walk.ancestors(el), _NEAREST_AROUND):
        if outer.tag in ("body", "html"):
            break
        for around in (*_ways(doc, outer), parse(css_escape(outer.tag))):
            for way in tried:
                if _only(doc, el, Query((around, way))):
                    return _joined(around, way)
    for way in tried:
        query = Query((way,))
        found = find_all(doc, query)
        if found and found[0] == el:
            return str(query.then(Nth(0)))
        if el in found and isinstance(way, Role | Label | Text):
            return str(query.then(Nth(found.index(el))))
    return f"locator({quote(css_path(el))})"


def _exactly(way: Part) -> Part:
    if isinstance(way, Role):
        return replace(way, exact=True, operator="=") if way.name is not None else way
    return replace(way, exact=True) if isinstance(way, Text | Label | Attribute) else way


def _only(doc: Document, el: Element, query: Query) -> bool:
    try:
        return find_all(doc, query) == [el]
    except Error:
        return False


def _joined(around: Part, way: Part) -> str:
    outer, inner = around.describe(), way.describe()
    if outer.startswith("locator(") and inner.startswith("locator("):
        return f"{outer[:-2]} {inner[len('locator(') + 1 :]}"
    return f"{outer}.{inner}"


def _ways(doc: Document, el: Element) -> Iterator[Part]:
    """Yield query parts for an element, the most readable first."""
    test_id = el.attr("data-testid")
    if test_id:
        yield TestId(test_id)
    role = roles.role_of(doc, el)
    if role and role not in _NAMELESS:
        name = normalize(names.name_of(doc, el))
        if name and len(name) <= _LONGEST:
            yield Role(role, name=name)
            yield Role(role, name=name, exact=True, operator="=")
    yield from _by_attributes(doc, el)
    text = text_of(doc, el).normalized
    if text and len(text) <= _LONGEST and el.tag not in ("select", "option", "html", "body", "head"):
        yield Text(text)
        yield Text(text, exact=True)
    if role and role not in _NAMELESS:
        yield Role(role)
    yield from _by_css(el)


def _by_attributes(doc: Document, el: Element) -> Iterator[Part]:
    placeholder = el.attr("placeholder")
    if placeholder:
        yield Attribute("placeholder", placeholder)
    for label in label_texts(doc, el)[:1]:
        if (
            label.normalized
            and len(label.normalized) <= _LONGEST
            and el.tag in ("input", "select", "textarea")
        ):
            yield Label(label.normalized)
    for name in ("alt", "title"):
        value = el.attr(name)
        if value and len(value) <= _LONGEST:
            yield Attribute(name, value)


def _by_css(el: Element) -> Iterator[Part]:
    if own := el.attr("id"):
        yield parse(f"#{css_escape(own)}")
    if name := el.attr("name"):
        yield parse(f"[name={css_value(name)}]")
    for class_name in (el.attr("class") or "").split():
        yield parse(f".{css_escape(class_name)}")
    yield parse(css_escape(el.tag))


def css_path(el: Element) -> str:
    """Return a CSS path to an element, from the nearest ID or ``body``."""
    steps: list[str] = []
    for node in (el, *walk.ancestors(el)):
        if node.tag in ("html", "head", "body") or node.parent is None:
            steps.append(node.tag)
            break
        if own := node.attr("id"):
            steps.append(f"#{css_escape(own)}")
            break
        siblings = [child for child in node.parent.children if is_element(child)]
        same = [child for child in siblings if child.tag == node.tag]
        step = css_escape(node.tag)
        if len(same) > 1 and same[0] != node:
            step += f":nth-child({siblings.index(node) + 1})"
        elif len(same) > 1:
            step += ":nth-child(1)" if siblings[0] == node else ":nth-of-type(1)"
        steps.append(step)
    return " > ".join(reversed(steps))


def css_value(value: str) -> str:
    """Return an attribute's value as CSS, quoted if necessary."""
    if value and value.replace("-", "_").isidentifier():
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def css_escape(name: str) -> str:
    """Escape a name for CSS (CSSOM, ``CSS.escape``)."""
    out: list[str] = []
    for index, char in enumerate(name):
        if char.isdigit() and (index == 0 or (index == 1 and name[0] == "-")):
            out.append(f"\\{ord(char):x} ")
        elif char.isalnum() or char in "-_" or ord(char) >= 0x80:
            out.append(char)
        else:
            out.append(f"\\{char}")
    return "".join(out)
