"""Runs a recorded story in this process, and uses other alternatives of its lines where it fails."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable

from django_journey._convert.codegen import Script, StoryData
from django_journey._convert.facts import Choices, choose_another
from django_journey._explore.command import walking

__all__ = ["tried"]

_FILE = "<recorded story>"
_MOST_TRIES = 30


def tried(script: Script, data: StoryData) -> tuple[str, str]:
    """Return the story of a script, and why it fails; nothing if it passes.

    Args:
        script: The script.
        data: The rows that it needs.
    """
    chosen: Choices = {}
    first_error = ""
    for _ in range(_MOST_TRIES):
        marked, alternatives = script.story(data, chosen, marks=True)
        error = _error_of(marked, script.name)
        if error is None:
            return script.story(data, chosen)[0], ""
        first_error = first_error or f"{type(error).__name__}: {error}"
        if not choose_another(marked, "story", _failing_line(error), chosen, alternatives):
            break
    return script.story(data, {})[0], first_error


def _error_of(source: str, name: str) -> Exception | None:
    """Run a story, undo what it did, and return its error."""
    names: dict[str, Callable[..., None]] = {}
    linecache.cache[_FILE] = (len(source), None, source.splitlines(keepends=True), _FILE)
    with walking() as journey:
        try:
            exec(compile(source, _FILE, "exec"), names)
            names[name](journey)
        except Exception as error:
            return error
    return None


def _failing_line(error: Exception) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    return next((each.lineno or 0 for each in reversed(frames) if each.filename == _FILE), 0)
