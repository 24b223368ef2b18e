"""Finds the secrets among the project's settings: those that Django's error page hides, unless they are words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import is_
from typing import Any

from django_journey._adapters.django import LAZY_VALUE
from django_journey._trace.secrets.redactor import Redactor
from django_journey._trace.secrets.shapes import is_random

__all__ = ["SettingsSecrets", "secret_values"]

# The name of a class or a function, of a URL, a file or a header: named like secrets, but none.
_NO_SECRET = re.compile(
    r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[./~].*|[a-z][a-z0-9+.-]*://[^@]*|HTTP_\w+|X-[\w-]+|[\w-]+/"
    r"|\S+@\S+\.\w+|[\w/-]+\.(?:html|txt|css|js|json|ya?ml|pem|key|crt)"
)
_PLURAL = re.compile(r"(?i)(?:key|secret|token|password|credential)s$")
_PASSWORD_OF_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@:]*:([^\s/?#@]+)@")
_DEEPEST = 6


class SettingsSecrets:
    """Gives a redactor the secrets of the settings, once, and those of overrides when they begin.

    No code of the project runs: only plain strings in plain containers are read, from Django's own ``__dict__``.

    Args:
        redactor: Masks them.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._seen: Any = None
        self._project: tuple[Any, ...] = ()

    def read(self, settings: Any) -> None:
        """Read the settings if they have changed since the last call."""
        holder = settings.__dict__.get(LAZY_VALUE)
        if holder is self._seen:
            return
        first = self._seen is None
        self._seen = holder
        if first:
            self._redactor.never_mask(_identifiers())
        while holder is not None:
            facts = getattr(holder, "__dict__", {})
            # An override is a layer above the project's settings, and ends with its test.
            below = facts.get("default_settings")
            if below is None:  # read again only if one of them is another object
                known, self._project = self._project, tuple(facts.values())
                if len(known) == len(self._project) and all(map(is_, known, self._project)):
                    return
            for value in secret_values(facts):
                self._redactor.hide(value, lasting=below is None)
            holder = below


def secret_values(settings: dict[str, Any]) -> list[str]:
    """Return the values of secret settings that are not ordinary words.

    Args:
        settings: The settings by name.
    """
    from django.views.debug import SafeExceptionReporterFilter

    hidden: Any = SafeExceptionReporterFilter.hidden_settings
    return list(dict.fromkeys(_secrets_in(settings, hidden, secret=False, depth=0)))


def _secrets_in(value: Any, hidden: re.Pattern[str], *, secret: bool, depth: int) -> Iterator[str]:
    kind = type(value)  # isinstance() would evaluate a lazy value
    if kind is str:
        yield from (value,) if secret and _is_one(value) else _PASSWORD_OF_URL.findall(value)
    elif kind is dict and depth < _DEEPEST:
        for name, inner in value.items():
            plain = name if type(name) is str else ""
            named = hidden.search(plain) is not None
            # PASSWORDLESS_AUTH would hold options; API_KEYS, keys.
            of_secrets = type(inner) is not dict or _PLURAL.search(plain) is not None
            yield from _secrets_in(inner, hidden, secret=(secret or named) and of_secrets, depth=depth + 1)
    elif kind in (list, tuple) and depth < _DEEPEST:
        for inner in value:
            yield from _secrets_in(inner, hidden, secret=secret, depth=depth + 1)


def _is_one(value: str) -> bool:
    """Tell a secret from a word, a dotted name, a path or an address, which a trace contains for other reasons."""
    if is_random(value):
        return True
    if len(value) < 6 or value.isalpha() or value.isdecimal():
        return False
    return " " not in value.strip() and _NO_SECRET.fullmatch(value) is None


def _identifiers() -> Iterator[str]:
    """Return the names of tables and columns, which are never masked."""
    from django.apps import apps

    if not apps.models_ready:
        return
    for model in apps.get_models(include_auto_created=True):
        yield model._meta.db_table
        for field in model._meta.local_fields:
            yield str(field.column)
