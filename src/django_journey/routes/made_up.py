"""Made-up values for endpoints: recipes that are written once and cooked anew for each call, from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django_journey.errors import Explanation, MissingExtra, StoryError
from django_journey.trace import recorder

__all__ = ["Fake", "Kitchen", "Needed", "fake", "needed"]


@dataclass(frozen=True, slots=True)
class Fake:
    """A recipe for a made-up value: a provider of Faker and what it is given.

    ``fake.first_name`` is one as it stands; ``fake.date_of_birth(minimum_age=20, maximum_age=20)`` is one too.
    """

    provider: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, **options: Any) -> Fake:
        """Return the same recipe with options for the provider."""
        return Fake(self.provider, options)


class _Cookbook:
    """Gives a recipe for each name: ``fake.first_name``, ``fake.phone_number``, ``fake.date_of_birth``."""

    def __getattr__(self, provider: str) -> Fake:
        if provider.startswith("_"):
            raise AttributeError(provider)
        return Fake(provider)


class Needed:
    """Stands where nothing can be made up, because the story has to say it."""

    def __repr__(self) -> str:
        return "needed"


#: Recipes by the name of Faker's provider.
fake = _Cookbook()

#: The story has to give this value.
needed = Needed()


class Kitchen:
    """Cooks recipes from one seed, so that a failure can be repeated.

    Args:
        seed: The seed; if ``None``, one is drawn from Python's own generator, which whoever runs the tests has
            seeded (pytest-randomly does so before each test).
        locale: Faker's locale, e.g. ``de_DE``.
        who: Whose values these are, for the trace.
    """

    def __init__(self, seed: int | None = None, *, locale: str | None = None, who: str = "") -> None:
        self._wanted = seed
        self._locale = locale
        self._who = who
        self._faker: Any = None
        #: The seed once a value has been made up, before that ``None``.
        self.used_seed: int | None = None

    @property
    def faker(self) -> Any:
        """The seeded Faker; it is made, and its seed noted in the trace, when it is first used.

        Raises:
            MissingExtra: Faker is not installed.
        """
        if self._faker is None:
            try:
                from faker import Faker
            except ImportError:
                raise MissingExtra("made-up data", extra="data", library="Faker") from None
            seed = random.getrandbits(32) if self._wanted is None else self._wanted
            self._faker = Faker(self._locale)
            self._faker.seed_instance(seed)
            self.used_seed = seed
            recorder.note("data", f"{self._who or 'made-up data'}: seed {seed}", seed=seed)
        return self._faker

    def cook(self, value: Any) -> Any:
        """Return a value: recipes cooked, functions called, lists and mappings through and through.

        Raises:
            StoryError: Faker has no such provider.
        """
        if isinstance(value, Fake):
            return self._made_up(value)
        if isinstance(value, Mapping):
            return {name: self.cook(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.cook(item) for item in value]
        if callable(value) and not isinstance(value, type):
            return self.cook(value())
        return value

    def _made_up(self, recipe: Fake) -> Any:
        provider = getattr(self.faker, recipe.provider, None)
        if provider is None:
            raise StoryError(
                Explanation(
                    f"fake.{recipe.provider}: Faker has no provider of that name",
                    where=self._who,
                    nearest=_near(recipe.provider, dir(self.faker)),
                    instead="fake.<provider>, or a function that returns the value",
                )
            )
        return provider(**recipe.options)


def _near(name: str, names: list[str]) -> tuple[str, ...]:
    from difflib import get_close_matches

    return tuple(f"fake.{found}" for found in get_close_matches(name, names, 3))
