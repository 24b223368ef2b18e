"""What the modules below need of a page and of its context; ``Page``, ``Frame`` and ``BrowserContext`` have it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.urls import Url
from django_journey._pages.http.fetch import Fetcher
from django_journey._pages.http.linked_files import LinkedFiles
from django_journey._pages.http.request_response import Request, Response
from django_journey._pages.navigation.events import Events
from django_journey._pages.navigation.history import History, HistoryEntry
from django_journey._trace.record import recorder

__all__ = ["ContextProtocol", "Destination", "KeyboardProtocol", "PageProtocol", "UnsentForm"]


@dataclass(frozen=True, slots=True)
class UnsentForm:
    """A form that was not sent, because a field breaks one of its constraints.

    Args:
        form: The form.
        field: The first invalid field; it has the focus now.
        name: What messages call the field.
        reason: Which constraint it breaks.
    """

    form: Element
    field: Element
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
        is_saved: Whether the response is saved as a file, whatever its type.
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


class KeyboardProtocol(Protocol):
    """The keyboard of a page."""

    held: list[str]

    def combined(self, key: str) -> str:
        """Return a key together with the modifiers that are held down."""


class ContextProtocol(Protocol):
    """A browser context."""

    fetcher: Fetcher
    files: LinkedFiles
    actor: str
    base_url: str
    #: The version of htmx that pages load, if it is stated.
    htmx: str
    #: The version of Bootstrap that pages load, if it is stated.
    bootstrap: str
    #: What makes further interpreters of a document's ``Behaviours``.
    interpreters: Sequence[Callable[[Any], Any]]
    #: The pages that htmx has stored, by page.
    htmx_history: dict[Any, Any]
    #: What ``page.pause()`` calls with the page.
    on_pause: Callable[[Any], None] | None

    @property
    def scripts(self) -> str:
        """What to do where a script may listen: ``ignore``, ``warn`` or ``refuse``."""

    @property
    def pages(self) -> Sequence[PageProtocol]:
        """The open pages."""

    def cookie_header(self, url: Url) -> str:
        """Return the ``Cookie`` header of a same-site request to a URL."""


class PageProtocol(Protocol):
    """A page or a frame."""

    blocked: UnsentForm | None
    history: History
    events: Events
    sent: deque[Request]
    latest: tuple[Response, Any] | None
    name: str
    framed: bool
    extra_http_headers: dict[str, str]
    warned_scripts: set[str]

    @property
    def context(self) -> ContextProtocol:
        """The browser context."""

    @property
    def page(self) -> PageProtocol:
        """The page itself, or the page that a frame is in."""

    @property
    def parent_frame(self) -> PageProtocol | None:
        """The page or frame that contains a frame."""

    @property
    def keyboard(self) -> KeyboardProtocol:
        """The keyboard, which a page shares with its frames."""

    @property
    def document(self) -> Document:
        """The document that is shown."""

    @property
    def url(self) -> str:
        """The URL with its fragment."""

    @property
    def response(self) -> Response | None:
        """The response of the last navigation."""

    @property
    def test_id_attribute(self) -> str:
        """The attribute that ``get_by_test_id`` reads."""

    def is_closed(self) -> bool:
        """Tell whether the page was closed."""

    def close(self) -> None:
        """Close the page."""

    def take_snapshot(self) -> recorder.PageSnapshot:
        """Return a snapshot of the whole page for the trace."""

    def frame_of(self, el: Element) -> PageProtocol:
        """Return the frame of an ``iframe`` or ``frame`` element."""

    def missing_frame(self, sought: str) -> PageProtocol:
        """Return an empty frame, for an element that was not found."""

    def open_popup(self, name: str, *, has_opener: bool) -> PageProtocol:
        """Open a blank page in the same context."""

    def show(self, entry: HistoryEntry, *, replace: bool = False) -> None:
        """Show a new entry of the history."""

    def moves_within(self, target: Url) -> bool:
        """Tell whether only the fragment would change."""

    def move_within(self, target: Url) -> None:
        """Change the fragment."""
