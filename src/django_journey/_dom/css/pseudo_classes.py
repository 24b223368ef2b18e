"""Pseudo-classes that depend on the page's state, such as ``:checked`` and ``:focus``."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote, urldefrag

from django_journey._dom.css.element_states import STATES, in_state
from django_journey._dom.css.user_agent import MODAL, OPEN_POPOVER
from django_journey._dom.forms import controls
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.tree import walk
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, is_element, is_text
from django_journey._dom.tree.walk import has
from django_journey.errors import NeedsBrowser

__all__ = ["holds", "hovered", "is_content_editable", "is_editing_host", "is_read_write"]

_DISABLEABLE = frozenset({"button", "input", "select", "textarea", "fieldset", "option", "optgroup"})
_SUBMITTABLE = frozenset({"button", "input", "select", "textarea"})


def holds(doc: Document, el: Element, name: str) -> bool:
    """Return whether an element matches a pseudo-class now.

    Args:
        doc: The page.
        el: The element.
        name: The pseudo-class without its colon.

    Raises:
        NeedsBrowser: Only a browser knows the state.

    Source: HTML Living Standard, 4.16.3.
    """
    if name in STATES:
        return el in in_state(doc, name)
    test = _TESTS.get(name)
    if test is None:
        raise NeedsBrowser(f":{name}", "only a browser knows this state of a control", where=doc.url)
    return test(doc, el)


def _has_focus(doc: Document, el: Element) -> bool:
    return bool(doc.focus is not None and el == doc.focus)


def _has_focus_within(doc: Document, el: Element) -> bool:
    return doc.focus is not None and (el == doc.focus or el in walk.ancestors(doc.focus))


def hovered(doc: Document) -> list[Element]:
    """Return the hovered elements: the one under the pointer, its ancestors, and the controls of labels among them.

    Source: HTML Living Standard, 4.16.3 (:hover).
    """
    if doc.hovered is None:
        return []
    under = [doc.hovered, *walk.ancestors(doc.hovered)]
    labelled = (controls.labelled_control(doc, el) for el in under if el.tag == "label")
    return [*under, *(el for el in labelled if el is not None)]


def _target(doc: Document) -> Element | None:
    """Return the document's target element (HTML Living Standard, 7.4.6.4), or ``None``."""
    fragment = urldefrag(doc.url).fragment
    return walk.by_id(doc, fragment) or walk.by_id(doc, unquote(fragment))


def is_read_write(el: Element) -> bool:
    """Return whether an element matches ``:read-write``."""
    if el.tag == "textarea" or (el.tag == "input" and input_type(el) not in controls.NEVER_READONLY):
        return not controls.is_disabled(el) and not controls.is_readonly(el)
    return is_content_editable(el)


def is_editing_host(el: Element) -> bool:
    """Return whether an element's own ``contenteditable`` makes it editable."""
    value = el.attr("contenteditable")
    return value is not None and value.lower() in ("", "true", "plaintext-only")


def is_content_editable(el: Element) -> bool:
    """Return whether an element is editable by ``contenteditable``, its own or an ancestor's."""
    for node in (el, *walk.ancestors(el)):
        if is_editing_host(node):
            return True
        if (node.attr("contenteditable") or "").lower() == "false":
            return False
    return False


_TESTS: dict[str, Callable[[Document, Element], bool]] = {
    "never": lambda doc, el: False,  # ``:active``, ``:visited``, ``:fullscreen`` etc.
    "enabled": lambda doc, el: el.tag in _DISABLEABLE and not controls.is_disabled(el),
    "hover": lambda doc, el: el in hovered(doc),
    "focus": _has_focus,
    "focus-visible": _has_focus,
    "focus-within": _has_focus_within,
    "target": lambda doc, el: bool(el == _target(doc)),
    "popover-open": lambda doc, el: has(el, OPEN_POPOVER),
    "modal": lambda doc, el: has(el, MODAL),
    "optional": lambda doc, el: el.tag in _SUBMITTABLE and el not in in_state(doc, "required"),
    "empty": lambda doc, el: (
        not any(is_element(child) or (is_text(child) and child.text) for child in el.children)
    ),
    "read-write": lambda doc, el: is_read_write(el),
    "read-only": lambda doc, el: not is_read_write(el),
}
