"""Turns an exception into a ``Failure`` for the report: the four parts of our messages, and a short traceback.

Python's ``traceback`` checks on disk whether each file has changed, through functions that a test may have
replaced, and calls ``str`` on the exception. Here each file is read once, and ``str`` of a class of the project is
called only when its test has failed, since the runner calls it then too.
"""

from __future__ import annotations

import linecache
import sys
import sysconfig
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django_journey._trace.failures.template_line import template_place
from django_journey._trace.record.events import Failure
from django_journey._trace.safety.real_functions import real
from django_journey._trace.safety.safe_values import is_a, plain_text, variables
from django_journey.errors import Explanation

__all__ = ["explain"]

#: Longer texts are cut: one assertion on a page's bytes can be a hundred kilobytes.
LONGEST = 20_000
_MOST_FRAMES = 60
_MOST_CAUSES = 20

_PACKAGE = f"{Path(__file__).parents[2].as_posix()}/"
_STDLIB = sysconfig.get_path("stdlib")
_MACHINERY = (
    *(f"{Path(part).as_posix()}/" for part in (f"{_STDLIB}/unittest", f"{_STDLIB}/concurrent")),
    *("/_pytest/", "/pluggy/", "/pytest_django/", "/asgiref/", "/xdist/"),
)

# Libraries whose exceptions run no code of the project in ``str``, if their arguments are plain values.
_KNOWN = sys.stdlib_module_names | {"django", "django_journey", "_pytest", "pytest", "playwright", "psycopg"}


def explain(error: BaseException, clean: Callable[[str], str], *, ended: bool = False) -> Failure:
    """Explain an exception.

    Args:
        error: The exception, with its traceback.
        clean: Removes secrets from a text.
        ended: Whether it ended its test, so that ``str`` may be called on any exception.
    """
    parts = variables(error).get("explanation")
    if not is_a(parts, Explanation):
        parts = Explanation("")
    messages = {id(each): _message(each, ended) for each in _chain(error)}
    return Failure(
        type=_name(type(error)),
        message=_cut(clean(messages[id(error)])),
        sought=clean(parts.sought),
        where=clean(parts.where),
        nearest=tuple(clean(candidate) for candidate in parts.nearest),
        instead=clean(parts.instead),
        traceback=_cut(clean("".join(_formatted(error, messages))), from_end=True),
        template=tuple(clean(line) for line in template_place(error)),
    )


def _name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException, ended: bool) -> str:
    if not ended and not _says_itself(error):
        return ", ".join(plain_text(value) for value in error.args)
    try:
        return str(error)
    except Exception as second:
        return f"(its message can't be read: {type(second).__name__})"


def _says_itself(error: BaseException) -> bool:
    """Tell whether ``str`` of an exception runs no code of the project's."""
    owner = next(owner for owner in type(error).__mro__ if "__str__" in owner.__dict__)
    if owner.__module__.partition(".")[0] not in _KNOWN:
        return False
    return not any(plain_text(value).startswith("<") and not is_a(value, str) for value in error.args)


def _chain(error: BaseException) -> list[BaseException]:
    """Return an exception with all others that its traceback shows: causes, contexts and groups."""
    found: dict[int, BaseException] = {}
    waiting: list[BaseException | None] = [error]
    while waiting and len(found) < _MOST_CAUSES:
        one = waiting.pop(0)
        if one is not None and id(one) not in found:
            found[id(one)] = one
            waiting += [one.__cause__, None if one.__suppress_context__ else one.__context__]
            if is_a(one, BaseExceptionGroup):
                waiting += one.exceptions
    return list(found.values())


def _formatted(error: BaseException, messages: dict[int, str]) -> Iterator[str]:
    """Yield the traceback's lines as Python writes them, the first cause first."""
    waiting, before = [error], messages.copy()
    del before[id(error)]
    while True:
        one = waiting[-1]
        earlier = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if earlier is None or id(earlier) not in before:
            break
        del before[id(earlier)]
        waiting.append(earlier)
    while waiting:
        one = waiting.pop()
        yield from _one(one, messages[id(one)])
        if is_a(one, BaseExceptionGroup):
            for number, inner in enumerate(one.exceptions, 1):
                if id(inner) in before:
                    del before[id(inner)]
                    yield f"\n({number} of {len(one.exceptions)})\n"
                    yield from _formatted(inner, {**before, id(inner): messages[id(inner)]})
        if waiting:
            yield (
                "\nThe above exception was the direct cause of the following exception:\n\n"
                if waiting[-1].__cause__ is one
                else "\nDuring handling of the above exception, another exception occurred:\n\n"
            )


def _one(error: BaseException, message: str) -> Iterator[str]:
    frames: list[tuple[str, int, str]] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append((code.co_filename, trace.tb_lineno, code.co_qualname))
        trace = trace.tb_next
    kept = [frame for frame in frames if not _is_machinery(frame[0])] or frames[-1:]
    if kept:
        yield "Traceback (most recent call last):\n"
    if len(kept) > _MOST_FRAMES:
        yield f"  ({len(kept) - _MOST_FRAMES} more frames)\n"
    for filename, line, function in kept[-_MOST_FRAMES:]:
        yield f'  File "{filename}", line {line}, in {function}\n'
        source = _source(filename)
        if 0 < line <= len(source) and source[line - 1].strip():
            yield f"    {source[line - 1].strip()}\n"
    yield f"{_name(type(error))}: {message}".removesuffix(": ") + "\n"
    for note in variables(error).get("__notes__") or ():
        yield f"{plain_text(note)}\n"


@lru_cache(maxsize=128)
def _source(filename: str) -> tuple[str, ...]:
    try:
        return tuple(real.read(filename).decode("utf-8", "replace").split("\n"))
    except OSError:
        known: Any = linecache.cache.get(filename, ())
        return tuple(known[2]) if len(known) == 4 else ()


@lru_cache(maxsize=1024)
def _is_machinery(filename: str) -> bool:
    name = filename.replace("\\", "/")
    return name.startswith(_PACKAGE) or any(part in name for part in _MACHINERY)


def _cut(text: str, *, from_end: bool = False) -> str:
    if len(text) <= LONGEST:
        return text
    more = f"({len(text) - LONGEST} more characters)"
    return f"{more} …{text[-LONGEST:]}" if from_end else f"{text[:LONGEST]}… {more}"
