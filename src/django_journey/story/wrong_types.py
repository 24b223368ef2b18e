"""Refuses what a verb can't mean, before anything is done, with what to write instead."""

from __future__ import annotations

import re
from typing import Any

from django.utils.functional import Promise

from django_journey.errors import Explanation, StoryError

__all__ = ["checked_mail", "checked_text", "checked_user", "name_of"]


def checked_text(verb: str, value: Any, *, pattern: bool = False) -> Any:
    """Return a text (a lazy translation as it reads now) or a pattern, or refuse what is neither.

    Args:
        verb: The verb that it was given to.
        value: The first argument.
        pattern: Whether a compiled pattern will do as well.

    Raises:
        StoryError: It is neither, or an empty text, which every page has.
    """
    if isinstance(value, re.Pattern) and pattern:
        return value
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, str) and value.strip():
        return value
    kinds = "a text or a pattern" if pattern else "a text"
    meant = f"str({_shown(value)})" if not isinstance(value, str) else "the words that a user reads"
    raise StoryError(
        Explanation(
            f"{verb}(…) takes {kinds}, not {_shown(value)}",
            where=f"the verb {verb}",
            instead=f"actor.{verb}({meant})",
        )
    )


def checked_user(user: Any, call: str) -> Any:
    """Return a user, or refuse what is none.

    Args:
        user: What was given.
        call: The call that wants one.

    Raises:
        StoryError: It is no object of a user model.
    """
    if callable(getattr(user, "get_username", None)) and hasattr(user, "pk") and not isinstance(user, type):
        return user
    instead = "journey.actor(user), with a saved object of the project's user model;\njourney.visitor() for nobody yet"
    if isinstance(user, str):
        instead = (
            f"from django.contrib.auth import get_user_model\n"
            f"journey.actor(get_user_model().objects.get_by_natural_key({user!r}));\n"
            f"journey.visitor({user!r}) is somebody whom the site does not know yet"
        )
    raise StoryError(
        Explanation(f"{call} takes a user, not {_shown(user)}", where="the argument user", instead=instead)
    )


def name_of(user: Any) -> str:
    """Return a user's name, as text."""
    return str(user.get_username())


def checked_mail(mail: Any) -> Any:
    """Return a message of Django's, or refuse what is none.

    Raises:
        StoryError: It has no recipients and no subject.
    """
    if hasattr(mail, "recipients") and hasattr(mail, "subject"):
        return mail
    raise StoryError(
        Explanation(
            f"follow(…) takes a mail, not {_shown(mail)}",
            where="the verb follow",
            instead='actor.follow(actor.mailbox.latest(), "Read it")',
        )
    )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
