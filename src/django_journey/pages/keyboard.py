"""The keyboard of a page, whose keys go to what has the focus; the twin of Playwright's ``Keyboard``."""

from __future__ import annotations

from typing import Any

from django_journey.errors import NeedsBrowser
from django_journey.pages import writing
from django_journey.trace import recorder

__all__ = ["Keyboard"]

_MODIFIERS = ("Alt", "Control", "Meta", "Shift")


class Keyboard:
    """Presses keys; ``held`` are the modifiers that are down. ``delay`` is accepted and changes nothing."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.held: list[str] = []

    def press(self, key: str, *, delay: float | None = None) -> None:
        """Press and release a key, or several at once: ``"Enter"``, ``"a"``, ``"Shift+Tab"``.

        Raises:
            Error: There is no such key on a US keyboard, as in Playwright.
            NeedsBrowser: Only a script or the browser's own window could answer the key.
        """
        with self._step("press", key):
            writing.press_focused(self._focused(), self.combined(key))

    def type(self, text: str, *, delay: float | None = None) -> None:
        """Type a text key by key; a line break is the Enter key."""
        with self._step("type", self._shown(text)):
            for char in text:
                writing.press_focused(
                    self._focused(), "Enter" if char in "\r\n" else char, any_character=True
                )

    def insert_text(self, text: str) -> None:
        """Put a text at the caret at once, as by pasting it."""
        with self._step("type", self._shown(text)):
            writing.insert_text(self._focused(), text)

    def down(self, key: str) -> None:
        """Press a key and hold it: a modifier counts for the keys and clicks that follow.

        Raises:
            NeedsBrowser: What the key starts, only its release ends.
        """
        modifier = _modifier(key)
        if modifier in _MODIFIERS:
            self.held.append(modifier)
        elif key in (" ", "Space"):
            raise NeedsBrowser("keyboard.down('Space')", "a button waits for its release: use press()")
        else:
            self.press(key)

    def up(self, key: str) -> None:
        """Release a key."""
        if (modifier := _modifier(key)) in self.held:
            self.held.remove(modifier)

    def combined(self, key: str) -> str:
        """Return a key together with the modifiers that are held."""
        return "+".join([*self.held, key])

    def _focused(self) -> Any:
        """Return the page, or the frame of it that has the focus."""
        inside = [frame for frame in self._page.document.frames.values() if frame.document.focus is not None]
        if inside and (len(inside) > 1 or self._page.document.focus is not None):
            raise NeedsBrowser("keyboard", "which of several frames has the focus", where=self._page.url)
        return inside[0] if inside else self._page

    def _step(self, verb: str, what: str) -> Any:
        return recorder.step(verb, what, actor=self._page.context.actor, look=self._page.look)

    def _shown(self, text: str) -> str:
        """Return what the trace may show of a text: nothing of a password."""
        el = self._page.document.focus
        if el is not None and (el.attr("type") or "").lower() == "password":
            recorder.hide(text)
            return recorder.MASK
        return f'"{recorder.secret(el.attr("name") or "", text) if el is not None else text}"'


def _modifier(key: str) -> str:
    return {"ControlOrMeta": "Control"}.get(key, key.removesuffix("Left").removesuffix("Right"))
