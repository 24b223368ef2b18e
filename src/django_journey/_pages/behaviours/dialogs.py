"""The dialogs that scripts open: ``confirm`` and ``prompt``, answered by those who listen, as in Playwright."""

from __future__ import annotations

from typing import Any

from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import Error, Explanation

__all__ = ["Dialog", "ask"]


class Dialog:
    """A dialog, as ``playwright.sync_api.Dialog``."""

    def __init__(self, page: PageProtocol, kind: str, message: str) -> None:
        self.page: Any = page
        self.type = kind
        self.message = message
        self.default_value = ""
        self.answer: str | None = None
        self.is_answered = False

    def __repr__(self) -> str:
        return f"<Dialog type={self.type!r} message={self.message!r}>"

    def accept(self, prompt_text: str | None = None) -> None:
        """Say yes, to a prompt with this text."""
        self._settle("" if prompt_text is None else prompt_text)

    def dismiss(self) -> None:
        """Say no."""
        self._settle(None)

    def _settle(self, answer: str | None) -> None:
        if self.is_answered:
            raise Error(f"Dialog.{'dismiss' if answer is None else 'accept'}: the dialog is already handled")
        self.answer, self.is_answered = answer, True


def ask(page: PageProtocol, kind: str, message: str) -> str | None:
    """Open a dialog and return its answer; ``None`` if it is dismissed, which is the default without a listener.

    Raises:
        Error: Somebody listens and neither accepts nor dismisses it, for which a browser would wait.
    """
    dialog = Dialog(page, kind, message)
    if not page.events.any_listener("dialog"):
        return None
    page.events.emit("dialog", dialog)
    if not dialog.is_answered:
        raise Error(
            Explanation(
                f"the {kind} {message!r} was neither accepted nor dismissed",
                where=page.url,
                instead='page.once("dialog", lambda dialog: dialog.accept())',
            )
        )
    return dialog.answer
