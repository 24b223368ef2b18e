"""The elements that match a state pseudo-class, such as ``:checked``, ``:valid`` or ``:disabled``."""

from __future__ import annotations

from collections.abc import Callable

from django_journey._dom.forms import controls
from django_journey._dom.forms.owner import elements_of
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.forms.validity import RANGED, is_candidate, problem_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element

__all__ = ["STATES", "in_state"]

_CONTROLS = "button,input,select,textarea"
_DISABLEABLE = f"{_CONTROLS},fieldset,option,optgroup"
_NEVER_REQUIRED = frozenset({"hidden", "range", "color", "submit", "image", "reset", "button"})
_WITH_PLACEHOLDER = frozenset({"text", "search", "url", "tel", "email", "password", "number"})


def in_state(doc: Document, name: str) -> list[Element]:
    """Return the elements that match a pseudo-class of ``STATES``, unordered; cached until the page changes.

    Source: HTML Living Standard, 4.16.3.
    """
    return doc.memo(f"states.{name}", lambda: STATES[name](doc))


def _select(doc: Document, css: str, fits: Callable[[Element], bool]) -> list[Element]:
    return [el for el in doc.tree.select(css) if fits(el)]


def _checked(doc: Document) -> list[Element]:
    boxes = _select(
        doc, "input[type=checkbox i],input[type=radio i]", lambda el: controls.is_checked(doc, el)
    )
    return boxes + [
        option for el in doc.tree.select("select") for option in controls.selected_options(doc, el)
    ]


def _disabled(doc: Document) -> list[Element]:
    if not doc.tree.select("[disabled]"):
        return []
    return _select(doc, _DISABLEABLE, controls.is_disabled)


def _required(doc: Document) -> list[Element]:
    return _select(
        doc,
        "input[required],select[required],textarea[required]",
        lambda el: el.tag != "input" or input_type(el) not in _NEVER_REQUIRED,
    )


def _indeterminate(doc: Document) -> list[Element]:
    def is_unset(el: Element) -> bool:
        group = controls.radio_group(doc, el) if el.attr("name") else [el]
        return not any(controls.is_checked(doc, each) for each in group)

    return [*_select(doc, "input[type=radio i]", is_unset), *doc.tree.select("progress:not([value])")]


def _placeholder_shown(doc: Document) -> list[Element]:
    def is_shown(el: Element) -> bool:
        return (el.tag == "textarea" or input_type(el) in _WITH_PLACEHOLDER) and not controls.value(doc, el)

    return _select(doc, "input[placeholder],textarea[placeholder]", is_shown)


def _validated(doc: Document, *, valid: bool) -> list[Element]:
    found = _select(doc, _CONTROLS, lambda el: is_candidate(el) and (not problem_of(doc, el)) is valid)
    broken = found if not valid else in_state(doc, "invalid")
    for form in doc.tree.select("form"):
        if any(el in broken for el in elements_of(doc, form)) is not valid:
            found.append(form)
    for group in doc.tree.select("fieldset"):
        if any(el in broken for el in group.select(_CONTROLS)) is not valid:
            found.append(group)
    return found


def _user_validated(doc: Document, *, valid: bool) -> list[Element]:
    """Return the controls that the user changed and left, or tried to submit."""
    dirty = doc.dirty
    touched = [*dirty.values, *dirty.checked, *dirty.files, *(el.closest("select") for el in dirty.selected)]
    touched = [el for el in touched if el is not None and el != doc.focus]
    touched += [el for form in dirty.submitted for el in elements_of(doc, form)]
    return [el for el in in_state(doc, "valid" if valid else "invalid") if el in touched]


def _ranged(doc: Document, *, inside: bool) -> list[Element]:
    def is_limited(el: Element) -> bool:
        kind = input_type(el)
        if kind not in RANGED or not is_candidate(el):
            return False
        if kind != "range" and el.attr("min") is None and el.attr("max") is None:
            return False
        problem = problem_of(doc, el)
        return (not problem.startswith(("is below", "is above", "is not between"))) is inside

    return _select(doc, "input", is_limited)


STATES: dict[str, Callable[[Document], list[Element]]] = {
    "checked": _checked,
    "disabled": _disabled,
    "required": _required,
    "indeterminate": _indeterminate,
    "placeholder-shown": _placeholder_shown,
    "valid": lambda doc: _validated(doc, valid=True),
    "invalid": lambda doc: _validated(doc, valid=False),
    "user-valid": lambda doc: _user_validated(doc, valid=True),
    "user-invalid": lambda doc: _user_validated(doc, valid=False),
    "in-range": lambda doc: _ranged(doc, inside=True),
    "out-of-range": lambda doc: _ranged(doc, inside=False),
}
