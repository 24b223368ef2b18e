"""An actor of a story: their page, API requests and mail, and the verbs of a story.

Each verb is written once, with the API that Playwright's ``Page`` and the browserless page share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django.utils.functional import Promise

from django_journey._dom.query.parts import Text
from django_journey._pages.assertions.expect import expect
from django_journey._story import login
from django_journey._story.addresses import address_of, elsewhere, expect_query, on_this_site
from django_journey._story.argument_checks import (
    AuthUser,
    FileArgument,
    checked_mail,
    checked_text,
    checked_user,
    name_of,
)
from django_journey._story.page_response import PageResponse, no_response
from django_journey._story.pages import PageProvider
from django_journey._story.post_verb import PostVerb
from django_journey._story.verbs import targets
from django_journey._story.verbs.errors import naming, of_kind, quoted, wrong_fill_arguments
from django_journey._trace.record import recorder
from django_journey._trace.record.call_site import caller
from django_journey._world.mail import Mail, Mailbox
from django_journey.errors import Explanation, NeedsBrowser, StoryError

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from django_journey._drivers.browser.playwright_types import BrowserPage
    from django_journey._pages.http.api import APIRequestContext
    from django_journey._pages.page import BrowserContext, Page

__all__ = ["Actor"]

#: Stands for an argument that was not given, where ``None`` is a value.
_NOT_GIVEN = object()


class Actor(PostVerb):
    """A person or an API client with a browser context of their own.

    Args:
        pages: Opens their context and page.
        name: Their name in the report.
        user: The user whom they are signed in as; ``None`` for a visitor.
    """

    def __init__(self, pages: PageProvider, name: str, user: Any = None) -> None:
        self.name = name
        self.user = user
        self._pages = pages
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self.on_pause: Callable[[Any], None] | None = None  # what page.pause() calls without a browser
        self._cookies: list[dict[str, Any]] = []  # of a session that was made before the context was opened

    def __repr__(self) -> str:
        return f"<Actor {self.name}>"

    @property
    def context(self) -> BrowserContext:
        """Their browser context, opened when it is first used: Playwright's ``BrowserContext``, or its twin."""
        return self._context or self._enter(self._pages.new_context(self.name))

    @property
    def page(self) -> Page:
        """Their page, opened when it is first used: Playwright's sync ``Page``, or its browserless twin.

        It is typed as what both share; see ``browser_page`` for a story that runs in a browser alone.
        """
        if self._context is None:
            self._page = self._pages.new_page(self.name)
            self._enter(self._page.context)
        elif self._page is None or self._page.is_closed():
            self._page = self._context.new_page()
        return self._page

    @property
    def opened_page(self) -> Page | None:
        """Their page if they have opened one, otherwise ``None``."""
        return self._page

    @property
    def browser_page(self) -> BrowserPage:
        """Their page as Playwright's own sync ``Page``, for what only a browser can do.

        Raises:
            NeedsBrowser: This story runs on another driver.
        """
        if self._pages.name != "browser":
            raise NeedsBrowser(
                "actor.browser_page",
                f"on the driver {self._pages.name} a page is not Playwright's own; actor.page works on every driver",
                where=f"the page of {self.name}",
            )
        return cast("BrowserPage", self.page)

    @property
    def response(self) -> PageResponse:
        """The last response of their page, with the template context and the URL match, as Django's test client has it.

        Raises:
            StoryError: There has been no response yet.
        """
        page = self._visited("response")
        found = self._pages.response(page)
        if found is None:
            raise no_response(self.name, page.url)
        return found

    @property
    def api(self) -> APIRequestContext:
        """API requests with the cookies of their pages: Playwright's ``APIRequestContext``, or its twin."""
        return self.context.request

    @property
    def mailbox(self) -> Mailbox:
        """The mail that was sent to this user.

        Raises:
            StoryError: The user has no e-mail address.
        """
        address = getattr(self.user, "email", "")
        if not address:
            raise StoryError(
                Explanation(
                    f"{self.name} has no mailbox: no e-mail address is known",
                    instead='journey.mailbox("ada@example.com")',
                )
            )
        return Mailbox(address)

    # -- navigation --------------------------------------------------------------------------------

    def visit(
        self,
        target: str,
        /,
        *args: Any,
        query: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Go to a page.

        Args:
            target: The name of a URL, or a path that begins with ``/``.
            args: The URL's arguments, by their places.
            query: The query string's names and values; a list gives a name several values.
            kwargs: The URL's arguments, by name.

        Raises:
            StoryError: No URL has that name or takes those arguments; the nearest ones are listed.
        """
        with self._step("visit", _called(target, args, kwargs, query)):
            self.page.goto(self._pages.base_url + address_of(target, args, kwargs, query))

    def follow(self, mail: Mail | EmailMessage, link: str | re.Pattern[str]) -> None:
        """Follow a link in a mail.

        Args:
            mail: A mail of a mailbox, or a Django ``EmailMessage``.
            link: A part of the link's text or URL, or a pattern for either.

        Raises:
            WorldError: The mail has no such link; the message lists its links.
            StoryError: The link leads to another site.
        """
        mail = mail if isinstance(mail, Mail) else Mail(checked_mail(mail))
        with self._step("follow", f"{_text(link)} in the mail {mail.subject!r}"):
            self.page.goto(on_this_site(mail.link(link).url, self._pages.base_url, mail))

    # -- actions -----------------------------------------------------------------------------------

    def fill(self, field: str | Promise | Mapping[str, Any], value: Any = _NOT_GIVEN) -> None:
        """Fill one field, or several.

        Args:
            field: The field's label, placeholder or ``name``, or a mapping of such names to values.
            value: The text to fill in; ``None`` and an empty text clear the field.

        Raises:
            StoryError: There is no value, or there are both a mapping and a value.
        """
        if isinstance(field, Mapping) is (value is not _NOT_GIVEN):
            raise wrong_fill_arguments(field)
        if isinstance(field, Mapping):
            for name, entry in field.items():
                self.fill(name, entry)
            return
        field = checked_text("fill", field)
        text = "" if value is None else str(value)
        with self._step("fill", f"{field} = {recorder.secret(field, text)}"):
            targets.control(self._visited("fill"), field, targets.FIELDS).fill(text)

    def choose(self, field: str | Promise, option: str | Promise | Sequence[str] | None = None) -> None:
        """Choose one or more options of a field.

        Args:
            field: The label or ``name`` of the select box or of the group of radio buttons; without an option,
                of the radio button itself.
            option: The option's label or value; a list to choose several.
        """
        field = checked_text("choose", field)
        option = str(option) if isinstance(option, Promise) else option
        with self._step("choose", f"{field} = {option}" if option is not None else field):
            page = self._visited("choose")
            if option is None:
                with of_kind(page, field, targets.CHECKABLE, "choose"):
                    targets.set_checked(page, targets.control(page, field, targets.CHECKABLE), True)
                return
            radio = targets.radio_in_group(page, field, option) if isinstance(option, str) else None
            if radio is not None:
                targets.set_checked(page, radio, True)
                return
            with of_kind(page, field, targets.SELECTS, "choose"):
                chosen = option if isinstance(option, str) else list(option)
                targets.control(page, field, targets.SELECTS).select_option(chosen)

    def check(self, field: str | Promise) -> None:
        """Check a checkbox or a radio button by its label."""
        field = checked_text("check", field)
        with self._step("check", field):
            page = self._visited("check")
            with of_kind(page, field, targets.CHECKABLE, "check"):
                targets.set_checked(page, targets.control(page, field, targets.CHECKABLE), True)

    def uncheck(self, field: str | Promise) -> None:
        """Uncheck a checkbox by its label."""
        field = checked_text("uncheck", field)
        with self._step("uncheck", field):
            page = self._visited("uncheck")
            with of_kind(page, field, targets.CHECKABLE, "uncheck"):
                targets.set_checked(page, targets.control(page, field, targets.CHECKABLE), False)

    def attach(self, field: str | Promise, files: FileArgument | Sequence[FileArgument]) -> None:
        """Choose the file or files of a file field.

        Args:
            field: The field's label or ``name``.
            files: A path, or Playwright's ``{"name", "mimeType", "buffer"}``, or a list of those;
                an empty list removes all files.
        """
        field = checked_text("attach", field)
        with self._step("attach", f"{field} = {_file_names(files)}"):
            page = self._visited("attach")
            with of_kind(page, field, targets.FILES, "attach"):
                # On another control of that name, Playwright would do nothing with the files.
                file_field = targets.control(page, field, targets.FILES).and_(page.locator(targets.FILES))
                file_field.set_input_files(files)

    def click(self, text: str | Promise) -> None:
        """Click a button, a link, or another element with this text; an exact match wins over a partial one.

        Args:
            text: The accessible name of the button or link, or the element's text.
        """
        text = checked_text("click", text)
        with self._step("click", text):
            targets.clickable(self._visited("click"), text).click()

    # -- expectations ------------------------------------------------------------------------------

    def should_see(self, text: str | Promise | re.Pattern[str]) -> None:
        """Expect the page to show a text.

        Args:
            text: A part of the visible text, in any letter case, or a pattern.

        Raises:
            ExpectationError: The text is not on the page, or not visible.
        """
        text = checked_text("should_see", text, pattern=True)
        with self._step("should_see", _text(text)):
            page = self._visited("should_see")
            with naming(page, f"the page should show {quoted(text)}", Text(text)):
                found = page.get_by_text(text).filter(visible=True).first
                expect(found).to_be_visible(timeout=self._pages.timeout)

    def should_not_see(self, text: str | Promise | re.Pattern[str]) -> None:
        """Expect the page not to show a text."""
        text = checked_text("should_not_see", text, pattern=True)
        with self._step("should_not_see", _text(text)):
            page = self._visited("should_not_see")
            found = page.get_by_text(text).filter(visible=True)
            with naming(page, f"the page should not show {quoted(text)}", found):
                expect(found).to_have_count(0, timeout=self._pages.timeout)

    def should_be_at(
        self,
        target: str,
        /,
        *args: Any,
        query: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Expect to be on a page.

        Args:
            target: The name of a URL, or a path that begins with ``/``.
            args: The URL's arguments, by their places.
            query: The whole query string. Without one, and without one in the target, any query string will do.
            kwargs: The URL's arguments, by name.
        """
        path, _, wanted = address_of(target, args, kwargs, query).partition("?")
        with self._step("should_be_at", _called(target, args, kwargs, query)):
            page = self._visited("should_be_at")
            origin = re.escape(self._pages.base_url) + re.escape(path)
            with naming(page):
                try:
                    pattern = re.compile(rf"^{origin}(\?[^#]*)?(#.*)?$")
                    expect(page).to_have_url(pattern, timeout=self._pages.timeout)
                except AssertionError:
                    raise elsewhere(page, self._pages.base_url, path) from None
                if wanted:
                    expect_query(page.url, wanted)

    # -- authentication -----------------------------------------------------------------------------

    def login(self, user: AuthUser | str, password: str = "") -> None:
        """Log in with the site's own login page.

        Args:
            user: A user, or a user name.
            password: The password in plain text.

        Raises:
            StoryError: The login failed, or there is no password, no login form or no URL for ``LOGIN_URL``.
        """
        name = user if isinstance(user, str) else name_of(checked_user(user, "actor.login(user, password)"))
        recorder.hide(password)
        with self._step("login", name):
            login.check_login_url()
            login.login(self.page, self._pages.base_url, name, password)
            if not isinstance(user, str):
                self.user = user

    def logout(self) -> None:
        """Log out with the site's own button or link.

        Raises:
            StoryError: The page has none.
        """
        with self._step("logout", ""):
            login.logout(self._visited("logout"))

    def sign_in(self, user: AuthUser) -> None:
        """Sign in without visiting a page: a new session's cookie is added to this actor's cookies."""
        with self._step("sign in", name_of(checked_user(user, "actor.sign_in(user)"))):
            cookie = login.session_cookie(user, self._pages.base_url)
            if self._context is None:
                self._cookies.append(cookie)
            else:
                self._context.add_cookies([cookie])
            self.user = user

    # -- internals ---------------------------------------------------------------------------------

    def _enter(self, context: BrowserContext) -> BrowserContext:
        """Take a new context, and add the session cookies that were made before it was opened."""
        self._context = context
        if self._pages.name != "browser":
            context.on_pause = self.on_pause
        if self._cookies:
            context.add_cookies(self._cookies)
        return context

    @contextmanager
    def _step(self, verb: str, what: str) -> Iterator[None]:
        if recorder.current() is None:
            with self._pages.guard(lambda: self._page):
                yield
            return
        with (
            recorder.step(verb, what, actor=self.name, place=caller(), snapshot=self._snapshot),
            self._pages.guard(lambda: self._page),
        ):
            yield

    def _snapshot(self) -> recorder.PageSnapshot | None:
        return self._pages.snapshot(self._page) if self._page is not None else None

    def _visited(self, verb: str) -> Page:
        """Return the page, on which something must have been visited."""
        if self._page is None or self._page.url == "about:blank":
            raise StoryError(
                Explanation(
                    f"{self.name} has no page yet, and {verb}(…) needs one",
                    where=f"the verb {verb}",
                    instead='visit one first: actor.visit("url-name") or actor.visit("/path/")',
                )
            )
        return self._page


def _text(value: str | re.Pattern[str]) -> str:
    return f"/{value.pattern}/" if isinstance(value, re.Pattern) else value


def _called(target: str, args: Sequence[Any], kwargs: Mapping[str, Any], query: Any) -> str:
    arguments = "".join(
        [*(f" {value}" for value in args), *(f" {name}={value}" for name, value in kwargs.items())]
    )
    return f"{target}{arguments}{f' ?{query}' if query else ''}"


def _file_names(files: FileArgument | Sequence[FileArgument]) -> str:
    several = files if isinstance(files, (list, tuple)) else [files]
    names = [str(item["name"] if isinstance(item, Mapping) else item) for item in several]
    return ", ".join(names) or "nothing"
