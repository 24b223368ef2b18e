"""The attributes of htmx: their two spellings, what an element inherits, and the values that several may add up to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django_journey._dom.tree.parser import parent_element
from django_journey._pages.behaviours.htmx.config import Config
from django_journey.errors import NeedsBrowser

__all__ = [
    "SCRIPTS",
    "VERBS",
    "add_class",
    "extensions_at",
    "has_own",
    "holder",
    "inherited",
    "literal",
    "own",
    "remove_class",
    "values",
]

VERBS = ("get", "post", "put", "delete", "patch")


#: What the value of an attribute begins with that a script computes.
SCRIPTS = ("js:", "javascript:")
_ENTRY = (
    r"""\s*(?:([A-Za-z$][\w$]*)|'([^'\\\n]+)'|"([^"\\\n]+)")\s*:\s*"""
    r"""('[^'\\\n]*'|"[^"\\\n]*"|-?(?:0|[1-9]\d{0,14})(?:\.\d+)?|true|false|null)\s*"""
)
_PAIR = re.compile(_ENTRY)
_LITERAL = re.compile(rf"\{{(?:{_ENTRY}(?:,{_ENTRY})*,?)?\s*\}}\s*")


@cache
def _stating(*names: str) -> str:
    """Return a selector of the elements that have one of these attributes, in either spelling."""
    escaped = [name.replace("*", r"\*") for name in names]
    return ",".join(f"[{name}],[data-{name}]" for name in escaped)


def _up(el: Any, *names: str) -> Iterator[Any]:
    """Yield those of an element and its ancestors that have one of these attributes; the parser's engine seeks them."""
    wanted = _stating(*names)
    node = el.closest(wanted)
    while node is not None:
        yield node
        parent = parent_element(node)
        node = None if parent is None else parent.closest(wanted)


def own(el: Any, name: str) -> str | None:
    """Return an attribute of the element itself, in the spelling ``hx-…`` or ``data-hx-…``."""
    found: str | None = el.attr(name)
    if found is None:
        found = el.attr(f"data-{name}")
    return found


def has_own(el: Any, name: str) -> bool:
    """Tell whether the element has the attribute itself."""
    return own(el, name) is not None


def inherited(config: Config, el: Any, name: str) -> str | None:
    """Return the attribute of the nearest element that states and hands it on; ``None`` where that says ``unset``."""
    for node in _up(el, name, "hx-disinherit"):
        found = own(node, name)
        if node is not el:
            if config.flag("disableInheritance"):
                if not _names(own(node, "hx-inherit"), name):
                    continue
            elif _names(own(node, "hx-disinherit"), name):
                return None
        if found:
            return None if found == "unset" else found
    return None


def extensions_at(el: Any) -> set[str]:
    """Return the names of the extensions that an element and those around it state."""
    return {
        name.strip()
        for node in _up(el, "hx-ext")
        for name in (own(node, "hx-ext") or "").split(",")
        if name.strip()
    }


def _names(stated: str | None, name: str) -> bool:
    return stated is not None and (stated == "*" or name in stated.split(" "))


def holder(config: Config, el: Any, name: str) -> Any:
    """Return the element whose attribute is meant by ``this``: the nearest that has it and hands it on."""
    for node in _up(el, name):
        if config.is_1 or node is el or not _names(own(node, "hx-disinherit"), name):
            return node
    return None


def values(el: Any, name: str, call: str, *, by_script: bool = False) -> dict[str, Any]:
    """Return what JSON in the attribute says, of the element and of those around it; what is nearer wins.

    Args:
        el: The element.
        name: The attribute.
        call: The call of the test, for errors.
        by_script: Whether it is a script even where it does not say ``js:``.

    Raises:
        NeedsBrowser: A script computes it.
    """
    found: dict[str, Any] = {}
    for node in _up(el, name):
        stated = own(node, name) or ""
        text = stated.strip()
        if not text:
            continue
        if text == "unset":
            return {}
        prefix = next((each for each in SCRIPTS if text.startswith(each)), "")
        by_script = by_script or bool(prefix)  # and so are those around it
        text = text.removeprefix(prefix)
        text = text if text.startswith("{") else f"{{{text}}}"
        try:
            said = literal(text) if by_script else json.loads(text)
        except ValueError:
            continue  # it is logged in the console, and counts as nothing
        if said is None:
            raise NeedsBrowser(call, f"a script computes {name}={stated[:60]!r}")
        for key, value in said.items():
            if found.get(key) is None:
                found[key] = value
    return found


def literal(text: str) -> dict[str, Any] | None:
    """Return the object that a script states by constants alone, ``{a: 'b', 'c': 1}``; ``None`` if it does more."""
    if _LITERAL.fullmatch(text) is None:
        return None
    pairs = [each.groups() for each in _PAIR.finditer(text)]
    return {bare or one or two: _constant(value) for bare, one, two, value in pairs}


def _constant(text: str) -> Any:
    return text[1:-1] if text[0] in "'\"" else json.loads(text)


def add_class(el: Any, name: str) -> None:
    """Add a class."""
    names = dict.fromkeys((el.attr("class") or "").split())
    names[name] = None
    el.attrs["class"] = " ".join(names)


def remove_class(el: Any, name: str, *, leaves_attribute: bool = False) -> None:
    """Remove a class, and the attribute with the last one unless it is left."""
    stated = el.attr("class")
    if stated is None:
        return
    names = dict.fromkeys(stated.split())
    names.pop(name, None)
    if names or leaves_attribute:
        el.attrs["class"] = " ".join(names)
    else:
        del el.attrs["class"]
