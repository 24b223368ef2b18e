"""A form of a page that was visited: its controls, the button that sends it, and what it sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.body_encoding import FormEntry, multipart, urlencoded
from django_journey._dom.forms.owner import elements_of
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.forms.submission import Submission, is_submit_button, reset, submission
from django_journey._dom.forms.validity import first_invalid
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import has, select
from django_journey.errors import Error

__all__ = ["PageForm", "django_fields", "django_forms", "forms_of", "kind_of"]

_MULTIPART = "multipart/form-data"


@dataclass(slots=True, eq=False)
class PageForm:
    """A form as its page has it.

    Args:
        document: The page.
        element: The form's element.
        number: Its place among the page's forms.
        fields: Django's form field by the control's name, where the view rendered a Django form.
    """

    document: Document
    element: Any
    number: int
    fields: Mapping[str, Any]

    @property
    def method(self) -> str:
        """``GET`` or ``POST``."""
        return "POST" if (self.element.attr("method") or "").lower() == "post" else "GET"

    @property
    def controls(self) -> list[Any]:
        """The controls that send something and that a user, or the page, can change."""
        return [
            el
            for el in elements_of(self.document, self.element)
            if el.tag in ("input", "select", "textarea")
            and el.attr("name")
            and not is_submit_button(el)
            and kind_of(el) not in ("button", "reset")
            and not controls.is_disabled(el)
        ]

    @property
    def typed_controls(self) -> list[Any]:
        """The controls that a user sees."""
        return [el for el in self.controls if kind_of(el) != "hidden" and not controls.is_readonly(el)]

    @property
    def buttons(self) -> list[Any]:
        """The submit buttons that can be clicked."""
        return [
            el
            for el in elements_of(self.document, self.element)
            if is_submit_button(el) and not controls.is_disabled(el)
        ]

    @property
    def has_token(self) -> bool:
        """Whether it sends Django's CSRF token."""
        return any(el.attr("name") == "csrfmiddlewaretoken" for el in self.controls)

    def signature(self) -> str:
        """Return what tells a form from others, wherever it stands: its fields, and its buttons' values."""
        names = sorted({el.attr("name") for el in self.controls} - {"csrfmiddlewaretoken"})
        return f"{self.method} {' '.join(names)}"

    def reset(self) -> None:
        """Put every control back to what the page gave it."""
        reset(self.document, self.element)

    def is_sent(self) -> bool:
        """Tell whether a browser would send it as it is filled in now."""
        try:
            return has(self.element, "novalidate") or first_invalid(self.document, self.element) is None
        except Error:  # a pattern that only a browser can read
            return True

    def submission(self, button: Any) -> Submission | None:
        """Return what submitting it means, or ``None`` where nothing is sent."""
        try:
            sent = submission(self.document, self.element, button)
        except ValueError:
            return None
        return sent if sent.method in ("GET", "POST") else None

    def changed(self, sent: Submission, changes: Iterable[tuple[str, str | None]]) -> Submission:
        """Return a submission with other values: ``None`` leaves the name out."""
        entries = list(sent.entries)
        for name, value in changes:
            place = next((n for n, entry in enumerate(entries) if entry.name == name), len(entries))
            entries = [entry for entry in entries if entry.name != name]
            if value is not None:
                entries.insert(place, FormEntry(name, value))
        if sent.method == "GET":
            url = sent.url.partition("?")[0] + "?" + urlencoded(entries)
            return Submission("GET", url, target=sent.target, entries=tuple(entries))
        if (sent.content_type or "").startswith(_MULTIPART):
            kind, body = multipart(entries, "UTF-8")
        else:
            kind, body = sent.content_type or "", urlencoded(entries).encode()
        return Submission("POST", sent.url, kind, body, sent.target, tuple(entries))


def kind_of(el: Any) -> str:
    """Return the type of an input, or the element's tag."""
    return input_type(el) if el.tag == "input" else str(el.tag)


def forms_of(document: Document, layers: Iterable[Iterable[Mapping[str, Any]]]) -> list[PageForm]:
    """Return the forms of a page.

    Args:
        document: The page.
        layers: What its templates were given.
    """
    found = select(document, "form")
    if not found:
        return []
    known = django_fields(layers)
    return [PageForm(document, el, number, known) for number, el in enumerate(found)]


def django_fields(layers: Iterable[Iterable[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return Django's form fields by the names of their controls, of all forms that templates were given."""
    fields: dict[str, Any] = {}
    for form in django_forms(layers):
        for name, field in form.fields.items():
            fields.setdefault(form.add_prefix(name), field)
    return fields


def django_forms(layers: Iterable[Iterable[Mapping[str, Any]]]) -> Iterator[Any]:
    from django.forms import BaseForm
    from django.forms.formsets import BaseFormSet

    for context in layers:
        for layer in context:
            for value in list(layer.values()):
                if isinstance(value, BaseForm):
                    yield value
                elif isinstance(value, BaseFormSet):
                    yield from value.forms
