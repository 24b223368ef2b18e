"""What a request of htmx sends: the values of its element, of the form around it, and of what it includes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django_journey._dom.forms import controls
from django_journey._dom.forms.body_encoding import FormEntry, multipart
from django_journey._dom.forms.owner import elements_of, form_owner
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.forms.submission import entries_of
from django_journey._dom.forms.validity import first_invalid, is_candidate, problem_of
from django_journey._dom.tree.document import Document, Upload
from django_journey._dom.tree.walk import has
from django_journey._pages.behaviours.htmx.attributes import own
from django_journey._pages.behaviours.htmx.selectors import queried
from django_journey._pages.behaviours.htmx.version_1.values import Gathering, by_name, merged

__all__ = [
    "Collected",
    "collect",
    "collect_1",
    "encoded",
    "entries_from",
    "filtered",
    "override",
    "related_form",
]

_CONTROLS = "input, textarea, select"


@dataclass(slots=True)
class Collected:
    """The values of a request.

    Args:
        entries: What is sent.
        is_valid: Whether the constraints of the controls let it be sent.
    """

    entries: list[FormEntry]
    is_valid: bool = True


def related_form(doc: Document, el: Any) -> Any:
    """Return the form that an element belongs to, or stands in."""
    owner = (
        form_owner(doc, el)
        if el.tag in ("input", "textarea", "select", "button", "fieldset", "output")
        else None
    )
    return owner if owner is not None else el.closest("form")


def collect(doc: Document, el: Any, verb: str, button: Any, included: list[Any]) -> Collected:
    """Return the values that a request of an element sends.

    Args:
        doc: The document.
        el: The element.
        verb: The request's method in lower case; all but ``get`` send the form around the element too.
        button: The button that submits it, or ``None``.
        included: What ``hx-include`` names.
    """
    validate = own(el, "hx-validate") == "true" or (el.tag == "form" and not has(el, "novalidate"))
    if button is not None and has(button, "formnovalidate"):
        validate = False
    form = related_form(doc, el) if verb != "get" else None
    around = _Gathering(doc, validate)
    if form is not None:
        around.add(form)
    plain = _Gathering(doc, validate, around.seen)
    plain.add(el)
    if button is not None or el.tag == "button" or (el.tag == "input" and el.attr("type") == "submit"):
        pressed = button if button is not None else el
        if pressed.attr("name"):
            around.entries.append(FormEntry(pressed.attr("name") or "", pressed.attr("value") or ""))
    for node in included:
        plain.add(node)
        if node.tag != "form":
            for inner in queried(node, _CONTROLS):
                plain.add(inner)
    return Collected(override(plain.entries, around.entries), around.is_valid and plain.is_valid)


def collect_1(doc: Document, el: Any, verb: str, button: Any, included: list[Any]) -> Collected:
    """Return the same for htmx 1.9."""
    validate = own(el, "hx-validate") == "true" or (el.tag == "form" and not has(el, "novalidate"))
    if button is not None and has(button, "formnovalidate"):
        validate = False
    gathering = Gathering(doc, validate=validate)
    around: list[FormEntry] = []
    plain: list[FormEntry] = []
    form = el.closest("form") if verb != "get" else None
    if form is not None:
        gathering.read(form, around)
    gathering.read(el, plain)
    if button is not None or el.tag == "button" or (el.tag == "input" and el.attr("type") == "submit"):
        pressed = button if button is not None else el
        if pressed.attr("name") is not None:
            around.append(FormEntry(pressed.attr("name") or "", pressed.attr("value") or ""))
    for node in included:
        for each in (node, *(() if node.tag == "form" else queried(node, _CONTROLS))):
            gathering.read(each, plain)
    return Collected(merged(plain, around), gathering.is_valid)


def override(entries: list[FormEntry], winning: list[FormEntry]) -> list[FormEntry]:
    """Return entries with those of other names replaced."""
    names = {entry.name for entry in winning}
    return [*(entry for entry in entries if entry.name not in names), *winning]


@dataclass(slots=True)
class _Gathering:
    doc: Document
    validate: bool
    seen: list[Any] = field(default_factory=list)
    entries: list[FormEntry] = field(default_factory=list)
    is_valid: bool = True

    def add(self, el: Any) -> None:
        if any(el is each for each in self.seen):
            return
        self.seen.append(el)
        if el.tag == "form":
            self._add_form(el)
        else:
            self.entries += _of_control(self.doc, el)
            if self.validate and el.tag in ("input", "textarea", "select"):
                self._check(el)

    def _add_form(self, form: Any) -> None:
        for el in elements_of(self.doc, form):
            if any(el is each for each in self.seen):
                gone = _of_control(self.doc, el)
                self.entries = [entry for entry in self.entries if entry not in gone]
            else:
                self.seen.append(el)
        if self.validate and first_invalid(self.doc, form) is not None:
            self.is_valid = False
        self.entries += [
            entry
            for entry in entries_of(self.doc, form)
            if not (isinstance(entry.value, Upload) and not entry.value.name)
        ]

    def _check(self, el: Any) -> None:
        if is_candidate(el) and problem_of(self.doc, el):
            self.is_valid = False


def _of_control(doc: Document, el: Any) -> list[FormEntry]:
    """Return the entries of one control that stands for itself."""
    name = el.attr("name")
    if not name or el.tag not in ("input", "textarea", "select", "button") or controls.is_disabled(el):
        return []
    kind = input_type(el) if el.tag == "input" else el.tag
    if kind in ("button", "submit", "reset", "file", "image"):
        return []
    if kind in ("checkbox", "radio") and not controls.is_checked(doc, el):
        return []
    if kind == "select" and has(el, "multiple"):
        return [FormEntry(name, controls.value(doc, option)) for option in controls.selected_options(doc, el)]
    return [FormEntry(name, controls.value(doc, el))]


def entries_from(said: dict[str, Any]) -> list[FormEntry]:
    """Return the entries that a JSON object stands for."""
    return [
        FormEntry(name, each if isinstance(each, str) else _text(each))
        for name, value in said.items()
        for each in (value if isinstance(value, list) else [value])
    ]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def filtered(entries: list[FormEntry], params: str | None, *, is_1: bool = False) -> list[FormEntry]:
    """Return the entries that ``hx-params`` lets through; htmx 1.9 sends those too that there are none of."""
    if params is None or params == "*":
        return entries
    if params == "none":
        return []
    if params.startswith("not "):
        names = [name.strip() for name in params[4:].split(",")]
        return [entry for entry in entries if entry.name not in names]
    wanted = [name.strip() for name in params.split(",")]
    if is_1:
        found = {name: [entry for entry in entries if entry.name == name] for name in wanted}
        return by_name([each for name in found for each in found[name] or [FormEntry(name, "undefined")]])
    return [entry for name in wanted for entry in entries if entry.name == name]


def encoded(entries: list[FormEntry], *, as_multipart: bool) -> tuple[str, bytes]:
    """Return the content type and the body of a request with these entries."""
    if as_multipart:
        return multipart(entries)
    return "application/x-www-form-urlencoded", urlencoded(entries).encode("ascii")


def urlencoded(entries: list[FormEntry]) -> str:
    """Return entries as htmx writes them into URLs and bodies, with ``encodeURIComponent``."""
    return "&".join(f"{_component(entry.name)}={_component(_sent(entry))}" for entry in entries)


def _sent(entry: FormEntry) -> str:
    return entry.value if isinstance(entry.value, str) else "[object File]"


def _component(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="!'()*~-_.")
