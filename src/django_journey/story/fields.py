"""Finds what a story names: fields by their label, placeholder or name, things to click by what they say.

Everything here speaks the public API that Playwright's ``Page`` and its browserless twin share, so
a story means the same under every driver. An exact fit always wins over a partial one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django_journey.pages.expect import expect

__all__ = [
    "CHECKABLE",
    "FIELDS",
    "FILES",
    "SELECTS",
    "clickable",
    "control",
    "fitting_verb",
    "radio_in_group",
    "refused",
    "set_checked",
]

FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=searchbox], [role=combobox]"
CHECKABLE = (
    "input[type=checkbox], input[type=radio], [role=checkbox], [role=radio], [role=switch],"
    " [role=menuitemcheckbox], [role=menuitemradio]"
)
FILES = "input[type=file]"
SELECTS = "select"

#: Which verb is meant for which controls; the first that fits is said.
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


def control(page: Any, name: str, kinds: str) -> Any:
    """Return the locator of the control that a user would call by that name.

    Args:
        page: A page, Playwright's or its twin.
        name: A label's text, a placeholder, or the ``name`` attribute.
        kinds: CSS of the controls that are meant.

    Returns:
        A locator; it fits nothing where nothing fits, and then explains itself when it is used.
    """
    wanted = page.locator(kinds)
    candidates = [candidate.and_(wanted) for candidate in _by_name(page, name)]
    return _best(candidates) or _awaited(candidates, page.get_by_label(name))


def radio_in_group(page: Any, group: str, option: str) -> Any | None:
    """Return the locator of a radio button in a named group (``fieldset`` with a ``legend``), or ``None``."""
    for role in ("radiogroup", "group"):
        groups = page.get_by_role(role, name=group)
        if groups.count():
            fitting = (
                groups.get_by_role("radio", name=option, exact=exact, include_hidden=hidden)
                for hidden in (False, True)  # one that is hidden may have its label for a button
                for exact in (True, False)
            )
            return _best(fitting)
    return None


def set_checked(page: Any, field: Any, checked: bool) -> None:
    """Check or uncheck a box or a radio button as a user does: by its label, where that hides or covers it.

    Args:
        page: A page, Playwright's or its twin.
        field: A locator of the control.
        checked: The state that is wanted.
    """
    label = _label_instead(page, field)
    if label is None:
        field.set_checked(checked)
    elif field.is_checked() is not checked:
        label.click()
        expect(field).to_be_checked(checked=checked)


def _label_instead(page: Any, field: Any) -> Any | None:
    """Return the visible label of a control that the pointer can't reach itself, or ``None``."""
    if field.count() != 1 or not field.and_(page.locator(_NATIVE)).count():
        return None
    if field.is_visible() and (hasattr(page, "blocked") or field.evaluate(_IS_REACHED)):
        return None
    name = (field.get_attribute("id") or "").replace("\\", "\\\\").replace('"', '\\"')
    named = page.locator(f'label[for="{name}"]') if name else page.locator("label:not(*)")
    labels = named.or_(field.locator("xpath=ancestor::label")).filter(visible=True)
    return labels.first if labels.count() else None


def clickable(page: Any, text: str) -> Any:
    """Return the locator of what a user would click on when told so: a button or a link before any text.

    Args:
        page: A page, Playwright's or its twin.
        text: What it says: its accessible name, or its text.
    """
    candidates = list(_by_what_it_says(page, text))
    counted = _counted(candidates)
    if counted is None:
        found = _awaited(candidates, page.get_by_text(text))
        counted = found, found.count()
    found, count = counted
    if count < 2:
        return found
    # Of several roles only those that fit stand in the message, so that it stays readable.
    for exact in (True, False):
        fitting = [item for item in _clickable_roles(page, text, exact=exact) if item.count()]
        if fitting:
            return _union(fitting)
    return found


def fitting_verb(page: Any, name: str, kinds: str) -> str:
    """Return the verb that is meant for what is called so, where none of it is of these kinds; else nothing.

    Args:
        page: A page, Playwright's or its twin.
        name: A label's text, a placeholder, or the ``name`` attribute.
        kinds: CSS of the controls that were meant.
    """
    fitting = _union(list(_by_name(page, name)))
    if not fitting.count() or fitting.and_(page.locator(kinds)).count():
        return ""
    verbs = (verb for others, verb in _VERBS if fitting.and_(page.locator(others)).count())
    return next(verbs, "").format(name=name)


def refused(page: Any) -> str:
    """Return which form the page's own constraints kept from being sent, or an empty string.

    Args:
        page: A page, Playwright's or its twin.
    """
    if hasattr(page, "blocked"):
        return str(page.blocked or "")
    field = page.locator(":invalid:focus")  # a browser puts the focus into the field that it refuses
    if not field.count():
        return ""
    name = field.first.get_attribute("name")
    return f"the form was not sent: the field {name!r}: {field.first.evaluate('field => field.validationMessage')}"


def _by_name(page: Any, name: str) -> Iterator[Any]:
    yield page.get_by_label(name, exact=True)
    # Django writes "Title:", many themes "Title *": the punctuation is no part of the name.
    yield page.get_by_label(re.compile(rf"^\s*{re.escape(name)}\s*[:*]*\s*$", re.IGNORECASE))
    yield page.get_by_label(name)
    yield page.get_by_placeholder(name, exact=True)
    yield page.get_by_placeholder(name)
    if _NAME.fullmatch(name):
        yield page.locator(f'[name="{name}"]')


def _by_what_it_says(page: Any, text: str) -> Iterator[Any]:
    yield _union(_clickable_roles(page, text, exact=True))
    yield _union(_clickable_roles(page, text, exact=False))
    yield page.get_by_text(text, exact=True)


def _clickable_roles(page: Any, text: str, *, exact: bool) -> list[Any]:
    return [page.get_by_role(role, name=text, exact=exact) for role in _CLICKABLE_ROLES]


def _union(locators: Sequence[Any]) -> Any:
    union, *others = locators
    for other in others:
        union = union.or_(other)
    return union


def _awaited(candidates: Sequence[Any], otherwise: Any) -> Any:
    """Return what fits after a while: a browser's page may still be loading. Without one nothing is waited for."""
    try:
        _union(candidates).first.wait_for(state="attached")
    except Exception as error:
        if not type(error).__name__.endswith("TimeoutError"):
            raise
        return otherwise  # which fits nothing either, and says so in fewer words
    return _best(candidates) or otherwise


def _best(candidates: Iterable[Any]) -> Any | None:
    """Return the first candidate that fits something, narrowed to what is visible where it fits too much."""
    counted = _counted(candidates)
    return counted[0] if counted is not None else None


def _counted(candidates: Iterable[Any]) -> tuple[Any, int] | None:
    """Return the best candidate with how much it fits: in a browser each count is a question to it."""
    for candidate in candidates:
        count = candidate.count()
        if count > 1:
            visible = candidate.filter(visible=True)
            return (visible, 1) if visible.count() == 1 else (candidate, count)
        if count:
            return candidate, 1
    return None
