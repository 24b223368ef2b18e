"""A parsed page with what its user has done to it, and a place to keep whatever is computed from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django_journey.dom.parser import Element, parse

__all__ = ["Document", "Upload"]

_T = TypeVar("_T")
_TELLING = ("autofocus", "refresh", "location", "submit(")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was chosen in a file input.

    Args:
        name: Its name.
        mime_type: Its media type.
        content: Its bytes.
        path: Its path from the folder that was chosen; empty for a file of its own.
    """

    name: str
    mime_type: str
    content: bytes
    path: str = ""


@dataclass(slots=True)
class _Dirty:
    """What the user changed, by element; an element that is not here still has its default."""

    values: dict[Any, str] = field(default_factory=dict)
    #: What stands in a text field, where a user typed it; its value may be another.
    texts: dict[Any, str] = field(default_factory=dict)
    checked: dict[Any, bool] = field(default_factory=dict)
    selected: dict[Any, bool] = field(default_factory=dict)
    files: dict[Any, tuple[Upload, ...]] = field(default_factory=dict)
    #: The forms that the user tried to send, and that their constraints kept back.
    sent: list[Any] = field(default_factory=list)


class Document:
    """One loaded page.

    Args:
        markup: The response's body, as text or as bytes.
        url: The document's URL.
        encoding: The transport's charset label, if it named one.

    The tree is parsed when it is first asked for. ``memo`` keeps what is computed from the tree or from
    the user's changes until the next change; nothing is computed before it is asked for.
    """

    def __init__(self, markup: str | bytes, *, url: str = "about:blank", encoding: str | None = None) -> None:
        self.markup = markup
        self.url = url
        self.dirty = _Dirty()
        self.focus: Element | None = None
        #: What the pointer is over: the element of the last click or hover.
        self.hovered: Element | None = None
        #: Whether its scripts have been asked what they do when it is loaded.
        self.acted = False
        #: What its frames show, by their elements; the page that loaded the document keeps them here.
        self.frames: dict[Any, Any] = {}
        #: Tells whether the frame that shows the document is itself shown, where one does.
        self.frame_is_shown: Callable[[], bool] | None = None
        #: Where each text field's selection begins and ends; ``None`` where only the layout could tell.
        self.carets: dict[Any, tuple[int, int] | None] = {}
        #: Gives the text of a linked style sheet by its absolute URL, or ``None`` where there is none;
        #: set by the page that loaded the document, called when a style is first asked for.
        self.load_stylesheet: Callable[[str], str | None] | None = None
        self._encoding = encoding
        self._tree: Any = None
        self._mentioned: tuple[str, ...] | None = None
        self._memo: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}

    @property
    def tree(self) -> Any:
        """The parsed tree; parsing happens here, once."""
        if self._tree is None:
            try:
                self._tree = parse(self.markup, encoding=self._encoding)
            except LookupError:  # a label that no browser knows is no label
                self._tree = parse(self.markup)
        return self._tree

    @property
    def encoding(self) -> str:
        """The document's character encoding, by its WHATWG name (``UTF-8`` where it was given as text)."""
        return self.tree.encoding or "UTF-8"

    @property
    def source(self) -> str:
        """The markup as text."""
        if isinstance(self.markup, str):
            return self.markup
        try:
            return self.markup.decode(self.encoding, "replace")
        except LookupError:  # the few encodings of the Web that Python does not know keep ASCII as it is
            return self.markup.decode("latin-1")

    def mentions(self, word: str) -> bool:
        """Tell whether one of the words that pages are asked for is in the markup at all, without parsing it."""
        if self._mentioned is None:
            markup = self.markup if isinstance(self.markup, bytes) else self.markup.encode("utf-8", "replace")
            lowered = markup.lower()
            self._mentioned = tuple(each for each in _TELLING if each.encode("ascii") in lowered)
        return word in self._mentioned

    def changed(self) -> None:
        """Forget everything that was computed; called by whatever changes the tree."""
        self._memo.clear()
        self._kept.clear()

    def touched(self) -> None:
        """Forget what depends on the user's input; called where that changed and the tree did not."""
        self._memo.clear()

    def moved_to(self, url: str) -> None:
        """Take another fragment into the document's URL, by which ``:target`` and a form without an action go."""
        if url != self.url:
            self.url = url
            self.touched()

    def hover(self, el: Element | None) -> None:
        """Move the pointer over an element, or away."""
        if el is not self.hovered:
            self.hovered = el
            self.touched()

    def rest(self) -> None:
        """Let the tree go until it is asked for again, if the user changed nothing in it."""
        held = self.dirty
        changed = held.values or held.checked or held.selected or held.files or self.carets
        if self.focus is None and self.hovered is None and not changed:
            self._tree = None
            self.changed()

    def memo(self, key: str, compute: Callable[[], _T]) -> _T:
        """Return what was computed under that key since the last change, computing it if need be."""
        try:
            return self._memo[key]  # type: ignore[no-any-return]  # each key has one type, its caller's
        except KeyError:
            value = self._memo[key] = compute()
            return value

    def keep(self, key: str, compute: Callable[[], _T]) -> _T:
        """Return what depends on the tree alone, computed once; it outlives the user's input."""
        try:
            return self._kept[key]  # type: ignore[no-any-return]  # each key has one type, its caller's
        except KeyError:
            value = self._kept[key] = compute()
            return value
