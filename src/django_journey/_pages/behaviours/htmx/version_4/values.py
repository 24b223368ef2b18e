"""What a request of htmx 4 sends: the entries of its form, or of the controls that it stands for."""

from __future__ import annotations

from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.body_encoding import FormEntry
from django_journey._dom.forms.owner import elements_of
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.forms.submission import button_type, entries_of
from django_journey._dom.forms.validity import first_invalid, is_candidate, problem_of
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import is_element
from django_journey._dom.tree.walk import has
from django_journey._pages.behaviours.htmx.selectors import queried
from django_journey._pages.behaviours.htmx.version_4.attributes import find_all, value
from django_journey._pages.behaviours.htmx.version_4.protocol import Htmx4, Stopped
from django_journey.errors import NeedsBrowser

__all__ = ["collected", "put"]

_CONTROLS = ("input", "select", "textarea")
#: Elements with a value of their own that is no text of a control.
_VALUED = ("li", "meter", "progress", "data", "param", "option")


def put(entries: list[FormEntry], name: str, text: str) -> None:
    """Set an entry as ``FormData.set`` does: in the place of the first of that name."""
    places = [at for at, entry in enumerate(entries) if entry.name == name]
    for at in reversed(places[1:]):
        del entries[at]
    entries[places[0] if places else len(entries) : places[0] + 1 if places else len(entries)] = [
        FormEntry(name, text)
    ]


def collected(
    htmx: Htmx4, el: Any, form: Any, submitter: Any, *, validate: bool, is_get: bool
) -> list[FormEntry] | None:
    """Return what a request of an element sends; ``None`` where constraints forbid it.

    Args:
        htmx: The interpreter.
        el: The element.
        form: The form that is sent, or ``None``.
        submitter: The button that submits it, or ``None``.
        validate: Whether constraints are checked.
        is_get: Whether the entries go into the URL.
    """
    doc = htmx.document
    if validate and _is_invalid(htmx, form if form is not None else el):
        return None
    if (
        submitter is None
        and form is not None
        and (
            button_type(el)
            if el.tag == "button"
            else (el.attr("type") or "").lower()
            if el.tag == "input"
            else ""
        )
        == "submit"
    ):
        submitter = el
    entries = entries_of(doc, form) if form is not None else []
    seen = set(elements_of(doc, form)) if form is not None else set()
    if form is None:
        entries += _of(htmx, el, seen, is_get=is_get)
    if submitter is not None and submitter.attr("name"):
        entries.append(FormEntry(submitter.attr("name"), controls.value(doc, submitter)))
        seen.add(submitter)
    stated = value(htmx, el, "hx-include")
    for node in find_all(htmx, el, stated) if stated else ():
        if not is_element(node):
            raise Stopped
        if validate and _is_invalid(htmx, node):
            return None
        entries += _of(htmx, node, seen)
    return entries


def _is_invalid(htmx: Htmx4, el: Any) -> bool:
    """Tell whether a form or control is not valid; it gets the focus then."""
    found = first_invalid(htmx.document, el) if el.tag == "form" else None
    wrong = found[0] if found is not None else None
    if el.tag in _CONTROLS and is_candidate(el) and problem_of(htmx.document, el):
        wrong = el
    if wrong is not None:
        htmx.focus(wrong)
    return wrong is not None


def _of(htmx: Htmx4, el: Any, seen: set[Any], *, is_get: bool = False) -> list[FormEntry]:
    found: list[FormEntry] = []
    if el.tag == "button" or "-" in el.tag:
        inner = [el]
    elif el.tag in (*_CONTROLS, "fieldset") or (not is_get and el is not htmx.body):
        own = "[name]:not(button)"
        inner = [*([el] if el.matches(own) else []), *queried(el, own)]
    else:
        inner = []
    for each in inner:
        if each.attr("name") and each not in seen and not controls.is_disabled(each):
            seen.add(each)
            found += _entries(htmx, each)
    return found


def _entries(htmx: Htmx4, el: Any) -> list[FormEntry]:
    doc, name = htmx.document, el.attr("name")
    kind = input_type(el) if el.tag == "input" else ""
    if kind in ("checkbox", "radio") and not controls.is_checked(doc, el):
        return []
    if kind == "file":
        return [FormEntry(name, upload) for upload in controls.files(doc, el)]
    if el.tag == "select" and has(el, "multiple"):
        return [FormEntry(name, controls.value(doc, option)) for option in controls.selected_options(doc, el)]
    if el.tag in (*_CONTROLS, "button", "output"):
        return [FormEntry(name, controls.value(doc, el))]
    if "-" in el.tag or el.tag in _VALUED or el.select_one('[name="value"], [id="value"]') is not None:
        raise NeedsBrowser(htmx.call, f"{show(el)} has a value that a script tells", where=htmx.page.url)
    return [FormEntry(name, "undefined")]
