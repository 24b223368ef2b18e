"""What a form sends: its submitter, its entries, and the request that submitting it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django_journey.dom.controls import (
    files,
    is_checked,
    is_disabled,
    options,
    selected_options,
    value,
)
from django_journey.dom.directionality import direction_of
from django_journey.dom.document import Document, Upload
from django_journey.dom.encoding import Entry, multipart, plain_text, urlencoded
from django_journey.dom.owner import elements_of
from django_journey.dom.parser import encoding_name
from django_journey.dom.sanitize import TEXT_LIKE, input_type
from django_journey.dom.tree import has, select
from django_journey.dom.urls import parse_url, plain_query

__all__ = [
    "Submission",
    "base_url",
    "button_type",
    "default_button",
    "entries_of",
    "implicit_submission",
    "is_submit_button",
    "reset",
    "submission",
]

_URLENCODED = "application/x-www-form-urlencoded"
_ENCTYPES = (_URLENCODED, "multipart/form-data", "text/plain")
_DIRECTED = frozenset((*TEXT_LIKE, "hidden", "submit"))
#: The types in which Enter submits a form that has no submit button, if there is only one such field.
_TYPED_LINE = frozenset((*TEXT_LIKE, "number"))


@dataclass(frozen=True, slots=True)
class Submission:
    """The request that submitting a form means.

    Args:
        method: ``GET``, ``POST`` or ``DIALOG`` (which sends nothing and closes the dialog).
        url: Where it goes, absolute, with the query of a GET in it.
        content_type: The body's type, or ``None`` where there is no body.
        body: The body.
        target: The browsing context that shows the answer, e.g. ``_blank``; empty for this one.
        entries: The names and values that are sent.
        returned: What a dialog returns.
    """

    method: str
    url: str
    content_type: str | None = None
    body: bytes = b""
    target: str = ""
    entries: tuple[Entry, ...] = ()
    returned: str = ""


def button_type(el: Any) -> str:
    """Return the state of a button's ``type``: ``submit``, ``reset`` or ``button``.

    Source: HTML Living Standard, 4.10.6; a button with a command does not submit.
    """
    kind = (el.attr("type") or "").lower()
    if kind in ("submit", "reset", "button"):
        return kind
    return "button" if has(el, "command") or has(el, "commandfor") else "submit"


def is_submit_button(el: Any) -> bool:
    """Tell whether the element is a submit button: a button, or an input of type submit or image."""
    if el.tag == "button":
        return button_type(el) == "submit"
    return el.tag == "input" and input_type(el) in ("submit", "image")


def base_url(doc: Document) -> str:
    """Return the URL that the document's relative URLs are resolved against (its ``base`` element's)."""
    return doc.keep("forms.base", lambda: _base_url(doc))


def _base_url(doc: Document) -> str:
    for el in select(doc, "base[href]"):
        try:
            url = parse_url(el.attr("href") or "", parse_url(doc.url), encoding=doc.encoding)
        except ValueError:
            break
        return str(url) if url.is_special else doc.url
    return doc.url


def default_button(doc: Document, form: Any) -> Any:
    """Return the form's first submit button in tree order, disabled or not, or ``None``."""
    return next((el for el in elements_of(doc, form) if is_submit_button(el)), None)


def implicit_submission(doc: Document, form: Any, field: Any) -> tuple[bool, Any]:
    """Tell what Enter in a field does to its form.

    Args:
        doc: The document.
        form: The field's form.
        field: The field that has the focus.

    Returns:
        Whether the form is submitted, and the button that is clicked to do it (``None`` without one).

    Source: HTML Living Standard, 4.10.22.2, in the reading that Chromium gives it: in a field that is not a
    line of text, only a button that is not disabled is clicked.
    """
    typed = _is_typed_line(field)
    fields = 0
    for el in elements_of(doc, form):
        if is_submit_button(el):
            if not is_disabled(el):
                return True, el
            if typed:
                return False, None
        elif _is_typed_line(el):
            fields += 1
    return typed and fields == 1, None


def _is_typed_line(el: Any) -> bool:
    return el.tag == "input" and input_type(el) in _TYPED_LINE


def entries_of(
    doc: Document,
    form: Any,
    submitter: Any = None,
    *,
    point: tuple[int, int] = (0, 0),
    charset: str = "UTF-8",
) -> list[Entry]:
    """Return the form's entry list.

    Args:
        doc: The document.
        form: The form.
        submitter: The button that submits it, or ``None``.
        point: Where an image button was clicked, in CSS pixels from its corner.
        charset: The encoding that a ``_charset_`` field names.

    Source: HTML Living Standard, 4.10.22.4 Constructing the entry list; as in Chromium, and against the letter
    of the standard, what stands in a datalist is sent too.
    """
    found: list[Entry] = []
    for el in elements_of(doc, form):
        if el.tag in ("fieldset", "object", "output") or is_disabled(el):
            continue
        found.extend(_entries(doc, el, submitter, point, charset))
    return found


def _entries(doc: Document, el: Any, submitter: Any, point: tuple[int, int], charset: str) -> list[Entry]:
    name = el.attr("name") or ""
    kind = input_type(el) if el.tag == "input" else el.tag
    directions = _directions(doc, el, kind) if name else []
    if kind in ("submit", "image", "button", "reset"):
        if el is not submitter:
            return directions  # a submit button's is sent, clicked or not
        if kind == "image":
            prefix = f"{name}." if name else ""
            return [Entry(f"{prefix}x", str(point[0])), Entry(f"{prefix}y", str(point[1]))]
    if not name or (kind in ("checkbox", "radio") and not is_checked(doc, el)):
        return []
    if kind == "select":
        chosen = set(selected_options(doc, el))
        return [
            Entry(name, value(doc, option))
            for option in options(el)
            if option in chosen and not is_disabled(option)
        ]
    if kind == "file":
        uploads = files(doc, el) or (Upload("", "application/octet-stream", b""),)
        return [Entry(name, upload) for upload in uploads]
    if kind == "hidden" and name.lower() == "_charset_":
        return [Entry(name, charset)]
    entry = Entry(name, _submitted(doc, el, kind))
    return [*directions, entry] if kind == "submit" else [entry, *directions]


def _directions(doc: Document, el: Any, kind: str) -> list[Entry]:
    dirname = el.attr("dirname")
    directed = kind == "textarea" or (el.tag == "input" and kind in _DIRECTED)
    return [Entry(dirname, direction_of(doc, el))] if dirname and directed else []


def _submitted(doc: Document, el: Any, kind: str) -> str:
    if kind == "submit" and not has(el, "value"):
        return "Submit"  # the default label, which Chromium sends
    return value(doc, el)


def submission(
    doc: Document, form: Any, submitter: Any = None, *, point: tuple[int, int] = (0, 0)
) -> Submission:
    """Return what submitting the form means; whether it may be submitted is ``validity``'s to say.

    Args:
        doc: The document.
        form: The form.
        submitter: The button that submits it, whose ``formaction`` and the like win; or ``None``.
        point: Where an image button was clicked.

    Raises:
        ValueError: The action is not a URL.

    Source: HTML Living Standard, 4.10.22.3 Form submission algorithm.
    """
    method = _keyword(form, submitter, "method", ("get", "post", "dialog"))
    encoding = _form_encoding(doc, form)
    if method == "dialog":
        given = submitter.attr("value") if submitter is not None else None
        return Submission("DIALOG", "", returned=given or "")
    entries = tuple(entries_of(doc, form, submitter, point=point, charset=encoding))
    action = _attribute(form, submitter, "action").strip()
    base = parse_url(doc.url if not action else base_url(doc))
    url = parse_url(action or doc.url, base, encoding=doc.encoding)
    target = _target(doc, form, submitter)
    enctype = _keyword(form, submitter, "enctype", _ENCTYPES)
    own_method = (form.attr("method") or "").lower()
    if method == "get":
        if url.is_special and enctype == "text/plain" and own_method == "post":
            # Where only the button makes it a GET, Chromium writes the query as plain text, line breaks dropped.
            url = url.with_query(plain_query(plain_text(entries, encoding)))
        elif url.is_special:
            url = url.with_query(urlencoded(entries, encoding))
        return Submission("GET", str(url), target=target, entries=entries)
    body: bytes
    if enctype == "multipart/form-data":
        enctype, body = multipart(entries, encoding)
    elif enctype == "text/plain" and own_method == "post":
        # Where only the button makes it a POST, Chromium writes the body URL-encoded under this type.
        body = plain_text(entries, encoding)
    else:
        body = urlencoded(entries, encoding).encode("ascii")
    return Submission("POST", str(url), enctype, body, target, entries)


def _attribute(form: Any, submitter: Any, name: str) -> str:
    if submitter is not None and has(submitter, f"form{name}"):
        return submitter.attr(f"form{name}") or ""
    return form.attr(name) or ""


def _keyword(form: Any, submitter: Any, name: str, known: tuple[str, ...]) -> str:
    word = _attribute(form, submitter, name).lower()
    return word if word in known else known[0]


def _target(doc: Document, form: Any, submitter: Any) -> str:
    if submitter is not None and has(submitter, "formtarget"):
        return submitter.attr("formtarget") or ""
    given = form.attr("target")
    if given is None:
        given = next((el.attr("target") for el in select(doc, "base[target]")), "")
    return given or ""


def _form_encoding(doc: Document, form: Any) -> str:
    labels = (form.attr("accept-charset") or "").replace(",", " ").split()
    names = [name for name in map(encoding_name, labels) if name]
    name = names[0] if names else doc.encoding
    return "UTF-8" if name.upper() in ("UTF-16LE", "UTF-16BE", "REPLACEMENT") else name


def reset(doc: Document, form: Any) -> None:
    """Put every control of the form back to what the page gave it."""
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
    doc.touched()
