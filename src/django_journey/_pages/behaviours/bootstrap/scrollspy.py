"""Scrollspy, and the affix of Bootstrap 3: the classes that they set depend on what is scrolled to."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from django_journey._dom.query.element_line import show
from django_journey._dom.tree.walk import by_id
from django_journey._pages.behaviours.bootstrap.core import BootstrapPage, Handler
from django_journey._pages.behaviours.bootstrap.elements import find, is_switched_off, is_within
from django_journey._pages.behaviours.page_event import PageEvent

__all__ = ["Scrollspies"]


class Scrollspies:
    """The scrollspies of a document. Nothing is marked; a test that asks what is marked is refused.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self._engine = engine
        smooth = engine.major == 5 and engine.first("[data-bs-smooth-scroll]") is not None
        self.delegated: list[tuple[str, Handler]] = [("[href]", self._clicked)] if smooth else []
        #: The scrolled elements that scroll smoothly, each with what lists their parts.
        self._smooth: list[tuple[Any, Any]] = []

    def start(self) -> None:
        """Take note of what they mark."""
        engine, classes = self._engine, self._engine.document.layout_classes
        for spy in engine.select(f"[{engine.prefix}spy]"):
            reason = f"where {show(spy)} is scrolled to, which only a browser knows"
            listed = [spy]
            if spy.attr(f"{engine.prefix}spy") == "scroll":
                stated = engine.option(spy, "target", "body" if engine.major == 3 else None)
                listed = find(engine.document, str(stated or ""))
            for each in listed:
                classes |= dict.fromkeys([each, *engine.select("*", each)], reason)
                if engine.option(spy, "smooth-scroll", False):
                    self._smooth.append((spy, each))

    def _clicked(self, link: Any, event: PageEvent) -> None:
        part = by_id(self._engine.document, unquote((link.attr("href") or "").partition("#")[2]))
        for spy, listed in self._smooth:
            if is_within(link, listed) and part is not None and is_within(part, spy):
                event.prevented = event.prevented or not is_switched_off(link)
