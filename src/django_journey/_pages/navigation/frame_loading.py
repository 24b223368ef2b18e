"""What a frame loads: the URL of its element, where a frame of the page's own site may show it."""

from __future__ import annotations

from django_journey._dom.forms.submission import base_url
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.urls import Url, parse_url
from django_journey._dom.tree.walk import has
from django_journey._pages.http.request_response import Response
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import NeedsBrowser

__all__ = ["forbids_framing", "frame_url"]


def frame_url(parent: PageProtocol, el: Element) -> Url | None:
    """Return the URL that the element of a frame names; ``None`` where the frame stays blank.

    Raises:
        NeedsBrowser: The URL is of another origin, or the frame is sandboxed into one.
    """
    try:
        target = parse_url(el.attr("src") or "about:blank", parse_url(base_url(parent.document)))
    except ValueError:
        return None
    if str(target) == "about:blank":
        return None
    reason = ""
    if not target.is_http:
        reason = "its URL is not http or https"
    elif target.origin != parent.history.current.url.origin:
        reason = f"it shows another site, {target.origin}"
    elif has(el, "sandbox") and not {"allow-same-origin", "allow-forms"} <= set(
        (el.attr("sandbox") or "").lower().split()
    ):
        reason = "its sandbox gives it an origin of its own"
    if reason:
        raise NeedsBrowser("reading a frame", f"{show(el)}: {reason}", where=parent.url)
    return target


def forbids_framing(response: Response) -> bool:
    """Tell whether a response forbids to be shown in a frame, even of its own site.

    Source: RFC 7034; Content Security Policy Level 3, 6.4.2 (``frame-ancestors`` overrides the older header).
    """
    policies = (response.header_value("Content-Security-Policy") or "").lower().replace(",", ";").split(";")
    for policy in policies:
        words = policy.split()
        if words[:1] == ["frame-ancestors"]:
            return not {"'self'", "*"} & {*words} and not any(
                "//" in word or "." in word for word in words[1:]
            )
    return "deny" in (response.header_value("X-Frame-Options") or "").lower()
