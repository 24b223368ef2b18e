"""Generated values for endpoints: recipes that are declared once and generate a value for each call, from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django_journey._trace.record import recorder
from django_journey.errors import Explanation, MissingExtra, StoryError

__all__ = ["Existing", "Fake", "FakeValues", "Needed", "existing", "fake", "is_file", "needed"]

# How many tries a unique value has, and from how many rows one is chosen.
_TRIES = 1000
_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Fake:
    """A recipe for a generated value: a provider of Faker and its arguments.

    ``fake.first_name`` is one, and so is ``fake.date_of_birth(minimum_age=20, maximum_age=20)``.
    """

    provider: str
    options: Mapping[str, Any] = field(default_factory=dict)
    args: tuple[Any, ...] = ()
    unique: bool = False

    def __call__(self, *args: Any, **options: Any) -> Fake:
        """Return the same recipe with arguments for the provider."""
        return Fake(self.provider, options, args, self.unique)


class _Providers:
    """Returns a recipe for each name: ``fake.first_name``, ``fake.phone_number``, ``fake.date_of_birth``.

    ``fake.unique.user_name`` generates no value twice for one ``Endpoints`` object, and ``fake.matching("[A-Z]{3}")``
    generates a text that a regular expression matches.
    """

    def __init__(self, *, unique: bool = False) -> None:
        self._unique = unique

    @property
    def unique(self) -> _Providers:
        """The same recipes; none of them generates a value twice."""
        return _Providers(unique=True)

    def __getattr__(self, provider: str) -> Fake:
        if provider.startswith("_"):
            raise AttributeError(provider)
        return Fake(provider, unique=self._unique)


@dataclass(frozen=True, slots=True)
class Existing:
    """Stands for one of the rows that a model has when the endpoint is called; returned by ``existing``."""

    model: str
    attribute: str = "pk"


def existing(model: str, attribute: str = "pk") -> Existing:
    """Return a recipe that chooses one of a model's rows, for a field that refers to it.

    Args:
        model: The model, as ``app_label.ModelName``.
        attribute: The row's attribute that is sent.
    """
    return Existing(model, attribute)


class Needed:
    """Marks a value that can't be generated: the story has to give it."""

    def __repr__(self) -> str:
        return "needed"


#: Recipes by the name of Faker's provider.
fake = _Providers()

#: Marks a value that the story has to give.
needed = Needed()


class FakeValues:
    """Generates values from recipes and one seed, so that a failure can be repeated.

    Args:
        seed: The seed; if ``None``, one is drawn from Python's ``random``, which may be seeded itself
            (pytest-randomly does so before each test).
        locale: Faker's locale, e.g. ``de_DE``.
        who: The name of the values' owner, for the trace.
    """

    def __init__(self, seed: int | None = None, *, locale: str | None = None, who: str = "") -> None:
        self._wanted = seed
        self._locale = locale
        self._who = who
        self._faker: Any = None
        self._made: dict[str, set[Any]] = {}
        #: The seed, or ``None`` until the first value is generated.
        self.used_seed: int | None = None

    @cached_property
    def _random(self) -> random.Random:
        return random.Random(random.getrandbits(32) if self._wanted is None else self._wanted)

    @property
    def faker(self) -> Any:
        """The seeded Faker; it is created, and its seed recorded in the trace, at the first use.

        Raises:
            MissingExtra: Faker is not installed.
        """
        if self._faker is None:
            try:
                from faker import Faker
            except ImportError:
                raise MissingExtra("generated data", extra="data", library="Faker") from None
            seed = random.getrandbits(32) if self._wanted is None else self._wanted
            self._faker = Faker(self._locale)
            self._faker.seed_instance(seed)
            self.used_seed = seed
            recorder.note("data", f"{self._who or 'generated data'}: seed {seed}", seed=seed)
        return self._faker

    def resolve(self, value: Any) -> Any:
        """Return a value with recipes replaced and functions called, also inside lists and mappings.

        Raises:
            StoryError: Faker has no such provider.
        """
        if isinstance(value, Fake):
            return self._generated(value)
        if isinstance(value, Existing):
            return self._chosen(value)
        if isinstance(value, Mapping):
            return {name: self.resolve(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.resolve(item) for item in value]
        if callable(value) and not isinstance(value, type):
            return self.resolve(value())
        return value

    def _generated(self, recipe: Fake) -> Any:
        if recipe.provider == "matching":
            return self._matching(recipe)
        faker = self.faker
        provider = getattr(faker, recipe.provider, None)
        if provider is None:
            raise StoryError(
                Explanation(
                    f"fake.{recipe.provider}: Faker has no provider of that name",
                    where=self._who,
                    nearest=_near(recipe.provider, dir(faker)),
                    instead="fake.<provider>, or a function that returns the value",
                )
            )
        return self._maybe_unique(recipe, lambda: provider(*recipe.args, **recipe.options))

    def _matching(self, recipe: Fake) -> Any:
        try:
            from rstr import Rstr
        except ImportError:
            raise MissingExtra("fake.matching", extra="data", library="rstr") from None
        make = Rstr(self.faker.random)
        return self._maybe_unique(recipe, lambda: make.xeger(*recipe.args))

    def _maybe_unique(self, recipe: Fake, make: Callable[[], Any]) -> Any:
        """Return a recipe's value, and none twice if it is unique."""
        value = make()
        if not recipe.unique:
            return value
        before = self._made.setdefault(f"{recipe.provider}{recipe.args}{recipe.options}", set())
        for _ in range(_TRIES):
            if value not in before:
                before.add(value)
                return value
            value = make()
        raise StoryError(
            Explanation(
                f"fake.unique.{recipe.provider}: no new value in {_TRIES} tries",
                where=f"{self._who or 'generated data'}, which has generated {len(before)} of them",
                instead='a recipe with more values, fake.unique.bothify(text="????????") for example',
            )
        )

    def _chosen(self, wanted: Existing) -> Any:
        from django.apps import apps

        rows = apps.get_model(wanted.model)._default_manager
        keys = list(rows.order_by("pk").values_list(wanted.attribute, flat=True)[:_ROWS])
        if not keys:
            raise StoryError(
                Explanation(
                    f"existing({wanted.model!r}): there is no row to choose from",
                    where=self._who,
                    instead="create one first, or give the field in the call",
                )
            )
        return self._random.choice(keys)


def is_file(value: Any) -> bool:
    """Tell whether a value is a file: a path, or Playwright's ``{"name", "mimeType", "buffer"}``."""
    return isinstance(value, Path) or (isinstance(value, Mapping) and {"name", "buffer"} <= set(value))


def _near(name: str, names: list[str]) -> tuple[str, ...]:
    from difflib import get_close_matches

    return tuple(f"fake.{found}" for found in get_close_matches(name, names, 3))
