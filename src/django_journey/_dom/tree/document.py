"""A loaded page: its markup and tree, the user's input, and caches of what is computed from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django_journey._dom.tree.parser import Element, Tree, parse

__all__ = ["Document", "Upload"]

_T = TypeVar("_T")
_SOUGHT_WORDS = (
    "autofocus",
    "refresh",
    "location",
    "submit(",
    "hx-",
    "data-toggle",
    "data-dismiss",
    "data-spy",
    "data-bs-",
    "admin/js/",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file chosen in a file input.

    Args:
        name: Its name.
        mime_type: Its media type.
        content: Its bytes.
        path: Its path within the chosen folder; empty for a single file.
    """

    name: str
    mime_type: str
    content: bytes
    path: str = ""


@dataclass(slots=True)
class _Dirty:
    """What the user changed, by element. An element that is missing here has its default state."""

    values: dict[Element, str] = field(default_factory=dict)
    #: The text typed into a text field; the field's value may differ from it.
    texts: dict[Element, str] = field(default_factory=dict)
    checked: dict[Element, bool] = field(default_factory=dict)
    selected: dict[Element, bool] = field(default_factory=dict)
    files: dict[Element, tuple[Upload, ...]] = field(default_factory=dict)
    #: The forms whose submission failed because of their constraints.
    submitted: list[Element] = field(default_factory=list)


class Document:
    """One loaded page.

    Args:
        markup: The response's body, as text or as bytes.
        url: The document's URL.
        encoding: The transport's charset label, if it named one.

    The tree is parsed on first access. ``memo`` caches what depends on the user's input, ``tree_memo`` what depends
    on the tree alone.
    """

    def __init__(self, markup: str | bytes, *, url: str = "about:blank", encoding: str | None = None) -> None:
        self.markup = markup
        self.url = url
        self.dirty = _Dirty()
        self.focus: Element | None = None
        #: Where Tab goes on from while nothing has the focus: what the page has scrolled to by a fragment.
        self.tab_start: Element | None = None
        #: The element under the pointer: that of the last click or hover.
        self.hovered: Element | None = None
        #: Elements whose classes depend on the layout, each with what they depend on.
        self.layout_classes: dict[Element, str] = {}
        #: Whether its scripts have been read for what they do on load.
        self.scripts_read = False
        #: What acts on the document instead of its scripts, if anything can; set by the page that shows it.
        self.behaviours: Any = None
        #: Whether scripts acted on it before a checkpoint, behind which what they had in mind is lost.
        self.left_behind = False
        #: The pages shown in its frames, by frame element; set by the page that loaded the document.
        self.frames: dict[Element, Any] = {}
        #: For a document in a frame: returns whether that frame is visible.
        self.frame_is_shown: Callable[[], bool] | None = None
        #: The start and end of the selection in each text field; ``None`` if that depends on the layout.
        self.carets: dict[Element, tuple[int, int] | None] = {}
        #: Returns the text of a linked style sheet by its absolute URL, or ``None`` if it can't be loaded.
        #: Set by the page that loaded the document; called when a style is first needed.
        self.load_stylesheet: Callable[[str], str | None] | None = None
        self._encoding = encoding
        self._tree: Tree | None = None
        self._mentioned: tuple[str, ...] | None = None
        #: Form owners that the parser set, of controls that do not stand in their form.
        self.parser_owners: dict[Any, Any] | None = None
        self._memo: dict[str, Any] = {}
        self._tree_memo: dict[str, Any] = {}

    @property
    def tree(self) -> Tree:
        """The parsed tree."""
        if self._tree is None:
            try:
                self._tree = parse(self.markup, encoding=self._encoding)
            except LookupError:  # an unknown label is ignored, as in a browser
                self._tree = parse(self.markup)
        return self._tree

    @property
    def encoding(self) -> str:
        """The WHATWG name of the document's character encoding; ``UTF-8`` if the markup was given as text."""
        return self.tree.encoding or "UTF-8"

    @property
    def source(self) -> str:
        """The markup as text."""
        if isinstance(self.markup, str):
            return self.markup
        try:
            return self.markup.decode(self.encoding, "replace")
        except LookupError:  # the WHATWG encodings that Python lacks are supersets of ASCII
            return self.markup.decode("latin-1")

    def mentions(self, word: str) -> bool:
        """Return whether the markup contains a word, one of ``_SOUGHT_WORDS``; nothing is parsed."""
        if self._mentioned is None:
            markup = self.markup if isinstance(self.markup, bytes) else self.markup.encode("utf-8", "replace")
            lowered = markup.lower()
            self._mentioned = tuple(each for each in _SOUGHT_WORDS if each.encode("ascii") in lowered)
        return word in self._mentioned

    def tree_changed(self) -> None:
        """Clear all caches, after a change of the tree."""
        self._memo.clear()
        self._tree_memo.clear()

    def input_changed(self) -> None:
        """Clear the cache of what depends on the user's input, after a change of that alone."""
        self._memo.clear()

    def set_url(self, url: str) -> None:
        """Set the document's URL, after a change of its fragment or by ``history.pushState``."""
        if url != self.url:
            self.url = url
            self.input_changed()

    def hover(self, el: Element | None) -> None:
        """Move the pointer over an element, or away."""
        if el is not self.hovered:
            self.hovered = el
            self.input_changed()

    def free_tree(self) -> None:
        """Free the memory of the tree, unless the user changed something; it is parsed again on the next access."""
        dirty = self.dirty
        changed = dirty.values or dirty.checked or dirty.selected or dirty.files or self.carets
        if self.focus is None and self.hovered is None and self.behaviours is None and not changed:
            self._tree = None
            self.tree_changed()

    def memo(self, key: str, compute: Callable[[], _T]) -> _T:
        """Return the value cached under a key since the last change; compute it if there is none."""
        try:
            return self._memo[key]  # type: ignore[no-any-return]  # each key has one type, its caller's
        except KeyError:
            value = self._memo[key] = compute()
            return value

    def tree_memo(self, key: str, compute: Callable[[], _T]) -> _T:
        """Return the value cached under a key since the last change of the tree; compute it if there is none."""
        try:
            return self._tree_memo[key]  # type: ignore[no-any-return]  # each key has one type, its caller's
        except KeyError:
            value = self._tree_memo[key] = compute()
            return value
