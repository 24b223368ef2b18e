"""The call that suits a control, for the error of one that does not."""

from __future__ import annotations

from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.tree.parser import Element

__all__ = ["suitable_call"]

_BY_TAG = {
    "select": "select_option(…)",
    "textarea": "fill(…)",
    "button": "click()",
    "a": "click()",
    "summary": "click()",
    "label": "the control that it labels",
}
_BY_TYPE = {
    "checkbox": "check() or uncheck()",
    "radio": "check()",
    "file": "set_input_files(…)",
    "hidden": "nothing: a user can't reach a hidden field; its value comes from the page",
    **dict.fromkeys(("submit", "image", "reset", "button"), "click()"),
}


def suitable_call(el: Element) -> str:
    """Return the call that suits an element, or an empty string."""
    if el.tag == "input":
        return _BY_TYPE.get(input_type(el), "fill(…)")
    return _BY_TAG.get(el.tag, "")
