"""The people who walk through a site: a visitor and one user of each kind, or those that the project names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["made_people", "named_people"]

_PREFIX = "explore"
_KINDS: dict[str, dict[str, bool]] = {
    "user": {},
    "other": {},
    "staff": {"is_staff": True},
    "superuser": {"is_staff": True, "is_superuser": True},
}


def made_people(*kinds: str) -> dict[str, Any]:
    """Return a plain user, another one, a staff user and a superuser, making those that are not there.

    Args:
        kinds: Those of them that are wanted; all of them where none is named.

    Raises:
        ConfigurationError: The project's user model can't be filled without knowing it.
    """
    from django.contrib.auth import get_user_model

    model = get_user_model()
    return {kind: _person(model, kind, flags) for kind, flags in _KINDS.items() if not kinds or kind in kinds}


def named_people(
    names: Iterable[str],
    where: str = "--as, in the database that is explored",
    instead: str = 'JOURNEY = {"explore": {"setup": "tests.factories.world"}}, a function that makes the user',
) -> dict[str, Any]:
    """Return users by their user names.

    Args:
        names: The user names.
        where: Where they are looked for, for the error.
        instead: What to do where one is missing.

    Raises:
        ConfigurationError: There is no such user.
    """
    from django.contrib.auth import get_user_model

    model: Any = get_user_model()
    people = {}
    for name in names:
        try:
            people[name] = model._default_manager.get_by_natural_key(name)
        except model.DoesNotExist:
            known = model._default_manager.values_list(model.USERNAME_FIELD, flat=True)[:5]
            raise ConfigurationError(
                Explanation(
                    f"no user is called {name!r}",
                    where=where,
                    nearest=tuple(map(str, known)),
                    instead=instead,
                )
            ) from None
    return people


def _person(model: Any, kind: str, flags: Mapping[str, bool]) -> Any:
    name = f"{_PREFIX}-{kind}"
    fields = {field.name: field for field in model._meta.concrete_fields}
    login = fields[model.USERNAME_FIELD]
    address = f"{name}@example.com"
    values: dict[str, Any] = {login.name: address if "mail" in login.name else name}
    found = model._default_manager.filter(**values).first()
    if found is not None:
        return found
    email = getattr(model, "EMAIL_FIELD", "email")
    if email in fields:
        values[email] = address
    texts = {"first_name": kind.title(), "last_name": "Explorer", "name": f"{kind.title()} Explorer"}
    values |= {field: text for field, text in texts.items() if field in fields}
    values |= {flag: True for flag in ("is_active", *flags) if flag in fields}
    person = model(**values)
    try:
        person.set_unusable_password()
        person.save()
    except Exception as error:
        raise ConfigurationError(
            Explanation(
                f"no {kind} could be made: {type(error).__name__}: {error}",
                where=f"the user model {model._meta.label}",
                instead='a function that makes them: JOURNEY = {"explore": {"setup": "tests.factories.world"}}',
            )
        ) from error
    return person
