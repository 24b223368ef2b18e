"""Says what a verb of a story met in the verb's own words, instead of in those of a page and its locators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from django_journey.dom import near_miss
from django_journey.dom.document import Document
from django_journey.dom.queries import Query, Text
from django_journey.errors import ExpectationError, Explanation, StoryError
from django_journey.story import fields

__all__ = ["naming", "no_such_filling", "of_kind", "quoted"]

_SHOWN = 5


@contextmanager
def naming(page: Any, sought: str = "", what: Any = None) -> Iterator[None]:
    """Let a failed expectation say which page this is (an error page, say), and which form was not sent.

    Args:
        page: The page.
        sought: What the verb expects, in its own words.
        what: What should be there, as a part of a query, or the locator of what should not.
    """
    try:
        yield
    except AssertionError as error:
        notes = []
        with suppress(Exception):  # a page that is gone has nothing to add, and the error matters more
            notes = [
                line for line in (f"The title of the page is {page.title()!r}", fields.refused(page)) if line
            ]
        failed = _in_own_words(error, page, sought, what) if sought else error
        for line in notes:
            failed.add_note(line)
        if failed is error:
            raise
        raise failed from None


def _in_own_words(error: AssertionError, page: Any, sought: str, what: Any) -> AssertionError:
    """Return an expectation's error as its verb would say it: what was meant, instead of a locator's state."""
    told = getattr(error, "explanation", None) or Explanation("", where=page.url)
    with suppress(Exception):  # a page that is gone, or that is no HTML, has nothing to show
        if not isinstance(what, Text):
            shown = what.all_inner_texts()[:_SHOWN]
            told = replace(told, nearest=tuple(f"it shows {' '.join(text.split())!r}" for text in shown))
        elif not told.nearest:  # a browser's own expectation does not look for what comes near
            doc = Document(page.content(), url=page.url)
            told = near_miss.missing(doc, Query((what,)), call="", where=page.url)
    return ExpectationError(replace(told, sought=sought))


@contextmanager
def of_kind(page: Any, field: str, kinds: str, verb: str) -> Iterator[None]:
    """Where a verb can't be carried out because a field is none for it, say which verb is."""
    try:
        yield
    except Exception as error:
        fitting = ""
        with suppress(Exception):  # a page that is gone has nothing to add
            fitting = fields.fitting_verb(page, field, kinds)
        if not fitting:
            raise
        explanation = Explanation(
            f"{field!r} is nothing to {verb}", where=page.url, instead=f"actor.{fitting}"
        )
        raise StoryError(explanation) from error


def no_such_filling(field: str | Mapping[str, Any]) -> StoryError:
    """Return the error for a ``fill`` that does not say what to write, or says it twice."""
    if isinstance(field, Mapping):
        return StoryError(
            Explanation(
                "fill({…}) says the values with the names, and takes no other",
                instead='actor.fill({"Title": "…", "Body": "…"})',
            )
        )
    return StoryError(
        Explanation(
            f"fill({field!r}) does not say what to write",
            instead=f'actor.fill({field!r}, "…"); actor.fill({field!r}, "") empties it',
        )
    )


def quoted(value: str | re.Pattern[str]) -> str:
    """Write a text or a pattern as a message shows it."""
    return f"/{value.pattern}/" if isinstance(value, re.Pattern) else repr(value)
