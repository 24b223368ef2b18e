"""Finds the line of a template that raised an exception, also without the engine's debug information."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

__all__ = ["template_place"]

_AROUND = 2


def template_place(error: BaseException | None) -> tuple[str, ...]:
    """Return the name and line of the template that raised an exception, and the lines around it.

    Django's engine knows the line only with ``debug``, which tests seldom set. The frames of the traceback have
    it too: each node that was being rendered, and each template that was being compiled.

    Args:
        error: The exception, with its traceback and those of its causes.

    Returns:
        The lines; none where no template is concerned.
    """
    base = sys.modules.get("django.template.base")
    if base is None or error is None:
        return ()
    sources: dict[str, str] = {}
    place: tuple[str, int] | None = None
    for name, scope in _frames(error):
        own: Any = scope.get("self")
        if issubclass(type(own), base.Template):
            sources[str(own.origin)] = own.source
        if name == "render_annotated":
            place = _place(getattr(own, "origin", None), getattr(own, "token", None)) or place
        elif name == "compile_nodelist" and issubclass(type(own), base.Template):
            place = _place(own.origin, getattr(error, "token", None)) or place
    if place is None:
        return template_place(error.__cause__)  # for a missing template Django raises a copy of the error
    origin, line = place
    return (f"template {origin}, line {line}", *_around(sources.get(origin, ""), line))


def _frames(error: BaseException) -> Iterator[tuple[str, dict[str, Any]]]:
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        yield code.co_name, trace.tb_frame.f_locals
        trace = trace.tb_next


def _place(origin: Any, token: Any) -> tuple[str, int] | None:
    line = getattr(token, "lineno", None)
    return None if origin is None or line is None else (str(origin), line)


def _around(source: str, line: int) -> Iterator[str]:
    lines = source.splitlines()
    first = max(1, line - _AROUND)
    for number, text in enumerate(lines[first - 1 : line + _AROUND], first):
        yield f"{'>' if number == line else ' '} {number:>4} | {text.rstrip()}"
