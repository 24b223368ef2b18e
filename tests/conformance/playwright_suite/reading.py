"""The few JavaScript expressions that the shim answers: chains that only read listed properties of the page.

``e => e.outerHTML``, ``els => els.map(e => e.id).join(',')``, ``() => document.title`` and the like. Whatever
changes something, calls a function that is not listed here, or reads what a script set, needs a browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.query.find_css import select_native
from django_journey._dom.rendering.text import inner_text, text_content
from django_journey._dom.tree.parser import is_element
from django_journey.errors import NeedsBrowser

__all__ = ["PROPERTIES", "read"]

_ARROW = re.compile(r"\s*(?:\(?\s*(\w*)\s*\)?)\s*=>\s*(.*)", re.DOTALL)
_STEP = re.compile(r"\s*\.\s*(\w+)\s*(\(.*?\)(?=\s*(?:\.|$|\[)))?|\s*\[\s*(\d+)\s*\]", re.DOTALL)
_STRING = re.compile(r"""\(\s*(['"])(.*)\1\s*\)""", re.DOTALL)

#: Properties of an element that are read, by name.
PROPERTIES: dict[str, Callable[[Any, Any], Any]] = {
    "outerHTML": lambda page, el: el.html,
    "innerHTML": lambda page, el: el.inner_html,
    "textContent": lambda page, el: text_content(el),
    "innerText": lambda page, el: inner_text(page.document, el),
    "id": lambda page, el: el.attr("id") or "",
    "className": lambda page, el: el.attr("class") or "",
    "name": lambda page, el: el.attr("name") or "",
    "nodeName": lambda page, el: el.tag.upper(),
    "tagName": lambda page, el: el.tag.upper(),
    "value": lambda page, el: controls.value(page.document, el),
    "checked": lambda page, el: controls.is_checked(page.document, el),
    "files": lambda page, el: list(controls.files(page.document, el)),
    "parentNode": lambda page, el: el.parent,
    "parentElement": lambda page, el: el.parent,
    "selectedOptions": lambda page, el: controls.selected_options(page.document, el),
    "open": lambda page, el: el.attr("open") is not None,
    "disabled": lambda page, el: el.attr("disabled") is not None,
}


def read(page: Any, expression: str, *arguments: Any) -> Any:
    """Evaluate a reading expression.

    Args:
        page: The page that it reads.
        expression: A chain, or an arrow function of one parameter that gives a chain.
        arguments: What the parameter stands for, if there is one.

    Raises:
        NeedsBrowser: It is no chain of this kind.
    """
    arrow = _ARROW.fullmatch(expression)
    name, body = (arrow.group(1), arrow.group(2)) if arrow else ("", expression)
    scope = {name: arguments[0]} if name and arguments else {}
    return _chain(page, body.strip().rstrip(";"), scope, expression)


def _chain(page: Any, source: str, scope: dict[str, Any], whole: str) -> Any:
    start = re.match(r"\w+", source)
    if start is None:
        raise _refusal(whole)
    value = _root(page, start.group(), scope, whole)
    index = start.end()
    while index < len(source):
        step = _STEP.match(source, index)
        if step is None:
            raise _refusal(whole)
        prop, call, place = step.groups()
        value = value[int(place)] if place else _step(page, value, prop, call, whole)
        index = step.end()
    return value


def _root(page: Any, name: str, scope: dict[str, Any], whole: str) -> Any:
    if name in scope:
        return scope[name]
    if name in ("window", "document", "location"):
        return name
    raise _refusal(whole)


def _step(page: Any, value: Any, prop: str, call: str | None, whole: str) -> Any:
    if call is not None:
        return _call(page, value, prop, call, whole)
    if value == "window" and prop in ("document", "location"):
        return prop
    if value == "document":
        return _of_document(page, prop, whole)
    if value == "location" and prop == "href":
        return page.url
    if isinstance(value, list) and prop == "length":
        return len(value)
    if is_element(value) and prop in PROPERTIES:
        return PROPERTIES[prop](page, value)
    if hasattr(value, "mime_type") and prop in ("name", "size", "type"):
        return {"name": value.name, "size": len(value.content), "type": value.mime_type}[prop]
    raise _refusal(whole)


def _of_document(page: Any, prop: str, whole: str) -> Any:
    tree = page.document.tree
    if prop == "title":
        return page.title()
    if prop == "URL":
        return page.url
    if prop == "location":
        return "location"
    if prop == "activeElement":
        return page.document.focus or tree.select_one("body")
    if prop == "body":
        return tree.select_one("body")
    if prop == "documentElement":
        return tree.select_one("html")
    raise _refusal(whole)


def _call(page: Any, value: Any, prop: str, call: str, whole: str) -> Any:
    text = _STRING.fullmatch(call)
    if isinstance(value, list) and prop == "map":
        return [read(page, call[1:-1], item) for item in value]
    if isinstance(value, list) and prop == "join" and text:
        return text.group(2).replace("\\n", "\n").join(map(str, value))
    if prop in ("querySelector", "querySelectorAll") and text and (value == "document" or is_element(value)):
        found = select_native(page.document, text.group(2), value if is_element(value) else None)
        return found if prop.endswith("All") else (found[0] if found else None)
    if is_element(value) and prop == "getAttribute" and text:
        return value.attr(text.group(2))
    if is_element(value) and prop == "hasAttribute" and text:
        return value.attr(text.group(2)) is not None
    raise _refusal(whole)


def _refusal(whole: str) -> NeedsBrowser:
    return NeedsBrowser("evaluate()", f"it runs JavaScript: {' '.join(whole.split())[:120]}")
