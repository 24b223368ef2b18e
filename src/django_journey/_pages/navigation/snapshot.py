"""Page snapshots for the report: with the values of fields and the styles in the HTML, and without scripts."""

from __future__ import annotations

import base64
from contextlib import AbstractContextManager, nullcontext
from html import escape
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.forms.submission import base_url
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.inert_page import inert, inert_tree
from django_journey._dom.tree.parser import Element, parse
from django_journey._dom.tree.urls import Url, parse_url
from django_journey._dom.tree.walk import child_text, has, select
from django_journey._pages.http.response_body import media_type
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._trace.record import recorder
from django_journey.errors import Error, NeedsBrowser

__all__ = ["page_step", "snapshot_of", "title_of"]

_FIELDS = "input,textarea,select"
_SECRET_TYPES = ("password",)
_MOST_IMAGE = 200_000  # bytes of an image that is stored within a snapshot


def title_of(doc: Document) -> str:
    """Return the document's title, white space stripped and collapsed (HTML Living Standard, 3.1.5)."""
    return doc.tree_memo("snapshot.title", lambda: _title(doc))


def _title(doc: Document) -> str:
    for el in select(doc, "title"):
        if el.parent is not None and getattr(el.parent, "tag", "") != "svg":
            return " ".join(child_text(el).split())
    return ""


def page_step(
    page: PageProtocol, verb: str, title: str = ""
) -> AbstractContextManager[recorder.OpenStep | None]:
    """Open a step of the trace; a snapshot of the page is stored when it ends, unless the page was closed."""
    if recorder.current() is None:
        return nullcontext()

    def take_snapshot() -> recorder.PageSnapshot | None:
        try:
            return page.take_snapshot()
        except Error:
            return None

    return recorder.step(verb, title, actor=page.context.actor, snapshot=take_snapshot)


def snapshot_of(page: PageProtocol) -> recorder.PageSnapshot:
    """Return a snapshot of the page, to be stored with a step.

    What the user typed, checked and selected is written into the attributes of a copy; passwords and hidden values
    are left out. Linked style sheets and small local images are embedded; what else would run or connect to
    something is removed.
    """
    doc = page.document
    taken = doc.memo("snapshots", dict[Element | None, recorder.PageSnapshot])  # of the page as it is now
    if doc.focus not in taken:
        taken[doc.focus] = _snapshot(page, doc)
    return taken[doc.focus]


def _snapshot(page: PageProtocol, doc: Document) -> recorder.PageSnapshot:
    try:
        title = title_of(doc)
        copy = parse(doc.tree.html)
    except NeedsBrowser as error:  # the document is not HTML
        return recorder.PageSnapshot(page.url, "", inert(f"<p>{escape(error.reason)}</p>"))
    css = _FIELDS if doc.focus is None else "*"
    for original, copied in zip(doc.tree.select(css), copy.select(css), strict=False):
        if original.tag != copied.tag or original.attr("name") != copied.attr("name"):
            break  # the copy is nested differently: rather no values than wrong ones
        _write_state(doc, original, copied)
    _inline(page, copy)
    return recorder.PageSnapshot(page.url, title, inert_tree(copy))


def _write_state(doc: Document, original: Any, copied: Any) -> None:
    tag = original.tag
    if tag == "input":
        _write_input(doc, original, copied)
    elif tag == "textarea":
        copied.set_text(controls.value(doc, original))
    elif tag == "select":
        chosen = controls.selected_options(doc, original)
        for option, twin in zip(controls.options(original), controls.options(copied), strict=False):
            _flag(twin, "selected", option in chosen)
    if doc.focus is original:
        copied.attrs["data-journey-focus"] = ""


def _write_input(doc: Document, original: Any, copied: Any) -> None:
    kind = input_type(original)
    if kind in ("checkbox", "radio"):
        _flag(copied, "checked", controls.is_checked(doc, original))
    elif kind in _SECRET_TYPES:
        copied.attrs["value"] = "•" * len(controls.value(doc, original))
    elif kind == "hidden":
        copied.attrs["value"] = ""
    elif kind == "file":
        names = ", ".join(upload.name for upload in controls.files(doc, original))
        if names:
            copied.attrs["title"] = names
            copied.attrs["data-journey-files"] = names
    elif original in doc.dirty.values:
        copied.attrs["value"] = controls.value(doc, original)


def _flag(el: Element, name: str, on: bool) -> None:
    if on:
        el.attrs[name] = ""
    elif has(el, name):
        del el.attrs[name]


def _inline(page: PageProtocol, copy: Any) -> None:
    base = parse_url(base_url(page.document))
    for link in copy.select("link[href]"):
        relations = (link.attr("rel") or "").lower().split()
        if "stylesheet" in relations and "alternate" not in relations:
            _inline_sheet(page, link, base)
    for image in copy.select("img[src]"):
        _inline_image(page, image, base)


def _inline_sheet(page: PageProtocol, link: Element, base: Url) -> None:
    url = _absolute(link.attr("href"), base)
    text = page.context.files.local_style_sheet(str(url)) if url is not None else None
    if text is None:
        return
    media = link.attr("media")
    style: Any = parse("<style></style>").select_one("style")
    style.set_text(text.replace("</style", "<\\/style"))
    if media:
        style.attrs["media"] = media
    link.replace_with(style)


def _inline_image(page: PageProtocol, image: Element, base: Url) -> None:
    url = _absolute(image.attr("src"), base)
    if url is None or not url.is_http:
        return
    found = page.context.files.local(str(url))
    if found is not None and len(found.body) <= _MOST_IMAGE:
        kind = media_type(found) or "application/octet-stream"
        image.attrs["src"] = f"data:{kind};base64,{base64.b64encode(found.body).decode('ascii')}"


def _absolute(text: str | None, base: Url) -> Url | None:
    try:
        return parse_url(text or "", base)
    except ValueError:
        return None
