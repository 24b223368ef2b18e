"""Explanations for failed queries: the nearest candidates, why they do not match, and what to write instead."""

from __future__ import annotations

from django_journey._dom.forms import controls
from django_journey._dom.query.element_line import shorten, show
from django_journey._dom.query.find import find_all
from django_journey._dom.query.nearest import NearMisses, nearest
from django_journey._dom.query.parts import Has, HasText, Intersection, Nth, OnlyVisible, Query
from django_journey._dom.query.suggest import suggestion
from django_journey._dom.rendering.text import text_of
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree import walk
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.patterns import quote
from django_journey.errors import Explanation

__all__ = ["ambiguous", "missing", "not_ready", "show"]

_LISTED = 10


def missing(doc: Document, query: Query, *, call: str, where: str) -> Explanation:
    """Explain why a query found nothing.

    Args:
        doc: The document.
        query: The query.
        call: The call, e.g. ``"Locator.click"``; may be empty.
        where: The page's URL.

    Returns:
        The nearest candidates, best first, and code that finds the best of them.
    """
    sought = f"{call}: nothing fits {query}" if call else f"nothing fits {query}"
    prefix = _broken_prefix(doc, query)
    if len(prefix.parts) < len(query.parts):
        sought += f"; already {prefix} finds nothing"
    near = _nearest(doc, prefix)
    if not near.lines and not near.instead:
        near = NearMisses(
            [_whole_page(doc)], "check that this is the page that is meant: was something refused, or moved?"
        )
    return Explanation(sought, where=where, nearest=tuple(near.lines), instead=near.instead)


def _whole_page(doc: Document) -> str:
    """Summarize the page, if there are no near candidates."""
    title = doc.tree.select_one("title")
    named = f"the page {' '.join(title.text.split())!r}" if title is not None else "the page"
    controls = len(doc.tree.select("input:not([type=hidden]), textarea, select, button"))
    return (
        f"nothing on {named} comes near; it has {len(doc.tree.select('form'))} forms and {controls} controls"
    )


def _broken_prefix(doc: Document, query: Query) -> Query:
    for length in range(1, len(query.parts)):
        prefix = Query(query.parts[:length])
        if not find_all(doc, prefix):
            return prefix
    return query


def _nearest(doc: Document, query: Query) -> NearMisses:
    if not query.parts:
        return NearMisses()
    before = Query(query.parts[:-1])
    found = find_all(doc, before) if before.parts else []
    last = query.parts[-1]
    if isinstance(last, HasText | Has | OnlyVisible | Intersection):
        return _filtered_out(doc, found, last)
    if isinstance(last, Nth):
        count = len(found)
        return NearMisses(
            [f"{before} finds {count}"], f"page.{before}.{'first' if count == 1 else f'nth({count - 1})'}"
        )
    return nearest(doc, last, found if before.parts else [None])


def _filtered_out(
    doc: Document, found: list[Element], last: HasText | Has | OnlyVisible | Intersection
) -> NearMisses:
    lines = [f"{show(el)}, without {last.describe()}" for el in found[:5]]
    if len(found) > len(lines):
        lines.append(f"… and {len(found) - len(lines)} more")
    if isinstance(last, OnlyVisible) and last.visible and found:
        return NearMisses(lines, hidden_by(doc, found[0]))
    return NearMisses(lines)


# Hints for states in which a user could not act on an element either.
_MEANT = {
    "enabled": "do first what the page enables it by, or, if this is meant: expect(…).to_be_disabled()",
    "editable": "a user can't write there either; if this is meant: expect(…).not_to_be_editable()",
}


def ambiguous(doc: Document, query: Query, found: list[Element], *, call: str, where: str) -> Explanation:
    """Explain a strict mode violation: several elements match, with a query for each.

    Args:
        doc: The document.
        query: The query.
        found: The elements that match.
        call: The call that needs one element.
        where: The page's URL.
    """
    prefix = f"{call}: " if call else ""
    ways = [suggestion(doc, el) for el in found[:_LISTED]]
    lines = [
        f"{n}) {show(el)} aka {way}" for n, (el, way) in enumerate(zip(found, ways, strict=False), start=1)
    ]
    if len(found) > _LISTED:
        lines.append(f"… and {len(found) - _LISTED} more")
    shown = [way for el, way in zip(found, ways, strict=False) if is_visible(doc, el)] or ways
    return Explanation(
        f"{prefix}strict mode violation: {query} resolved to {len(found)} elements:",
        where=where,
        nearest=tuple(lines),
        instead=f"page.{shown[0]}",
    )


def not_ready(
    doc: Document,
    query: Query,
    el: Element,
    state: str,
    *,
    call: str,
    where: str,
) -> Explanation:
    """Explain that an element exists, but is not actionable.

    Args:
        doc: The document.
        query: The query that found it.
        el: The element.
        state: The missing state (``visible``, ``enabled``, ``editable``), or ``inert``, if that is the reason.
        call: The call that needs the state.
        where: The page's URL.
    """
    reason = {"visible": hidden_by, "enabled": disabled_by, "inert": inert_by}.get(state, read_only_by)(
        doc, el
    )
    return Explanation(
        f"{call}: element is {'' if state == 'inert' else 'not '}{state}: {query}",
        where=where,
        nearest=(show(el),),
        instead="\n".join(filter(None, (reason, _MEANT.get(state)))),
    )


def hidden_by(doc: Document, el: Element) -> str:
    """Return what hides an element, and how to show it."""
    if el.tag == "input" and (el.attr("type") or "").lower() == "hidden":
        return "it is a hidden field: a user can't reach it; its value comes from the page"
    inner = el
    for node in (el, *walk.ancestors(el)):
        if node.tag == "details" and node.attr("open") is None and inner.tag != "summary" and node != el:
            return f"it is in closed <details>; open it first: page.{_summary(doc, node)}.click()"
        if node.tag == "dialog" and node.attr("open") is None:
            return "it is in a closed <dialog>, which a script opens: run this story with --journey-driver=browser"
        if node.attr("hidden") is not None:
            return f"{_itself(el, node)} has the hidden attribute: {show(node)}"
        inner = node
    culprit = el
    for node in walk.ancestors(el):
        if node.tag == "body" or is_visible(doc, node):
            break
        culprit = node
    return f"{_itself(el, culprit)} is not shown: {show(culprit)} (style sheets, or nothing in it to show)"


def _itself(el: Element, culprit: Element) -> str:
    return "it" if el == culprit else "what it stands in"


def _summary(doc: Document, details: Element) -> str:
    return suggestion(doc, walk.child_of(details, "summary") or details)


def inert_by(doc: Document, el: Element) -> str:
    """Return what makes an element inert."""
    culprit = el.closest("[inert]") or el
    return f"{_itself(el, culprit)} is inert: {show(culprit)}"


def disabled_by(doc: Document, el: Element) -> str:
    """Return what disables a control."""
    if el.attr("disabled") is not None:
        return f"it has the disabled attribute: {show(el)}"
    for node in walk.ancestors(el):
        if node.attr("disabled") is not None:
            return f"what it stands in is disabled: {show(node)}"
        if (node.attr("aria-disabled") or "").lower() == "true":
            return f"what it stands in is aria-disabled: {show(node)}"
    return f"it is aria-disabled: {show(el)}"


def read_only_by(doc: Document, el: Element) -> str:
    """Return why a control is not editable."""
    if controls.is_disabled(el):
        return disabled_by(doc, el)
    return f"it is read-only, and holds {quote(shorten(controls.value(doc, el) or text_of(doc, el).full))}"
