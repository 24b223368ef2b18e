"""Accessible names, descriptions and error messages (accname 1.2, HTML-AAM), as Playwright computes them."""

from __future__ import annotations

import re
import sys
from typing import Any

from django_journey.dom.aria import NAMED_BY_CONTENT, NAMED_BY_CONTENT_WITHIN, UNNAMED
from django_journey.dom.controls import labels_of, options, selected_options, value
from django_journey.dom.document import Document
from django_journey.dom.flat_tree import assigned, tree_root
from django_journey.dom.generated import added_text
from django_journey.dom.idrefs import referenced
from django_journey.dom.native_names import native_name
from django_journey.dom.parser import is_element, is_html, is_text
from django_journey.dom.roles import invalid, role_of
from django_journey.dom.text import text_content
from django_journey.dom.usage import uses
from django_journey.dom.validity import is_candidate, problem_of
from django_journey.dom.visibility import showing_of
from django_journey.dom.white_space import WHITE_SPACE, trim

__all__ = ["description_of", "error_message_of", "name_of"]

_FLAT = re.compile(f"[{WHITE_SPACE.replace(chr(0xA0), '')}]+")
_INVISIBLE = re.compile("[\u200b\u00ad]")
_VALUED = frozenset({"progressbar", "scrollbar", "slider", "spinbutton", "meter"})
_EMBEDDED = _VALUED | {"textbox", "searchbox", "combobox", "listbox", "menu"}
_VALIDATED = frozenset({"input", "select", "textarea"})
_SILENT = frozenset({"style", "script", "noscript", "template"})
_EMPTY = frozenset({"none", "presentation"})
_DEEP = 20_000


def name_of(doc: Document, el: Any, *, include_hidden: bool = False) -> str:
    """Return the element's accessible name, its white space collapsed (no-break spaces are kept).

    Args:
        doc: The document.
        el: The element.
        include_hidden: Whether what is hidden counts, as in ``get_by_role(include_hidden=True)``.

    Source: accname 1.2, 4.3; HTML-AAM 1.0, 4.1.
    """
    known = showing_of(doc).names[include_hidden]
    name = known.get(el)
    if name is not None:
        return name
    passing: dict[Any, str] = doc.memo("names.hidden" if include_hidden else "names", dict[Any, str])
    name = passing.get(el)
    if name is not None:
        return name
    name, lasts = "", True
    if role_of(doc, el) not in UNNAMED:
        text, lasts = _computed(doc, el, _SELF, include_hidden=include_hidden)
        name = _flat(text)
    (known if lasts else passing)[el] = name
    return name


def description_of(doc: Document, el: Any) -> str:
    """Return the element's accessible description: ``aria-describedby``, ``aria-description``, or ``title``.

    Source: accname 1.2, 4.4.
    """
    refs = el.attr("aria-describedby")
    if refs is not None:
        return _flat(" ".join(_described(doc, ref) for ref in referenced(doc, el, refs)))
    said = el.attr("aria-description")
    return _flat((said if said is not None else el.attr("title")) or "")


def error_message_of(doc: Document, el: Any) -> str:
    """Return what ``aria-errormessage`` refers to, if the element is invalid; else nothing.

    An element is invalid by ``aria-invalid`` or, a control, by its constraints.

    Source: WAI-ARIA 1.2, aria-errormessage.
    """
    if not invalid(el) and not (el.tag in _VALIDATED and is_candidate(el) and problem_of(doc, el)):
        return ""
    parts = [_flat(_described(doc, ref)) for ref in referenced(doc, el, el.attr("aria-errormessage"))]
    return trim(" ".join(parts))


def _described(doc: Document, ref: Any) -> str:
    return _computed(doc, ref, _Context(described_by=showing_of(doc).is_hidden(ref)), include_hidden=False)[0]


def _computed(doc: Document, el: Any, context: _Context, *, include_hidden: bool) -> tuple[str, bool]:
    """Return a text alternative, and whether it lasts whatever the user does."""
    namer = Namer(doc, include_hidden=include_hidden)
    try:
        return namer.text(el, context), namer.lasts
    except RecursionError:
        # Only a page that nests hundreds deep gets here; these frames are Python's own and need no C stack.
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + _DEEP)
        try:
            namer = Namer(doc, include_hidden=include_hidden)
            return namer.text(el, context), namer.lasts
        finally:
            sys.setrecursionlimit(limit)


def _labels_in_shadow(doc: Document, el: Any) -> list[Any]:
    """Return the labels of a control within its own shadow tree, where IDs mean that tree's elements."""
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


class _Context:
    """Why an element is being read; a reference also says whether what it refers to is hidden.

    Args:
        target: ``"self"`` for the element that is being named, ``"descendant"`` within it.
        labelled_by: Set within what ``aria-labelledby`` (or an SVG title) refers to.
        described_by: Set within what ``aria-describedby`` refers to.
        label: Set within a ``label``.
        native: Set within a legend, caption or figcaption.
    """

    __slots__ = (
        "described_by",
        "embeds",
        "label",
        "labelled_by",
        "native",
        "reads_content",
        "target",
        "within_hidden",
    )

    def __init__(
        self,
        target: str = "",
        labelled_by: bool | None = None,
        described_by: bool | None = None,
        label: bool | None = None,
        native: bool | None = None,
    ) -> None:
        self.target = target
        self.labelled_by = labelled_by
        self.described_by = described_by
        self.label = label
        self.native = native
        #: Whether this is inside something hidden that was referred to, where hidden things count.
        self.within_hidden = bool(labelled_by or described_by or label or native)
        #: Whether whatever stands here is read, whatever its role.
        self.reads_content = not (labelled_by is described_by is label is native is None)
        #: Whether a control that stands here says its value.
        self.embeds = target == "descendant" or labelled_by is not None or label is not None

    def within(self, **references: bool) -> _Context:
        """Return the context of what stands within, or is referred to from here, besides these references."""
        given = {"labelled_by": self.labelled_by, "native": self.native, **references}
        target = "descendant" if self.target == "self" else self.target
        return _Context(target, given["labelled_by"], self.described_by, self.label, given["native"])


_SELF = _Context("self")
_DESCENDANT = _Context("descendant")


class Namer:
    """One computation of a name or description: it reads every element at most once."""

    def __init__(self, doc: Document, *, include_hidden: bool) -> None:
        self.doc = doc
        self.include_hidden = include_hidden
        self.showing = showing_of(doc)
        self.styles = self.showing.styles
        self._refers = uses(doc, "[aria-labelledby]")
        self._says = uses(doc, "[aria-label]")
        self._owns = uses(doc, "[aria-owns]")
        self.visited: set[Any] = set()
        #: Whether nothing was read that the user's input changes.
        self.lasts = True

    def text(self, el: Any, context: _Context) -> str:
        """Return an element's text alternative (accname 1.2, 4.3.2, steps 2A to 2I)."""
        if el in self.visited:
            return ""
        if not self.include_hidden and (
            el.tag in _SILENT or (not context.within_hidden and self.showing.is_hidden(el))
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

    def _own(self, el: Any, role: str, context: _Context) -> str:
        """Return the name from content (2F), else the tooltip (2I)."""
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

    def _labelled_by(self, el: Any) -> list[Any]:
        refs = el.attr("aria-labelledby")
        return referenced(self.doc, el, refs, once=False) if refs else []

    def _joined(self, refs: list[Any], context: _Context) -> str:
        """Read what ``aria-labelledby`` refers to (2B)."""
        return " ".join([self.text(ref, _Context(labelled_by=self.showing.is_hidden(ref))) for ref in refs])

    def labels(self, el: Any, context: _Context) -> str | None:
        """Read an element's ``label`` elements; ``None`` where it has none."""
        labels = labels_of(self.doc, el) or (_labels_in_shadow(self.doc, el) if self.styles.shadows else [])
        if not labels:
            return None
        texts = [self.text(label, _Context(label=self.showing.is_hidden(label))) for label in labels]
        return " ".join(filter(None, texts))

    def legend(self, el: Any, tag: str, context: _Context) -> str | None:
        """Read the first child of that tag (a legend, caption or figcaption); ``None`` where there is none."""
        for child in el.children:
            if is_element(child) and child.tag == tag:
                return self.text(child, context.within(native=self.showing.is_hidden(child)))
        return None

    def title(self, el: Any, context: _Context) -> str | None:
        """Read a drawing's ``title`` element."""
        for child in el.children:
            if is_element(child) and child.tag == "title" and not is_html(child):
                return self.text(child, context.within(labelled_by=self.showing.is_hidden(child)))
        return None

    @staticmethod
    def _inner(context: _Context) -> _Context:
        return (
            context if context.target != "self" else context.within() if context is not _SELF else _DESCENDANT
        )

    # -- controls within a name (2E) ----------------------------------------------------------------

    def _embedded(self, el: Any, role: str, context: _Context) -> str | None:
        """Return what a control says as part of another's name, or ``None`` for anything else."""
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

    def _chosen(self, el: Any, role: str, context: _Context) -> str:
        self.lasts = False
        if el.tag == "select":
            chosen = list(selected_options(self.doc, el)) or list(options(el)[:1])
        else:
            box = el
            if role == "combobox":
                boxes = [each for each in self._owned(el) if role_of(self.doc, each) == "listbox"]
                box = boxes[0] if boxes else None
            chosen = [each for each in self._owned(box) if self._is_chosen(each)] if box is not None else []
        if not chosen and el.tag == "input":
            return value(self.doc, el)
        inner = self._inner(context)
        return " ".join([self.text(each, inner) for each in chosen])

    def _is_chosen(self, el: Any) -> bool:
        return (el.attr("aria-selected") or "").lower() == "true" and role_of(self.doc, el) == "option"

    def _owned(self, el: Any) -> list[Any]:
        found = list(el.select("*"))
        for owned in referenced(self.doc, el, el.attr("aria-owns")):
            found += [owned, *owned.select("*")]
        return found

    # -- name from content (2F) ---------------------------------------------------------------------

    def content(self, el: Any, context: _Context) -> str:
        """Join what an element's content says, with spaces around whatever is not inline."""
        context = self._inner(context)
        parts: list[str] = []
        if not self.styles.adds(el):
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

    def _children(self, el: Any, context: _Context, parts: list[str]) -> None:
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

    def _visit(self, node: Any, parent: Any, context: _Context, parts: list[str]) -> None:
        if is_text(node):
            parts.append(node.text)
        elif is_element(node):
            text = self.text(node, context)
            apart = not self.styles.is_inline(node) or node.tag == "br"
            parts.append(f" {text} " if apart else text)
