"""Visibility of elements, for the eye as Playwright defines it, and for assistive technology."""

from __future__ import annotations

from django_journey._dom.css.cascade import Styles, styles_of
from django_journey._dom.forms.controls import is_list_box
from django_journey._dom.rendering.boxes import Boxes
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import is_unslotted
from django_journey._dom.tree.parser import Element, Node, is_element, is_html, is_quirky, is_text
from django_journey._dom.tree.usage import uses
from django_journey._dom.tree.walk import child_of

__all__ = ["PageVisibility", "is_frame_shown", "is_visible", "visibility_of"]

# Elements whose children are fallback content, or are rendered by the browser in its own way.
_OPAQUE = frozenset(
    {"canvas", "video", "audio", "iframe", "img", "input", "textarea", "progress", "meter", "embed"}
)
# Elements that do not render all of their children.
_SELECTIVE = _OPAQUE | {"select", "optgroup", "option", "details", "object"}
# The values of ``display`` without size containment, whose content is never skipped.
_UNCONTAINABLE = frozenset(
    {"inline", "contents", "ruby", "ruby-text", "table-row", "table-row-group", "table-header-group"}
    | {"table-footer-group", "table-column", "table-column-group", "table"}
)
_WHOLE = _OPAQUE | {"svg", "select", "object", "br", "wbr"}
_SILENT = frozenset({"style", "script", "noscript", "template"})

# The state of an element, in bits: it is not removed by ``display: none`` or an ancestor; its computed ``visibility``
# is ``visible``; it or an ancestor is excluded for accessibility; it has no box of its own; it skips its content.
_OPEN, _VISIBLE, _EXCLUDED, _CONTENTS, _SKIPS = 1, 2, 4, 8, 16


def is_visible(doc: Document, el: Element) -> bool:
    """Return whether an element is visible by the rules of Playwright's ``is_visible``.

    It must be rendered (not in ``display: none``, a closed ``details`` or skipped content), its computed
    ``visibility`` must be ``visible``, and its box must not be empty, as far as that is known without a layout.
    Opacity, ``inert`` and ``aria-hidden`` have no effect.
    """
    if doc.frame_is_shown is not None and not doc.frame_is_shown():
        return False
    return visibility_of(doc).is_visible(el)


def is_frame_shown(doc: Document, frame: Element) -> bool:
    """Return whether a frame, and every frame around it, is visible."""
    around = doc.frame_is_shown is None or doc.frame_is_shown()
    return around and visibility_of(doc).is_style_visible(frame)


def visibility_of(doc: Document) -> PageVisibility:
    """Return the visibility of a page's elements, cached until the page changes."""
    return doc.memo("visibility.now", lambda: _visibility(doc))


def _visibility(doc: Document) -> PageVisibility:
    styles = styles_of(doc)
    latest: list[PageVisibility] = doc.tree_memo("showing", list[PageVisibility])
    if not latest or latest[0].styles is not styles:
        latest[:] = [PageVisibility(styles)]
    return latest[0]


class PageVisibility:
    """The visibility of a page's elements, computed on demand.

    Args:
        styles: The page's styles.
    """

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self._boxes: Boxes | None = None
        self._states: dict[Element, int] = {}
        self._hidden: dict[Element, bool] = {}
        self._summaries: dict[Element, Element | None] = {}
        #: Cached accessible names: without and with hidden content.
        self.names: tuple[dict[Element, str], dict[Element, str]] = ({}, {})
        doc = styles.doc
        self._skips = "content-visibility" in styles.main.properties or styles.inline or uses(doc, "[hidden]")
        self._aria_hidden = uses(doc, "[aria-hidden]")

    @property
    def boxes(self) -> Boxes:
        """The page's boxes, cached; the user's input clears them only if it may change them."""
        if self.styles.input_affects_boxes:
            return self.styles.doc.memo("boxes", self._make_boxes)
        if self._boxes is None:
            self._boxes = self._make_boxes()
        return self._boxes

    def _make_boxes(self) -> Boxes:
        return Boxes(self.styles, self.skips_content, quirks=is_quirky(self.styles.doc.tree))

    # -- for the eye --------------------------------------------------------------------------------

    def is_visible(self, el: Element) -> bool:
        """Return whether the element is visible."""
        if self._state(el) & _CONTENTS:
            return self.has_visible_content(el)
        return self.is_style_visible(el) and self.boxes.has_area(el)

    def has_visible_content(self, el: Element) -> bool:
        """Return whether an element without a box (``display: contents``) has visible content."""
        for child in el.children:
            if is_element(child):
                if self.is_visible(child):
                    return True
            elif is_text(child) and self.is_text_visible(child, el):
                return True
        return False

    def is_text_visible(self, text: Node, parent: Element) -> bool:
        """Return whether a text node of a rendered parent is visible."""
        return self.renders_text_of(parent) and self.boxes.text_has_area(text, parent)

    def is_style_visible(self, el: Element) -> bool:
        """Return whether the element has a box and its computed ``visibility`` is ``visible``."""
        return self._state(el) & (_OPEN | _VISIBLE | _CONTENTS) == _OPEN | _VISIBLE

    def is_open(self, el: Element) -> bool:
        """Return whether neither the element nor an ancestor prevents its rendering."""
        return bool(self._state(el) & _OPEN)

    def skips_content(self, el: Element) -> bool:
        """Return whether an element's content is skipped by ``content-visibility`` (CSS Contain 2)."""
        return bool(self._state(el) & _SKIPS)

    def is_skipped(self, el: Element) -> bool:
        """Return whether an element is not rendered because it is in skipped content."""
        node: Element = el
        parent = self.styles.parent(el)
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

    def renders_text_of(self, parent: Element) -> bool:
        """Return whether text directly in an element is rendered."""
        if is_opaque(parent) or (parent.tag == "details" and parent.attr("open") is None):
            return False
        return self._state(parent) & (_OPEN | _SKIPS) == _OPEN

    # -- for accessibility --------------------------------------------------------------------------

    def is_hidden(self, el: Element) -> bool:
        """Return whether an element is hidden for accessibility."""
        found = self._hidden.get(el)
        if found is None:
            found = self._hidden[el] = self._is_hidden(el)
        return found

    def _is_hidden(self, el: Element) -> bool:
        tag = el.tag
        if tag in _SILENT:
            return True
        state = self._state(el)
        if tag == "slot" or (tag == "option" and el.closest("select") is not None):
            return bool(state & _EXCLUDED)
        if state & _CONTENTS:
            return not self._has_accessible_content(el)
        return state & (_OPEN | _VISIBLE | _EXCLUDED) != _OPEN | _VISIBLE

    def _has_accessible_content(self, el: Element) -> bool:
        for child in el.children:
            if is_element(child):
                if not self.is_hidden(child):
                    return True
            elif is_text(child) and self.is_text_visible(child, el):
                return True
        return False

    # -- both ---------------------------------------------------------------------------------------

    def _state(self, el: Element) -> int:
        states = self._states
        found = states.get(el)
        if found is not None:
            return found
        # A loop from the outermost ancestor, since a page may nest deeper than Python's stack.
        chain = [el]
        parent_of = self.styles.parent
        parent = parent_of(el)
        while parent is not None and parent not in states:
            chain.append(parent)
            parent = parent_of(parent)
        state = states[parent] if parent is not None else 0
        for each in reversed(chain):
            state = states[each] = self._compute(each, parent, state)
            parent = each
        return state

    def _compute(self, el: Element, parent: Element | None, above: int) -> int:
        """Compute an element's state from its parent's."""
        styles = self.styles
        display = styles.outer_display(el)
        if parent is None:
            state = _VISIBLE | (_OPEN if el.tag == "html" else 0)
        else:
            state = above & (_OPEN | _VISIBLE | _EXCLUDED)
            if (
                state & _OPEN
                and (above & _SKIPS or parent.tag in _SELECTIVE)
                and not self._renders_child(el, parent, above)
            ):
                state &= ~_OPEN
        if display == "none":
            return (state & ~_OPEN) | _EXCLUDED
        if display == "contents":
            # Replaced elements and controls are not rendered then (CSS Display 3, appendix B).
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

    def _is_skipping(self, el: Element, display: str) -> bool:
        value = self.styles.value(el, "content-visibility") if self.styles.declared(el, "flow") else None
        skips = (el.attr("hidden") or "").lower() == "until-found" if value is None else value == "hidden"
        return skips and (display not in _UNCONTAINABLE or self.styles.display(el) not in _UNCONTAINABLE)

    def _renders_child(self, el: Element, parent: Element, above: int) -> bool:
        """Return whether a parent that does not render all of its children renders this one."""
        tag = parent.tag
        if above & _SKIPS or is_opaque(parent):
            return False
        if not is_html(parent):
            return True
        if tag == "option":
            return False  # an option renders only its text
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


def is_opaque(el: Element) -> bool:
    """Return whether an element renders something else instead of its children."""
    tag = el.tag
    return tag in _OPAQUE or (tag == "object" and bool(el.attr("data")))


def first_summary(details: Element) -> Element | None:
    """Return a details element's summary, or ``None``."""
    return child_of(details, "summary")
