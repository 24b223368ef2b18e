"""Notes the statements that the site runs, and the project's line that asks for each where that is wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import Any, Self

from django_journey._explore.findings.cause import is_own, short

__all__ = ["QueryLog"]

_PASSED_OVER = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


class QueryLog:
    """The statements of all databases while this is open.

    Args:
        places: Whether the line of the project or of a template that asked for each is noted as well.
    """

    def __init__(self, *, places: bool = False) -> None:
        self.statements: list[str] = []
        self.places: list[str] = []
        self._with_places = places
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        from django.db import connections

        for alias in connections:
            self._closing.enter_context(connections[alias].execute_wrapper(self._note))
        return self

    def __exit__(self, *details: object) -> None:
        self._closing.close()

    def _note(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if not text.startswith(_PASSED_OVER):
            self.statements.append(text)
            if self._with_places:
                self.places.append(_place())
        return execute(sql, params, many, context)


def _place() -> str:
    """Return the line of a template or of the project that is nearest to a statement."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        if is_own(code.co_filename):
            return f"{short(code.co_filename)}:{frame.f_lineno} in {code.co_qualname}"
        if code.co_name == "render_annotated":
            node = frame.f_locals.get("self")
            token, origin = getattr(node, "token", None), getattr(node, "origin", None)
            if token is not None and origin is not None and is_own(str(origin)):
                return f"{short(str(origin))}, line {token.lineno}"
        frame = frame.f_back
    return ""
