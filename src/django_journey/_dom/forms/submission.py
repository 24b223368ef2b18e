"""Form submission: the submitter, the entry list, and the request."""

from __future__ import annotations

from dataclasses import dataclass

from django_journey._dom.forms.body_encoding import FormEntry, multipart, plain_text, urlencoded
from django_journey._dom.forms.controls import (
    files,
    is_checked,
    is_disabled,
    is_list_box,
    options,
    selected_options,
    value,
)
from django_journey._dom.forms.directionality import direction_of
from django_journey._dom.forms.owner import elements_of
from django_journey._dom.forms.sanitize import TEXT_LIKE, input_type
from django_journey._dom.tree.document import Document, Upload
from django_journey._dom.tree.parser import Element, encoding_name, is_element, parent_element
from django_journey._dom.tree.urls import parse_url, plain_query
from django_journey._dom.tree.walk import has, select

__all__ = [
    "Submission",
    "base_url",
    "button_type",
    "entries_of",
    "implicit_submission",
    "is_submit_button",
    "reset",
    "submission",
]

_URLENCODED = "application/x-www-form-urlencoded"
_ENCTYPES = (_URLENCODED, "multipart/form-data", "text/plain")
_DIRECTED = frozenset((*TEXT_LIKE, "hidden", "submit"))
#: The types that block implicit submission: without a submit button, Enter submits a form with only one of these.
_TYPED_LINE = frozenset((*TEXT_LIKE, "number"))


@dataclass(frozen=True, slots=True)
class Submission:
    """The request of a form submission.

    Args:
        method: ``GET``, ``POST`` or ``DIALOG`` (which closes the dialog and sends nothing).
        url: The absolute URL, including the query of a GET.
        content_type: The body's type, or ``None`` without a body.
        body: The body.
        target: The browsing context for the response, e.g. ``_blank``; empty for the current one.
        entries: The submitted names and values.
    """

    method: str
    url: str
    content_type: str | None = None
    body: bytes = b""
    target: str = ""
    entries: tuple[FormEntry, ...] = ()


def button_type(el: Element) -> str:
    """Return the state of a button's ``type`` attribute: ``submit``, ``reset`` or ``button``.

    Source: HTML Living Standard, 4.10.6; a button with a command does not submit.
    """
    kind = (el.attr("type") or "").lower()
    if kind in ("submit", "reset", "button"):
        return kind
    return "button" if has(el, "command") or has(el, "commandfor") else "submit"


def is_submit_button(el: Element) -> bool:
    """Return whether an element is a submit button: a button, or an input of type submit or image."""
    if el.tag == "button":
        return button_type(el) == "submit"
    return el.tag == "input" and input_type(el) in ("submit", "image")


def base_url(doc: Document) -> str:
    """Return the document's base URL."""
    return doc.tree_memo("forms.base", lambda: _base_url(doc))


def _base_url(doc: Document) -> str:
    for el in select(doc, "base[href]"):
        try:
            url = parse_url(el.attr("href") or "", parse_url(doc.url), encoding=doc.encoding)
        except ValueError:
            break
        return str(url) if url.is_special else doc.url
    return doc.url


def implicit_submission(doc: Document, form: Element, field: Element) -> tuple[bool, Element | None]:
    """Return whether pressing Enter in a field submits its form.

    Args:
        doc: The document.
        form: The field's form.
        field: The focused field.

    Returns:
        Whether the form is submitted, and the button that Enter clicks, or ``None``.

    Source: HTML Living Standard, 4.10.22.2, in the reading that Chromium gives it: in a field that is not a
    line of text, only a button that is not disabled is clicked.
    """
    typed = _is_typed_line(field)
    fields = 0
    for el in elements_of(doc, form):
        if is_submit_button(el) and not _opens_a_list(el):
            if not is_disabled(el):
                return True, el
            if typed:
                return False, None
        elif _is_typed_line(el):
            fields += 1
    return typed and fields == 1, None


def _opens_a_list(button: Element) -> bool:
    """Return whether a button opens a customizable select; such a button never submits.

    Source: HTML Living Standard, 4.10.7 (the select button), in the reading that Chromium gives it.
    """
    select = parent_element(button)
    if select is None or select.tag != "select" or is_list_box(select):
        return False
    return next((child for child in select.children if is_element(child)), None) is button


def _is_typed_line(el: Element) -> bool:
    return el.tag == "input" and input_type(el) in _TYPED_LINE


def entries_of(
    doc: Document,
    form: Element,
    submitter: Element | None = None,
    *,
    point: tuple[int, int] = (0, 0),
    charset: str = "UTF-8",
) -> list[FormEntry]:
    """Return the form's entry list.

    Args:
        doc: The document.
        form: The form.
        submitter: The submitter, or ``None``.
        point: The point of an image button that was clicked, in CSS pixels from its corner.
        charset: The value of a ``_charset_`` field.

    Source: HTML Living Standard, 4.10.22.4 Constructing the entry list; unlike in the standard, Chromium
    also submits controls in a datalist.
    """
    found: list[FormEntry] = []
    for el in elements_of(doc, form):
        if el.tag in ("fieldset", "object", "output") or is_disabled(el):
            continue
        found.extend(_entries(doc, el, submitter, point, charset))
    return found


def _entries(
    doc: Document, el: Element, submitter: Element | None, point: tuple[int, int], charset: str
) -> list[FormEntry]:
    name = el.attr("name") or ""
    kind = input_type(el) if el.tag == "input" else el.tag
    directions = _directions(doc, el, kind) if name else []
    if kind in ("submit", "image", "button", "reset"):
        if el is not submitter:
            return directions  # of a submit button, submitted whether it was clicked or not
        if kind == "image":
            prefix = f"{name}." if name else ""
            return [FormEntry(f"{prefix}x", str(point[0])), FormEntry(f"{prefix}y", str(point[1]))]
    if not name or (kind in ("checkbox", "radio") and not is_checked(doc, el)):
        return []
    if kind == "select":
        chosen = set(selected_options(doc, el))
        return [
            FormEntry(name, value(doc, option))
            for option in options(el)
            if option in chosen and not is_disabled(option)
        ]
    if kind == "file":
        uploads = files(doc, el) or (Upload("", "application/octet-stream", b""),)
        return [FormEntry(name, upload) for upload in uploads]
    if kind == "hidden" and name.lower() == "_charset_":
        return [FormEntry(name, charset)]
    entry = FormEntry(name, _submitted(doc, el, kind))
    return [*directions, entry] if kind == "submit" else [entry, *directions]


def _directions(doc: Document, el: Element, kind: str) -> list[FormEntry]:
    dirname = el.attr("dirname")
    directed = kind == "textarea" or (el.tag == "input" and kind in _DIRECTED)
    return [FormEntry(dirname, direction_of(doc, el))] if dirname and directed else []


def _submitted(doc: Document, el: Element, kind: str) -> str:
    if kind == "submit" and not has(el, "value"):
        return "Submit"  # the default label, as in Chromium
    return value(doc, el)


def submission(
    doc: Document, form: Element, submitter: Element | None = None, *, point: tuple[int, int] = (0, 0)
) -> Submission:
    """Return the request that submits a form. Constraints are not checked here (see ``validity``).

    Args:
        doc: The document.
        form: The form.
        submitter: The submitter, whose ``formaction`` etc. override the form's attributes; or ``None``.
        point: The point of an image button that was clicked.

    Raises:
        ValueError: The action is not a valid URL.

    Source: HTML Living Standard, 4.10.22.3 Form submission algorithm.
    """
    method = _keyword(form, submitter, "method", ("get", "post", "dialog"))
    encoding = _form_encoding(doc, form)
    if method == "dialog":
        return Submission("DIALOG", "")
    entries = tuple(entries_of(doc, form, submitter, point=point, charset=encoding))
    action = _attribute(form, submitter, "action").strip()
    base = parse_url(doc.url if not action else base_url(doc))
    url = parse_url(action or doc.url, base, encoding=doc.encoding)
    target = _target(doc, form, submitter)
    enctype = _keyword(form, submitter, "enctype", _ENCTYPES)
    own_method = (form.attr("method") or "").lower()
    if method == "get":
        if url.is_special and enctype == "text/plain" and own_method == "post":
            # If the method GET comes from the submitter, Chromium encodes the query as plain text without line breaks.
            url = url.with_query(plain_query(plain_text(entries, encoding)))
        elif url.is_special:
            url = url.with_query(urlencoded(entries, encoding))
        return Submission("GET", str(url), target=target, entries=entries)
    body: bytes
    if enctype == "multipart/form-data":
        enctype, body = multipart(entries, encoding)
    elif enctype == "text/plain" and own_method == "post":
        # If the method POST comes from the submitter, Chromium URL-encodes the body despite this type.
        body = plain_text(entries, encoding)
    else:
        body = urlencoded(entries, encoding).encode("ascii")
    return Submission("POST", str(url), enctype, body, target, entries)


def _attribute(form: Element, submitter: Element | None, name: str) -> str:
    if submitter is not None and has(submitter, f"form{name}"):
        return submitter.attr(f"form{name}") or ""
    return form.attr(name) or ""


def _keyword(form: Element, submitter: Element | None, name: str, known: tuple[str, ...]) -> str:
    word = _attribute(form, submitter, name).lower()
    return word if word in known else known[0]


def _target(doc: Document, form: Element, submitter: Element | None) -> str:
    if submitter is not None and has(submitter, "formtarget"):
        return submitter.attr("formtarget") or ""
    given = form.attr("target")
    if given is None:
        given = next((el.attr("target") for el in select(doc, "base[target]")), "")
    return given or ""


def _form_encoding(doc: Document, form: Element) -> str:
    labels = (form.attr("accept-charset") or "").replace(",", " ").split()
    names = [name for name in map(encoding_name, labels) if name]
    name = names[0] if names else doc.encoding
    return "UTF-8" if name.upper() in ("UTF-16LE", "UTF-16BE", "REPLACEMENT") else name


def reset(doc: Document, form: Element) -> None:
    """Reset every control of a form to its default state."""
    for el in elements_of(doc, form):
        doc.dirty.texts.pop(el, None)
        had = doc.dirty.values.pop(el, None)
        if had is not None and had != value(doc, el):
            end = len(value(doc, el))
            doc.carets[el] = (end, end)
        for changed in (el, *(options(el) if el.tag == "select" else ())):
            doc.dirty.checked.pop(changed, None)
            doc.dirty.selected.pop(changed, None)
            doc.dirty.files.pop(changed, None)
    doc.input_changed()
