"""Pages that lead on by themselves: ``meta`` refresh and the ``Refresh`` header."""

from __future__ import annotations

import re
from dataclasses import replace

from django_journey.dom.forms import base_url
from django_journey.dom.tree import select
from django_journey.dom.urls import Url, parse_url
from django_journey.errors import Explanation, TooManyRedirects
from django_journey.pages.exchange import Order
from django_journey.pages.self_acting import own_act
from django_journey.pages.shown import ShownPage
from django_journey.pages.traffic import Response

__all__ = ["follow_refreshes", "pending_refresh"]

_VALUE = re.compile(
    r"""[\t\n\f\r ]*(?P<time>\d*)(?:\.[\d.]*)?(?:(?=[\t\n\f\r ;,])[\t\n\f\r ]*[;,]?[\t\n\f\r ]*"""
    r"""(?:url[\t\n\f\r ]*=[\t\n\f\r ]*)?(?P<url>'[^']*|"[^"]*|.*))?""",
    re.IGNORECASE | re.DOTALL,
)


def pending_refresh(page: ShownPage) -> tuple[float, Url] | None:
    """Return after how many seconds the page leads on, and where to; ``None`` if it stays.

    Source: HTML Living Standard, 4.2.5.3 Pragma directives, shared declarative refresh steps.
    """
    entry = page.history.current
    stated = entry.response.header_value("Refresh") if entry.response is not None else None
    if stated is None and entry.document.mentions("refresh"):
        stated = next(
            (
                el.attr("content")
                for el in select(entry.document, "meta[http-equiv][content]")
                if (el.attr("http-equiv") or "").strip().lower() == "refresh"
            ),
            None,
        )
    match = _VALUE.fullmatch(stated) if stated else None
    if match is None or not (match["time"] or (stated or "").lstrip().startswith(".")):
        return None
    url = (match["url"] or "").strip("\t\n\f\r ")
    if url[:1] in ("'", '"'):
        url = url[1:].partition(url[0])[0]
    try:
        target = parse_url(url, parse_url(base_url(entry.document))) if url else entry.url
    except ValueError:
        return None
    return (float(match["time"] or 0), target) if target.is_http else None


def follow_refreshes(page: ShownPage, *, within: float = 0.0) -> Response | None:
    """Follow what the page refreshes to within some seconds, and return the response of what it shows then.

    What a script of the page starts when it is loaded comes first.
    Without a time, only a refresh at once is followed, which a browser does before anybody can look.

    Raises:
        TooManyRedirects: The pages refresh to each other without end.
    """
    from django_journey.pages.navigation import arrive, referrer_policy

    left, seen = within, [page.url]
    while True:
        acting = own_act(page)
        pending = pending_refresh(page) if acting is None else (0.0, acting.url)
        if pending is None or pending[0] > left:
            return page.response
        seconds, target = pending
        left -= seconds
        seen.append(str(target))
        if len(seen) > page.context._exchange.max_redirects + 1:
            if seconds:
                return page.response  # a page that renews itself now and then
            raise TooManyRedirects(
                Explanation(
                    "the page refreshes at once again and again", where=seen[0], nearest=tuple(seen[:6])
                )
            )
        source, policy = page.history.current.url, referrer_policy(page)
        order = replace(acting or Order(target), source=source, policy=policy, framed=page.framed)
        arrive(page, order, replace=seconds <= 1)
