"""Finds what a verb names: fields by label, placeholder or ``name``, and what to click by its accessible name or text.

The ways to find it are data, the best first, so a story means the same on every driver: a browser is asked by
Playwright's API, one way after the other; the browserless page is searched in one pass (``best_match``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django_journey._dom.query.best_match import Way, best_match
from django_journey._dom.query.parts import Attribute, Label, Part, Role, Selector, Text
from django_journey._dom.query.selectors import by_role, parse
from django_journey._pages.assertions.expect import expect
from django_journey._pages.locator.locator import Locator

if TYPE_CHECKING:
    from django_journey._pages.page import Page

__all__ = [
    "CHECKABLE",
    "FIELDS",
    "FILES",
    "SELECTS",
    "blocked_form",
    "clickable",
    "control",
    "fitting_verb",
    "radio_in_group",
    "set_checked",
]

FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=searchbox], [role=combobox]"
CHECKABLE = (
    "input[type=checkbox], input[type=radio], [role=checkbox], [role=radio], [role=switch],"
    " [role=menuitemcheckbox], [role=menuitemradio]"
)
FILES = "input[type=file]"
SELECTS = "select"

#: Which verb suits which controls; the first match is suggested.
_VERBS = (
    (SELECTS, 'choose({name!r}, "…")'),
    (CHECKABLE, "check({name!r})"),
    (FILES, "attach({name!r}, …)"),
    ("button, input[type=submit], input[type=button], input[type=image], a", "click({name!r})"),
    (FIELDS, 'fill({name!r}, "…")'),
)

_NATIVE = "input[type=checkbox], input[type=radio]"
#: Whether a click at a control's centre hits the control, in a browser.
_IS_REACHED = """field => {
  field.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
  const box = field.getBoundingClientRect();
  return field.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === field;
}"""
_CLICKABLE_ROLES = ("button", "link", "tab", "menuitem", "option", "switch")
_NAME = re.compile(r"[A-Za-z_][\w.\[\]-]*")


def control(page: Page, name: str, kinds: str) -> Locator:
    """Return a locator of the control with that label, placeholder or ``name``.

    Args:
        page: The page.
        name: A label's text, a placeholder, or the ``name`` attribute.
        kinds: A selector of the kinds of controls to look for.

    Returns:
        A locator. If there is no such control, using the locator raises an error that lists the nearest ones.
    """
    ways = _ways_to_name(name)
    if _is_browserless(page):
        query = best_match(page.document, ways, kinds)
        return page.get_by_label(name) if query is None else Locator(page, query)
    wanted = page.locator(kinds)
    candidates = [_located(page, way).and_(wanted) for way in ways]
    return _best(candidates) or _awaited(candidates, page.get_by_label(name))


def radio_in_group(page: Page, group: str, option: str) -> Locator | None:
    """Return a locator of a radio button in a named group (``fieldset`` with a ``legend``), or ``None``."""
    for role in ("radiogroup", "group"):
        groups = page.get_by_role(role, name=group)
        if groups.count():
            fitting = (
                groups.get_by_role("radio", name=option, exact=exact, include_hidden=hidden)
                for hidden in (
                    False,
                    True,
                )  # a theme may hide the radio button and draw its label as a button
                for exact in (True, False)
            )
            return _best(fitting)
    return None


def set_checked(page: Page, field: Locator, checked: bool) -> None:
    """Check or uncheck a checkbox or a radio button as a user does: by its label if that hides or covers it.

    Args:
        page: The page.
        field: Locates the control.
        checked: The wanted state.
    """
    label = _label_instead(page, field)
    if label is None:
        field.set_checked(checked)
    elif field.is_checked() is not checked:
        label.click()
        expect(field).to_be_checked(checked=checked)


def _label_instead(page: Page, field: Locator) -> Locator | None:
    """Return the visible label of a control that the pointer can't reach, or ``None``."""
    if field.count() != 1 or not field.and_(page.locator(_NATIVE)).count():
        return None
    if field.is_visible() and (_is_browserless(page) or field.evaluate(_IS_REACHED)):
        return None
    name = (field.get_attribute("id") or "").replace("\\", "\\\\").replace('"', '\\"')
    named = page.locator(f'label[for="{name}"]') if name else page.locator("label:not(*)")
    labels = named.or_(field.locator("xpath=ancestor::label")).filter(visible=True)
    return labels.first if labels.count() else None


def clickable(page: Page, text: str) -> Locator:
    """Return a locator of what to click: a button or a link, otherwise the element with that text.

    Args:
        page: The page.
        text: The accessible name or the text.
    """
    ways = _ways_to_click(text)
    if _is_browserless(page):
        query = best_match(page.document, ways)
        return page.get_by_text(text) if query is None else Locator(page, query)
    candidates = [_located(page, way) for way in ways]
    counted = _counted(candidates)
    if counted is None:
        found = _awaited(candidates, page.get_by_text(text))
        counted = found, found.count()
    found, count = counted
    if count < 2:
        return found
    # The error about several matches names only the roles that match.
    for way in ways[:-1]:
        fitting = [item for item in (_by_part(page, part) for part in way) if item.count()]
        if fitting:
            return _union(fitting)
    return found


def fitting_verb(page: Page, name: str, kinds: str) -> str:
    """Return the call that suits the control of that name, if it is none of these kinds; otherwise an empty string.

    Args:
        page: The page.
        name: A label's text, a placeholder, or the ``name`` attribute.
        kinds: A selector of the kinds that were looked for.
    """
    fitting = _union([_located(page, way) for way in _ways_to_name(name)])
    if not fitting.count() or fitting.and_(page.locator(kinds)).count():
        return ""
    verbs = (verb for others, verb in _VERBS if fitting.and_(page.locator(others)).count())
    return next(verbs, "").format(name=name)


def blocked_form(page: Page) -> str:
    """Return which form was not submitted because its constraint validation failed, or an empty string.

    Args:
        page: The page.
    """
    if _is_browserless(page):
        return str(page.blocked or "")
    field = page.locator(":invalid:focus")  # a browser focuses the field that fails the validation
    if not field.count():
        return ""
    name = field.first.get_attribute("name")
    return f"the form was not sent: the field {name!r}: {field.first.evaluate('field => field.validationMessage')}"


def _is_browserless(page: Page) -> bool:
    return hasattr(page, "document")


@lru_cache(maxsize=256)
def _ways_to_click(text: str) -> tuple[Way, ...]:
    roles = [[by_role(role, name=text, exact=exact) for role in _CLICKABLE_ROLES] for exact in (True, False)]
    return (*roles, [Text(text, exact=True)])


@lru_cache(maxsize=256)
def _ways_to_name(name: str) -> tuple[Way, ...]:
    ways: tuple[Way, ...] = (
        [Label(name, exact=True)],
        # Django writes "Title:", many themes "Title *": the punctuation is no part of the name.
        [Label(re.compile(rf"^\s*{re.escape(name)}\s*[:*]*\s*$", re.IGNORECASE))],
        [Label(name)],
        [Attribute("placeholder", name, exact=True)],
        [Attribute("placeholder", name)],
    )
    return (*ways, [parse(f'[name="{name}"]')]) if _NAME.fullmatch(name) else ways


def _located(page: Page, way: Way) -> Locator:
    """Return a locator of the elements that one way finds."""
    return _union([_by_part(page, part) for part in way])


def _by_part(page: Page, part: Part) -> Locator:
    match part:
        case Role(role, name=name, exact=exact):
            return page.get_by_role(role, name=name, exact=exact)
        case Label(text, exact):
            return page.get_by_label(text, exact=exact)
        case Attribute("placeholder", text, exact):
            return page.get_by_placeholder(text, exact=exact)
        case Text(text, exact):
            return page.get_by_text(text, exact=exact)
        case Selector(source):
            return page.locator(source)
    raise TypeError(f"{part!r} has no call that finds it")


def _union(locators: Sequence[Locator]) -> Locator:
    union, *others = locators
    for other in others:
        union = union.or_(other)
    return union


def _awaited(candidates: Sequence[Locator], otherwise: Locator) -> Locator:
    """Wait for a match in a browser, whose page may still be loading; without a browser there is no wait."""
    try:
        _union(candidates).first.wait_for(state="attached")
    except Exception as error:
        if not type(error).__name__.endswith("TimeoutError"):
            raise
        return otherwise  # which has no match either, and a shorter message
    return _best(candidates) or otherwise


def _best(candidates: Iterable[Locator]) -> Locator | None:
    """Return the first candidate with a match; of several matches the visible one, if there is exactly one."""
    counted = _counted(candidates)
    return counted[0] if counted is not None else None


def _counted(candidates: Iterable[Locator]) -> tuple[Locator, int] | None:
    """Return the best candidate with its number of matches, since each count is a round trip to a browser."""
    for candidate in candidates:
        count = candidate.count()
        if count > 1:
            visible = candidate.filter(visible=True)
            return (visible, 1) if visible.count() == 1 else (candidate, count)
        if count:
            return candidate, 1
    return None
