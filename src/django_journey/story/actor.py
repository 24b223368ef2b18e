"""A person who takes part: their page, their API, their mail, and the verbs of a story.

Each verb is written once, on the public API that Playwright's ``Page`` and its browserless twin
share; nothing here knows which of the two it drives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django_journey.dom.queries import Text
from django_journey.errors import Explanation, StoryError
from django_journey.pages.expect import expect
from django_journey.story import fields, signing
from django_journey.story.addresses import address_of, elsewhere, expect_query, on_this_site
from django_journey.story.own_words import naming, no_such_filling, of_kind, quoted
from django_journey.story.page_response import PageResponse, no_response
from django_journey.story.stage import Stage
from django_journey.story.wrong_types import checked_mail, checked_text, checked_user, name_of
from django_journey.trace import recorder
from django_journey.trace.place import caller
from django_journey.world.mail import Mail, Mailbox

__all__ = ["Actor"]

#: No value was said: ``None`` is one.
_UNSAID = object()


class Actor:
    """A person or an API client with a browser context of their own.

    Args:
        stage: Where they meet the site.
        name: What the report calls them.
        user: The user that they are, or ``None`` while the site does not know them.
    """

    def __init__(self, stage: Stage, name: str, user: Any = None) -> None:
        self.name = name
        self.user = user
        self._stage = stage
        self._context: Any = None
        self._page: Any = None
        self._cookies: list[dict[str, Any]] = []  # of a session that began before their context was opened

    def __repr__(self) -> str:
        return f"<Actor {self.name}>"

    @property
    def context(self) -> Any:
        """Their browser context (Playwright's ``BrowserContext`` or its twin)."""
        if self._context is None:
            self._enter(self._stage.new_context(self.name))
        return self._context

    @property
    def page(self) -> Any:
        """Their page (Playwright's sync ``Page`` or its twin); the first look opens it."""
        if self._context is None:
            page = self._stage.new_page(self.name)
            self._enter(page.context)
            self._page = page
        elif self._page is None or self._page.is_closed():
            self._page = self._context.new_page()
        return self._page

    @property
    def opened_page(self) -> Any | None:
        """Their page as far as it has been opened; ``None`` before."""
        return self._page

    @property
    def response(self) -> PageResponse:
        """The last response that came to their page, with what only Django knows of it, as its test client has it.

        Raises:
            StoryError: No response has come yet.
        """
        found = self._stage.response(self._here("response"))
        if found is None:
            raise no_response(self.name, self._page.url)
        return found

    @property
    def api(self) -> Any:
        """Requests without a page (Playwright's ``APIRequestContext`` or its twin), with the same cookies."""
        return self.context.request

    @property
    def mailbox(self) -> Mailbox:
        """The mail that arrived for this user.

        Raises:
            StoryError: Nobody knows their address.
        """
        address = getattr(self.user, "email", "")
        if not address:
            raise StoryError(
                Explanation(
                    f"{self.name} has no mailbox: no e-mail address is known",
                    instead='journey.mailbox("somebody@example.com")',
                )
            )
        return Mailbox(address)

    # -- going somewhere ---------------------------------------------------------------------------

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
            self.page.goto(self._stage.base_url + address_of(target, args, kwargs, query))

    def follow(self, mail: Mail | Any, link: str | re.Pattern[str]) -> None:
        """Follow a link in a mail.

        Args:
            mail: A mail of a mailbox, or Django's own message.
            link: A part of what the link says or of its URL, or a pattern for either.

        Raises:
            WorldError: The mail has no such link; those that it has are listed.
            StoryError: The link leads to another site.
        """
        letter = mail if isinstance(mail, Mail) else Mail(checked_mail(mail))
        with self._step("follow", f"{_text(link)} in the mail {letter.subject!r}"):
            self.page.goto(on_this_site(letter.link(link).url, self._stage.base_url, letter))

    # -- doing something ---------------------------------------------------------------------------

    def fill(self, field: str | Mapping[str, Any], value: Any = _UNSAID) -> None:
        """Fill one field, or several.

        Args:
            field: What the field is called (label, placeholder or name), or a mapping of such names to values.
            value: What to write; ``None`` and an empty text empty the field.

        Raises:
            StoryError: No value was said, or one beside a mapping.
        """
        if isinstance(field, Mapping) is (value is not _UNSAID):
            raise no_such_filling(field)
        if isinstance(field, Mapping):
            for name, entry in field.items():
                self.fill(name, entry)
            return
        field = str(checked_text("fill", field))
        text = "" if value is None else str(value)
        with self._step("fill", f"{field} = {recorder.secret(field, text)}"):
            fields.control(self._here("fill"), field, fields.FIELDS).fill(text)

    def choose(self, field: str, option: str | Sequence[str] | None = None) -> None:
        """Choose one or more options of a field.

        Args:
            field: What the select box or the group of radio buttons is called; the radio button itself
                where no option is given.
            option: What the option says, or its value; a list for several of them.
        """
        field = checked_text("choose", field)
        with self._step("choose", f"{field} = {option}" if option is not None else field):
            page = self._here("choose")
            if option is None:
                with of_kind(page, field, fields.CHECKABLE, "choose"):
                    fields.set_checked(page, fields.control(page, field, fields.CHECKABLE), True)
                return
            radio = fields.radio_in_group(page, field, option) if isinstance(option, str) else None
            if radio is not None:
                fields.set_checked(page, radio, True)
                return
            with of_kind(page, field, fields.SELECTS, "choose"):
                chosen = option if isinstance(option, str) else list(option)
                fields.control(page, field, fields.SELECTS).select_option(chosen)

    def check(self, field: str) -> None:
        """Tick a checkbox, or choose a radio button, called by its label."""
        field = checked_text("check", field)
        with self._step("check", field):
            page = self._here("check")
            with of_kind(page, field, fields.CHECKABLE, "check"):
                fields.set_checked(page, fields.control(page, field, fields.CHECKABLE), True)

    def uncheck(self, field: str) -> None:
        """Take the tick out of a checkbox, called by its label."""
        field = checked_text("uncheck", field)
        with self._step("uncheck", field):
            page = self._here("uncheck")
            with of_kind(page, field, fields.CHECKABLE, "uncheck"):
                fields.set_checked(page, fields.control(page, field, fields.CHECKABLE), False)

    def attach(self, field: str, files: Any) -> None:
        """Choose the file or files of a file field.

        Args:
            field: What the field is called.
            files: A path, or ``{"name", "mimeType", "buffer"}`` as Playwright has it, or a list of those;
                an empty list takes every file out.
        """
        field = checked_text("attach", field)
        with self._step("attach", f"{field} = {_file_names(files)}"):
            page = self._here("attach")
            with of_kind(page, field, fields.FILES, "attach"):
                # Playwright would take another control of that name, and give the files to nobody.
                file_field = fields.control(page, field, fields.FILES).and_(page.locator(fields.FILES))
                file_field.set_input_files(files)

    def click(self, text: str) -> None:
        """Click on a button, a link, or whatever else says this; an exact fit wins over a partial one."""
        text = checked_text("click", text)
        with self._step("click", text):
            fields.clickable(self._here("click"), text).click()

    # -- seeing something --------------------------------------------------------------------------

    def should_see(self, text: str | re.Pattern[str]) -> None:
        """Expect the page to show a text.

        Args:
            text: A part of what a user reads (letter case aside), or a pattern.

        Raises:
            ExpectationError: It is not there, or not visible.
        """
        text = checked_text("should_see", text, pattern=True)
        with self._step("should_see", _text(text)):
            page = self._here("should_see")
            with naming(page, f"the page should show {quoted(text)}", Text(text)):
                found = page.get_by_text(text).filter(visible=True).first
                expect(found).to_be_visible(timeout=self._stage.patience)

    def should_not_see(self, text: str | re.Pattern[str]) -> None:
        """Expect the page not to show a text."""
        text = checked_text("should_not_see", text, pattern=True)
        with self._step("should_not_see", _text(text)):
            page = self._here("should_not_see")
            found = page.get_by_text(text).filter(visible=True)
            with naming(page, f"the page should not show {quoted(text)}", found):
                expect(found).to_have_count(0, timeout=self._stage.patience)

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
            query: The whole query string; any query fits where it is not given and the target has none.
            kwargs: The URL's arguments, by name.
        """
        path, _, wanted = address_of(target, args, kwargs, query).partition("?")
        with self._step("should_be_at", _called(target, args, kwargs, query)):
            page = self._here("should_be_at")
            origin = re.escape(self._stage.base_url) + re.escape(path)
            with naming(page):
                try:
                    pattern = re.compile(rf"^{origin}(\?[^#]*)?(#.*)?$")
                    expect(page).to_have_url(pattern, timeout=self._stage.patience)
                except AssertionError:
                    raise elsewhere(page, self._stage.base_url, path) from None
                if wanted:
                    expect_query(page.url, wanted)

    # -- being somebody ----------------------------------------------------------------------------

    def login(self, user: Any, password: str = "") -> None:
        """Sign in by the site's own login page.

        Args:
            user: A user, or a user name.
            password: The password as it is typed.

        Raises:
            StoryError: There is no password, no login page, ``LOGIN_URL`` names no URL, or they were not let in.
        """
        name = user if isinstance(user, str) else name_of(checked_user(user, "actor.login(user, password)"))
        recorder.hide(password)
        with self._step("login", name):
            signing.check_login_url()
            signing.login(self.page, self._stage.base_url, name, password)
            if not isinstance(user, str):
                self.user = user

    def logout(self) -> None:
        """Sign out by the site's own button or link.

        Raises:
            StoryError: The page offers none.
        """
        with self._step("logout", ""):
            signing.logout(self._here("logout"))

    def sign_in(self, user: Any) -> None:
        """Sign in at once, through a session that is put into this actor's cookies; no page is visited."""
        with self._step("sign in", name_of(checked_user(user, "actor.sign_in(user)"))):
            cookie = signing.session_cookie(user, self._stage.base_url)
            if self._context is None:
                self._cookies.append(cookie)
            else:
                self._context.add_cookies([cookie])
            self.user = user

    # -- how it is done ----------------------------------------------------------------------------

    def _enter(self, context: Any) -> None:
        """Make a context this actor's, with the session that they brought."""
        self._context = context
        if self._cookies:
            context.add_cookies(self._cookies)

    @contextmanager
    def _step(self, verb: str, what: str) -> Iterator[None]:
        if recorder.current() is None:
            with self._stage.guard(self):
                yield
            return
        with (
            recorder.step(verb, what, actor=self.name, place=caller(), look=self._look),
            self._stage.guard(self),
        ):
            yield

    def _look(self) -> recorder.Page | None:
        return self._stage.look(self._page) if self._page is not None else None

    def _here(self, verb: str) -> Any:
        """Return the page, which must have been opened on something."""
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


def _file_names(files: Any) -> str:
    several = files if isinstance(files, (list, tuple)) else [files]
    return (
        ", ".join(str(item["name"] if isinstance(item, Mapping) else item) for item in several) or "nothing"
    )
