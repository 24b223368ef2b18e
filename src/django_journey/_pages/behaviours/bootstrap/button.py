"""Buttons that stay pressed, and groups of checkboxes and radio buttons that look like buttons."""

from __future__ import annotations

from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.tree.walk import has
from django_journey._pages.behaviours.bootstrap.core import BootstrapPage
from django_journey._pages.behaviours.bootstrap.elements import (
    add_class,
    has_class,
    remove_class,
    set_attribute,
    toggle_class,
)
from django_journey._pages.behaviours.page_event import PageEvent

__all__ = ["Buttons"]

_GROUP = '[data-toggle="buttons"]'


class Buttons:
    """The buttons of a document that have a state.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self._engine = engine
        click = {3: self._click_3, 4: self._click_4, 5: self._click_5}[engine.major]
        css = '[data-bs-toggle="button"]' if engine.major == 5 else '[data-toggle^="button"]'
        self.delegated = [(css, click)]

    def start(self) -> None:
        """Let the buttons of Bootstrap 4 show the state that the page gives them."""
        engine = self._engine
        if engine.major != 4 or engine.loaded.version < (4, 4):
            return
        for button in engine.select(f"{_GROUP} .btn"):
            field = self._field(button)
            if field is None:
                return  # Bootstrap's script fails there
            toggle_class(
                button, "active", controls.is_checked(engine.document, field) or has(field, "checked")
            )
        for button in engine.select('[data-toggle="button"]'):
            toggle_class(button, "active", button.attr("aria-pressed") == "true")

    def focus_moved(self, event: PageEvent) -> None:
        """Mark the button that has the focus, in Bootstrap 3 and 4."""
        if self._engine.major == 5 or event.target.closest('[data-toggle^="button"]') is None:
            return
        button = event.target.closest(".btn")
        if button is not None:
            event.heard = True
            toggle_class(button, "focus", event.kind == "focusin")

    def _field(self, button: Any) -> Any:
        return self._engine.first('input:not([type="hidden"])', button)

    def _click_5(self, button: Any, event: PageEvent) -> None:
        event.prevented = True
        self._press(button)

    def _press(self, button: Any) -> None:
        active = not has_class(button, "active")
        set_attribute(button, "aria-pressed", active)
        toggle_class(button, "active", active)

    def _click_4(self, _: Any, event: PageEvent) -> None:
        button = event.target.closest(".btn")
        if button is None or has(button, "disabled") or has_class(button, "disabled"):
            event.prevented = True
            return
        field = self._field(button)
        if field is not None and (has(field, "disabled") or has_class(field, "disabled")):
            event.prevented = True
        elif event.target.tag == "input" or button.tag != "label":
            self._toggle_4(button, field)

    def _toggle_4(self, button: Any, field: Any) -> None:
        doc, group = self._engine.document, button.closest(_GROUP)
        if group is None or field is None:
            self._press(button)
            return
        changes = True
        if field.attr("type") == "radio":
            if controls.is_checked(doc, field) and has_class(button, "active"):
                changes = False
            elif (active := self._engine.first(".active", group)) is not None:
                remove_class(active, "active")
        if changes and field.attr("type") in ("radio", "checkbox"):
            controls.set_checked(doc, field, not has_class(button, "active"))
        self._engine.focus(field)
        if changes:
            toggle_class(button, "active", not has_class(button, "active"))

    def _click_3(self, _: Any, event: PageEvent) -> None:
        engine, hit = self._engine, event.target
        is_box = hit.tag == "input" and hit.attr("type") in ("radio", "checkbox")
        button = hit.closest(".btn")
        if button is not None:
            self._toggle_3(button)
        if is_box:
            return
        event.prevented = True
        if button is None:
            return
        inside = [each for each in engine.select("input, button", button) if engine.is_visible(each)]
        if button.tag in ("input", "button"):
            engine.focus(button)
        elif inside:
            engine.focus(inside[0])

    def _toggle_3(self, button: Any) -> None:
        engine, doc, group = self._engine, self._engine.document, button.closest(_GROUP)
        if group is None:
            self._press(button)
            return
        field = engine.first("input", button)
        if field is not None and field.attr("type") == "radio":
            for active in engine.select(".active", group):
                remove_class(active, "active")
            add_class(button, "active")
        elif field is not None and field.attr("type") == "checkbox":
            toggle_class(button, "active", not has_class(button, "active"))
        if field is not None:
            controls.set_checked(doc, field, has_class(button, "active"))
