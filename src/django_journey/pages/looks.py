"""How a page looks, for the report: what the user did written into it, its styles in it, its scripts gone."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from django_journey.dom import controls
from django_journey.dom.document import Document
from django_journey.dom.forms import base_url
from django_journey.dom.inert import inert, inert_tree
from django_journey.dom.parser import parse
from django_journey.dom.sanitize import input_type
from django_journey.dom.tree import child_text, has, select
from django_journey.dom.urls import Url, parse_url
from django_journey.errors import NeedsBrowser
from django_journey.pages.body import media_type
from django_journey.pages.shown import ShownPage
from django_journey.trace import recorder

__all__ = ["look_of", "title_of"]

_SECRET_TYPES = ("password",)
_MOST_IMAGE = 200_000  # bytes of an image that is kept within a page


def title_of(doc: Document) -> str:
    """Return the document's title, white space stripped and collapsed (HTML Living Standard, 3.1.5)."""
    return doc.keep("looks.title", lambda: _title(doc))


def _title(doc: Document) -> str:
    for el in select(doc, "title"):
        if el.parent is not None and getattr(el.parent, "tag", "") != "svg":
            return " ".join(child_text(el).split())
    return ""


def look_of(page: ShownPage) -> recorder.Page:
    """Return the page as it looks now, to be stored with a step.

    What the user typed, checked and selected is written into a copy's attributes; passwords and hidden values
    are left out. Linked style sheets and small local images stand in the copy; whatever else would act or
    connect, when the copy is opened, does not.
    """
    doc = page.document
    try:
        title = title_of(doc)
        copy = parse(doc.tree.html)
    except NeedsBrowser as refused:  # a page that is no HTML
        return recorder.Page(page.url, "", inert(f"<p>{escape(refused.reason)}</p>"))
    pairs = list(zip(doc.tree.iter_elements(), copy.iter_elements(), strict=False))
    for mine, shown in pairs:
        if mine.tag != shown.tag:
            break  # the copy was nested otherwise: better a page without what was typed than a wrong one
        _write_state(doc, mine, shown)
    _inline(page, copy)
    return recorder.Page(page.url, title, inert_tree(copy))


def _write_state(doc: Document, mine: Any, shown: Any) -> None:
    tag = mine.tag
    if tag == "input":
        _write_input(doc, mine, shown)
    elif tag == "textarea":
        shown.set_text(controls.value(doc, mine))
    elif tag == "select":
        chosen = controls.selected_options(doc, mine)
        for option, twin in zip(controls.options(mine), controls.options(shown), strict=False):
            _flag(twin, "selected", option in chosen)
    if doc.focus is mine:
        shown.attrs["data-journey-focus"] = ""


def _write_input(doc: Document, mine: Any, shown: Any) -> None:
    kind = input_type(mine)
    if kind in ("checkbox", "radio"):
        _flag(shown, "checked", controls.is_checked(doc, mine))
    elif kind in _SECRET_TYPES:
        shown.attrs["value"] = "•" * len(controls.value(doc, mine))
    elif kind == "hidden":
        shown.attrs["value"] = ""
    elif kind == "file":
        names = ", ".join(upload.name for upload in controls.files(doc, mine))
        if names:
            shown.attrs["title"] = names
            shown.attrs["data-journey-files"] = names
    elif mine in doc.dirty.values:
        shown.attrs["value"] = controls.value(doc, mine)


def _flag(el: Any, name: str, on: bool) -> None:
    if on:
        el.attrs[name] = ""
    elif has(el, name):
        del el.attrs[name]


def _inline(page: ShownPage, copy: Any) -> None:
    base = parse_url(base_url(page.document))
    for link in copy.select("link[href]"):
        relations = (link.attr("rel") or "").lower().split()
        if "stylesheet" in relations and "alternate" not in relations:
            _inline_sheet(page, link, base)
    for image in copy.select("img[src]"):
        _inline_image(page, image, base)


def _inline_sheet(page: ShownPage, link: Any, base: Url) -> None:
    url = _absolute(link.attr("href"), base)
    text = page.context.files.sheet_at_hand(str(url)) if url is not None else None
    if text is None:
        return
    media = link.attr("media")
    style: Any = parse("<style></style>").select_one("style")
    style.set_text(text.replace("</style", "<\\/style"))
    if media:
        style.attrs["media"] = media
    link.replace_with(style)


def _inline_image(page: ShownPage, image: Any, base: Url) -> None:
    url = _absolute(image.attr("src"), base)
    if url is None or not url.is_http:
        return
    found = page.context.files.at_hand(str(url))
    if found is not None and len(found.body) <= _MOST_IMAGE:
        kind = media_type(found) or "application/octet-stream"
        image.attrs["src"] = f"data:{kind};base64,{base64.b64encode(found.body).decode('ascii')}"


def _absolute(text: str | None, base: Url) -> Url | None:
    try:
        return parse_url(text or "", base)
    except ValueError:
        return None
