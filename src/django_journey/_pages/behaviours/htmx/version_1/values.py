"""What a request of htmx 1.9 sends: the values of an object, by name, of controls that 2.0 leaves out too."""

from __future__ import annotations

from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.body_encoding import FormEntry
from django_journey._dom.forms.owner import elements_of
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.forms.validity import is_candidate, problem_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import has

__all__ = ["Gathering", "by_name", "merged"]

_VALUED = ("input", "textarea", "select", "button", "output")


class Gathering:
    """Reads elements one after the other, each once.

    Args:
        doc: The document.
        validate: Whether the constraints of what is read are checked.
    """

    def __init__(self, doc: Document, *, validate: bool) -> None:
        self._doc = doc
        self._validate = validate
        self._seen: set[Any] = set()
        self.is_valid = True

    def read(self, el: Any, entries: list[FormEntry]) -> None:
        """Add what an element, or a form with all its elements, has to say."""
        if el in self._seen:
            return
        self._seen.add(el)
        if _counts(self._doc, el):
            entries += _of(self._doc, el)
            if self._validate and is_candidate(el) and problem_of(self._doc, el):
                self.is_valid = False
        if el.tag == "form":
            for each in elements_of(self._doc, el):
                if not (
                    each.tag == "input" and input_type(each) == "image"
                ):  # which form.elements leaves out
                    self.read(each, entries)


def _counts(doc: Document, el: Any) -> bool:
    if el.tag not in _VALUED or not el.attr("name"):
        return False
    if has(el, "disabled") or el.closest("fieldset[disabled]") is not None:
        return False
    kind = input_type(el) if el.tag == "input" else (el.attr("type") or "submit").lower()
    if kind in ("checkbox", "radio") and el.tag == "input":
        return controls.is_checked(doc, el)
    return el.tag not in ("input", "button") or kind not in ("button", "submit")


def _of(doc: Document, el: Any) -> list[FormEntry]:
    name = el.attr("name") or ""
    if el.tag == "select" and has(el, "multiple"):
        return [FormEntry(name, controls.value(doc, each)) for each in controls.selected_options(doc, el)]
    if el.tag == "input" and input_type(el) == "file":
        return [FormEntry(name, upload) for upload in controls.files(doc, el)]
    if el.tag == "button":
        return [FormEntry(name, el.attr("value") or "")]
    return [FormEntry(name, el.text if el.tag == "output" else controls.value(doc, el))]


def by_name(entries: list[FormEntry]) -> list[FormEntry]:
    """Return entries as an object of JavaScript holds them: together by name, numbers first."""
    groups: dict[str, list[FormEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.name, []).append(entry)
    numbers = sorted((name for name in groups if _is_index(name)), key=int)
    names = [*numbers, *(name for name in groups if not _is_index(name))]
    return [entry for name in names for entry in groups[name]]


def merged(entries: list[FormEntry], winning: list[FormEntry]) -> list[FormEntry]:
    """Return entries with those of other entries' names replaced, in their places."""
    won = {entry.name for entry in winning}
    groups: dict[str, list[FormEntry]] = {entry.name: [] for entry in [*entries, *winning]}
    for entry in [*(each for each in entries if each.name not in won), *winning]:
        groups[entry.name].append(entry)
    return by_name([entry for group in groups.values() for entry in group])


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdigit() and (name == "0" or name[0] != "0") and int(name) < 2**32 - 1
