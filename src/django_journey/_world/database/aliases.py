"""Which databases a story uses, and which aliases are the same database."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from django.db import connections

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["ALL", "chosen_aliases", "identity", "is_in_memory", "separate_databases"]

ALL = "__all__"


def chosen_aliases(databases: Iterable[str] | str) -> tuple[str, ...]:
    """Return the aliases that were asked for.

    Raises:
        ConfigurationError: There is no such database; the nearest ones are named.
    """
    aliases = tuple(connections) if databases == ALL else tuple(databases)
    for alias in aliases:
        if alias not in connections.settings:
            raise ConfigurationError(
                Explanation(
                    f"there is no database {alias!r}",
                    where="settings.DATABASES",
                    nearest=tuple(difflib.get_close_matches(alias, list(connections), cutoff=0)),
                )
            )
    return aliases


def separate_databases(aliases: tuple[str, ...]) -> dict[str, list[str]]:
    """Return one alias for each database, with the other aliases of the same one (mirrors)."""
    if len(aliases) == 1:
        return {aliases[0]: []}
    primaries: dict[object, str] = {}
    groups: dict[str, list[str]] = {}
    for alias in sorted(aliases, key=lambda alias: bool(connections[alias].settings_dict["TEST"]["MIRROR"])):
        primary = primaries.setdefault(identity(connections[alias]), alias)
        groups.setdefault(primary, [])
        if primary != alias:
            groups[primary].append(alias)
    return groups


def is_in_memory(wrapper: Any) -> bool:
    """Return whether a wrapper's database is one of SQLite's in memory."""
    return bool(wrapper.vendor == "sqlite" and wrapper.is_in_memory_db())


def identity(wrapper: Any) -> object:
    """Return a value that is equal for the wrappers of one database."""
    place = wrapper.settings_dict
    if wrapper.vendor == "sqlite":
        return ("sqlite", wrapper.alias if place["NAME"] == ":memory:" else str(place["NAME"]))
    return (wrapper.vendor, place["HOST"], str(place["PORT"]), place["NAME"], place["OPTIONS"].get("service"))
