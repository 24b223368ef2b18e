"""Following links: their URL, target and referrer policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django_journey._dom.forms.submission import base_url
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import has, select
from django_journey._pages.navigation.navigate import follow
from django_journey._pages.navigation.page_protocol import Destination, PageProtocol
from django_journey._pages.navigation.scripts import check_url
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["OpenMode", "follow_link", "open_mode"]

_OTHER_PROGRAMS = ("mailto", "tel", "sms")
#: Where a link or form is opened: in its target, in a new page, or as a download.
OpenMode = Literal["here", "elsewhere", "saved"]
_KEYS = ("Alt", "Control", "ControlOrMeta", "Meta", "Shift")


def open_mode(modifiers: Sequence[str], call: str, *, where: str) -> OpenMode:
    """Return where a link or form is opened while these keys are held down.

    Raises:
        Error: One is not a modifier key, as in Playwright.
        NeedsBrowser: Alt is held down with another key, which is a shortcut of the browser.
    """
    for place, key in enumerate(modifiers):
        if key not in _KEYS:
            raise Error(f"modifiers[{place}]: expected one of ({'|'.join(_KEYS)})")
    if "Alt" in modifiers and len(set(modifiers)) > 1:
        raise NeedsBrowser(call, f"{'+'.join(modifiers)} is a shortcut of the browser", where=where)
    return "here" if not modifiers else "saved" if "Alt" in modifiers else "elsewhere"


def follow_link(
    page: PageProtocol, el: Element, *, modifiers: Sequence[str] = (), call: str = "click()"
) -> None:
    """Follow a link.

    Args:
        page: The page.
        el: An ``a`` or ``area`` element.
        modifiers: Keys that are held down; Control or Meta opens a new page, Alt downloads the target.
        call: The call, for errors.

    Raises:
        NeedsBrowser: It has no ``href``, or runs a script.
        Error: Its ``href`` is not a URL, or pages can't be loaded from a URL of that scheme.

    Source: HTML Living Standard, 4.6.4 Following hyperlinks.
    """
    href = el.attr("href")
    if href is None:
        href = el.attr("xlink:href")
    if href is None:
        raise NeedsBrowser(call, f"{show(el)} has no href: only a script can answer", where=page.url)
    check_url(href, el, call, where=page.url)
    doc = page.document
    try:
        url = parse_url(href, parse_url(base_url(doc)), encoding=doc.encoding)
    except ValueError as error:
        raise Error(Explanation(f"{call}: the link is not a URL: {error}", where=show(el))) from error
    if url.scheme in _OTHER_PROGRAMS:
        return  # another program opens, and the page stays
    target = el.attr("target")
    if target is None:
        target = next((base.attr("target") for base in select(doc, "base[target]")), "") or ""
    opened = open_mode(modifiers, call, where=page.url)
    destination = Destination(
        url,
        target="_blank" if opened == "elsewhere" else target,
        rel=tuple((el.attr("rel") or "").lower().split()),
        policy=(el.attr("referrerpolicy") or "").lower(),
        saved_as=el.attr("download") if has(el, "download") else None,
        is_saved=opened == "saved",
    )
    follow(page, destination)
