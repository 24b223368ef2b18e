"""The attributes and selectors of htmx 4: what is inherited says so, and ``:append`` adds to it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import parent_element
from django_journey._dom.tree.walk import select
from django_journey._pages.behaviours.htmx.selectors import is_within, queried, special
from django_journey._pages.behaviours.htmx.version_4.hcon import split
from django_journey._pages.behaviours.htmx.version_4.protocol import Htmx4
from django_journey.errors import NeedsBrowser

__all__ = ["attr", "find_all", "prefixed", "prefixes", "value"]


def prefixes(htmx: Htmx4, text: str) -> list[str]:
    """Return a text with ``hx-`` in each of its spellings."""
    prefix = htmx.config.text("prefix")
    return [text, *([text.replace("hx-", prefix)] if prefix else [])]


def prefixed(htmx: Htmx4, css: str) -> str:
    """Return a selector for all spellings."""
    return ",".join(prefixes(htmx, css))


def attr(htmx: Htmx4, el: Any, name: str) -> str | None:
    """Return an attribute of the element itself."""
    names = prefixes(htmx, name)
    return next((found for each in names if (found := el.attr(each)) is not None), None)


@cache
def _handing_on(name: str, prefix: str, implicit: bool) -> str:
    named = [name if implicit else f"{name}:inherited", f"{name}:inherited:append"]
    named += [each.replace("hx-", prefix) for each in named] if prefix else []
    return ",".join("[" + re.sub(r"([^a-z0-9-])", r"\\\1", each) + "]" for each in named)


def value(
    htmx: Htmx4,
    el: Any,
    name: str,
    *,
    implicit: bool | None = None,
    into: list[tuple[str, Any]] | None = None,
) -> str | None:
    """Return what an attribute says for an element: its own, or what one around it hands on.

    Args:
        htmx: The interpreter.
        el: The element.
        name: The attribute, e.g. ``hx-target``.
        implicit: Whether every element hands it on; the configuration says it.
        into: Where to put each part with the element that states it; nothing is returned then.
    """
    usual = htmx.config.flag("implicitInheritance")
    implicit = usual if implicit is None else implicit
    found = attr(htmx, el, name)
    found = attr(htmx, el, f"{name}:inherited") if found is None else found
    if found is not None:
        if into is not None:
            into.append((found, el))
        return found if into is None else None
    around = parent_element(el)
    handing = _handing_on(name, htmx.config.text("prefix"), implicit)
    outer = around.closest(handing) if around is not None else None
    added = attr(htmx, el, f"{name}:append")
    added = attr(htmx, el, f"{name}:inherited:append") if added is None else added
    if added is None:
        return value(htmx, outer, name, into=into) if outer is not None else None
    if into is not None:
        into.append((added, el))
    more = value(htmx, outer, name, implicit=implicit, into=into) if outer is not None else None
    return re.sub("[{}]", "", f"{more},{added}") if more else added


def find_all(htmx: Htmx4, el: Any, selector: str, this: str = "") -> list[Any]:
    """Return what a selector finds from an element.

    Args:
        htmx: The interpreter.
        el: The element.
        selector: CSS, or ``closest …``, ``find …``, ``next …`` and their like, with commas between.
        this: The attribute whose elements are meant by ``this``; the element itself if none is named.

    Raises:
        NeedsBrowser: It is no selector that is known here.
    """
    doc = htmx.document
    found: list[Any] = []
    plain: list[str] = []
    selector = selector.removeprefix("global ")
    try:
        for part in split(selector) if selector else ():
            name = part.strip()
            name = name[1:-2] if name.startswith("<") and name.endswith("/>") else name
            if name == "this":
                stated: list[tuple[str, Any]] = []
                if this:
                    value(htmx, el, this, into=stated)
                found += (
                    [each for text, each in stated if "this" in re.split(r"\s*[,:]\s*", text)]
                    if this
                    else [el]
                )
            elif name.startswith("findAll "):
                found += queried(el, name[8:])
            elif not is_within(doc, el) and name.startswith(("next ", "previous ")):
                continue
            elif name == "root" or (seen := special(doc, el, name)) is None:
                plain.append(name)
            else:
                found += seen[:1]
        if plain:
            found += select(doc, ",".join(plain))
    except ValueError as error:
        raise NeedsBrowser(
            htmx.call, f"{show(el)} names {selector!r}, which is no selector here", where=htmx.page.url
        ) from error
    return list(dict.fromkeys(found))
