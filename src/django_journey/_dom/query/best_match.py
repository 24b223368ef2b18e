"""Finds the best match of several queries for the same thing, in one pass over the candidates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django_journey._dom.aria import names, roles
from django_journey._dom.aria.name_hints import may_be_named
from django_journey._dom.query.find import attribute_fits, find_all, label_texts, name_test, remember
from django_journey._dom.query.find_css import select_native
from django_journey._dom.query.parts import (
    Alternative,
    Attribute,
    Intersection,
    Label,
    OnlyVisible,
    Part,
    Query,
    Role,
    Selector,
    Text,
)
from django_journey._dom.query.selectors import parse
from django_journey._dom.query.shadow_matches import check_shadow_trees
from django_journey._dom.query.text_match import text_matcher
from django_journey._dom.rendering.text import normalize
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import has_shadow_trees
from django_journey._dom.tree.parser import Element

__all__ = ["Way", "best_match"]

#: One way to find an element: one part of a query, or several roles of which any may match.
Way = Sequence[Part]


def best_match(doc: Document, ways: Sequence[Way], kinds: str = "") -> Query | None:
    """Return the query of the first way with a match, or ``None``; its result is cached, so it does not run again.

    If several elements match and exactly one of them is visible, the query is narrowed to that one.

    Args:
        doc: The document.
        ways: The best way first: roles with a name, labels, attributes and selectors, then texts.
        kinds: A selector of the candidates; by default, the elements that may have one of the roles.

    Raises:
        NeedsBrowser: An element in a shadow tree may match.
    """
    css = kinds or ",".join(roles.candidates(part.role) for part in ways[0] if isinstance(part, Role))
    named: dict[Element, tuple[str, str]] = {}
    tests = [_test(doc, way, named) for way in ways]
    best = len(ways)
    found: list[Element] = []
    candidates = select_native(doc, css)
    wanted = {part.name for way in ways for part in way if isinstance(part, Role)}
    if len(wanted) == 1 and isinstance(name := wanted.pop(), str):
        candidates = list(filter(may_be_named(doc, name), candidates))
    for el in candidates:
        rank = next((rank for rank, fits in enumerate(tests[: best + 1]) if fits(el)), len(ways))
        if rank < best:
            best, found = rank, [el]
        elif found and rank == best:
            found.append(el)
    for rank, way in enumerate(ways):
        if not found and isinstance(way[0], Text):
            best, found = rank, find_all(doc, Query(tuple(way)))
    if has_shadow_trees(doc):
        for way in ways[: best + 1]:
            check_shadow_trees(doc, list(_query(way, kinds).parts))
    if not found:
        return None
    fitting = {named[el][0] for el in found if el in named}
    query = _query([part for part in ways[best] if not isinstance(part, Role) or part.role in fitting], kinds)
    visible = [el for el in found if is_visible(doc, el)] if len(found) > 1 else []
    if len(visible) == 1:
        query, found = query.then(OnlyVisible(True)), visible
    remember(doc, query, found)
    return query


def _query(way: Way, kinds: str) -> Query:
    first, *others = way
    query = Query((first, *(Alternative(Query((part,))) for part in others)))
    return query.then(Intersection(Query((parse(kinds),)))) if kinds else query


def _test(doc: Document, way: Way, named: dict[Element, tuple[str, str]]) -> Callable[[Element], bool]:
    match way[0]:
        case Role(name=str() as name, operator=operator, exact=exact):
            wanted = {part.role for part in way if isinstance(part, Role)}
            fits = name_test(name, operator, exact)

            def has_role(el: Element) -> bool:
                if el not in named:
                    named[el] = _named(doc, el)
                role, name = named[el]
                return role in wanted and fits(name)

            return has_role
        case Label() as label:
            matches = text_matcher(label)
            return lambda el: any(matches(text) for text in label_texts(doc, el))
        case Attribute(name, text, exact):
            return lambda el: (value := el.attr(name)) is not None and attribute_fits(value, text, exact)
        case Selector(source):
            return lambda el: el.matches(source)
    return lambda el: False  # texts are searched separately, if nothing else matches


def _named(doc: Document, el: Element) -> tuple[str, str]:
    """Return an element's role and name; both are empty if it is hidden from assistive technology."""
    role = roles.role_of(doc, el)
    return ("", "") if role is None or roles.is_hidden(doc, el) else (role, normalize(names.name_of(doc, el)))
