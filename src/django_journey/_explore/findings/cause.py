"""Tells the cause of an exception: the project's own innermost line, or the line of a template."""

from __future__ import annotations

import linecache
import sys
import sysconfig
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django_journey._trace.failures.template_line import template_place
from django_journey.errors import JourneyError, TooManyRedirects

__all__ = [
    "Cause",
    "cause_of",
    "is_error_page",
    "is_of_made_up_text",
    "is_ours",
    "is_own",
    "is_own_template",
    "project_roots",
    "short",
]

_PACKAGE = f"{Path(__file__).parents[2].as_posix()}/"
_LIBRARIES = ("/site-packages/", "/dist-packages/", f"{sysconfig.get_path('stdlib')}/")


@dataclass(frozen=True, slots=True)
class Cause:
    """Where an exception came from.

    Args:
        key: What tells it from others; a line's text counts, and its number does not.
        what: The exception's type and message, in one line.
        place: The file with its line and function, or the template with its line.
        detail: The last frames of the project, or the template's lines.
    """

    key: str
    what: str
    place: str
    detail: tuple[str, ...]


@lru_cache(maxsize=1)
def project_roots() -> tuple[str, ...]:
    """Return the folders that hold the project's own code."""
    from django.conf import settings

    roots = [str(Path.cwd())]
    if base := getattr(settings, "BASE_DIR", None):
        roots.append(str(base))
    module = sys.modules.get(getattr(settings, "SETTINGS_MODULE", None) or "")
    if module is not None and (name := module.__file__):
        depth = module.__name__.count(".") + 1
        roots.append(str(Path(name).resolve().parents[min(depth, 2) - 1]))
    return tuple(dict.fromkeys(f"{root.rstrip('/')}/" for root in roots if len(root) > 1))


def is_own(filename: str) -> bool:
    """Tell whether a file is the project's own, and not a library's."""
    if filename.startswith(_PACKAGE) or any(part in filename for part in _LIBRARIES):
        return False
    return filename.startswith(project_roots())


@lru_cache(maxsize=1024)
def is_own_template(name: str) -> bool:
    """Tell whether a template is the project's own."""
    from django.template.loader import get_template

    try:
        origin: Any = get_template(name).origin  # type: ignore[attr-defined]
    except Exception:  # one that does not compile is somebody's own
        return True
    return is_own(str(origin))


def short(filename: str) -> str:
    """Return a file's path from the project's root, or from the folder of its library."""
    for root in project_roots():
        if filename.startswith(root) and is_own(filename):
            return filename[len(root) :]
    return filename.partition("-packages/")[2] or filename


def cause_of(error: BaseException) -> Cause:
    """Return the cause of an exception that a request, a task or a story ended with."""
    root = _root(error)
    what = f"{type(root).__name__}: {_message(root)}".removesuffix(": ")
    frames = list(_frames(root))
    own = [frame for frame in frames if is_own(frame[0])]
    template = template_place(error) or template_place(root)
    if template and (not own or not _raised_by_own_line(frames, own)):
        source = next((line for line in template if line.startswith(">")), "").partition("|")[2].strip()
        place = template[0].removeprefix("template ")
        name = short(place.rpartition(", line ")[0])
        where = f"{name}, line {place.rpartition(', line ')[2]}"
        return Cause(f"{type(root).__name__} {name} {source}", what, where, template[1:])
    chosen = (own or frames[-1:])[-1:]
    if not chosen:
        return Cause(type(root).__name__, what, "", ())
    filename, line, function = chosen[0]
    source = linecache.getline(filename, line).strip()
    detail = tuple(
        f"{short(name)}:{number} {linecache.getline(name, number).strip()}" for name, number, _ in own[-4:]
    )
    key = f"{type(root).__name__} {short(filename)} {function} {source}"
    return Cause(key, what, f"{short(filename)}:{line} in {function}", detail)


def is_error_page(error: BaseException) -> bool:
    """Tell whether an exception was raised while the page of another error was made."""
    return any(code in ("get_exception_response", "handle_uncaught_exception") for code in _functions(error))


def is_ours(error: BaseException) -> bool:
    """Tell whether an exception says that a walk can't do something, rather than that the site is wrong."""
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, JourneyError) and not isinstance(chain, TooManyRedirects):
            return True
        chain = chain.__cause__ or chain.__context__
    return False


def is_of_made_up_text(error: BaseException, texts: Collection[str]) -> bool:
    """Tell whether a made-up text was refused that should have been something else: JSON, a key, an address.

    Args:
        error: What a view raised.
        texts: The texts that were made up.
    """
    from django.urls import NoReverseMatch

    root = _root(error)
    if not texts or not isinstance(root, (ValueError, NoReverseMatch, LookupError)):
        return False
    frames = []
    trace = root.__traceback__
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    return any(_mentions(value, texts) for frame in frames[-5:] for value in list(frame.f_locals.values()))


def _mentions(value: Any, texts: Collection[str]) -> bool:
    if type(value) is str:
        return value in texts
    if type(value) in (tuple, list):
        return any(type(each) is str and each in texts for each in value[:10])
    return False


def _root(error: BaseException) -> BaseException:
    """Return the exception that speaks for a chain: a task's own, where ours stands around it."""
    while isinstance(error, JourneyError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _message(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception:  # its __str__ may be what is wrong
        return ""
    return text if len(text) <= 160 else f"{text[:157]}…"


def _frames(error: BaseException) -> Iterator[tuple[str, int, str]]:
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        yield code.co_filename, trace.tb_lineno, code.co_qualname
        trace = trace.tb_next


def _functions(error: BaseException) -> Iterator[str]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_name
        trace = trace.tb_next


def _raised_by_own_line(frames: list[tuple[str, int, str]], own: list[tuple[str, int, str]]) -> bool:
    """Tell whether the project's code was called by the template, and raised: then its line is the cause."""
    last = max(number for number, frame in enumerate(frames) if frame in own)
    return not any("/django/template/" in name for name, _, _ in frames[last:])
