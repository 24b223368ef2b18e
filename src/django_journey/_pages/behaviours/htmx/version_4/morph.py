"""Morphing: making an element what a response says, and keeping the nodes of the page that it has too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import copied, fragment, is_element, is_text, parent_element
from django_journey._dom.tree.walk import ancestors, child_text
from django_journey._pages.behaviours.htmx.selectors import queried
from django_journey._pages.behaviours.htmx.version_4.attributes import prefixes
from django_journey._pages.behaviours.htmx.version_4.protocol import Htmx4, Stopped
from django_journey.errors import NeedsBrowser

__all__ = ["copy_attributes", "morph"]

_FIXED = ("file", "checkbox", "radio", "hidden", "submit", "button", "reset", "image")
_TYPED = ("text", "search", "url", "tel", "password")


@dataclass(eq=False, slots=True)
class _Morph:
    htmx: Htmx4
    target: Any
    #: The IDs that are before and after, of each node those in it; and all of them.
    ids: dict[Any, set[str]]
    lasting: set[str]
    #: Where nodes wait whose IDs are still to come.
    pantry: Any = field(default_factory=lambda: fragment(""))
    coming: set[Any] = field(default_factory=set)


def morph(htmx: Htmx4, old: Any, root: Any, *, inner: bool) -> None:
    """Make an element, or what is in it, what a fragment says.

    Raises:
        Stopped: It has no parent to be replaced in.
    """
    if not inner and old.parent is None:
        raise Stopped
    before = [*([old] if old.attr("id") is not None else []), *queried(old, "[id]")]
    after = queried(root, "[id]")
    lasting = _lasting(before, after)
    doing = _Morph(htmx, old, {}, lasting)
    _map(doing.ids, lasting, parent_element(old), before)
    _map(doing.ids, lasting, root, after)
    if inner:
        _children(doing, old, root, None, None)
    else:
        _children(doing, old.parent, root, old, old.next_sibling)
    for node in list(doing.pantry.children):
        if is_element(node):
            htmx.clean_up(node)
    htmx.document.tree_changed()


def _lasting(before: Iterable[Any], after: Iterable[Any]) -> set[str]:
    twice: set[str] = set()
    tags: dict[str, str] = {}
    for el in before:
        name = el.attr("id") or ""
        if name in tags:
            twice.add(name)
        elif name:
            tags[name] = el.tag
    found: set[str] = set()
    for el in after:
        name = el.attr("id") or ""
        if name in found:
            twice.add(name)
        elif tags.get(name) == el.tag:
            found.add(name)
    return found - twice


def _map(ids: dict[Any, set[str]], lasting: set[str], top: Any, elements: Iterable[Any]) -> None:
    for el in elements:
        node = el if el.attr("id") in lasting else None
        while node is not None and node is not top:
            ids.setdefault(node, set()).add(el.attr("id"))
            node = parent_element(node)


def _place(parent: Any, node: Any, before: Any) -> None:
    if node is before:
        return
    if before is None:
        parent.append(node)
    else:
        before.insert_before(node)


def _children(doing: _Morph, old: Any, new: Any, at: Any, end: Any) -> None:
    if getattr(old, "tag", "") == "template" == getattr(new, "tag", ""):
        old, new = old.children[0], new.children[0]
    at = at if at is not None else next(iter(old.children), None)
    for child in list(new.children):
        match = _best_match(doing, child, at, end) if at is not None and at is not end else None
        while match is not None and at is not None and at is not match:
            passed, at = at, at.next_sibling
            if is_element(passed) and (passed in doing.ids or _is_coming(doing, passed, child)):
                _place(old, passed, end)
            else:
                _remove(doing, passed)
        if match is None and is_element(child) and child.attr("id") in doing.lasting:
            match = _fetched(doing, child.attr("id") or "")
            if match in (old, *(old.ancestors if is_element(old) else ())):
                reason = f"the response puts {show(match)} into itself, at which htmx stops in the middle"
                raise NeedsBrowser(doing.htmx.call, reason, where=doing.htmx.page.url)
            _place(old, match, at)
        if match is not None:
            at_next = match.next_sibling
            _node(doing, match, child)
            at = match.next_sibling if match.parent is not None else at_next
        elif child in doing.ids:
            stand_in = _empty(child)
            _place(old, stand_in, at)
            _node(doing, stand_in, child)
            doing.htmx.document.tree_changed()
            doing.htmx.process(stand_in)
            at = stand_in.next_sibling
        else:
            _place(old, child, at)
            at = child.next_sibling
    while at is not None and at is not end:
        passed, at = at, at.next_sibling
        _remove(doing, passed)


def _empty(el: Any) -> Any:
    """Return a new element of the same kind without attributes and content."""
    made = copied(el)
    for name in list(made.attrs):
        del made.attrs[name]
    for node in list(made.children):
        node.extract()
    return made


def _fetched(doing: _Morph, name: str) -> Any:
    """Return the node of the page that has an ID, wherever it is by now."""
    places = ([doing.target], queried(doing.target, "[id]"), queried(doing.pantry, "[id]"))
    found = next(el for place in places for el in place if el.attr("id") == name)
    node = found.parent
    while node is not None:
        if node in doing.ids:
            doing.ids[node].discard(name)
            if not doing.ids[node]:
                del doing.ids[node]
        node = node.parent
    return found


def _best_match(doing: _Morph, node: Any, start: Any, end: Any) -> Any:
    if is_text(node):
        return start if is_text(start) else None
    if not is_element(node):
        return None
    focused: Any = doing.htmx.document.focus
    mine = doing.ids.get(node)
    if node.attr("id") and not mine:
        return None
    fallback, displaced, left = None, 0, int(doing.htmx.config.number("morphScanLimit"))
    cursor = start
    while cursor is not None and cursor is not end:
        theirs = doing.ids.get(cursor)
        if _is_alike(cursor, node):
            if theirs and mine and theirs & mine:
                return cursor
            if not theirs:
                if left > 0 and _equal(cursor, node):
                    return cursor
                fallback = cursor if fallback is None else fallback
        displaced += len(theirs or ())
        if displaced > len(mine or ()):
            break
        if _is_typed_in(focused) and cursor in (focused, *ancestors(focused)):
            break
        left -= 1
        if left < 1 and not mine:
            break
        cursor = cursor.next_sibling
    return None if fallback is not None and _is_coming(doing, fallback, node) else fallback


def _is_typed_in(el: Any) -> bool:
    return el is not None and (el.tag == "textarea" or (el.tag == "input" and input_type(el) in _TYPED))


def _is_alike(old: Any, new: Any) -> bool:
    if not is_element(old) or old.tag != new.tag or (old.tag == "script" and not _equal(old, new)):
        return False
    return not old.attr("id") or old.attr("id") == new.attr("id")


def _equal(one: Any, other: Any) -> bool:
    """Tell whether ``isEqualNode`` holds, which does not look into templates."""
    if one.equals(other):
        return True
    if one.select_one("template") is None and one.tag != "template":
        return False
    bare = []
    for el in (copied(one), copied(other)):
        for template in [*([el] if el.tag == "template" else []), *el.select("template")]:
            for node in list(template.children[0].children):
                node.extract()
        bare.append(el)
    return bool(bare[0].equals(bare[1]))


def _is_coming(doing: _Morph, old: Any, start: Any) -> bool:
    """Tell whether a node of the page equals one of the next nodes of the response."""
    if old in doing.coming:
        return True
    sibling = start.next_sibling
    for _ in range(int(doing.htmx.config.number("morphScanLimit"))):
        if sibling is None:
            return False
        if is_element(sibling) and _equal(old, sibling):
            doing.coming.add(old)
            return True
        sibling = sibling.next_sibling
    return False


def _remove(doing: _Morph, node: Any) -> None:
    if node in doing.ids:
        doing.pantry.append(node)
        return
    if is_element(node):
        doing.htmx.clean_up(node)
    node.extract()


def _node(doing: _Morph, old: Any, new: Any) -> None:
    htmx = doing.htmx
    doc = htmx.document
    if is_text(old):
        if old.text != new.text:
            old.data = new.text  # type: ignore[attr-defined]
        return
    skip, skip_children = htmx.config.text("morphSkip"), htmx.config.text("morphSkipChildren")
    if skip and old.matches(skip):
        return
    copy_attributes(htmx, old, new)
    if old.tag == "textarea" and doc.focus is not old and child_text(old) != child_text(new):
        controls.set_value(doc, old, child_text(new))
    if skip_children and old.matches(skip_children):
        return
    if new.tag == "template" or new.select_one("template") is not None or not _equal(old, new):
        _children(doing, old, new, None, None)


def copy_attributes(htmx: Htmx4, el: Any, source: Any) -> None:
    """Give an element the attributes of another, or of a mapping; it is taken up anew if one of htmx's changes."""
    wanted: Mapping[str, str | None] = (
        source if isinstance(source, dict) else {name: source.attr(name) for name in source.attrs}
    )
    ignored = tuple(htmx.config.words("morphIgnore"))
    own = tuple(prefixes(htmx, "hx-"))
    changed = False
    for name, value in wanted.items():
        if name.startswith(ignored) or el.attr(name) == value:
            continue
        changed = changed or name.startswith(own)
        el.attrs[name] = value or ""
        if (
            name == "value"
            and el.tag == "input"
            and input_type(el) not in _FIXED
            and htmx.document.focus is not el
        ):
            controls.set_value(htmx.document, el, value or "")
    for name in [each for each in el.attrs if each not in wanted and not each.startswith(ignored)]:
        changed = changed or name.startswith(own)
        del el.attrs[name]
    if changed:
        htmx.clean_up(el, forget=True)
