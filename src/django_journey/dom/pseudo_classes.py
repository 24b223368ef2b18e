"""The pseudo-classes that depend on what the page's user did, such as ``:checked`` and ``:focus``."""

from __future__ import annotations

from typing import Any

from django_journey.dom import controls, tree
from django_journey.dom.document import Document
from django_journey.dom.parser import is_element, is_text
from django_journey.dom.sanitize import input_type
from django_journey.errors import NeedsBrowser

__all__ = ["holds", "is_content_editable", "is_editing_host", "is_read_write"]

_DISABLEABLE = frozenset({"button", "input", "select", "textarea", "fieldset", "option", "optgroup"})
_SUBMITTABLE = frozenset({"button", "input", "select", "textarea"})
_WITH_PLACEHOLDER = frozenset({"text", "search", "url", "tel", "email", "password", "number"})
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
    if name == "never":  # nothing is hovered, pressed, visited or shown full-screen on this page
        return False
    if name == "checked":
        if el.tag == "option":
            return _is_selected(doc, el)
        return el.tag == "input" and input_type(el) in ("checkbox", "radio") and controls.is_checked(doc, el)
    if name == "disabled":
        return el.tag in _DISABLEABLE and controls.is_disabled(el)
    if name == "enabled":
        return el.tag in _DISABLEABLE and not controls.is_disabled(el)
    if name in ("focus", "focus-visible"):
        return bool(doc.focus is not None and el == doc.focus)
    if name == "focus-within":
        return doc.focus is not None and (el == doc.focus or el in tree.ancestors(doc.focus))
    if name == "placeholder-shown":
        return _shows_placeholder(doc, el)
    if name == "optional":
        return el.tag in _SUBMITTABLE and not el.matches(":required")
    if name == "empty":
        return not any(is_element(child) or (is_text(child) and child.text) for child in el.children)
    if name in ("read-write", "read-only"):
        return is_read_write(el) is (name == "read-write")
    raise NeedsBrowser(f":{name}", "only a browser knows this state of a control", where=doc.url)


def _is_selected(doc: Document, el: Any) -> bool:
    select = next((node for node in tree.ancestors(el) if node.tag == "select"), None)
    return select is not None and el in controls.selected_options(doc, select)


def _shows_placeholder(doc: Document, el: Any) -> bool:
    if el.attr("placeholder") is None:
        return False
    if el.tag != "textarea" and not (el.tag == "input" and input_type(el) in _WITH_PLACEHOLDER):
        return False
    return not controls.value(doc, el)


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
