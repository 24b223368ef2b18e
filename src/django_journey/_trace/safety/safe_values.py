"""Reads a test's values without running any of its code.

``isinstance`` reads ``__class__``, which evaluates a lazy object; ``str``, ``getattr``, ``bool`` and ``==``
call methods that a class may define. Only ``type`` and an object's own ``__dict__`` are used here.
"""

from __future__ import annotations

import datetime
import decimal
import pathlib
import uuid
from typing import Any, TypeGuard, TypeVar

__all__ = ["class_value", "is_a", "is_late_text", "plain_text", "variables"]

# Types whose ``str`` runs no code of the test.
_PLAIN = frozenset(
    {str, int, float, bool, type(None), uuid.UUID, decimal.Decimal, pathlib.PosixPath}
    | {pathlib.WindowsPath, pathlib.PurePosixPath, pathlib.PureWindowsPath}
    | {datetime.date, datetime.time, datetime.datetime, datetime.timedelta}
)


_Class = TypeVar("_Class")


def is_a(value: Any, classes: type[_Class] | tuple[type[_Class], ...]) -> TypeGuard[_Class]:
    """Tell whether a value's type is one of these classes, without reading its ``__class__``."""
    return issubclass(type(value), classes)


def variables(value: Any) -> dict[str, Any]:
    """Return an object's ``__dict__``, or an empty dictionary."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}


def class_value(value: Any, name: str) -> Any:
    """Return an attribute of an object's class, unbound, or ``None``."""
    for owner in type(value).__mro__:
        if name in owner.__dict__:
            return owner.__dict__[name]
    return None


def plain_text(value: Any) -> str:
    """Return a value as text if that runs no code of the test; else the name of its class, ``<User>``.

    Lazily translated texts (``gettext_lazy``) are translated, as Django does to show them.
    """
    kind = type(value)
    if kind is str:
        return str(value)
    if kind in _PLAIN:
        return str(value)
    for base in (str, int, float, bytes):
        if issubclass(kind, base):
            return base.__str__(value) if base is str else base.__repr__(value)
    return str(value) if is_late_text(value) else f"<{kind.__name__}>"


def is_late_text(value: Any) -> bool:
    """Tell whether a value is one of Django's lazily translated texts."""
    kind = type(value)
    return kind.__name__ == "__proxy__" and kind.__module__ == "django.utils.functional"
