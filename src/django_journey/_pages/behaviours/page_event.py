"""An event of the DOM that a user, or an interpreter, causes on a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["CAPTURE", "DOCUMENT", "WINDOW", "PageEvent"]

#: What an event reaches after the elements that it bubbles through.
DOCUMENT, WINDOW = "document", "window"
#: What an event reaches before its target: what listens on the document while it is captured.
CAPTURE = "capture"


@dataclass(slots=True)
class PageEvent:
    """An event.

    Args:
        kind: Its type, e.g. ``click``.
        target: The element where it happens.
        call: The call of the test that causes it, for errors.
        bubbles: Whether it is dispatched on ancestors too.
        key: The key that was pressed, as in ``KeyboardEvent.key``.
        held: The modifiers that are held: ``Control``, ``Shift``, ``Alt``, ``Meta``.
        submitter: The button that submits a form.
        detail: What a custom event carries.
    """

    kind: str
    target: Any
    call: str = ""
    bubbles: bool = True
    key: str = ""
    held: frozenset[str] = frozenset()
    submitter: Any = None
    detail: dict[str, Any] = field(default_factory=dict)
    #: Which requests wait for one that is under way, as the trigger says that answered last.
    queue: str = ""
    #: Whether the element's own action is not to happen.
    prevented: bool = False
    #: Whether the event goes no further.
    stopped: bool = False
    #: Whether something listened to it.
    heard: bool = False
    #: The elements that have answered it already.
    handled_for: list[Any] = field(default_factory=list)
