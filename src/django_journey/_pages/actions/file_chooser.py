"""Setting the files of a file input: by a call, or in the file chooser that a click opens."""

from __future__ import annotations

from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import has
from django_journey._pages.actions.uploads import Files, uploads_for
from django_journey._pages.behaviours.fire import fire_changed
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import check_event
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["FileChooser", "choose_files", "set_input_files"]


def set_input_files(page: PageProtocol, el: Element, given: Files) -> None:
    """Set the files of a file input.

    Args:
        page: The page.
        el: The input.
        given: One or several paths, or mappings with ``name``, ``mimeType`` and ``buffer``; or one folder, where
            the input accepts folders.

    Raises:
        Error: It is not a file input, does not accept these files, or a file does not exist.
        NeedsBrowser: A script handles the change.
    """
    if el.tag != "input" or input_type(el) != "file":
        raise Error(Explanation("Node is not an HTMLInputElement of type file", where=show(el)))
    uploads = uploads_for(el, given)
    check_event(page, el, "change", "set_input_files()")
    controls.set_files(page.document, el, uploads)
    fire_changed(page, el, "set_input_files()")


class FileChooser:
    """The file chooser of a file input that was clicked, as ``playwright.sync_api.FileChooser``."""

    def __init__(self, page: PageProtocol, field: Element) -> None:
        self.page = page
        self._field = field

    @property
    def element(self) -> Any:
        """Unsupported: element handles belong to a browser."""
        raise NeedsBrowser("file_chooser.element", "element handles belong to a browser", where=self.page.url)

    def is_multiple(self) -> bool:
        """Tell whether the input accepts several files."""
        return has(self._field, "multiple")

    def set_files(
        self, files: Files, *, timeout: float | None = None, no_wait_after: bool | None = None
    ) -> None:
        """Set the files of the input; see ``Locator.set_input_files``."""
        set_input_files(self.page, self._field, files)


def choose_files(page: PageProtocol, field: Element, call: str) -> None:
    """Emit the event ``filechooser`` for a file input that was clicked.

    Raises:
        NeedsBrowser: The event has no listener, so that the browser would open a window.
    """
    if not page.events.any_listener("filechooser"):
        raise NeedsBrowser(
            call, f"{show(field)} opens a window of the browser: use set_input_files()", where=page.url
        )
    page.events.emit("filechooser", FileChooser(page, field))
