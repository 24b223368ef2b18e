"""Guesses what an endpoint takes from its view: a form or a serializer it names, and a made-up value for each field."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django_journey.routes.urlconf import Route

__all__ = ["Guess", "guess"]

# Made-up values by a field's name, for those whose meaning the name tells better than the type.
_BY_NAME = {
    "first_name": "fake.first_name",
    "given_name": "fake.first_name",
    "last_name": "fake.last_name",
    "family_name": "fake.last_name",
    "surname": "fake.last_name",
    "name": "fake.name",
    "full_name": "fake.name",
    "username": "fake.user_name",
    "phone": "fake.phone_number",
    "phone_number": "fake.phone_number",
    "mobile": "fake.phone_number",
    "birthday": "fake.date_of_birth",
    "birth_date": "fake.date_of_birth",
    "date_of_birth": "fake.date_of_birth",
    "city": "fake.city",
    "town": "fake.city",
    "street": "fake.street_address",
    "address": "fake.address",
    "zip": "fake.postcode",
    "zip_code": "fake.postcode",
    "postcode": "fake.postcode",
    "postal_code": "fake.postcode",
    "country": "fake.country",
    "company": "fake.company",
    "color": "fake.hex_color",
    "colour": "fake.hex_color",
}

# By the name of the field's class, the nearest in its ancestry first; Django's and REST framework's share them.
_BY_TYPE = {
    "EmailField": "fake.email",
    "URLField": "fake.url",
    "SlugField": "fake.slug",
    "UUIDField": "fake.uuid4",
    "DateTimeField": "fake.iso8601",
    "SplitDateTimeField": "fake.iso8601",
    "DateField": "fake.date",
    "TimeField": "fake.time",
    "DurationField": '"01:00:00"',
    "BooleanField": "True",
    "NullBooleanField": "True",
    "GenericIPAddressField": "fake.ipv4",
    "IPAddressField": "fake.ipv4",
    "JSONField": "{}",
    "DictField": "{}",
    "ListField": "[]",
    "FileField": '{"name": "file.txt", "mimeType": "text/plain", "buffer": b"text"}',
}
_FILES = frozenset({"FileField", "ImageField"})
_REFERENCES = frozenset({"ModelChoiceField", "ModelMultipleChoiceField", "RelatedField", "ManyRelatedField"})
_NUMBERS = frozenset({"IntegerField", "DecimalField", "FloatField"})
# One value for all of them: a password and its repetition must be the same.
_PASSWORD = '"Tr0mb0ne-in-the-rain"'


@dataclass(frozen=True, slots=True)
class Guess:
    """What a request to an endpoint may look like.

    Args:
        kind: ``json``, ``form``, ``multipart``, or empty if nothing is known.
        fields: The source of a default for each field that must be given.
        optional: Fields that may be given.
        source: The form or the serializer that told it.
    """

    kind: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    source: str = ""


def guess(route: Route, method: str) -> Guess:
    """Guess the body of a request.

    Args:
        route: The endpoint's route.
        method: The HTTP method in upper case.

    Returns:
        The guess; an empty one where the view tells nothing, or the method has no body.
    """
    if method not in {"POST", "PUT", "PATCH"}:
        return Guess()
    view_class = getattr(route.callback, "view_class", None) or getattr(route.callback, "cls", None)
    serializer = _serializer(route.callback, view_class, method)
    if serializer is not None:
        return _of_fields(serializer, _serializer_fields(serializer), "json", method)
    handlers = list(_handlers(route.callback, view_class, method))
    form = _form(view_class, handlers)
    if form is None:
        return Guess()
    kind = "json" if any("JsonResponse" in names for _, names in handlers) else "form"
    return _of_fields(form, _form_fields(form), kind, method)


def _of_fields(source: type, fields: Mapping[str, Any], kind: str, method: str) -> Guess:
    required = {
        name: _value(name, item)
        for name, item in fields.items()
        if getattr(item, "required", False) and method != "PATCH"
    }
    if any(_kinds(item) & _FILES for item in fields.values()):
        kind = "multipart"
    optional = tuple(name for name in fields if name not in required)
    return Guess(kind, required, optional, source.__name__)


def _serializer(callback: Any, view_class: Any, method: str) -> Any:
    found = getattr(view_class, "serializer_class", None)
    action = (getattr(callback, "actions", None) or {}).get(method.lower())
    if action:
        # An action of a view set may have its own.
        found = getattr(getattr(view_class, action, None), "kwargs", {}).get("serializer_class", found)
    return found if _is(found, "BaseSerializer") else None


def _serializer_fields(serializer: Any) -> dict[str, Any]:
    try:
        fields = serializer().fields
    except Exception:  # one that can't be made without its view tells nothing; the guess stays empty
        return {}
    return {name: item for name, item in fields.items() if not item.read_only}


def _form_fields(form: Any) -> dict[str, Any]:
    try:
        # Some forms decide in their making what is required.
        return dict(form().fields)
    except Exception:  # one that can't be made without its view still has what its class declares
        return dict(form.base_fields)


def _form(view_class: Any, handlers: list[tuple[Any, frozenset[str]]]) -> Any:
    """Return the form class of a generic view, or the only one that the code of the handlers names."""
    declared = getattr(view_class, "form_class", None)
    if _is(declared, "BaseForm"):
        return declared
    model, fields = getattr(view_class, "model", None), getattr(view_class, "fields", None)
    if model is not None and fields and hasattr(view_class, "get_form_class"):
        from django.forms import modelform_factory

        return modelform_factory(model, fields=fields)
    named = {
        candidate
        for function, names in handlers
        for candidate in (function.__globals__.get(name) for name in names)
        if _is(candidate, "BaseForm")
    }
    return named.pop() if len(named) == 1 else None


def _handlers(callback: Any, view_class: Any, method: str) -> Iterator[tuple[Any, frozenset[str]]]:
    """Yield the functions that handle a method, and the names that their code uses.

    Methods of the view's own class that a handler calls belong to it: ``self._change`` of a ``put``.
    """
    if view_class is None:
        function = callback
        while isinstance(function, functools.partial) or hasattr(function, "__wrapped__"):
            function = function.func if isinstance(function, functools.partial) else function.__wrapped__
        if inspect.isfunction(function):
            yield function, frozenset(function.__code__.co_names)
        return
    waiting, seen = [method.lower(), "get_form", "get_form_class"], set()
    while waiting:
        name = waiting.pop()
        function = inspect.unwrap(getattr(view_class, name, None) or (lambda: None))
        if name in seen or not inspect.isfunction(function) or function.__module__.startswith("django."):
            continue
        seen.add(name)
        names = frozenset(function.__code__.co_names)
        yield function, names
        waiting.extend(names & set(dir(view_class)))


def _value(name: str, item: Any) -> str:
    kinds = _kinds(item)
    if kinds & _REFERENCES:
        return "needed"
    if "password" in name:
        return _PASSWORD
    choice = _choice(item)
    if choice is not None:
        return _literal(choice)
    if "ImageField" in kinds:
        return "needed"
    if kinds & _NUMBERS:
        return _number(item)
    by_type = next((_BY_TYPE[cls.__name__] for cls in type(item).__mro__ if cls.__name__ in _BY_TYPE), "")
    by_name = _BY_NAME.get(name, "")
    if by_type and by_type != "fake.date":
        return by_type
    return by_name or by_type or _text(item)


def _choice(item: Any) -> Any:
    choices = getattr(item, "choices", None)
    if not choices:
        return None
    pairs = choices.items() if isinstance(choices, Mapping) else list(choices)
    values = [value for value, label in pairs if not isinstance(label, (list, tuple))]
    return next((value for value in values if value not in ("", None)), None)


def _literal(value: Any) -> str:
    plain = value if isinstance(value, (bool, int, float)) else str(value)
    return (
        f'"{plain}"'
        if isinstance(plain, str) and plain.isprintable() and not set(plain) & set('"\\')
        else repr(plain)
    )


def _number(item: Any) -> str:
    low = getattr(item, "min_value", None)
    high = getattr(item, "max_value", None)
    # Nothing is seldom a sensible amount, also where it is allowed.
    low = 1 if low is None or (low == 0 and (high is None or high >= 1)) else low
    high = max(low, 100) if high is None else high
    return f"fake.pyint(min_value={int(low)}, max_value={int(high)})"


def _text(item: Any) -> str:
    longest = getattr(item, "max_length", None)
    if type(getattr(item, "widget", None)).__name__ == "Textarea" or longest is None or longest > 300:
        return "fake.paragraph"
    # A word of Faker's may be longer than a code.
    letters = "?" * longest
    return f"fake.text(max_nb_chars={longest})" if longest >= 20 else f'fake.lexify(text="{letters}")'


def _kinds(item: Any) -> set[str]:
    return {cls.__name__ for cls in type(item).__mro__}


def _is(candidate: Any, base: str) -> bool:
    return isinstance(candidate, type) and any(cls.__name__ == base for cls in candidate.__mro__)
