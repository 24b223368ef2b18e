"""Writing into fields: fill, clear, and keys, with what a browser makes of them."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from django_journey.dom import controls, forms
from django_journey.dom.focus import is_focusable, next_in_tab_order
from django_journey.dom.owner import form_owner
from django_journey.dom.pseudo_classes import is_content_editable
from django_journey.dom.sanitize import TEXT_LIKE, input_type
from django_journey.dom.tree import ancestors, has
from django_journey.dom.user_agent import MODAL
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.pages.meant_for import meant_for
from django_journey.pages.scripts import check_event, shown
from django_journey.pages.shown import ShownPage
from django_journey.pages.submitting import close_dialog, submit

__all__ = ["clear", "fill", "press", "type_text"]

#: Types that a value is set on as a whole, as by their own picker.
_PICKED = frozenset(("color", "date", "time", "datetime-local", "month", "range", "week"))
_TYPED = TEXT_LIKE | {"number"}
#: The keys that Playwright knows: characters of a US keyboard, and the names and codes of the others.
_KEY = re.compile(
    r"[ -~]|Key[A-Z]|Digit\d|Numpad(\d|Add|Subtract|Multiply|Divide|Decimal|Enter)|F(\d|1\d|2[0-4])"
    r"|Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|Insert|Delete|Backspace|Tab|Enter|Escape|Space|CapsLock"
    r"|NumLock|ScrollLock|Pause|PrintScreen|ContextMenu|(Shift|Control|Alt|Meta)(Left|Right)?|ControlOrMeta|AltGraph"
    r"|Minus|Equal|Bracket(Left|Right)|Backslash|Semicolon|Quote|Backquote|Comma|Period|Slash|Help|Cancel|Clear"
)
_NOT_NUMERIC = re.compile(r"[^0-9eE.+\-]")
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
        _set(page, el, _cut(el, value.replace("\r\n", "\n").replace("\r", "\n")))
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
        _set(page, el, value.strip())  # what is no value of that type leaves the field empty, as in a browser
    elif kind == "number":
        if not _JAVASCRIPT_NUMBER.fullmatch(value):
            raise Error(
                Explanation(
                    "Cannot type text into input[type=number]",
                    where=shown(el),
                    instead='a number as HTML writes it, with a point and no spaces: fill("1234.5")',
                )
            )
        _set(page, el, _NOT_NUMERIC.sub("", value.strip()))
    elif kind in TEXT_LIKE:
        _set(page, el, _cut(el, re.sub(r"\r\n|\r|\n", " ", value)))
    else:
        raise Error(
            Explanation(f'Input of type "{kind}" cannot be filled', where=shown(el), instead=meant_for(el))
        )


def _set(page: ShownPage, el: Any, value: str) -> None:
    check_event(page, el, "key", "fill()")
    check_event(page, el, "change", "fill()")
    controls.set_value(page.document, el, value, typed=True)
    page.document.focus = el


def _cut(el: Any, text: str) -> str:
    """Shorten what is typed to the field's ``maxlength``, counted in UTF-16 code units."""
    limit = el.attr("maxlength")
    if limit is None or not re.fullmatch(r"\s*\+?\d+.*", limit, re.ASCII | re.DOTALL):
        return text
    most = int(re.match(r"\s*\+?(\d+)", limit, re.ASCII)[1])  # type: ignore[index]  # it fits, by the line above
    kept, used = [], 0
    for char in text:
        used += 2 if ord(char) > 0xFFFF else 1
        if used > most:
            break
        kept.append(char)
    return "".join(kept)


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
    name = _split(key)[1]
    if not _KEY.fullmatch(name):
        raise Error(
            Explanation(
                f'Unknown key: "{name}"',
                where=f"press({key!r})",
                instead="press_sequentially() types any characters; keys are named as in KeyboardEvent.key",
            )
        )
    _press(page, el, key)


def _split(key: str) -> tuple[list[str], str]:
    """Return the keys that are held, and the one that is pressed."""
    *held, name = key.split("+") if key != "+" and not key.endswith("++") else [*key[:-2].split("+"), "+"]
    return [each for each in held if each], name


def _press(page: ShownPage, el: Any, key: str) -> None:
    page.blocked = None
    doc = page.document
    held, name = _split(key)
    if is_focusable(el):
        doc.focus = el
    check_event(page, el, "key", f"press({key!r})")
    if name == "Tab":
        _tab(page, el, backwards="Shift" in held)
    elif any(each in ("Control", "ControlOrMeta", "Meta", "Alt") for each in held):
        _shortcut(page, el, name, key)
    elif name == "Enter":
        _enter(page, el)
    elif name in ("Space", " "):
        _space(page, el)
    elif name == "Escape":
        _escape(page, el)
    elif name in ("Backspace", "Delete"):
        _erase(page, el, name)
    elif name in ("Shift", "Control", "Alt", "Meta", "CapsLock"):
        return
    elif len(name) == 1:
        _insert(page, el, name)
    else:
        raise NeedsBrowser(
            f"press({key!r})", "what that key does is the browser's own matter", where=page.url
        )


def _is_text_field(el: Any) -> bool:
    return bool(el.tag == "textarea" or (el.tag == "input" and input_type(el) in _TYPED))


def _caret(page: ShownPage, el: Any) -> int:
    # A field's caret starts before its default value, and stands behind what was written.
    held = controls.value(page.document, el)
    return len(held) if el in page.document.dirty.values else 0


def _insert(page: ShownPage, el: Any, text: str) -> None:
    if not _is_text_field(el):
        if el.tag == "select" or (el.tag == "input" and input_type(el) in _PICKED):
            raise NeedsBrowser(f"press({text!r})", f"{shown(el)} reads keys in its own way", where=page.url)
        page.heard_by_scripts(f"press({text!r})", el)
        return
    if controls.is_readonly(el) or controls.is_disabled(el):
        return
    if el.tag == "input" and input_type(el) == "number" and _NOT_NUMERIC.fullmatch(text):
        return
    held = controls.value(page.document, el)
    at = _caret(page, el)
    if at < len(held):
        raise NeedsBrowser(
            f"press({text!r})",
            f"{shown(el)} holds a default value: the caret would stand before it",
            where=page.url,
        )
    if el.tag == "input" and input_type(el) == "number":
        _type_number(page, el, held, text)
        return
    _set(page, el, _cut(el, held + text))


def _type_number(page: ShownPage, el: Any, held: str, text: str) -> None:
    typed = page.typed.get(el, held) + text
    _set(page, el, typed)
    page.typed[el] = typed


def _erase(page: ShownPage, el: Any, key: str) -> None:
    if not _is_text_field(el) or controls.is_readonly(el) or controls.is_disabled(el):
        return
    held = controls.value(page.document, el)
    at = _caret(page, el)
    if not held or (key == "Backspace" and at == 0) or (key == "Delete" and at == len(held)):
        return
    _set(page, el, held[: at - 1] + held[at:] if key == "Backspace" else held[:at] + held[at + 1 :])


def _shortcut(page: ShownPage, el: Any, name: str, key: str) -> None:
    if name.lower() == "a" and _is_text_field(el):
        raise NeedsBrowser(
            f"press({key!r})", "there is no selection without a browser: use fill() or clear()"
        )
    raise NeedsBrowser(f"press({key!r})", "what that key does is the browser's own matter", where=page.url)


def _tab(page: ShownPage, el: Any, *, backwards: bool) -> None:
    page.document.focus = next_in_tab_order(page.document, el, backwards=backwards)
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
        _insert(page, el, "\n")
    elif el.tag == "input":
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


def _space(page: ShownPage, el: Any) -> None:
    from django_journey.pages.actions import activate

    if el.tag in ("button", "summary") or (
        el.tag == "input" and input_type(el) in ("checkbox", "radio", "submit", "image", "reset", "button")
    ):
        if not controls.is_disabled(el):
            check_event(page, el, "click", "press('Space')")
            activate(page, el, call="press('Space')")
    elif _is_text_field(el):
        _insert(page, el, " ")


def _escape(page: ShownPage, el: Any) -> None:
    """Close the modal dialog that the element is in; one that is open beside the page stays."""
    close_dialog(page, next((node for node in (el, *ancestors(el)) if has(node, MODAL)), None))
