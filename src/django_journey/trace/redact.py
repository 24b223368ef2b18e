"""Keeps secrets out of the trace: by the name of the place they stand in, by their shape, and by their value.

By name: what stands in a field, a header, a cookie or an argument called like a secret is masked.
By shape: signed values, password-reset and CSRF tokens, JSON web tokens and others are known by how they look.
By value: what was once given as a secret is masked wherever it appears later in the same test (what a
class's or a module's set-up gave, and secret settings: in later tests too), in pages, mails, messages and
tracebacks; and when the run ends, in whatever it has written before.

A value is masked by itself only if it can be told apart from ordinary words: it has four characters or
more, letters alone eight, digits alone six, and it is no word such as ``password`` and no name of a table or a
column. Below eight characters, and where it is nothing but small letters, it is masked only where it stands as
a word of its own; there it is masked in running text too, since a mail may say "it is …" of a password without
any name beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

from django_journey.trace.recorder import MASK
from django_journey.trace.secret_places import Places
from django_journey.trace.secret_shapes import is_random, without_shapes

__all__ = ["MASK", "Redactor", "without"]

# What is spelled alike in HTML, in URLs, in JSON and in Python: most session keys and tokens.
_SPELLED_ALIKE = re.compile(r"[A-Za-z0-9_.~-]+")

_in_ascii = json.JSONEncoder().encode
_in_unicode = json.JSONEncoder(ensure_ascii=False).encode

_SHORTEST, _SHORTEST_NUMBER, _DISTINCT = 4, 6, 8

# Each text is searched for each value: of what shared set-ups gave, the latest are remembered. Of what tests gave
# the whole trace is searched once, at its end; a longer value is a session's or a form's own, and no other test's.
_MOST_KEPT, _MOST_REMEMBERED, _LONGEST_REMEMBERED = 40, 200, 31

# A suite asks for the same addresses again and again; long texts are seldom the same.
_MOST_CLEANED, _LONGEST_CLEANED = 1024, 200

# Passwords that are ordinary words: masked in their own field alone, or nothing would stay readable.
_ORDINARY = frozenset(
    {"password", "passwort", "passwd", "pass", "secret", "token", "admin", "user", "username", "test"}
    | {"demo", "guest", "root", "login", "name", "true", "false", "none", "null", "set-password"}
)


class Redactor:
    """Masks secrets in texts, pages and data.

    Args:
        names: More names of fields, headers, cookies and arguments whose values are secrets.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._places = Places(names)
        self._values: dict[str, tuple[str, ...]] = {}
        self._kept: dict[str, tuple[str, ...]] = {}
        self._lasting: dict[str, tuple[str, ...]] = {}
        self._former: dict[str, tuple[str, ...]] = {}
        self._hidden = self._values
        self._state = object()  # another one after each change, so that threads never go by an older list
        self._spelled: tuple[object, tuple[str, ...]] = (None, ())
        self._masked = lru_cache(maxsize=_MOST_CLEANED)(self._mask)
        self._spared: frozenset[str] = frozenset()
        self._on_hide: Callable[[tuple[str, ...]], None] | None = None

    def on_hide(self, callback: Callable[[tuple[str, ...]], None]) -> None:
        """Call back with the spellings of another secret, so that what is written can be cleaned."""
        self._on_hide = callback

    def add_names(self, *names: str) -> None:
        """Say that whatever is called so is a secret (a project's own session cookie, say)."""
        if self._places.add(*names):
            self._masked.cache_clear()

    def is_secret(self, name: str, value: str | None = None) -> bool:
        """Tell whether what is called so holds a secret: a field, a label, a header, an argument.

        Args:
            name: What it is called.
            value: What stands there; it decides where the name may mean other things too (``key``).
        """
        if not self._places.is_secret(name):
            return False
        return value is None or not self._places.is_vague(name) or is_random(value)

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Mask what is hidden meanwhile in later tests too: a set-up that they share gives it."""
        before, self._hidden = self._hidden, self._kept
        try:
            yield
        finally:
            self._hidden = before
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._state = object()

    def spare(self, words: Iterable[str]) -> None:
        """Say what is never masked by itself: the names of the database's tables and columns."""
        self._spared |= {word.lower() for word in words}

    def hide(self, value: str, *, lasting: bool = False, sure: bool = False) -> bool:
        """Mask that value from now on, and return whether it is masked by itself.

        Args:
            value: The secret.
            lasting: Whether it is of the whole run, not of one test.
            sure: Whether it is a secret however short it is.
        """
        if any(value in known for known in self._known):
            return True
        if not self._is_distinct(value, sure=sure):
            return False
        spellings = (self._lasting if lasting else self._hidden)[value] = _spellings(value)
        self._state = object()
        if self._on_hide is not None:
            self._on_hide(spellings)
        return True

    def forget(self) -> None:
        """Forget what was hidden for one test alone, till the end of the run."""
        for value, spellings in self._values.items():
            if len(value) <= _LONGEST_REMEMBERED:
                self._former[value] = spellings
        while len(self._former) > _MOST_REMEMBERED:
            del self._former[next(iter(self._former))]
        self._values.clear()
        self._state = object()

    def recall(self) -> tuple[str, ...]:
        """Mask again whatever any test of the run has hidden, and return the spellings of all secrets."""
        self._kept |= self._former
        self._state = object()
        return self._all_spellings()

    def _is_distinct(self, value: str, *, sure: bool) -> bool:
        low = value.lower()
        if len(value) < _SHORTEST or low in _ORDINARY or low in self._spared or value == MASK:
            return False
        if sure:
            return True
        if value.isascii() and value.isalpha():
            return len(value) >= _DISTINCT
        return len(value) >= _SHORTEST_NUMBER or not value.isdecimal()

    @property
    def _known(self) -> tuple[dict[str, tuple[str, ...]], ...]:
        return self._values, self._kept, self._lasting

    def clean(self, text: str) -> str:
        """Return a readable text without secrets."""
        if not text:
            return text
        text = self.clean_values(text)
        # A class of the test's own may have its own hash.
        return (self._masked if type(text) is str and len(text) <= _LONGEST_CLEANED else self._mask)(text)

    def clean_values(self, text: str) -> str:
        """Return a text without the values that are known to be secret."""
        return without(text, self._all_spellings())

    def _all_spellings(self) -> tuple[str, ...]:
        state, (known_of, found) = self._state, self._spelled
        if known_of is not state:
            found = tuple(
                spelling for known in self._known for each in tuple(known.values()) for spelling in each
            )
            self._spelled = (state, found)
        return found

    def _mask(self, text: str) -> str:
        return self._places.mask_text(without_shapes(text))

    def page(self, markup: str) -> str:
        """Return a page without secrets: the values of its password and secret hidden inputs too."""
        return self._places.mask_page(without_shapes(self.clean_values(markup)))

    def data(self, data: Any) -> Any:
        """Return plain data without secrets, by the keys of its mappings and in its texts."""
        if isinstance(data, str):
            return self.clean(data)
        if isinstance(data, dict):
            return {
                key: MASK if value and self.is_secret(str(key), str(value)) else self.data(value)
                for key, value in data.items()
            }
        if isinstance(data, (list, tuple)):
            return [self.data(item) for item in data]
        return data


def _spellings(value: str) -> tuple[str, ...]:
    """Return how a value may be written in HTML, in URLs, in JSON and in Python, the longest first."""
    if _SPELLED_ALIKE.fullmatch(value):
        return (value,)
    escaped = escape(value)
    found = {
        value,
        escaped,
        escaped.replace("&#x27;", "&#39;"),
        escape(value, quote=False),
        quote(value, safe=""),
        quote(value),
        quote_plus(value),
        _in_ascii(value)[1:-1],
        _in_unicode(value)[1:-1],
        repr(value)[1:-1],
    }
    return tuple(sorted(found, key=len, reverse=True))


def without(text: str, spellings: Iterable[str]) -> str:
    """Return a text without a secret, however it is spelled."""
    for spelling in spellings:
        if spelling in text:
            text = _replace(text, spelling)
    return text


def _replace(text: str, value: str) -> str:
    if len(value) >= _DISTINCT and not (value.isalpha() and value.islower()):
        return text.replace(value, MASK)
    return _as_a_word(value).sub(MASK, text)


@lru_cache(maxsize=256)
def _as_a_word(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])")
