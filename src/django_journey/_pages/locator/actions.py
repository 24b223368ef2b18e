"""The calls of a locator that act on its element as a user does."""

# ruff: noqa: D417 - the timing arguments, which change nothing here, are explained once in the class

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Literal

from django_journey._dom.css.pseudo_classes import is_content_editable
from django_journey._dom.tree.parser import Element
from django_journey._pages.actions import (
    actionability,
    activation,
    choosing,
    file_chooser,
    pointer,
    text_entry,
)
from django_journey._pages.actions.text_field import is_text_field, masked, select_all
from django_journey._pages.actions.uploads import Files
from django_journey._pages.behaviours.fire import acting_step, patiently, settle
from django_journey._pages.locator.queries import L
from django_journey._pages.locator.state import LocatorState
from django_journey._trace.record import recorder
from django_journey.errors import Error

__all__ = ["LocatorActions"]

Position = dict[str, float]
Modifiers = Sequence[Literal["Alt", "Control", "ControlOrMeta", "Meta", "Shift"]]
Button = Literal["left", "middle", "right"]
Scroll = Literal["auto", "none"] | None

_CLICK = ("visible", "enabled")
_FILL = ("visible", "enabled", "editable")


class LocatorActions(LocatorState[L]):
    """The part of a locator that acts; each action is a step of the trace."""

    _description: str

    def click(
        self,
        *,
        button: Button | None = None,
        click_count: int | None = None,
        delay: float | None = None,
        force: bool | None = None,
        modifiers: Modifiers | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Scroll = None,
        steps: int | None = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Click the element: follow a link, submit a form, check a box, open details.

        Args:
            button: ``"left"`` (default), ``"middle"`` or ``"right"``.
            click_count: How many times, 2 for a double click.
            force: Skip the check that it is visible and enabled.
            modifiers: Keys that are held down.
            position: The point in the element, in pixels; an image button sends it.
            trial: Only check that it can be clicked.

        Raises:
            TimeoutError: No element is found, or it is hidden or disabled.
            StrictModeError: Several elements are found.
            NeedsBrowser: Only a script can handle the click.
        """
        count = 1 if click_count is None else click_count
        self._click("click", count, button, force, modifiers, position, trial)

    def dblclick(
        self,
        *,
        button: Button | None = None,
        delay: float | None = None,
        force: bool | None = None,
        modifiers: Modifiers | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Scroll = None,
        steps: int | None = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Click the element twice; see ``click``."""
        self._click("dblclick", 2, button, force, modifiers, position, trial)

    def hover(
        self,
        *,
        force: bool | None = None,
        modifiers: Modifiers | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Scroll = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Move the pointer over the element; see ``click``."""
        with self._step("hover"):
            el = self._hovered("hover", force, ("visible", "hit"), position)
            if not trial:
                pointer.hover(self._page, el)

    def fill(
        self,
        value: str,
        *,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> None:
        """Replace the value of an input, a text area or an editable element.

        Args:
            value: The new value.
            force: Skip the check that it is visible, enabled and editable.

        Raises:
            TimeoutError: No element is found, or it is hidden, disabled or read-only.
            StrictModeError: Several elements are found.
            Error: It is not editable, or does not accept this value.
        """
        if not isinstance(value, str):
            raise Error(f"Locator.fill: value: expected string, got {_type_name(value)}")
        with self._step("fill", self._masked(value)):
            text_entry.fill(self._page, self._control("fill", force, _FILL), value)

    def clear(
        self, *, force: bool | None = None, no_wait_after: bool | None = None, timeout: float | None = None
    ) -> None:
        """Clear an input or text area; see ``fill``."""
        with self._step("clear"):
            text_entry.clear(self._page, self._control("clear", force, _FILL))

    def press_sequentially(
        self,
        text: str,
        *,
        delay: float | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> None:
        """Type a text into the element, key by key, after its present text."""
        self._type("press_sequentially", text)

    def type(
        self,
        text: str,
        *,
        delay: float | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> None:
        """Type a text; Playwright recommends ``fill`` or ``press_sequentially`` instead."""
        self._type("type", text)

    def press(
        self,
        key: str,
        *,
        delay: float | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> None:
        """Focus the element and press a key.

        Args:
            key: ``"Enter"``, ``"Tab"``, ``"Escape"``, ``"Space"`` or a character, with modifiers as in ``"Shift+Tab"``.

        Raises:
            NeedsBrowser: Only a script or the browser itself can handle the key.
        """
        with self._step("press", key):
            text_entry.press(self._page, self._one("press"), self._page.keyboard.combined(key))

    def check(
        self,
        *,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Scroll = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Check a checkbox or radio button, unless it is checked.

        Raises:
            Error: It is neither of them, or is still unchecked after the click.
        """
        self._set_checked("check", True, force, trial)

    def uncheck(
        self,
        *,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Scroll = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Uncheck a checkbox, unless it is unchecked; see ``check``."""
        self._set_checked("uncheck", False, force, trial)

    def set_checked(
        self,
        checked: bool,
        *,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Scroll = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Check or uncheck; see ``check``."""
        self._set_checked("set_checked", checked, force, trial)

    def select_option(
        self,
        value: str | Sequence[str] | None = None,
        *,
        index: int | Sequence[int] | None = None,
        label: str | Sequence[str] | None = None,
        element: object = None,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> list[str]:
        """Select options of a ``<select>``, and no others.

        Args:
            value: One or several values or labels.
            index: Indices, from 0.
            label: Labels.
            element: Unsupported: element handles belong to a browser.

        Returns:
            The selected values.

        Raises:
            TimeoutError: No element is found, or it is disabled or has no such option.
            Error: It is not a ``<select>``.
            NeedsBrowser: ``element`` is given.
        """
        if element is not None:
            raise actionability.needs(
                "select_option(element)", "element handles belong to a browser: use value, label or index"
            )
        chosen = [str(each) for each in (value, label, index) if each is not None]
        with self._step("select", ", ".join(chosen)):
            el = self._control("select_option", force, _CLICK)
            return choosing.select_option(self._page, el, value=value, label=label, index=index)

    def set_input_files(
        self, files: Files, *, no_wait_after: bool | None = None, timeout: float | None = None
    ) -> None:
        """Set the files of a file input.

        Args:
            files: One or several paths, or dictionaries with ``name``, ``mimeType`` and ``buffer``; ``[]`` for none.

        Raises:
            Error: It is not a file input, accepts one file only, or a path does not exist.
        """
        with self._step("attach"):
            el = actionability.retarget(self._document, self._one("set_input_files"))
            file_chooser.set_input_files(self._page, el, files)

    def focus(self, *, timeout: float | None = None) -> None:
        """Focus the element."""
        pointer.focus(self._page, self._one("focus"))
        settle(self._page, "focus()")

    def select_text(self, *, force: bool | None = None, timeout: float | None = None) -> None:
        """Focus a text field and select its text; any other element only has to be visible."""
        with self._step("select text"):
            el = self._control("select_text", force, ("visible",))
            if is_text_field(el):
                pointer.focus(self._page, el)
                select_all(self._document, el)
            elif is_content_editable(el):
                raise actionability.needs("select_text()", "rich text is edited by a browser alone")

    def blur(self, *, timeout: float | None = None) -> None:
        """Remove the focus from the element."""
        pointer.blur(self._page, self._one("blur"))
        settle(self._page, "blur()")

    def scroll_into_view_if_needed(self, *, timeout: float | None = None) -> None:
        """Check that the element is visible; there is nothing to scroll."""
        el = self._one("scroll_into_view_if_needed")
        actionability.check_actionable(
            self._page, self._query, el, "Locator.scroll_into_view_if_needed", states=("visible",)
        )

    def _step(self, verb: str, what: str = "") -> AbstractContextManager[None]:
        sought = self._description or (str(self._query) if recorder.current() is not None else "")
        return acting_step(self._page, verb, f"{what} in {sought}" if what else sought)

    def _click(
        self,
        call: str,
        count: int,
        button: Button | None,
        force: bool | None,
        modifiers: Modifiers | None,
        position: Position | None,
        trial: bool | None,
    ) -> None:
        with self._step(call):
            el = self._hovered(call, force, _CLICK, position)
            if not trial:
                activation.click(
                    self._page,
                    el,
                    button=button or "left",
                    click_count=count,
                    modifiers=(*(modifiers or ()), *self._page.keyboard.held),
                    position=position,
                )

    def _type(self, call: str, text: str) -> None:
        with self._step("type", self._masked(text)):
            text_entry.type_text(self._page, self._one(call), text)

    def _target(self, call: str, force: bool | None, states: tuple[str, ...]) -> Element:
        def attempt() -> Element:
            el = self._one(call)
            if not force:
                actionability.check_actionable(self._page, self._query, el, f"Locator.{call}", states=states)
            return el

        return patiently(self._page, actionability.PATIENCE, attempt)

    def _hovered(
        self, call: str, force: bool | None, states: tuple[str, ...], position: Position | None
    ) -> Element:
        """Return the element with the pointer over it, which Playwright does for a trial too."""
        el = self._target(call, force, states)
        pointer.move_to(self._page, el, f"{call}()", position=position, force=bool(force))
        return el

    def _control(self, call: str, force: bool | None, states: tuple[str, ...]) -> Element:
        return actionability.retarget(self._document, self._target(call, force, states))

    def _set_checked(self, call: str, checked: bool, force: bool | None, trial: bool | None) -> None:
        with self._step("check" if checked else "uncheck"):
            el = self._one(call)
            if actionability.checked(self._document, el, call=f"Locator.{call}") is checked:
                return  # without a check that it can be clicked, as in Playwright
            el = self._target(call, force, _CLICK)
            pointer.move_to(self._page, el, f"{call}()", force=bool(force))
            if not trial:
                choosing.set_checked(self._page, el, checked)

    def _masked(self, value: str) -> str:
        """Return a value as the trace shows it: masked in a password field or another secret field."""
        if recorder.current() is None:
            return ""
        try:
            found = self._found()
        except Error:  # the action itself reports an invalid selector
            found = []
        return masked(found[0] if found else None, value)


def _type_name(value: object) -> str:
    """Return the JavaScript name of a value's type, for Playwright's messages."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__
