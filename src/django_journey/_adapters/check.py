"""Reads private names of installed libraries, and says which one is missing."""

from __future__ import annotations

import platform
import re
from difflib import get_close_matches
from importlib import import_module, metadata
from typing import Any

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["private", "private_module", "require"]

_US = "django-journey"


def private(library: str, owner: object, name: str) -> Any:
    """Return an attribute that a library does not promise to keep.

    Args:
        library: The library as pip knows it, or ``Python``.
        owner: The module, the class or the object.
        name: The attribute's name.

    Raises:
        ConfigurationError: It is missing; the error names the library, its version and the tested versions.
    """
    try:
        return getattr(owner, name)
    except AttributeError:
        raise _missing(library, f"{_path(owner)}.{name}", get_close_matches(name, dir(owner))) from None


def require(library: str, owner: object, *names: str) -> None:
    """Check that an object of a library has all of these private names; see ``private``."""
    for name in names:
        private(library, owner, name)


def private_module(library: str, path: str) -> Any:
    """Import a module that a library does not promise to keep; see ``private``."""
    try:
        return import_module(path)
    except ModuleNotFoundError as error:
        raise _missing(library, path, []) from error


def _missing(library: str, path: str, near: list[str]) -> ConfigurationError:
    tested = _tested(library)
    return ConfigurationError(
        Explanation(
            f"{library} has no {path}, which {_US} needs",
            where=f"{library} {_installed(library)}; {_US} is tested with {library}{tested}",
            nearest=tuple(near),
            instead=f'install a tested version, "{library}{tested}", or a newer {_US}',
        )
    )


def _path(owner: object) -> str:
    if isinstance(owner, type):
        return f"{owner.__module__}.{owner.__qualname__}"
    return getattr(owner, "__name__", "") or _path(type(owner))


def _installed(library: str) -> str:
    return platform.python_version() if library == "Python" else metadata.version(library)


def _tested(library: str) -> str:
    """Return the versions that this package's own metadata asks for, e.g. ``>=5.2,<6.2``."""
    own = metadata.metadata(_US)
    if library == "Python":
        return str(own["Requires-Python"])
    for requirement in own.get_all("Requires-Dist") or ():
        found = re.match(r"([\w.-]+)\s*([^;\s]+)", requirement)
        if found is not None and found[1].lower() == library.lower():
            return found[2]
    return ""
