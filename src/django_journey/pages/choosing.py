"""Choosing: boxes and buttons that are checked, options that are selected, files that are attached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_journey.dom import controls
from django_journey.dom.native_roles import is_list_box
from django_journey.dom.sanitize import input_type
from django_journey.dom.text import normalize
from django_journey.dom.tree import ancestors, has
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime
from django_journey.pages.meant_for import meant_for
from django_journey.pages.scripts import check_event, shown
from django_journey.pages.shown import ShownPage
from django_journey.pages.uploads import uploads_for

__all__ = ["FileChooser", "choose_files", "click_option", "select_option", "set_checked", "set_input_files"]


def set_checked(page: ShownPage, el: Any, checked: bool) -> None:
    """Check or uncheck a checkbox or radio button by clicking it, if it is not so already.

    Args:
        page: The page.
        el: The control, or its label.
        checked: The state that is wanted.

    Raises:
        Error: It is neither, or a radio button that should be unchecked.
        NeedsBrowser: Only a script could change it.
    """
    from django_journey.pages.actions import click

    doc = page.document
    control = _checkable(doc, el)
    if controls.is_checked(doc, control) is checked:
        return
    if not checked and input_type(control) == "radio":
        raise Error(
            "Cannot uncheck radio button. Radio buttons can only be unchecked by selecting another radio "
            "button in the same group."
        )
    click(page, el)
    if controls.is_checked(doc, control) is not checked:
        raise Error("Clicking the checkbox did not change its state")


def _checkable(doc: Any, el: Any) -> Any:
    if el.tag != "input" and (label := el.closest("label")) is not None:
        el = controls.labelled_control(doc, label) or el
    if el.tag == "input" and input_type(el) in ("checkbox", "radio"):
        return el
    role = (el.attr("role") or "").lower()
    if role in ("checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"):
        raise NeedsBrowser("set_checked()", f"{shown(el)} only looks like a {role}: a script must act on it")
    raise Error(Explanation("Not a checkbox or radio button", where=shown(el), instead=meant_for(el)))


def click_option(
    page: ShownPage, option: Any, *, modifiers: Sequence[str] = (), call: str = "click()"
) -> None:
    """Select an option of a list box by clicking it; with Control it is added to those selected.

    Raises:
        Error: The list drops down: its options can't be clicked.
    """
    box = next((node for node in ancestors(option) if node.tag == "select"), None)
    if box is None or controls.is_disabled(option) or controls.is_disabled(box):
        return
    if not is_list_box(box):
        raise Error(
            Explanation(
                f"{call}: {shown(option)} is in a drop-down list, where a browser can't click it",
                instead="use select_option() on the <select>",
            )
        )
    check_event(page, box, "change", call)
    chosen = [option]
    if has(box, "multiple") and any(key in ("Control", "ControlOrMeta", "Meta") for key in modifiers):
        before = controls.selected_options(page.document, box)
        chosen = [each for each in before if each is not option] if option in before else [*before, option]
    controls.select_options(page.document, box, chosen)
    page.document.focus = box


def select_option(
    page: ShownPage,
    el: Any,
    value: Any = None,
    label: Any = None,
    index: Any = None,
) -> list[str]:
    """Select options of a ``<select>``, and only these.

    Args:
        page: The page.
        el: The select, or its label.
        value: A value or label, or several.
        label: A label, or several.
        index: A place from 0, or several.

    Returns:
        The values that are selected now.

    Raises:
        TimeoutError: It has no such option, or that one is disabled.
        Error: It is not a select.
        NeedsBrowser: A script waits for the change.
    """
    doc = page.document
    if el.tag != "select" and (owner := el.closest("label")) is not None:
        el = controls.labelled_control(doc, owner) or el
    if el.tag != "select":
        raise Error(Explanation("Element is not a <select> element", where=shown(el), instead=meant_for(el)))
    every = controls.options(el)
    chosen = _fitting(doc, el, every, _wishes(value, label, index))
    check_event(page, el, "change", "select_option()")
    controls.select_options(doc, el, chosen)
    return [controls.value(doc, option) for option in controls.selected_options(doc, el)]


def _wishes(value: Any, label: Any, index: Any) -> list[tuple[str, Any]]:
    return [
        *(("any", wish) for wish in _many(value)),
        *(("label", wish) for wish in _many(label)),
        *(("index", wish) for wish in _many(index)),
    ]


def _many(given: Any) -> list[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, (list, tuple, set)) else [given]


def _fitting(doc: Any, el: Any, every: list[Any], wishes: list[tuple[str, Any]]) -> list[Any]:
    left = wishes
    chosen: list[Any] = []
    for place, option in enumerate(every):
        if not any(_is_meant(doc, option, place, wish) for wish in left):
            continue
        if controls.is_disabled(option):
            raise NotInTime(Explanation("option being selected is not enabled", where=shown(option)))
        chosen.append(option)
        if not has(el, "multiple"):
            return chosen
        left = [wish for wish in left if not _is_meant(doc, option, place, wish)]
    if left:
        raise NotInTime(
            Explanation(
                f"did not find some options: {', '.join(repr(wish[1]) for wish in left)}",
                where=shown(el),
                nearest=tuple(
                    f"value {controls.value(doc, option)!r}, label {controls.option_label(option)!r}"
                    for option in every[:12]
                ),
                instead="select one of these, by its value or its label",
            )
        )
    return chosen


def _is_meant(doc: Any, option: Any, place: int, wish: tuple[str, Any]) -> bool:
    how, wanted = wish
    if how == "index":
        return bool(wanted == place)
    if how == "any" and controls.value(doc, option) == wanted:
        return True
    return normalize(controls.option_label(option)) == normalize(wanted)


def set_input_files(page: ShownPage, el: Any, given: Any) -> None:
    """Choose the files of a file input, in place of those chosen before.

    Args:
        page: The page.
        el: The input, or its label.
        given: Paths, or mappings with ``name``, ``mimeType`` and ``buffer``; one or several; or one folder, where
            the input takes folders.

    Raises:
        Error: It is not a file input, does not take what is given, or a file is not there.
        NeedsBrowser: A script waits for the change.
    """
    doc = page.document
    if el.tag != "input" and (label := el.closest("label")) is not None:
        el = controls.labelled_control(doc, label) or el
    if el.tag != "input" or input_type(el) != "file":
        raise Error(Explanation("Node is not an HTMLInputElement of type file", where=shown(el)))
    uploads = uploads_for(el, given)
    check_event(page, el, "change", "set_input_files()")
    controls.set_files(doc, el, uploads)


class FileChooser:
    """What opens when a file field is clicked, as ``playwright.sync_api.FileChooser``."""

    def __init__(self, page: ShownPage, field: Any) -> None:
        self.page = page
        self._field = field

    @property
    def element(self) -> Any:
        """Refused: handles belong to scripts."""
        raise NeedsBrowser("file_chooser.element", "element handles belong to a browser", where=self.page.url)

    def is_multiple(self) -> bool:
        """Tell whether it takes several files."""
        return has(self._field, "multiple")

    def set_files(
        self, files: Any, *, timeout: float | None = None, no_wait_after: bool | None = None
    ) -> None:
        """Choose the files of the field; see ``Locator.set_input_files``."""
        set_input_files(self.page, self._field, files)


def choose_files(page: ShownPage, field: Any, call: str) -> None:
    """Open the file chooser of a field that was clicked, for those who wait for it.

    Raises:
        NeedsBrowser: Nobody does: a window of the browser would open.
    """
    if not page.events.any_listener("filechooser"):
        raise NeedsBrowser(
            call, f"{shown(field)} opens a window of the browser: use set_input_files()", where=page.url
        )
    page.events.emit("filechooser", FileChooser(page, field))
