"""What a user may do with the element that a locator finds."""

# ruff: noqa: D417 - the timing arguments, which change nothing here, are explained once in the class

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal

from django_journey.dom.document import Document
from django_journey.dom.pseudo_classes import is_content_editable
from django_journey.dom.queries import Query
from django_journey.errors import Error
from django_journey.pages import actionability, actions
from django_journey.pages.text_field import is_text_field, select_all
from django_journey.trace import recorder

__all__ = ["Acting"]

Position = dict[str, float]
Modifiers = Sequence[Literal["Alt", "Control", "ControlOrMeta", "Meta", "Shift"]]
Button = Literal["left", "middle", "right"]

_CLICK = ("visible", "enabled")
_FILL = ("visible", "enabled", "editable")


class Acting:
    """The acting half of a locator; each action is a step of the trace.

    The arguments ``timeout``, ``no_wait_after``, ``delay``, ``steps`` and ``scroll`` are accepted as Playwright names
    them and change nothing: nothing is waited for, since nothing changes by itself here.
    """

    _page: Any
    _query: Query
    _description: str

    @property
    def _document(self) -> Document:
        raise NotImplementedError

    def _found(self) -> list[Any]:
        raise NotImplementedError

    def _one(self, call: str) -> Any:
        raise NotImplementedError

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
        scroll: Any = None,
        steps: int | None = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Click the element: follow a link, submit a form, check a box, open details.

        Args:
            button: ``"left"`` (default), ``"middle"`` or ``"right"``.
            click_count: How many times, 2 for a double click.
            force: Don't check that it is visible and enabled.
            modifiers: Keys that are held meanwhile.
            position: Where in the element, in pixels (an image button sends it).
            trial: Only check that it could be clicked.

        Raises:
            TimeoutError: Nothing fits, or it is hidden or disabled.
            StrictModeError: Several elements fit.
            NeedsBrowser: Only a script could answer the click.
        """
        with self._step("click"):
            el = self._pointed("click", force, _CLICK)
            if not trial:
                actions.click(
                    self._page,
                    el,
                    button=button or "left",
                    click_count=1 if click_count is None else click_count,
                    modifiers=(*(modifiers or ()), *self._page.keyboard.held),
                    position=position,
                )

    def dblclick(
        self,
        *,
        button: Button | None = None,
        delay: float | None = None,
        force: bool | None = None,
        modifiers: Modifiers | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Any = None,
        steps: int | None = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Click the element twice; see ``click``."""
        with self._step("dblclick"):
            el = self._pointed("dblclick", force, _CLICK)
            if not trial:
                actions.click(
                    self._page,
                    el,
                    button=button or "left",
                    click_count=2,
                    modifiers=(*(modifiers or ()), *self._page.keyboard.held),
                    position=position,
                )

    def hover(
        self,
        *,
        force: bool | None = None,
        modifiers: Modifiers | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Any = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Move the pointer over the element; see ``click``."""
        with self._step("hover"):
            el = self._pointed("hover", force, ("visible", "hit"))
            if not trial:
                actions.hover(self._page, el)

    def fill(
        self,
        value: str,
        *,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> None:
        """Write a value into an input, text area or editable element, in place of what was there.

        Args:
            value: What to write.
            force: Don't check that it is visible, enabled and editable.

        Raises:
            TimeoutError: Nothing fits, or it is hidden, disabled or read-only.
            StrictModeError: Several elements fit.
            Error: It can't be written into, or not this value.
        """
        if not isinstance(value, str):
            raise Error(f"Locator.fill: value: expected string, got {_kind(value)}")
        with self._step("fill", self._shown_value(value)):
            actions.fill(self._page, self._control("fill", force, _FILL), value)

    def clear(
        self, *, force: bool | None = None, no_wait_after: bool | None = None, timeout: float | None = None
    ) -> None:
        """Empty an input or text area; see ``fill``."""
        with self._step("clear"):
            actions.clear(self._page, self._control("clear", force, _FILL))

    def press_sequentially(
        self,
        text: str,
        *,
        delay: float | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> None:
        """Type a text into the element, key by key, after what is there."""
        with self._step("type", self._shown_value(text)):
            actions.type_text(self._page, self._one("press_sequentially"), text)

    def type(
        self,
        text: str,
        *,
        delay: float | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> None:
        """Type a text; Playwright prefers ``fill`` or ``press_sequentially``."""
        with self._step("type", self._shown_value(text)):
            actions.type_text(self._page, self._one("type"), text)

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
            key: ``"Enter"``, ``"Tab"``, ``"Escape"``, ``"Space"``, a character, or with ``Shift+`` and the like.

        Raises:
            NeedsBrowser: Only a script could answer the key.
        """
        with self._step("press", key):
            actions.press(self._page, self._one("press"), self._page.keyboard.combined(key))

    def check(
        self,
        *,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Any = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Check a checkbox or radio button; nothing happens if it is checked.

        Raises:
            Error: It is neither, or stays unchecked.
        """
        self._set_checked("check", True, force, trial)

    def uncheck(
        self,
        *,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Any = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Uncheck a checkbox; nothing happens if it is unchecked; see ``check``."""
        self._set_checked("uncheck", False, force, trial)

    def set_checked(
        self,
        checked: bool,
        *,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        position: Position | None = None,
        scroll: Any = None,
        timeout: float | None = None,
        trial: bool | None = None,
    ) -> None:
        """Check or uncheck; see ``check``."""
        self._set_checked("set_checked", checked, force, trial)

    def select_option(
        self,
        value: Any = None,
        *,
        index: int | Sequence[int] | None = None,
        label: str | Sequence[str] | None = None,
        element: Any = None,
        force: bool | None = None,
        no_wait_after: bool | None = None,
        timeout: float | None = None,
    ) -> list[str]:
        """Select options of a ``<select>``, and only these.

        Args:
            value: Values or labels, one or several.
            index: Places, from 0.
            label: Labels.
            element: Refused: handles of elements belong to a browser.

        Returns:
            The values that are selected now.

        Raises:
            TimeoutError: Nothing fits, it is disabled, or it has no such option.
            Error: It is not a ``<select>``.
            NeedsBrowser: ``element`` is given.
        """
        if element is not None:
            raise actionability.needs(
                "select_option(element)", "element handles belong to a browser: use value, label or index"
            )
        what = [str(each) for each in (value, label, index) if each is not None]
        with self._step("select", ", ".join(what)):
            el = self._control("select_option", force, _CLICK)
            return actions.select_option(self._page, el, value=value, label=label, index=index)

    def set_input_files(
        self, files: Any, *, no_wait_after: bool | None = None, timeout: float | None = None
    ) -> None:
        """Choose the files of a file input, in place of those chosen before.

        Args:
            files: Paths, or dictionaries with ``name``, ``mimeType`` and ``buffer``; one or several; ``[]`` for none.

        Raises:
            Error: It is not a file input, takes one file only, or a path does not exist.
        """
        with self._step("attach"):
            el = actionability.retarget(self._document, self._one("set_input_files"))
            actions.set_input_files(self._page, el, files)

    def focus(self, *, timeout: float | None = None) -> None:
        """Put the focus on the element."""
        actions.focus(self._page, self._one("focus"))

    def select_text(self, *, force: bool | None = None, timeout: float | None = None) -> None:
        """Focus a field and select its whole text, which the next key replaces; other texts can only be read."""
        with self._step("select text"):
            el = self._control("select_text", force, ("visible",))
            if is_text_field(el):
                actions.focus(self._page, el)
                select_all(self._document, el)
            elif is_content_editable(el):
                raise actionability.needs("select_text()", "rich text is edited by a browser alone")

    def blur(self, *, timeout: float | None = None) -> None:
        """Take the focus off the element."""
        actions.blur(self._page, self._one("blur"))

    def scroll_into_view_if_needed(self, *, timeout: float | None = None) -> None:
        """Check that the element is there and visible; there is nothing to scroll."""
        el = self._one("scroll_into_view_if_needed")
        actionability.check_actionable(
            self._page, self._query, el, "Locator.scroll_into_view_if_needed", states=("visible",)
        )

    def _step(self, verb: str, what: str = "") -> AbstractContextManager[recorder.Step | None]:
        sought = self._description or str(self._query)
        return recorder.step(
            verb,
            f"{what} in {sought}" if what else sought,
            actor=self._page.context.actor,
            look=actionability.look_at(self._page),
        )

    def _target(self, call: str, force: bool | None, states: tuple[str, ...]) -> Any:
        el = self._one(call)
        if not force:
            actionability.check_actionable(self._page, self._query, el, f"Locator.{call}", states=states)
        return el

    def _pointed(self, call: str, force: bool | None, states: tuple[str, ...]) -> Any:
        """Move the pointer over the element, which Playwright does for a trial too."""
        el = self._target(call, force, states)
        self._document.hover(el)
        return el

    def _control(self, call: str, force: bool | None, states: tuple[str, ...]) -> Any:
        return actionability.retarget(self._document, self._target(call, force, states))

    def _set_checked(self, call: str, checked: bool, force: bool | None, trial: bool | None) -> None:
        with self._step("check" if checked else "uncheck"):
            el = self._one(call)
            if actionability.checked(self._document, el, call=f"Locator.{call}") is checked:
                return  # whether it could be clicked is not asked then, as in Playwright
            el = self._target(call, force, _CLICK)
            self._document.hover(el)
            if not trial:
                actions.set_checked(self._page, el, checked)

    def _shown_value(self, value: str) -> str:
        """Return what the trace may show of a value: nothing of what goes into a password or another secret."""
        if recorder.current() is None:
            return ""
        try:
            found = self._found()
        except Error:  # the action itself will say what is wrong with the selector
            found = []
        for el in found[:1]:
            if (el.attr("type") or "").lower() == "password":
                recorder.hide(value)
                return recorder.MASK
            value = recorder.secret(el.attr("name") or "", value)
        return f'"{value}"'


def _kind(value: object) -> str:
    """Name a value's type as Playwright's messages do, in JavaScript's words."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__
