"""Tabs, pills and list groups that show one panel of several."""

from __future__ import annotations

from typing import Any

from django_journey._dom.tree.parser import is_element
from django_journey._pages.behaviours.bootstrap.core import BootstrapPage
from django_journey._pages.behaviours.bootstrap.elements import (
    add_class,
    has_class,
    is_switched_off,
    remove_class,
    set_attribute,
    toggle_class,
)
from django_journey._pages.behaviours.page_event import PageEvent

__all__ = ["Tabs"]

_FADE = 155
_STEPS = {"ArrowLeft": -1, "ArrowUp": -1, "ArrowRight": 1, "ArrowDown": 1}
_TOGGLE = '[data-bs-toggle="tab"], [data-bs-toggle="pill"], [data-bs-toggle="list"]'
_INNER = ", ".join(
    [f"{each}:not(.dropdown-toggle)" for each in (".nav-link", ".list-group-item", '[role="tab"]')]
    + [_TOGGLE]
)


class Tabs:
    """The tabs of a document.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self._engine = engine
        #: Since 5.2 tabs have roles and answer the arrow keys.
        self._has_roles = engine.loaded.version >= (5, 2) or engine.loaded.version == (5,)
        #: The tabs that answer them: those that were active or clicked.
        self._made: list[Any] = []
        show = self._show_3 if engine.major == 3 else self._show_5 if self._has_roles else self._show_4
        names = ("tab", "pill") if engine.major == 3 else ("tab", "pill", "list")
        css = ", ".join(f'[{engine.prefix}toggle="{name}"]' for name in names)

        def click(tab: Any, event: PageEvent) -> None:
            event.prevented = event.prevented or engine.major < 5 or tab.tag in ("a", "area")
            if engine.major < 5 or not is_switched_off(tab):
                show(tab)

        self.delegated = [(css, click)]

    def start(self) -> None:
        """Give the active tabs their roles."""
        if self._has_roles:
            for tab in self._engine.select(_TOGGLE):
                if has_class(tab, "active"):
                    self._make(tab)

    def keydown(self, tab: Any, event: PageEvent) -> None:
        """Answer a key at a tab."""
        if tab not in self._made or event.key not in (*_STEPS, "Home", "End"):
            return
        list_of_tabs = _list_of(tab)
        if list_of_tabs is None or (event.key in ("Home", "End") and self._engine.loaded.version < (5, 3)):
            return
        event.heard = event.prevented = event.stopped = True
        able = [each for each in self._children(list_of_tabs) if not is_switched_off(each)]
        if not able:
            return
        if event.key in ("Home", "End"):
            new = able[0 if event.key == "Home" else -1]
        elif event.target in able:
            new = able[(able.index(event.target) + _STEPS[event.key]) % len(able)]
        else:
            new = able[-1 if _STEPS[event.key] < 0 else 0]
        self._engine.focus(new)
        self._show_5(new)

    # -- Bootstrap 5.2 and later --------------------------------------------------------------------

    def _children(self, list_of_tabs: Any) -> list[Any]:
        return self._engine.select(_INNER, list_of_tabs)

    def _make(self, tab: Any) -> None:
        list_of_tabs = _list_of(tab)
        if tab in self._made or list_of_tabs is None:
            return
        self._made.append(tab)
        _set_default(list_of_tabs, "role", "tablist")
        for each in self._children(list_of_tabs):
            set_attribute(each, "aria-selected", has_class(each, "active"))
            outer = each.closest(".nav-item, .list-group-item") or each
            if outer is not each:
                _set_default(outer, "role", "presentation")
            if not has_class(each, "active"):
                set_attribute(each, "tabindex", "-1")
            _set_default(each, "role", "tab")
            panel = self._engine.target_of(each)
            if panel is not None:
                _set_default(panel, "role", "tabpanel")
                if each.attr("id"):
                    _set_default(panel, "aria-labelledby", each.attr("id"))

    def _show_5(self, tab: Any) -> None:
        engine = self._engine
        self._make(tab)
        list_of_tabs = _list_of(tab)
        if has_class(tab, "active") or list_of_tabs is None:
            return
        active = next((each for each in self._children(list_of_tabs) if has_class(each, "active")), None)
        if active is not None:
            engine.announce(active, "hide.bs.tab")
        engine.announce(tab, "show.bs.tab")
        if active is not None:
            self._turn(active, False)
        self._turn(tab, True)

    def _turn(self, el: Any, on: bool) -> None:
        """Switch a tab or a panel on or off, with what a tab shows."""
        engine = self._engine
        toggle_class(el, "active", on)
        if not on:
            engine.blur(el)
        target = engine.target_of(el)
        if target is not None:
            self._turn(target, on)

        def finish() -> None:
            if el.attr("role") != "tab":
                toggle_class(el, "show", on)
                return
            set_attribute(el, "aria-selected", on)
            set_attribute(el, "tabindex", None if on else "-1")
            self._mark_dropdown(el, on)
            engine.announce(el, "shown.bs.tab" if on else "hidden.bs.tab")

        engine.after(_FADE if has_class(el, "fade") else 0, finish)

    def _mark_dropdown(self, tab: Any, on: bool) -> None:
        outer = tab.closest(".nav-item, .list-group-item") or tab
        if has_class(outer, "dropdown"):
            for css, name in ((".dropdown-toggle", "active"), (".dropdown-menu", "show")):
                if (found := self._engine.first(css, outer)) is not None:
                    toggle_class(found, name, on)
            set_attribute(outer, "aria-expanded", on)

    # -- Bootstrap 4 to 5.1 -------------------------------------------------------------------------

    def _show_4(self, tab: Any) -> None:
        engine = self._engine
        if has_class(tab, "active") or (
            engine.major == 4 and (has_class(tab, "disabled") or tab.attr("disabled") is not None)
        ):
            return
        list_of_tabs = tab.closest(".nav, .list-group")
        active = _actives(list_of_tabs) if list_of_tabs is not None else []
        if active:
            engine.announce(active[-1], "hide.bs.tab")
        engine.announce(tab, "show.bs.tab")
        target = engine.target_of(tab)
        self._activate_4(tab, list_of_tabs, active, fades=False)

        def told() -> None:
            if active:
                engine.announce(active[-1], "hidden.bs.tab")
            engine.announce(tab, "shown.bs.tab")

        if target is None:
            told()
            return
        self._activate_4(target, target.parent, _actives(target.parent), fades=True)
        engine.after(_FADE, told)

    def _activate_4(self, el: Any, container: Any, actives: list[Any], *, fades: bool) -> None:
        active = actives[0] if actives else None
        moves = fades and active is not None and has_class(active, "fade")
        if moves:
            remove_class(active, "show")

        def finish() -> None:
            if active is not None:
                remove_class(active, "active")
                for child in _children_of(active.parent, "dropdown-menu"):
                    for each in self._engine.select(".active", child)[:1]:
                        remove_class(each, "active")
                if active.attr("role") == "tab":
                    set_attribute(active, "aria-selected", False)
            add_class(el, "active")
            if el.attr("role") == "tab":
                set_attribute(el, "aria-selected", True)
            if has_class(el, "fade"):
                add_class(el, "show")
            parent = el.parent.parent if el.parent.tag == "li" else el.parent
            if is_element(parent) and has_class(parent, "dropdown-menu"):
                dropdown = el.closest(".dropdown")
                for each in self._engine.select(".dropdown-toggle", dropdown) if dropdown is not None else ():
                    add_class(each, "active")
                set_attribute(el, "aria-expanded", True)

        self._engine.after(_FADE if moves else 0, finish)

    # -- Bootstrap 3 --------------------------------------------------------------------------------

    def _show_3(self, tab: Any) -> None:
        engine, item = self._engine, tab.closest("li")
        if tab.parent.tag == "li" and has_class(tab.parent, "active"):
            return
        list_of_tabs = tab.closest("ul:not(.dropdown-menu)")
        before = engine.select(".active", list_of_tabs)[-1:] if list_of_tabs is not None else []
        previous = engine.first("a", before[0]) if before else None
        if previous is not None:
            engine.announce(previous, "hide.bs.tab")
        engine.announce(tab, "show.bs.tab")
        if item is not None and list_of_tabs is not None:
            self._activate_3(item, list_of_tabs, fades=False)
        target = engine.target_of(tab)
        if target is not None:
            self._activate_3(target, target.parent, fades=True)
        engine.announce(tab, "shown.bs.tab")

    def _activate_3(self, el: Any, container: Any, *, fades: bool) -> None:
        engine = self._engine
        actives = _children_of(container, "active")
        moves = fades and bool(_children_of(container, "fade"))

        def finish() -> None:
            for active in actives:
                remove_class(active, "active")
                for menu in _children_of(active, "dropdown-menu"):
                    for each in _children_of(menu, "active"):
                        remove_class(each, "active")
                for each in engine.select('[data-toggle="tab"]', active):
                    set_attribute(each, "aria-expanded", False)
            add_class(el, "active")
            if moves:
                add_class(el, "in")
            else:
                remove_class(el, "fade")
            if has_class(el.parent, "dropdown-menu") and (outer := el.closest("li.dropdown")) is not None:
                add_class(outer, "active")
            for each in engine.select('[data-toggle="tab"]', el):
                set_attribute(each, "aria-expanded", True)

        engine.after(_FADE if actives and moves else 0, finish)
        for active in actives:
            remove_class(active, "in")


def _list_of(tab: Any) -> Any:
    return tab.closest('.list-group, .nav, [role="tablist"]')


def _set_default(el: Any, name: str, value: str) -> None:
    if el.attr(name) is None:
        el.attrs[name] = value


def _children_of(el: Any, name: str) -> list[Any]:
    return [child for child in el.children if is_element(child) and has_class(child, name)]


def _actives(container: Any) -> list[Any]:
    """Return the active elements of a list of tabs, or of the parent of panels."""
    if container.tag in ("ul", "ol"):
        items = [child for child in container.children if is_element(child) and child.tag == "li"]
        return [each for item in items for each in _children_of(item, "active")]
    return _children_of(container, "active")
