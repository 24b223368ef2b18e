"""What the project's own files say: which folders of static files there are, what includes are given."""

from __future__ import annotations

import re
import sys
import sysconfig
from contextlib import suppress
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django_journey._drivers.inprocess import InProcessDriver

__all__ = ["SiteFiles", "has_folder", "names_given"]

_LIBRARIES = ("/site-packages/", "/dist-packages/", f"{sysconfig.get_path('stdlib')}/")
_NAMED = re.compile(r"""["'](\w+)["']|[(,\s](\w+)=(?!=)""")
_INCLUDE = re.compile(r"{%-?\s*include\b(.*?)%}", re.DOTALL)


def has_folder(path: str) -> bool:
    """Tell whether the folder of a static file is anywhere; one that a build makes may not be there yet.

    Args:
        path: The path of the file's URL.
    """
    from django.conf import settings
    from django.contrib.staticfiles import finders

    if _is_ignored(path.rpartition("/")[2]):
        return False
    prefix = urlsplit(str(settings.STATIC_URL or "/")).path
    folder = urlsplit(path).path.removeprefix(prefix).rpartition("/")[0]
    if not path.startswith(prefix) or not folder:
        return True
    try:
        return finders.find(folder) is not None
    except Exception:  # a finder of the project's own, or a path that leads elsewhere
        return True


def _is_ignored(name: str) -> bool:
    """Tell whether the project keeps files of that name out of its repository, since a build makes them."""
    from django.conf import settings

    for folder in {str(Path.cwd()), str(getattr(settings, "BASE_DIR", "."))}:
        with suppress(OSError):
            lines = Path(folder, ".gitignore").read_text(encoding="utf-8", errors="replace").split()
            if any(fnmatch(name, line.rpartition("/")[2]) for line in lines if len(line.strip("*/")) > 3):
                return True
    return False


class SiteFiles:
    """Tells whether a path is a file of the site's own; ``None`` where a view may answer it.

    Args:
        made_up: Whether rows were made up, whose uploads are not there.
    """

    def __init__(self, *, made_up: bool) -> None:
        self._driver = InProcessDriver()
        self._driver.close()
        self._made_up = made_up

    def __call__(self, path: str) -> bool | None:
        from django.conf import settings
        from django.urls import is_valid_path

        static, media = (urlsplit(str(url or "")).path for url in (settings.STATIC_URL, settings.MEDIA_URL))
        if self._driver.file(f"{self._driver.base_url}{path}") is not None:
            return True
        if len(media) > 1 and path.startswith(media):
            return True if self._made_up else None
        if len(static) > 1 and path.startswith(static):
            return False
        return None if is_valid_path(path) else False


@cache
def names_given() -> frozenset[str]:
    """Return the names that an ``include`` gives, or that stand in the project's code: they are given sometimes."""
    return _names_given_to_includes() | _names_in_code()


def _names_in_code() -> frozenset[str]:
    """Return the texts that are names, and the names of arguments, in the loaded modules of the project."""
    names: set[str] = set()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and not any(part in file for part in _LIBRARIES):
            names.update(_names_in(file))
    return frozenset(names)


@cache
def _names_in(file: str) -> frozenset[str]:
    text = Path(file).read_text(encoding="utf-8", errors="replace")
    return frozenset(found[1] or found[2] for found in _NAMED.finditer(text))


def _names_given_to_includes() -> frozenset[str]:
    """Return the names that any ``include`` of a template gives: a template may do without them."""
    from django.template import engines

    names: set[str] = set()
    for backend in engines.all():
        for folder in map(Path, getattr(backend, "template_dirs", ())):
            for file in folder.rglob("*.html"):
                text = file.read_text(encoding="utf-8", errors="replace")
                for tag in _INCLUDE.finditer(text):
                    names.update(re.findall(r"(\w+)=", tag[1]))
    return frozenset(names)
