"""Finds environment variables that look like misspelt settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches

from django_journey._story.settings import INTERNAL, PREFIX, Options
from django_journey.errors import Explanation

__all__ = ["misspelt_variables"]


def misspelt_variables(environ: Mapping[str, str]) -> Iterator[Explanation]:
    """Explain each environment variable that looks like a misspelt setting; it may be another program's.

    Args:
        environ: The environment.
    """
    words = [item.name.upper() for item in fields(Options)]
    for key, text in environ.items():
        word = key.removeprefix(PREFIX)
        if key == word or key in INTERNAL or word in words:
            continue
        if near := [PREFIX + name for name in get_close_matches(word, words, n=3, cutoff=0.75)]:
            yield Explanation(
                f"the environment variable {key} is no setting of django-journey, and is not read",
                nearest=tuple(near),
                instead=f"{near[0]}={text}, if it is meant for django-journey",
            )
