"""Masks secrets in the trace: by name, by shape, and by value.

By name: the values of fields, headers, cookies and arguments that have a secret's name.
By shape: signed values, password-reset and CSRF tokens, JSON web tokens and others.
By value: a value that was once a secret is masked wherever it appears later in the same test, in pages, mails,
messages and tracebacks (secret settings, and values of a class's or a module's set-up: in later tests too). When the
run ends, it is masked in everything that the run has written.

A value is masked wherever it appears only if it can be told from ordinary words: it has at least four characters
(eight if all are letters, six if all are digits), is no word such as ``password``, and no name of a table or a
column. If it is shorter than eight characters or has only lower-case letters, it is masked only as a separate word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django_journey._trace.secrets.mask_text import MASK
from django_journey._trace.secrets.names import SecretNames
from django_journey._trace.secrets.shapes import is_random, mask_shapes
from django_journey._trace.secrets.spellings import spellings

__all__ = ["Redactor", "mask_values"]

_SHORTEST, _SHORTEST_NUMBER, _DISTINCT = 4, 6, 8

# Each text is searched for each value, so only the latest values of shared set-ups are stored. Values of tests are
# searched for in the whole trace once, at its end; longer ones are session keys or form tokens, used in one test only.
_MOST_SHARED, _MOST_REMEMBERED, _LONGEST_REMEMBERED = 40, 200, 31

# A suite requests the same URLs repeatedly; long texts are seldom equal.
_MOST_CLEANED, _LONGEST_CLEANED = 1024, 200

# Nor do the style sheets that are stored with each page change from page to page.
_SHEETS = re.compile(r"(?<=<style>)([^<]{500,})(?=</style>)")
_MOST_SHEETS = 16

# Passwords that are ordinary words: masked only in their own field, or nothing would stay readable.
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
        self._names = SecretNames(names)
        self._values: dict[str, tuple[str, ...]] = {}
        self._shared: dict[str, tuple[str, ...]] = {}
        self._lasting: dict[str, tuple[str, ...]] = {}
        self._earlier: dict[str, tuple[str, ...]] = {}
        self._hidden = self._values
        self._state = object()  # replaced after each change, so that threads never use an older list
        self._spelled: tuple[object, tuple[str, ...]] = (None, ())
        self._masked = lru_cache(maxsize=_MOST_CLEANED)(self._mask)
        self._sheet = lru_cache(maxsize=_MOST_SHEETS)(lambda state, sheet: self._page(sheet))
        self._unmasked: frozenset[str] = frozenset()
        self._on_hide: Callable[[tuple[str, ...]], None] | None = None

    def on_hide(self, callback: Callable[[tuple[str, ...]], None]) -> None:
        """Call back with the spellings of each new secret, so that written files can be masked."""
        self._on_hide = callback

    def add_names(self, *names: str) -> None:
        """Add names of secrets (a project's own session cookie, say)."""
        if self._names.add(*names):
            self._masked.cache_clear()
            self._sheet.cache_clear()

    def is_secret(self, name: str, value: str | None = None) -> bool:
        """Tell whether a field, a label, a header or an argument holds a secret.

        Args:
            name: Its name.
            value: Its value; it decides if the name may have other meanings too (``key``).
        """
        if not self._names.is_secret(name):
            return False
        return value is None or not self._names.is_vague(name) or is_random(value)

    @contextmanager
    def shared_setup(self) -> Iterator[None]:
        """Mask values that are hidden within the block in later tests too."""
        before, self._hidden = self._hidden, self._shared
        try:
            yield
        finally:
            self._hidden = before
            while len(self._shared) > _MOST_SHARED:
                del self._shared[next(iter(self._shared))]
            self._state = object()

    def never_mask(self, words: Iterable[str]) -> None:
        """Add words that are never masked by value: the names of tables and columns."""
        self._unmasked |= {word.lower() for word in words}

    def hide(self, value: str, *, lasting: bool = False, sure: bool = False) -> bool:
        """Mask a value from now on, and return whether it is masked wherever it appears.

        Args:
            value: The secret.
            lasting: Whether it is a secret in the whole run, not in one test.
            sure: Whether to mask it even if it is short.
        """
        if any(value in known for known in self._known):
            return True
        if not self._is_distinct(value, sure=sure):
            return False
        found = (self._lasting if lasting else self._hidden)[value] = spellings(value)
        self._state = object()
        if self._on_hide is not None:
            self._on_hide(found)
        return True

    def end_test(self) -> None:
        """Stop masking the values of the test that ended, until the end of the run."""
        for value, written in self._values.items():
            if len(value) <= _LONGEST_REMEMBERED:
                self._earlier[value] = written
        while len(self._earlier) > _MOST_REMEMBERED:
            del self._earlier[next(iter(self._earlier))]
        self._values.clear()
        self._state = object()

    def restore(self) -> tuple[str, ...]:
        """Mask the values of all tests again, and return the spellings of all secrets."""
        self._shared |= self._earlier
        self._state = object()
        return self._all_spellings()

    def _is_distinct(self, value: str, *, sure: bool) -> bool:
        low = value.lower()
        if len(value) < _SHORTEST or low in _ORDINARY or low in self._unmasked or value == MASK:
            return False
        if sure:
            return True
        if value.isascii() and value.isalpha():
            return len(value) >= _DISTINCT
        return len(value) >= _SHORTEST_NUMBER or not value.isdecimal()

    @property
    def _known(self) -> tuple[dict[str, tuple[str, ...]], ...]:
        return self._values, self._shared, self._lasting

    def clean(self, text: str) -> str:
        """Return a readable text with secrets masked."""
        if not text:
            return text
        text = self.clean_values(text)
        # A class of the test's own may have its own hash.
        return (self._masked if type(text) is str and len(text) <= _LONGEST_CLEANED else self._mask)(text)

    def clean_values(self, text: str) -> str:
        """Return a text with all known values masked."""
        return mask_values(text, self._all_spellings())

    def _all_spellings(self) -> tuple[str, ...]:
        state, (known_of, found) = self._state, self._spelled
        if known_of is not state:
            found = tuple(
                spelling for known in self._known for each in tuple(known.values()) for spelling in each
            )
            self._spelled = (state, found)
        return found

    def _mask(self, text: str) -> str:
        return self._names.mask_text(mask_shapes(text))

    def page(self, markup: str) -> str:
        """Return a page with secrets masked, also in its password and secret hidden inputs."""
        return "".join(
            self._sheet(self._state, piece) if number % 2 else self._page(piece)
            for number, piece in enumerate(_SHEETS.split(markup))
        )

    def _page(self, markup: str) -> str:
        return self._names.mask_page(mask_shapes(self.clean_values(markup)))

    def data(self, data: Any) -> Any:
        """Return plain data with secrets masked, by the keys of its mappings and in its texts."""
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


def mask_values(text: str, spellings: Iterable[str]) -> str:
    """Return a text with each spelling masked."""
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
