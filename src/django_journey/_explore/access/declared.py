"""What views declare of who may use them, and where that differs from what they do.

Read are decorators (by what their functions enclose), the mixins of ``django.contrib.auth``,
``LoginRequiredMiddleware``, the permission classes of Django REST framework, and the admin. What a view checks in its
own code is not declared.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django_journey._explore.access.matrix import Cell
from django_journey._routes.url_names import UrlRoute

__all__ = ["Declared", "declared", "differences"]

_LOGIN_MIDDLEWARE = "django.contrib.auth.middleware.LoginRequiredMiddleware"
_READS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Declared:
    """One thing that a view declares.

    Args:
        says: What stands in the code: ``login_required``, ``permission blog.add_post``, ``IsAdminUser``.
        least: Who gets in at least has to be: ``visitor``, ``user``, ``staff``; ``right`` where a permission or a test
            decides.
        reading: Whether it holds for reading as well as for changes.
    """

    says: str
    least: str
    reading: bool = True


_CLASSES = {
    "AllowAny": ("visitor", True),
    "IsAuthenticated": ("user", True),
    "IsAuthenticatedOrReadOnly": ("user", False),
    "IsAdminUser": ("staff", True),
    "DjangoModelPermissions": ("right", False),
    "DjangoModelPermissionsOrAnonReadOnly": ("right", False),
    "DjangoObjectPermissions": ("right", False),
}


def declared(callback: Callable[..., Any]) -> list[Declared]:
    """Return what a view declares; nothing where it says nothing.

    Args:
        callback: The view, as its URL pattern holds it.
    """
    if getattr(callback, "admin_site", None) is not None:
        return [Declared("admin", "staff")]
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    found = [*_of_function(callback), *(_of_class(view, callback) if view is not None else ())]
    if not found and _has_login_middleware():
        if getattr(callback, "login_required", True) is False:
            return [Declared("login_not_required", "visitor")]
        return [Declared("LoginRequiredMiddleware", "user")]
    return list(dict.fromkeys(found))


def differences(
    cells: Iterable[tuple[str, str, str, Mapping[str, set[str]]]], routes: Iterable[UrlRoute]
) -> Iterator[Cell]:
    """Yield the cells that are more open than what their view declares, or closed where it declares them open.

    Args:
        cells: The pattern, the method, whose row it is, and the outcomes by role.
        routes: The site's patterns.
    """
    said: dict[str, list[Declared]] = {}
    for route in routes:
        said.setdefault(route.pattern or "/", declared(route.callback))
    for pattern, method, _, outcomes in cells:
        for each in said.get(pattern, ()):
            if not each.reading and method in _READS:
                continue
            for role, kept_out in (
                ("visitor", each.least != "visitor"),
                ("user", each.least in ("staff", "right")),
            ):
                got = outcomes.get(role, set())
                if kept_out and "allowed" in got and not (role == "user" and each.says.startswith("test ")):
                    yield Cell(pattern, method, role, f"the view declares {each.says}, and lets them in")
                elif (
                    each.says == "login_not_required"
                    and role == "visitor"
                    and got
                    and got <= {"login", "403"}
                ):
                    yield Cell(pattern, method, role, f"the view declares {each.says}, and keeps them out")


def _has_login_middleware() -> bool:
    from django.conf import settings

    return _LOGIN_MIDDLEWARE in settings.MIDDLEWARE


def _of_function(function: Any) -> Iterator[Declared]:
    """Read the decorators that a function was given, the outermost first."""
    while function is not None:
        if isinstance(function, partial):
            function = function.func
        inside = _enclosed(function)
        if callable(test := inside.get("test_func")):
            yield _of_test(test)
        if "decorators" in inside and "method" in inside:  # method_decorator
            given = inside["decorators"]
            for decorator in given if isinstance(given, (list, tuple)) else [given]:
                yield from _of_decorator(decorator)
        function = getattr(function, "__wrapped__", None)


def _of_decorator(decorator: Any) -> Iterator[Declared]:
    """Read a decorator that ``method_decorator`` applies when the view is called: by applying it to a function."""
    module = str(getattr(decorator, "__module__", ""))
    if module.startswith(("django.contrib.auth", "django.contrib.admin")):
        yield from _of_function(decorator(lambda request: None))


def _of_test(test: Any) -> Declared:
    name = getattr(test, "__qualname__", type(test).__name__)
    if name.startswith("login_required."):
        return Declared("login_required", "user")
    if name.startswith("staff_member_required."):
        return Declared("staff_member_required", "staff")
    if (perms := _enclosed(test).get("perms")) is not None:
        return Declared(f"permission {', '.join(perms)}", "right")
    plain = name.replace(".<locals>", "").replace("<lambda>", "a lambda")
    return Declared(f"test {plain}", "right")


def _of_class(view: Any, callback: Any) -> Iterator[Declared]:
    names = {
        base.__name__ for base in view.__mro__ if base.__module__.startswith("django.contrib.auth.mixins")
    }
    if "LoginRequiredMixin" in names:
        yield Declared("LoginRequiredMixin", "user")
    if "PermissionRequiredMixin" in names:
        said = getattr(view, "permission_required", None)
        said = [said] if isinstance(said, str) else list(said or ())
        yield Declared(f"permission {', '.join(said)}" if said else "permission", "right")
    if "UserPassesTestMixin" in names:
        yield Declared(f"test {view.test_func.__qualname__}", "right")
    yield from _of_function(getattr(view, "dispatch", None))
    chosen = getattr(view, "get_permissions", None)
    if getattr(chosen, "__module__", "") != "rest_framework.views":
        return  # no API, or one that decides for each request
    given = getattr(callback, "initkwargs", None) or {}
    for each in given.get("permission_classes", view.permission_classes) or ():
        name = getattr(each, "__name__", type(each).__name__)
        if name in _CLASSES:
            yield Declared(name, *_CLASSES[name])
        else:
            yield Declared(f"test {name}", "right", reading=False)


def _enclosed(function: Any) -> Mapping[str, Any]:
    if not inspect.isfunction(function):
        return {}
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: cell.cell_contents for name, cell in cells if _is_filled(cell)}


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - an empty one raises
    except ValueError:
        return False
    return True
