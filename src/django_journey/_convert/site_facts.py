"""What the site says of a request: the URL's name, where a redirect leads, the forms from which it could come."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import unquote, urlsplit

from django_journey._convert.calls import Control, ShownForm
from django_journey._dom.aria.names import name_of as accessible_name
from django_journey._dom.forms import controls
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import join
from django_journey._dom.tree.walk import select
from django_journey._explore.forms.page_form import PageForm, kind_of
from django_journey._explore.forms.values import label_of

__all__ = ["forms_to", "name_of_path", "page_at", "redirect_of", "url_path"]

_HOST = "http://testserver"


def url_path(environ: dict[str, Any]) -> str:
    """Return the path of a request of the test client."""
    return unquote(str(environ.get("PATH_INFO", "/")).encode("latin-1").decode("utf-8", "replace"))


def name_of_path(path: str) -> tuple[str, list[str], dict[str, str]]:
    """Return the name and the arguments of the URL of a path, if ``reverse`` leads from them to the path."""
    from django.urls import NoReverseMatch, Resolver404, resolve, reverse

    nothing: tuple[str, list[str], dict[str, str]] = ("", [], {})
    try:
        match = resolve(path)
        if not match.url_name:
            return nothing
        given: dict[str, Any] = vars(match).get("captured_kwargs", match.kwargs)
        back = reverse(match.view_name, args=match.args or None, kwargs=None if match.args else given)
    except (Resolver404, NoReverseMatch, ValueError):
        return nothing
    if unquote(back) != path:
        return nothing
    return match.view_name, [str(each) for each in match.args], {k: str(v) for k, v in given.items()}


def redirect_of(response: Any, path: str) -> str:
    """Return the path and query that a response redirects to; empty for none, and for another site's."""
    location = response.headers.get("Location", "")
    if not location:
        return ""
    target = urlsplit(join(f"{_HOST}{path}", location))
    if target.netloc != "testserver":
        return ""
    return target.path + (f"?{target.query}" if target.query else "")


def page_at(client: Any, environ: dict[str, Any], original: Callable[..., Any]) -> bytes | None:
    """Return the page that a GET of the same URL would show, and undo all that it did.

    Nothing is asked while a test counts queries, or outside of a transaction.
    """
    from django.core import mail
    from django.db import connections, transaction

    opened = [alias for alias in connections if connections[alias].in_atomic_block]
    if not opened or any(connections[alias].force_debug_cursor for alias in connections):
        return None
    asking = copy.copy(client)
    asking.cookies = copy.deepcopy(client.cookies)
    asking.raise_request_exception = False
    kept = ("PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme")
    sent = len(getattr(mail, "outbox", ()))
    with ExitStack() as stack:
        for alias in opened:
            stack.enter_context(transaction.atomic(using=alias))
            stack.callback(transaction.set_rollback, True, using=alias)
        asked = {name: environ[name] for name in kept if name in environ}
        response = original(asking, **asked, REQUEST_METHOD="GET")
        html = response.headers.get("Content-Type", "").startswith("text/html")
        page = bytes(response.content) if response.status_code == 200 and html else None
    del getattr(mail, "outbox", [])[sent:]
    return page


def forms_to(path: str, shown_at: str, page: bytes, *, here: bool) -> list[ShownForm]:
    """Return the forms of a page that send a POST to a path.

    Args:
        path: The path of the POST.
        shown_at: The page's own path.
        page: Its HTML.
        here: Whether the page is open already.
    """
    document = Document(page, url=f"{_HOST}{shown_at}")
    found = []
    for number, element in enumerate(select(document, "form")):
        form = PageForm(document, element, number, {})
        action = urlsplit(join(f"{_HOST}{shown_at}", element.attr("action") or ""))
        if form.method == "POST" and unquote(action.path) == path:
            buttons = [
                [
                    " ".join(accessible_name(document, el).split()),
                    el.attr("name") or "",
                    el.attr("value") or "",
                ]
                for el in form.buttons
            ]
            listed = [_control(document, el) for el in form.controls]
            found.append(ShownForm(path, here, buttons, listed))
    return found


def _control(document: Document, el: Any) -> Control:
    kind = kind_of(el)
    label = label_of(document, el)
    if kind == "select":
        options = {
            str(option.attr("value") if option.attr("value") is not None else option.text): " ".join(
                option.text.split()
            )
            for option in select(document, "option", el)
        }
        return Control(el.attr("name"), kind, label, str(controls.value(document, el)), options=options)
    checkable = kind in ("checkbox", "radio")
    return Control(
        el.attr("name"),
        kind,
        label,
        str(controls.value(document, el)) if kind != "file" else "",
        controls.is_checked(document, el) if checkable else False,
    )
