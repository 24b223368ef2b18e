"""The project's URLs as data, and the paths of named URLs; errors suggest the nearest names."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from weakref import WeakKeyDictionary

from django_journey.errors import Explanation, StoryError

__all__ = [
    "Parameter",
    "UrlRoute",
    "below_script_name",
    "nearest",
    "resolve_name",
    "routes",
    "url_for",
    "view_name",
]

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_BRACKETS = re.compile(r"<(?:(?P<converter>[^>:]+):)?(?P<name>[^>]+)>")
_LIMIT = 5
# Django creates another resolver when its URL caches are cleared, and drops this one.
_WALKED: WeakKeyDictionary[Any, dict[str | None, tuple[UrlRoute, ...]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a URL.

    Args:
        name: Its name; empty for a group of a regular expression that has none.
        converter: Django's converter (``int``, ``slug``, …), or the group's own regular expression.
    """

    name: str
    converter: str

    def __str__(self) -> str:
        return f"{self.name or 'an unnamed argument'} ({self.converter})"


@dataclass(frozen=True, slots=True)
class UrlRoute:
    """A URL pattern of the project.

    Args:
        name: Its name with its namespaces, as ``reverse`` takes it; empty if it has none.
        pattern: The whole pattern as Django writes it, e.g. ``articles/<slug:slug>/``.
        parameters: The arguments in the order of the pattern.
        view: The view's dotted name.
        methods: The HTTP methods in upper case that the view takes, if it declares them.
        namespaces: The instance namespaces, the outermost first.
        app_names: The application namespaces, the outermost first.
        callback: The view itself, as the pattern holds it.
    """

    name: str
    pattern: str
    parameters: tuple[Parameter, ...]
    view: str
    methods: tuple[str, ...]
    namespaces: tuple[str, ...]
    app_names: tuple[str, ...]
    callback: Callable[..., Any]


def routes(urlconf: Any = None) -> tuple[UrlRoute, ...]:
    """Return every route of a URLconf in the order in which Django tries them.

    Args:
        urlconf: Its dotted name, module or list of patterns; the active one if empty
            (``set_urlconf``, else ``ROOT_URLCONF``).
    """
    from django.urls import get_resolver, get_urlconf
    from django.utils.translation import get_language

    resolver = get_resolver(urlconf or get_urlconf())
    by_language = _WALKED.setdefault(resolver, {})
    language = get_language()  # prefixes and patterns may depend on the active language
    if language not in by_language:
        by_language[language] = tuple(_walk(resolver, "", (), (), ()))
    return by_language[language]


def url_for(name: str, /, *args: Any, **kwargs: Any) -> str:
    """Return the path of a named URL.

    Args:
        name: The URL's name with its namespaces.
        args: The URL's arguments, by position.
        kwargs: The URL's arguments, by name; Django takes one kind or the other, not both.

    Returns:
        The path, with the script prefix and the active language, as ``reverse`` returns it.

    Raises:
        StoryError: No URL has that name, or none of that name takes these arguments; the message lists the
            nearest names and the expected arguments.
    """
    return resolve_name(name, kwargs, args=args)


def resolve_name(
    name: str, kwargs: Mapping[str, Any], *, args: Sequence[Any] = (), urlconf: Any = None
) -> str:
    """Return the path of a named URL in a given URLconf; see ``url_for``.

    Args:
        name: The URL's name with its namespaces.
        kwargs: The URL's arguments.
        args: The URL's arguments, by position.
        urlconf: The URLconf; the active one if empty.

    Raises:
        StoryError: As ``url_for``.
    """
    from django.urls import NoReverseMatch, reverse

    if args and kwargs:
        raise StoryError(
            Explanation(
                f"the URL {name!r} takes its arguments by position or by name, not both ways at once",
                nearest=tuple(_written(route) for route in routes(urlconf) if route.name == name),
                instead="name all of them",
            )
        )
    try:
        with below_script_name():
            return reverse(name, urlconf=urlconf, args=list(args), kwargs=dict(kwargs))
    except NoReverseMatch:
        known = routes(urlconf)
        raise StoryError(_explain(name, kwargs or _by_name(name, args, known), known, urlconf)) from None


@contextmanager
def below_script_name() -> Iterator[None]:
    """Put the paths of URLs below the site's own prefix, not below one that an earlier request or test left behind."""
    from django.conf import settings
    from django.urls import get_script_prefix, set_script_prefix

    left = get_script_prefix()
    set_script_prefix(settings.FORCE_SCRIPT_NAME or "/")
    try:
        yield
    finally:
        set_script_prefix(left)  # the test's own reverse() uses it


def nearest(name: str, urlconf: Any = None, *, limit: int = _LIMIT) -> list[str]:
    """Return the URL names that come closest to one that does not exist, best first.

    Names that differ only in the namespace, or in ``-`` and ``_``, come first, since these are the usual mistakes.
    """
    return _nearest(name, {route.name for route in routes(urlconf) if route.name}, limit)


def view_name(callback: Callable[..., Any]) -> str:
    """Return the dotted name of a view, as in Django's ``ResolverMatch``."""
    view: Any = getattr(callback, "view_class", None) or getattr(callback, "cls", None) or callback
    while isinstance(view, functools.partial):
        view = view.func
    if not hasattr(view, "__name__"):
        view = type(view)
    return f"{view.__module__}.{view.__name__}"


def _walk(
    resolver: Any,
    prefix: str,
    namespaces: tuple[str, ...],
    app_names: tuple[str, ...],
    parameters: tuple[Parameter, ...],
) -> Iterator[UrlRoute]:
    for entry in resolver.url_patterns:
        pattern = _joined(prefix, str(entry.pattern))
        arguments = parameters + tuple(_parameters(entry.pattern))
        if hasattr(entry, "url_patterns"):
            yield from _walk(
                entry,
                pattern,
                (*namespaces, entry.namespace) if entry.namespace else namespaces,
                (*app_names, entry.app_name) if entry.app_name else app_names,
                arguments,
            )
            continue
        yield UrlRoute(
            name=":".join((*namespaces, entry.name)) if entry.name else "",
            pattern=pattern,
            parameters=arguments,
            view=view_name(entry.callback),
            methods=_methods(entry.callback),
            namespaces=namespaces,
            app_names=app_names,
            callback=entry.callback,
        )


def _joined(prefix: str, pattern: str) -> str:
    """Join two patterns; a ``^`` at the start of the second is dropped."""
    return prefix + (pattern[1:] if prefix and pattern.startswith("^") else pattern)


def _parameters(pattern: Any) -> Iterator[Parameter]:
    converters: Mapping[str, Any] = getattr(pattern, "converters", None) or {}
    if converters:
        written = {found["name"]: found["converter"] or "str" for found in _BRACKETS.finditer(str(pattern))}
        for name, converter in converters.items():
            yield Parameter(name, written.get(name) or type(converter).__name__)
        return
    expression = getattr(pattern, "regex", None)
    if expression is None or not expression.groups or not str(pattern):
        return
    named = {number: name for name, number in expression.groupindex.items()}
    groups = dict(enumerate(_groups(expression.pattern), 1))
    # As in Django: if one group has a name, unnamed groups are ignored.
    for number in sorted(named) if named else sorted(groups):
        yield Parameter(named.get(number, ""), groups.get(number, ""))


def _groups(expression: str) -> list[str]:
    """Return the content of each capturing group of a regular expression, in order."""
    found: list[list[int]] = []
    open_groups: list[int | None] = []
    in_set = False
    at = 0
    while at < len(expression):
        character = expression[at]
        if character == "\\":
            at += 2
            continue
        if in_set:
            in_set = character != "]"
        elif character == "[":
            in_set = True
        elif character == "(":
            head = re.match(r"\((?:\?P<[^>]+>|(?!\?))", expression[at:])
            open_groups.append(len(found) if head else None)
            if head:
                found.append([at + head.end(), -1])
        elif character == ")" and open_groups:
            number = open_groups.pop()
            if number is not None:
                found[number][1] = at
        at += 1
    return [expression[start:end] for start, end in found]


def _methods(callback: Any) -> tuple[str, ...]:
    actions = getattr(callback, "actions", None)
    if isinstance(actions, Mapping):  # a view set of Django REST framework
        allowed = getattr(getattr(callback, "cls", None), "http_method_names", _METHODS)
        return tuple(method.upper() for method in _METHODS if method in actions and method in allowed)
    view_class = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    if view_class is not None:
        allowed = getattr(view_class, "http_method_names", _METHODS)
        own = [method for method in _METHODS[:-3] if method in allowed and hasattr(view_class, method)]
        return tuple(method.upper() for method in own)
    return _decorated(callback)


def _decorated(callback: Any) -> tuple[str, ...]:
    """Read the methods of ``require_http_methods`` from its closure, the only place that has them."""
    function = callback.func if isinstance(callback, functools.partial) else callback
    while function is not None:
        if inspect.isfunction(function) and "request_method_list" in function.__code__.co_freevars:
            allowed = inspect.getclosurevars(function).nonlocals.get("request_method_list", ())
            return tuple(method for method in allowed if method not in {"HEAD", "OPTIONS"})
        function = getattr(function, "__wrapped__", None)
    return ()


def _explain(name: str, kwargs: Mapping[str, Any], known: tuple[UrlRoute, ...], urlconf: Any) -> Explanation:
    where = _conf_name(urlconf)
    given = ", ".join(f"{key}={value!r}" for key, value in kwargs.items())
    same = [route for route in known if route.name == name]
    if not same:
        names = {route.name: route for route in reversed(known) if route.name}
        found = _nearest(name, names, _LIMIT)
        return Explanation(
            f"no URL is named {name!r}",
            where=where,
            nearest=tuple(f"{candidate!r}: {names[candidate].pattern or '/'}" for candidate in found),
            instead=_written(names[found[0]]) if found else "a path that begins with /, or the name of a URL",
        )
    return Explanation(
        f"the URL {name!r} with {given or 'no arguments'}",
        where=where,
        nearest=tuple(_wanted(route, kwargs) for route in same),
        instead=_written(_closest(same, kwargs)),
    )


def _by_name(name: str, args: Sequence[Any], known: tuple[UrlRoute, ...]) -> dict[str, Any]:
    """Give positional arguments the names that the closest pattern has at their positions."""
    same = [route for route in known if route.name == name]
    closest = min(same, key=lambda route: abs(len(route.parameters) - len(args)), default=None)
    names = [parameter.name for parameter in closest.parameters] if closest is not None else []
    return {
        (names[place] if place < len(names) else "") or f"argument {place + 1}": value
        for place, value in enumerate(args)
    }


def _conf_name(urlconf: Any) -> str:
    from django.conf import settings
    from django.urls import get_urlconf

    conf = urlconf or get_urlconf() or settings.ROOT_URLCONF
    return f"the URLconf {conf if isinstance(conf, str) else getattr(conf, '__name__', 'given')}"


def _wanted(route: UrlRoute, kwargs: Mapping[str, Any]) -> str:
    """Describe the arguments of a route, and what is wrong with the given ones."""
    names = [parameter.name for parameter in route.parameters]
    missing = [str(parameter) for parameter in route.parameters if parameter.name not in kwargs]
    surplus = [name for name in kwargs if name not in names]
    faults = []
    if missing:
        faults.append("wants " + ", ".join(missing))
    if surplus:
        faults.append("does not take " + ", ".join(surplus))
    if not faults:
        unfit = [
            f"{parameter.name}={kwargs[parameter.name]!r} as {parameter.converter}"
            for parameter in route.parameters
        ]
        faults.append("can't be written with " + ", ".join(unfit))
    return f"{route.pattern or '/'} {'; '.join(faults)}"


def _closest(same: list[UrlRoute], kwargs: Mapping[str, Any]) -> UrlRoute:
    def fits(route: UrlRoute) -> int:
        return len({parameter.name for parameter in route.parameters} ^ set(kwargs))

    return min(same, key=fits)


def _written(route: UrlRoute) -> str:
    """Return the route as a story would write it."""
    arguments = "".join(f", {parameter.name}=…" for parameter in route.parameters if parameter.name)
    return f'"{route.name}"{arguments}'


def _nearest(name: str, known: Iterable[str], limit: int) -> list[str]:
    wanted = _plain(name)
    last = wanted.rpartition(":")[2]

    def likeness(candidate: str) -> tuple[float, float]:
        plain = _plain(candidate)
        tail = plain.rpartition(":")[2]
        whole = SequenceMatcher(None, wanted, plain).ratio()
        if plain == wanted:
            return 3.0, whole
        if tail == last:
            return 2.0, whole
        if sorted(last.split("-")) == sorted(tail.split("-")):
            return 1.0, whole
        return max(SequenceMatcher(None, last, tail).ratio(), whole), whole

    scored = [(likeness(candidate), candidate) for candidate in known]
    scored.sort(key=lambda pair: (-pair[0][0], -pair[0][1], pair[1]))
    return [candidate for (score, _), candidate in scored[:limit] if score >= 0.5]


def _plain(name: str) -> str:
    return re.sub(r"[_\s]", "-", name.lower())
