"""Writes the source of an endpoint factory for an existing app: ``manage.py journey endpoints APP``.

``generate(APP)`` returns the source; the command prints it, or writes it into the file given by ``--output``.
"""

from __future__ import annotations

import builtins
import keyword
import re
from difflib import get_close_matches
from typing import Any

from django_journey._routes.source_layout import WIDTH, laid_out
from django_journey._routes.url_names import UrlRoute, routes
from django_journey._routes.view_inputs import GuessedInput, guess, handlers_of
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["generate"]

# The endpoint's name by the last word of the URL's name and by method.
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


def generate(target: str, urlconf: Any = None) -> str:
    """Return the source of an ``Endpoints`` class with every endpoint of an app.

    Args:
        target: The label of an app, or a namespace of the URLconf.
        urlconf: The URLconf; the active one if empty.

    Returns:
        Python source that can be imported unchanged. Defaults are guessed from the forms and serializers that the
        views name; a value that can't be generated is ``needed``.

    Raises:
        ConfigurationError: No URL with a name belongs to that app or namespace.
    """
    known = [route for route in routes(urlconf) if route.name]
    own = _without_format_suffixes([route for route in known if _belongs(route, target)])
    if not own:
        raise ConfigurationError(_nothing(target, known))
    body: list[str] = []
    page = _csrf_page(own, known)
    if page:
        body += ["", f'    csrf_page = "{page}"']
    taken: set[str] = set()
    for route in own:
        body += ["", *_comment(route)]
        for method in _methods_of(route):
            name = _free(_called(route, method), taken)
            body += _endpoint(name, route, method, guess(route, method))
    return "\n".join([*_head(target, body), *body, ""])


def _belongs(route: UrlRoute, target: str) -> bool:
    if target in {":".join(route.namespaces), ":".join(route.app_names)}:
        return True
    from django.apps import apps

    config = next((config for config in apps.get_app_configs() if config.label == target), None)
    return config is not None and (route.view == config.name or route.view.startswith(config.name + "."))


def _without_format_suffixes(own: list[UrlRoute]) -> list[UrlRoute]:
    """Leave out REST framework's second route of each name, ``articles.json``: it is the same endpoint."""
    plain = {route.name for route in own if not _has_format(route)}
    return [route for route in own if route.name not in plain or not _has_format(route)]


def _has_format(route: UrlRoute) -> bool:
    return any(parameter.name == "format" for parameter in route.parameters)


def _nothing(target: str, known: list[UrlRoute]) -> Explanation:
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


def _methods_of(route: UrlRoute) -> list[str]:
    """Return the methods to generate; only GET if the view does not declare any.

    A function that reads a form takes POST, too.
    """
    if route.methods:
        # Django's generic views handle PUT like POST, which is rarely intended.
        forms = hasattr(getattr(route.callback, "view_class", None), "get_form_class")
        return [method for method in _ORDER if method in route.methods and not (forms and method == "PUT")]
    if guess(route, "POST").kind:
        return ["GET", "POST"]
    handlers = handlers_of(route.callback, None, "GET")
    return (
        ["GET", "POST"] if any("POST" in function.__code__.co_consts for function, _ in handlers) else ["GET"]
    )


def _csrf_page(own: list[UrlRoute], known: list[UrlRoute]) -> str:
    """Return the name of a page that sets the CSRF cookie: a form of the app, or the login page."""
    if not any(method not in {"GET", "HEAD"} for route in own for method in _methods_of(route)):
        return ""
    open_pages = [route for route in known if not route.parameters and "GET" in _methods_of(route)]
    forms = [route for route in open_pages if guess(route, "POST").kind in {"form", "multipart"}]
    login = _login_url_name()
    # The site's own login page first, then a form of the app, then the form of the fewest namespaces.
    forms.sort(key=lambda route: (route.name != login, route not in own, len(route.namespaces)))
    return forms[0].name if forms else ""


def _login_url_name() -> str:
    from django.conf import settings
    from django.shortcuts import resolve_url
    from django.urls import NoReverseMatch, Resolver404, resolve

    try:
        return resolve(resolve_url(settings.LOGIN_URL)).view_name
    except (NoReverseMatch, Resolver404):
        return ""


def _called(route: UrlRoute, method: str) -> str:
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


def _comment(route: UrlRoute) -> list[str]:
    return [f"    # {line}" for line in (f"/{route.pattern.removeprefix('^')}", f"answered by {route.view}")]


def _endpoint(name: str, route: UrlRoute, method: str, found: GuessedInput) -> list[str]:
    arguments = [f'"{route.name}"']
    if found.kind:
        fields = ", ".join(f'"{field}": {value}' for field, value in found.fields.items())
        arguments.append(f"{found.kind}={{{fields}}}")
        if found.optional:
            quoted = ", ".join(f'"{field}"' for field in found.optional)
            arguments.append(f"optional=({quoted}{',' if len(found.optional) == 1 else ''})")
    if found.expect:
        arguments.append(f"expect={found.expect}")
    return laid_out(f"{name} = {method.lower()}({', '.join(arguments)})", indent=4)


def _head(target: str, body: list[str]) -> list[str]:
    code = "\n".join(line for line in body if not line.lstrip().startswith("#"))
    names = ("delete", "existing", "fake", "get", "needed", "patch", "post", "put")
    used = [name for name in names if _uses(code, name)]
    imports = f"from django_journey.endpoints import {', '.join(['Endpoints', *used])}"
    if len(imports) > WIDTH:
        imports = "\n".join(
            [
                "from django_journey.endpoints import (",
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
    return re.search(rf"(?<![\w.\"]){name}(?=[.(,\]])", code) is not None
