"""The history of htmx 4: it keeps no pages, and asks for the one that the user goes back to."""

from __future__ import annotations

from django_journey._pages.behaviours.htmx.version_4.attributes import prefixed
from django_journey._pages.behaviours.htmx.version_4.context import context_of
from django_journey._pages.behaviours.htmx.version_4.protocol import Htmx4
from django_journey._pages.behaviours.htmx.version_4.requests import carry_out
from django_journey.errors import NeedsBrowser

__all__ = ["restore"]


def restore(htmx: Htmx4) -> bool:
    """Ask for the page that the current entry stands for; tell whether it is htmx's."""
    page = htmx.page
    entry = page.history.current
    if not htmx.config.flag("history") or entry.state != "htmx":
        return False
    around = [each for each in (page.history.peek(1), page.history.peek(-1)) if each is not None]
    hops = {
        each.url.target == entry.url.target and each.url.fragment != entry.url.fragment for each in around
    }
    if hops == {True}:
        return True  # within the page, to or from a fragment
    htmx.call = "go_back()"
    if len(hops) > 1 or htmx.config.text("history") == "reload":
        raise NeedsBrowser(
            htmx.call, "htmx 4 tells moves within a page, and reloads, in a way of its own", where=page.url
        )
    found = htmx.document.tree.select_one(prefixed(htmx, "[hx-history-elt]"))
    ctx = context_of(htmx, htmx.body, None)
    ctx.said.update(target=htmx.body if found is None else found, swap="outerSync")
    if found is not None:
        ctx.said["select"] = prefixed(htmx, "[hx-history-elt]")
    ctx.headers = {"HX-History-Restore-Request": "true"}
    ctx.verb, ctx.path, ctx.validate = "GET", entry.url.target, False
    carry_out(htmx, ctx)
    return True
