"""Pages that navigate by themselves: ``meta`` refresh, the ``Refresh`` header, and plain scripts."""

from __future__ import annotations

import re
from dataclasses import replace

from django_journey._dom.forms.submission import base_url
from django_journey._dom.tree.urls import Url, parse_url
from django_journey._dom.tree.walk import select
from django_journey._pages.http.fetch import FetchRequest
from django_journey._pages.http.request_response import Response
from django_journey._pages.navigation.load import load, referrer_policy
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripted_navigation import scripted_navigation
from django_journey.errors import Explanation, TooManyRedirects

__all__ = ["follow_refreshes", "pending_refresh"]

_VALUE = re.compile(
    r"""[\t\n\f\r ]*(?P<time>\d*)(?:\.[\d.]*)?(?:(?=[\t\n\f\r ;,])[\t\n\f\r ]*[;,]?[\t\n\f\r ]*"""
    r"""(?:url[\t\n\f\r ]*=[\t\n\f\r ]*)?(?P<url>'[^']*|"[^"]*|.*))?""",
    re.IGNORECASE | re.DOTALL,
)


def pending_refresh(page: PageProtocol) -> tuple[float, Url] | None:
    """Return the seconds after which the page refreshes, and the URL; ``None`` if it does not.

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


def follow_refreshes(page: PageProtocol, *, within: float = 0.0) -> Response | None:
    """Follow the refreshes that are due within some seconds, and return the response that is shown then.

    A navigation that a script of the page starts comes first. Without a time, only immediate refreshes are
    followed: a browser follows them before a test can read the page.

    Raises:
        TooManyRedirects: The pages refresh to each other endlessly.
    """
    left, seen = within, [page.url]
    while True:
        scripted = scripted_navigation(page)
        pending = pending_refresh(page) if scripted is None else (0.0, scripted.url)
        if pending is None or pending[0] > left:
            return page.response
        seconds, target = pending
        left -= seconds
        seen.append(str(target))
        if len(seen) > page.context.fetcher.max_redirects + 1:
            if seconds:
                return page.response  # a page that reloads itself at intervals
            raise TooManyRedirects(
                Explanation(
                    "the page refreshes at once again and again", where=seen[0], nearest=tuple(seen[:6])
                )
            )
        source, policy = page.history.current.url, referrer_policy(page)
        navigation = replace(
            scripted or FetchRequest(target), source=source, policy=policy, framed=page.framed
        )
        load(page, navigation, replace=seconds <= 1)
