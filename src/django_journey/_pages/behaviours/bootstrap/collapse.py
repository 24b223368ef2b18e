"""Collapses, and the accordions that they make."""

from __future__ import annotations

from typing import Any

from django_journey._dom.tree.parser import is_element
from django_journey._pages.behaviours.bootstrap.core import BootstrapPage
from django_journey._pages.behaviours.bootstrap.elements import (
    add_class,
    find,
    has_class,
    is_within,
    remove_class,
    set_attribute,
    set_style,
    toggle_class,
)
from django_journey._pages.behaviours.page_event import PageEvent

__all__ = ["Collapse", "Collapses"]

_TIME = 355


class Collapse:
    """One element that collapses.

    Args:
        all_of_them: The collapses of the document.
        el: The element.
        toggle: The toggle that it is taken up for, if one is.
    """

    def __init__(self, all_of_them: Collapses, el: Any, toggle: Any = None) -> None:
        engine = all_of_them.engine
        self._all, self._engine, self.el = all_of_them, engine, el
        self.is_moving = False
        self._triggers = [each for each in all_of_them.toggles() if el in engine.targets_of(each)]
        if engine.major == 3:
            css = f'{{}}[href="#{el.attr("id")}"], {{}}[data-target="#{el.attr("id")}"]'
            self._triggers = engine.select(css.replace("{}", '[data-toggle="collapse"]'))
        self.stated_parent = engine.option(el, "parent", None)
        if toggle is not None:
            self.stated_parent = engine.option(toggle, "parent", self.stated_parent)
        found = find(engine.document, str(self.stated_parent or ""))
        self._parent = found[0] if found else None
        if self.stated_parent:
            for each in self._toggles_of_parent():
                target = engine.target_of(each)
                if target is not None:
                    self._mark([each], has_class(target, engine.shown))
                    self._mark_self(target)
        else:
            self._mark(self._triggers, self.is_shown)
            self._mark_self(el)

    @property
    def is_shown(self) -> bool:
        """Whether it is shown."""
        return has_class(self.el, self._engine.shown)

    def _toggles_of_parent(self) -> list[Any]:
        if self._parent is None:
            return []
        if self._engine.major == 5:
            return [each for each in self._all.toggles() if is_within(each, self._parent)]
        css = f'[data-toggle="collapse"][data-parent="{self.stated_parent}"]'
        return self._engine.select(css, self._parent)

    def _mark(self, toggles: list[Any], is_open: bool) -> None:
        for each in toggles:
            toggle_class(each, "collapsed", not is_open)
            set_attribute(each, "aria-expanded", is_open)

    def _mark_self(self, el: Any) -> None:
        if self._engine.major == 3:
            set_attribute(el, "aria-expanded", has_class(el, "in"))

    def toggle(self) -> None:
        """Show or hide it."""
        self.hide() if self.is_shown else self.show()

    def show(self) -> None:
        """Show it, and hide what else is open in its accordion."""
        engine, el = self._engine, self.el
        if self.is_moving or self.is_shown:
            return
        others = [self._all.get(each) for each in self._open_in_parent()]
        if others and others[0].is_moving:
            return
        engine.announce(el, "show.bs.collapse")
        for other in others:
            other.hide()
        remove_class(el, "collapse")
        add_class(el, "collapsing")
        self._mark(self._triggers, True)
        if engine.major == 3:
            set_attribute(el, "aria-expanded", True)
        self.is_moving = True
        engine.after(_TIME, self._finish_showing)

    def _finish_showing(self) -> None:
        self.is_moving = False
        remove_class(self.el, "collapsing")
        add_class(self.el, "collapse", self._engine.shown)
        set_style(self.el, self._dimension, "")
        self._engine.announce(self.el, "shown.bs.collapse")

    @property
    def _dimension(self) -> str:
        sideways = "collapse-horizontal" if self._engine.major == 5 else "width"
        return "width" if has_class(self.el, sideways) else "height"

    def _open_in_parent(self) -> list[Any]:
        engine, parent = self._engine, self._parent
        if parent is None:
            return []
        if engine.major == 3:
            panels = [each for each in parent.children if is_element(each) and has_class(each, "panel")]
            return [
                child
                for panel in panels
                for child in panel.children
                if is_element(child) and (has_class(child, "in") or has_class(child, "collapsing"))
            ]
        if engine.major == 4:
            return [
                each
                for each in engine.select(".show, .collapsing", parent)
                if each.attr("data-parent") == self.stated_parent and each is not self.el
            ]
        deeper = [
            each
            for each in engine.select(".collapse", parent)
            if any(
                inner is not each and is_within(each, inner) for inner in engine.select(".collapse", parent)
            )
        ]
        found = engine.select(".collapse.show, .collapse.collapsing", parent)
        return [each for each in found if each is not self.el and each not in deeper]

    def hide(self) -> None:
        """Hide it."""
        engine, el = self._engine, self.el
        if self.is_moving or not self.is_shown:
            return
        engine.announce(el, "hide.bs.collapse")
        add_class(el, "collapsing")
        remove_class(el, "collapse", engine.shown)
        if engine.major == 3:
            set_attribute(el, "aria-expanded", False)
            self._mark(self._triggers, False)
        else:
            for each in self._triggers:
                targets = engine.targets_of(each)
                if not any(
                    has_class(target, "show") for target in targets[: 1 if engine.major == 5 else None]
                ):
                    self._mark([each], False)
        self.is_moving = True
        engine.after(_TIME, self._finish_hiding)

    def _finish_hiding(self) -> None:
        self.is_moving = False
        remove_class(self.el, "collapsing")
        add_class(self.el, "collapse")
        if self._engine.major == 3:
            set_style(self.el, self._dimension, "0px")
        self._engine.announce(self.el, "hidden.bs.collapse")


class Collapses:
    """The collapses of a document.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self.engine = engine
        self._made: dict[Any, Collapse] = {}
        self._css = f'[{engine.prefix}toggle="collapse"]'
        self.delegated = [(self._css, self._toggle)]

    def toggles(self) -> list[Any]:
        """Return all toggles of collapses."""
        return self.engine.select(self._css)

    def get(self, el: Any, toggle: Any = None) -> Collapse:
        """Return the collapse that an element is."""
        if el not in self._made:
            self._made[el] = Collapse(self, el, toggle if self.engine.major < 5 else None)
        return self._made[el]

    def _toggle(self, toggle: Any, event: PageEvent) -> None:
        engine = self.engine
        if engine.major == 3:
            event.prevented = event.prevented or not toggle.attr("data-target")
        elif toggle.tag == "a" or (engine.major == 5 and event.target.tag == "a"):
            event.prevented = True
        for el in engine.targets_of(toggle):
            self.get(el, toggle).toggle()
