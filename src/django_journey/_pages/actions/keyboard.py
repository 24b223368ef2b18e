"""The keyboard of a page: the twin of Playwright's ``Keyboard``."""

from __future__ import annotations

from django_journey._pages.actions import text_entry, text_field
from django_journey._pages.behaviours.fire import acting_step
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import NeedsBrowser

__all__ = ["Keyboard"]

_MODIFIERS = ("Alt", "Control", "Meta", "Shift")


class Keyboard:
    """Sends keys to the focused element; ``held`` are the modifiers that are held down.

    ``delay`` is accepted and changes nothing.
    """

    def __init__(self, page: PageProtocol) -> None:
        self._page = page
        self.held: list[str] = []

    def press(self, key: str, *, delay: float | None = None) -> None:
        """Press and release a key, or several at once: ``"Enter"``, ``"a"``, ``"Shift+Tab"``.

        Raises:
            Error: There is no such key on a US keyboard, as in Playwright.
            NeedsBrowser: Only a script or the browser itself can handle the key.
        """
        with acting_step(self._page, "press", key):
            text_entry.press_focused(self._focused(), self.combined(key))

    def type(self, text: str, *, delay: float | None = None) -> None:
        """Type a text key by key; a line break is the Enter key."""
        with acting_step(self._page, "type", text_field.masked(self._page.document.focus, text)):
            for char in text:
                text_entry.press_focused(
                    self._focused(), "Enter" if char in "\r\n" else char, any_character=True
                )

    def insert_text(self, text: str) -> None:
        """Insert a text at the caret, as by pasting."""
        with acting_step(self._page, "type", text_field.masked(self._page.document.focus, text)):
            text_entry.insert_text(self._focused(), text)

    def down(self, key: str) -> None:
        """Press a key and hold it down: a modifier affects the keys and clicks that follow.

        Raises:
            NeedsBrowser: The key only takes effect when it is released.
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
        """Return a key together with the modifiers that are held down."""
        return "+".join([*self.held, key])

    def _focused(self) -> PageProtocol:
        """Return the page, or its frame that has the focus."""
        inside = [frame for frame in self._page.document.frames.values() if frame.document.focus is not None]
        if inside and (len(inside) > 1 or self._page.document.focus is not None):
            raise NeedsBrowser("keyboard", "which of several frames has the focus", where=self._page.url)
        return inside[0] if inside else self._page


def _modifier(key: str) -> str:
    return {"ControlOrMeta": "Control"}.get(key, key.removesuffix("Left").removesuffix("Right"))
