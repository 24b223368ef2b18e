"""Keeps secrets out of the trace: by the name of the place they stand in, by their shape, and by their value.

By name: what stands in a field, a header, a cookie or an argument called like a secret is masked.
By shape: CSRF tokens, password-reset tokens and JSON web tokens are known by how they look.
By value: what was once given as a secret is masked wherever it appears later in the same test (what a
class's or a module's set-up gave: in later tests too), in pages, mails, messages and tracebacks.

A value is masked by itself only if it can be told apart from ordinary words: it has four characters or
more and is no word such as ``password`` or ``admin``. Below eight characters, and where it is nothing but
small letters, it is masked only where it stands as a word of its own; there it is masked in running text too,
since a mail may say "it is …" of a password without any name beside it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, quote_plus

from django_journey.trace.recorder import MASK
from django_journey.trace.secret_places import Places

__all__ = ["MASK", "Redactor"]

_SHORTEST, _DISTINCT = 4, 8

# Each text is searched for each value: of what shared set-ups gave, the latest are remembered.
_MOST_KEPT = 40

# Passwords that are ordinary words: masked in their own field alone, or nothing would stay readable.
_ORDINARY = frozenset(
    {"password", "passwort", "passwd", "pass", "secret", "token", "admin", "user", "username", "test"}
    | {"demo", "guest", "root", "login", "name", "true", "false", "none", "null", "set-password"}
)

_SHAPES = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # JSON web token (RFC 7519)
    r"|(?<![\w-])[0-9a-z]{6,7}-[0-9a-f]{32}(?![\w-])"  # Django's password-reset token
    r"|(?<!\w)(?=[0-9a-zA-Z]*[A-Z])(?=[0-9a-zA-Z]*[a-z])[0-9a-zA-Z]{64}(?!\w)"  # Django's masked CSRF token
    r"|(?<=Bearer )[\w.~+/-]{8,}=*"  # RFC 6750
)
# A run of this many characters of a token; without one, no shape can be there.
_LONG = re.compile(r"[\w.-]{38}|Bearer ")


class Redactor:
    """Masks secrets in texts, pages and data.

    Args:
        names: More names of fields, headers, cookies and arguments whose values are secrets.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._places = Places(names)
        self._values: dict[str, tuple[str, ...]] = {}
        self._kept: dict[str, tuple[str, ...]] = {}
        self._hidden = self._values
        self._on_hide: Callable[[], None] | None = None

    def on_hide(self, callback: Callable[[], None]) -> None:
        """Call back when another value is known to be secret, so that what is written can be cleaned."""
        self._on_hide = callback

    def add_names(self, *names: str) -> None:
        """Say that whatever is called so is a secret (a project's own session cookie, say)."""
        self._places.add(*names)

    def is_secret(self, name: str) -> bool:
        """Tell whether what is called so holds a secret: a field, a label, a header, an argument."""
        return self._places.is_secret(name)

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

    def hide(self, value: str) -> bool:
        """Mask that value from now on, and return whether it is masked by itself."""
        if len(value) < _SHORTEST or value.lower() in _ORDINARY or value == MASK:
            return False
        if value not in self._values and value not in self._kept:
            self._hidden[value] = _spellings(value)
            if self._on_hide is not None:
                self._on_hide()
        return True

    def forget(self) -> None:
        """Forget what was hidden for one test alone."""
        self._values.clear()

    def clean(self, text: str) -> str:
        """Return a readable text without secrets."""
        if not text:
            return text
        return self._places.mask_text(_without_shapes(self.clean_values(text)))

    def clean_values(self, text: str) -> str:
        """Return a text without the values that are known to be secret."""
        for known in (self._values, self._kept):
            for spellings in tuple(known.values()):
                for spelling in spellings:
                    if spelling in text:
                        text = _replace(text, spelling)
        return text

    def page(self, markup: str) -> str:
        """Return a page without secrets: the values of its password and secret hidden inputs too."""
        return self._places.mask_page(_without_shapes(self.clean_values(markup)))

    def data(self, data: Any) -> Any:
        """Return plain data without secrets, by the keys of its mappings and in its texts."""
        if isinstance(data, str):
            return self.clean(data)
        if isinstance(data, dict):
            return {
                key: MASK if value and self.is_secret(str(key)) else self.data(value)
                for key, value in data.items()
            }
        if isinstance(data, (list, tuple)):
            return [self.data(item) for item in data]
        return data


def _without_shapes(text: str) -> str:
    return _SHAPES.sub(MASK, text) if _LONG.search(text) else text


def _spellings(value: str) -> tuple[str, ...]:
    """Return how a value may be written in HTML, in URLs, in JSON and in Python, the longest first."""
    escaped = html.escape(value)
    found = {
        value,
        escaped,
        escaped.replace("&#x27;", "&#39;"),
        html.escape(value, quote=False),
        quote(value, safe=""),
        quote(value),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
    }
    return tuple(sorted(found, key=len, reverse=True))


def _replace(text: str, value: str) -> str:
    if len(value) >= _DISTINCT and not (value.isalpha() and value.islower()):
        return text.replace(value, MASK)
    return re.sub(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", MASK, text)
