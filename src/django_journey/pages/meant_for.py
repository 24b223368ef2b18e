"""Which call a control is meant for: what an error says instead of the one that does not fit it."""

from __future__ import annotations

from typing import Any

from django_journey.dom.sanitize import input_type

__all__ = ["meant_for"]

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


def meant_for(el: Any) -> str:
    """Return the call that is meant for an element, or an empty string where none is."""
    if el.tag == "input":
        return _BY_TYPE.get(input_type(el), "fill(…)")
    return _BY_TAG.get(el.tag, "")
