"""What the plugin uses of pytest beyond its documented API."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from typing import Any, cast

from django_journey._adapters.check import private, require

__all__ = ["fixture_definitions", "is_pytests_own", "method_on_driver", "terminal_encoding"]

_LIBRARY = "pytest"


def fixture_definitions(item: Any, name: str) -> Sequence[Any]:
    """Return the definitions of a fixture that an item uses, the one that overrides all others last.

    Args:
        item: An item or a ``FunctionDefinition``; items of other kinds have no fixtures.
        name: The fixture's name.
    """
    if not hasattr(item, "fixturenames"):
        return ()
    found: Sequence[Any] = private(_LIBRARY, item, "_fixtureinfo").name2fixturedefs.get(name, ())
    return found


def is_pytests_own(thing: object) -> bool:
    """Return whether an object is of a class of pytest, such as the result that a ``TestCase`` gets from it."""
    return type(thing).__module__.partition(".")[0] == "_pytest"


def terminal_encoding(writer: Any) -> str:
    """Return the encoding of the file that a ``TerminalWriter`` writes to; an empty text if it has none."""
    return getattr(private(_LIBRARY, writer, "_file"), "encoding", "") or ""


@cache
def method_on_driver(item_class: Hashable) -> Any:
    """Return a subclass of pytest's class for ``TestCase`` methods whose items may be named ``method[driver]``.

    Args:
        item_class: The class of such an item.
    """
    require(_LIBRARY, item_class, "_getinstance", "_getobj")

    class MethodOnDriver(cast("Any", item_class)):  # type: ignore[misc]  # whatever class pytest uses
        @property
        def _method(self) -> str:
            return str(self.name).partition("[")[0]

        def _getinstance(self) -> Any:
            return self.parent.obj(self._method)

        def _getobj(self) -> Any:
            return getattr(self.instance, self._method)

    return MethodOnDriver
