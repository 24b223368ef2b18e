"""Asks during a suite what others would have got: each request of a test is answered once more as everybody else."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django_journey._explore.access.matrix import Access, Cell, login_path
from django_journey._explore.access.requests import Replayed, as_another, body_of, copied, sent
from django_journey._explore.access.unnoticed import unnoticed
from django_journey._explore.site.addresses import owners_of, row_of
from django_journey._explore.site.people import made_people
from django_journey._routes.url_names import UrlRoute, routes
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey.errors import ConfigurationError

__all__ = ["SuiteAccess", "role_of"]

#: How many users of a test a request is replayed as, beside those that are made.
_OTHERS = 6
#: Those whom nobody in the test knows, by their roles.
_STRANGERS = ("visitor", "user")
_OPEN = ("login", "logout", "signin", "signout", "sign-in", "sign-out")


@dataclass(slots=True)
class _Seen:
    """What was seen of one request before it is answered.

    Args:
        own: What came of it for who sends it.
        role: Their role.
        whose: Whether the row is theirs: ``own`` or ``foreign``; empty where it belongs to nobody.
        others: What came of it for the others, each with the role and whose the row is.
        odd: The cells that look wrong.
        strangers: What came of it for those whom nobody in the test knows.
        links: Where other pages lead them.
    """

    own: Replayed
    role: str
    whose: str
    others: list[tuple[str, str, Replayed]] = field(default_factory=list)
    odd: list[Cell] = field(default_factory=list)
    strangers: list[tuple[str, Replayed]] = field(default_factory=list)
    links: list[tuple[str, set[str]]] = field(default_factory=list)


class SuiteAccess:
    """Collects the matrix while tests run.

    Attributes:
        access: The cells.
        dropped: How many requests could not be replayed, and why the first could not.
    """

    def __init__(self) -> None:
        self.access = Access()
        self.dropped = DroppedEvents()
        self._patches = Patches()
        self._asked: set[Any] = set()
        self._offered: set[str] = set()  # the patterns that the pages of the test's own users post to
        self._pages: dict[str, set[str]] = {}  # the same of strangers, by role
        self._inside = False

    def install(self) -> None:
        """Hook into the handlers of requests."""
        from django.core.handlers.base import BaseHandler

        self._patches.wrap(BaseHandler, "get_response", self._get_response)

    def remove(self) -> None:
        """Put back what was there."""
        self._patches.remove()

    def begin_test(self) -> None:
        """Forget the pages and requests of the last test."""
        self._asked.clear()
        self._offered.clear()
        self._pages.clear()

    def _get_response(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        genuine = inspect.unwrap(original)

        def get_response(handler: Any, request: Any) -> Any:
            __tracebackhide__ = True
            if self._inside or threading.current_thread() is not threading.main_thread():
                return original(handler, request)
            self._inside = True
            try:
                seen = self._before(handler, request, genuine)
            finally:
                self._inside = False
            response = original(handler, request)
            if seen is not None and seen.own.status == response.status_code:
                self._keep(request, seen)
            return response

        return get_response

    @guarded
    def _before(self, handler: Any, request: Any, get_response: Callable[[Any, Any], Any]) -> _Seen | None:
        from django.core.handlers.wsgi import WSGIRequest

        body = body_of(request)
        key = (request.method, request.get_full_path(), request.META.get("HTTP_COOKIE"), body)
        if type(request) is not WSGIRequest or body is None or key in self._asked:
            return None
        self._asked.add(key)
        return copy_context().run(self._replay, handler, request, body, get_response)

    def _replay(
        self, handler: Any, request: Any, body: bytes, get_response: Callable[[Any, Any], Any]
    ) -> _Seen | None:
        with unnoticed() as outside:

            def ask(made: Any) -> Replayed | None:
                outside.reached = False
                reply = sent(handler, get_response, made)
                return None if outside.reached else reply

            own = ask(copied(request, body))
            if own is None or own.match is None or not _is_page(own):
                return None
            owners = _owners(own)
            seen = _Seen(own, role_of(own.user), _whose(owners, own.user))
            for role, user, stranger in _people(own.user):
                reply = ask(as_another(request, body, user))
                if reply is None:
                    continue
                seen.others.append((role, _whose(owners, user), reply))
                if stranger:
                    seen.strangers.append((role, reply))
                    look = partial(_look, ask, request, user)
                    self._judge_change(seen, role, reply, request, look)
                    self._look_around(seen, role, reply, request, look)
            return seen

    def _judge_change(
        self, seen: _Seen, role: str, reply: Replayed, request: Any, look: Callable[[str], Replayed | None]
    ) -> None:
        """Take note of a change that was taken from somebody whose pages don't offer it."""
        own, target = seen.own, seen.own.match.route
        if request.method != "POST" or not own.tables & reply.tables:
            return
        if reply.outcome(login_path(), own) != "allowed":
            return
        theirs = self._pages.get(role)
        if target in self._offered and theirs is not None and target not in theirs:
            why = f"{seen.role} has a button for it, and {role} has none on the same pages"
            seen.odd.append(Cell(target, "POST", role, why))
            return
        page = look(request.path)
        if page is not None and page.outcome(login_path(), Replayed(status=200)) in ("login", "403", "404"):
            seen.odd.append(Cell(target, "POST", role, f"its page is closed to {role}"))

    def _look_around(
        self, seen: _Seen, role: str, reply: Replayed, request: Any, look: Callable[[str], Replayed | None]
    ) -> None:
        """Look where somebody could have found the way to another user's row: on the pages above it."""
        if request.method != "GET" or not seen.whose or reply.outcome(login_path(), seen.own) != "allowed":
            return
        values = {str(value) for value in seen.own.match.kwargs.values()}
        parts = request.path.strip("/").split("/")
        above = [f"/{'/'.join(parts[:end])}/".replace("//", "/") for end in range(len(parts))]
        for path in above:
            if values & set(path.split("/")) or (role, path) in self._asked:
                continue
            self._asked.add((role, path))
            if (page := look(path)) is not None:
                seen.links.append((role, page.links))

    @guarded
    def _keep(self, request: Any, seen: _Seen) -> None:
        """Take note of what was seen, now that it is known that the test got the same."""
        own, login, method = seen.own, login_path(), str(request.method)
        pattern = str(own.match.route) or "/"
        self.access.add(pattern, method, seen.role, own.outcome(login, own), seen.whose)
        for role, whose, reply in seen.others:
            self.access.add(pattern, method, role, reply.outcome(login, own), whose)
        for role, reply in seen.strangers:
            outcome = reply.outcome(login, own)
            whose = "foreign" if seen.whose else ""
            if method != "POST":  # where a form may stand that posts to it is not known
                self.access.add(pattern, method, role, outcome, whose, path=request.path)
            if whose != "foreign":
                for path in reply.links:
                    self.access.add_link(path, role)
            if method == "GET" and own.targets:
                self._pages.setdefault(role, set()).update(reply.targets)
        for role, links in seen.links:
            for path in links:
                self.access.add_link(path, role)
        self._offered |= own.targets
        for cell in seen.odd:
            self.access.look_at(cell)


def _look(ask: Callable[[Any], Replayed | None], request: Any, user: Any, path: str) -> Replayed | None:
    """Ask for a page of the site as somebody else."""
    get = {"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "", "CONTENT_TYPE": "", "QUERY_STRING": ""}
    return ask(as_another(request, b"", user, **get, PATH_INFO=path))


def role_of(user: Any) -> str:
    """Return what a user is: by their flags, and by their groups and permissions if they have some."""
    if user is None:
        return "visitor"
    if getattr(user, "is_superuser", False):
        return "superuser"
    name = "staff" if getattr(user, "is_staff", False) else "user"
    groups = [str(group) for group in user.groups.all()] if hasattr(user, "groups") else []
    rights = (
        [each.codename for each in user.user_permissions.all()] if hasattr(user, "user_permissions") else []
    )
    said = f" in {', '.join(sorted(groups))}" if groups else ""
    if rights:
        said += f" who may {', '.join(sorted(rights)[:2])}" + (
            f" and {len(rights) - 2} more" if len(rights) > 2 else ""
        )
    return name + said


def _people(sender: Any) -> list[tuple[str, Any, bool]]:
    """Return whom a request is replayed as: the role, the user, and whether nobody in the test knows them."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    others = [user for user in model._default_manager.order_by("-pk")[: _OTHERS + 1] if user != sender]
    found: list[tuple[str, Any, bool]] = [] if sender is None else [("visitor", None, True)]
    try:
        made = made_people("user", "staff", "superuser")
    except ConfigurationError:  # a user model that wants more than is known of it
        made = {}
    found += [(role, user, role == "user") for role, user in made.items()]
    return found + [(role_of(user), user, False) for user in others[:_OTHERS] if user.is_active]


def _owners(reply: Replayed) -> frozenset[object]:
    route = _route(str(reply.match.route))
    if route is None or not reply.match.kwargs:
        return frozenset()
    return owners_of(row_of(route, reply.match.kwargs))


def _route(pattern: str) -> UrlRoute | None:
    return next((route for route in routes() if route.pattern == pattern), None)


def _whose(owners: frozenset[object], user: Any) -> str:
    return ("own" if user is not None and user.pk in owners else "foreign") if owners else ""


def _is_page(reply: Replayed) -> bool:
    """Tell whether a request was for something that not everybody may have."""
    pattern, view = str(reply.match.route), f"{reply.match.func.__module__}"
    return not view.startswith(("django.views.static", "django.contrib.staticfiles")) and not any(
        word in pattern for word in _OPEN
    )
