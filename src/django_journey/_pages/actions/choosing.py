"""Checking boxes and radio buttons, and selecting options."""

from __future__ import annotations

from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.query.element_line import show
from django_journey._dom.rendering.text import normalize
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import has
from django_journey._pages.actions.activation import click
from django_journey._pages.actions.verb_hints import suitable_call
from django_journey._pages.behaviours.fire import fire_changed
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import check_event
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["select_option", "set_checked"]


def set_checked(page: PageProtocol, el: Element, checked: bool) -> None:
    """Check or uncheck a checkbox or radio button by clicking it, where its state is another.

    Args:
        page: The page.
        el: The control, or its label.
        checked: The new state.

    Raises:
        Error: It is neither of them, or a radio button to be unchecked.
        NeedsBrowser: Only a script can change it.
    """
    doc = page.document
    control = _checkable(doc, el)
    if controls.is_checked(doc, control) is checked:
        return
    if not checked and input_type(control) == "radio":
        raise Error(
            "Cannot uncheck radio button. Radio buttons can only be unchecked by selecting another radio "
            "button in the same group."
        )
    click(page, el)
    if controls.is_checked(doc, control) is not checked:
        raise Error("Clicking the checkbox did not change its state")


def _checkable(doc: Document, el: Element) -> Element:
    if el.tag != "input" and (label := el.closest("label")) is not None:
        el = controls.labelled_control(doc, label) or el
    if el.tag == "input" and input_type(el) in ("checkbox", "radio"):
        return el
    role = (el.attr("role") or "").lower()
    if role in ("checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"):
        raise NeedsBrowser("set_checked()", f"{show(el)} only looks like a {role}: a script must act on it")
    raise Error(Explanation("Not a checkbox or radio button", where=show(el), instead=suitable_call(el)))


def select_option(
    page: PageProtocol,
    el: Element,
    value: Any = None,
    label: Any = None,
    index: Any = None,
) -> list[str]:
    """Select options of a ``<select>``, and no others.

    Args:
        page: The page.
        el: The select.
        value: One or several values or labels.
        label: One or several labels.
        index: One or several indices, from 0.

    Returns:
        The selected values.

    Raises:
        TimeoutError: It has no such option, or that one is disabled.
        Error: It is not a select.
        NeedsBrowser: A script handles the change.
    """
    doc = page.document
    if el.tag != "select":
        raise Error(
            Explanation("Element is not a <select> element", where=show(el), instead=suitable_call(el))
        )
    options = controls.options(el)
    chosen = _matching(doc, el, options, _wanted_options(value, label, index))
    check_event(page, el, "change", "select_option()")
    controls.select_options(doc, el, chosen)
    fire_changed(page, el, "select_option()")
    return [controls.value(doc, option) for option in controls.selected_options(doc, el)]


def _wanted_options(value: Any, label: Any, index: Any) -> list[tuple[str, Any]]:
    return [
        *(("any", each) for each in _as_list(value)),
        *(("label", each) for each in _as_list(label)),
        *(("index", each) for each in _as_list(index)),
    ]


def _as_list(given: Any) -> list[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, (list, tuple, set)) else [given]


def _matching(
    doc: Document, el: Element, options: list[Element], wanted: list[tuple[str, Any]]
) -> list[Element]:
    missing = wanted
    chosen: list[Element] = []
    for index, option in enumerate(options):
        if not any(_is_wanted(doc, option, index, each) for each in missing):
            continue
        if controls.is_disabled(option):
            raise NotInTime(Explanation("option being selected is not enabled", where=show(option)))
        chosen.append(option)
        if not has(el, "multiple"):
            return chosen
        missing = [each for each in missing if not _is_wanted(doc, option, index, each)]
    if missing:
        raise NotInTime(
            Explanation(
                f"did not find some options: {', '.join(repr(each[1]) for each in missing)}",
                where=show(el),
                nearest=tuple(
                    f"value {controls.value(doc, option)!r}, label {controls.option_label(option)!r}"
                    for option in options[:12]
                ),
                instead="select one of these, by its value or its label",
            )
        )
    return chosen


def _is_wanted(doc: Document, option: Element, index: int, wanted: tuple[str, Any]) -> bool:
    kind, value = wanted
    if kind == "index":
        return bool(value == index)
    if kind == "any" and controls.value(doc, option) == value:
        return True
    return normalize(controls.option_label(option)) == normalize(value)
