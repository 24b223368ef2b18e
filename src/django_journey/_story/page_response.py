"""The last response of an actor's page, with its template context and URL match."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from django.urls import ResolverMatch
from django.utils.datastructures import CaseInsensitiveMapping

from django_journey._trace.hooks.template_contexts import MAX_STORED, TemplateContexts
from django_journey.errors import Explanation, StoryError

__all__ = ["PageContext", "PageResponse", "no_response"]

_OWN_HEADER = "x-journey-request"


class PageResponse:
    """The last response of a page: ``actor.response``.

    Args:
        status: The HTTP status code.
        url: The URL of the response, after redirects.
        headers: The headers.
        given: The templates, contexts and URL match; ``None`` if Django runs in another process.
        body: Returns the body.
    """

    #: What Django's ``assertContains`` asks of a response.
    streaming = False
    charset = "utf-8"

    def __init__(
        self,
        status: int,
        url: str,
        headers: Mapping[str, str],
        given: TemplateContexts | None,
        body: Callable[[], bytes] = bytes,
    ) -> None:
        self.status = status
        self.url = url
        shown = {name: value for name, value in headers.items() if name.lower() != _OWN_HEADER}
        #: The headers; the letter case of their names does not matter.
        self.headers: Mapping[str, str] = CaseInsensitiveMapping(shown)
        self._given = given
        self._body = body

    def __repr__(self) -> str:
        return f"<PageResponse status={self.status} url={self.url!r}>"

    @property
    def status_code(self) -> int:
        """The HTTP status code, by the name that Django's assertions read."""
        return self.status

    @property
    def content(self) -> bytes:
        """The body as the site sent it, so that ``assertContains(actor.response, …)`` works."""
        return self._body()

    def json(self) -> Any:
        """Return the body parsed as JSON."""
        return json.loads(self.content)

    @property
    def context(self) -> PageContext:
        """The context of the templates, by name: ``response.context["user"]``.

        Raises:
            StoryError: It is not available, since Django runs in another process or the response is too old.
        """
        given = self._known("context")
        return PageContext(given.layers, f"{self.status} {self.url}", self.templates)

    @property
    def templates(self) -> list[str]:
        """The names of the rendered templates, in order, without repetitions.

        Raises:
            StoryError: It is not available, since Django runs in another process or the response is too old.
        """
        return list(dict.fromkeys(self._known("templates").templates))

    @property
    def resolver_match(self) -> ResolverMatch | None:
        """Django's ``ResolverMatch`` (``.view_name``, ``.kwargs``, …); ``None`` if no URL matched.

        Raises:
            StoryError: It is not available, since Django runs in another process or the response is too old.
        """
        match: ResolverMatch | None = self._known("resolver_match").resolver_match
        return match

    def _known(self, what: str) -> TemplateContexts:
        if self._given is None:
            raise StoryError(
                Explanation(
                    f"response.{what} is not available for this response",
                    where=f"{self.status} {self.url}",
                    nearest=(
                        "Django runs in another process with --journey-base-url",
                        f"in a browser, it is stored for the last {MAX_STORED} pages of the site",
                    ),
                    instead="response.status, .url and .headers are always available; or check the page itself:\n"
                    'actor.should_see("…")',
                )
            )
        return self._given


class PageContext(Mapping[str, Any]):
    """The merged contexts of all templates of a response; the first context that has a name wins.

    Args:
        layers: The stacked dictionaries of each context.
        where: The response.
        templates: The names of the templates.
    """

    def __init__(self, layers: list[tuple[Mapping[str, Any], ...]], where: str, templates: list[str]) -> None:
        self._layers = layers
        self._where = where
        self._templates = templates

    def __getitem__(self, name: str) -> Any:
        for context in self._layers:
            for layer in reversed(context):
                if name in layer:
                    return layer[name]
        raise _NotGiven(
            Explanation(
                f"no template context has {name!r}",
                where=f"{self._where} ({', '.join(self._templates[:3]) or 'no template was rendered'})",
                nearest=tuple(get_close_matches(str(name), list(self), n=3) or sorted(self)[:10]),
                instead="variables of template tags ({% with %}, {% include … with %}) are not part of the context",
            )
        )

    def __contains__(self, name: object) -> bool:
        return any(name in layer for context in self._layers for layer in context)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for context in self._layers for layer in context for name in layer))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _NotGiven(StoryError, KeyError):
    """No context has that name; a ``KeyError``, too, as for any mapping."""

    __str__ = StoryError.__str__


def no_response(actor: str, url: str) -> StoryError:
    """Return the error for a page without a known response."""
    return StoryError(
        Explanation(
            f"{actor}'s page has no response",
            where=url,
            nearest=("Playwright remembers the last 100 requests of a page",),
            instead='ask right after the verb: actor.visit("url-name"); actor.response',
        )
    )
