"""What a user does to an element: clicks, focus, and what an element does of its own when it is clicked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from math import floor
from typing import Any

from django_journey.dom import controls, forms
from django_journey.dom.focus import is_focusable, is_summary_of_its_details
from django_journey.dom.image_button import middle_of
from django_journey.dom.owner import form_owner
from django_journey.dom.parser import is_html
from django_journey.dom.sanitize import input_type
from django_journey.dom.tree import ancestors, by_id, has, select
from django_journey.dom.urls import parse_url
from django_journey.dom.user_agent import MODAL
from django_journey.errors import NeedsBrowser
from django_journey.pages.body import decoded_body
from django_journey.pages.choosing import (
    choose_files,
    click_option,
    select_option,
    set_checked,
    set_input_files,
)
from django_journey.pages.image_size import image_size
from django_journey.pages.links import follow_link, opened_by
from django_journey.pages.scripts import check_event, listening_script, shown
from django_journey.pages.shown import ShownPage
from django_journey.pages.submitting import close_dialog, reset_form, submit
from django_journey.pages.text_field import clicked
from django_journey.pages.writing import clear, fill, press, type_text

__all__ = [
    "activate",
    "blur",
    "clear",
    "click",
    "fill",
    "focus",
    "hover",
    "press",
    "select_option",
    "set_checked",
    "set_input_files",
    "type_text",
]

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
#: Roles of elements that a user takes for something to click on.
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
    page: ShownPage,
    el: Any,
    *,
    button: str = "left",
    click_count: int = 1,
    modifiers: Sequence[str] | None = None,
    position: dict[str, float] | None = None,
) -> None:
    """Click an element, as often as asked for.

    Args:
        page: The page.
        el: The element.
        button: ``left``; other buttons have no native action here.
        click_count: How many times.
        modifiers: Keys that are held; Control opens a link, or what a form leads to, in a new page.
        position: Where in the element (pixels); an image button sends it.

    Raises:
        NeedsBrowser: Only a script could answer the click.
    """
    if button != "left":
        raise NeedsBrowser(
            f"click(button={button!r})", "that button opens menus or pages of the browser itself"
        )
    page.blocked = None
    document = page.document
    for _ in range(click_count):
        if page.document is not document:
            return  # the first click led to another page; a browser would click there, at the same place
        _click_once(page, el, modifiers or (), _point(position))


def _point(position: dict[str, float] | None) -> tuple[int, int] | None:
    return None if position is None else (floor(position["x"] + 0.5), floor(position["y"] + 0.5))


def _click_once(page: ShownPage, el: Any, modifiers: Sequence[str], point: tuple[int, int] | None) -> None:
    doc = page.document
    call = "click()"
    while (unreached := el.closest("[inert]")) is not None:
        el = unreached.parent  # the pointer meets what an inert part stands in
    target = _target_of(el)
    if target is not None and controls.is_disabled(target):
        return
    check_event(page, el, "click", call)
    focusable = next((node for node in (el, *ancestors(el)) if is_focusable(node)), None)
    doc.focus = focusable
    if focusable is not None:
        clicked(doc, focusable)
    if target is None:
        _refuse_pretenders(page, el, call)
        return
    activate(page, target, modifiers=modifiers, point=point, call=call, hit=el)


def _target_of(el: Any) -> Any:
    """Return the element whose native action a click on this one starts, or ``None``."""
    for node in (el, *ancestors(el)):
        if not is_html(node) and node.tag != "a":
            continue
        if node.tag == "summary" and not is_summary_of_its_details(node):
            continue
        if node.tag in _INTERACTIVE:
            return node
    return None


def _refuse_pretenders(page: ShownPage, el: Any, call: str) -> None:
    for node in (el, *ancestors(el)):
        role = (node.attr("role") or "").split(" ")[0].lower()
        if role in _ROLES:
            raise NeedsBrowser(
                call, f"{shown(node)} only looks like a {role}: a script must act on it", where=page.url
            )
    page.heard_by_scripts(call, el)


def activate(
    page: ShownPage,
    el: Any,
    *,
    modifiers: Sequence[str] = (),
    point: tuple[int, int] | None = (0, 0),
    call: str = "click()",
    hit: Any = None,
) -> None:
    """Do what the element does of its own when it is clicked.

    Args:
        page: The page.
        el: The link, button, input, label, summary or option.
        modifiers: Keys that are held.
        point: Where an image button was clicked; ``None`` for its middle.
        call: The call, for errors.
        hit: The element within that was really clicked.

    Raises:
        NeedsBrowser: It does nothing of its own.

    Source: HTML Living Standard, the activation behavior of each element.
    """
    tag = el.tag
    if tag in ("a", "area"):
        follow_link(page, el, modifiers=modifiers, call=call)
    elif tag == "label":
        _click_label(page, el, call, hit)
    elif tag == "summary":
        _toggle_details(page, el.parent, call)
    elif tag == "option":
        click_option(page, el, modifiers=modifiers, call=call)
    elif tag == "button":
        _press_button(page, el, forms.button_type(el), point, call, modifiers)
    elif tag == "input":
        _click_input(page, el, point, call, modifiers)


def _click_input(
    page: ShownPage, el: Any, point: tuple[int, int] | None, call: str, modifiers: Sequence[str]
) -> None:
    kind = input_type(el)
    if kind in ("submit", "image", "reset", "button"):
        _press_button(page, el, kind, point, call, modifiers)
    elif kind in ("checkbox", "radio"):
        if kind == "radio" and controls.is_checked(page.document, el):
            return
        check_event(page, el, "change", call)
        controls.set_checked(page.document, el, kind == "radio" or not controls.is_checked(page.document, el))
    elif kind == "file":
        choose_files(page, el, call)
    elif kind == "color":
        raise NeedsBrowser(call, f"{shown(el)} opens a window of the browser", where=page.url)


def _press_button(
    page: ShownPage, el: Any, kind: str, point: tuple[int, int] | None, call: str, modifiers: Sequence[str]
) -> None:
    form = form_owner(page.document, el)
    if kind in ("submit", "image"):
        if form is not None:
            opened = opened_by(modifiers, call, where=page.url)
            if point is None:
                point = _middle(page, el, call) if kind == "image" else (0, 0)
            submit(page, form, el, point=point, opened=opened, call=call)
            return
    elif kind == "reset" and form is not None:
        reset_form(page, form, call)
        return
    if _invoke(page, el, call) or listening_script(page.document) is None:
        return
    why = "is in no form, and" if kind != "button" else "is of type button:"
    raise NeedsBrowser(call, f"{shown(el)} {why} only a script can make it do something", where=page.url)


def _middle(page: ShownPage, el: Any, call: str) -> tuple[int, int]:
    """Return the point that a click in the middle of an image button sends."""
    doc = page.document
    picture = None
    if el.attr("src"):
        with suppress(ValueError):
            url = parse_url(el.attr("src"), parse_url(forms.base_url(doc)), encoding=doc.encoding)
            picture = page.context.files.at_hand(str(url.with_fragment(None)))
    found = middle_of(doc, el, image_size(decoded_body(picture)) if picture is not None else None)
    if found is None:
        raise NeedsBrowser(
            call,
            f"{shown(el)} sends the point that was clicked, and how large it is depends on its picture or the layout; "
            "click(position={...}) names the point, and press('Enter') sends none",
            where=page.url,
        )
    return found


def _invoke(page: ShownPage, el: Any, call: str) -> bool:
    """Carry out ``popovertarget`` or ``command``; tell whether there was one to carry out."""
    doc = page.document
    popover = by_id(doc, el.attr("popovertarget") or "")
    if popover is not None and has(popover, "popover"):
        page.toggle_popover(popover, (el.attr("popovertargetaction") or "toggle").lower(), call)
        return True
    target = by_id(doc, el.attr("commandfor") or "")
    command = (el.attr("command") or "").lower()
    if target is None or not command:
        return False
    if command.startswith("--"):
        raise NeedsBrowser(call, f"{shown(el)} has a command of its own, {command}", where=page.url)
    if command in ("show-modal", "close", "request-close") and target.tag == "dialog":
        check_event(page, target, "toggle", call)
        if command != "show-modal":
            close_dialog(page, target)
        elif not has(target, "open"):
            target.attrs["open"] = target.attrs[MODAL] = ""
            doc.changed()
        return True
    if command in ("show-popover", "hide-popover", "toggle-popover"):
        page.toggle_popover(target, command.removesuffix("-popover"), call)
        return True
    return False


def _click_label(page: ShownPage, label: Any, call: str, hit: Any) -> None:
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
            raise NeedsBrowser(call, f"{shown(control)} sends where on the page its label is", where=page.url)
        if kind != "color" and (kind != "file" or page.events.any_listener("filechooser")):
            activate(page, control, call=call)


def _toggle_details(page: ShownPage, details: Any, call: str) -> None:
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
    page.document.changed()


def hover(page: ShownPage, el: Any) -> None:
    """Tell the handlers of an element that the pointer is over it.

    Raises:
        NeedsBrowser: A handler waits for the pointer.
    """
    for node in (el, *ancestors(el)):
        for name in ("onmouseover", "onmouseenter", "onpointerenter", "onpointerover", "onmousemove"):
            if has(node, name):
                raise NeedsBrowser("hover()", f"{shown(node)} has {name}", where=page.url)


def focus(page: ShownPage, el: Any) -> None:
    """Put the focus on an element, if it takes it."""
    if has(el, "onfocus"):
        raise NeedsBrowser("focus()", f"{shown(el)} has onfocus", where=page.url)
    if is_focusable(el):
        page.document.focus = el
        page.document.touched()


def blur(page: ShownPage, el: Any) -> None:
    """Take the focus off an element."""
    if has(el, "onblur"):
        raise NeedsBrowser("blur()", f"{shown(el)} has onblur", where=page.url)
    if page.document.focus is el:
        page.document.focus = None
        page.document.touched()
