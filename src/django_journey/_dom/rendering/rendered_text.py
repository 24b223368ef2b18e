"""The rendered text of elements (``innerText``), as far as it does not depend on the layout."""

from __future__ import annotations

import re

from django_journey._dom.css.cascade import Styles
from django_journey._dom.css.display_types import INSIDE_TABLES, SPACELESS
from django_journey._dom.forms.controls import option_text, options
from django_journey._dom.rendering.box_style import ATOMIC
from django_journey._dom.rendering.generated_text import content_text, opens_line
from django_journey._dom.rendering.visibility import PageVisibility, visibility_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, Node, is_element, is_html, is_text
from django_journey._dom.tree.white_space import word_set

__all__ = ["rendered_text"]

_SPACES = re.compile(r"[ \t\n\r\f]+")
_SPACES_IN_LINE = re.compile(r"[ \t]+")
_WORD_START = re.compile(r"(?<![^\W_])[^\W_]")
_INLINE = frozenset({"inline", "contents", "ruby", "ruby-text", "math"})
_SECTIONS = frozenset({"table-row-group", "table-header-group", "table-footer-group"})
_HOLDING_ROWS = _SECTIONS | {"table", "inline-table"}
_HOLDING_CELLS = _HOLDING_ROWS | {"table-row"}
_UNBROKEN = frozenset({"table-cell", "table-row"}) | _SECTIONS
_OBJECTS = word_set("textarea input iframe video audio canvas object img meter progress svg embed")
_SILENT = frozenset({"textarea", "input", "iframe", "video", "audio", "canvas", "img", "meter", "progress"})


def rendered_text(doc: Document, el: Element, raw: str) -> str:
    """Return an element's ``innerText``.

    Args:
        doc: The document.
        el: The element.
        raw: Its text content, which is the result for an element that is not rendered.

    Source: HTML Living Standard, 3.2.7 (the rendered text collection steps).
    """
    visibility = visibility_of(doc)
    if el.tag == "br":
        return ""
    is_unseen = el.tag == "option" and visibility.styles.visibility(el) != "visible"
    if not visibility.is_open(el) or (is_unseen and el.closest("select") is not None):
        return _unrendered(visibility, el, raw)
    collector = _TextCollector(doc, visibility, el)
    start = el
    while (
        visibility.styles.display(start) in _INLINE
        and (parent := visibility.styles.parent(start)) is not None
    ):
        start = parent  # white space at its ends depends on its siblings in the block
    collector.walk(start)
    return collector.result()


def _unrendered(visibility: PageVisibility, el: Element, raw: str) -> str:
    if (
        el.tag in ("option", "optgroup")
        and (select := el.closest("select")) is not None
        and visibility.is_open(select)
    ):
        return raw if el.tag == "option" else "\n".join(option_text(option) for option in el.select("option"))
    return "" if visibility.is_skipped(el) or visibility.styles.outer_display(el) == "contents" else raw


class _TextCollector:
    """Collects text and line breaks, and collapses white space across the elements of a line.

    Args:
        doc: The document.
        visibility: Its visibility.
        root: The element whose text is collected; the walk may start at an ancestor.
    """

    def __init__(self, doc: Document, visibility: PageVisibility, root: Element | None) -> None:
        self.doc = doc
        self.visibility = visibility
        self.styles = visibility.styles
        self.root = root
        self.inside = False
        self.done = False
        self.items: list[str | int] = []
        self.pending: bool | None = None  # a space that counts if text follows; whether it is the root's
        self.at_start = True
        self.broken = False  # whether the last text ends with a line break
        self.place: int | None = None  # the index of the pending space in the items, if not at the end
        #: The state of the line before each element that is out of the flow.
        self.around: dict[Element, tuple[bool | None, int, bool]] = {}

    def walk(self, start: Element) -> None:
        """Enter and leave the nodes in tree order, without recursion."""
        stack: list[tuple[Node, bool]] = [(start, True)]
        while stack:
            node, entering = stack.pop()
            if self.done and self.pending is not True and not self.around:
                return  # the root's text can't change any more
            if is_text(node):
                self.text(node)
            elif is_element(node):
                if not entering:
                    self.leave(node)
                elif self.enter(node):
                    stack.append((node, False))
                    if node.tag not in _SILENT:
                        stack.extend((child, True) for child in reversed(node.children))
                elif node is self.root:
                    return

    def enter(self, el: Element) -> bool:
        """Handle the start of an element; return whether to visit its children."""
        is_root = el is self.root
        if is_root:
            self.inside = True
        display = self.styles.display(el)
        if not is_root and self.is_left_out(el, display):
            return False
        tag = el.tag
        if tag == "br" and is_html(el):
            self.line_end("\n", el)
            return False
        if tag == "wbr" and is_html(el):
            return False
        if tag == "select" and is_html(el):
            self.options(el, display)
            return False
        if display in ATOMIC:
            self.flush()
            self.at_start = True
            self.required(el, display)
        elif not is_root:
            if display not in _INLINE and self.is_out_of_flow(el):
                self.step_out(el)
            self.required(el, display)
        if is_root and display not in _INLINE:
            self.at_start, self.pending = True, None
        if tag in _OBJECTS and (display in _INLINE or display in ATOMIC):
            self.object()
        if tag not in _SILENT:
            self.generated(el, "before")
        return True

    def is_left_out(self, el: Element, display: str) -> bool:
        """Return whether an element adds no text; one with skipped content still takes part in the line."""
        if not self.visibility.is_open(el):
            return True
        if not self.visibility.skips_content(el):
            return False
        if display in ATOMIC:
            self.object()
        elif not self.is_out_of_flow(el):
            self.at_start, self.pending = True, None
        return True

    def generated(self, el: Element, pseudo: str) -> None:
        """Handle ``::before`` or ``::after``, which may be an object in the line or end it."""
        text = content_text(self.styles, el, pseudo)
        if text is None:
            return
        display = self.styles.pseudo_display(el, pseudo)
        if display in ATOMIC:
            self.object()
        elif display in ("inline", "contents"):
            if text.startswith("\u200b") and self.broken:
                self.pending = None  # a line break beside a zero-width space is removed (CSS Text 3, 4.1.3)
            if opens_line(self.styles, el, pseudo):
                self.object()
            inside, self.inside = self.inside, False
            self.collapse(_SPACES.split(text) if text else [])
            self.inside = inside
        elif not self.styles.is_out_of_flow(el, pseudo):
            self.pending, self.at_start = None, True

    def leave(self, el: Element) -> None:
        """Handle the end of an element."""
        display = self.styles.display(el)
        if el.tag not in _SILENT:
            self.generated(el, "after")
        if display not in _INLINE:
            self.pending = None if display not in ATOMIC else self.pending
        if display in ATOMIC:
            self.pending = None
            self.at_start = False
        if el is self.root:
            self.inside, self.done = False, True
        elif display == "table-cell" and (
            _has_next(self.styles, el, "table-cell", _HOLDING_CELLS) or self.is_followed(el)
        ):
            self.line_end("\t", el)
        elif display == "table-row" and _has_next_row(self.styles, el):
            self.line_end("\n", el)
        else:
            self.required(el, display)
        self.step_back(el)

    def step_out(self, el: Element) -> None:
        """Save the state of the line before an element that is out of the flow."""
        self.around[el] = (self.pending, len(self.items) if self.place is None else self.place, self.at_start)

    def step_back(self, el: Element) -> None:
        """Restore the state of the line after an element that is out of the flow."""
        if (around := self.around.pop(el, None)) is not None:
            self.pending, self.place, self.at_start = around

    def is_followed(self, cell: Element) -> bool:
        """Return whether ``::after`` of a cell's row makes another cell."""
        row = cell.parent
        if not is_element(row) or self.styles.display(row) != "table-row":
            return False
        return content_text(self.styles, row, "after") is not None

    def is_out_of_flow(self, el: Element) -> bool:
        style = self.visibility.boxes.style
        apart = el.tag == "summary" and is_html(el) and getattr(el.parent, "tag", "") == "details"
        return apart or style.is_positioned(el) or style.is_floated(el)

    def required(self, el: Element, display: str) -> None:
        """Require line breaks around a block: two for a paragraph, otherwise one."""
        is_paragraph = el.tag == "p" and is_html(el)
        if is_paragraph and (display in ATOMIC or display in ("inline", "ruby")):
            # The text gets line breaks, but its white space collapses as on one line.
            if self.place is None:
                self.place = len(self.items)
            self.note_break(2, el)
        elif is_paragraph and display not in _UNBROKEN and display != "contents":
            self.break_line(2, el)
        elif display in _UNBROKEN:
            self.at_start, self.pending = True, None
        elif display not in _INLINE and display not in ATOMIC:
            self.break_line(1, el)

    def options(self, select: Element, display: str) -> None:
        """Add each option of a select as a line."""
        if display in _INLINE or display in ATOMIC:
            self.flush()
        elif self.is_out_of_flow(select):
            self.step_out(select)
        else:
            self.at_start, self.pending = True, None
        for option in options(select):
            self.break_line(1, select)
            if self.inside and (select is self.root or self.styles.visibility(select) == "visible"):
                self.items.append(option_text(option))
            self.break_line(1, select)
        self.at_start = display not in _INLINE and display not in ATOMIC
        self.step_back(select)

    def break_line(self, count: int, el: Element) -> None:
        """End the line and require line breaks, unless the element is invisible."""
        self.pending = None
        self.at_start = True
        self.note_break(count, el)

    def note_break(self, count: int, el: Element) -> None:
        """Require line breaks without ending the line, unless the element is invisible."""
        if self.inside and self.styles.visibility(el) == "visible":
            self.items.append(count)

    def line_end(self, text: str, el: Element) -> None:
        """End a line or a cell; add the text for it, unless the element is invisible."""
        self.pending = None
        self.at_start = True
        if self.inside and self.styles.visibility(el) == "visible":
            self.items.append(text)

    def object(self) -> None:
        """Add an object without text to the line, which preserves the white space beside it."""
        self.flush()
        self.at_start = False

    def flush(self) -> None:
        if self.pending:
            self.items.insert(len(self.items) if self.place is None else self.place, " ")
        self.pending = self.place = None

    def text(self, node: Node) -> None:
        """Add a text node."""
        parent = node.parent
        if parent is None or not is_element(parent) or not self.visibility.renders_text_of(parent):
            return
        if not node.text.strip() and self.styles.display(parent) in SPACELESS:
            return
        inside = self.inside
        self.inside = (
            inside and self.styles.visibility(parent) == "visible"
        )  # hidden text still affects white space
        self.put(node.text, parent)
        self.inside = inside

    def put(self, raw: str, parent: Element) -> None:
        """Add a text by its element's ``white-space`` and ``text-transform``."""
        self.broken = "\n" in raw[len(raw.rstrip()) :]
        mode = self.styles.inherited(parent, "white-space") or "normal"
        transform = self.styles.inherited(parent, "text-transform")
        if transform not in (None, "none"):
            raw = _transformed(raw, str(transform))
        if mode in ("pre", "pre-wrap", "break-spaces"):
            self.flush()
            if self.inside:
                self.items.append(raw)
            self.at_start = raw.endswith("\n") if raw else self.at_start
        elif mode == "pre-line":
            for at, line in enumerate(raw.split("\n")):
                if at:
                    self.line_end("\n", parent)
                self.collapse(_SPACES_IN_LINE.split(line))
        else:
            self.collapse(_SPACES.split(raw))

    def collapse(self, words: list[str]) -> None:
        for at, word in enumerate(words):
            if at and self.pending is None and not self.at_start:
                self.pending, self.place = self.inside, None
            if word:
                self.flush()
                if self.inside:
                    self.items.append(word)
                self.at_start = False

    def result(self) -> str:
        """Join the items and collapse required line breaks (steps 4 to 7)."""
        items = [item for item in self.items if item != ""]
        while items and isinstance(items[0], int):
            items.pop(0)
        while items and isinstance(items[-1], int):
            items.pop()
        parts: list[str] = []
        breaks = 0
        for item in items:
            if isinstance(item, int):
                breaks = max(breaks, item)
                continue
            parts.append("\n" * breaks + item)
            breaks = 0
        return "".join(parts)


def _has_next(styles: Styles, el: Element, kind: str, around: frozenset[str]) -> bool:
    """Return whether another cell or row follows, possibly an anonymous one (CSS 2.2, 17.2.1)."""
    within = is_element(el.parent) and styles.display(el.parent) in around
    sibling = el.next_sibling
    while sibling is not None:
        if is_element(sibling):
            display = styles.display(sibling)
            if display != "none":
                made_up = within and (kind == "table-row" or display not in INSIDE_TABLES)
                return made_up or display == kind
        elif is_text(sibling) and sibling.text.strip():
            return within
        sibling = sibling.next_sibling
    return False


def _has_next_row(styles: Styles, row: Element) -> bool:
    """Return whether another row of the same table follows, in this section or a later one."""
    if _has_next(styles, row, "table-row", _HOLDING_ROWS):
        return True
    section = row.parent
    if section is None or not is_element(section) or styles.display(section) not in _SECTIONS:
        return False
    sibling = section.next_sibling
    while sibling is not None:
        if is_element(sibling) and styles.display(sibling) in _SECTIONS and _has_row(styles, sibling):
            return True
        sibling = sibling.next_sibling
    return False


def _has_row(styles: Styles, section: Element) -> bool:
    return any(is_element(child) and styles.display(child) == "table-row" for child in section.children)


def _transformed(text: str, transform: str) -> str:
    if transform == "uppercase":
        return text.upper()
    if transform == "lowercase":
        return text.lower()
    if transform == "capitalize":
        return _WORD_START.sub(lambda found: found.group().title(), text)
    return text
