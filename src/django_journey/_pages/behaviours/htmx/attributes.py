"""The attributes of htmx: their two spellings, what an element inherits, and the values that several may add up to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django_journey._dom.tree.parser import parent_element
from django_journey._pages.behaviours.htmx.config import Config
from django_journey.errors import NeedsBrowser

__all__ = [
    "VERBS",
    "add_class",
    "extensions_at",
    "has_own",
    "holder",
    "inherited",
    "own",
    "remove_class",
    "values",
]

VERBS = ("get", "post", "put", "delete", "patch")


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


def values(el: Any, name: str, call: str) -> dict[str, Any]:
    """Return what JSON in the attribute says, of the element and of those around it; what is nearer wins.

    Raises:
        NeedsBrowser: A script computes it.
    """
    found: dict[str, Any] = {}
    for node in _up(el, name):
        stated = own(node, name)
        if stated is None or not stated.strip():
            continue
        text = stated.strip()
        if text == "unset":
            return {}
        if text.startswith(("js:", "javascript:")):
            raise NeedsBrowser(call, f"a script computes {name}={text[:60]!r}")
        try:
            said = json.loads(text if text.startswith("{") else f"{{{text}}}")
        except ValueError:
            continue  # it is logged in the console, and counts as nothing
        for key, value in said.items():
            if found.get(key) is None:
                found[key] = value
    return found


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
