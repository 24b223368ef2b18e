"""What the project says of walks: ``JOURNEY = {"explore": {…}}``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, Self

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The project's settings of walks.

    Args:
        setup: The dotted path of a function that makes the data, and returns the users by their roles (``None`` for a
            visitor), or nothing; empty to have both made.
        queries: How many queries a page may need.
        exclude: The names or patterns of URLs that are never asked for.
    """

    setup: str = ""
    queries: int = 100
    exclude: tuple[str, ...] = ()

    @classmethod
    def load(cls) -> Self:
        """Read them from Django's settings.

        Raises:
            ConfigurationError: A name or a value can't be used.
        """
        from django.conf import settings

        said: Any = (getattr(settings, "JOURNEY", None) or {}).get("explore", {})
        if not isinstance(said, Mapping):
            raise _wrong(f"it is {said!r}, which is no dictionary", ('{"setup": "tests.factories.world"}',))
        types = {"setup": str, "queries": int, "exclude": (list, tuple)}
        known = [item.name for item in fields(cls)]
        for name, value in said.items():
            if name not in known:
                raise _wrong(
                    f"there is no setting {name!r}", get_close_matches(str(name), known, n=1) or known
                )
            if not isinstance(value, types[name]):  # type: ignore[arg-type]
                raise _wrong(f"{name} can't be {value!r}", (f"a value like {getattr(cls(), name)!r}",))
        values: dict[str, Any] = dict(said)
        if "exclude" in values:
            values["exclude"] = tuple(values["exclude"])
        return cls(**values)


def _wrong(what: str, near: Any) -> ConfigurationError:
    return ConfigurationError(Explanation(what, where='the setting JOURNEY["explore"]', nearest=tuple(near)))
