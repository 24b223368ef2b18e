"""Accessible names, descriptions and error messages (accname 1.2, HTML-AAM), as Playwright computes them."""

from __future__ import annotations

import re

from django_journey._dom.aria.name_context import NAMED, WITHIN, NameContext
from django_journey._dom.aria.native_names import native_name
from django_journey._dom.aria.roles import invalid, role_of
from django_journey._dom.aria.tables import NAMED_BY_CONTENT, NAMED_BY_CONTENT_WITHIN, UNNAMED
from django_journey._dom.forms.controls import labels_of, options, selected_options, value
from django_journey._dom.forms.validity import is_candidate, problem_of
from django_journey._dom.rendering.generated_text import added_text
from django_journey._dom.rendering.text import text_content
from django_journey._dom.rendering.visibility import visibility_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import assigned, tree_root
from django_journey._dom.tree.idrefs import referenced
from django_journey._dom.tree.parser import Element, Node, is_element, is_html, is_text
from django_journey._dom.tree.usage import uses
from django_journey._dom.tree.walk import with_deep_stack
from django_journey._dom.tree.white_space import WHITE_SPACE, trim

__all__ = ["description_of", "error_message_of", "name_of"]

_FLAT = re.compile(f"[{WHITE_SPACE.replace(chr(0xA0), '')}]+")
_INVISIBLE = re.compile("[\u200b\u00ad]")
_VALUED = frozenset({"progressbar", "scrollbar", "slider", "spinbutton", "meter"})
_EMBEDDED = _VALUED | {"textbox", "searchbox", "combobox", "listbox", "menu"}
_VALIDATED = frozenset({"input", "select", "textarea"})
_SILENT = frozenset({"style", "script", "noscript", "template"})
_EMPTY = frozenset({"none", "presentation"})


def name_of(doc: Document, el: Element, *, include_hidden: bool = False) -> str:
    """Return an element's accessible name, with white space collapsed except no-break spaces.

    Args:
        doc: The document.
        el: The element.
        include_hidden: Whether hidden content counts, as in ``get_by_role(include_hidden=True)``.

    Source: accname 1.2, 4.3; HTML-AAM 1.0, 4.1.
    """
    known = visibility_of(doc).names[include_hidden]
    name = known.get(el)
    if name is not None:
        return name
    passing: dict[Element, str] = doc.memo("names.hidden" if include_hidden else "names", dict[Element, str])
    name = passing.get(el)
    if name is not None:
        return name
    name, lasts = "", True
    if role_of(doc, el) not in UNNAMED:
        text, lasts = _computed(doc, el, NAMED, include_hidden=include_hidden)
        name = _flat(text)
    (known if lasts else passing)[el] = name
    return name


def description_of(doc: Document, el: Element) -> str:
    """Return an element's accessible description: ``aria-describedby``, ``aria-description``, or ``title``.

    Source: accname 1.2, 4.4.
    """
    refs = el.attr("aria-describedby")
    if refs is not None:
        return _flat(" ".join(_described(doc, ref) for ref in referenced(doc, el, refs)))
    said = el.attr("aria-description")
    return _flat((said if said is not None else el.attr("title")) or "")


def error_message_of(doc: Document, el: Element) -> str:
    """Return the text of ``aria-errormessage``, if the element is invalid; otherwise an empty string.

    An element is invalid by ``aria-invalid``, a control also by its constraints.

    Source: WAI-ARIA 1.2, aria-errormessage.
    """
    if not invalid(el) and not (el.tag in _VALIDATED and is_candidate(el) and problem_of(doc, el)):
        return ""
    parts = [_flat(_described(doc, ref)) for ref in referenced(doc, el, el.attr("aria-errormessage"))]
    return trim(" ".join(parts))


def _described(doc: Document, ref: Element) -> str:
    return _computed(
        doc, ref, NameContext(described_by=visibility_of(doc).is_hidden(ref)), include_hidden=False
    )[0]


def _computed(doc: Document, el: Element, context: NameContext, *, include_hidden: bool) -> tuple[str, bool]:
    """Return a text alternative, and whether it is independent of user input."""
    namer = Namer(doc, include_hidden=include_hidden)
    try:
        return namer.text(el, context), namer.lasts
    except RecursionError:  # hundreds of nested elements
        namer = Namer(doc, include_hidden=include_hidden)
        return with_deep_stack(lambda: namer.text(el, context)), namer.lasts


def _labels_in_shadow(doc: Document, el: Element) -> list[Element]:
    """Return the labels of a control in its own shadow tree, to which IDs are limited."""
    root = tree_root(el)
    if root is None or root is doc.tree:
        return []
    own = el.attr("id")
    return [
        label
        for label in root.select("label")
        if (label.attr("for") == own if label.attr("for") is not None else label in el.ancestors)
        and tree_root(label) is root
    ]


def _flat(text: str) -> str:
    if "\u200b" in text or "\u00ad" in text:
        text = _INVISIBLE.sub("", text)
    return trim(_FLAT.sub(" ", text))


class Namer:
    """One computation of a name or description, which visits each element at most once."""

    def __init__(self, doc: Document, *, include_hidden: bool) -> None:
        self.doc = doc
        self.include_hidden = include_hidden
        self.visibility = visibility_of(doc)
        self.styles = self.visibility.styles
        self._refers = uses(doc, "[aria-labelledby]")
        self._says = uses(doc, "[aria-label]")
        self._owns = uses(doc, "[aria-owns]")
        self.visited: set[Element] = set()
        #: Whether the result is independent of user input.
        self.lasts = True

    def text(self, el: Element, context: NameContext) -> str:
        """Return an element's text alternative (accname 1.2, 4.3.2, steps 2A to 2I)."""
        if el in self.visited:
            return ""
        if not self.include_hidden and (
            el.tag in _SILENT or (not context.within_hidden and self.visibility.is_hidden(el))
        ):
            self.visited.add(el)
            return ""
        labelled_by = self._labelled_by(el) if self._refers else None
        if labelled_by and context.labelled_by is None and (name := self._joined(labelled_by, context)):
            return name
        role = role_of(self.doc, el) or ""
        if context.embeds and role in _EMBEDDED and (not labelled_by or el not in labelled_by):
            embedded = self._embedded(el, role, context)
            if embedded is not None:
                return embedded
        said = el.attr("aria-label") if self._says else None
        if said and trim(said):
            self.visited.add(el)
            return str(said)
        if role not in _EMPTY:
            native = native_name(self, el, context, labelled=bool(labelled_by))
            if native is not None:
                return native
        return self._own(el, role, context)

    def _own(self, el: Element, role: str, context: NameContext) -> str:
        """Return the name from content (2F), otherwise the tooltip (2I)."""
        tag = el.tag
        if (
            role in NAMED_BY_CONTENT
            or context.reads_content
            or (context.target == "descendant" and role in NAMED_BY_CONTENT_WITHIN)
            or (tag == "summary" and role not in _EMPTY)
        ):
            self.visited.add(el)
            name = self.content(el, context)
            if trim(name) if context.target == "self" else name:
                return name
        self.visited.add(el)
        if role not in _EMPTY or tag in ("iframe", "frame"):
            title = el.attr("title")
            if title and trim(title):
                return str(title)
        return ""

    def _labelled_by(self, el: Element) -> list[Element]:
        refs = el.attr("aria-labelledby")
        return referenced(self.doc, el, refs, once=False) if refs else []

    def _joined(self, refs: list[Element], context: NameContext) -> str:
        """Return the name from ``aria-labelledby`` (2B)."""
        return " ".join(
            [self.text(ref, NameContext(labelled_by=self.visibility.is_hidden(ref))) for ref in refs]
        )

    def labels(self, el: Element) -> str | None:
        """Return the text of an element's labels, or ``None`` if it has none."""
        labels = labels_of(self.doc, el) or (_labels_in_shadow(self.doc, el) if self.styles.shadows else [])
        if not labels:
            return None
        texts = [self.text(label, NameContext(label=self.visibility.is_hidden(label))) for label in labels]
        return " ".join(filter(None, texts))

    def legend(self, el: Element, tag: str, context: NameContext) -> str | None:
        """Return the text of the first child with that tag (legend, caption or figcaption), or ``None``."""
        for child in el.children:
            if is_element(child) and child.tag == tag:
                return self.text(child, context.within(native=self.visibility.is_hidden(child)))
        return None

    def title(self, el: Element, context: NameContext) -> str | None:
        """Return the text of an SVG element's ``title``, or ``None``."""
        for child in el.children:
            if is_element(child) and child.tag == "title" and not is_html(child):
                return self.text(child, context.within(labelled_by=self.visibility.is_hidden(child)))
        return None

    @staticmethod
    def _inner(context: NameContext) -> NameContext:
        return context if context.target != "self" else context.within() if context is not NAMED else WITHIN

    # -- controls within a name (2E) ----------------------------------------------------------------

    def _embedded(self, el: Element, role: str, context: NameContext) -> str | None:
        """Return the text of a control embedded in another element's name; ``None`` for other elements."""
        if role in ("textbox", "searchbox"):
            self.visited.add(el)
            self.lasts = False
            return value(self.doc, el) if el.tag in ("input", "textarea") else text_content(el)
        if role in ("combobox", "listbox"):
            self.visited.add(el)
            return self._chosen(el, role, context)
        if role in _VALUED:
            self.visited.add(el)
            for name in ("aria-valuetext", "aria-valuenow"):
                if el.attr(name) is not None:
                    return str(el.attr(name))
            return el.attr("value") or ""
        if role == "menu":
            self.visited.add(el)
            return ""
        return None

    def _chosen(self, el: Element, role: str, context: NameContext) -> str:
        self.lasts = False
        if el.tag == "select":
            chosen = list(selected_options(self.doc, el)) or list(options(el)[:1])
        else:
            boxes = [el]
            if role == "combobox":
                boxes = [each for each in self._owned(el) if role_of(self.doc, each) == "listbox"][:1]
            chosen = [each for box in boxes for each in self._owned(box) if self._renders_child(each)]
        if not chosen and el.tag == "input":
            return value(self.doc, el)
        inner = self._inner(context)
        return " ".join([self.text(each, inner) for each in chosen])

    def _renders_child(self, el: Element) -> bool:
        return (el.attr("aria-selected") or "").lower() == "true" and role_of(self.doc, el) == "option"

    def _owned(self, el: Element) -> list[Element]:
        found = list(el.select("*"))
        for owned in referenced(self.doc, el, el.attr("aria-owns")):
            found += [owned, *owned.select("*")]
        return found

    # -- name from content (2F) ---------------------------------------------------------------------

    def content(self, el: Element, context: NameContext) -> str:
        """Return the text of an element's content, with spaces around elements that are not inline."""
        context = self._inner(context)
        parts: list[str] = []
        if not self.styles.generates_text(el):
            self._children(el, context, parts)
            return "".join(parts)
        parts.append(added_text(self.styles, el, "before") or "")
        own = added_text(self.styles, el, "")
        if own is not None:
            parts.append(own)
        else:
            self._children(el, context, parts)
        parts.append(added_text(self.styles, el, "after") or "")
        return "".join(parts)

    def _children(self, el: Element, context: NameContext, parts: list[str]) -> None:
        shadows = self.styles.shadows
        slotted = assigned(el) if shadows and el.tag == "slot" else ()
        if slotted:
            for child in slotted:
                self._visit(child, el, context, parts)
            return
        rendered_only = not self.include_hidden and not context.within_hidden
        closed = rendered_only and el.tag == "details" and el.attr("open") is None
        for child in el.children:
            if shadows and getattr(child, "assigned_slot", None) is not None:
                continue
            if is_text(child):
                if not closed and not (rendered_only and shadows and el.shadow_root is not None):
                    parts.append(child.text)
            else:
                self._visit(child, el, context, parts)
        if shadows and (root := el.shadow_root) is not None:
            for child in root.children:
                self._visit(child, el, context, parts)
        refs = el.attr("aria-owns") if self._owns else None
        if refs:
            for owned in referenced(self.doc, el, refs):
                self._visit(owned, el, context, parts)

    def _visit(self, node: Node, parent: Element, context: NameContext, parts: list[str]) -> None:
        if is_text(node):
            parts.append(node.text)
        elif is_element(node):
            text = self.text(node, context)
            apart = not self.styles.is_inline(node) or node.tag == "br"
            parts.append(f" {text} " if apart else text)
