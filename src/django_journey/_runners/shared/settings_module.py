"""The error for a settings module that pytest-django can't import, with the modules that exist."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import pytest

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["not_found"]

_NAME = "DJANGO_SETTINGS_MODULE"
_MISSING = re.compile(r"No module named '([\w.]+)'")
_DEPTH = 3
_NEVER = frozenset({"node_modules", "site-packages", "__pycache__"})


def not_found(error: ImportError, config: pytest.Config) -> ConfigurationError | None:
    """Return the error for a missing settings module, or ``None`` for any other import error.

    Args:
        error: The error of the import.
        config: pytest's config, which need not be complete yet.
    """
    wanted = os.environ.get(_NAME, "")
    missing = _MISSING.match(str(error))
    if missing is None or not f"{wanted}.".startswith(f"{missing[1]}."):
        return None  # the module exists, and imports something that does not
    existing = list(dict.fromkeys(_settings_below(config.rootpath)))
    near = get_close_matches(wanted, existing, n=3, cutoff=0.4) or existing[:3]
    return ConfigurationError(
        Explanation(
            f"the settings module {wanted!r} can't be imported: no module {missing[1]!r} is on the Python path",
            where=_place(config, wanted),
            nearest=tuple(near),
            instead=(f"pytest --ds={near[0]}, or {_NAME} = {near[0]} in pytest's settings;\n" if near else "")
            + "pythonpath = … in the same file names the folder of its package",
        )
    )


def _place(config: pytest.Config, wanted: str) -> str:
    if getattr(config.known_args_namespace, "ds", None) == wanted:
        return "the option --ds"
    if config.inipath is not None and config.getini(_NAME) == wanted:
        return f"{_NAME} in {config.inipath}"
    return f"the environment variable {_NAME}"


def _settings_below(root: Path) -> Iterator[str]:
    """Yield the names of modules that look like settings, in all folders below."""
    for folder, inner, files in os.walk(root):
        here = Path(folder)
        depth = len(here.relative_to(root).parts)
        inner[:] = [
            name
            for name in sorted(inner)
            if depth < _DEPTH
            and name not in _NEVER
            and not name.startswith(".")
            and not (here / name / "pyvenv.cfg").exists()
        ]
        for file in sorted(files):
            if file.endswith(".py") and ("settings" in file or here.name == "settings"):
                yield _dotted(here / file)


def _dotted(file: Path) -> str:
    """Return a module's dotted name, starting below the first parent folder that is not a package."""
    parts = [] if file.name == "__init__.py" else [file.stem]
    folder = file.parent
    while (folder / "__init__.py").exists():
        parts.append(folder.name)
        folder = folder.parent
    return ".".join(reversed(parts))
