"""Finds the errors of the forms on a rendered page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from types import FunctionType, MethodType
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BaseFormSet
from django.utils.safestring import SafeString

from django_journey._adapters.django import FORM_ERRORS, FORMSET_ERRORS
from django_journey._trace.hooks.active_request import ActiveRequest
from django_journey._trace.safety.safe_values import is_a, is_late_text, plain_text, variables

__all__ = ["note_form_errors"]

_MOST_ERRORS = 50
# The types of most values in a context, compared by identity, since a metaclass may define equality.
_NO_FORMS = frozenset(
    map(id, (str, SafeString, int, float, bool, type(None), dict, FunctionType, MethodType))
)


def note_form_errors(active: ActiveRequest, layers: Any) -> None:
    """Note the errors of the bound forms in a rendered context, as far as they were validated already."""
    found = active.form_errors
    seen: set[int] = set()
    waiting = [
        value
        for layer in layers
        if is_a(layer, dict)
        for value in dict.values(layer)
        if id(type(value)) not in _NO_FORMS
    ]
    while waiting and len(found) < _MOST_ERRORS:
        value = waiting.pop(0)
        kind = type(value)
        if issubclass(kind, (BaseForm, BaseFormSet)):
            known = variables(value)
            if id(value) in seen or not known.get("is_bound"):
                continue
            seen.add(id(value))
            if issubclass(kind, BaseForm):
                found |= dict.fromkeys(_errors_of_form(known))
            else:
                found |= dict.fromkeys(f"__all__: {line}" for line in _lines(known.get(FORMSET_ERRORS)))
                waiting[:0] = known.get("forms") or ()
        elif kind is list or kind is tuple:
            if len(value) <= _MOST_ERRORS:
                waiting += _forms_in(value)
        elif kind.__module__ == "django.contrib.admin.helpers":
            known = variables(value)
            waiting += [known.get("form"), known.get("formset")]


def _forms_in(items: Any) -> Iterator[Any]:
    before, may_be = None, False
    for item in items:
        kind = type(item)
        if kind is not before:  # most lists have items of one kind
            before = kind
            may_be = (
                issubclass(kind, (BaseForm, BaseFormSet)) or kind.__module__ == "django.contrib.admin.helpers"
            )
        if may_be:
            yield item


def _errors_of_form(known: dict[str, Any]) -> Iterator[str]:
    prefix = known.get("prefix")
    errors = known.get(FORM_ERRORS)
    for name, listed in dict.items(errors) if is_a(errors, dict) else ():
        field = f"{plain_text(prefix)}-{name}" if prefix else name
        for line in _lines(listed):
            yield f"{field}: {line}"


def _lines(errors: Any) -> Iterator[str]:
    """Yield the messages of an ``ErrorList``, with their parameters."""
    for error in variables(errors).get("data") or ():
        if not is_a(error, ValidationError):
            yield plain_text(error)
            continue
        for each in variables(error).get("error_list", ()):
            said = variables(each)
            message, given = said.get("message", ""), said.get("params")
            # What has a plural form of its own needs its parameters to choose it.
            message = message if is_late_text(message) else plain_text(message)
            if type(given) is dict and given:
                with suppress(KeyError, TypeError, ValueError):
                    message %= {key: _shown(value) for key, value in given.items()}
            yield str(message)


def _shown(value: Any) -> Any:
    return value if type(value) in (int, float) else plain_text(value)
