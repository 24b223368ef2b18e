"""Errors of a story's verbs, in the words of the verb instead of those of a page and its locators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from django_journey._dom.query import query_errors
from django_journey._dom.query.parts import Query, Text
from django_journey._dom.tree.document import Document
from django_journey._story.verbs import targets
from django_journey.errors import ExpectationError, Explanation, StoryError

if TYPE_CHECKING:
    from django_journey._pages.locator.locator import Locator
    from django_journey._pages.page import Page

__all__ = ["naming", "of_kind", "quoted", "wrong_fill_arguments"]

_SHOWN = 5


@contextmanager
def naming(page: Page, sought: str = "", what: Text | Locator | None = None) -> Iterator[None]:
    """Add the page's title and the form that was not submitted to a failed expectation.

    Args:
        page: The page.
        sought: What the verb expects, in its own words.
        what: The text that should be on the page, or a locator of what should not.
    """
    try:
        yield
    except AssertionError as error:
        notes = []
        with suppress(Exception):  # the page may be closed; its error must not replace this one
            notes = [
                line
                for line in (f"The title of the page is {page.title()!r}", targets.blocked_form(page))
                if line
            ]
        failed = _in_own_words(error, page, sought, what) if sought else error
        for line in notes:
            failed.add_note(line)
        if failed is error:
            raise
        raise failed from None


def _in_own_words(
    error: AssertionError, page: Page, sought: str, what: Text | Locator | None
) -> AssertionError:
    """Return an expectation's error in the words of the verb instead of those of the locator."""
    explanation = getattr(error, "explanation", None) or Explanation("", where=page.url)
    with suppress(Exception):  # the page may be closed, or not be HTML
        if what is not None and not isinstance(what, Text):
            shown = what.all_inner_texts()[:_SHOWN]
            explanation = replace(
                explanation, nearest=tuple(f"it shows {' '.join(text.split())!r}" for text in shown)
            )
        elif (
            what is not None and not explanation.nearest
        ):  # Playwright's own expectation lists no near misses
            doc = Document(page.content(), url=page.url)
            explanation = query_errors.missing(doc, Query((what,)), call="", where=page.url)
    return ExpectationError(replace(explanation, sought=sought))


@contextmanager
def of_kind(page: Page, field: str, kinds: str, verb: str) -> Iterator[None]:
    """If a verb fails because the field is of another kind, raise an error that names the right verb."""
    try:
        yield
    except Exception as error:
        fitting = ""
        with suppress(Exception):  # the page may be closed
            fitting = targets.fitting_verb(page, field, kinds)
        if not fitting:
            raise
        explanation = Explanation(
            f"{verb}(…) can't be used on {field!r}", where=page.url, instead=f"actor.{fitting}"
        )
        raise StoryError(explanation) from error


def wrong_fill_arguments(field: object) -> StoryError:
    """Return the error for a ``fill`` without a value, or with a mapping and a value."""
    if isinstance(field, Mapping):
        return StoryError(
            Explanation(
                "fill({…}) takes no value beside the mapping",
                instead='actor.fill({"Title": "…", "Body": "…"})',
            )
        )
    return StoryError(
        Explanation(
            f"fill({field!r}) has no value",
            instead=f'actor.fill({field!r}, "…"); actor.fill({field!r}, "") clears the field',
        )
    )


def quoted(value: str | re.Pattern[str]) -> str:
    """Return a text or a pattern as messages show it."""
    return f"/{value.pattern}/" if isinstance(value, re.Pattern) else repr(value)
