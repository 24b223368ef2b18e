"""What the rooms around a page need of it: its document, its history, who listens, and where it goes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

from django_journey.dom.document import Document
from django_journey.dom.urls import Url
from django_journey.pages.events import Events
from django_journey.pages.history import Entry, History
from django_journey.pages.traffic import Request, Response

__all__ = ["Blocked", "Destination", "ShownPage"]


@dataclass(frozen=True, slots=True)
class Blocked:
    """A form that was not sent, because the page's own constraints refuse a field.

    Args:
        form: The form.
        field: The first field that is refused; it has the focus now.
        name: How the field is recognised in a message.
        reason: Why, in the words of the constraint.
    """

    form: Any
    field: Any
    name: str
    reason: str

    def __str__(self) -> str:
        return f"the form was not sent: {self.name} {self.reason}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a link or a form leads.

    Args:
        url: The URL with its fragment.
        method: The HTTP method.
        body: The body of a POST.
        content_type: The body's type.
        target: The browsing context that shows it, e.g. ``_blank``; empty for the page itself.
        rel: The words of the link's or form's ``rel``.
        policy: Its ``referrerpolicy``.
        saved_as: The value of ``download``; ``None`` where there is no such attribute.
        is_saved: Whether it is saved as a file, whatever it is.
    """

    url: Url
    method: str = "GET"
    body: bytes = b""
    content_type: str | None = None
    target: str = ""
    rel: tuple[str, ...] = ()
    policy: str = ""
    saved_as: str | None = None
    is_saved: bool = False


class ShownPage(Protocol):
    """A page, as far as clicks, forms and navigations concern it."""

    blocked: Blocked | None
    history: History
    events: Events
    sent: deque[Request]
    latest: tuple[Response, Any] | None
    name: str
    framed: bool
    extra_http_headers: dict[str, str]

    @property
    def context(self) -> Any:
        """The browser context."""

    @property
    def page(self) -> Any:
        """The page itself, or the one that a frame is in."""

    @property
    def parent_frame(self) -> Any:
        """The page or frame around a frame."""

    @property
    def document(self) -> Document:
        """What it shows."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def response(self) -> Response | None:
        """What it came with."""

    def content(self) -> str:
        """Return its HTML."""

    def go(self, where: Destination) -> None:
        """Go where a link or a form leads."""

    def show(self, entry: Entry, *, replace: bool = False) -> None:
        """Show a new entry of the history."""

    def moves_within(self, target: Url) -> bool:
        """Tell whether only the fragment would change."""

    def move_within(self, target: Url) -> None:
        """Change the fragment."""

    def heard_by_scripts(self, call: str, el: Any) -> None:
        """Say what a script might do at an element that does nothing of its own."""

    def left_to_scripts(self, call: str, reason: str, script: str) -> None:
        """Ignore, warn of or refuse what a script would do."""

    def toggle_popover(self, popover: Any, action: str, call: str) -> None:
        """Show or hide a popover."""
