"""What a site has that can be reached: patterns, methods, permissions, forms, templates, tasks, signal receivers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django_journey._adapters.django import receivers_of
from django_journey._explore.access.declared import declared
from django_journey._explore.findings.cause import is_own
from django_journey._explore.map.reached import Reached
from django_journey._explore.map.watch import receiver_name
from django_journey._explore.site.addresses import is_machinery
from django_journey._routes.url_names import UrlRoute, routes

__all__ = ["Part", "parts_of", "site_routes"]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of things that a site has.

    Args:
        title: What they are called.
        reached: Those that were reached.
        missed: Those that were not.
        unwatched: Whether it is not known which were reached.
    """

    title: str
    reached: tuple[str, ...]
    missed: tuple[str, ...]
    unwatched: bool = False

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.reached) + len(self.missed)

    @property
    def share(self) -> float:
        """The part that was reached, from 0 to 1."""
        return len(self.reached) / self.count if self.count else 1.0


def site_routes(*, admin: bool = False) -> list[UrlRoute]:
    """Return the URL patterns of the site, each once; without the admin's unless they are asked for."""
    found = (route for route in routes() if admin or not is_machinery(route))
    return list({(route.pattern, route.view): route for route in found}.values())


def parts_of(reached: Reached, *, admin: bool = False) -> list[Part]:
    """Compare what a site has with what was reached, the URL patterns first.

    Args:
        reached: What was reached.
        admin: Whether Django's admin counts.
    """
    every = site_routes(admin=admin)
    asked = reached.by_route
    guarded = {
        route.pattern or "/": says
        for route in every
        if (says := [each.says for each in declared(route.callback) if each.least != "visitor"])
    }
    methods = {f"{method} {route.pattern or '/'}" for route in every for method in route.methods}
    uses, unseen = reached.forms or {}, reached.forms is None
    forms = {name: form for name, form in _forms(admin=admin) if name in uses or not form.__subclasses__()}
    errors = {(name, *each) for name, form in forms.items() for each in _errors(form)}
    shown = {(name, *each) for name, use in uses.items() for each in use.errors}
    return [
        _part("URL patterns", {route.pattern or "/" for route in every}, set(asked)),
        _part("methods", methods, {f"{method} {route}" for route, method in reached.requests}),
        _part("permissions: allowed", set(guarded), reached.allowed),
        _part("permissions: denied", set(guarded), reached.denied),
        _part("forms: valid", set(forms), {name for name, use in uses.items() if use.valid}, unseen),
        _part("forms: invalid", set(forms), {name for name, use in uses.items() if use.invalid}, unseen),
        _part("errors of fields", set(map(_error, errors)), set(map(_error, shown)), unseen),
        _part("templates", _templates(admin=admin), set(reached.templates)),
        _part("background tasks", _tasks(), set(reached.tasks)),
        _part("signal receivers", _receivers(), reached.receivers or set(), reached.receivers is None),
    ]


def _part(title: str, there: set[str], asked: set[str], unwatched: bool = False) -> Part:
    return Part(title, tuple(sorted(there & asked)), tuple(sorted(there - asked)), unwatched)


def _error(found: tuple[str, str, str]) -> str:
    return f"{found[0]}.{found[1]}: {found[2]}"


def _own_modules() -> Iterator[Any]:
    """Yield the modules of the project that are loaded; its tests, which bring parts of their own, are left out."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and is_own(file) and not _TESTS & set(name.split(".")):
            yield module


_TESTS = frozenset(("tests", "test", "conftest", "journeys", "factories"))


def _forms(*, admin: bool) -> Iterator[tuple[str, Any]]:
    from django.forms import BaseForm

    waiting: list[Any] = [BaseForm]
    own = {module.__name__ for module in _own_modules()}
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        of_admin = kind.__module__.endswith(".admin") and not admin
        if getattr(kind, "base_fields", None) and kind.__module__ in own and not of_admin:
            yield f"{kind.__module__}.{kind.__qualname__}", kind


def _errors(form: Any) -> Iterator[tuple[str, str]]:
    """Yield the errors that a form's declared fields can have: the field and the code."""
    from django.forms import CharField, FileField

    for name, item in form.base_fields.items():
        if item.disabled:
            continue
        if item.required:
            yield name, "required"
        codes = {str(getattr(each, "code", "")) for each in item.validators}
        yield from ((name, code) for code in codes if code and not code.startswith("null_characters"))
        if hasattr(item, "choices"):
            yield name, "invalid_choice"
        elif "invalid" in item.error_messages and not isinstance(item, (CharField, FileField)):
            yield name, "invalid"


def _templates(*, admin: bool) -> set[str]:
    """Return the names of the project's own templates."""
    from django.template import engines
    from django.template.utils import get_app_template_dirs

    given = {Path(folder) for backend in engines.all() for folder in getattr(backend, "template_dirs", ())}
    found = {
        file.relative_to(folder).as_posix()
        for folder in (given | set(map(Path, get_app_template_dirs("templates"))))
        if is_own(f"{folder}/")
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }
    return {name for name in found if admin or not name.startswith("admin/")}


def _tasks() -> set[str]:
    """Return the names of the tasks that the project's modules define: Celery's, and those of Django's framework."""
    found = set()
    for module in _own_modules():
        for value in list(vars(module).values()):
            kinds = {f"{each.__module__}.{each.__name__}" for each in type(value).__mro__}
            if kinds & {"celery.app.task.Task", "celery.local.PromiseProxy"}:
                name = str(value.name)
            elif any(
                each.startswith(("django.tasks.", "django_tasks.")) and each.endswith(".Task")
                for each in kinds
            ):
                name = str(value.module_path)
            else:
                continue
            if name.startswith(module.__name__.partition(".")[0]):
                found.add(name)
    return found


def _receivers() -> set[str]:
    """Return the names of the project's functions that are connected to a signal."""
    from django.dispatch import Signal

    own = {module.__name__ for module in _own_modules()}
    found = set()
    for module in list(sys.modules.values()):
        for signal in list(getattr(module, "__dict__", {}).values()):
            if isinstance(type(signal), type) and issubclass(type(signal), Signal):
                found |= {
                    receiver_name(each)
                    for each in receivers_of(signal)
                    if getattr(each, "__module__", "") in own
                }
    return found - {""}
