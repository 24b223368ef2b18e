"""Text entry: fill, clear, and keys with their default actions."""

from __future__ import annotations

import re
from html import escape

from django_journey._dom.css.pseudo_classes import is_content_editable
from django_journey._dom.css.user_agent import MODAL
from django_journey._dom.forms import controls, submission
from django_journey._dom.forms.controls import is_list_box
from django_journey._dom.forms.owner import form_owner
from django_journey._dom.forms.sanitize import TEXT_LIKE, input_type
from django_journey._dom.query.element_line import show
from django_journey._dom.rendering.focus import is_focusable, is_inert, next_in_tab_order
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import ancestors, has
from django_journey._pages.actions import text_field
from django_journey._pages.actions.activation import activate
from django_journey._pages.actions.submitting import close_dialog, submit
from django_journey._pages.actions.verb_hints import suitable_call
from django_journey._pages.behaviours.fire import commit, fire, fire_changed
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import check_event, without_default_action
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["clear", "fill", "insert_text", "press", "press_focused", "type_text"]

#: Types whose value is set as a whole, as by a picker.
_PICKED = frozenset(("color", "date", "time", "datetime-local", "month", "range", "week"))
#: Keys that scroll the page, but in elements that have a use of their own for them.
_SCROLLING = frozenset(
    ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown")
)
_OWN_KEYS = frozenset(("input", "select", "textarea", "audio", "video", "iframe", "embed", "object"))
#: The keys that Playwright knows: characters of a US keyboard, and the names and codes of the others.
_KEY = re.compile(
    r"[ -~]|Key[A-Z]|Digit\d|Numpad(\d|Add|Subtract|Multiply|Divide|Decimal|Enter)|F(\d|1\d|2[0-4])"
    r"|Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|Insert|Delete|Backspace|Tab|Enter|Escape|Space|CapsLock"
    r"|NumLock|ScrollLock|Pause|PrintScreen|ContextMenu|(Shift|Control|Alt|Meta)(Left|Right)?|ControlOrMeta|AltGraph"
    r"|Minus|Equal|Bracket(Left|Right)|Backslash|Semicolon|Quote|Backquote|Comma|Period|Slash|Help|Cancel|Clear"
)
#: The characters of a US keyboard's keys with Shift, and those of keys that are named by their code.
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


def fill(page: PageProtocol, el: Element, value: str) -> None:
    """Replace the value of a field.

    Args:
        page: The page.
        el: An input, textarea or editable element.
        value: The new value, e.g. ``2026-11-20`` for a date.

    Raises:
        Error: The field is not editable, or does not accept this value; worded as in Playwright.
        NeedsBrowser: A script handles the keys.
    """
    page.blocked = None
    doc = page.document
    if el.tag == "textarea":
        _write(page, el, value.replace("\r\n", "\n").replace("\r", "\n"))
    elif el.tag == "input":
        _fill_input(page, el, value)
    elif is_content_editable(el):
        check_event(page, el, "key", "fill()")
        _write_lines(el, value)
        doc.focus = el
        doc.tree_changed()
    else:
        raise Error(
            Explanation(
                "Element is not an <input>, <textarea> or [contenteditable] element",
                where=show(el),
                instead=suitable_call(el),
            )
        )


def _write_lines(el: Element, value: str) -> None:
    """Set the text of an editable element as Chromium does: each line after the first in a ``<div>``."""
    first, *rest = value.replace("\r\n", "\n").split("\n")
    el.set_inner_html(escape(first) + "".join(f"<div>{escape(line) or '<br>'}</div>" for line in rest))


def _fill_input(page: PageProtocol, el: Element, value: str) -> None:
    kind = input_type(el)
    if kind in _PICKED:
        check_event(page, el, "key", "fill()")
        check_event(page, el, "change", "fill()")
        # An invalid value of that type leaves the field empty, as in a browser.
        page.document.focus = el
        controls.set_value(page.document, el, value.strip())
        fire_changed(page, el, "fill()")
    elif kind == "number":
        if not _JAVASCRIPT_NUMBER.fullmatch(value):
            raise Error(
                Explanation(
                    "Cannot type text into input[type=number]",
                    where=show(el),
                    instead='a number as HTML writes it, with a point and no spaces: fill("1234.5")',
                )
            )
        _write(page, el, value.strip())
    elif kind in TEXT_LIKE:
        _write(page, el, re.sub(r"\r\n|\r|\n", " ", value))
    else:
        raise Error(
            Explanation(f'Input of type "{kind}" cannot be filled', where=show(el), instead=suitable_call(el))
        )


def _write(page: PageProtocol, el: Element, text: str) -> None:
    if controls.is_disabled(el):
        return  # by a fieldset, which Playwright does not check; keys don't reach the field
    page.document.focus = el
    text_field.write(page, el, text, call="fill()")


def clear(page: PageProtocol, el: Element) -> None:
    """Clear a field; see ``fill``."""
    fill(page, el, "")


def type_text(page: PageProtocol, el: Element, text: str) -> None:
    """Type a text key by key, after the present text of the field; a line break is the Enter key.

    Raises:
        NeedsBrowser: A script handles the keys.
    """
    for char in text:
        _press(page, el, "Enter" if char in "\r\n" else char)


def press(page: PageProtocol, el: Element, key: str) -> None:
    """Focus an element and press a key.

    Args:
        page: The page.
        el: The element.
        key: A character, or ``Enter``, ``Space``, ``Tab``, ``Escape``, ``Backspace``, ``Delete``; with ``Shift+``
            or ``Control+`` before it.

    Raises:
        Error: There is no such key on a US keyboard, as in Playwright.
        NeedsBrowser: Only a script or the browser itself can handle the key.
    """
    _check_key(key)
    _press(page, el, key)


def press_focused(page: PageProtocol, key: str, *, any_character: bool = False) -> None:
    """Press a key on the focused element; see ``press``.

    Args:
        page: The page.
        key: The key.
        any_character: Whether it may be a character that is not on a US keyboard.
    """
    if not any_character:
        _check_key(key)
    page.blocked = None
    _key(page, _focused(page), key)


def insert_text(page: PageProtocol, text: str) -> None:
    """Insert a text at the caret of the focused element, as by pasting, if it is editable.

    Raises:
        NeedsBrowser: Only a browser can edit the element.
    """
    el = _focused(page)
    if el.tag != "textarea":
        text = re.sub(r"\r\n|\r|\n", " ", text)
    if text_field.is_writable(el) or is_content_editable(el):
        for char in text:
            _insert(page, el, char, "insert_text()")


def _focused(page: PageProtocol) -> Element:
    return page.document.focus or page.document.tree.select("body,frameset")[0]


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
    """Return the modifiers of a key combination, and its last key."""
    *held, name = key.split("+") if key != "+" and not key.endswith("++") else [*key[:-2].split("+"), "+"]
    return [each for each in held if each], name


def _press(page: PageProtocol, el: Element, key: str) -> None:
    page.blocked = None
    doc = page.document
    if doc.focus is not el:
        focusable = is_focusable(el)
        if focusable and is_visible(doc, el):
            doc.focus = el
            text_field.caret_after_focus(doc, el)
        elif doc.focus is None and (focusable or is_inert(el)):
            return
    # A key goes to the focused element, which is another one where this one is not focusable.
    _key(page, doc.focus or el, key)


def _key(page: PageProtocol, el: Element, key: str) -> None:
    call = f"press({key!r})"
    held, name = _split(key)
    check_event(page, el, "key", call)
    char = " " if name == "Space" else _CODES.get(name, name)
    char = char.translate(_SHIFTED).upper() if "Shift" in held and len(char) == 1 else char
    document, facts = page.document, {"key": char, "held": frozenset(held)}
    prevented = fire(page, el, "keydown", call, **facts).prevented
    if not prevented and (len(char) == 1 or char == "Enter") and not {"Control", "Alt", "Meta"} & {*held}:
        prevented = fire(page, el, "keypress", call, **facts).prevented
    if not prevented:
        _act_on_key(page, el, key, call)
    if page.document is document:
        fire(page, document.focus or el, "keyup", call, **facts)


def _act_on_key(page: PageProtocol, el: Element, key: str, call: str) -> None:
    held, name = _split(key)
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
    elif name in _SCROLLING and el.tag not in _OWN_KEYS and not is_content_editable(el):
        without_default_action(page, call, el)
    else:
        raise NeedsBrowser(call, "only the browser itself handles that key", where=page.url)


def _insert(page: PageProtocol, el: Element, char: str, call: str) -> None:
    if text_field.is_writable(el):
        text_field.insert(page, el, char, call=call)
    elif el.tag == "select" or (el.tag == "input" and input_type(el) in _PICKED):
        raise NeedsBrowser(call, f"{show(el)} handles keys in a way of its own", where=page.url)
    elif is_content_editable(el):
        raise NeedsBrowser(call, f"{show(el)} is edited as rich text", where=page.url)
    elif not text_field.is_text_field(el):
        without_default_action(page, call, el)


def _shortcut(page: PageProtocol, el: Element, key: str) -> None:
    if key in ("Control+a", "Control+A", "Control+KeyA", "ControlOrMeta+a", "ControlOrMeta+A"):
        if text_field.is_text_field(el):
            text_field.select_all(page.document, el)
            return
        if el.tag == "input":
            return
    raise NeedsBrowser(f"press({key!r})", "only the browser itself handles that key", where=page.url)


def _tab(page: PageProtocol, el: Element, *, backwards: bool) -> None:
    doc = page.document
    start = el if doc.focus is not None else doc.tab_start or el
    doc.focus = next_in_tab_order(doc, start, backwards=backwards)
    text_field.caret_after_tab(page.document, page.document.focus)
    page.document.input_changed()


def _enter(page: PageProtocol, el: Element) -> None:
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
        commit(page, el, "press('Enter')")
        if form is None or controls.is_disabled(el):
            return
        submitted, button = submission.implicit_submission(page.document, form, el)
        if submitted:
            if button is not None:
                check_event(page, button, "click", "press('Enter')")
                if fire(page, button, "click", "press('Enter')").prevented:
                    return
            submit(page, form, button, call="press('Enter')")
    else:
        without_default_action(page, "press('Enter')", el)


def _check_opens_nothing(page: PageProtocol, el: Element, call: str) -> None:
    """Raise for a key that opens a window of the browser: a drop-down list, a file or colour chooser."""
    kind = input_type(el) if el.tag == "input" else ""
    if not controls.is_disabled(el) and (
        kind in ("file", "color") or (el.tag == "select" and not is_list_box(el))
    ):
        raise NeedsBrowser(call, f"{show(el)} opens a window of the browser", where=page.url)


def _space(page: PageProtocol, el: Element) -> None:
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


def _escape(page: PageProtocol, el: Element) -> None:
    """Close the modal dialog that the element is in; dialogs that are not modal stay open."""
    close_dialog(page, next((node for node in (el, *ancestors(el)) if has(node, MODAL)), None))
