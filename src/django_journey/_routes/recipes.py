"""Chooses a recipe for each field: the first whose samples the field's own validation accepts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from django_journey._routes.fake_values import FakeValues, existing, fake, is_file, needed
from django_journey.errors import MissingExtra

__all__ = ["fitting", "kinds_of", "recipe", "recipe_by_name", "sample"]

_PHONE = ("fake.phone_number", 'fake.numerify(text="+1##########")', 'fake.numerify(text="##########")')
# Recipes by a field's name, where the name says more than the type.
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

# Recipes by the name of the field's class, the nearest base class first; Django and REST framework share them.
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
# Candidates for a text whose validators require more than its name and type say.
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
# Starts and ends: an end is shortly after a start, and in the past in every time zone.
_BEGINS = frozenset({"start", "begin", "from", "since", "opens", "starts", "begins", "started"})
_ENDS = frozenset({"end", "until", "to", "ends", "finish", "finished", "closes", "ended", "till"})
_SPANS = {
    ("DateTimeField", True): 'fake.date_time_between(start_date="-32h", end_date="-31h")',
    ("DateTimeField", False): 'fake.date_time_between(start_date="-30h", end_date="-29h")',
    ("DateField", True): 'fake.date_between(start_date="-9d", end_date="-7d")',
    ("DateField", False): 'fake.date_between(start_date="-5d", end_date="-3d")',
}
_SAMPLES = 24
# One value for all: a password and its confirmation must be equal.
_PASSWORD = '"Tr0mb0ne-in-the-rain"'


def recipe(name: str, item: Any, *more: Any, unique: bool = False) -> str:
    """Return the source of a default for a field.

    Args:
        name: The field's name.
        item: The field of a form or a serializer.
        more: Other fields that must accept the value too: the model's field.
        unique: Whether no two calls may send the same value.

    Returns:
        A recipe, a plain value, or ``needed`` if no generated value is accepted.
    """
    return next(fitting(name, item, *more, unique=unique), "needed")


def fitting(name: str, item: Any, *more: Any, unique: bool = False) -> Iterator[str]:
    """Yield every recipe that a field accepts, the likeliest first; see ``recipe``."""
    generator = FakeValues(1, who="recipes")
    seen = set()
    for source in _likely(name, item, *more):
        if unique and source.startswith("fake."):
            source = "fake.unique." + source.removeprefix("fake.")
        if source not in seen:
            seen.add(source)
            if _fits(source, (item, *more), generator):
                yield source


def recipe_by_name(name: str) -> str:
    """Return the recipe for a field of which only the name is known, or ``needed``."""
    if "password" in name.lower():
        return _PASSWORD
    found = _BY_NAME.get(name, "needed")
    return found if isinstance(found, str) else found[0]


def sample(source: str, generator: FakeValues) -> Any:
    """Return a value from a recipe's source."""
    names = {"fake": fake, "needed": needed, "existing": existing}
    return generator.resolve(eval(source, {"__builtins__": {}}, names))  # every source comes from this module


def _fits(source: str, items: tuple[Any, ...], generator: FakeValues) -> bool:
    """Tell whether fields accept a recipe's values; assumed if it can't be tried here."""
    try:
        values = [sample(source, generator) for _ in range(_SAMPLES if "fake." in source else 1)]
    except MissingExtra:
        return True
    except Exception:  # the recipe has no value within these bounds
        return False
    if is_file(values[0]):
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
        elif not hasattr(
            item, "compress"
        ):  # a form's; fields with several values are tried with the whole form
            item.clean(text)
    except ValidationError:
        return False
    except (
        Exception
    ) as error:  # refused by REST framework; other errors mean that it needs the view, a database …
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
    """Return the date formats that the field declares."""
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
    # 0 is seldom a sensible amount, even if it is allowed.
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
    """Return the strictest bound of a field and its validators."""
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
        # Faker's words may be longer than a code.
        yield f'fake.lexify(text="{"?" * min(longest, max(shortest, 12))}")'
        yield f'fake.numerify(text="{"#" * min(longest, max(shortest, 12))}")'
    yield f"fake.pystr(min_chars={shortest}, max_chars={longest or shortest + 20})"
    yield from _ANY_TEXT


def _literal(value: Any) -> str:
    plain = value if isinstance(value, (bool, int, float)) else str(value)
    return _quoted(plain) if isinstance(plain, str) else repr(plain)


def _quoted(text: str) -> str:
    """Return a string's source as a formatter would write it."""
    if '"' not in text and text.isprintable():
        return f'r"{text}"' if "\\" in text and not text.endswith("\\") else f'"{text}"'
    return repr(text)


def kinds_of(item: Any) -> set[str]:
    """Return the names of the classes that a field has."""
    return {cls.__name__ for cls in type(item).__mro__}
