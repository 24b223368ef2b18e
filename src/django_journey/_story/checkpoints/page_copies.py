"""Copies browserless contexts with their pages, history and half-filled forms, without a request."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import copied
from django_journey._drivers.base import Driver
from django_journey._pages.actions.keyboard import Keyboard
from django_journey._pages.http.api import APIRequestContext
from django_journey._pages.http.linked_files import LinkedFiles
from django_journey._pages.interpreters import start_behaviours

if TYPE_CHECKING:
    from django_journey._pages.page import BrowserContext, Page

__all__ = ["NotCopied", "copied_context"]


class NotCopied(Exception):
    """Something can't be copied exactly; its text says what."""


class _NoRequests:
    """The driver of a copy that waits for its story.

    Args:
        driver: That of the original, which may read files.
    """

    name = "none"

    def __init__(self, driver: Any) -> None:
        self.base_url = driver.base_url
        self.file = getattr(driver, "file", None)

    def send(self, request: Any) -> Any:
        raise NotCopied("a page that sends requests as soon as it is shown")

    def close(self) -> None:
        """Do nothing."""


def copied_context(
    context: BrowserContext, driver: Driver | None = None
) -> tuple[BrowserContext, dict[int, Any]]:
    """Copy a context with its open pages.

    Args:
        context: A browserless context.
        driver: What sends the requests of the copy; without one, it can send none.

    Returns:
        The copy, and the copies of all that was copied by the ``id`` of the original.

    Raises:
        NotCopied: Something in it can't be copied exactly.
    """
    twin = copy.copy(context)
    fetcher = copy.copy(context.fetcher)
    fetcher.driver = driver if driver is not None else _NoRequests(fetcher.driver)
    fetcher.jar = copy.copy(fetcher.jar)
    fetcher.jar._cookies = dict(fetcher.jar._cookies)
    fetcher.jar.rejected = list(fetcher.jar.rejected)
    fetcher.headers = dict(fetcher.headers)
    twin.fetcher, twin._cookies = fetcher, fetcher.jar
    twin.request = APIRequestContext(fetcher, context.base_url)
    twin.events = _copied_events(context, None)
    twin.files = LinkedFiles(fetcher.driver)
    twin.files.__dict__.update(
        {name: dict(known) for name, known in vars(context.files).items() if isinstance(known, dict)}
    )
    twin.htmx_history = dict(context.htmx_history)
    twin._closing = []
    memo: dict[int, Any] = {id(context): twin, id(context.request): twin.request}
    twin._pages = [_copied_page(page, twin, memo) for page in context._pages]
    for page in twin._pages:
        page._opener = memo.get(id(page._opener))
    return twin, memo


def _copied_events(owner: Any, parent: Any) -> Any:
    if any(owner.events._listeners.values()):
        raise NotCopied(f"a listener for an event of {owner!r}")
    events = copy.copy(owner.events)
    events._listeners, events._parent = {}, parent
    return events


def _copied_page(page: Page, context: BrowserContext, memo: dict[int, Any]) -> Page:
    twin = memo[id(page)] = copy.copy(page)
    twin._context = context
    twin.events = _copied_events(page, context.events)
    twin.keyboard = Keyboard(twin)
    twin.keyboard.held = list(page.keyboard.held)
    twin.sent = copy.copy(page.sent)
    twin.warned_scripts = set(page.warned_scripts)
    twin.blocked = None
    twin.extra_http_headers = dict(page.extra_http_headers)
    twin.viewport_size = page.viewport_size and dict(page.viewport_size)
    twin.history = copy.copy(page.history)
    documents: dict[int, Document] = {}
    twin.history._entries = [copy.copy(entry) for entry in page.history._entries]
    for entry in twin.history._entries:
        shown = entry.document is page.history.current.document
        if id(entry.document) not in documents:
            documents[id(entry.document)] = _copied_document(entry.document, twin, shown=shown)
        entry.document = documents[id(entry.document)]
    shown_now = page.history.current.document
    if shown_now.behaviours is not None:
        _start_again(shown_now, twin)
    return twin


def _copied_document(document: Document, page: Page, *, shown: bool) -> Document:
    if document.frames:
        raise NotCopied("a page with frames that were looked into")
    twin = copy.copy(document)
    twin._memo, twin._tree_memo, twin.frames, twin.behaviours = {}, {}, {}, None
    if document.load_stylesheet is not None:
        twin.load_stylesheet = page.context.files.style_sheet
    twin.left_behind = document.left_behind or (document.behaviours is not None and not shown)
    twin.dirty, twin.carets, twin.focus, twin.hovered = type(document.dirty)(), {}, None, None
    twin.parser_owners = None
    if document._tree is None or (shown and document.behaviours is not None):
        twin._tree = None
    else:
        twin._tree = copied(document._tree)
        _take_input(document, twin)
    return twin


def _take_input(document: Document, twin: Document) -> dict[Any, Any]:
    """Give a copy what the user has filled in; return the copies of the elements, found by their places."""
    dirty = document.dirty
    slots = [name for name in dirty.__slots__ if getattr(dirty, name)]
    if not (slots or document.carets or document.focus or document.hovered or document.behaviours):
        return {}
    twins = dict(zip(document.tree.iter_elements(), twin.tree.iter_elements(), strict=False))
    try:
        for name in slots:
            value: Any = getattr(dirty, name)
            if isinstance(value, Mapping):
                setattr(twin.dirty, name, {twins[el]: each for el, each in value.items()})
            else:
                setattr(twin.dirty, name, [twins[el] for el in value])
        twin.carets = {twins[el]: caret for el, caret in document.carets.items()}
        twin.focus = None if document.focus is None else twins[document.focus]
        twin.hovered = None if document.hovered is None else twins[document.hovered]
    except KeyError:
        raise NotCopied("a form within a shadow tree") from None
    return twins


def _start_again(document: Document, page: Page) -> None:
    """Start what acts on the shown document in place of its scripts; it must find the document as it left it."""
    now, before = page.document, document.behaviours
    start_behaviours(page)
    behaviours = now.behaviours
    if behaviours is None or before.time.next_due() is not None or now.tree.html != document.tree.html:
        raise NotCopied("a page that its scripts have changed, or are about to change")
    twins = _take_input(document, now)
    now.input_changed()
    behaviours.time.now = before.time.now
    behaviours._focused, behaviours._hovered = twins.get(before._focused), twins.get(before._hovered)
    behaviours._before = {twins[el]: text for el, text in before._before.items()}
