"""Writes what a user does to send a form: fill in its fields, choose, check, and click its button."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import libcst as cst

from django_journey._convert.calls import Control, ShownForm
from django_journey._convert.targets import code_of, quoted

__all__ = ["form_lines"]

_TYPED = frozenset(
    ("text", "email", "password", "search", "tel", "url", "number", "date", "time", "datetime-local", "month")
) | {"week", "color", "textarea"}
_OFF = ("False", "None", '""', "''", "0", '"False"', '"false"', "'false'", "'False'")


class _NoUserWouldError(Exception):
    """A user of this form can't send these values."""


def form_lines(
    actor: str, form: ShownForm, items: Sequence[tuple[str, cst.BaseExpression]], *, labels: bool
) -> list[str] | None:
    """Return the lines that fill in and send a form, or ``None`` where a user could not send these values.

    Args:
        actor: The actor's variable.
        form: The form.
        items: The names and values that the plain test sends.
        labels: Whether controls are named by their labels where they have one, or else all by their names.
    """
    buttons = [button for button in form.buttons if button[1] in {name for name, _ in items}] or form.buttons
    if not buttons or not buttons[0][0]:
        return None
    writer = _Writer(actor, form, labels)
    try:
        for name, value in items:
            if name not in (buttons[0][1], "csrfmiddlewaretoken"):
                writer.write(name, value)
    except _NoUserWouldError:
        return None
    return [*writer.lines(), f"{actor}.click({quoted(buttons[0][0])})"]


class _Writer:
    def __init__(self, actor: str, form: ShownForm, labels: bool) -> None:
        self._actor = actor
        self._controls: dict[str, list[Control]] = {}
        for control in form.controls:
            self._controls.setdefault(control.name, []).append(control)
        shown = Counter(control.label for control in form.controls if control.kind != "hidden")
        self._own_label = (
            {label for label, number in shown.items() if label and number == 1} if labels else set()
        )
        self._typed: dict[str, str] = {}
        self._other: list[str] = []

    def lines(self) -> list[str]:
        """Return the lines."""
        if len(self._typed) == 1:
            ((name, value),) = self._typed.items()
            return [f"{self._actor}.fill({name}, {value})", *self._other]
        if not self._typed:
            return self._other
        pairs = [f"{name}: {value}" for name, value in self._typed.items()]
        line = f"{self._actor}.fill({{{', '.join(pairs)}}})"
        if len(line) > 92 or "\n" in line:
            line = f"{self._actor}.fill({{\n" + "".join(f"    {pair},\n" for pair in pairs) + "})"
        return [line, *self._other]

    def write(self, name: str, value: cst.BaseExpression) -> None:
        """Write what a user does to the control of that name."""
        found = self._controls.get(name)
        if not found:
            raise _NoUserWouldError
        first, code = found[0], code_of(value)
        if first.kind == "hidden":
            if _text(value) != first.value:
                raise _NoUserWouldError
        elif len(found) > 1 or first.kind == "radio":
            self._check_options(found, value)
        elif first.kind in _TYPED:
            self._typed[self._name(first)] = code
        elif first.kind == "select":
            self._choose(first, value)
        elif first.kind == "checkbox":
            self._check(first, code)
        else:
            raise _NoUserWouldError

    def _name(self, control: Control) -> str:
        return quoted(control.label if control.label in self._own_label else control.name)

    def _choose(self, control: Control, value: cst.BaseExpression) -> None:
        text = _text(value)
        if text is None:
            if isinstance(value, (cst.List, cst.Tuple, cst.Dict)):
                raise _NoUserWouldError
            said = f"str({code_of(value)})"
        elif text not in control.options:
            raise _NoUserWouldError
        else:
            shown = control.options[text]
            said = quoted(shown if list(control.options.values()).count(shown) == 1 and shown else text)
        if text is None or text != control.value:
            self._other.append(f"{self._actor}.choose({self._name(control)}, {said})")

    def _check(self, control: Control, code: str) -> None:
        if code not in _OFF and not (code == "True" or code[:1] in "\"'1"):
            raise _NoUserWouldError
        if (code in _OFF) is control.checked:
            verb = "uncheck" if control.checked else "check"
            self._other.append(f"{self._actor}.{verb}({self._name(control)})")

    def _check_options(self, found: list[Control], value: cst.BaseExpression) -> None:
        nodes = [e.value for e in value.elements] if isinstance(value, (cst.List, cst.Tuple)) else [value]
        by_value: Mapping[str | None, Control] = {control.value: control for control in found}
        wanted = [by_value.get(_text(node)) for node in nodes]
        if not all(wanted) or {each.kind for each in found} - {"checkbox", "radio"}:
            raise _NoUserWouldError
        for control in found:
            if control in wanted and not control.checked:
                self._other.append(f"{self._actor}.check({quoted(control.label or control.name)})")
            elif control not in wanted and control.checked and control.kind == "checkbox":
                self._other.append(f"{self._actor}.uncheck({quoted(control.label or control.name)})")


def _text(value: cst.BaseExpression) -> str | None:
    """Return the text that a literal sends, or ``None``."""
    if isinstance(value, cst.SimpleString) and isinstance(value.evaluated_value, str):
        return value.evaluated_value
    return value.value if isinstance(value, cst.Integer) else None
