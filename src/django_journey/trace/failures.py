"""Turns an exception into what the report says of it: the parts of our messages, and a traceback worth reading."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path

from django_journey.errors import Explanation
from django_journey.trace.events import Failure
from django_journey.trace.template_place import template_place

__all__ = ["explain"]

#: Longer texts are cut: one assertion on a page's bytes can be a hundred kilobytes.
LONGEST = 20_000

_PACKAGE = f"{Path(__file__).parent.parent.as_posix()}/"
_STDLIB = sysconfig.get_path("stdlib")
_MACHINERY = (
    *(f"{Path(part).as_posix()}/" for part in (f"{_STDLIB}/unittest", f"{_STDLIB}/concurrent")),
    *("/_pytest/", "/pluggy/", "/pytest_django/", "/asgiref/", "/xdist/"),
)


def explain(error: BaseException, clean: Callable[[str], str]) -> Failure:
    """Explain an exception.

    Args:
        error: The exception, with its traceback.
        clean: Removes secrets from a text.
    """
    parts = getattr(error, "explanation", None)
    if not isinstance(parts, Explanation):
        parts = Explanation("")
    cls = type(error)
    return Failure(
        type=cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}",
        message=_cut(clean(_message(error))),
        sought=clean(parts.sought),
        where=clean(parts.where),
        nearest=tuple(clean(candidate) for candidate in parts.nearest),
        instead=clean(parts.instead),
        traceback=_cut(clean(_formatted(error)), from_end=True),
        template=tuple(clean(line) for line in template_place(error)),
    )


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as second:
        return f"(its message can't be read: {type(second).__name__})"


def _formatted(error: BaseException) -> str:
    try:
        told = traceback.TracebackException.from_exception(error, compact=True)
        _without_machinery(told)
        return "".join(told.format())
    except Exception as second:
        return f"(its traceback can't be read: {type(second).__name__})"


def _without_machinery(told: traceback.TracebackException) -> None:
    """Take out the frames of this library and of whoever runs the tests, in the causes too."""
    waiting: list[traceback.TracebackException | None] = [told]
    while waiting:
        one = waiting.pop()
        if one is None:
            continue
        kept = [frame for frame in one.stack if not _is_machinery(frame.filename)]
        one.stack[:] = kept or one.stack[-1:]
        waiting += [one.__cause__, one.__context__, *(one.exceptions or ())]


def _is_machinery(filename: str) -> bool:
    name = Path(filename).as_posix()
    return name.startswith(_PACKAGE) or any(part in name for part in _MACHINERY)


def _cut(text: str, *, from_end: bool = False) -> str:
    if len(text) <= LONGEST:
        return text
    more = f"({len(text) - LONGEST} more characters)"
    return f"{more} …{text[-LONGEST:]}" if from_end else f"{text[:LONGEST]}… {more}"
