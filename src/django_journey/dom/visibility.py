"""Tells whether an element is shown, as Playwright means it: it has a box, is not hidden, and is not empty."""

from __future__ import annotations

from typing import Any

from django_journey.dom.boxes import Boxes
from django_journey.dom.cascade import Styles, styles_of
from django_journey.dom.document import Document
from django_journey.dom.flat_tree import is_unslotted
from django_journey.dom.native_roles import is_list_box
from django_journey.dom.parser import is_element, is_html, is_quirky, is_text
from django_journey.dom.usage import uses

__all__ = ["Showing", "is_frame_shown", "is_visible", "showing_of"]

# Elements whose children are a fallback, or drawn by the browser in its own way.
_OPAQUE = frozenset(
    {"canvas", "video", "audio", "iframe", "img", "input", "textarea", "progress", "meter", "embed"}
)
# Elements that do not show all of their children.
_CHOOSY = _OPAQUE | {"select", "optgroup", "option", "details", "object"}
# What can't be contained, so that its content is never skipped.
_UNCONTAINABLE = frozenset(
    {"inline", "contents", "ruby", "ruby-text", "table-row", "table-row-group", "table-header-group"}
    | {"table-footer-group", "table-column", "table-column-group", "table"}
)
_WHOLE = _OPAQUE | {"svg", "select", "object", "br", "wbr"}
_SILENT = frozenset({"style", "script", "noscript", "template"})

# What is known of an element, in bits: nothing takes it off the page; its computed ``visibility`` is visible; it or
# something around it is excluded for accessibility; it has no box of its own; it skips its content.
_OPEN, _VISIBLE, _EXCLUDED, _CONTENTS, _SKIPS = 1, 2, 4, 8, 16


def is_visible(doc: Document, el: Any) -> bool:
    """Tell whether an element is visible as Playwright's ``is_visible`` means it.

    It is rendered (no ``display: none``, closed ``details`` or skipped content around it), its computed
    ``visibility`` is ``visible``, and its box is not empty, as far as that is known without a layout.
    Opacity, ``inert`` and ``aria-hidden`` make no difference.
    """
    if doc.frame_is_shown is not None and not doc.frame_is_shown():
        return False
    return showing_of(doc).is_visible(el)


def is_frame_shown(doc: Document, frame: Any) -> bool:
    """Tell whether what stands in a frame can be visible: the frame is, and the one that it is in."""
    around = doc.frame_is_shown is None or doc.frame_is_shown()
    return around and showing_of(doc).is_style_visible(frame)


def showing_of(doc: Document) -> Showing:
    """Return what is known about what the page shows, kept until the page changes."""
    return doc.memo("showing.now", lambda: _showing(doc))


def _showing(doc: Document) -> Showing:
    styles = styles_of(doc)
    latest: list[Showing] = doc.keep("showing", list[Showing])
    if not latest or latest[0].styles is not styles:
        latest[:] = [Showing(styles)]
    return latest[0]


class Showing:
    """What a page shows, and what it hides from assistive technology, one element at a time.

    Args:
        styles: The page's cascade.
    """

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self._boxes: Boxes | None = None
        self._states: dict[Any, int] = {}
        self._hidden: dict[Any, bool] = {}
        self._summaries: dict[Any, Any] = {}
        #: The names that were computed by what is shown, without and with what is hidden.
        self.names: tuple[dict[Any, str], dict[Any, str]] = ({}, {})
        doc = styles.doc
        self._skips = "content-visibility" in styles.main.properties or styles.inline or uses(doc, "[hidden]")
        self._aria_hidden = uses(doc, "[aria-hidden]")

    @property
    def boxes(self) -> Boxes:
        """The page's boxes; forgotten with the user's input only where that may change them."""
        if self.styles.live_boxes:
            return self.styles.doc.memo("boxes", self._make_boxes)
        if self._boxes is None:
            self._boxes = self._make_boxes()
        return self._boxes

    def _make_boxes(self) -> Boxes:
        return Boxes(self.styles, self.skips_content, quirks=is_quirky(self.styles.doc.tree))

    # -- for the eye --------------------------------------------------------------------------------

    def is_visible(self, el: Any) -> bool:
        """Tell whether the element is visible."""
        if self._state(el) & _CONTENTS:
            return self.shows_inside(el)
        return self.is_style_visible(el) and self.boxes.has_area(el)

    def shows_inside(self, el: Any) -> bool:
        """Tell whether something in an element without a box of its own is visible."""
        for child in el.children:
            if is_element(child):
                if self.is_visible(child):
                    return True
            elif is_text(child) and self.is_text_shown(child, el):
                return True
        return False

    def is_text_shown(self, text: Any, parent: Any) -> bool:
        """Tell whether a text node of a rendered parent is drawn."""
        return self.shows_text_of(parent) and self.boxes.text_has_area(text, parent)

    def is_style_visible(self, el: Any) -> bool:
        """Tell whether the element has a box and its computed ``visibility`` is ``visible``."""
        return self._state(el) & (_OPEN | _VISIBLE | _CONTENTS) == _OPEN | _VISIBLE

    def is_rendered(self, el: Any) -> bool:
        """Tell whether the element has a box (CSSOM View, ``checkVisibility`` without options)."""
        return self._state(el) & (_OPEN | _CONTENTS) == _OPEN

    def is_open(self, el: Any) -> bool:
        """Tell whether nothing around the element, nor itself, takes it off the page."""
        return bool(self._state(el) & _OPEN)

    def skips_content(self, el: Any) -> bool:
        """Tell whether an element's content is skipped by ``content-visibility`` (CSS Contain 2)."""
        return bool(self._state(el) & _SKIPS)

    def is_skipped(self, el: Any) -> bool:
        """Tell whether an element is off the page because the content around it is skipped."""
        node, parent = el, self.styles.parent(el)
        while parent is not None:
            if is_opaque(parent):
                return False
            if self.is_open(parent):
                closed = (
                    parent.tag == "details"
                    and parent.attr("open") is None
                    and node is not first_summary(parent)
                )
                return closed or self.skips_content(parent)
            node, parent = parent, self.styles.parent(parent)
        return False

    def shows_text_of(self, parent: Any) -> bool:
        """Tell whether text directly in an element is shown."""
        if is_opaque(parent) or (parent.tag == "details" and parent.attr("open") is None):
            return False
        return self._state(parent) & (_OPEN | _SKIPS) == _OPEN

    # -- for accessibility --------------------------------------------------------------------------

    def is_hidden(self, el: Any) -> bool:
        """Tell whether an element is hidden for accessibility."""
        found = self._hidden.get(el)
        if found is None:
            found = self._hidden[el] = self._is_hidden(el)
        return found

    def _is_hidden(self, el: Any) -> bool:
        tag = el.tag
        if tag in _SILENT:
            return True
        state = self._state(el)
        if tag == "slot" or (tag == "option" and el.closest("select") is not None):
            return bool(state & _EXCLUDED)
        if state & _CONTENTS:
            return not self._has_shown_child(el)
        return state & (_OPEN | _VISIBLE | _EXCLUDED) != _OPEN | _VISIBLE

    def _has_shown_child(self, el: Any) -> bool:
        for child in el.children:
            if is_element(child):
                if not self.is_hidden(child):
                    return True
            elif is_text(child) and self.is_text_shown(child, el):
                return True
        return False

    # -- both ---------------------------------------------------------------------------------------

    def _state(self, el: Any) -> int:
        states = self._states
        found = states.get(el)
        if found is not None:
            return found
        # From the outermost down, since a page may nest deeper than Python's stack.
        chain = [el]
        parent_of = self.styles.parent
        parent = parent_of(el)
        while parent is not None and parent not in states:
            chain.append(parent)
            parent = parent_of(parent)
        state = states[parent] if parent is not None else -1
        for each in reversed(chain):
            state = states[each] = self._compute(each, parent, state)
            parent = each
        return state

    def _compute(self, el: Any, parent: Any, above: int) -> int:
        """Work an element's state out from the state of what it is shown in (-1 for nothing)."""
        styles = self.styles
        display = styles.outer_display(el)
        if above < 0:
            state = _VISIBLE | (_OPEN if el.tag == "html" else 0)
        else:
            state = above & (_OPEN | _VISIBLE | _EXCLUDED)
            if (
                state & _OPEN
                and (above & _SKIPS or parent.tag in _CHOOSY)
                and not self._is_chosen(el, parent, above)
            ):
                state &= ~_OPEN
        if display == "none":
            return (state & ~_OPEN) | _EXCLUDED
        if display == "contents":
            # An element that is drawn as a whole shows nothing then (CSS Display 3, appendix B).
            state = (state | _CONTENTS) & ~_OPEN if el.tag in _WHOLE else state | _CONTENTS
        declared = styles.declared(el, "flow")
        if declared and (own := styles.value(el, "visibility")) is not None:
            state = state | _VISIBLE if own in ("visible", "initial") else state & ~_VISIBLE
        if self._aria_hidden and (el.attr("aria-hidden") or "").lower() == "true":
            state |= _EXCLUDED
        if styles.shadows and is_unslotted(el):
            state = (state & ~_OPEN) | _EXCLUDED
        if self._skips and self._is_skipping(el, display):
            state |= _SKIPS
        return state

    def _is_skipping(self, el: Any, display: str) -> bool:
        value = self.styles.value(el, "content-visibility") if self.styles.declared(el, "flow") else None
        skips = (el.attr("hidden") or "").lower() == "until-found" if value is None else value == "hidden"
        return skips and (display not in _UNCONTAINABLE or self.styles.display(el) not in _UNCONTAINABLE)

    def _is_chosen(self, el: Any, parent: Any, above: int) -> bool:
        """Tell whether an element that does not show all of its children shows this one."""
        tag = parent.tag
        if above & _SKIPS or is_opaque(parent):
            return False
        if not is_html(parent):
            return True
        if tag == "option":
            return False  # an option shows its text, and no element in it
        if tag == "select":
            return is_list_box(parent)
        if tag == "optgroup":
            select = parent.closest("select")
            return select is None or is_list_box(select)
        if tag != "details" or parent.attr("open") is not None:
            return True
        if parent not in self._summaries:
            self._summaries[parent] = first_summary(parent)
        return el is self._summaries[parent]


def is_opaque(el: Any) -> bool:
    """Tell whether an element shows something else than what it holds."""
    tag = el.tag
    return tag in _OPAQUE or (tag == "object" and bool(el.attr("data")))


def first_summary(details: Any) -> Any:
    """Return the summary that stands for a ``details`` element, or ``None``."""
    return next((child for child in details.children if is_element(child) and child.tag == "summary"), None)
