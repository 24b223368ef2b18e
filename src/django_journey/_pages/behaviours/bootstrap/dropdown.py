"""Dropdowns: opened by their toggle or an arrow key, closed by a click elsewhere, Tab or Escape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django_journey._dom.tree.parser import is_element
from django_journey._pages.behaviours.bootstrap.core import BootstrapPage, Handler
from django_journey._pages.behaviours.bootstrap.elements import (
    add_class,
    has_class,
    is_switched_off,
    is_within,
    remove_class,
    set_attribute,
)
from django_journey._pages.behaviours.page_event import PageEvent

__all__ = ["Dropdowns"]

_ARROWS = ("ArrowUp", "ArrowDown")
_FIELD = re.compile(r"input|textarea")


class Dropdowns:
    """The dropdowns of a document.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self._engine = engine
        #: The toggles that were used: Bootstrap 4 and 5 close no others.
        self._used: list[Any] = []
        able = ":not(.disabled):not(:disabled)" if engine.major == 5 else ""
        self._css = f'[{engine.prefix}toggle="dropdown"]{able}'
        forms: list[tuple[str, Handler]] = [(".dropdown form", _stop)] if engine.major < 5 else []
        self.delegated: list[tuple[str, Handler]] = [*forms, (self._css, self._clicked)]

    def _menu(self, toggle: Any) -> Any:
        if self._engine.major == 5:
            for sibling in (*_siblings(toggle, "next_sibling"), *_siblings(toggle, "previous_sibling")):
                if has_class(sibling, "dropdown-menu"):
                    return sibling
            return self._engine.first(".dropdown-menu", toggle.parent)
        return self._engine.first(".dropdown-menu", self._parent(toggle))

    def _parent(self, toggle: Any) -> Any:
        """Return what is open or closed around a menu, in Bootstrap 3 and 4."""
        return self._engine.target_of(toggle) or toggle.parent

    def _is_open(self, toggle: Any) -> bool:
        if self._engine.major == 3:
            return has_class(self._parent(toggle), "open")
        menu = self._menu(toggle)
        return menu is not None and has_class(menu, "show")

    def _clicked(self, toggle: Any, event: PageEvent) -> None:
        if self._engine.major == 3 and is_switched_off(toggle):
            return
        event.prevented = True
        event.stopped = event.stopped or self._engine.major < 5
        self._toggle(toggle)

    def own_click(self, node: Any, event: PageEvent) -> None:
        """Answer a click on a toggle that was used before, which Bootstrap 4 listens to itself."""
        if self._engine.major == 4 and node in self._used and not event.stopped:
            event.heard = event.prevented = event.stopped = True
            self._toggle(node)

    def _toggle(self, toggle: Any) -> None:
        if self._engine.major == 4 and toggle not in self._used:
            self._used.append(toggle)
        if is_switched_off(toggle):
            return
        was_open = self._is_open(toggle)
        if self._engine.major < 5:
            self._close_all(None)
        elif was_open:
            self._hide(toggle)
        if not was_open:
            self._show(toggle)

    def _show(self, toggle: Any) -> None:
        engine, menu = self._engine, self._menu(toggle)
        if is_switched_off(toggle) or self._is_open(toggle) or (menu is None and engine.major > 3):
            return
        if toggle not in self._used:
            self._used.append(toggle)
        around = toggle if engine.major == 5 else self._parent(toggle)
        engine.announce(around, "show.bs.dropdown")
        if engine.major == 5 and (
            toggle.closest(".navbar") is not None or engine.option(toggle, "display", "") == "static"
        ):
            set_attribute(menu, "data-bs-popper", "static")
        engine.focus(toggle)
        set_attribute(toggle, "aria-expanded", True)
        add_class(around, "open" if engine.major == 3 else "show")
        if engine.major > 3:
            add_class(menu, "show")
        engine.announce(around, "shown.bs.dropdown")

    def _hide(self, toggle: Any) -> None:
        engine = self._engine
        around = toggle if engine.major == 5 else self._parent(toggle)
        engine.announce(around, "hide.bs.dropdown")
        menu = self._menu(toggle)
        remove_class(around, "open" if engine.major == 3 else "show")
        set_attribute(toggle, "aria-expanded", False)
        if menu is not None and engine.major > 3:
            remove_class(menu, "show")
            set_attribute(menu, "data-bs-popper", None)
        engine.announce(around, "hidden.bs.dropdown")

    def clear(self, event: PageEvent) -> None:
        """Close the open menus after a click or a Tab elsewhere."""
        if event.kind == "click" or event.key == "Tab":
            self._close_all(event)

    def _close_all(self, event: PageEvent | None) -> None:
        for toggle in self._engine.select(self._css):
            is_open = (
                has_class(toggle, "show")
                if self._engine.major == 5
                else has_class(self._parent(toggle), "open" if self._engine.major == 3 else "show")
            )
            known = self._engine.major == 3 or toggle in self._used
            if is_open and known and (event is None or not self._stays_open(toggle, event)):
                self._hide(toggle)
                self._engine.changed()

    def _stays_open(self, toggle: Any, event: PageEvent) -> bool:
        hit, menu = event.target, self._menu(toggle)
        if self._engine.major < 5:
            in_field = event.kind == "click" and _FIELD.search(hit.tag) is not None
            parent = self._parent(toggle)
            return (in_field or event.kind == "keyup") and hit is not parent and is_within(hit, parent)
        closing = self._engine.option(toggle, "auto-close", True)
        in_menu = is_within(hit, menu)
        if closing is False or is_within(hit, toggle):
            return True
        if (closing == "inside" and not in_menu) or (closing == "outside" and in_menu):
            return True
        is_field = re.search(r"input|select|option|textarea|form", hit.tag) is not None
        return in_menu and (event.kind == "keyup" or is_field)

    def keydown(self, event: PageEvent) -> None:
        """Answer an arrow key or Escape in a menu or on its toggle."""
        if event.key not in (*_ARROWS, "Escape", " "):
            return
        node = event.target
        while node is not None and not event.stopped:
            if node.matches(f"{self._css}, .dropdown-menu"):
                self._keydown_5(node, event) if self._engine.major == 5 else self._keydown_jquery(node, event)
                if self._engine.major == 5:
                    return
            node = node.parent if is_element(node.parent) else None

    def _keydown_5(self, node: Any, event: PageEvent) -> None:
        engine, key = self._engine, event.key
        if key == " " or (_FIELD.search(event.target.tag) and key != "Escape"):
            return
        event.heard = event.prevented = True
        toggle = node
        if not node.matches(self._css):
            near = (*_siblings(node, "previous_sibling"), *_siblings(node, "next_sibling"))
            toggle = next((each for each in near if each.matches(self._css)), None)
            toggle = toggle or engine.first(self._css, node.parent)
        if toggle is None:
            return
        if key in _ARROWS:
            event.stopped = True
            self._show(toggle)
            items = self._items(
                self._menu(toggle), ".dropdown-menu .dropdown-item:not(.disabled):not(:disabled)"
            )
            if items:
                engine.focus(_next(items, event.target, key))
        elif self._is_open(toggle):
            event.stopped = True
            self._hide(toggle)
            engine.focus(toggle)

    def _keydown_jquery(self, node: Any, event: PageEvent) -> None:
        engine, key, in_field = self._engine, event.key, _FIELD.search(event.target.tag) is not None
        is_toggle = node.matches(self._css)
        parent = self._parent(node)
        is_active = has_class(parent, "open" if engine.major == 3 else "show")
        if engine.major == 3:
            if in_field:
                return
            event.heard = event.prevented = event.stopped = True
            if is_switched_off(node):
                return
            presses = (not is_active and key != "Escape") or (is_active and key == "Escape")
        else:
            if in_field and (
                key == " " or (key in _ARROWS and event.target.closest(".dropdown-menu") is not None)
            ):
                return
            if (not in_field and key == " ") or is_switched_off(node) or (not is_active and key == "Escape"):
                return
            event.heard = event.prevented = event.stopped = True
            presses = not is_active or key in ("Escape", " ")
        if presses:
            toggle = engine.first(self._css, parent)
            if key == "Escape" and toggle is not None:
                engine.focus(toggle)
            self._toggle(node) if is_toggle else self._close_all(None)
            return
        css = ".dropdown-menu .dropdown-item:not(.disabled):not(:disabled)"
        items = self._items(parent, ".dropdown-menu li:not(.disabled) a" if engine.major == 3 else css)
        if items:
            place = items.index(event.target) if event.target in items else -1
            place += {"ArrowUp": -1 if place > 0 else 0, "ArrowDown": 1}.get(key, 0)
            engine.focus(items[max(0, min(place, len(items) - 1))])

    def _items(self, scope: Any, css: str) -> list[Any]:
        """Return the items of a menu that are shown; the selector may begin outside of it."""
        shown = [each for each in self._engine.select(css) if is_within(each, scope)]
        return [each for each in shown if self._engine.is_visible(each)]


def _stop(_: Any, event: PageEvent) -> None:
    event.stopped = True


def _siblings(el: Any, direction: str) -> Iterator[Any]:
    node = getattr(el, direction)
    while node is not None:
        if is_element(node):
            yield node
        node = getattr(node, direction)


def _next(items: list[Any], current: Any, key: str) -> Any:
    if current not in items:
        return items[-1] if key == "ArrowUp" else items[0]
    place = items.index(current) + (1 if key == "ArrowDown" else -1)
    return items[max(0, min(place, len(items) - 1))]
