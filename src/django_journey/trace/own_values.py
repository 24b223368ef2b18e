"""Reads values that belong to the test without running any of its code.

``isinstance`` asks a lazy object for its ``__class__``, and so evaluates it; ``str``, ``getattr``, ``bool`` and ``==``
run what a class has defined. Only the type is asked here, and what an object's own dictionary holds.
"""

from __future__ import annotations

import datetime
import decimal
import pathlib
import uuid
from typing import Any, TypeGuard, TypeVar

__all__ = ["class_value", "is_a", "is_late_text", "plain_text", "variables"]

# What has a text that no class of the test has a say in.
_PLAIN = frozenset(
    {str, int, float, bool, type(None), uuid.UUID, decimal.Decimal, pathlib.PosixPath}
    | {pathlib.WindowsPath, pathlib.PurePosixPath, pathlib.PureWindowsPath}
    | {datetime.date, datetime.time, datetime.datetime, datetime.timedelta}
)


_Class = TypeVar("_Class")


def is_a(value: Any, classes: type[_Class] | tuple[type[_Class], ...]) -> TypeGuard[_Class]:
    """Tell whether a value is of these classes by its type alone, as ``isinstance`` does not."""
    return issubclass(type(value), classes)


def variables(value: Any) -> dict[str, Any]:
    """Return an object's own dictionary, or an empty one where it has none."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}


def class_value(value: Any, name: str) -> Any:
    """Return what an object's class has under a name, unbound; ``None`` where it has nothing."""
    for owner in type(value).__mro__:
        if name in owner.__dict__:
            return owner.__dict__[name]
    return None


def plain_text(value: Any) -> str:
    """Return a value as text if Python itself says how; else the name of its class, ``<User>``.

    A text that is translated late (``gettext_lazy``) is translated: Django does so itself to show it.
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
    """Tell whether a value is one of Django's texts that are translated late."""
    kind = type(value)
    return kind.__name__ == "__proxy__" and kind.__module__ == "django.utils.functional"
