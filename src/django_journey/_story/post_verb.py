"""The verb ``post``: sends a form that no page shows, as other programs and pages that are out of date do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from django_journey._dom.forms.body_encoding import FormEntry
from django_journey._story.addresses import address_of
from django_journey._story.form_data import form_data

if TYPE_CHECKING:
    from django_journey._pages.page import BrowserContext, Page
    from django_journey._story.pages import PageProvider

__all__ = ["PostVerb"]


class PostVerb:
    """What ``actor.post`` needs of an actor."""

    _pages: PageProvider

    if TYPE_CHECKING:

        @property
        def context(self) -> BrowserContext: ...
        @property
        def page(self) -> Page: ...
        def _step(self, verb: str, what: str) -> AbstractContextManager[None]: ...

    def post(
        self,
        target: str,
        /,
        *args: Any,
        data: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Send a form that no page shows, and go to the page that answers; redirects are followed.

        Django's CSRF check is passed as a script of the site passes it: with the token of the cookie.
        What a user can do with the page's own form is written with ``fill`` and ``click``.

        Args:
            target: The name of a URL, or a path that begins with ``/``.
            args: The URL's arguments, by their places.
            data: The values by name: texts, numbers, files as ``attach`` takes them or Django's; a list gives
                a name several values.
            query: The query string's names and values.
            kwargs: The URL's arguments, by name.

        Raises:
            StoryError: No URL has that name or takes those arguments; the nearest ones are listed.
        """
        address = address_of(target, args, kwargs, query)
        with self._step("post", address):
            page = self.page
            token = FormEntry("csrfmiddlewaretoken", self._csrf_token())
            self._pages.send(page, self._pages.base_url + address, form_data(data or {}, token))

    def _csrf_token(self) -> str:
        """Return the token of the CSRF cookie; if there is none yet, set one, as the site would."""
        from django.conf import settings
        from django.utils.crypto import get_random_string

        base_url, name = self._pages.base_url, settings.CSRF_COOKIE_NAME
        for cookie in self.context.cookies([base_url]):
            if cookie.get("name") == name:
                return str(cookie.get("value"))
        token = get_random_string(32)
        self.context.add_cookies([{"name": name, "value": token, "url": base_url}])
        return token
