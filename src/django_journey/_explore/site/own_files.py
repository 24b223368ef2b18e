"""What the project's own files say: which folders of static files there are, what includes are given."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["has_folder", "names_given_to_includes"]

_INCLUDE = re.compile(r"{%-?\s*include\b(.*?)%}", re.DOTALL)


def has_folder(path: str) -> bool:
    """Tell whether the folder of a static file is anywhere; one that a build makes may not be there yet.

    Args:
        path: The path of the file's URL.
    """
    from django.conf import settings
    from django.contrib.staticfiles import finders

    prefix = urlsplit(str(settings.STATIC_URL or "/")).path
    folder = urlsplit(path).path.removeprefix(prefix).rpartition("/")[0]
    if not path.startswith(prefix) or not folder:
        return True
    try:
        return finders.find(folder) is not None
    except Exception:  # a finder of the project's own, or a path that leads elsewhere
        return True


@cache
def names_given_to_includes() -> frozenset[str]:
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
