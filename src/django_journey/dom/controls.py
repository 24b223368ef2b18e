"""What a page's controls hold: values, checkedness, selected options, files; and which are disabled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django_journey.dom.document import Document, Upload
from django_journey.dom.owner import form_owner
from django_journey.dom.sanitize import input_type, sanitized, unicode_emails
from django_journey.dom.tree import ancestors, by_id, child_text, has, select

__all__ = [
    "display_size",
    "files",
    "is_checked",
    "is_disabled",
    "is_readonly",
    "labelled_control",
    "labels_of",
    "option_label",
    "option_text",
    "options",
    "placeholder_option",
    "radio_group",
    "select_options",
    "selected_options",
    "set_checked",
    "set_files",
    "set_shown_text",
    "set_value",
    "shown_text",
    "value",
]

_LABELABLE = ("button", "input", "meter", "output", "progress", "select", "textarea")
_LABELABLE_CSS = ",".join(_LABELABLE)
_DISABLEABLE = ("button", "input", "select", "textarea", "fieldset")
#: A non-negative integer as HTML reads it: what follows it is left out.
_SIZE = re.compile(r"[\t\n\f\r ]*\+?(\d+)", re.ASCII)
#: Types whose value is the attribute alone; what a user does never changes it.
_BY_ATTRIBUTE = ("hidden", "submit", "image", "reset", "button")


def value(doc: Document, el: Any) -> str:
    """Return the control's value as ``el.value`` gives it in a browser.

    Args:
        doc: The document.
        el: An input, textarea, select, option, button or output.

    Source: HTML Living Standard, 4.10.5 ff.; a text area's value has its line breaks as LF.
    """
    tag = el.tag
    if tag == "input":
        return _input_value(doc, el)
    if tag == "textarea":
        raw = doc.dirty.values.get(el)
        return _lf(child_text(el) if raw is None else raw)
    if tag == "select":
        chosen = selected_options(doc, el)
        return value(doc, chosen[0]) if chosen else ""
    if tag == "option":
        given = el.attr("value")
        return option_text(el) if given is None else given
    if tag == "output":
        return str(el.text)
    return el.attr("value") or ""


def _input_value(doc: Document, el: Any) -> str:
    kind = input_type(el)
    if kind in _BY_ATTRIBUTE:
        return el.attr("value") or ""
    if kind in ("checkbox", "radio"):
        given = el.attr("value")
        return "on" if given is None else given
    if kind == "file":
        chosen = files(doc, el)
        return f"C:\\fakepath\\{chosen[0].name}" if chosen else ""
    dirty = doc.dirty.values.get(el)
    return sanitized(el, el.attr("value") or "") if dirty is None else dirty


def set_value(doc: Document, el: Any, text: str) -> None:
    """Set the value of an input or textarea as a script would, or a picker; it is then dirty.

    Args:
        doc: The document.
        el: An input that has a value of its own, or a textarea.
        text: The value; an input sanitizes it by its type.
    """
    doc.dirty.texts.pop(el, None)
    doc.dirty.values[el] = sanitized(el, text) if el.tag == "input" else text
    doc.touched()


def shown_text(doc: Document, el: Any) -> str:
    """Return the text that a user sees in a text field; of a number or an e-mail field it may be no value."""
    if el in doc.dirty.texts:
        return doc.dirty.texts[el]
    held = value(doc, el)
    return (
        unicode_emails(held) if "xn--" in held and el.tag == "input" and input_type(el) == "email" else held
    )


def set_shown_text(doc: Document, el: Any, text: str) -> None:
    """Set the text of a text field as a user who types does.

    As in Chromium, a number's value is without the plus before it and the point behind it, and a URL's keeps the
    spaces around it.
    """
    kind = input_type(el) if el.tag == "input" else el.tag
    meant = text.removeprefix("+").removesuffix(".") if kind == "number" else text
    if kind == "url":
        doc.dirty.values[el] = text
    else:
        set_value(doc, el, meant)
    doc.dirty.texts[el] = text
    doc.touched()


def is_checked(doc: Document, el: Any) -> bool:
    """Tell whether a checkbox or radio button is checked; of a radio group at most one is."""
    dirty = doc.dirty.checked.get(el)
    if dirty is not None:
        return dirty
    if not has(el, "checked"):
        return False
    if input_type(el) != "radio":
        return True
    group = radio_group(doc, el)
    if any(doc.dirty.checked.get(other) for other in group):
        return False
    # Each checked attribute that the parser meets unchecks the buttons before it.
    return not any(has(other, "checked") for other in group[group.index(el) + 1 :]) if el in group else True


def set_checked(doc: Document, el: Any, checked: bool) -> None:
    """Check or uncheck a checkbox or radio button; the other buttons of a radio group follow."""
    if checked and input_type(el) == "radio":
        for other in radio_group(doc, el):
            doc.dirty.checked[other] = False
    doc.dirty.checked[el] = checked
    doc.touched()


def radio_group(doc: Document, el: Any) -> list[Any]:
    """Return the radio buttons of the element's group in tree order, itself among them.

    Source: HTML Living Standard, 4.10.5.1.16: the same form owner (or none) and the same, non-empty name.
    """
    groups = doc.keep("controls.radios", lambda: _radio_groups(doc))
    name = el.attr("name")
    return groups.get((form_owner(doc, el), name), [el]) if name else [el]


def _radio_groups(doc: Document) -> dict[tuple[Any, str], list[Any]]:
    groups: dict[tuple[Any, str], list[Any]] = {}
    for el in select(doc, "input[name]"):
        if input_type(el) == "radio" and el.attr("name"):
            groups.setdefault((form_owner(doc, el), el.attr("name")), []).append(el)
    return groups


def options(el: Any) -> list[Any]:
    """Return a select's options in tree order."""
    return [option for option in el.select("option") if _select_of(option) is el]


def _select_of(option: Any) -> Any:
    for node in ancestors(option):
        if node.tag in ("datalist", "hr", "option"):
            return None
        if node.tag == "select":
            return node
    return None


def option_label(el: Any) -> str:
    """Return an option's label: its ``label`` attribute, or else its text."""
    return el.attr("label") or option_text(el)


def option_text(el: Any) -> str:
    """Return an option's text with white space stripped and collapsed, scripts left out."""
    text = el.text
    for script in el.select("script"):
        text = text.replace(script.text, "", 1)
    return " ".join(part for part in _split_white(text) if part)


def _split_white(text: str) -> list[str]:
    for white in "\t\n\f\r":
        text = text.replace(white, " ")
    return text.split(" ")


def selected_options(doc: Document, el: Any) -> list[Any]:
    """Return a select's selected options in tree order.

    A select that shows one option and takes one always has one selected if it can: the last of those that
    the page selects, or else its first that is not disabled.

    Source: HTML Living Standard, 4.10.7, the selectedness setting algorithm.
    """
    every = options(el)
    dirty = doc.dirty.selected
    chosen = [option for option in every if dirty.get(option, has(option, "selected"))]
    if has(el, "multiple"):
        return chosen
    if chosen:
        return chosen[-1:]
    if display_size(el) != 1 or any(option in dirty for option in every):
        return []
    return next(([option] for option in every if not is_disabled(option)), [])


def display_size(el: Any) -> int:
    """Return how many options a select shows at once (HTML Living Standard, 4.10.7, display size)."""
    digits = _SIZE.match(el.attr("size") or "")
    size = int(digits[1]) if digits else 0
    return size or (4 if has(el, "multiple") else 1)


def placeholder_option(el: Any) -> Any:
    """Return the placeholder label option of a required drop-down list, or ``None``.

    Source: HTML Living Standard, 4.10.7: the first option, with an empty value, directly in the select.
    """
    if not has(el, "required") or has(el, "multiple") or display_size(el) != 1:
        return None
    first = next(iter(options(el)), None)
    if first is None or first.parent is not el:
        return None
    given = first.attr("value")
    return first if (option_text(first) if given is None else given) == "" else None


def select_options(doc: Document, el: Any, chosen: Iterable[Any]) -> None:
    """Select exactly these options of a select (of one that takes one, the last counts)."""
    wanted = set(chosen)
    for option in options(el):
        doc.dirty.selected[option] = option in wanted
    doc.touched()


def files(doc: Document, el: Any) -> tuple[Upload, ...]:
    """Return the files that were chosen in a file input."""
    return doc.dirty.files.get(el, ())


def set_files(doc: Document, el: Any, chosen: Sequence[Upload]) -> None:
    """Choose the files of a file input."""
    doc.dirty.files[el] = tuple(chosen)
    doc.touched()


def is_disabled(el: Any) -> bool:
    """Tell whether an element is actually disabled, by itself or by what it stands in.

    A disabled fieldset disables what it holds, save what stands in its first legend.

    Source: HTML Living Standard, 4.16.3 ``:disabled``, 4.10.18.5, 4.10.10 option's concept of disabled.
    """
    tag = el.tag
    if tag == "option":
        return has(el, "disabled") or any(
            node.tag == "optgroup" and has(node, "disabled") for node in _up_to_select(el)
        )
    if tag == "optgroup":
        return has(el, "disabled")
    if tag not in _DISABLEABLE:
        return False
    return has(el, "disabled") or _in_disabled_fieldset(el)


def _up_to_select(el: Any) -> Iterable[Any]:
    for node in ancestors(el):
        if node.tag == "select":
            return
        yield node


def _in_disabled_fieldset(el: Any) -> bool:
    if el.closest("fieldset[disabled]") is None:
        return False
    child = el
    for node in ancestors(el):
        if node.tag == "fieldset" and has(node, "disabled") and _first_legend(node) is not child:
            return True
        child = node
    return False


def _first_legend(fieldset: Any) -> Any:
    return next((child for child in fieldset.children if getattr(child, "tag", "") == "legend"), None)


def is_readonly(el: Any) -> bool:
    """Tell whether an input or textarea is read-only where that attribute applies to it."""
    if not has(el, "readonly"):
        return False
    return el.tag == "textarea" or (el.tag == "input" and input_type(el) not in _NEVER_READONLY)


_NEVER_READONLY = frozenset(
    ("hidden", "range", "color", "checkbox", "radio", "file", "submit", "image", "reset", "button")
)


def labels_of(doc: Document, el: Any) -> list[Any]:
    """Return the label elements of a control, in tree order."""
    return doc.keep("controls.labels", lambda: _labels(doc)).get(el, [])


def _labels(doc: Document) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for label in select(doc, "label"):
        control = labelled_control(doc, label)
        if control is not None:
            found.setdefault(control, []).append(label)
    return found


def labelled_control(doc: Document, label: Any) -> Any:
    """Return the control that a label is for, or ``None``.

    Source: HTML Living Standard, 4.10.4: the ``for`` attribute, else the first labelable descendant.
    """
    target = label.attr("for")
    if target is not None:
        found = by_id(doc, target)
        return found if found is not None and _is_labelable(found) else None
    return next((el for el in select(doc, _LABELABLE_CSS, label) if _is_labelable(el)), None)


def _is_labelable(el: Any) -> bool:
    return el.tag in _LABELABLE and not (el.tag == "input" and input_type(el) == "hidden")


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
