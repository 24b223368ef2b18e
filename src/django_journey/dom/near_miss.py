"""What a failed look-up explains: what came nearest, why it did not fit, and what to write instead."""

from __future__ import annotations

from typing import Any

from django_journey.dom import controls, tree
from django_journey.dom.document import Document
from django_journey.dom.find import find_all
from django_journey.dom.nearest import Near, nearest
from django_journey.dom.patterns import quote
from django_journey.dom.queries import Has, HasText, Intersection, Nth, OnlyVisible, Query
from django_journey.dom.show import shorten, show
from django_journey.dom.suggest import suggestion
from django_journey.dom.text import text_of
from django_journey.dom.visibility import is_visible
from django_journey.errors import Explanation

__all__ = ["ambiguous", "missing", "not_ready", "show"]

_LISTED = 10


def missing(doc: Document, query: Query, *, call: str, where: str) -> Explanation:
    """Explain why nothing on the page fits a query.

    Args:
        doc: The page.
        query: What was sought.
        call: The call that sought it, e.g. ``"Locator.click"``; may be empty.
        where: The page's address.

    Returns:
        The nearest candidates, best first, and the code that would find the best of them.
    """
    sought = f"{call}: nothing fits {query}" if call else f"nothing fits {query}"
    prefix = _broken_prefix(doc, query)
    if len(prefix.parts) < len(query.parts):
        sought += f"; already {prefix} finds nothing"
    near = _nearest(doc, prefix)
    if not near.lines and not near.instead:
        near = Near(
            [_whole_page(doc)], "check that this is the page that is meant: was something refused, or moved?"
        )
    return Explanation(sought, where=where, nearest=tuple(near.lines), instead=near.instead)


def _whole_page(doc: Document) -> str:
    """Say what there is, where nothing comes near."""
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


def _nearest(doc: Document, query: Query) -> Near:
    if not query.parts:
        return Near()
    before = Query(query.parts[:-1])
    scopes = find_all(doc, before) if before.parts else [None]
    last = query.parts[-1]
    if isinstance(last, HasText | Has | OnlyVisible | Intersection):
        return _filtered_out(doc, scopes, last)
    if isinstance(last, Nth):
        count = len(scopes)
        return Near(
            [f"{before} finds {count}"], f"page.{before}.{'first' if count == 1 else f'nth({count - 1})'}"
        )
    return nearest(doc, last, scopes)


def _filtered_out(doc: Document, found: list[Any], last: HasText | Has | OnlyVisible | Intersection) -> Near:
    lines = [f"{show(el)}, without {last.describe()}" for el in found[:5]]
    if len(found) > len(lines):
        lines.append(f"… and {len(found) - len(lines)} more")
    if isinstance(last, OnlyVisible) and last.visible and found:
        return Near(lines, hidden_by(doc, found[0]))
    return Near(lines)


# No user could do it either: a story does first what makes it possible, or says that it is not.
_MEANT = {
    "enabled": "do first what the page enables it by, or, if this is meant: expect(…).to_be_disabled()",
    "editable": "a user can't write there either; if this is meant: expect(…).not_to_be_editable()",
}


def ambiguous(doc: Document, query: Query, found: list[Any], *, call: str, where: str) -> Explanation:
    """Explain that several elements fit where one was meant, and how to tell them apart.

    Args:
        doc: The page.
        query: What was sought.
        found: The elements that fit.
        call: The call that needs one.
        where: The page's address.
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
    el: Any,
    state: str,
    *,
    call: str,
    where: str,
) -> Explanation:
    """Explain that an element is there, but in a state that lets nobody act on it.

    Args:
        doc: The page.
        query: How it was found.
        el: The element.
        state: What it is not (``visible``, ``enabled``, ``editable``), or ``inert``, which it is.
        call: The call that needs it so.
        where: The page's address.
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


def hidden_by(doc: Document, el: Any) -> str:
    """Say what hides an element, and how a user would get to see it."""
    if el.tag == "input" and (el.attr("type") or "").lower() == "hidden":
        return "it is a hidden field: a user can't reach it; its value comes from the page"
    inner = el
    for node in (el, *tree.ancestors(el)):
        if node.tag == "details" and node.attr("open") is None and inner.tag != "summary" and node != el:
            return f"it is in closed <details>; open it first: page.{_summary(doc, node)}.click()"
        if node.tag == "dialog" and node.attr("open") is None:
            return "it is in a closed <dialog>, which a script opens: run this story with --journey-driver=browser"
        if node.attr("hidden") is not None:
            return f"{_itself(el, node)} has the hidden attribute: {show(node)}"
        inner = node
    culprit = el
    for node in tree.ancestors(el):
        if node.tag == "body" or is_visible(doc, node):
            break
        culprit = node
    return f"{_itself(el, culprit)} is not shown: {show(culprit)} (style sheets, or nothing in it to show)"


def _itself(el: Any, culprit: Any) -> str:
    return "it" if el == culprit else "what it stands in"


def _summary(doc: Document, details: Any) -> str:
    summary = next((child for child in details.children if getattr(child, "tag", "") == "summary"), None)
    return suggestion(doc, summary if summary is not None else details)


def inert_by(doc: Document, el: Any) -> str:
    """Say what makes an element inert."""
    culprit = el.closest("[inert]")
    return f"{_itself(el, culprit)} is inert: {show(culprit)}"


def disabled_by(doc: Document, el: Any) -> str:
    """Say what disables a control."""
    if el.attr("disabled") is not None:
        return f"it has the disabled attribute: {show(el)}"
    for node in tree.ancestors(el):
        if node.attr("disabled") is not None:
            return f"what it stands in is disabled: {show(node)}"
        if (node.attr("aria-disabled") or "").lower() == "true":
            return f"what it stands in is aria-disabled: {show(node)}"
    return f"it is aria-disabled: {show(el)}"


def read_only_by(doc: Document, el: Any) -> str:
    """Say why a control can't be written into."""
    if controls.is_disabled(el):
        return disabled_by(doc, el)
    return f"it is read-only, and holds {quote(shorten(controls.value(doc, el) or text_of(doc, el).full))}"
