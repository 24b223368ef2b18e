"""Tells whether an element is shown, as Playwright means it: it has a box, is not hidden, and is not empty."""

from __future__ import annotations

from typing import Any

from django_journey.dom.boxes import Boxes
from django_journey.dom.cascade import Styles, styles_of
from django_journey.dom.document import Document
from django_journey.dom.flat_tree import flat_parent, is_unslotted
from django_journey.dom.native_roles import is_list_box
from django_journey.dom.parser import is_element, is_html, is_quirky, is_text

__all__ = ["Showing", "is_visible", "showing_of"]

# Elements whose children are a fallback, or drawn by the browser in its own way.
_OPAQUE = frozenset(
    {"canvas", "video", "audio", "iframe", "img", "input", "textarea", "progress", "meter", "embed"}
)
# What can't be contained, so that its content is never skipped.
_UNCONTAINABLE = frozenset(
    {"inline", "contents", "ruby", "ruby-text", "table-row", "table-row-group", "table-header-group"}
    | {"table-footer-group", "table-column", "table-column-group", "table-cell", "table"}
)


def is_visible(doc: Document, el: Any) -> bool:
    """Tell whether an element is visible as Playwright's ``is_visible`` means it.

    It is rendered (no ``display: none``, closed ``details`` or skipped content around it), its computed
    ``visibility`` is ``visible``, and its box is not empty, as far as that is known without a layout.
    Opacity, ``inert`` and ``aria-hidden`` make no difference.
    """
    return showing_of(doc).is_visible(el)


def showing_of(doc: Document) -> Showing:
    """Return what is known about what the page shows, kept until the page changes."""
    styles = styles_of(doc)
    make = lambda: Showing(styles, quirks=is_quirky(doc.tree))  # noqa: E731 - used for either keeping place
    return doc.memo("showing", make) if styles.live else doc.keep("showing", make)


class Showing:
    """What a page shows, one element at a time.

    Args:
        styles: The page's cascade.
        quirks: Whether the page is in quirks mode.
    """

    def __init__(self, styles: Styles, *, quirks: bool) -> None:
        self.styles = styles
        self.boxes = Boxes(styles, self.skips_content, quirks=quirks)
        self._rendered: dict[Any, bool] = {}

    def is_visible(self, el: Any) -> bool:
        """Tell whether the element is visible."""
        if self.styles.display(el) == "contents":
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
        return self.is_rendered(el) and self.styles.visibility(el) == "visible"

    def is_rendered(self, el: Any) -> bool:
        """Tell whether the element has a box (CSSOM View, ``checkVisibility`` without options)."""
        return self.styles.display(el) != "contents" and self.is_open(el)

    def is_open(self, el: Any) -> bool:
        """Tell whether nothing around the element, nor itself, takes it off the page."""
        found = self._rendered.get(el)
        if found is not None:
            return found
        chain = []
        node = el
        while node is not None and node not in self._rendered:
            chain.append(node)
            node = flat_parent(self.styles.doc, node)
        for each in reversed(chain):
            found = self._rendered[each] = self._is_drawn(each, node)
            node = each
        return bool(found)

    def _is_drawn(self, el: Any, parent: Any) -> bool:
        styles = self.styles
        if styles.display(el) == "none":
            return False
        if parent is None:
            return bool(el.tag == "html")
        if not self._rendered[parent] or (styles.shadows and is_unslotted(el)):
            return False
        tag = parent.tag
        if is_opaque(parent):
            return False
        if tag == "select" and is_html(parent):
            return is_list_box(parent)
        if tag == "optgroup" and (select := parent.closest("select")) is not None:
            return is_list_box(select)
        if tag == "details" and is_html(parent) and parent.attr("open") is None:
            return el is first_summary(parent)
        return not self.skips_content(parent)

    def skips_content(self, el: Any) -> bool:
        """Tell whether an element's content is skipped by ``content-visibility`` (CSS Contain 2)."""
        if self.styles.display(el) in _UNCONTAINABLE:
            return False
        value = self.styles.value(el, "content-visibility")
        if value is None:
            return (el.attr("hidden") or "").lower() == "until-found"
        return value == "hidden"

    def is_skipped(self, el: Any) -> bool:
        """Tell whether an element is off the page because the content around it is skipped."""
        node, parent = el, flat_parent(self.styles.doc, el)
        while parent is not None:
            if self.is_open(parent):
                closed = (
                    parent.tag == "details"
                    and parent.attr("open") is None
                    and node is not first_summary(parent)
                )
                return closed or self.skips_content(parent)
            node, parent = parent, flat_parent(self.styles.doc, parent)
        return False

    def shows_text_of(self, parent: Any) -> bool:
        """Tell whether text directly in an element that is itself shown is shown, too."""
        if is_opaque(parent) or (parent.tag == "details" and parent.attr("open") is None):
            return False
        return self.is_open(parent) and not self.skips_content(parent)


def is_opaque(el: Any) -> bool:
    """Tell whether an element shows something else than what it holds."""
    tag = el.tag
    return tag in _OPAQUE or (tag == "object" and bool(el.attr("data")))


def first_summary(details: Any) -> Any:
    """Return the summary that stands for a ``details`` element, or ``None``."""
    return next((child for child in details.children if is_element(child) and child.tag == "summary"), None)
