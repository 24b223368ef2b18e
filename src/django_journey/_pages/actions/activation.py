"""Clicks, and the default actions of elements: follow a link, submit, check, open, select."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from math import floor
from typing import Any

from django_journey._dom.css.user_agent import MODAL, OPEN_POPOVER
from django_journey._dom.forms import controls, submission
from django_journey._dom.forms.controls import is_list_box
from django_journey._dom.forms.owner import form_owner
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.query.element_line import show
from django_journey._dom.rendering.focus import is_focusable, is_summary_of_its_details
from django_journey._dom.rendering.image_button import middle_of
from django_journey._dom.tree.parser import Element, is_html, parent_element
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import ancestors, by_id, has, select
from django_journey._pages.actions.file_chooser import choose_files
from django_journey._pages.actions.links import follow_link, open_mode
from django_journey._pages.actions.submitting import close_dialog, reset_form, submit
from django_journey._pages.actions.text_field import caret_clicked
from django_journey._pages.behaviours.fire import fire, fire_changed
from django_journey._pages.http.image_size import image_size
from django_journey._pages.http.response_body import decoded_body
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import check_event, listening_script, without_default_action
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["activate", "click", "target_of"]

_INTERACTIVE = frozenset(
    (
        "a",
        "area",
        "button",
        "input",
        "label",
        "option",
        "select",
        "summary",
        "textarea",
        "video",
        "audio",
        "iframe",
    )
)
#: Roles whose elements a user expects to react to a click.
_ROLES = frozenset(
    (
        "button",
        "checkbox",
        "combobox",
        "link",
        "menuitem",
        "menuitemcheckbox",
        "menuitemradio",
        "option",
        "radio",
    )
) | {"switch", "tab", "treeitem"}


def click(
    page: PageProtocol,
    el: Element,
    *,
    button: str = "left",
    click_count: int = 1,
    modifiers: Sequence[str] | None = None,
    position: dict[str, float] | None = None,
) -> None:
    """Click an element, once or several times.

    Args:
        page: The page.
        el: The element.
        button: ``left``; other buttons have no default action on a page.
        click_count: How many times.
        modifiers: Keys that are held down; Control opens the target of a link or form in a new page.
        position: The point in the element, in pixels; an image button sends it.

    Raises:
        NeedsBrowser: Only a script can handle the click.
    """
    if button != "left":
        raise NeedsBrowser(
            f"click(button={button!r})", "that button opens menus or pages of the browser itself"
        )
    page.blocked = None
    document = page.document
    for _ in range(click_count):
        if page.document is not document:
            return  # the first click led to another page, where a browser would click at the same point
        _click_once(page, el, modifiers or (), _point(position))


def _point(position: dict[str, float] | None) -> tuple[int, int] | None:
    return None if position is None else (floor(position["x"] + 0.5), floor(position["y"] + 0.5))


def _click_once(
    page: PageProtocol, el: Element, modifiers: Sequence[str], point: tuple[int, int] | None
) -> None:
    doc = page.document
    call = "click()"
    while (inert := el.closest("[inert]")) is not None:
        parent = parent_element(inert)
        if parent is None:
            return
        el = parent  # a click on an inert element reaches its parent
    target = target_of(el)
    if target is not None and controls.is_disabled(target):
        return
    check_event(page, el, "click", call)
    held = frozenset(modifiers)
    focusable = next((node for node in (el, *ancestors(el)) if is_focusable(node)), None)
    fire(page, el, "pointerdown", call, held=held)
    if not fire(page, el, "mousedown", call, held=held).prevented:
        doc.focus = focusable
        if focusable is not None:
            caret_clicked(doc, focusable)
    fire(page, el, "pointerup", call, held=held)
    fire(page, el, "mouseup", call, held=held)
    if target is not None:
        activate(page, target, modifiers=modifiers, point=point, call=call, hit=el)
    elif not fire(page, el, "click", call, held=held).heard:
        _check_role(page, el, call)


def target_of(el: Element) -> Element | None:
    """Return the element whose default action a click on this one starts, or ``None``."""
    for node in (el, *ancestors(el)):
        if not is_html(node) and node.tag != "a":
            continue
        if node.tag == "summary" and not is_summary_of_its_details(node):
            continue
        if node.tag in _INTERACTIVE:
            return node
    return None


def _check_role(page: PageProtocol, el: Element, call: str) -> None:
    for node in (el, *ancestors(el)):
        role = (node.attr("role") or "").split(" ")[0].lower()
        if role in _ROLES:
            raise NeedsBrowser(
                call, f"{show(node)} only looks like a {role}: a script must act on it", where=page.url
            )
    without_default_action(page, call, el)


def activate(
    page: PageProtocol,
    el: Element,
    *,
    modifiers: Sequence[str] = (),
    point: tuple[int, int] | None = (0, 0),
    call: str = "click()",
    hit: Any = None,
) -> None:
    """Run the default action of an element that is clicked.

    Args:
        page: The page.
        el: The link, button, input, label, summary or option.
        modifiers: Keys that are held down.
        point: Where an image button was clicked; ``None`` for its middle.
        call: The call, for errors.
        hit: The descendant that was clicked.

    Raises:
        NeedsBrowser: It has no default action.

    Source: HTML Living Standard, the activation behavior of each element.
    """
    tag = el.tag
    if tag == "input" and input_type(el) in ("checkbox", "radio"):
        _check(page, el, call, hit, modifiers)
        return
    event = fire(page, hit or el, "click", call, held=frozenset(modifiers))
    if event.prevented or (tag in ("button", "input") and controls.is_disabled(el)):
        return  # what heard it may have disabled the button
    if tag in ("a", "area"):
        if not event.heard or has(el, "href"):
            follow_link(page, el, modifiers=modifiers, call=call)
    elif tag == "label":
        _click_label(page, el, call, hit)
    elif tag == "summary" and (details := parent_element(el)) is not None:
        _toggle_details(page, details, call)
    elif tag == "option":
        _click_option(page, el, modifiers=modifiers, call=call)
    elif tag == "button":
        _press_button(page, el, submission.button_type(el), point, call, modifiers, heard=event.heard)
    elif tag == "input":
        _click_input(page, el, point, call, modifiers, heard=event.heard)


def _check(page: PageProtocol, el: Element, call: str, hit: Element | None, modifiers: Sequence[str]) -> None:
    """Check or uncheck a box before its click event, and restore it if the default action is prevented."""
    doc = page.document
    checked = controls.is_checked(doc, el)
    new = input_type(el) == "radio" or not checked
    if new is not checked:
        check_event(page, el, "change", call)
    before = dict(doc.dirty.checked)
    if new is not checked:
        controls.set_checked(doc, el, new)
    if fire(page, hit or el, "click", call, held=frozenset(modifiers)).prevented:
        doc.dirty.checked.clear()
        doc.dirty.checked.update(before)
        doc.input_changed()
    elif new is not checked:
        fire_changed(page, el, call)


def _click_input(
    page: PageProtocol,
    el: Element,
    point: tuple[int, int] | None,
    call: str,
    modifiers: Sequence[str],
    *,
    heard: bool,
) -> None:
    kind = input_type(el)
    if kind in ("submit", "image", "reset", "button"):
        _press_button(page, el, kind, point, call, modifiers, heard=heard)
    elif kind == "file":
        choose_files(page, el, call)
    elif kind == "color":
        raise NeedsBrowser(call, f"{show(el)} opens a window of the browser", where=page.url)


def _press_button(
    page: PageProtocol,
    el: Element,
    kind: str,
    point: tuple[int, int] | None,
    call: str,
    modifiers: Sequence[str],
    *,
    heard: bool,
) -> None:
    form = form_owner(page.document, el)
    if kind in ("submit", "image"):
        if form is not None:
            opened = open_mode(modifiers, call, where=page.url)
            if point is None:
                point = _middle(page, el, call) if kind == "image" else (0, 0)
            submit(page, form, el, point=point, opened=opened, call=call)
            return
    elif kind == "reset" and form is not None:
        reset_form(page, form, call)
        return
    invoked = _invoke(page, el, call)
    if (
        link := el.closest("a[href]")
    ) is not None:  # Chromium follows the link around a button that sends no form
        follow_link(page, link, modifiers=modifiers, call=call)
        return
    if invoked or heard or listening_script(page.document) is None:
        return
    why = "is in no form, and" if kind != "button" else "is of type button:"
    raise NeedsBrowser(call, f"{show(el)} {why} only a script can make it do something", where=page.url)


def _middle(page: PageProtocol, el: Element, call: str) -> tuple[int, int]:
    """Return the point that an image button sends when its middle is clicked."""
    doc = page.document
    picture = None
    if source := el.attr("src"):
        with suppress(ValueError):
            url = parse_url(source, parse_url(submission.base_url(doc)), encoding=doc.encoding)
            picture = page.context.files.local(str(url.with_fragment(None)))
    found = middle_of(doc, el, image_size(decoded_body(picture)) if picture is not None else None)
    if found is None:
        raise NeedsBrowser(
            call,
            f"{show(el)} sends the point that was clicked, and how large it is depends on its picture or the layout; "
            "click(position={...}) names the point, and press('Enter') sends none",
            where=page.url,
        )
    return found


def _invoke(page: PageProtocol, el: Element, call: str) -> bool:
    """Run ``popovertarget`` or ``command``; tell whether the element has one."""
    doc = page.document
    popover = by_id(doc, el.attr("popovertarget") or "")
    if popover is not None and has(popover, "popover"):
        _toggle_popover(page, popover, (el.attr("popovertargetaction") or "toggle").lower(), call)
        return True
    target = by_id(doc, el.attr("commandfor") or "")
    command = (el.attr("command") or "").lower()
    if target is None or not command:
        return False
    if command.startswith("--"):
        raise NeedsBrowser(call, f"{show(el)} has a command of its own, {command}", where=page.url)
    if command in ("show-modal", "close", "request-close") and target.tag == "dialog":
        check_event(page, target, "toggle", call)
        if command != "show-modal":
            close_dialog(page, target)
        elif not has(target, "open"):
            target.attrs["open"] = target.attrs[MODAL] = ""
            doc.tree_changed()
        return True
    if command in ("show-popover", "hide-popover", "toggle-popover"):
        _toggle_popover(page, target, command.removesuffix("-popover"), call)
        return True
    return False


def _toggle_popover(page: PageProtocol, popover: Element, action: str, call: str) -> None:
    check_event(page, popover, "toggle", call)
    is_open = has(popover, OPEN_POPOVER)
    if action not in ("show", "hide"):  # any other word means to toggle
        action = "hide" if is_open else "show"
    if action == "show" and not is_open:
        popover.attrs[OPEN_POPOVER] = ""
    elif action == "hide" and is_open:
        del popover.attrs[OPEN_POPOVER]
    page.document.tree_changed()


def _click_label(page: PageProtocol, label: Element, call: str, hit: Element) -> None:
    control = controls.labelled_control(page.document, label)
    if control is None or controls.is_disabled(control):
        return
    if hit is not None and (hit is control or control in tuple(ancestors(hit))):
        return
    if is_focusable(control):
        page.document.focus = control
    if control.tag in ("button", "input"):
        check_event(page, control, "click", call)
        kind = input_type(control) if control.tag == "input" else ""
        if kind == "image":
            raise NeedsBrowser(call, f"{show(control)} sends where on the page its label is", where=page.url)
        if kind != "color" and (kind != "file" or page.events.any_listener("filechooser")):
            activate(page, control, call=call)


def _toggle_details(page: PageProtocol, details: Element, call: str) -> None:
    check_event(page, details, "toggle", call)
    if has(details, "open"):
        del details.attrs["open"]
    else:
        name = details.attr("name")
        if name:
            for other in select(page.document, "details[open]"):
                if other.attr("name") == name:
                    del other.attrs["open"]
        details.attrs["open"] = ""
    page.document.tree_changed()


def _click_option(
    page: PageProtocol, option: Element, *, modifiers: Sequence[str] = (), call: str = "click()"
) -> None:
    """Select an option of a list box by clicking it; with Control, add it to the selection or remove it.

    Raises:
        Error: It is in a drop-down list, whose options can't be clicked.
    """
    box = next((node for node in ancestors(option) if node.tag == "select"), None)
    if box is None or controls.is_disabled(option) or controls.is_disabled(box):
        return
    if not is_list_box(box):
        raise Error(
            Explanation(
                f"{call}: {show(option)} is in a drop-down list, where a browser can't click it",
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
    fire_changed(page, box, call)
