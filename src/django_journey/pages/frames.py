"""Frames of the page's own site: each is a page within a page, loaded when it is first looked into."""

from __future__ import annotations

from typing import Any

from django_journey.dom.document import Document
from django_journey.dom.forms import base_url
from django_journey.dom.tree import has, select
from django_journey.dom.urls import Url, parse_url
from django_journey.dom.visibility import is_frame_shown
from django_journey.errors import NeedsBrowser
from django_journey.pages.events import ON_PAGES, Events
from django_journey.pages.exchange import Order
from django_journey.pages.history import Entry
from django_journey.pages.navigation import arrive, open_blank, referrer_policy
from django_journey.pages.page import Page
from django_journey.pages.refresh import follow_refreshes
from django_journey.pages.scripts import shown
from django_journey.pages.traffic import Response

__all__ = ["Frame", "frame_of", "frames_in", "missing_frame"]

#: What happens in a frame and is heard of at its page.
_PASSED_ON = ON_PAGES - {"close", "domcontentloaded", "load", "navigated"}


class Frame(Page):
    """What an ``iframe`` shows, as ``playwright.sync_api.Frame``.

    Args:
        parent: The page or frame that holds it.
        el: The ``iframe`` or ``frame`` element.
    """

    framed = True

    def __init__(self, parent: Page, el: Any) -> None:
        name = "" if el is None else el.attr("name") or el.attr("id") or ""
        super().__init__(parent.context, name=name)
        self._parent = parent
        self._el = el
        self.events = Events(ON_PAGES, parent.events, _PASSED_ON)
        self.sent = parent.sent
        self.keyboard = parent.keyboard
        self.viewport_size = None
        self._address = ""

    def __repr__(self) -> str:
        return f"<Frame name={self.name!r} url={self.url!r}>"

    @property
    def url(self) -> str:
        """The frame's URL."""
        return self._address or super().url

    @property
    def parent_frame(self) -> Page:
        """The page or frame that holds it."""
        return self._parent

    @property
    def page(self) -> Any:
        """The page that it is in."""
        return self._parent.page

    def is_detached(self) -> bool:
        """Tell whether its page shows something else by now."""
        return self._parent.document.frames.get(self._el) is not self

    def look(self) -> Any:
        """Return the whole page as it looks now."""
        return self.page.look()

    def load(self) -> None:
        """Load what the element asks for.

        Raises:
            NeedsBrowser: That is of another site, sandboxed, or a script.
        """
        source = self._parent.history.current
        markup = self._el.attr("srcdoc")
        if markup is not None:
            # Its URL is about:srcdoc; whatever is relative in it goes by the page around it.
            self.show(
                Entry(source.url, Document(markup, url=base_url(source.document)), policy=source.policy)
            )
            self._address = "about:srcdoc"
            return
        target = self._target()
        if target is None:
            return
        policy = referrer_policy(self._parent, (self._el.attr("referrerpolicy") or "").lower())
        arrive(self, Order(target, source=source.url, policy=policy, framed=True), replace=True)
        follow_refreshes(self)

    def _target(self) -> Url | None:
        """Return the address that the element names; ``None`` is a blank one."""
        here = self._parent.history.current.url
        try:
            target = parse_url(
                self._el.attr("src") or "about:blank", parse_url(base_url(self._parent.document))
            )
        except ValueError:
            return None
        if str(target) == "about:blank":
            return None
        reason = ""
        if not target.is_http:
            reason = "what it shows is no page of a site"
        elif target.origin != here.origin:
            reason = f"it shows another site, {target.origin}"
        elif has(self._el, "sandbox") and not {"allow-same-origin", "allow-forms"} <= set(
            (self._el.attr("sandbox") or "").lower().split()
        ):
            reason = "its sandbox makes a site of its own of it"
        if reason:
            raise NeedsBrowser("looking into a frame", f"{shown(self._el)}: {reason}", where=self._parent.url)
        return target

    def show(self, entry: Entry, *, replace: bool = False) -> None:
        """Show a new entry, or nothing where the response may not be shown in a frame."""
        self._address = ""
        if entry.response is not None and _refuses_frames(entry.response):
            entry = open_blank()
            self._address = "chrome-error://chromewebdata/"
        address = self._address
        parent, el = self._parent, self._el
        entry.document.frame_is_shown = lambda: is_frame_shown(parent.document, el)
        super().show(entry, replace=replace)
        self._address = address


def frame_of(page: Page, el: Any) -> Frame:
    """Return what a frame's element shows, loading it when it is first asked for.

    Raises:
        NeedsBrowser: It is of another site, sandboxed, or a script.
    """
    frame: Frame | None = page.document.frames.get(el)
    if frame is None:
        frame = Frame(page, el)
        frame.load()
        page.document.frames[el] = frame
    return frame


def frames_in(page: Page) -> list[Frame]:
    """Return the frames that a page's elements show, those within them not among them."""
    return [frame_of(page, el) for el in select(page.document, "iframe,frame")]


def missing_frame(page: Page, sought: str) -> Frame:
    """Return an empty frame for an element that is not there."""
    frame = Frame(page, None)
    frame._address = f"{page.url} (no frame there is {sought})"
    return frame


def _refuses_frames(response: Response) -> bool:
    """Tell whether a response of the page's own site may not be shown in a frame of it.

    Source: RFC 7034; Content Security Policy Level 3, 6.4.2 (``frame-ancestors``, which wins).
    """
    for policy in (
        (response.header_value("Content-Security-Policy") or "").lower().replace(",", ";").split(";")
    ):
        words = policy.split()
        if words[:1] == ["frame-ancestors"]:
            return not {"'self'", "*"} & {*words} and not any(
                "//" in word or "." in word for word in words[1:]
            )
    return "deny" in (response.header_value("X-Frame-Options") or "").lower()
