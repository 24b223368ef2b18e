"""Login and logout with the site's own pages, and sessions that are made directly."""

from __future__ import annotations

import re
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django_journey._routes.url_names import below_script_name, nearest
from django_journey.errors import Explanation, StoryError

if TYPE_CHECKING:
    from django_journey._pages.locator.locator import Locator
    from django_journey._pages.page import Page

__all__ = ["backend_of", "check_login_url", "login", "logout", "session_cookie"]

_USER_FIELDS = (
    "[autocomplete~=username]",
    "input[name=username]",
    "input[name=email]",
    "input[type=email]",
    "input[name=login]",
    "input[type=text]",
)
_SUBMITS = "button[type=submit], button:not([type]), input[type=submit], input[type=image]"
_SIGN_OUT = re.compile(r"^\s*(log|sign)[\s-]*(out|off)\s*$", re.IGNORECASE)


def check_login_url() -> None:
    """Check that ``LOGIN_URL`` is a URL or the name of one.

    Raises:
        StoryError: It is not; the message lists the nearest names.
    """
    from django.conf import settings
    from django.shortcuts import resolve_url
    from django.urls import NoReverseMatch

    try:
        resolve_url(settings.LOGIN_URL)
    except NoReverseMatch:
        near = nearest(str(settings.LOGIN_URL))
        raise StoryError(
            Explanation(
                f"LOGIN_URL names the URL {str(settings.LOGIN_URL)!r}, which does not exist or takes arguments",
                where="the settings",
                nearest=tuple(near),
                instead=f"LOGIN_URL = {(near or ['login'])[0]!r}, or a path that begins with /",
            )
        ) from None


def login(page: Page, base_url: str, name: str, password: str) -> None:
    """Log in with the form of the page at ``LOGIN_URL``.

    Args:
        page: The actor's page.
        base_url: The site's origin.
        name: The text for the user name field.
        password: The text for the password field.

    Raises:
        StoryError: The password is empty, there is no login form, or the form is shown again.
    """
    if not password:
        raise StoryError(
            Explanation(
                f"the login page needs a password for {name}",
                instead=f'actor.login({name!r}, password="…"); journey.actor(user) signs in without the login page',
            )
        )
    address = _login_address()
    if urlsplit(page.url).path != urlsplit(address).path:
        page.goto(base_url + address)
    secret = page.locator("input[type=password]")
    form = page.locator("form").filter(has=secret)
    if secret.count() != 1 or form.count() != 1:
        raise StoryError(
            Explanation(
                "no login form (a form with one password field) was found",
                where=page.url,
                nearest=(f"the page has the title {page.title()!r}, {page.locator('form').count()} forms"
                         f" and {secret.count()} password fields",),
                instead="set LOGIN_URL to the site's login page, or fill in its form with actor.fill(…)",
            )
        )  # fmt: skip
    _user_field(form, page.url).fill(name)
    secret.fill(password)
    with page.expect_navigation():  # in a browser, the click returns before the next page is there
        form.locator(_SUBMITS).first.click()
    if urlsplit(page.url).path == urlsplit(address).path and page.locator("input[type=password]").count():
        messages = page.locator(".errorlist, [role=alert], .error, .alert").all_inner_texts()
        raise StoryError(
            Explanation(
                f"the login as {name} failed",
                where=page.url,
                nearest=tuple(" ".join(text.split()) for text in messages if text.strip()),
                instead="check the password (was the user made with create_user or set_password?)\n"
                "and that the user is active",
            )
        )


def logout(page: Page) -> None:
    """Log out with the button or link named like "Log out", or the one that leads to the ``logout`` URL.

    Raises:
        StoryError: The page has none, or it is hidden.
    """
    by_name = page.get_by_role("button", name=_SIGN_OUT).or_(page.get_by_role("link", name=_SIGN_OUT))
    if by_name.count():
        by_name.first.click()
        return
    by_address = _leading_to(page, _logout_address())
    if by_address.filter(visible=True).count():
        by_address.filter(visible=True).first.click()
        return
    _check_not_hidden(page, by_address)
    offered = page.get_by_role("button").or_(page.get_by_role("link")).all_inner_texts()
    raise StoryError(
        Explanation(
            "this page has no button or link to log out",
            where=page.url,
            nearest=tuple(" ".join(text.split()) for text in offered[:8] if text.strip()),
            instead='visit a page that has one, or click what your site calls it: actor.click("…")',
        )
    )


def _leading_to(page: Page, address: str) -> Locator:
    """Return a locator of the buttons and links that lead to an address; without an address it matches nothing."""
    if not address:
        return page.locator("nothing-leads-there")
    return (
        page.locator(f'form[action="{address}"]').locator(_SUBMITS).or_(page.locator(f'a[href="{address}"]'))
    )


def _check_not_hidden(page: Page, by_address: Locator) -> None:
    """Raise an error if the logout button is hidden, naming what may open the menu that it is in."""
    by_name = [page.get_by_role(role, name=_SIGN_OUT, include_hidden=True) for role in ("button", "link")]
    hidden = by_address.or_(by_name[0]).or_(by_name[1])
    if not hidden.count():
        return
    menus = page.locator("details:not([open])").filter(has=hidden).locator("summary")
    openers = (menus.or_(page.get_by_role("button", expanded=False))).all_inner_texts()
    named = list(dict.fromkeys(text for text in (" ".join(item.split()) for item in openers) if text))
    text = " ".join(str(hidden.first.text_content() or hidden.first.get_attribute("value") or "").split())
    raise StoryError(
        Explanation(
            f"the button or link to log out, {text!r}, is hidden, maybe in a menu that is not open",
            where=page.url,
            nearest=tuple(f"opens a menu: {name}" for name in named[:8]),
            instead=f"actor.click({(named or ['…'])[0]!r}), then actor.click({text!r})",
        )
    )


def session_cookie(user: Any, base_url: str) -> dict[str, Any]:
    """Create a session in which the user is signed in, and return its cookie.

    Args:
        user: A saved, active user.
        base_url: The site's origin, whose host becomes the cookie's domain.

    Raises:
        StoryError: The user is not saved or inactive, or no authentication backend knows them.
    """
    from django.conf import settings
    from django.contrib.auth import login as sign_in
    from django.http import HttpRequest

    backend = backend_of(user)
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    sign_in(request, user, backend)
    request.session.save()
    host = urlsplit(base_url).hostname or ""
    domain = (settings.SESSION_COOKIE_DOMAIN or "").lstrip(".")
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": request.session.session_key,
        # SESSION_COOKIE_DOMAIN is often the public site's: the test server would not get the cookie.
        "domain": f".{domain}" if domain and f".{host}".endswith(f".{domain}") else host,
        "path": settings.SESSION_COOKIE_PATH,
        "httpOnly": settings.SESSION_COOKIE_HTTPONLY,
        "secure": settings.SESSION_COOKIE_SECURE and base_url.startswith("https:"),
        "sameSite": (settings.SESSION_COOKIE_SAMESITE or "Lax").capitalize(),  # Django takes any letter case
    }


def _login_address() -> str:
    """Return the path of the login page, which must be on this site."""
    from django.conf import settings
    from django.shortcuts import resolve_url

    address = resolve_url(settings.LOGIN_URL)
    if address.startswith("/") and not address.startswith("//"):
        return address
    raise StoryError(
        Explanation(
            "the login page is on another site, or its address is relative",
            where=f"LOGIN_URL = {settings.LOGIN_URL!r}",
            instead="journey.actor(user), which needs no login page; or open it: actor.page.goto(…)",
        )
    )


def _user_field(form: Locator, url: str) -> Locator:
    for css in _USER_FIELDS:
        found = form.locator(css)
        if found.count():
            return found.first
    raise StoryError(
        Explanation(
            "the login form has no field for the user name",
            where=url,
            nearest=tuple(f"input[name={name}]" for name in _names(form)),
            instead="fill in the form with actor.fill(…) and actor.click(…)",
        )
    )


def _names(form: Locator) -> list[str]:
    return [str(field.get_attribute("name")) for field in form.locator("input").all()]


def _logout_address() -> str:
    from django.urls import NoReverseMatch, reverse

    for name in ("logout", "account_logout", "accounts:logout"):
        with below_script_name(), suppress(NoReverseMatch):
            return reverse(name)
    return ""


def backend_of(user: Any) -> str:
    """Return the path of the first authentication backend that finds this user by primary key."""
    from django.conf import settings
    from django.contrib.auth import load_backend

    if user.pk is None:
        raise StoryError(
            Explanation(
                f"{user} is not saved, so that there can be no session for them", instead="user.save() first"
            )
        )
    chosen = getattr(user, "backend", None)
    candidates = [chosen] if chosen else list(settings.AUTHENTICATION_BACKENDS)
    for path in candidates:
        backend = load_backend(path)
        if hasattr(backend, "get_user") and backend.get_user(user.pk) is not None:
            return str(path)
    raise StoryError(
        Explanation(
            f"no authentication backend knows {user}",
            where="AUTHENTICATION_BACKENDS",
            nearest=tuple(candidates),
            instead="is the user active and in this test's database? Otherwise set user.backend"
            if user.is_active
            else "the user is inactive: user.is_active = True, then save",
        )
    )
