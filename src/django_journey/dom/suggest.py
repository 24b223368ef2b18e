"""Writes the query that finds one element and no other: what a failing test should say instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from django_journey.dom import names, roles, tree
from django_journey.dom.document import Document
from django_journey.dom.find import find_all, label_texts
from django_journey.dom.parser import is_element
from django_journey.dom.patterns import quote
from django_journey.dom.queries import Attribute, Label, Nth, Part, Query, Role, TestId, Text
from django_journey.dom.selectors import parse
from django_journey.dom.text import normalize, text_of
from django_journey.errors import Error

__all__ = ["css_escape", "css_path", "css_value", "suggestion"]

_LONGEST = 80
#: How many of the elements around an element are tried to tell it apart by.
_NEAREST_AROUND = 8
_NAMELESS = frozenset({"generic", "none", "presentation", "paragraph", "strong", "emphasis", "code", "time"})


def suggestion(doc: Document, el: Any, preferred: Part | None = None, *, exact: bool = False) -> str:
    """Return code, without the page, that finds this element and no other.

    Args:
        doc: The page.
        el: The element.
        preferred: The way to find it that is tried first.
        exact: Whether texts and names are to be compared exactly.
    """
    tried = [*([] if preferred is None else [preferred]), *_ways(doc, el)]
    if exact:
        tried = list(dict.fromkeys(_exactly(way) for way in tried))
    for way in tried:
        if _only(doc, el, Query((way,))):
            return str(Query((way,)))
    for outer in islice(tree.ancestors(el), _NEAREST_AROUND):
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


def _only(doc: Document, el: Any, query: Query) -> bool:
    try:
        return find_all(doc, query) == [el]
    except Error:
        return False


def _joined(around: Part, way: Part) -> str:
    outer, inner = around.describe(), way.describe()
    if outer.startswith("locator(") and inner.startswith("locator("):
        return f"{outer[:-2]} {inner[len('locator(') + 1 :]}"
    return f"{outer}.{inner}"


def _ways(doc: Document, el: Any) -> Iterator[Part]:
    """Yield ways to find an element, the one that says most to a reader first."""
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


def _by_attributes(doc: Document, el: Any) -> Iterator[Part]:
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


def _by_css(el: Any) -> Iterator[Part]:
    if el.attr("id"):
        yield parse(f"#{css_escape(el.attr('id'))}")
    if el.attr("name"):
        yield parse(f"[name={css_value(el.attr('name'))}]")
    for name in (el.attr("class") or "").split():
        yield parse(f".{css_escape(name)}")
    yield parse(css_escape(el.tag))


def css_path(el: Any) -> str:
    """Return a CSS path from the nearest ID, or from ``body``, down to an element."""
    steps: list[str] = []
    node = el
    while node is not None and is_element(node):
        if node.tag in ("html", "head", "body"):
            steps.append(node.tag)
            break
        if node.attr("id"):
            steps.append(f"#{css_escape(node.attr('id'))}")
            break
        siblings = [child for child in node.parent.children if is_element(child)]
        same = [child for child in siblings if child.tag == node.tag]
        step = css_escape(node.tag)
        if len(same) > 1 and same[0] != node:
            step += f":nth-child({siblings.index(node) + 1})"
        elif len(same) > 1:
            step += ":nth-child(1)" if siblings[0] == node else ":nth-of-type(1)"
        steps.append(step)
        node = node.parent
    return " > ".join(reversed(steps))


def css_value(value: str) -> str:
    """Write an attribute's value for CSS, without quotes where it needs none."""
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
