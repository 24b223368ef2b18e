"""Roles and states of elements by WAI-ARIA 1.2 and HTML-AAM, as used by Playwright's ``get_by_role``."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from django_journey._dom.aria.native_roles import BY_ROLE, INHERITING, has_tab_index, native_role, number
from django_journey._dom.aria.tables import (
    CHECKABLE,
    DISABLEABLE,
    EXPANDABLE,
    GLOBAL_ATTRIBUTES,
    LEVELLED,
    PRESSABLE,
    SELECTABLE,
    explicit_role,
)
from django_journey._dom.forms.controls import is_checked, selected_options
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.rendering.visibility import visibility_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import flat_parent
from django_journey._dom.tree.parser import Element, is_html
from django_journey._dom.tree.usage import uses
from django_journey._dom.tree.walk import child_of

__all__ = [
    "candidates",
    "checked",
    "disabled",
    "expanded",
    "invalid",
    "is_hidden",
    "level",
    "pressed",
    "role_of",
    "selected",
]

_CONTROLS = frozenset({"button", "input", "select", "textarea", "option", "optgroup"})
_FOCUSABLE = frozenset({"button", "details", "select", "textarea"})
_HEADINGS = {f"h{number}": number for number in range(1, 7)}
_EMPTY = frozenset({"none", "presentation"})
_PRESENTATIONAL = "[role*=none i],[role*=presentation i]"


# -- roles ----------------------------------------------------------------------------------------


def role_of(doc: Document, el: Element) -> str | None:
    """Return an element's role, or ``None`` if it has no ARIA role.

    Source: WAI-ARIA 1.2, 5 and 7; HTML-AAM 1.0, 4. Presentational children keep their roles; ``none`` is ignored if
    the element is focusable or has a global attribute.
    """
    known: dict[Element, str | None] = doc.tree_memo("roles", dict[Element, str | None])
    try:
        return known[el]
    except KeyError:
        role = known[el] = _role(doc, el) if uses(doc, "[role]") else native_role(doc, el)
        return role


def _role(doc: Document, el: Element) -> str | None:
    given = explicit_role(el)
    if given is None:
        return _implicit(doc, el)
    if given in _EMPTY:
        native = _implicit(doc, el)
        if _insists(el, native):
            return native
    return given


def _implicit(doc: Document, el: Element) -> str | None:
    role = native_role(doc, el)
    if role is None or el.tag not in INHERITING or not uses(doc, _PRESENTATIONAL):
        return role
    node = el
    while True:
        around = flat_parent(doc, node)
        if around is None or around.tag not in INHERITING.get(node.tag, ()):
            return role
        given = explicit_role(around)
        if given in _EMPTY and not _insists(around, given):
            return given
        node = around


def _insists(el: Element, role: str | None) -> bool:
    """Return whether an element ignores the role ``none`` (ARIA 1.2, presentational roles conflict resolution)."""
    for name in el.attrs:
        prohibited = GLOBAL_ATTRIBUTES.get(name)
        if prohibited is not None and role not in prohibited:
            return True
    return _is_focusable(el)


def _is_focusable(el: Element) -> bool:
    if _is_natively_disabled(el):
        return False
    tag = el.tag
    if tag in _FOCUSABLE or has_tab_index(el):
        return True
    if tag in ("a", "area"):
        return el.attr("href") is not None
    return tag == "input" and el.attr("hidden") is None


@lru_cache(maxsize=256)
def candidates(role: str) -> str:
    """Return a selector of the elements that may have a role; ``role_of`` decides.

    Args:
        role: A role's name in lower case.
    """
    native = BY_ROLE.get(role, ())
    if role in _EMPTY:
        native = (*native, *INHERITING)
    return ",".join((*native, f'[role~="{role}" i]'))


# -- hidden or not --------------------------------------------------------------------------------


def is_hidden(doc: Document, el: Element) -> bool:
    """Return whether an element is hidden from assistive technology, so that ``get_by_role`` ignores it.

    Source: WAI-ARIA 1.2, 7.1 (excluding elements): ``display: none``, ``visibility``, ``aria-hidden``, ``details``.
    """
    return visibility_of(doc).is_hidden(el)


# -- states ---------------------------------------------------------------------------------------


def checked(doc: Document, el: Element) -> bool | Literal["mixed"] | None:
    """Return whether the element is checked, ``"mixed"``, or ``None`` for a role that can't be checked."""
    if el.tag == "input" and input_type(el) in ("checkbox", "radio"):
        return is_checked(doc, el)
    if role_of(doc, el) not in CHECKABLE:
        return None
    return _tristate(el.attr("aria-checked"))


def pressed(doc: Document, el: Element) -> bool | Literal["mixed"] | None:
    """Return whether a button is pressed, ``"mixed"``, or ``None`` for a role that can't be pressed."""
    return _tristate(el.attr("aria-pressed")) if role_of(doc, el) in PRESSABLE else None


def expanded(doc: Document, el: Element) -> bool | None:
    """Return whether the element is expanded; ``None`` if that is unspecified or its role does not support it."""
    if el.tag == "details" and is_html(el):
        return el.attr("open") is not None
    said = el.attr("aria-expanded")
    if said is None or role_of(doc, el) not in EXPANDABLE:
        return None
    return bool(said.lower() == "true")


def selected(doc: Document, el: Element) -> bool:
    """Return whether an option, tab, row etc. is selected."""
    if el.tag == "option":
        select = el.closest("select")
        return select is not None and el in selected_options(doc, select)
    return role_of(doc, el) in SELECTABLE and (el.attr("aria-selected") or "").lower() == "true"


def level(doc: Document, el: Element) -> int:
    """Return the level of a heading, list item, row or tree item; zero if it has none."""
    native = _HEADINGS.get(el.tag)
    if native is not None:
        return native
    said = number(el.attr("aria-level")) if role_of(doc, el) in LEVELLED else None
    return int(said) if said is not None and said >= 1 and said == int(said) else 0


def disabled(doc: Document, el: Element) -> bool:
    """Return whether the element is disabled, natively or by ``aria-disabled`` of it or an ancestor."""
    if _is_natively_disabled(el):
        return True
    if role_of(doc, el) not in DISABLEABLE:
        return False
    node: Element | None = el
    while node is not None:
        said = (node.attr("aria-disabled") or "").lower()
        if said in ("true", "false"):
            return bool(said == "true")
        node = flat_parent(doc, node)
    return False


def invalid(el: Element) -> bool | str:
    """Return the value of ``aria-invalid``: a boolean, ``"grammar"`` or ``"spelling"``."""
    said = (el.attr("aria-invalid") or "").lower()
    if not said.strip() or said == "false":
        return False
    return said if said in ("grammar", "spelling") else True


def _is_natively_disabled(el: Element) -> bool:
    """Return whether a control, option or option group is disabled by HTML."""
    tag = el.tag
    if tag not in _CONTROLS:
        return False
    if el.attr("disabled") is not None:
        return True
    if tag == "option" and el.closest("optgroup[disabled]") is not None:
        return True
    around = el.closest("fieldset[disabled]")
    if around is None:
        return False
    legend = child_of(around, "legend")
    return legend is None or not any(node is legend for node in el.ancestors)


def _tristate(said: str | None) -> bool | Literal["mixed"]:
    said = (said or "").lower()
    return "mixed" if said == "mixed" else said == "true"
