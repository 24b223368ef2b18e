"""The texts of an element: its text content, the text that Playwright matches, and ``innerText``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django_journey._dom.rendering.rendered_text import rendered_text
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, Node, is_element, is_text
from django_journey._dom.tree.walk import ancestors
from django_journey._dom.tree.white_space import normalize, trim

__all__ = ["ElementText", "element_text", "inner_text", "normalize", "text_content", "text_of", "trim"]

_SILENT = frozenset({"script", "style", "noscript", "head"})
_SPEAKING_TYPES = frozenset({"submit", "button", "reset"})


@dataclass(frozen=True, slots=True)
class ElementText:
    """The text by which Playwright finds an element.

    Args:
        full: The whole text.
        normalized: ``full`` after ``normalize``.
        immediate: The runs of text directly in the element, between its child elements.
    """

    full: str
    normalized: str
    immediate: tuple[str, ...]


_NOTHING = ElementText("", "", ())


def text_content(element: Element) -> str:
    """Return the DOM's ``textContent``, which does not include the contents of templates."""
    parts: list[str] = []
    stack = [iter(element.children)]
    while stack:
        for child in stack[-1]:
            if is_text(child):
                parts.append(child.text)
            elif is_element(child) and child.tag != "template":
                stack.append(iter(child.children))
                break
        else:
            stack.pop()
    return "".join(parts)


def inner_text(doc: Document, element: Element) -> str:
    """Return an element's ``innerText``; of an element that is not rendered, that is its ``textContent``.

    Source: HTML Living Standard, 3.2.7.
    """
    return rendered_text(doc, element, text_content(element))


def element_text(element: Element) -> str:
    """Return the text that Playwright matches with ``has_text`` and ``get_by_text``.

    Script, style, noscript and the head have none; that of a submit, reset or button input is its value.
    For many elements of one page, ``text_of`` is faster because it caches.
    """
    return _gather(element, {}).full


def text_of(doc: Document, element: Element) -> ElementText:
    """Return the texts of an element, cached until the tree changes."""
    return _gather(element, doc.tree_memo("texts", dict[Element, ElementText]))


def _gather(element: Element, known: dict[Element, ElementText]) -> ElementText:
    found = known.get(element)
    if found is None:
        found = known[element] = _NOTHING if _in_head(element) else _walk(element, known)
    return found


def _in_head(element: Element) -> bool:
    return element.tag == "head" or any(node.tag == "head" for node in ancestors(element))


def _walk(root: Element, known: dict[Element, ElementText]) -> ElementText:
    """Collect texts without recursion, since a page may nest deeper than Python's stack."""
    stack = [_Frame(root)]
    while True:
        frame = stack[-1]
        step = frame.advance(known)
        if step is not None:
            stack.append(_Frame(step))
            continue
        result = known[frame.element] = frame.result()
        stack.pop()
        if not stack:
            return result
        stack[-1].full.append(result.full)


class _Frame:
    """The state of one element while its text is collected."""

    __slots__ = ("children", "element", "full", "immediate", "run", "value")

    def __init__(self, element: Element) -> None:
        self.element = element
        self.value: str | None = None
        self.full: list[str] = []
        self.immediate: list[str] = []
        self.run = ""
        tag = element.tag
        children: Sequence[Node | None] = element.children
        if tag in _SILENT or tag == "template":
            children = ()
        elif tag == "input":
            if (element.attr("type") or "").lower() in _SPEAKING_TYPES:
                self.value = element.attr("value") or ""
        elif (root := element.shadow_root) is not None:
            children = (*children, None, *root.children)
        self.children = iter(children)

    def advance(self, known: dict[Element, ElementText]) -> Element | None:
        """Add children up to the first whose text is not known yet, and return that one."""
        for child in self.children:
            if is_text(child):
                text = child.text
                self.full.append(text)
                self.run += text
                continue
            if child is not None and not is_element(child):
                continue  # a comment does not separate runs of text
            if self.run:
                self.immediate.append(self.run)
                self.run = ""
            if child is None:
                # The shadow tree's text belongs to the host, but not to its immediate text.
                self.full.append("".join(_shadow_texts(self.children, known)))
                return None
            text_known = known.get(child)
            if text_known is None:
                return child
            self.full.append(text_known.full)
        return None

    def result(self) -> ElementText:
        if self.value is not None:
            return ElementText(self.value, normalize(self.value), (self.value,))
        if self.run:
            self.immediate.append(self.run)
        full = "".join(self.full)
        return ElementText(full, normalize(full), tuple(self.immediate)) if full else _NOTHING


def _shadow_texts(nodes: Iterable[Node | None], known: dict[Element, ElementText]) -> list[str]:
    texts: list[str] = []
    for node in nodes:
        if is_text(node):
            texts.append(node.text)
        elif is_element(node):
            texts.append((known.get(node) or _walk(node, known)).full)
    return texts
