"""Following a link: where it leads, in which page, and what it tells about where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django_journey.dom.forms import base_url
from django_journey.dom.tree import has, select
from django_journey.dom.urls import parse_url
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.pages.scripts import check_url, shown
from django_journey.pages.shown import Destination, ShownPage

__all__ = ["Opened", "follow_link", "opened_by"]

_OTHER_PROGRAMS = ("mailto", "tel", "sms")
#: Where a link or a form leads: to where it says, to another page, or into a file.
Opened = Literal["here", "elsewhere", "saved"]
_KEYS = ("Alt", "Control", "ControlOrMeta", "Meta", "Shift")


def opened_by(modifiers: Sequence[str], call: str, *, where: str) -> Opened:
    """Return where the keys that are held make a link or a submit button lead.

    Raises:
        Error: One is no such key, as in Playwright.
        NeedsBrowser: Alt is held with another key, which asks the browser for something of its own.
    """
    for place, key in enumerate(modifiers):
        if key not in _KEYS:
            raise Error(f"modifiers[{place}]: expected one of ({'|'.join(_KEYS)})")
    if "Alt" in modifiers and len(set(modifiers)) > 1:
        raise NeedsBrowser(call, f"what {'+'.join(modifiers)} means is the browser's own matter", where=where)
    return "here" if not modifiers else "saved" if "Alt" in modifiers else "elsewhere"


def follow_link(page: ShownPage, el: Any, *, modifiers: Sequence[str] = (), call: str = "click()") -> None:
    """Go where a link leads.

    Args:
        page: The page.
        el: An ``a`` or ``area`` element.
        modifiers: Keys that are held; Control or Meta opens a new page, Alt saves what would be opened.
        call: The call, for errors.

    Raises:
        NeedsBrowser: It has no ``href``, or runs a script.
        Error: Its ``href`` is not a URL, or of a kind that a page can't be fetched from.

    Source: HTML Living Standard, 4.6.4 Following hyperlinks.
    """
    href = el.attr("href")
    if href is None:
        href = el.attr("xlink:href")
    if href is None:
        raise NeedsBrowser(call, f"{shown(el)} has no href: only a script can answer", where=page.url)
    check_url(href, el, call, where=page.url)
    doc = page.document
    try:
        url = parse_url(href, parse_url(base_url(doc)), encoding=doc.encoding)
    except ValueError as error:
        raise Error(Explanation(f"{call}: the link is not a URL: {error}", where=shown(el))) from error
    if url.scheme in _OTHER_PROGRAMS:
        return  # another program opens; the page stays as it is
    target = el.attr("target")
    if target is None:
        target = next((base.attr("target") for base in select(doc, "base[target]")), "") or ""
    opened = opened_by(modifiers, call, where=page.url)
    page.go(
        Destination(
            url,
            target="_blank" if opened == "elsewhere" else target,
            rel=tuple((el.attr("rel") or "").lower().split()),
            policy=(el.attr("referrerpolicy") or "").lower(),
            saved_as=el.attr("download") if has(el, "download") else None,
            is_saved=opened == "saved",
        )
    )
