"""The state of form controls: values, checkedness, selected options, files, disabledness, labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django_journey._dom.forms.owner import form_owner
from django_journey._dom.forms.sanitize import input_type, sanitized, unicode_emails
from django_journey._dom.tree.document import Document, Upload
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import ancestors, by_id, child_of, child_text, has, select

__all__ = [
    "NEVER_READONLY",
    "display_size",
    "files",
    "is_checked",
    "is_disabled",
    "is_list_box",
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
#: A non-negative integer by HTML's parsing rules, which ignore what follows it.
_SIZE = re.compile(r"[\t\n\f\r ]*\+?(\d+)", re.ASCII)
#: Types whose value is always that of the attribute (value mode ``default``).
_BY_ATTRIBUTE = ("hidden", "submit", "image", "reset", "button")


def value(doc: Document, el: Element) -> str:
    """Return a control's value, as ``el.value`` in a browser.

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


def _input_value(doc: Document, el: Element) -> str:
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


def set_value(doc: Document, el: Element, text: str) -> None:
    """Set the value of an input or textarea, as a script or a picker does. Its dirty flag is set.

    Args:
        doc: The document.
        el: An input with an editable value, or a textarea.
        text: The value. It is sanitized by the input's type.
    """
    doc.dirty.texts.pop(el, None)
    doc.dirty.values[el] = sanitized(el, text) if el.tag == "input" else text
    doc.input_changed()


def shown_text(doc: Document, el: Element) -> str:
    """Return the text displayed in a text field; in a number or e-mail field it may differ from the value."""
    if el in doc.dirty.texts:
        return doc.dirty.texts[el]
    held = value(doc, el)
    return (
        unicode_emails(held) if "xn--" in held and el.tag == "input" and input_type(el) == "email" else held
    )


def set_shown_text(doc: Document, el: Element, text: str) -> None:
    """Set the displayed text of a text field, as typing does.

    As in Chromium, the value of a number field omits a leading plus and a trailing point, and that of a URL field
    keeps surrounding spaces.
    """
    kind = input_type(el) if el.tag == "input" else el.tag
    meant = text.removeprefix("+").removesuffix(".") if kind == "number" else text
    if kind == "url":
        doc.dirty.values[el] = text
    else:
        set_value(doc, el, meant)
    doc.dirty.texts[el] = text
    doc.input_changed()


def is_checked(doc: Document, el: Element) -> bool:
    """Return whether a checkbox or radio button is checked. At most one button of a radio group is."""
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
    # While parsing, each checked attribute unchecks the earlier buttons of its group.
    return not any(has(other, "checked") for other in group[group.index(el) + 1 :]) if el in group else True


def set_checked(doc: Document, el: Element, checked: bool) -> None:
    """Check or uncheck a checkbox or radio button. Checking a radio button unchecks the others of its group."""
    if checked and input_type(el) == "radio":
        for other in radio_group(doc, el):
            doc.dirty.checked[other] = False
    doc.dirty.checked[el] = checked
    doc.input_changed()


def radio_group(doc: Document, el: Element) -> list[Element]:
    """Return all radio buttons of an element's group, in tree order.

    Source: HTML Living Standard, 4.10.5.1.16: the same form owner (or none) and the same, non-empty name.
    """
    groups = doc.tree_memo("controls.radios", lambda: _radio_groups(doc))
    name = el.attr("name")
    return groups.get((form_owner(doc, el), name), [el]) if name else [el]


def _radio_groups(doc: Document) -> dict[tuple[Element | None, str], list[Element]]:
    groups: dict[tuple[Element | None, str], list[Element]] = {}
    for el in select(doc, "input[name]"):
        if input_type(el) == "radio" and (name := el.attr("name")):
            groups.setdefault((form_owner(doc, el), name), []).append(el)
    return groups


def options(el: Element) -> list[Element]:
    """Return a select's options in tree order."""
    return [option for option in el.select("option") if _select_of(option) is el]


def _select_of(option: Element) -> Element | None:
    for node in ancestors(option):
        if node.tag in ("datalist", "hr", "option"):
            return None
        if node.tag == "select":
            return node
    return None


def option_label(el: Element) -> str:
    """Return an option's label: its ``label`` attribute, otherwise its text."""
    return el.attr("label") or option_text(el)


def option_text(el: Element) -> str:
    """Return an option's text without scripts, with white space stripped and collapsed."""
    text = el.text
    for script in el.select("script"):
        text = text.replace(script.text, "", 1)
    return " ".join(filter(None, re.split(r"[\t\n\f\r ]", text)))


def selected_options(doc: Document, el: Element) -> list[Element]:
    """Return a select's selected options in tree order.

    A drop-down list always has one option selected, if possible: the last one that the page selects, otherwise the
    first one that is not disabled.

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


def display_size(el: Element) -> int:
    """Return a select's display size (HTML Living Standard, 4.10.7)."""
    digits = _SIZE.match(el.attr("size") or "")
    size = int(digits[1]) if digits else 0
    return size or (4 if has(el, "multiple") else 1)


def is_list_box(select: Element) -> bool:
    """Return whether a select is a list box. In Chromium, ``size=1 multiple`` is a drop-down."""
    return display_size(select) > 1


def placeholder_option(el: Element) -> Element | None:
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


def select_options(doc: Document, el: Element, chosen: Iterable[Element]) -> None:
    """Select exactly these options of a select; without ``multiple``, only the last one counts."""
    wanted = set(chosen)
    for option in options(el):
        doc.dirty.selected[option] = option in wanted
    doc.input_changed()


def files(doc: Document, el: Element) -> tuple[Upload, ...]:
    """Return the files chosen in a file input."""
    return doc.dirty.files.get(el, ())


def set_files(doc: Document, el: Element, chosen: Sequence[Upload]) -> None:
    """Set the files of a file input."""
    doc.dirty.files[el] = tuple(chosen)
    doc.input_changed()


def is_disabled(el: Element) -> bool:
    """Return whether an element is disabled, by its own attribute or by an ancestor.

    A disabled fieldset disables its controls, except those in its first legend.

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


def _up_to_select(el: Element) -> Iterable[Element]:
    for node in ancestors(el):
        if node.tag == "select":
            return
        yield node


def _in_disabled_fieldset(el: Element) -> bool:
    if el.closest("fieldset[disabled]") is None:
        return False
    child = el
    for node in ancestors(el):
        if node.tag == "fieldset" and has(node, "disabled") and child_of(node, "legend") is not child:
            return True
        child = node
    return False


def is_readonly(el: Element) -> bool:
    """Return whether an input or textarea is read-only; always false for types that can't be."""
    if not has(el, "readonly"):
        return False
    return el.tag == "textarea" or (el.tag == "input" and input_type(el) not in NEVER_READONLY)


NEVER_READONLY = frozenset(
    ("hidden", "range", "color", "checkbox", "radio", "file", "submit", "image", "reset", "button")
)


def labels_of(doc: Document, el: Element) -> list[Element]:
    """Return the label elements of a control, in tree order."""
    return doc.tree_memo("controls.labels", lambda: _labels(doc)).get(el, [])


def _labels(doc: Document) -> dict[Element, list[Element]]:
    found: dict[Element, list[Element]] = {}
    for label in select(doc, "label"):
        control = labelled_control(doc, label)
        if control is not None:
            found.setdefault(control, []).append(label)
    return found


def labelled_control(doc: Document, label: Element) -> Element | None:
    """Return a label's control, or ``None``.

    Source: HTML Living Standard, 4.10.4: the ``for`` attribute, else the first labelable descendant.
    """
    target = label.attr("for")
    if target is not None:
        found = by_id(doc, target)
        return found if found is not None and _is_labelable(found) else None
    return next((el for el in select(doc, _LABELABLE_CSS, label) if _is_labelable(el)), None)


def _is_labelable(el: Element) -> bool:
    return el.tag in _LABELABLE and not (el.tag == "input" and input_type(el) == "hidden")


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
