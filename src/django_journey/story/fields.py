"""Finds what a story names: fields by their label, placeholder or name, things to click by what they say.

Everything here speaks the public API that Playwright's ``Page`` and its browserless twin share, so
a story means the same under every driver. An exact fit always wins over a partial one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["CHECKABLE", "FIELDS", "FILES", "clickable", "control", "radio_in_group"]

FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=searchbox], [role=combobox]"
CHECKABLE = (
    "input[type=checkbox], input[type=radio], [role=checkbox], [role=radio], [role=switch],"
    " [role=menuitemcheckbox], [role=menuitemradio]"
)
FILES = "input[type=file]"

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
    return _best(candidate.and_(wanted) for candidate in _by_name(page, name)) or page.get_by_label(name)


def radio_in_group(page: Any, group: str, option: str) -> Any | None:
    """Return the locator of a radio button in a named group (``fieldset`` with a ``legend``), or ``None``."""
    for role in ("radiogroup", "group"):
        groups = page.get_by_role(role, name=group)
        if groups.count():
            return _best(
                (
                    groups.get_by_role("radio", name=option, exact=True),
                    groups.get_by_role("radio", name=option),
                )
            )
    return None


def clickable(page: Any, text: str) -> Any:
    """Return the locator of what a user would click on when told so: a button or a link before any text.

    Args:
        page: A page, Playwright's or its twin.
        text: What it says: its accessible name, or its text.
    """
    return _best(_by_what_it_says(page, text)) or page.get_by_text(text)


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
    for exact in (True, False):
        first, *others = (page.get_by_role(role, name=text, exact=exact) for role in _CLICKABLE_ROLES)
        union = first
        for other in others:
            union = union.or_(other)
        yield union
    yield page.get_by_text(text, exact=True)


def _best(candidates: Iterable[Any]) -> Any | None:
    """Return the first candidate that fits something, narrowed to what is visible where it fits too much."""
    for candidate in candidates:
        count = candidate.count()
        if count > 1:
            visible = candidate.filter(visible=True)
            return visible if visible.count() == 1 else candidate
        if count:
            return candidate
    return None
