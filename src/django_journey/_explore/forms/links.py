"""The links of a page, and the files that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_journey._dom.forms.submission import base_url
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import has, select

__all__ = ["Link", "links_of", "path_of", "resources_of"]

_RESOURCES = (
    ("img[src]", "src"),
    ("script[src]", "src"),
    ("link[rel~=stylesheet][href]", "href"),
    ("link[rel~=icon][href]", "href"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """Where something on a page leads.

    Args:
        written: What stands in the page.
        path: The path with its query.
        tag: The element's tag.
        htmx: Whether it is asked for by htmx.
    """

    written: str
    path: str
    tag: str
    htmx: bool = False


def links_of(document: Document) -> list[Link]:
    """Return the links to pages of the site, each path once."""
    found: dict[str, Link] = {}
    for css, name in (
        ("a[href]", "href"),
        ("area[href]", "href"),
        ("iframe[src]", "src"),
        ("[hx-get]", "hx-get"),
    ):
        for el in select(document, css):
            if css == "a[href]" and (has(el, "hx-post") or has(el, "data-method") or has(el, "hx-delete")):
                continue  # a script sends another request in its place
            written = el.attr(name) or ""
            path = path_of(document, written)
            if path:
                found.setdefault(path, Link(written, path, el.tag, name == "hx-get"))
    return list(found.values())


def resources_of(document: Document) -> Iterator[Link]:
    """Yield the images, scripts and style sheets that the site itself should have."""
    for css, name in _RESOURCES:
        for el in select(document, css):
            written = el.attr(name) or ""
            if path := path_of(document, written):
                yield Link(written, path, el.tag)


def path_of(document: Document, written: str) -> str:
    """Return the path with its query that something on a page leads to, if it is the site's own; else nothing."""
    if not written.strip() or written.strip().startswith("#"):
        return ""
    try:
        base = parse_url(base_url(document))
        url = parse_url(written, base)
        own = parse_url(document.url)
    except ValueError:
        return ""
    return url.target if url.is_http and url.netloc == own.netloc else ""
