"""What an element says: its text content, the text that Playwright matches, and the text a reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django_journey.dom.document import Document
from django_journey.dom.parser import Element, is_element, is_text
from django_journey.dom.rendered_text import rendered_text
from django_journey.dom.white_space import normalize, trim

__all__ = ["ElementText", "element_text", "inner_text", "normalize", "text_content", "text_of", "trim"]

_SILENT = frozenset({"script", "style", "noscript", "head"})
_SPEAKING_TYPES = frozenset({"submit", "button", "reset"})
_NO_CHILDREN: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class ElementText:
    """The text by which Playwright finds an element.

    Args:
        full: The whole text, raw.
        normalized: ``full`` after ``normalize``.
        immediate: The runs of text directly in the element, between its child elements, raw.
    """

    full: str
    normalized: str
    immediate: tuple[str, ...]


_NOTHING = ElementText("", "", ())


def text_content(element: Element) -> str:
    """Return the text of all descendants, as the DOM's ``textContent`` does: without templates' content."""
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
    """Return the element's ``innerText``: what is shown of its text, in lines as it is laid out.

    An element that is not rendered gives its ``textContent``.

    Source: HTML Living Standard, 3.2.7.
    """
    return rendered_text(doc, element, text_content(element))


def element_text(element: Element) -> str:
    """Return the raw text by which Playwright matches ``has_text`` and ``get_by_text``.

    Script, style, noscript and the head say nothing; a submit, reset or plain button input says its value.
    For many elements of one page, ``text_of`` is cheaper, since it keeps what it has seen.
    """
    return _gather(element, {}).full


def text_of(doc: Document, element: Element) -> ElementText:
    """Return ``element_text`` in all its forms, kept until the page changes."""
    return _gather(element, doc.keep("texts", dict[Any, ElementText]))


def _gather(element: Any, known: dict[Any, ElementText]) -> ElementText:
    found = known.get(element)
    if found is None:
        found = known[element] = _NOTHING if _in_head(element) else _walk(element, known)
    return found


def _in_head(element: Any) -> bool:
    while element is not None and is_element(element):
        if element.tag == "head":
            return True
        element = element.parent
    return False


def _walk(root: Any, known: dict[Any, ElementText]) -> ElementText:
    """Walk without recursion, since a page may nest ten thousand deep."""
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
    """The state of one element while its text is being gathered."""

    __slots__ = ("children", "element", "full", "immediate", "run", "value")

    def __init__(self, element: Any) -> None:
        self.element = element
        self.value: str | None = None
        self.full: list[str] = []
        self.immediate: list[str] = []
        self.run = ""
        tag = element.tag
        children: tuple[Any, ...] = element.children
        if tag in _SILENT or tag == "template":
            children = _NO_CHILDREN
        elif tag == "input":
            if (element.attr("type") or "").lower() in _SPEAKING_TYPES:
                self.value = element.attr("value") or ""
        elif (root := element.shadow_root) is not None:
            children = (*children, _END, *root.children)
        self.children = iter(children)

    def advance(self, known: dict[Any, ElementText]) -> Any | None:
        """Take in children up to one whose text is not known yet, and return that one."""
        for child in self.children:
            if is_text(child):
                text = child.text
                self.full.append(text)
                self.run += text
                continue
            if child is not _END and not is_element(child):
                continue  # a comment does not part two runs of text
            if self.run:
                self.immediate.append(self.run)
                self.run = ""
            if child is _END:
                # What is in the shadow tree is text of the host, but never directly in it.
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


_END = object()


def _shadow_texts(nodes: Any, known: dict[Any, ElementText]) -> list[str]:
    texts: list[str] = []
    for node in nodes:
        if is_text(node):
            texts.append(node.text)
        elif is_element(node):
            texts.append((known.get(node) or _walk(node, known)).full)
    return texts
