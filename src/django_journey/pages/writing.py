"""Writing into fields: fill, clear, and keys, with what a browser makes of them."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from django_journey.dom import controls, forms
from django_journey.dom.focus import is_focusable, is_inert, next_in_tab_order
from django_journey.dom.native_roles import is_list_box
from django_journey.dom.owner import form_owner
from django_journey.dom.pseudo_classes import is_content_editable
from django_journey.dom.sanitize import TEXT_LIKE, input_type
from django_journey.dom.tree import ancestors, has
from django_journey.dom.user_agent import MODAL
from django_journey.dom.visibility import is_visible
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.pages import text_field
from django_journey.pages.meant_for import meant_for
from django_journey.pages.scripts import check_event, shown
from django_journey.pages.shown import ShownPage
from django_journey.pages.submitting import close_dialog, submit

__all__ = ["clear", "fill", "insert_text", "press", "press_focused", "type_text"]

#: Types that a value is set on as a whole, as by their own picker.
_PICKED = frozenset(("color", "date", "time", "datetime-local", "month", "range", "week"))
#: The keys that Playwright knows: characters of a US keyboard, and the names and codes of the others.
_KEY = re.compile(
    r"[ -~]|Key[A-Z]|Digit\d|Numpad(\d|Add|Subtract|Multiply|Divide|Decimal|Enter)|F(\d|1\d|2[0-4])"
    r"|Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|Insert|Delete|Backspace|Tab|Enter|Escape|Space|CapsLock"
    r"|NumLock|ScrollLock|Pause|PrintScreen|ContextMenu|(Shift|Control|Alt|Meta)(Left|Right)?|ControlOrMeta|AltGraph"
    r"|Minus|Equal|Bracket(Left|Right)|Backslash|Semicolon|Quote|Backquote|Comma|Period|Slash|Help|Cancel|Clear"
)
#: What the keys of a US keyboard write while Shift is held, and what those write that go by the name of their code.
_SHIFTED = str.maketrans("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?')
_CODES = {
    **{f"Key{letter.upper()}": letter for letter in "abcdefghijklmnopqrstuvwxyz"},
    **{f"Digit{digit}": digit for digit in "0123456789"},
    "Minus": "-",
    "Equal": "=",
    "BracketLeft": "[",
    "BracketRight": "]",
    "Backslash": "\\",
    "Semicolon": ";",
    "Quote": "'",
    "Backquote": "`",
    "Comma": ",",
    "Period": ".",
    "Slash": "/",
}
_JAVASCRIPT_NUMBER = re.compile(
    r"\s*([+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|Infinity)|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)?\s*",
    re.ASCII,
)


def fill(page: ShownPage, el: Any, value: str) -> None:
    """Write a value into a field in place of what was there.

    Args:
        page: The page.
        el: An input, textarea or editable element, or a label of one.
        value: What to write, e.g. ``2026-11-20`` into a date.

    Raises:
        Error: The field can't be written into, or not this value; named as in Playwright.
        NeedsBrowser: A script waits for the keys.
    """
    page.blocked = None
    doc = page.document
    if el.tag not in ("input", "textarea") and (label := el.closest("label")) is not None:
        el = controls.labelled_control(doc, label) or el
    if el.tag == "textarea":
        _write(page, el, value.replace("\r\n", "\n").replace("\r", "\n"))
    elif el.tag == "input":
        _fill_input(page, el, value)
    elif is_content_editable(el):
        check_event(page, el, "key", "fill()")
        _write_lines(el, value)
        doc.focus = el
        doc.changed()
    else:
        raise Error(
            Explanation(
                "Element is not an <input>, <textarea> or [contenteditable] element",
                where=shown(el),
                instead=meant_for(el),
            )
        )


def _write_lines(el: Any, value: str) -> None:
    """Put text into an editable element as Chromium does: each further line in a ``<div>`` of its own."""
    first, *rest = value.replace("\r\n", "\n").split("\n")
    el.set_inner_html(escape(first) + "".join(f"<div>{escape(line) or '<br>'}</div>" for line in rest))


def _fill_input(page: ShownPage, el: Any, value: str) -> None:
    kind = input_type(el)
    if kind in _PICKED:
        check_event(page, el, "key", "fill()")
        check_event(page, el, "change", "fill()")
        # What is no value of that type leaves the field empty, as in a browser.
        controls.set_value(page.document, el, value.strip())
        page.document.focus = el
    elif kind == "number":
        if not _JAVASCRIPT_NUMBER.fullmatch(value):
            raise Error(
                Explanation(
                    "Cannot type text into input[type=number]",
                    where=shown(el),
                    instead='a number as HTML writes it, with a point and no spaces: fill("1234.5")',
                )
            )
        _write(page, el, value.strip())
    elif kind in TEXT_LIKE:
        _write(page, el, re.sub(r"\r\n|\r|\n", " ", value))
    else:
        raise Error(
            Explanation(f'Input of type "{kind}" cannot be filled', where=shown(el), instead=meant_for(el))
        )


def _write(page: ShownPage, el: Any, text: str) -> None:
    if controls.is_disabled(el):
        return  # by an outer fieldset, which Playwright does not look at; keys don't reach it
    text_field.write(page, el, text, call="fill()")
    page.document.focus = el


def clear(page: ShownPage, el: Any) -> None:
    """Empty a field; see ``fill``."""
    fill(page, el, "")


def type_text(page: ShownPage, el: Any, text: str) -> None:
    """Type a text key by key, after what the field holds; a line break is the Enter key.

    Raises:
        NeedsBrowser: A script waits for the keys.
    """
    for char in text:
        _press(page, el, "Enter" if char in "\r\n" else char)


def press(page: ShownPage, el: Any, key: str) -> None:
    """Focus an element and press a key.

    Args:
        page: The page.
        el: The element.
        key: A character, or ``Enter``, ``Space``, ``Tab``, ``Escape``, ``Backspace``, ``Delete``; with ``Shift+``
            or ``Control+`` before it.

    Raises:
        Error: There is no such key on a US keyboard, as in Playwright.
        NeedsBrowser: Only a script or the browser's own window could answer the key.
    """
    _check_key(key)
    _press(page, el, key)


def press_focused(page: ShownPage, key: str, *, any_character: bool = False) -> None:
    """Press a key where the focus is; see ``press``.

    Args:
        page: The page.
        key: The key.
        any_character: Whether it may be a character that a US keyboard has not.
    """
    if not any_character:
        _check_key(key)
    page.blocked = None
    _key(page, _focused(page), key)


def insert_text(page: ShownPage, text: str) -> None:
    """Put a text at the caret of what has the focus, as by pasting it; nothing happens where nothing takes it.

    Raises:
        NeedsBrowser: Only a browser edits what has the focus.
    """
    el = _focused(page)
    if el.tag != "textarea":
        text = re.sub(r"\r\n|\r|\n", " ", text)
    if text_field.is_writable(el) or is_content_editable(el):
        for char in text:
            _insert(page, el, char, "insert_text()")


def _focused(page: ShownPage) -> Any:
    return page.document.focus or page.document.tree.select_one("body")


def _check_key(key: str) -> None:
    name = _split(key)[1]
    if not _KEY.fullmatch(name):
        raise Error(
            Explanation(
                f'Unknown key: "{name}"',
                where=f"press({key!r})",
                instead="press_sequentially() types any characters; keys are named as in KeyboardEvent.key",
            )
        )


def _split(key: str) -> tuple[list[str], str]:
    """Return the keys that are held, and the one that is pressed."""
    *held, name = key.split("+") if key != "+" and not key.endswith("++") else [*key[:-2].split("+"), "+"]
    return [each for each in held if each], name


def _press(page: ShownPage, el: Any, key: str) -> None:
    page.blocked = None
    doc = page.document
    if doc.focus is not el:
        takes = is_focusable(el)
        if takes and is_visible(doc, el):
            doc.focus = el
            text_field.refocused(doc, el)
        elif doc.focus is None and (takes or is_inert(el)):
            return
    # A key goes to what has the focus; where the element can't take it, that is another one.
    _key(page, doc.focus or el, key)


def _key(page: ShownPage, el: Any, key: str) -> None:
    call = f"press({key!r})"
    held, name = _split(key)
    check_event(page, el, "key", call)
    if name == "Tab":
        _tab(page, el, backwards="Shift" in held)
    elif any(each in ("Control", "ControlOrMeta", "Meta", "Alt") for each in held):
        _shortcut(page, el, key)
    elif name == "Enter":
        _enter(page, el)
    elif name in ("Space", " "):
        _space(page, el)
    elif name == "Escape":
        _escape(page, el)
    elif name in ("Backspace", "Delete"):
        if text_field.is_writable(el):
            text_field.erase(page, el, backwards=name == "Backspace", call=call)
    elif name in ("Shift", "Control", "Alt", "Meta", "CapsLock"):
        return
    elif len(name) == 1 or name in _CODES:
        char = _CODES.get(name, name)
        _insert(page, el, char.translate(_SHIFTED).upper() if "Shift" in held else char, call)
    elif name in ("Home", "End", "ArrowLeft", "ArrowRight") and text_field.is_text_field(el):
        text_field.move(page, el, name, extend="Shift" in held, call=call)
    else:
        raise NeedsBrowser(call, "what that key does is the browser's own matter", where=page.url)


def _insert(page: ShownPage, el: Any, char: str, call: str) -> None:
    if text_field.is_writable(el):
        text_field.insert(page, el, char, call=call)
    elif el.tag == "select" or (el.tag == "input" and input_type(el) in _PICKED):
        raise NeedsBrowser(call, f"{shown(el)} reads keys in its own way", where=page.url)
    elif is_content_editable(el):
        raise NeedsBrowser(call, f"{shown(el)} is edited as rich text", where=page.url)
    elif not text_field.is_text_field(el):
        page.heard_by_scripts(call, el)


def _shortcut(page: ShownPage, el: Any, key: str) -> None:
    if key in ("Control+a", "Control+A", "Control+KeyA", "ControlOrMeta+a", "ControlOrMeta+A"):
        if text_field.is_text_field(el):
            text_field.select_all(page.document, el)
            return
        if el.tag == "input":
            return
    raise NeedsBrowser(f"press({key!r})", "what that key does is the browser's own matter", where=page.url)


def _tab(page: ShownPage, el: Any, *, backwards: bool) -> None:
    page.document.focus = next_in_tab_order(page.document, el, backwards=backwards)
    text_field.entered(page.document, page.document.focus)
    page.document.touched()


def _enter(page: ShownPage, el: Any) -> None:
    from django_journey.pages.actions import activate

    if el.tag in ("a", "area", "button", "summary") or (
        el.tag == "input" and input_type(el) in ("submit", "image", "reset", "button")
    ):
        if not controls.is_disabled(el):
            check_event(page, el, "click", "press('Enter')")
            activate(page, el, call="press('Enter')")
    elif el.tag == "textarea":
        _insert(page, el, "\n", "press('Enter')")
    elif el.tag in ("input", "select"):
        _check_opens_nothing(page, el, "press('Enter')")
        form = form_owner(page.document, el)
        if form is None or controls.is_disabled(el):
            return
        submitted, button = forms.implicit_submission(page.document, form, el)
        if submitted:
            if button is not None:
                check_event(page, button, "click", "press('Enter')")
            submit(page, form, button, call="press('Enter')")
    else:
        page.heard_by_scripts("press('Enter')", el)


def _check_opens_nothing(page: ShownPage, el: Any, call: str) -> None:
    """Refuse a key that opens a window of the browser: a drop-down list, the files, the colors."""
    kind = input_type(el) if el.tag == "input" else ""
    if not controls.is_disabled(el) and (
        kind in ("file", "color") or (el.tag == "select" and not is_list_box(el))
    ):
        raise NeedsBrowser(call, f"{shown(el)} opens a window of the browser", where=page.url)


def _space(page: ShownPage, el: Any) -> None:
    from django_journey.pages.actions import activate

    if el.tag in ("button", "summary") or (
        el.tag == "input" and input_type(el) in ("checkbox", "radio", "submit", "image", "reset", "button")
    ):
        if not controls.is_disabled(el):
            check_event(page, el, "click", "press('Space')")
            activate(page, el, call="press('Space')")
    else:
        if el.tag == "input":
            _check_opens_nothing(page, el, "press('Space')")
        _insert(page, el, " ", "press('Space')")


def _escape(page: ShownPage, el: Any) -> None:
    """Close the modal dialog that the element is in; one that is open beside the page stays."""
    close_dialog(page, next((node for node in (el, *ancestors(el)) if has(node, MODAL)), None))
