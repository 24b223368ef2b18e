"""Runs queries on a page, as Playwright does, and caches the results until the page changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice, zip_longest

from django_journey._dom.aria import names, roles
from django_journey._dom.aria.name_hints import may_be_named
from django_journey._dom.forms import controls
from django_journey._dom.query.find_css import find_css, select_native
from django_journey._dom.query.parts import (
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
from django_journey._dom.query.selectors import check_role, parse
from django_journey._dom.query.shadow_matches import check_shadow_trees
from django_journey._dom.query.text_match import find_text, may_hold, text_matcher
from django_journey._dom.rendering.text import ElementText, normalize, text_of
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree import walk
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import has_shadow_trees
from django_journey._dom.tree.parser import Element, is_element, is_html
from django_journey._dom.tree.patterns import search
from django_journey._dom.tree.white_space import squeezed
from django_journey.errors import Error, Explanation

__all__ = ["attribute_fits", "elements", "find_all", "label_texts", "name_test", "remember"]


_FIRST = Nth(0)


def find_all(doc: Document, query: Query, scope: Element | None = None) -> list[Element]:
    """Return the elements that a query finds.

    Args:
        doc: The document.
        query: The query.
        scope: The element to search in; ``None`` for the whole page.

    Returns:
        The elements in Playwright's order: document order, chain by chain.

    Raises:
        Error: A selector is invalid.
        NeedsBrowser: A selector needs a browser.
    """
    known = _results(doc)
    key = (query, scope)
    if key not in known:
        parts, capture = _flat(query)
        if has_shadow_trees(doc):
            check_shadow_trees(doc, parts)
        known[key] = _run(doc, parts, capture, scope)
    return list(known[key])


def remember(doc: Document, query: Query, found: list[Element]) -> None:
    """Cache the result of a query on the whole page."""
    _results(doc)[query, None] = found


def _results(doc: Document) -> dict[tuple[Query, Element | None], list[Element]]:
    return doc.memo("find.results", dict[tuple[Query, Element | None], list[Element]])


def elements(doc: Document, scope: Element | None = None) -> list[Element]:
    """Return all elements of the page, or in an element, in document order."""
    return walk.select(doc, "*", scope)


def _flat(query: Query) -> tuple[list[Part], int | None]:
    """Return the parts of a query with selectors expanded, and the index of the part that captures."""
    parts: list[Part] = []
    capture: int | None = None
    for part in query.parts:
        if isinstance(part, Unread):
            part = parse(part.source)  # raises the error
        if not isinstance(part, Selector):
            parts.append(part)
            continue
        if part.capture is not None:
            if capture is not None:
                raise Error("Only one of the selectors can capture using * modifier")
            capture = len(parts) + part.capture
        parts.extend(part.parts)
    return parts, capture


def _run(doc: Document, parts: list[Part], capture: int | None, scope: Element | None) -> list[Element]:
    if capture is not None:
        if any(isinstance(part, Nth) for part in parts):
            raise Error("Can't query n-th element in a request with the capture.")
        rest = parts[capture + 1 :]
        parts = parts[: capture + 1]
        if rest:
            parts.append(Has(Query(tuple(rest))))
    found: Sequence[Element | None] = [scope]
    for part, after in zip_longest(parts, parts[1:]):
        if isinstance(part, OnlyVisible) and after == _FIRST:  # the others need not be looked at
            fitting = (el for el in found if el is not None and is_visible(doc, el) is part.visible)
            found = list(islice(fitting, 1))
            continue
        found = _step(doc, part, found, scope)
    return [el for el in found if el is not None]


def _step(
    doc: Document, part: Part, roots: Sequence[Element | None], scope: Element | None
) -> Sequence[Element | None]:
    found = [el for el in roots if el is not None]
    match part:
        case Nth(index):
            return found[-1:] if index == -1 else found[index : index + 1]
        case Intersection(query):
            others = set(find_all(doc, query, scope))
            return [el for el in found if el in others]
        case Alternative(query):
            both = {*found, *find_all(doc, query, scope)}
            return sorted(both, key=lambda el: walk.position(doc, el))
        case OnlyVisible(visible):
            return [el for el in found if is_visible(doc, el) is visible]
        case Has(query, negated):
            return [el for el in found if bool(find_all(doc, query, el)) is not negated]
        case HasText():
            return [el for el in found if _has_text(doc, part, el) is not part.negated]
        case _:
            engine = _engine(doc, part)
            if len(roots) == 1:
                return engine(roots[0])
            return list(dict.fromkeys(el for root in roots for el in engine(root)))


def _has_text(doc: Document, sought: HasText, el: Element) -> bool:
    if isinstance(sought.text, str) and not may_hold(doc, el, squeezed(sought.text)):
        return False
    return text_matcher(sought)(text_of(doc, el))


def _engine(doc: Document, part: Part) -> Callable[[Element | None], list[Element]]:
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


def _by_text(doc: Document, sought: Text, root: Element | None) -> list[Element]:
    """Unlike in other searches, the root itself may match, as in Playwright."""
    return find_text(doc, sought, list(filter(is_element, doc.tree.children)) if root is None else [root])


def _by_label(doc: Document, sought: Label, root: Element | None) -> list[Element]:
    matches = text_matcher(sought)
    candidates = select_native(doc, _LABELLED, root)
    return [el for el in candidates if any(matches(label) for label in label_texts(doc, el))]


_LABELLED = "button,meter,output,progress,select,textarea,input,[aria-label],[aria-labelledby]"
_LABELABLE = frozenset({"button", "meter", "output", "progress", "select", "textarea", "input"})


def label_texts(doc: Document, el: Element) -> list[ElementText]:
    """Return the texts that label an element: of ``aria-labelledby``, else ``aria-label``, else its labels."""
    ids = el.attr("aria-labelledby")
    if ids is not None:
        named = [found for found in (walk.by_id(doc, wanted) for wanted in ids.split()) if found is not None]
        if named:
            return [text_of(doc, found) for found in named]
    label = el.attr("aria-label")
    if label is not None and label.strip():
        return [ElementText(label, normalize(label), (label,))]
    if el.tag not in _LABELABLE:
        return []
    return [text_of(doc, found) for found in controls.labels_of(doc, el)]


def _by_attribute(
    doc: Document, name: str, text: TextPattern, exact: bool, root: Element | None
) -> list[Element]:
    if "," in name:  # several test id attributes, of which any may match
        either = {el for one in name.split(",") for el in _by_attribute(doc, one.strip(), text, exact, root)}
        return sorted(either, key=lambda el: walk.position(doc, el))
    found = select_native(doc, f"[{name}]", root)
    return [el for el in found if attribute_fits(el.attr(name) or "", text, exact)]


def attribute_fits(value: str, wanted: TextPattern, exact: bool) -> bool:
    """Return whether an attribute's value matches, as for ``get_by_placeholder`` etc."""
    if not isinstance(wanted, str):
        return search(wanted, value)
    return value == wanted if exact else wanted.lower() in value.lower()


def _by_xpath(doc: Document, sought: XPath, root: Element | None) -> list[Element]:
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
    return [el for el in found if is_element(el) and walk.is_connected(el) and _named(el, expression)]


def _named(el: Element, expression: str) -> bool:
    """Return whether XPath may find an element; in HTML documents, names match only HTML elements."""
    return is_html(el) or "*" in expression or "name()" in expression or "node()" in expression


def _by_role(doc: Document, sought: Role, root: Element | None) -> list[Element]:
    check_role(sought)
    candidates = select_native(doc, roles.candidates(sought.role), root)
    if isinstance(sought.name, str):
        candidates = list(filter(may_be_named(doc, sought.name), candidates))
    fits = _role_test(doc, sought)
    return [el for el in candidates if roles.role_of(doc, el) == sought.role and fits(el)]


def _role_test(doc: Document, sought: Role) -> Callable[[Element], bool]:
    states = {name: getattr(sought, name) for name in _STATES if getattr(sought, name) is not None}
    hidden = sought.include_hidden
    name, description = sought.name, sought.description
    is_named = name_test(name or "", sought.operator, sought.exact)
    is_described = name_test(description or "", sought.description_operator, sought.description_exact)

    def fits(el: Element) -> bool:
        return (
            all(getattr(roles, state)(doc, el) == wanted for state, wanted in states.items())
            and (hidden or not roles.is_hidden(doc, el))
            and (name is None or is_named(normalize(names.name_of(doc, el, include_hidden=hidden))))
            and (description is None or is_described(normalize(names.description_of(doc, el))))
        )

    return fits


_STATES = ("checked", "disabled", "expanded", "level", "pressed", "selected")


def name_test(wanted: TextPattern, operator: str, exact: bool) -> Callable[[str], bool]:
    """Return the test of a normalized name; the operators are those of attribute selectors."""
    if not isinstance(wanted, str):
        return partial(search, wanted)
    text = normalize(wanted)
    if not exact:
        text = text.lower()
    compare = _OPERATORS[operator]
    return lambda name: compare(name if exact else name.lower(), text)


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": str.__eq__,
    "*=": str.__contains__,
    "^=": str.startswith,
    "$=": str.endswith,
    "|=": lambda name, wanted: name == wanted or name.startswith(wanted + "-"),
    "~=": lambda name, wanted: wanted in name.split(" "),
}
