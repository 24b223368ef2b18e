"""Finds the first story of a project: candidates are carried out on its site, and the first that passes is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django_journey._dom.forms.owner import elements_of
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.forms.submission import is_submit_button
from django_journey._dom.tree.patterns import quote
from django_journey._dom.tree.walk import select
from django_journey._explore.findings.story_source import target_of
from django_journey._explore.site.addresses import addresses, pattern_of
from django_journey._routes.url_names import routes
from django_journey._story.verbs.outline import verb_on

__all__ = ["Story", "find_story", "named_hosts"]

_PASSWORD = "zebra-crossing-9"
_TRIED = 40
_LEFT_OUT = re.compile(
    r"log_?-?out|sign_?-?out|delete|remove|callback|api|health|static|media|password", re.IGNORECASE
)
_LOGIN_NAME = re.compile(r"(^|[:_-])(log_?-?in|sign_?-?in)$", re.IGNORECASE)
_LOCAL = ("testserver", "localhost", "127.0.0.1", "[::1]", "0.0.0.0")
_TEXT_TYPES = ("text", "email", "tel")
#: Values for required fields of a user model, by the kind of the field.
_VALUES = {
    "EmailField": "ada@example.com",
    "DateField": "1990-03-03",
    "DateTimeField": "1990-03-03T09:00+00:00",
    "BooleanField": True,
    "URLField": "https://example.com/",
}


@dataclass(slots=True)
class Story:
    """A story that passed on the site.

    Args:
        title: What happens in it, as a sentence.
        user: The expression that makes its user; empty for a story of a visitor.
        lines: Its lines, in which ``ada`` acts.
        reasons: Why better stories were not taken.
        host: The host name that the site answers by; empty where it answers by any.
    """

    title: str
    user: str = ""
    lines: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    host: str = ""


def find_story(journey: Any) -> Story:
    """Return the best story that passes: through the login page, of a signed-in user, or of a visitor.

    Args:
        journey: An open journey, in which everything is undone afterwards.

    Returns:
        The story; one without lines, with the reasons, where none passes.
    """
    reasons: list[str] = []
    user = _user(reasons)
    login = _Login.find(journey, reasons)
    visitable = list(_visitable(journey, login))
    for story in _candidates(journey, user, login, visitable):
        if problem := _problem(journey, story):
            reasons.append(f"{story.title}: {problem}")
        else:
            story.reasons = reasons
            return story
    return Story("", reasons=reasons)


def named_hosts() -> list[str]:
    """Return the host names that the settings have for the site, aside from those of this machine."""
    from django.conf import settings

    named = [*settings.ALLOWED_HOSTS, settings.SESSION_COOKIE_DOMAIN or "", settings.CSRF_COOKIE_DOMAIN or ""]
    names = [name.lstrip(".") for name in named if name and "*" not in name]
    return [name for name in dict.fromkeys(names) if name not in _LOCAL]


@dataclass(frozen=True, slots=True)
class _Login:
    """The login page.

    Args:
        path: Its path.
        lines: What a user does there, with ``{name}`` in the place of the user name.
    """

    path: str
    lines: tuple[str, ...]

    @classmethod
    def find(cls, journey: Any, reasons: list[str]) -> _Login | None:
        """Return the page at ``LOGIN_URL``, or of a URL that is called like one, if it has a form with a password."""
        for path in _login_paths():
            actor = journey.visitor()
            try:
                actor.visit(path)
                lines = tuple(_lines_of_login(actor.page))
            except Exception as error:
                reasons.append(f"the login page {path}: {_first_line(error)}")
                continue
            if lines:
                return cls(urlsplit(actor.page.url).path, lines)
            reasons.append(
                f"the login page {path}: it shows no form with a password (status {actor.response.status})"
            )
        return None


def _login_paths() -> Iterator[str]:
    """Yield the path that ``LOGIN_URL`` names, then those of URLs that are called like a login page."""
    from django.conf import settings
    from django.shortcuts import resolve_url
    from django.urls import NoReverseMatch, Resolver404, resolve

    named = [route.name for route in routes() if not route.parameters and _LOGIN_NAME.search(route.name)]
    named.sort(key=lambda name: ("admin" in name, "api" in name, name.count(":"), len(name)))
    for name in dict.fromkeys([settings.LOGIN_URL, *named]):
        try:
            path = resolve_url(name)
            resolve(urlsplit(path).path)
        except (NoReverseMatch, Resolver404):
            continue
        if path.startswith("/") and not path.startswith("//"):
            yield path


def _lines_of_login(page: Any) -> Iterator[str]:
    doc = page.document
    for form in select(doc, "form"):
        fields = [el for el in elements_of(doc, form) if el.tag == "input"]
        password = next((el for el in fields if input_type(el) == "password"), None)
        if password is None:
            continue
        before = fields[: fields.index(password)]
        named = [el for el in before if input_type(el) in _TEXT_TYPES and verb_on(page, el, "ada")]
        button = next(
            (el for el in elements_of(doc, form) if is_submit_button(el) and verb_on(page, el, "ada")), None
        )
        if not named:
            continue
        yield _with_value(verb_on(page, named[-1], "ada"), "{name}")
        yield _with_value(verb_on(page, password, "ada"), quote(_PASSWORD))
        yield verb_on(page, button, "ada") if button is not None else 'ada.page.keyboard.press("Enter")'
        return


def _with_value(line: str, value: str) -> str:
    """Return a line that fills in a field, with another value."""
    return re.sub(r'"(?:[^"\\]|\\.)*"\)$', lambda _: f"{value})", line)


def _user(reasons: list[str]) -> str:
    """Return the expression that makes a user of the project's model, or an empty text where none could be made."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    model: Any = get_user_model()
    values = {model.USERNAME_FIELD: _value(model, model.USERNAME_FIELD)}
    values |= {name: _value(model, name) for name in model.REQUIRED_FIELDS}
    written = ", ".join(f"{name}={_literal(value)}" for name, value in values.items())
    email = getattr(model, "EMAIL_FIELD", "")
    if email and email not in values and any(each.name == email for each in model._meta.concrete_fields):
        written += ', email="ada@example.com"' if email == "email" else ""
    for method in ("create_user", "create"):
        expression = f"get_user_model().objects.{method}({written}, password={quote(_PASSWORD)})"
        if method == "create":
            hashed = f"make_password({quote(_PASSWORD)})"
            expression = f"get_user_model().objects.create({written}, password={hashed})"
        try:
            with transaction.atomic():
                eval(expression, _names())
                transaction.set_rollback(True)
        except Exception as error:
            reasons.append(f"{method} of the user model {model._meta.label}: {_first_line(error)}")
        else:
            return expression
    return ""


def _value(model: Any, name: str) -> Any:
    found = model._meta.get_field(name)
    kind = found.get_internal_type()
    if kind in _VALUES:
        return _VALUES[kind]
    if found.related_model is not None:
        return found.related_model._default_manager.first()
    return 1 if "Integer" in kind else ("ada@example.com" if "mail" in name else "ada")


def _literal(value: Any) -> str:
    return quote(value) if isinstance(value, str) else repr(value)


def _names() -> dict[str, Any]:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password

    return {"get_user_model": get_user_model, "make_password": make_password}


def _visitable(journey: Any, login: _Login | None) -> Iterator[tuple[str, str]]:
    """Yield paths without arguments with what a visitor gets there: ``login``, or the page's heading, if any."""
    visitor = journey.visitor()
    tried = 0
    for address in addresses():
        if address.why != "pattern" or _LEFT_OUT.search(f"{address.path} {pattern_of(address.path)}"):
            continue
        tried += 1
        if tried > _TRIED:
            return
        try:
            visitor.visit(address.path)
            path, status = urlsplit(visitor.page.url).path, visitor.response.status
            if login is not None and path == login.path != address.path and status == 200:
                yield address.path, "login"
            elif status == 200 and path == address.path:
                yield address.path, _heading(visitor.page)
        except Exception:  # a page that fails, is a file, or needs what a visitor does not have
            visitor = journey.visitor()


def _heading(page: Any) -> str:
    for locator in (page.get_by_role("heading", level=1), page.get_by_role("heading")):
        for found in locator.all()[:3]:
            text = " ".join(found.inner_text().split())
            if 0 < len(text) <= 60 and found.is_visible():
                return text
    return ""


def _candidates(
    journey: Any, user: str, login: _Login | None, visitable: list[tuple[str, str]]
) -> Iterator[Story]:
    protected = [path for path, what in visitable if what == "login"]
    if user and login is not None:
        name = _name_in(user)
        fill = [line.replace("{name}", quote(name)) for line in login.lines]
        at_login = f"ada.should_be_at({target_of(login.path)})"
        for path in protected[:3]:
            target = target_of(path)
            lines = [f"ada.visit({target})", at_login, *fill, f"ada.should_be_at({target})"]
            yield Story("a visitor logs in first", user, ["ada = journey.visitor()", *lines])
        lines = ["ada = journey.visitor()", f"ada.visit({target_of(login.path)})", *fill]
        if after := _path_after(journey, user, lines, login.path):
            yield Story("a member logs in", user, [*lines, f"ada.should_be_at({target_of(after)})"])
    if user:
        for path in [*protected[:3], "/"]:
            lines = [
                "ada = journey.actor(member)",
                f"ada.visit({target_of(path)})",
                f"ada.should_be_at({target_of(path)})",
            ]
            yield Story("a member opens a page", user, lines)
    for path, text in sorted(visitable, key=lambda page: not page[1]):  # those with a heading first
        if text != "login":
            seen = f"ada.should_see({quote(text)})" if text else f"ada.should_be_at({target_of(path)})"
            lines = ["ada = journey.visitor()", f"ada.visit({target_of(path)})", seen]
            yield Story("a visitor opens a page", "", lines)


def _name_in(user: str) -> str:
    """Return the user name in the expression that makes a user."""
    found = re.search(r'\(\w+=("(?:[^"\\]|\\.)*"|\d+)', user)
    return found[1].strip('"') if found else ""


def _path_after(journey: Any, user: str, lines: list[str], login: str) -> str:
    """Return the page to which the login page leads, or an empty text where the login fails."""
    names = _run(journey, user, lines)
    if isinstance(names, str):
        return ""
    ada = names["ada"]
    path = urlsplit(ada.page.url).path
    return path if path != login and ada.response.status < 400 else ""


def _problem(journey: Any, story: Story) -> str:
    names = _run(journey, story.user, story.lines)
    if isinstance(names, str):
        return names
    status = names["ada"].response.status
    return f"the last page has the status {status}" if status >= 400 else ""


def _run(journey: Any, user: str, lines: list[str]) -> dict[str, Any] | str:
    """Carry out a story and undo its rows; return its names, or why it failed."""
    from django.db import transaction

    names: dict[str, Any] = {"journey": journey, **_names()}
    try:
        with transaction.atomic():
            if user:
                names["member"] = eval(user, names)
            exec("\n".join(lines), names)
            transaction.set_rollback(True)
    except Exception as error:
        return _first_line(error)
    return names


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:200]
