"""Writes the source of an endpoint factory for an app that exists: ``manage.py journey endpoints APP``.

``generate(APP)`` returns the source; the command prints it, or writes it into the file given by ``--output``.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from django_journey.errors import ConfigurationError, Explanation
from django_journey.routes.guess import Guess, guess
from django_journey.routes.urlconf import Route, routes

__all__ = ["generate"]

# What the last word of a URL's name says, and what the endpoint is called then, by method.
_VERBS = {
    "list": {
        "GET": "list",
        "POST": "create",
        "PUT": "replace_all",
        "PATCH": "change_all",
        "DELETE": "delete_all",
    },
    "detail": {"GET": "get", "POST": "post", "PUT": "replace", "PATCH": "change", "DELETE": "delete"},
    "create": {"GET": "open_create", "POST": "create"},
    "add": {"GET": "open_add", "POST": "add"},
    "new": {"GET": "open_new", "POST": "create"},
    "edit": {"GET": "open_edit", "POST": "edit"},
    "update": {"GET": "open_update", "POST": "update"},
    "change": {"GET": "open_change", "POST": "change"},
    "delete": {"GET": "open_delete", "POST": "delete"},
    "remove": {"GET": "open_remove", "POST": "remove"},
}
_ORDER = ("GET", "POST", "PUT", "PATCH", "DELETE")
_WIDTH = 88


def generate(target: str, urlconf: Any = None) -> str:
    """Return the source of an ``Endpoints`` class with every endpoint of an app.

    Args:
        target: The label of an app, or a namespace of the URLconf.
        urlconf: The URLconf; the one in force if empty.

    Returns:
        Python source that can be imported as it is. Defaults are guessed from the forms and serializers that the
        views name; where nothing can be made up, ``needed`` stands.

    Raises:
        ConfigurationError: No URL with a name belongs to that app or namespace.
    """
    known = [route for route in routes(urlconf) if route.name]
    own = [route for route in known if _belongs(route, target)]
    if not own:
        raise ConfigurationError(_nothing(target, known))
    body: list[str] = []
    taken: set[str] = set()
    for route in own:
        body += ["", *_comment(route)]
        for method in _methods_of(route):
            name = _free(_called(route, method), taken)
            body += _endpoint(name, route, method, guess(route, method))
    return "\n".join([*_head(target, body), *body, ""])


def _belongs(route: Route, target: str) -> bool:
    if target in {":".join(route.namespaces), ":".join(route.app_names)}:
        return True
    from django.apps import apps

    config = next((config for config in apps.get_app_configs() if config.label == target), None)
    return config is not None and (route.view == config.name or route.view.startswith(config.name + "."))


def _nothing(target: str, known: list[Route]) -> Explanation:
    from django.apps import apps

    labels = {
        config.label
        for config in apps.get_app_configs()
        if any(_belongs(route, config.label) for route in known)
    }
    names = sorted(labels | {":".join(route.namespaces) for route in known if route.namespaces})
    near = get_close_matches(target, names, 5) or names[:12]
    return Explanation(
        f"no named URL belongs to an app or a namespace {target!r}",
        nearest=tuple(near),
        instead=f"python manage.py journey endpoints {near[0]}" if near else "give the app's URLs names",
    )


def _methods_of(route: Route) -> list[str]:
    """Return the methods that an endpoint is written for; a view that does not tell them is asked with GET.

    A function that reads a form takes POST, too.
    """
    if route.methods:
        # A generic view of Django answers PUT exactly as POST; nobody means it.
        forms = hasattr(getattr(route.callback, "view_class", None), "get_form_class")
        return [method for method in _ORDER if method in route.methods and not (forms and method == "PUT")]
    return ["GET", "POST"] if guess(route, "POST").kind else ["GET"]


def _called(route: Route, method: str) -> str:
    words = re.sub(r"\W+", "_", route.name.rpartition(":")[2]).strip("_").lower()
    stem, _, last = words.rpartition("_")
    verb = _VERBS.get(last, {}).get(method) if stem else None
    if verb:
        return f"{verb}_{stem}"
    first, _, rest = words.partition("_")
    verb = _VERBS.get(first, {}).get(method) if rest else None
    return f"{verb}_{rest}" if verb else f"{method.lower()}_{words}"


def _free(name: str, taken: set[str]) -> str:
    if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name):
        name = f"url_{name}"
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    taken.add(free)
    return free


def _comment(route: Route) -> list[str]:
    return [f"    # {line}" for line in (f"/{route.pattern.removeprefix('^')}", f"answered by {route.view}")]


def _endpoint(name: str, route: Route, method: str, found: Guess) -> list[str]:
    function = method.lower()
    options: list[str] = []
    if found.kind:
        options += _mapping(found.kind, found.fields)
        if found.optional:
            options += _sequence("optional", found.optional)
    line = f'    {name} = {function}("{route.name}")'
    if not options and len(line) <= _WIDTH:
        return [line]
    if not options:
        return [f"    {name} = {function}(", f'        "{route.name}"', "    )"]
    return [
        f"    {name} = {function}(",
        f'        "{route.name}",',
        *(f"        {line}" for line in options),
        "    )",
    ]


def _mapping(name: str, fields: Any) -> list[str]:
    if not fields:
        return [f"{name}={{}},"]
    return [f"{name}={{", *(f'    "{field}": {value},' for field, value in fields.items()), "},"]


def _sequence(name: str, items: Iterable[str]) -> list[str]:
    quoted = [f'"{item}"' for item in items]
    line = f"{name}=({', '.join(quoted)}{',' if len(quoted) == 1 else ''}),"
    if len(line) <= _WIDTH - 8 and len(quoted) == 1:
        return [line]
    return [f"{name}=(", *(f"    {item}," for item in quoted), "),"]


def _head(target: str, body: list[str]) -> list[str]:
    code = "\n".join(line for line in body if not line.lstrip().startswith("#"))
    used = [name for name in ("delete", "fake", "get", "needed", "patch", "post", "put") if _uses(code, name)]
    names = ", ".join(["Endpoints", *used])
    imports = f"from django_journey.routes.endpoints import {names}"
    if len(imports) > _WIDTH:
        imports = "\n".join(
            [
                "from django_journey.routes.endpoints import (",
                *(f"    {name}," for name in ["Endpoints", *used]),
                ")",
            ]
        )
    label = "".join(word[:1].upper() + word[1:] for word in re.split(r"\W+|_", target))
    return [
        f'"""The endpoints of {target}, generated from its URLs: make the values your own."""',
        "",
        "from __future__ import annotations",
        "",
        imports,
        "",
        "",
        f"class {label}Api(Endpoints):",
        f'    """Calls every endpoint of {target}."""',
    ]


def _uses(code: str, name: str) -> bool:
    return re.search(rf"(?<![\w.\"]){name}(?=[.(,])", code) is not None
