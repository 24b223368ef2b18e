"""Keeps the pages of stories that left nothing in them for the stories after them.

A fresh browser context and its page cost more than clearing a used one does; in whole Chromium, which starts
a process for each, several times as much. But a test holds Playwright's own objects, and much of what they do
can't be undone: init scripts, routes, bindings, listeners, an emulated screen or clock. So a page is kept only
where every call of the test's code was harmless (``heard.HARMLESS``) and came to its end, where it has been at the
site's own origin alone, and where it has opened no other page. What Playwright's ``page.requests()`` remembers can't be
cleared: it is the one thing that a story may see of those before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django_journey.drivers.browser.closing import quietly
from django_journey.drivers.browser.heard import EAR
from django_journey.drivers.browser.loop import running_loop_of

__all__ = ["KeptPages", "Lent"]

_BLANK = "about:blank"
# A page that leaves by itself stays in its process, and at its origin; one that is sent away may get another
# process, which costs more than all the rest. The old document's listeners, which the browser may run later, are
# erased first (HTML, "document open steps"): none may write anything down any more, or ask whether to stay.
_LEAVE = f"try {{ document.open(); document.close() }} finally {{ location.replace('{_BLANK}') }}"
_MOST = 4  # pages that wait to be lent again: as many actors as a story seldom has
_LIFETIME = 100  # stories, so that nothing grows in the browser for ever
_TOLD = ("clear_console_messages", "clear_page_errors")  # Playwright's, of 1.58 and later
_PATIENCE = 2.0  # seconds for a page to let itself be cleared; one that hangs is closed


@dataclass(slots=True)
class Lent:
    """A page that a story has for itself.

    Args:
        page: Playwright's page, the only one of its context.
        key: With what its context was made.
        control: A session of the browser's own protocol with it (CDP).
        origin: The site's origin.
        heard: How many calls that leave something had been heard of when it was lent.
        stories: How many stories have had it.
        elsewhere: Whether it, or a frame of it, has been at another origin than the site's.
        accompanied: Whether another page was opened in its context, however soon it was closed again.
    """

    page: Any
    key: Any
    control: Any
    origin: str
    heard: int = 0
    stories: int = 0
    elsewhere: bool = False
    accompanied: bool = False

    def goes(self, frame: Any) -> None:
        """Note where the page or a frame of it went."""
        url = frame.url
        if url not in ("", _BLANK, "about:srcdoc") and _origin(url) != self.origin:
            self.elsewhere = True

    def renew(self) -> None:
        """Put a document into the page that has nothing of the site's, not even its origin."""
        if not self.page.is_closed() and self.page.url == _BLANK:
            _done(self, _blank)

    def joined(self, _page: Any) -> None:
        """Note that there is another page, which may leave something at any origin."""
        self.accompanied = True


class KeptPages:
    """The pages of one Chromium that may be lent again.

    Args:
        new_context: ``Browser.new_context``.
    """

    def __init__(self, new_context: Callable[..., Any]) -> None:
        self._new_context = new_context
        self._waiting: list[Lent] = []

    def lend(self, settings: Mapping[str, Any]) -> Lent:
        """Return a page on ``about:blank``: one that was kept, cleared, else one in a fresh context.

        Args:
            settings: What ``Browser.new_context`` takes, ``base_url`` among them.
        """
        key = tuple(sorted(settings.items()))
        with EAR.unheard():
            lent = self._kept(key) or self._fresh(key, settings)
        lent.heard = EAR.heard
        lent.stories += 1
        return lent

    def take_back(self, lent: Lent) -> None:
        """Let a page leave the site, and keep it; where it can't be as new again, its context is closed."""
        if lent.renew in EAR.before_a_look:
            EAR.before_a_look.remove(lent.renew)
        with EAR.unheard():
            if not (self._left_clean(lent) and _done(lent, _leave)):
                quietly(lent.page.context.close)
                return
            self._waiting.append(lent)
            if len(self._waiting) > _MOST:
                quietly(self._waiting.pop(0).page.context.close)

    def _kept(self, key: Any) -> Lent | None:
        for lent in [one for one in reversed(self._waiting) if one.key == key]:
            self._waiting.remove(lent)
            # News of where it has been may have come late.
            if _done(lent, _clear) and not (lent.elsewhere or lent.accompanied):
                EAR.before_a_look.append(lent.renew)
                return lent
            quietly(lent.page.context.close)
        return None

    def _fresh(self, key: Any, settings: Mapping[str, Any]) -> Lent:
        page = self._new_context(**settings).new_page()
        lent = Lent(page, key, page.context.new_cdp_session(page), _origin(settings["base_url"]))
        page.on("framenavigated", lent.goes)
        page.context.on("page", lent.joined)
        return lent

    def _left_clean(self, lent: Lent) -> bool:
        return (
            lent.heard == EAR.heard
            and not lent.elsewhere
            and not lent.accompanied
            and lent.stories < _LIFETIME
            # There somebody may have written a document, which going to the same address does not take away.
            and lent.page.url != _BLANK
            and lent.page.context.pages == [lent.page]
        )


async def _leave(lent: Lent) -> bool:
    """Leave the site, so that nothing is asked of it or written down any more; tell whether it was the only page."""
    page, send, _ = _asynchronous(lent)
    async with page.expect_navigation(url=_BLANK, wait_until="commit"):
        alone, _ = await asyncio.gather(_is_alone(lent), send("Runtime.evaluate", {"expression": _LEAVE}))
    return bool(alone)


async def _blank(lent: Lent) -> bool:
    page, *_ = _asynchronous(lent)
    await page.goto(_BLANK)
    return True


async def _is_alone(lent: Lent) -> bool:
    """Ask the browser: Playwright hears of a page that a script has opened a little later."""
    _, send, _ = _asynchronous(lent)
    mine, everything = await asyncio.gather(send("Target.getTargetInfo"), send("Target.getTargets"))
    context = mine["targetInfo"]["browserContextId"]
    here = [one for one in everything["targetInfos"] if one.get("browserContextId") == context]
    return [one["type"] for one in here].count("page") == 1


async def _clear(lent: Lent) -> bool:
    """Take out of a page that has left the site, and out of its context, what is still there."""
    page, send, mouse = _asynchronous(lent)
    if page.url != _BLANK:
        return False  # somebody has held on to it, and gone on with it after their story
    told = [getattr(page, name)() for name in _TOLD if hasattr(page, name)]
    await asyncio.gather(
        *told,
        send("DOMStorage.clear", {"storageId": {"securityOrigin": lent.origin, "isLocalStorage": False}}),
        send("Storage.clearDataForOrigin", {"origin": lent.origin, "storageTypes": "all"}),
        send("Network.clearBrowserCookies"),
        send("Network.clearBrowserCache"),
        send("Page.resetNavigationHistory"),
        send("Runtime.evaluate", {"expression": "window.name = ''"}),
        mouse.move(0, 0),
    )
    return True


def _asynchronous(lent: Lent) -> tuple[Any, Any, Any]:
    """Return the same page, its protocol's session and its mouse with Playwright's asynchronous API.

    So one answer need not be waited for before the next question.
    """
    from playwright.async_api import CDPSession, Mouse, Page

    mouse = Mouse(lent.page.mouse._impl_obj)
    return Page(lent.page._impl_obj), CDPSession(lent.control._impl_obj).send, mouse


def _done(lent: Lent, work: Callable[[Lent], Coroutine[Any, Any, bool]]) -> bool:
    """Do what there is to do with a page; tell whether it can be lent again."""
    from playwright.async_api import Error

    async def patiently() -> bool:
        return await asyncio.wait_for(work(lent), _PATIENCE)

    try:
        with running_loop_of(lent.page):
            return bool(lent.page._sync(patiently()))
    except (Error, TimeoutError):  # the page has crashed, or a script in it never ends
        return False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
