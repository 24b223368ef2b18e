"""Notes what a test does with Playwright's own objects as steps of its story, as the browserless page notes its own."""

from __future__ import annotations

import re
import sys
from contextlib import AbstractContextManager
from typing import Any

from django_journey.dom.inert import inert
from django_journey.drivers.browser.heard import EAR
from django_journey.trace import recorder
from django_journey.trace.place import caller

__all__ = ["ACTOR", "PICTURES", "look_of", "noted"]

#: The attribute of a browser context that says whose it is.
ACTOR = "_django_journey_actor"

#: The attribute of a browser context that says when pictures of its pages are taken: ``steps``, ``failures``, ``off``.
PICTURES = "_django_journey_pictures"

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
    """Hear a call on an object of Playwright's; return the step that it is, or ``None`` if it is none."""
    EAR.hear(name, (*args, *kwargs.values()))
    scope = recorder.current()
    if scope is None or not (name in _ACTIONS or name.startswith(("to_", "not_to_"))):
        return None
    if scope.open is not None and scope.open.parent is not None:
        return None  # deep inside a verb already; its own sub-steps tell enough
    target = _target(thing)
    page = getattr(target, "page", target)
    value = next((item for item in (*args, *kwargs.values()) if isinstance(item, (str, int, float))), "")
    where = _readable(target)
    shown = recorder.secret(where, str(value)) if value != "" else ""
    what = " = ".join(part for part in (where, shown) if part) if name != "goto" else shown
    actor = getattr(getattr(page, "context", None), ACTOR, "")
    return recorder.step(name, what, actor=actor, place=caller(), look=lambda: look_of(page))


def look_of(page: Any) -> recorder.Page | None:
    """Return how a page of Playwright's looks now, or ``None`` where it is closed.

    Whether there is a screenshot too is said by its context's ``PICTURES``; ``failures`` means: while an
    exception is on its way.

    Args:
        page: Playwright's page.
    """
    if not hasattr(page, "is_closed") or page.is_closed():
        return None
    when = getattr(page.context, PICTURES, "steps")
    picture = when == "steps" or (when == "failures" and sys.exc_info()[0] is not None)
    try:
        return recorder.Page(
            url=page.url,
            title=page.title(),
            html=inert(page.content()),
            picture=page.screenshot() if picture else b"",
        )
    except Exception as error:  # a page that crashed or is navigating must not change the test's outcome
        recorder.note("browser", f"the page could not be kept: {str(error).splitlines()[0]}")
        return None


def _target(thing: Any) -> Any:
    """Return the page or the locator that a call, also one of an expectation, is about."""
    implementation = getattr(thing, "_impl_obj", None)
    for name in ("_actual_locator", "_actual_page"):
        actual = getattr(implementation, name, None)
        if actual is not None:
            from playwright._impl._sync_base import mapping

            return mapping.from_maybe_impl(actual)
    return thing


def _readable(target: Any) -> str:
    selector = getattr(getattr(target, "_impl_obj", None), "_selector", "")
    for pattern, text in _READABLE:
        selector = pattern.sub(text, selector)
    return selector.replace(" >> ", ", ")
