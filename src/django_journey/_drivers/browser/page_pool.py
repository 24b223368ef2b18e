"""A pool of browser pages: a story's page is used again by later stories where clearing it makes it as good as new.

A fresh browser context with a page costs more than clearing a used one; in full Chromium, which starts a process for
each, several times as much. But a test has Playwright's own objects, and much of what they do can't be undone: init
scripts, routes, bindings, listeners, an emulated screen or clock. So a page returns to the pool only if the test made
no calls but safe ones (``call_watch.SAFE_CALLS``), none of which raised, if the page was at no other origin than the
site's, and if no other page was opened in its context. Only what ``page.requests()`` returns can't be cleared: there a
story sees requests of earlier stories.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django_journey._adapters.playwright import as_async, run
from django_journey._drivers.browser.call_watch import CALLS
from django_journey._drivers.browser.close import quietly
from django_journey._drivers.browser.loop import running_loop_of

__all__ = ["UNREACHABLE", "PagePool", "PooledPage"]

_BLANK = "about:blank"
# A page that navigates by itself keeps its process and its origin. One that is navigated through the protocol may get
# another process, which costs more than everything else here. document.open() removes the old document's listeners
# first (HTML, "document open steps"), since the browser may run them later: they could write to the storage, or ask
# whether to leave the page.
_LEAVE = f"try {{ document.open(); document.close() }} finally {{ location.replace('{_BLANK}') }}"
_MOST_IDLE = 4  # few stories have more actors
_MOST_STORIES = 100  # so that nothing grows in the browser without end
_PLAYWRIGHTS_LISTS = ("clear_console_messages", "clear_page_errors")  # since Playwright 1.58
UNREACHABLE = "the browser did not do it: "  # before an error of the browser's own
_PATIENCE = 2.0  # seconds to clear a page; one that takes longer is closed


@dataclass(slots=True)
class PooledPage:
    """A page, the only one of its context, that one story after the other has for itself.

    Args:
        page: Playwright's page.
        key: The settings that its context was created with.
        control: A CDP session of the page.
        origin: The site's origin.
        unsafe_calls: How many unsafe calls had been made in this process when the page was checked out.
        stories: How many stories have had it.
        left_origin: Whether it, or one of its frames, has been at another origin than the site's.
        had_company: Whether another page was opened in its context, even for a short time.
    """

    page: Any
    key: Any
    control: Any
    origin: str
    unsafe_calls: int = 0
    stories: int = 0
    left_origin: bool = False
    had_company: bool = False

    def on_navigated(self, frame: Any) -> None:
        """Take note of where the page or one of its frames has navigated to."""
        url = frame.url
        if url not in ("", _BLANK, "about:srcdoc") and _origin(url) != self.origin:
            self.left_origin = True

    def on_page(self, _page: Any) -> None:
        """Take note of another page in the context, which may have stored something at any origin."""
        self.had_company = True

    @property
    def elsewhere(self) -> str:
        """Why its context may hold something of another origin; an empty text where it does not."""
        if self.left_origin:
            return "it was at another origin"
        return "another page was opened in its context" if self.had_company else ""

    def replace_document(self) -> None:
        """Put a new blank document into the page: the one that is there still has the site's origin."""
        if not self.page.is_closed() and self.page.url == _BLANK:
            _trouble(self, _go_to_blank)


class PagePool:
    """The idle pages of one Chromium.

    Args:
        new_context: ``Browser.new_context``.

    Attributes:
        refusals: Why the last pages that were closed could not be used again.
    """

    def __init__(self, new_context: Callable[..., Any]) -> None:
        self.refusals: deque[str] = deque(maxlen=20)
        self._new_context = new_context
        self._idle: list[PooledPage] = []

    def check_out(self, settings: Mapping[str, Any]) -> PooledPage:
        """Return a page at ``about:blank``: an idle one, cleared, or a new one in a new context.

        Args:
            settings: What ``Browser.new_context`` takes, ``base_url`` among them.
        """
        key = tuple(sorted(settings.items()))
        with CALLS.ignored():
            pooled = self._cleared(key) or self._new(key, settings)
        pooled.unsafe_calls = CALLS.unsafe
        pooled.stories += 1
        return pooled

    def check_in(self, pooled: PooledPage) -> None:
        """Return a page to the pool, away from the site; where it can't be used again, close its context."""
        if pooled.replace_document in CALLS.before_page_access:
            CALLS.before_page_access.remove(pooled.replace_document)
        with CALLS.ignored():
            refusal = _reason_against(pooled) or _trouble(pooled, _leave_site)
            if refusal:
                self._refuse(pooled, refusal)
                return
            self._idle.append(pooled)
            if len(self._idle) > _MOST_IDLE:
                self._refuse(self._idle.pop(0), "there are more idle pages than stories need")

    def _cleared(self, key: Any) -> PooledPage | None:
        for pooled in [one for one in reversed(self._idle) if one.key == key]:
            self._idle.remove(pooled)
            # The event about another origin or another page may have arrived after the check-in.
            refusal = _trouble(pooled, _clear) or pooled.elsewhere
            if not refusal:
                CALLS.before_page_access.append(pooled.replace_document)
                return pooled
            self._refuse(pooled, refusal)
        return None

    def _refuse(self, pooled: PooledPage, reason: str) -> None:
        self.refusals.append(reason)
        quietly(pooled.page.context.close)

    def _new(self, key: Any, settings: Mapping[str, Any]) -> PooledPage:
        page = self._new_context(**settings).new_page()
        pooled = PooledPage(page, key, page.context.new_cdp_session(page), _origin(settings["base_url"]))
        page.on("framenavigated", pooled.on_navigated)
        page.context.on("page", pooled.on_page)
        return pooled


def _reason_against(pooled: PooledPage) -> str:
    """Tell why a story's page can't be used again; an empty text where it can."""
    unsafe = CALLS.unsafe - pooled.unsafe_calls
    reasons = {
        f"{unsafe} calls that can't be undone": bool(unsafe),
        pooled.elsewhere: bool(pooled.elsewhere),
        f"{pooled.stories} stories have had it": pooled.stories >= _MOST_STORIES,
        # A test may have written into a blank page, and going to the same address would not remove it.
        "it is at no address": pooled.page.url == _BLANK,
        "it is not the only page of its context": pooled.page.context.pages != [pooled.page],
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


async def _leave_site(pooled: PooledPage) -> str:
    """Navigate to a blank page, so that the old one requests and stores nothing more."""
    page, send, _ = _async_objects(pooled)
    async with page.expect_navigation(url=_BLANK, wait_until="commit"):
        # The page may be gone before it has answered that it leaves: only its arrival counts.
        leaving = send("Runtime.evaluate", {"expression": _LEAVE})
        alone, _ = await asyncio.gather(_is_alone(pooled), leaving, return_exceptions=True)
    if isinstance(alone, BaseException):
        raise alone
    return "" if alone else "the browser has another page in its context"


async def _go_to_blank(pooled: PooledPage) -> str:
    page, *_ = _async_objects(pooled)
    await page.goto(_BLANK)
    return ""


async def _is_alone(pooled: PooledPage) -> bool:
    """Ask the browser for pages of the context: Playwright learns a little later of one that a script has opened."""
    _, send, _ = _async_objects(pooled)
    mine, everything = await asyncio.gather(send("Target.getTargetInfo"), send("Target.getTargets"))
    context = mine["targetInfo"]["browserContextId"]
    here = [one for one in everything["targetInfos"] if one.get("browserContextId") == context]
    return [one["type"] for one in here].count("page") == 1


async def _clear(pooled: PooledPage) -> str:
    """Remove what a page that has left the site, and its context, still hold of a story."""
    page, send, mouse = _async_objects(pooled)
    if page.url != _BLANK:
        return "it was used after its story"
    lists = [getattr(page, name)() for name in _PLAYWRIGHTS_LISTS if hasattr(page, name)]
    await asyncio.gather(
        *lists,
        send("DOMStorage.clear", {"storageId": {"securityOrigin": pooled.origin, "isLocalStorage": False}}),
        send("Storage.clearDataForOrigin", {"origin": pooled.origin, "storageTypes": "all"}),
        send("Network.clearBrowserCookies"),
        send("Network.clearBrowserCache"),
        send("Page.resetNavigationHistory"),
        send("Runtime.evaluate", {"expression": "window.name = ''"}),
        mouse.move(0, 0),
    )
    return ""


def _async_objects(pooled: PooledPage) -> tuple[Any, Any, Any]:
    """Return the page, ``send`` of its CDP session and its mouse in the async API, which can send several at once."""
    from playwright.async_api import CDPSession, Mouse, Page

    page, control = as_async(Page, pooled.page), as_async(CDPSession, pooled.control)
    return page, control.send, as_async(Mouse, pooled.page.mouse)


def _trouble(pooled: PooledPage, work: Callable[[PooledPage], Coroutine[Any, Any, str]]) -> str:
    """Do something with a page; return its result, or what is the matter where the page does not react."""
    from playwright.async_api import Error

    async def in_time() -> str:
        return await asyncio.wait_for(work(pooled), _PATIENCE)

    try:
        with running_loop_of(pooled.page):
            return str(run(pooled.page, in_time()))
    except (Error, TimeoutError) as error:  # the page has crashed, or a script in it never ends
        return f"{UNREACHABLE}{error or f'no answer in {_PATIENCE} s'}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
