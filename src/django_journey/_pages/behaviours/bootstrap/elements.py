"""What Bootstrap's scripts do to single elements: classes, inline styles, selectors and options in attributes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from django_journey._dom.css.syntax import declarations
from django_journey._dom.forms.controls import is_disabled
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import ancestors, select

__all__ = [
    "add_class",
    "find",
    "has_class",
    "is_switched_off",
    "is_within",
    "remove_class",
    "set_attribute",
    "set_style",
    "style",
    "toggle_class",
    "up",
    "value_of",
]

_ID = re.compile(r"#([^\s\"#'.:\[>+~,]+)")


def up(el: Any) -> Iterator[Any]:
    """Yield an element and then its ancestors."""
    yield el
    yield from ancestors(el)


def is_within(el: Any, container: Any) -> bool:
    """Tell whether an element is another one or in it."""
    return any(node is container for node in up(el))


def has_class(el: Any, name: str) -> bool:
    """Tell whether an element has a class."""
    return name in (el.attr("class") or "").split()


def add_class(el: Any, *names: str) -> None:
    """Add classes."""
    el.attrs["class"] = " ".join(dict.fromkeys([*(el.attr("class") or "").split(), *names]))


def remove_class(el: Any, *names: str) -> None:
    """Remove classes."""
    if any(has_class(el, name) for name in names):
        el.attrs["class"] = " ".join(each for each in el.attr("class").split() if each not in names)


def toggle_class(el: Any, name: str, on: bool) -> None:
    """Add or remove a class."""
    (add_class if on else remove_class)(el, name)


def set_attribute(el: Any, name: str, value: Any) -> None:
    """Set an attribute, ``True`` and ``False`` as in JavaScript; remove it for ``None``."""
    if value is not None:
        el.attrs[name] = str(value).lower() if isinstance(value, bool) else value
    elif el.attr(name) is not None:
        del el.attrs[name]


def style(el: Any, name: str) -> str:
    """Return the value of an inline style, or an empty string."""
    return next((value for each, value, _ in declarations(el.attr("style") or "") if each == name), "")


def set_style(el: Any, name: str, value: str) -> None:
    """Set an inline style, or remove it if the value is empty."""
    if not value and not style(el, name):
        return
    kept = [each for each in declarations(el.attr("style") or "") if each[0] != name]
    kept += [(name, value, False)] if value else []
    el.attrs["style"] = " ".join(
        f"{each}: {text}{' !important' if important else ''};" for each, text, important in kept
    )


def find(doc: Document, selector: str | None) -> list[Any]:
    """Return what a selector finds; nothing for one that is none."""
    if not selector:
        return []
    css = _ID.sub(lambda match: f'[id="{match[1]}"]', selector)
    try:
        return list(select(doc, css))
    except ValueError:
        return []


def is_switched_off(el: Any) -> bool:
    """Tell whether Bootstrap takes an element for disabled: by its class, or as a control."""
    if has_class(el, "disabled"):
        return True
    if el.tag in ("button", "input", "select", "textarea", "option", "optgroup", "fieldset"):
        return is_disabled(el) if el.tag != "fieldset" else el.attr("disabled") is not None
    return el.attr("disabled") not in (None, "false")


def value_of(text: str | None, default: Any) -> Any:
    """Return the value of an option's attribute: true, false, a number, JSON or a text."""
    if text is None:
        return default
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null"):
        return None
    try:
        return json.loads(unquote(text))
    except ValueError:
        return text
