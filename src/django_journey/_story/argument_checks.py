"""Checks the arguments of verbs before anything is done; errors say what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeGuard, overload

from django.utils.functional import Promise

from django_journey.errors import Explanation, StoryError

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

__all__ = ["AuthUser", "FileArgument", "checked_mail", "checked_text", "checked_user", "name_of"]


#: A file as Playwright takes it: a path, or a mapping with ``name``, ``mimeType`` and ``buffer``.
FileArgument = str | Path | Mapping[str, object]


class AuthUser(Protocol):
    """An object of the project's user model; without django-stubs, a type checker knows no more of it."""

    def get_username(self) -> str:
        """Return the user name."""


@overload
def checked_text(verb: str, value: object) -> str: ...
@overload
def checked_text(verb: str, value: object, *, pattern: Literal[True]) -> str | re.Pattern[str]: ...


def checked_text(verb: str, value: object, *, pattern: bool = False) -> str | re.Pattern[str]:
    """Return the text (of a lazy translation, too) or the pattern that a verb was called with.

    Args:
        verb: The name of the verb.
        value: The first argument.
        pattern: Whether a compiled pattern is allowed.

    Raises:
        StoryError: It is neither, or the text is empty, which would match every page.
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


def checked_user(user: object, call: str) -> AuthUser:
    """Return the user that a verb was called with.

    Args:
        user: The argument.
        call: The call, for the message.

    Raises:
        StoryError: It is not an object of a user model.
    """
    if _is_user(user):
        return user
    instead = "journey.actor(user), with a saved object of the project's user model;\n"
    "journey.visitor() for a visitor who is not signed in"
    if isinstance(user, str):
        instead = (
            f"from django.contrib.auth import get_user_model\n"
            f"journey.actor(get_user_model().objects.get_by_natural_key({user!r}));\n"
            f"journey.visitor({user!r}) is a visitor who is not signed in"
        )
    raise StoryError(
        Explanation(f"{call} takes a user, not {_shown(user)}", where="the argument user", instead=instead)
    )


def name_of(user: AuthUser) -> str:
    """Return a user's name, as text."""
    return str(user.get_username())


def _is_user(user: object) -> TypeGuard[AuthUser]:
    return (
        callable(getattr(user, "get_username", None)) and hasattr(user, "pk") and not isinstance(user, type)
    )


def checked_mail(mail: Any) -> EmailMessage:
    """Return the Django ``EmailMessage`` that ``follow`` was called with.

    Raises:
        StoryError: It is something else.
    """
    if hasattr(mail, "recipients") and hasattr(mail, "subject"):
        message: EmailMessage = mail
        return message
    raise StoryError(
        Explanation(
            f"follow(…) takes a mail, not {_shown(mail)}",
            where="the verb follow",
            instead='actor.follow(actor.mailbox.latest(), "Read it")',
        )
    )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
