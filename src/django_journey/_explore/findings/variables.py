"""Notes the variables of the project's templates that do not exist; what is rendered stays the same."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django_journey._explore.findings.cause import is_own, short

__all__ = ["MissingVariables", "Variable"]

#: Filters that say what stands in place of nothing.
_EXPECTED = ("default", "default_if_none", "yesno", "length", "add", "pluralize")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that was written out and that nothing gave.

    Args:
        name: What the template says.
        template: The template's file, from the project's root.
        line: The line.
        is_whole: Whether nothing has that name, rather than that it has no such attribute.
    """

    name: str
    template: str
    line: int
    is_whole: bool = True

    def __str__(self) -> str:
        return f"{{{{ {self.name} }}}} at {self.template}, line {self.line}"


class _Nothing(str):
    """Stands for ``string_if_invalid``: as empty as before, and notes who asks."""

    owner: MissingVariables

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        if frame.f_code.co_name == "resolve":
            self.owner.note(frame.f_locals, frame.f_back)
        return False


class MissingVariables:
    """The variables that templates were asked for and did not have, while this is open."""

    def __init__(self) -> None:
        self.found: list[Variable] = []
        self._changed: list[tuple[Any, str]] = []

    def __enter__(self) -> Self:
        from django.template import engines

        nothing = _Nothing("")
        nothing.owner = self
        for backend in engines.all():
            engine = getattr(backend, "engine", None)
            if engine is not None and engine.string_if_invalid == "":
                self._changed.append((engine, engine.string_if_invalid))
                engine.string_if_invalid = nothing
        return self

    def __exit__(self, *details: object) -> None:
        while self._changed:
            engine, before = self._changed.pop()
            engine.string_if_invalid = before

    def take(self) -> list[Variable]:
        """Return what was found, and forget it."""
        found, self.found = self.found, []
        return list(dict.fromkeys(found))

    def note(self, scope: dict[str, Any], caller: Any) -> None:
        """Take note of an expression that came to nothing, if a template of the project writes it out."""
        expression, context = scope.get("self"), scope.get("context")
        node = (
            caller.f_locals.get("self") if caller is not None and caller.f_code.co_name == "render" else None
        )
        if type(node).__name__ != "VariableNode" or any(
            filter_.__name__ in _EXPECTED for filter_, _ in getattr(expression, "filters", ())
        ):
            return
        origin, token = str(getattr(node, "origin", "")), getattr(node, "token", None)
        lookups = getattr(getattr(expression, "var", None), "lookups", None)
        if token is None or not lookups or context is None or not is_own(origin):
            return
        if not _is_mistake(context, lookups):
            return
        self.found.append(
            Variable(".".join(map(str, lookups)), short(origin), token.lineno, lookups[0] not in context)
        )


def _is_mistake(context: Any, lookups: Iterable[str]) -> bool:
    """Tell whether a name is wrong, rather than its value empty: ``user.profile.name`` of a user without a profile."""
    first, *rest = lookups
    if first not in context:
        return True
    current = context[first]
    for bit in rest:
        if current is None or isinstance(current, (str, dict, list, tuple)) or callable(current):
            return False
        if not hasattr(type(current), "_meta"):
            return False
        try:
            current = getattr(current, bit)
        except AttributeError:
            return True
        except Exception:  # a row that it refers to is not there
            return False
    return False
