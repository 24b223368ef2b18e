"""Records a test's calls on Playwright's own objects as steps of its story, as the browserless page does."""

from __future__ import annotations

import re
import sys
from contextlib import AbstractContextManager
from typing import Any

from django_journey._adapters.playwright import selector_of, target_of
from django_journey._dom.tree.inert_page import inert
from django_journey._drivers.browser.call_watch import CALLS
from django_journey._trace.record import recorder
from django_journey._trace.record.call_site import caller

__all__ = ["ACTOR", "PICTURES", "look_of", "noted"]

#: The attribute of a browser context that holds its actor's name.
ACTOR = "_django_journey_actor"

#: The attribute of a browser context that holds when screenshots are taken: ``steps``, ``failures``, ``off``.
PICTURES = "_django_journey_pictures"

# The test's own time-out may be a short one, for what has to fail.
_PICTURE_MILLISECONDS = 30_000

_ACTIONS = frozenset(
    {"goto", "reload", "go_back", "go_forward", "set_content"}
    | {"click", "dblclick", "tap", "hover", "focus", "drag_to", "drag_and_drop"}
    | {"fill", "clear", "type", "press", "press_sequentially", "set_input_files"}
    | {"check", "uncheck", "set_checked", "select_option"}
)
_READABLE = (
    (re.compile(r"internal:(?:role)=(\w+)"), r"\1"),
    (re.compile(r'internal:label="((?:[^"\\]|\\.)*)"[is]?'), r"the field “\1”"),
    (re.compile(r'internal:text="((?:[^"\\]|\\.)*)"[is]?'), r"“\1”"),
    (re.compile(r'internal:attr=\[([\w-]+)="((?:[^"\\]|\\.)*)"[is]?\]'), r"\1 “\2”"),
    (re.compile(r'\[name="((?:[^"\\]|\\.)*)"[is]?\]'), r" “\1”"),
    (re.compile(r"internal:(\S+?)="), r"\1 "),
)


def noted(
    thing: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> AbstractContextManager[Any] | None:
    """Take note of a call on one of Playwright's objects; return its step, or ``None`` if it is no step."""
    CALLS.observe(name, (*args, *kwargs.values()))
    scope = recorder.current()
    if scope is None or not (name in _ACTIONS or name.startswith(("to_", "not_to_"))):
        return None
    if scope.open is not None and scope.open.parent is not None:
        return None  # inside a verb, whose own sub-steps are enough
    target = target_of(thing)
    page = getattr(target, "page", target)
    value = next((item for item in (*args, *kwargs.values()) if isinstance(item, (str, int, float))), "")
    where = _readable(target)
    shown = recorder.secret(where, str(value)) if value != "" else ""
    what = " = ".join(part for part in (where, shown) if part) if name != "goto" else shown
    actor = getattr(getattr(page, "context", None), ACTOR, "")
    return recorder.step(name, what, actor=actor, place=caller(), snapshot=lambda: look_of(page))


def look_of(page: Any) -> recorder.PageSnapshot | None:
    """Return a snapshot of one of Playwright's pages, or ``None`` where it is closed.

    With a screenshot where its context's ``PICTURES`` asks for one; ``failures`` means while an exception is raised.

    Args:
        page: Playwright's page.
    """
    if not hasattr(page, "is_closed") or page.is_closed():
        return None
    when = getattr(page.context, PICTURES, "steps")
    picture = when == "steps" or (when == "failures" and sys.exc_info()[0] is not None)
    try:
        return recorder.PageSnapshot(
            url=page.url,
            title=page.title(),
            html=inert(page.content()),
            picture=page.screenshot(timeout=_PICTURE_MILLISECONDS) if picture else b"",
        )
    except Exception as error:  # a page that crashed or is navigating must not change the test's outcome
        recorder.note("browser", f"the page could not be stored: {str(error).splitlines()[0]}")
        return None


def _readable(target: Any) -> str:
    selector = selector_of(target)
    for pattern, text in _READABLE:
        selector = pattern.sub(text, selector)
    return selector.replace(" >> ", ", ")
