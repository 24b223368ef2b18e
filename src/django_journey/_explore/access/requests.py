"""Sends a request once more, as somebody else: what came of it, what it wrote, where its page leads."""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django_journey._adapters.django import close_quietly, trust_forms
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import select
from django_journey._explore.access.unnoticed import rolled_back
from django_journey._explore.forms.page_form import forms_of
from django_journey._explore.site.addresses import pattern_of
from django_journey._story.login import backend_of

__all__ = ["Replayed", "as_another", "body_of", "copied", "post_targets", "sent"]

_WRITES = re.compile(
    r"""\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+["`]?(\w+)""", re.IGNORECASE
)
#: Tables that a request writes to whatever comes of it.
_ASIDE = frozenset(("django_session", "django_admin_log", "axes_accesslog", "axes_accessattempt"))
#: What tells the site who sends a request, beside the session.
_CREDENTIALS = re.compile(r"HTTP_.*(AUTH|TOKEN|KEY|SECRET|SIGNATURE)|REMOTE_USER|WEBTEST_USER|HTTP_COOKIE")


@dataclass(slots=True)
class Replayed:
    """What came of a request.

    Args:
        method: Its method.
        status: Its status; 0 where the site raised.
        location: The path and query that it redirects to.
        match: The ``ResolverMatch``.
        user: Who sent it, as the site knows them; ``None`` for a visitor.
        tables: The tables that were written to.
        links: The paths that its page leads to.
        targets: The URL patterns that the forms of its page post to.
        kind: Its content type.
    """

    method: str = "GET"
    status: int = 0
    location: str = ""
    match: Any = None
    user: Any = None
    tables: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    kind: str = ""

    def outcome(self, login: str, like: Replayed) -> str:
        """Return what it means for who asked.

        Args:
            login: The path of the login page.
            like: What came of it for who sent it first.
        """
        if self.status == 0 or self.status >= 500:
            return "error"
        if self.status in (401, 403, 404, 405, 410):
            return {401: "login", 410: "404"}.get(self.status, str(self.status))
        if self.status >= 400:
            return str(self.status)
        if 300 <= self.status < 400:
            target = urlsplit(self.location)
            if "next=" in target.query or (login and target.path.endswith(login)):
                return "login"
            if self.method in ("GET", "HEAD") or pattern_of(target.path) != pattern_of(
                urlsplit(like.location).path
            ):
                return "redirect"
        return "no change" if like.tables and not like.tables & self.tables else "allowed"


def body_of(request: Any) -> bytes | None:
    """Return the body of a request that was not read yet, and leave it there; ``None`` where that can't be done."""
    stream = request.META.get("wsgi.input")
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if not length:
        return b""
    try:
        return bytes(copy.deepcopy(stream).read(length))
    except Exception:  # a socket
        return None


def sent(handler: Any, get_response: Callable[[Any, Any], Any], request: Any) -> Replayed:
    """Let the site answer a request, undo it, and return what came of it.

    Args:
        handler: The handler that the request came to.
        get_response: Django's own function.
        request: The request, which is not used yet.
    """
    reply = Replayed(str(request.method))
    with rolled_back(), _noted(reply.tables):
        try:
            response = get_response(handler, request)
        except Exception:  # DEBUG_PROPAGATE_EXCEPTIONS lets it through
            return reply
        reply.status, reply.match = response.status_code, request.resolver_match
        reply.location = response.headers.get("Location", "")
        reply.kind = response.headers.get("Content-Type", "")
        if reply.status == 200 and not response.streaming and "html" in reply.kind:
            with suppress(Exception):  # a page that can't be shown has no links
                _read(reply, Document(response.content, url=f"http://testserver{request.path}"))
        sender = getattr(request, "user", None)
        reply.user = sender if getattr(sender, "is_authenticated", False) else None
        close_quietly(response)
    return reply


def copied(request: Any, body: bytes, **changes: str) -> Any:
    """Return a request like another one, which is not used yet.

    Args:
        request: The request.
        body: Its body.
        changes: What is changed in its environment.
    """
    environ = {**request.META, "wsgi.input": BytesIO(body), **changes}
    made = type(request)(environ)
    for name, value in vars(request).items():
        if name not in vars(made):
            setattr(made, name, value)  # a test client says by these that it trusts it, or who sends it
    trust_forms(made)
    return made


def as_another(request: Any, body: bytes, user: Any, **changes: str) -> Any:
    """Return a request like another one, but sent by somebody else.

    Args:
        request: The request.
        body: Its body.
        user: Who sends it; ``None`` for a visitor.
        changes: What else is changed in its environment.
    """
    environ = {name: value for name, value in request.META.items() if not _CREDENTIALS.fullmatch(name)}
    environ |= {"wsgi.input": BytesIO(body), **changes}
    if user is not None:
        environ["HTTP_COOKIE"] = _session_cookie(user)
    made = type(request)(environ)
    trust_forms(made)
    if user is not None and "rest_framework" in sys.modules:
        from rest_framework.test import force_authenticate

        force_authenticate(made, user)
    return made


def post_targets(document: Document) -> set[str]:
    """Return the URL patterns that the forms of a page post to."""
    found = (
        form.submission(next(iter(form.buttons), None))
        for form in forms_of(document, ())
        if form.method == "POST"
    )
    return {pattern_of(parse_url(sent.url).path) for sent in found if sent is not None}


def _read(reply: Replayed, document: Document) -> None:
    base = parse_url(document.url)
    for el in select(document, "a[href], area[href], iframe[src], form[action], img[src]"):
        with suppress(ValueError):
            url = parse_url(el.attr("href") or el.attr("action") or el.attr("src") or "", base)
            if url.netloc == base.netloc:
                reply.links.add(url.path)
    reply.targets = post_targets(document)


def _session_cookie(user: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[BACKEND_SESSION_KEY] = backend_of(user)
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def _noted(tables: set[str]) -> Iterator[None]:
    from django.db import connections

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        found = _WRITES.match(str(sql))
        if found is not None and found[1] not in _ASIDE:
            tables.add(found[1])
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for connection in connections.all(initialized_only=True):
            stack.enter_context(connection.execute_wrapper(note))
        yield
