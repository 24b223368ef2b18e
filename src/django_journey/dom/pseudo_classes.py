"""The pseudo-classes that depend on what the page's user did, such as ``:checked`` and ``:focus``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urldefrag

from django_journey.dom import controls, tree
from django_journey.dom.document import Document
from django_journey.dom.parser import is_element, is_text
from django_journey.dom.sanitize import input_type
from django_journey.dom.states import STATES, in_state
from django_journey.dom.tree import has
from django_journey.dom.user_agent import MODAL, OPEN_POPOVER
from django_journey.errors import NeedsBrowser

__all__ = ["holds", "hovered", "is_content_editable", "is_editing_host", "is_read_write"]

_DISABLEABLE = frozenset({"button", "input", "select", "textarea", "fieldset", "option", "optgroup"})
_SUBMITTABLE = frozenset({"button", "input", "select", "textarea"})
_NOT_WRITTEN = frozenset(
    {"hidden", "range", "color", "checkbox", "radio", "file", "submit", "image", "reset", "button"}
)


def holds(doc: Document, el: Any, name: str) -> bool:
    """Tell whether a pseudo-class fits an element now.

    Args:
        doc: The page.
        el: The element.
        name: The pseudo-class without its colon.

    Raises:
        NeedsBrowser: It can't be told without a browser.

    Source: HTML Living Standard, 4.16.3.
    """
    if name in STATES:
        return el in in_state(doc, name)
    told = _TOLD.get(name)
    if told is None:
        raise NeedsBrowser(f":{name}", "only a browser knows this state of a control", where=doc.url)
    return told(doc, el)


def _has_focus(doc: Document, el: Any) -> bool:
    return bool(doc.focus is not None and el == doc.focus)


def _has_focus_within(doc: Document, el: Any) -> bool:
    return doc.focus is not None and (el == doc.focus or el in tree.ancestors(doc.focus))


def hovered(doc: Document) -> list[Any]:
    """Return the elements that the pointer is over: those around it, and what a label among them labels.

    Source: HTML Living Standard, 4.16.3 (:hover).
    """
    if doc.hovered is None:
        return []
    under = [doc.hovered, *tree.ancestors(doc.hovered)]
    labelled = (controls.labelled_control(doc, el) for el in under if el.tag == "label")
    return [*under, *(el for el in labelled if el is not None)]


def _target(doc: Document) -> Any:
    """Return the element that the URL's fragment names (HTML Living Standard, 7.4.6.4), or ``None``."""
    fragment = urldefrag(doc.url).fragment
    return tree.by_id(doc, fragment) or tree.by_id(doc, unquote(fragment))


def is_read_write(el: Any) -> bool:
    """Tell whether a user could write into the element (``:read-write``)."""
    if el.tag == "textarea" or (el.tag == "input" and input_type(el) not in _NOT_WRITTEN):
        return not controls.is_disabled(el) and not controls.is_readonly(el)
    return is_content_editable(el)


def is_editing_host(el: Any) -> bool:
    """Tell whether ``contenteditable`` makes the element editable."""
    value = el.attr("contenteditable")
    return value is not None and value.lower() in ("", "true", "plaintext-only")


def is_content_editable(el: Any) -> bool:
    """Tell whether an element is editable through ``contenteditable``, its own or an ancestor's."""
    for node in (el, *tree.ancestors(el)):
        if is_editing_host(node):
            return True
        if (node.attr("contenteditable") or "").lower() == "false":
            return False
    return False


_TOLD: dict[str, Callable[[Document, Any], bool]] = {
    "never": lambda doc, el: False,  # nothing is pressed, visited or shown full-screen on this page
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
