"""Chooses a made-up value for each field: the first recipe whose samples the field's own validation accepts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from django_journey.errors import MissingExtra
from django_journey.routes import made_up

__all__ = ["fitting", "kinds_of", "recipe", "sample", "told_by_name"]

_PHONE = ("fake.phone_number", 'fake.numerify(text="+1##########")', 'fake.numerify(text="##########")')
# Recipes by a field's name, for those whose meaning the name tells better than the type.
_BY_NAME: dict[str, str | tuple[str, ...]] = {
    **dict.fromkeys(("first_name", "given_name"), "fake.first_name"),
    **dict.fromkeys(("last_name", "family_name", "surname"), "fake.last_name"),
    **dict.fromkeys(("name", "full_name"), "fake.name"),
    **dict.fromkeys(("username", "login", "nickname"), "fake.user_name"),
    **dict.fromkeys(("phone", "phone_number", "mobile", "telephone"), _PHONE),
    **dict.fromkeys(
        ("birthday", "birth_date", "date_of_birth"),
        "fake.date_of_birth(minimum_age=18, maximum_age=80)",
    ),
    **dict.fromkeys(("city", "town"), "fake.city"),
    "street": "fake.street_address",
    "address": "fake.address",
    **dict.fromkeys(("zip", "zip_code", "postcode", "postal_code"), "fake.postcode"),
    "country": "fake.country",
    "company": "fake.company",
    **dict.fromkeys(("color", "colour"), "fake.hex_color"),
    "email": "fake.email",
    **dict.fromkeys(("url", "website", "homepage"), "fake.url"),
    "slug": "fake.slug",
    "currency": "fake.currency_code",
    "iban": "fake.iban",
    "isbn": "fake.isbn13",
    "language": "fake.language_code",
    **dict.fromkeys(("timezone", "time_zone"), "fake.timezone"),
}

# By the name of the field's class, the nearest in its ancestry first; Django's and REST framework's share them.
_BY_TYPE: dict[str, tuple[str, ...]] = {
    "EmailField": ("fake.email",),
    "URLField": ("fake.url",),
    "SlugField": ("fake.slug",),
    "UUIDField": ("fake.uuid4",),
    "SplitDateTimeField": ("fake.date_time", "fake.future_datetime"),
    "DateTimeField": ("fake.iso8601", "fake.future_datetime"),
    "DateField": (
        "fake.date",
        "fake.future_date",
        "fake.past_date",
        "fake.date_of_birth(minimum_age=18, maximum_age=80)",
    ),
    "TimeField": ("fake.time",),
    "DurationField": ('"01:00:00"',),
    "BooleanField": ("True",),
    "NullBooleanField": ("True",),
    "GenericIPAddressField": ("fake.ipv4", "fake.ipv6"),
    "IPAddressField": ("fake.ipv4",),
    "JSONField": ('{"made": "up"}', "[1]"),
    "DictField": ("{}",),
    "ListField": ("[]",),
    "HStoreField": ("{}",),
}
# What is tried on a text whose validators say something that neither its name nor its type tells.
_ANY_TEXT = (
    "fake.word",
    "fake.user_name",
    "fake.slug",
    "fake.hex_color",
    'fake.numerify(text="+1##########")',
    'fake.numerify(text="##########")',
    "fake.postcode",
    "fake.country_code",
    "fake.url",
    "fake.email",
    "fake.date",
    '"{}"',
)
# Beginnings and ends: what ends is after what began, not long after, and over in every time zone.
_BEGINS = frozenset({"start", "begin", "from", "since", "opens", "starts", "begins", "started"})
_ENDS = frozenset({"end", "until", "to", "ends", "finish", "finished", "closes", "ended", "till"})
_SPANS = {
    ("DateTimeField", True): 'fake.date_time_between(start_date="-32h", end_date="-31h")',
    ("DateTimeField", False): 'fake.date_time_between(start_date="-30h", end_date="-29h")',
    ("DateField", True): 'fake.date_between(start_date="-9d", end_date="-7d")',
    ("DateField", False): 'fake.date_between(start_date="-5d", end_date="-3d")',
}
_SAMPLES = 24
# One value for all of them: a password and its repetition must be the same.
_PASSWORD = '"Tr0mb0ne-in-the-rain"'


def recipe(name: str, item: Any, *more: Any, unique: bool = False) -> str:
    """Return the source of a default for a field.

    Args:
        name: The field's name.
        item: The field of a form or a serializer.
        more: Other fields that have to accept the value too: the model's own.
        unique: Whether no two calls may send the same value.

    Returns:
        A recipe, a plain value, or ``needed`` where nothing that can be made up is accepted.
    """
    return next(fitting(name, item, *more, unique=unique), "needed")


def fitting(name: str, item: Any, *more: Any, unique: bool = False) -> Iterator[str]:
    """Yield every recipe that a field accepts, the likeliest first; see ``recipe``."""
    kitchen = made_up.Kitchen(1, who="recipes")
    seen = set()
    for source in _likely(name, item, *more):
        if unique and source.startswith("fake."):
            source = "fake.unique." + source.removeprefix("fake.")
        if source not in seen:
            seen.add(source)
            if _fits(source, (item, *more), kitchen):
                yield source


def told_by_name(name: str) -> str:
    """Return the recipe for a field of which nothing but the name is known, or ``needed``."""
    if "password" in name.lower():
        return _PASSWORD
    found = _BY_NAME.get(name, "needed")
    return found if isinstance(found, str) else found[0]


def sample(source: str, kitchen: made_up.Kitchen) -> Any:
    """Return a value that a recipe makes."""
    names = {"fake": made_up.fake, "needed": made_up.needed, "existing": made_up.existing}
    return kitchen.cook(eval(source, {"__builtins__": {}}, names))  # every source is of this module


def _fits(source: str, items: tuple[Any, ...], kitchen: made_up.Kitchen) -> bool:
    """Tell whether fields accept what a recipe makes; where that can't be tried out here, they do."""
    try:
        values = [sample(source, kitchen) for _ in range(_SAMPLES if "fake." in source else 1)]
    except MissingExtra:
        return True
    except Exception:  # a recipe that can't be made within these bounds is not one for this field
        return False
    if made_up.is_file(values[0]):
        return True
    return all(_accepts(item, value) for item in items for value in values)


def _accepts(item: Any, value: Any) -> bool:
    from django.core.exceptions import ValidationError

    text = value.isoformat() if hasattr(value, "isoformat") else value
    try:
        if hasattr(item, "run_validation"):  # REST framework's
            item.run_validation(text)
        elif hasattr(item, "get_attname"):  # a model's
            item.clean(text, None)
        elif not hasattr(item, "compress"):  # a form's; several values at once are tried with the whole form
            item.clean(text)
    except ValidationError:
        return False
    except Exception as error:  # REST framework's own refusal; whatever else needs the view, a database …
        return type(error).__name__ != "ValidationError"
    return True


def _likely(name: str, item: Any, *more: Any) -> Iterator[str]:
    validators = [each for field in (item, *more) for each in getattr(field, "validators", None) or ()]
    kinds = kinds_of(item)
    if "password" in name.lower():
        yield _PASSWORD
        yield "fake.password(length=8)"
        return
    choice = _choice(item)
    if choice is not None:
        yield f"[{choice}]" if kinds & {"MultipleChoiceField", "TypedMultipleChoiceField"} else choice
        return
    if "FileField" in kinds or "ImageField" in kinds:
        yield _file(kinds, validators)
        return
    if kinds & {"IntegerField", "FloatField", "DecimalField"}:
        yield from _numbers(kinds, item, validators)
        return
    by_type = next((_BY_TYPE[cls.__name__] for cls in type(item).__mro__ if cls.__name__ in _BY_TYPE), ())
    by_name = _BY_NAME.get(name) or _BY_NAME.get(name.rpartition("_")[2])
    if span := _span(name, kinds):
        yield span
    if "JSONField" in kinds and not hasattr(item, "run_validation"):
        by_type = tuple(f"'{source}'" for source in by_type)  # a form takes the text, a serializer the value
    if by_type and by_type[0] != "fake.date":
        yield from by_type
    if by_name:
        yield from (by_name,) if isinstance(by_name, str) else by_name
    yield from by_type
    if "DateField" in kinds:
        yield from (f"fake.date(pattern={_quoted(written)})" for written in _formats(item))
    if not by_type:
        yield from _texts(item, validators)


def _span(name: str, kinds: set[str]) -> str:
    words = set(name.lower().split("_"))
    kind = next((kind for kind in ("DateTimeField", "DateField") if kind in kinds), "")
    return _SPANS[kind, bool(words & _BEGINS)] if kind and words & (_BEGINS | _ENDS) else ""


def _formats(item: Any) -> list[str]:
    """Return how a date may be written, where the field says so itself."""
    formats = getattr(item, "input_formats", None) or ()
    return [written for written in formats if isinstance(written, str) and "%" in written]


def _choice(item: Any) -> str | None:
    choices = getattr(item, "choices", None)
    if not choices:
        return None
    pairs = choices.items() if isinstance(choices, Mapping) else list(choices)
    flat = [
        pair
        for value, label in pairs
        for pair in (label if isinstance(label, (list, tuple)) else [(value, label)])
    ]
    return next((_literal(value) for value, _ in flat if value not in ("", None)), None)


def _file(kinds: set[str], validators: list[Any]) -> str:
    if "ImageField" in kinds:
        return (
            '{"name": "picture.png", "mimeType": "image/png", '
            '"buffer": fake.image(size=(16, 16), image_format="png")}'
        )
    allowed = next(
        (found for found in (getattr(each, "allowed_extensions", None) for each in validators) if found),
        ["txt"],
    )
    return f'{{"name": "file.{allowed[0]}", "mimeType": "text/plain", "buffer": b"text"}}'


def _numbers(kinds: set[str], item: Any, validators: list[Any]) -> Iterator[str]:
    low, high = _bound(item, validators, "min_value", max), _bound(item, validators, "max_value", min)
    # Nothing is seldom a sensible amount, also where it is allowed.
    low = (1 if high is None or high >= 1 else high - 100) if low is None else low
    low = 1 if low == 0 and (high is None or high >= 1) else low
    high = max(low, 100) if high is None else high
    if "DecimalField" in kinds or "FloatField" in kinds:
        places = getattr(item, "decimal_places", None)
        digits = getattr(item, "max_digits", None)
        if digits is not None and places is not None:
            high = min(high, 10 ** (digits - places) - 1)
    first, last = math.ceil(low), math.floor(high)
    if first <= last:
        yield f"fake.pyint(min_value={first}, max_value={last})"
    yield repr(float(low + high) / 2)


def _bound(item: Any, validators: list[Any], name: str, choose: Any) -> Any:
    """Return the strictest of a field's own bound and of those that its validators set."""
    found = [getattr(item, name, None)]
    for validator in validators:
        limit = getattr(validator, "limit_value", None)
        if getattr(validator, "code", "") == name:
            found.append(limit() if callable(limit) else limit)
    numbers = [value for value in found if isinstance(value, (int, float)) or hasattr(value, "as_tuple")]
    return choose(numbers) if numbers else None


def _texts(item: Any, validators: list[Any]) -> Iterator[str]:
    longest, shortest = getattr(item, "max_length", None), getattr(item, "min_length", None) or 1
    for validator in validators:
        expression = getattr(validator, "regex", None)
        if expression is not None and not getattr(validator, "inverse_match", False):
            yield f"fake.matching({_quoted(getattr(expression, 'pattern', str(expression)))})"
    multiline = type(getattr(item, "widget", None)).__name__ == "Textarea"
    if multiline or longest is None or longest > 300:
        yield "fake.paragraph"
    elif longest >= 60:
        yield f"fake.sentence(nb_words={min(6, longest // 16)})"
    if longest is not None and longest >= 20:
        yield f"fake.text(max_nb_chars={min(longest, 200)})"
    if longest is not None:
        # A word of Faker's may be longer than a code.
        yield f'fake.lexify(text="{"?" * min(longest, max(shortest, 12))}")'
        yield f'fake.numerify(text="{"#" * min(longest, max(shortest, 12))}")'
    yield f"fake.pystr(min_chars={shortest}, max_chars={longest or shortest + 20})"
    yield from _ANY_TEXT


def _literal(value: Any) -> str:
    plain = value if isinstance(value, (bool, int, float)) else str(value)
    return _quoted(plain) if isinstance(plain, str) else repr(plain)


def _quoted(text: str) -> str:
    """Return a string's source as a formatter leaves it."""
    if '"' not in text and text.isprintable():
        return f'r"{text}"' if "\\" in text and not text.endswith("\\") else f'"{text}"'
    return repr(text)


def kinds_of(item: Any) -> set[str]:
    """Return the names of the classes that a field has."""
    return {cls.__name__ for cls in type(item).__mro__}
