"""The addresses that a walk begins with: the URLconf's own patterns, with arguments from the rows that are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django_journey._explore.site.rows import models_of_project
from django_journey._routes.url_names import UrlRoute, routes

__all__ = [
    "Address",
    "addresses",
    "answers",
    "is_machinery",
    "is_machinery_name",
    "owners_of",
    "pattern_of",
    "row_of",
]

_ROWS = 3
_LATER = frozenset(("admin", "djdt", "debug_toolbar", "silk"))
_UNKNOWN: dict[str, Any] = {"int": 999999, "slug": "no-such-thing", "str": "no-such-thing"}


@dataclass(frozen=True, slots=True)
class Address:
    """A path to visit.

    Args:
        path: The path with its query.
        why: How it was found: ``pattern``, ``row``, ``unknown`` or ``link``.
        owners: The keys of the users to whom the row belongs.
    """

    path: str
    why: str
    owners: frozenset[object] = frozenset()


def is_machinery(route: UrlRoute) -> bool:
    """Tell whether a route is of Django's admin or of a debugging tool."""
    return is_machinery_name((*route.namespaces, *route.app_names))


def is_machinery_name(names: Iterable[str]) -> bool:
    """Tell whether one of the namespaces is that of Django's admin or of a debugging tool."""
    return not _LATER.isdisjoint(names)


def answers(path: str) -> Any:
    """Return the view that answers a path, after a slash is appended where the site does that; else ``None``."""
    from django.conf import settings
    from django.urls import Resolver404, resolve

    for each in (path, f"{path}/") if settings.APPEND_SLASH and not path.endswith("/") else (path,):
        try:
            return resolve(each).func
        except Resolver404:
            continue
    return None


def addresses(*, admin: bool = False) -> Iterator[Address]:
    """Yield the site's root, each pattern without arguments, and the others with arguments from rows."""
    yield Address("/", "pattern")
    every = [route for route in routes() if admin or not is_machinery(route)]
    for route in every:
        if not route.parameters and (path := _plain(route)):
            yield Address(path, "pattern")
    models = models_of_project()
    for route in every:
        if route.parameters and route.name:
            yield from _with_arguments(route, models)


def pattern_of(path: str) -> str:
    """Return the pattern that answers a path; the path itself, without what varies in it, where none does."""
    from django.urls import Resolver404, resolve

    try:
        return str(resolve(path).route) or "/"
    except Resolver404:
        return "no pattern: " + re.sub(r"\d+", "0", path)
    except Exception:  # a converter of the project's own may raise anything
        return "no pattern"


def _plain(route: UrlRoute) -> str:
    from django.urls import NoReverseMatch, reverse

    if route.name:
        try:
            return reverse(route.name)
        except NoReverseMatch:
            pass
    path = re.sub(r"\\Z|[$^]", "", route.pattern)
    return f"/{path.lstrip('/')}" if not re.search(r"[\\()<>\[\]|*+?]", path) else ""


def _with_arguments(route: UrlRoute, models: list[Any]) -> Iterator[Address]:
    from django.contrib.auth import get_user_model

    model = _model_of(route, [*models, get_user_model()])
    rows = list(model._default_manager.order_by("pk")[:_ROWS]) if model is not None else [None]
    found = set()
    for row in rows:
        arguments = {each.name: _argument(each.name, row, models) for each in route.parameters}
        if (path := _reversed(route, arguments)) and path not in found:
            found.add(path)
            yield Address(path, "row", owners_of(row))
    if rows:
        last = route.parameters[-1]
        arguments = {each.name: _argument(each.name, rows[0], models) for each in route.parameters}
        arguments[last.name] = _UNKNOWN.get(last.converter, 999999)
        if path := _reversed(route, arguments):
            yield Address(path, "unknown")


def owners_of(row: Any) -> frozenset[object]:
    """Return the keys of the users that a row refers to, or that it is; else those of the rows that it belongs to."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    if row is None or isinstance(row, model):
        return frozenset() if row is None else frozenset((row.pk,))
    if owners := _users_of(row, model):
        return owners
    related = [field.name for field in row._meta.concrete_fields if field.many_to_one]
    rows = [getattr(row, name, None) for name in related]
    return frozenset().union(*(_users_of(each, model) for each in rows if each is not None))


def _users_of(row: Any, model: Any) -> frozenset[object]:
    fields = [field for field in row._meta.concrete_fields if field.related_model is model]
    return frozenset(getattr(row, field.attname) for field in fields) - {None}


def row_of(route: UrlRoute, arguments: Mapping[str, Any]) -> Any:
    """Return the row that a URL shows, as far as its arguments tell; ``None`` where they don't.

    Args:
        route: The URL's pattern.
        arguments: Its arguments.
    """
    from django.contrib.auth import get_user_model

    model = _model_of(route, [*models_of_project(), get_user_model()])
    if model is None:
        return None
    names = {field.name for field in model._meta.concrete_fields}
    wanted = {}
    for name, value in arguments.items():
        prefix, _, attribute = name.rpartition("_")
        if name in ("", "pk", "id") or (attribute in ("pk", "id") and prefix == model._meta.model_name):
            wanted["pk"] = value
        elif name in names:
            wanted[name] = value
        elif prefix == model._meta.model_name and attribute in names:
            wanted[attribute] = value
    try:
        return model._default_manager.filter(**wanted).first() if wanted else None
    except (TypeError, ValueError, LookupError):
        return None


def _reversed(route: UrlRoute, arguments: dict[str, Any]) -> str:
    from django.urls import NoReverseMatch, reverse

    try:
        if "" in arguments:
            return reverse(route.name, args=list(arguments.values()))
        return reverse(route.name, kwargs=arguments)
    except (NoReverseMatch, ValueError, TypeError):
        return ""


def _model_of(route: UrlRoute, models: list[Any]) -> Any:
    """Guess which model's rows a route shows: its view's, or the one that its pattern names last."""
    view = getattr(route.callback, "view_class", None) or getattr(route.callback, "cls", None)
    given = dict(getattr(route.callback, "view_initkwargs", None) or {})
    for said in (given, _attributes(view)):
        model = said.get("model")
        if model is None and (queryset := said.get("queryset")) is not None:
            model = getattr(queryset, "model", None)
        if model is None:
            model = getattr(getattr(said.get("form_class"), "_meta", None), "model", None)
        if model is not None and hasattr(model, "_default_manager"):
            return model
    words = re.findall(r"[a-z]+", f"{route.pattern} {route.name} {route.view}".lower())
    best = None
    for place, word in enumerate(words):
        for model in models:
            name = model._meta.model_name
            if word in (name, f"{name}s", f"{name}es", name[:-1] + "ies"):
                if best is None or route.pattern.lower().find(word) >= 0:
                    best = (place, model)
                break
    if best is not None:
        return best[1]
    own = [model for model in models if model._meta.app_label in route.view.split(".")]
    return own[0] if own else None


def _attributes(view: Any) -> dict[str, Any]:
    return {name: getattr(view, name, None) for name in ("model", "queryset", "form_class")}


def _argument(name: str, row: Any, models: list[Any]) -> Any:
    """Return what a row says for an argument of that name."""
    if row is None:
        return 1
    meta = row._meta
    fields = {field.name: field for field in meta.concrete_fields}
    prefix, _, attribute = name.rpartition("_")
    if name in ("", "pk", "id") or (attribute in ("pk", "id") and prefix == meta.model_name):
        return row.pk
    if name in fields:
        return getattr(row, fields[name].attname)
    if attribute in ("pk", "id") and prefix in fields:
        return getattr(row, fields[prefix].attname)
    if attribute in fields and prefix == meta.model_name:
        return getattr(row, attribute)
    if prefix in fields and attribute:
        return getattr(getattr(row, prefix, None), attribute, 1)
    for date in (field.name for field in meta.concrete_fields if "Date" in field.get_internal_type()):
        value = getattr(row, date)
        if name in ("year", "month", "day") and value is not None:
            return getattr(value, name)
    for model in models:
        if model._meta.model_name in (name, prefix):
            other = model._default_manager.order_by("pk").first()
            return (getattr(other, attribute, None) or other.pk) if other is not None else 1
    return row.pk
