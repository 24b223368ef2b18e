"""Finds what a query seeks on a page, as Playwright would, and keeps what it found until the page changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_journey.dom import controls, names, roles, tree
from django_journey.dom.document import Document
from django_journey.dom.find_css import find_css, select_native
from django_journey.dom.flat_tree import has_shadow_trees
from django_journey.dom.parser import is_element, is_html
from django_journey.dom.patterns import search
from django_journey.dom.queries import (
    Alternative,
    Attribute,
    Chain,
    Css,
    Has,
    HasText,
    Intersection,
    Label,
    Nth,
    OnlyVisible,
    Part,
    Query,
    Role,
    Selector,
    TestId,
    Text,
    TextPattern,
    Unread,
    XPath,
)
from django_journey.dom.selectors import check_role, parse
from django_journey.dom.shadow_matches import check_shadow_trees
from django_journey.dom.text import ElementText, normalize, text_of
from django_journey.dom.text_match import find_text, may_hold, text_matcher
from django_journey.dom.visibility import is_visible
from django_journey.errors import Error, Explanation

__all__ = ["elements", "find_all"]


def find_all(doc: Document, query: Query, scope: Any = None) -> list[Any]:
    """Return the elements that a query finds.

    Args:
        doc: The page.
        query: What is sought.
        scope: The element to look in; ``None`` is the whole page.

    Returns:
        The elements in Playwright's order: document order, chain by chain.

    Raises:
        Error: A selector can't be carried out.
        NeedsBrowser: A selector needs a browser.
    """
    known = doc.memo("find.results", dict[Any, list[Any]])
    key = (query, scope)
    if key not in known:
        parts, capture = _flat(query)
        if has_shadow_trees(doc):
            check_shadow_trees(doc, parts)
        known[key] = _run(doc, parts, capture, scope)
    return list(known[key])


def elements(doc: Document, scope: Any = None) -> list[Any]:
    """Return all elements of the page, or those within an element, in document order."""
    return tree.select(doc, "*", scope)


def _flat(query: Query) -> tuple[list[Part], int | None]:
    """Put the engines of all selectors in one line, and tell which of them gives the result."""
    parts: list[Part] = []
    capture: int | None = None
    for part in query.parts:
        if isinstance(part, Unread):
            part = parse(part.source)  # raises what is wrong with it
        if not isinstance(part, Selector):
            parts.append(part)
            continue
        if part.capture is not None:
            if capture is not None:
                raise Error("Only one of the selectors can capture using * modifier")
            capture = len(parts) + part.capture
        parts.extend(part.parts)
    return parts, capture


def _run(doc: Document, parts: list[Part], capture: int | None, scope: Any) -> list[Any]:
    if capture is not None:
        if any(isinstance(part, Nth) for part in parts):
            raise Error("Can't query n-th element in a request with the capture.")
        rest = parts[capture + 1 :]
        parts = parts[: capture + 1]
        if rest:
            parts.append(Has(Query(tuple(rest))))
    found: list[Any] = [scope]
    for part in parts:
        found = _step(doc, part, found, scope)
    return [el for el in found if el is not None]


def _step(doc: Document, part: Part, found: list[Any], scope: Any) -> list[Any]:
    match part:
        case Nth(index):
            return found[-1:] if index == -1 else found[index : index + 1]
        case Intersection(query):
            others = set(find_all(doc, query, scope))
            return [el for el in found if el in others]
        case Alternative(query):
            both = {*found, *find_all(doc, query, scope)}
            return sorted(both, key=lambda el: tree.position(doc, el))
        case OnlyVisible(visible):
            return [el for el in found if el is not None and is_visible(doc, el) is visible]
        case Has(query, negated):
            return [el for el in found if bool(find_all(doc, query, el)) is not negated]
        case HasText():
            return [el for el in found if _has_text(doc, part, el) is not part.negated]
        case _:
            engine = _engine(doc, part)
            if len(found) == 1:
                return engine(found[0])
            return list(dict.fromkeys(el for root in found for el in engine(root)))


def _has_text(doc: Document, sought: HasText, el: Any) -> bool:
    if isinstance(sought.text, str) and not may_hold(doc, el, normalize(sought.text).lower()):
        return False
    return text_matcher(sought)(text_of(doc, el))


def _engine(doc: Document, part: Part) -> Callable[[Any], list[Any]]:
    match part:
        case Css():
            return lambda root: find_css(doc, part, root)
        case Role():
            return lambda root: _by_role(doc, part, root)
        case Text():
            return lambda root: _by_text(doc, part, root)
        case Label():
            return lambda root: _by_label(doc, part, root)
        case Attribute():
            return lambda root: _by_attribute(doc, part.name, part.text, part.exact, root)
        case TestId():
            return lambda root: _by_attribute(doc, part.attribute, part.text, True, root)
        case XPath():
            return lambda root: _by_xpath(doc, part, root)
        case Chain():
            return lambda root: find_all(doc, part.query, root)
    raise Error(f"{part!r} is not a query")


def _by_text(doc: Document, sought: Text, root: Any) -> list[Any]:
    """The element that is looked in takes part itself, as in Playwright."""
    roots = [child for child in doc.tree.children if is_element(child)] if root is None else [root]
    return find_text(doc, sought, roots)


def _by_label(doc: Document, sought: Label, root: Any) -> list[Any]:
    matches = text_matcher(sought)
    candidates = select_native(doc, _LABELLED, root)
    return [el for el in candidates if any(matches(label) for label in label_texts(doc, el))]


_LABELLED = "button,meter,output,progress,select,textarea,input,[aria-label],[aria-labelledby]"
_LABELABLE = frozenset({"button", "meter", "output", "progress", "select", "textarea", "input"})


def label_texts(doc: Document, el: Any) -> list[ElementText]:
    """Return the texts that label an element: ``aria-labelledby``, else ``aria-label``, else its labels."""
    ids = el.attr("aria-labelledby")
    if ids is not None:
        named = [found for found in (tree.by_id(doc, wanted) for wanted in ids.split()) if found is not None]
        if named:
            return [text_of(doc, found) for found in named]
    label = el.attr("aria-label")
    if label is not None and label.strip():
        return [ElementText(label, normalize(label), (label,))]
    if el.tag not in _LABELABLE:
        return []
    return [text_of(doc, found) for found in controls.labels_of(doc, el)]


def _by_attribute(doc: Document, name: str, text: TextPattern, exact: bool, root: Any) -> list[Any]:
    if "," in name:  # several test id attributes: any of them may fit
        either = {el for one in name.split(",") for el in _by_attribute(doc, one.strip(), text, exact, root)}
        return sorted(either, key=lambda el: tree.position(doc, el))
    found = select_native(doc, f"[{name}]", root)
    if not isinstance(text, str):
        return [el for el in found if search(text, el.attr(name) or "")]
    if exact:
        return [el for el in found if el.attr(name) == text]
    lowered = text.lower()
    return [el for el in found if lowered in (el.attr(name) or "").lower()]


def _by_xpath(doc: Document, sought: XPath, root: Any) -> list[Any]:
    expression = sought.expression
    if root is not None and expression.lstrip().startswith("/"):
        expression = "." + expression.lstrip()
    try:
        found = (doc.tree if root is None else root).xpath(expression)
    except ValueError as error:
        raise Error(
            Explanation(
                f"{error}, while parsing xpath {sought.expression}",
                instead="write an XPath 1.0 expression that gives elements",
            )
        ) from None
    if not isinstance(found, list):
        raise Error(f"xpath {sought.expression} gives {type(found).__name__}, not elements")
    return [el for el in found if is_element(el) and tree.is_connected(el) and _named(el, expression)]


def _named(el: Any, expression: str) -> bool:
    """In an HTML document, a name in XPath means an element of HTML, not of SVG or MathML."""
    return is_html(el) or "*" in expression or "name()" in expression or "node()" in expression


def _by_role(doc: Document, sought: Role, root: Any) -> list[Any]:
    check_role(sought)
    candidates = select_native(doc, roles.candidates(sought.role), root)
    return [el for el in candidates if roles.role_of(doc, el) == sought.role and _fits_role(doc, sought, el)]


def _fits_role(doc: Document, sought: Role, el: Any) -> bool:
    for state in ("checked", "disabled", "expanded", "level", "pressed", "selected"):
        wanted = getattr(sought, state)
        if wanted is not None and getattr(roles, state)(doc, el) != wanted:
            return False
    if not sought.include_hidden and roles.is_hidden(doc, el):
        return False
    if sought.name is not None:
        name = names.name_of(doc, el, include_hidden=sought.include_hidden)
        if not name_fits(normalize(name), sought.name, sought.operator, sought.exact):
            return False
    if sought.description is not None:
        described = names.description_of(doc, el)
        return name_fits(
            normalize(described), sought.description, sought.description_operator, sought.description_exact
        )
    return True


def name_fits(name: str, wanted: TextPattern, operator: str, exact: bool) -> bool:
    """Compare an accessible name with what is sought, as attribute selectors compare."""
    if not isinstance(wanted, str):
        return search(wanted, name)
    wanted = normalize(wanted)
    if not exact:
        name, wanted = name.lower(), wanted.lower()
    match operator:
        case "=":
            return name == wanted
        case "*=":
            return wanted in name
        case "^=":
            return name.startswith(wanted)
        case "$=":
            return name.endswith(wanted)
        case "|=":
            return name == wanted or name.startswith(wanted + "-")
        case _:
            return wanted in name.split(" ")
