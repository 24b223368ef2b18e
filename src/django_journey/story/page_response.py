"""The last response of an actor's page, with what Django knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from django.utils.datastructures import CaseInsensitiveMapping

from django_journey.errors import Explanation, StoryError
from django_journey.trace.given import MOST, Given

__all__ = ["PageContext", "PageResponse", "no_response"]

_OWN_HEADER = "x-journey-request"


class PageResponse:
    """What came back for a page: ``actor.response``.

    Args:
        status: The HTTP status code.
        url: The URL that answered, the last one of a chain of redirects.
        headers: The headers.
        given: What only Django knows, or ``None`` where it is not known here.
    """

    def __init__(self, status: int, url: str, headers: Mapping[str, str], given: Given | None) -> None:
        self.status = status
        self.url = url
        kept = {name: value for name, value in headers.items() if name.lower() != _OWN_HEADER}
        #: The headers, whatever the letter case of their names.
        self.headers: Mapping[str, str] = CaseInsensitiveMapping(kept)
        self._given = given

    def __repr__(self) -> str:
        return f"<PageResponse status={self.status} url={self.url!r}>"

    @property
    def context(self) -> PageContext:
        """What the templates were given, by name: ``response.context["user"]``.

        Raises:
            StoryError: Only Django knows it, and it is not known here.
        """
        given = self._known("context")
        return PageContext(given.layers, f"{self.status} {self.url}", self.templates)

    @property
    def templates(self) -> list[str]:
        """The names of the templates that were rendered, in order, each once.

        Raises:
            StoryError: Only Django knows it, and it is not known here.
        """
        return list(dict.fromkeys(self._known("templates").templates))

    @property
    def resolver_match(self) -> Any:
        """Where the URL led (``.view_name``, ``.kwargs``, …); ``None`` where no view answered.

        Raises:
            StoryError: Only Django knows it, and it is not known here.
        """
        return self._known("resolver_match").resolver_match

    def _known(self, what: str) -> Given:
        if self._given is None:
            raise StoryError(
                Explanation(
                    f"response.{what} is not known here: only Django knows it",
                    where=f"{self.status} {self.url}",
                    nearest=(
                        "against a deployed site (--journey-base-url) Django runs elsewhere",
                        f"of the site's own pages the last {MOST} are kept in a browser",
                    ),
                    instead="response.status, .url and .headers are known everywhere; or look at what the page shows:\n"
                    'actor.should_see("…")',
                )
            )
        return self._given


class PageContext(Mapping[str, Any]):
    """The names of all contexts that a response's templates were rendered with; the first context that has one wins.

    Args:
        layers: The dictionaries of each context, as they were pushed on each other.
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
                f"no template was given {name!r}",
                where=f"{self._where} ({', '.join(self._templates[:3]) or 'no template was rendered'})",
                nearest=tuple(get_close_matches(str(name), list(self), n=3) or sorted(self)[:10]),
                instead="what a template's own tags make ({% with %}, {% include … with %}) is not part of it",
            )
        )

    def __contains__(self, name: object) -> bool:
        return any(name in layer for context in self._layers for layer in context)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for context in self._layers for layer in context for name in layer))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _NotGiven(StoryError, KeyError):
    """A name that no context has: a ``KeyError`` too, as of a mapping."""

    __str__ = StoryError.__str__


def no_response(actor: str, url: str) -> StoryError:
    """Return the error for a page that no response has come to, as far as is known."""
    return StoryError(
        Explanation(
            f"{actor}'s page has no response",
            where=url,
            nearest=("Playwright remembers the last 100 requests of a page",),
            instead='ask right after the verb: actor.visit("url-name"); actor.response',
        )
    )
