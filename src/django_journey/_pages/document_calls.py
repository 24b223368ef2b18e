"""The calls of a page that read or replace the document it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from django_journey._dom.rendering.focus import is_focusable
from django_journey._dom.rendering.visibility import visibility_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import Url
from django_journey._dom.tree.walk import by_id, select
from django_journey._pages.http.request_response import Response
from django_journey._pages.navigation.events import Events
from django_journey._pages.navigation.history import History
from django_journey._pages.navigation.page_protocol import ContextProtocol
from django_journey._pages.navigation.snapshot import title_of
from django_journey.errors import Error

__all__ = ["DocumentCalls"]


class DocumentCalls:
    """The calls of a page about its document, its URL and its viewport."""

    events: Events
    history: History
    viewport_size: dict[str, int] | None

    @property
    def context(self) -> ContextProtocol:
        """The browser context that the page belongs to."""
        raise NotImplementedError

    def is_closed(self) -> bool:
        """Tell whether the page was closed."""
        raise NotImplementedError

    @property
    def document(self) -> Document:
        """What the page shows now."""
        self._check_open()
        return self.history.current.document

    @property
    def response(self) -> Response | None:
        """The response that the page came with; ``None`` before the first navigation."""
        return self.history.current.response

    @property
    def url(self) -> str:
        """The page's URL with its fragment."""
        return str(self.history.current.url)

    def title(self) -> str:
        """Return the page's title."""
        return title_of(self.document)

    def content(self) -> str:
        """Return the page's HTML with its doctype."""
        return str(self.document.tree.html)

    def set_content(self, html: str, *, timeout: float | None = None, wait_until: str | None = None) -> None:
        """Show this HTML in place of the page; the URL stays."""
        document = Document(html, url=self.url)
        document.load_stylesheet = self.context.files.style_sheet
        self.history.replace(replace(self.history.current, document=document))
        self._document_replaced()

    def _document_replaced(self) -> None:
        """Start what acts on a document that was given as HTML."""
        raise NotImplementedError

    def bring_to_front(self) -> None:
        """Do nothing: no page hides another."""

    def set_viewport_size(self, viewport_size: Mapping[str, int]) -> None:
        """Set the width and height (pixels) for the media queries of style sheets."""
        self.viewport_size = dict(viewport_size)
        self.document.tree_changed()

    def moves_within(self, target: Url) -> bool:
        """Tell whether only the fragment would change."""
        current = self.history.current.url
        return target.fragment is not None and target.with_fragment(None) == current.with_fragment(None)

    def move_within(self, target: Url) -> None:
        """Change the fragment."""
        entry = self.history.current
        if str(target) != str(entry.url):
            self.history.push(replace(entry, url=target))
            entry.document.set_url(str(target))
        self._focus_target(unquote(target.fragment or ""))
        self.events.emit("framenavigated", self)

    def _focus_target(self, fragment: str) -> None:
        """Move the focus as scrolling to a fragment does: to its element, or away if that can't have the focus."""
        doc = self.document
        el = by_id(doc, fragment) or next(
            (each for each in select(doc, "a[name]") if each.attr("name") == fragment), None
        )
        if el is None:
            return
        takes_it = is_focusable(el) and visibility_of(doc).is_style_visible(el)
        doc.tab_start, doc.focus = el, el if takes_it else None
        doc.input_changed()

    def _check_open(self) -> None:
        if self.is_closed():
            raise Error("Target page, context or browser has been closed")
