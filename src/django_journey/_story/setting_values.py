"""Reads the values of settings; the error for an invalid value shows a valid one."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["imported", "read_value"]

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})


def read_value(
    name: str,
    hint: str,
    value: Any,
    *,
    place: str,
    example: Callable[..., str],
    least: float | None = None,
    bare: Any = None,
) -> Any:
    """Return the value of one setting.

    Args:
        name: The setting's name.
        hint: Its annotation in ``Options``, as text.
        value: A value of that type, or text.
        place: Where the value was given, for the error.
        example: Returns the setting with a valid value as written in that place, for the error.
        least: The smallest valid number.
        bare: The value of an option without an argument, if the setting is not a boolean.

    Raises:
        ConfigurationError: The value is invalid.
    """
    words = _words_of(hint)
    if words:
        return _word(value, words, place, example)
    readers: dict[str, Callable[[Any], Any]] = {
        "bool": _yes_or_no,
        "int": _whole,
        "int | None": lambda given: None if given is None else _whole(given),
        "float": _number,
        "str": _text,
        "Path | None": lambda given: _folder(given, bare),
        "tuple[str, ...]": lambda given: _texts(given, bare),
    }
    meanings = {
        "bool": ("true or false", True),
        "int": ("a whole number", 20),
        "int | None": ("a whole number", 7),
        "float": ("a number", 500),
        "str": ("a text", "…"),
        "Path | None": ("a folder", "journey-report"),
        "tuple[str, ...]": ("a list of texts", "…"),
    }
    try:
        read = readers[hint](value)
        if least is not None and read is not None and read < least:
            raise ValueError
    except (TypeError, ValueError):
        meaning, right = meanings[hint]
        beyond = f" of at least {least}" if least is not None else ""
        raise ConfigurationError(
            Explanation(
                f"{name} must be {meaning}{beyond}, not {value!r}", where=place, instead=example(value=right)
            )
        ) from None
    return read


def _words_of(hint: str) -> tuple[str, ...]:
    if not hint.startswith("Literal["):
        return ()
    return tuple(word.strip().strip("\"'") for word in hint[len("Literal[") : -1].split(","))


def _word(value: Any, words: tuple[str, ...], place: str, example: Callable[..., str]) -> str:
    if isinstance(value, str) and value.strip().lower() in words:
        return value.strip().lower()
    near = get_close_matches(str(value).lower(), words, n=1, cutoff=0.3)
    raise ConfigurationError(
        Explanation(
            f"{value!r} is none of {', '.join(words)}",
            where=place,
            nearest=tuple(near) or words,
            instead=example(value=(near or words)[0]),
        )
    )


def _yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise TypeError(value)
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _text(value: Any) -> str:
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(value)
    return os.fspath(value).strip()


def _folder(value: Any, bare: Path) -> Path | None:
    if value is None or isinstance(value, bool):
        return bare if value else None
    word = _text(value)
    if word.lower() in _YES or word.lower() in _NO:
        return bare if word.lower() in _YES else None
    return Path(word) if word else None


def _texts(value: Any, bare: tuple[str, ...] | None) -> tuple[str, ...]:
    if isinstance(value, bool) and bare is not None:
        return bare if value else ()
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, Iterable):
        raise TypeError(value)
    items = tuple(value)
    if not all(isinstance(item, str) for item in items):
        raise TypeError(value)
    return tuple(item.strip() for item in items if item.strip())


def imported(path: str, what: str, setting: str, example: str) -> Any:
    """Import what a setting names.

    Args:
        path: Its dotted path.
        what: What it is, for the error.
        setting: The setting's name.
        example: A dotted path, for the error.

    Raises:
        ConfigurationError: It can't be imported.
    """
    from django.utils.module_loading import import_string

    try:
        return import_string(path)
    except ImportError as error:
        raise ConfigurationError(
            Explanation(
                f"{what} {path!r} can't be imported: {error}",
                where=f'JOURNEY["{setting}"]',
                instead=f'a dotted path: "{example}"',
            )
        ) from error
