"""One call of an endpoint: sorts what it is given into URL, query and body, sends it, and judges the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django_journey.errors import Explanation, StoryError
from django_journey.routes.answers import check
from django_journey.routes.clients import Client, Message, with_csrf
from django_journey.routes.made_up import Kitchen, Needed
from django_journey.routes.urlconf import Route, resolve_name, routes

__all__ = ["Call", "Caller", "Declared"]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Declared:
    """What is sent to an endpoint if a call says nothing else; ``endpoints.endpoint`` tells each field."""

    method: str
    name: str
    kind: str = ""
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    expect: tuple[int, ...] = ()
    follow: bool = False

    def has_field(self, name: str) -> bool:
        """Tell whether the body declares a field."""
        return isinstance(self.body, Mapping) and name in self.body

    def means(self, name: str) -> bool:
        """Tell whether a keyword of that name is a field or an argument of the endpoint's own."""
        return self.has_field(name) or name in self.optional or name in self.query or name in self.kwargs


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the client, and what all of their requests share."""

    client: Client
    kitchen: Kitchen
    actor: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    csrf_page: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was written.

    Args:
        name: The endpoint's name in its class.
        args: The URL's arguments in order.
        values: URL arguments and fields by name.
        body: The whole body instead of the defaults, or ``None``.
        query: More of the query string.
        headers: More headers.
        expect: The statuses that are right; the endpoint's own if empty.
        follow: Whether redirects are followed; the endpoint's own way if ``None``.
    """

    name: str
    declared: Declared
    caller: Caller
    args: tuple[Any, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    expect: tuple[int, ...] = ()
    follow: bool | None = None

    def __str__(self) -> str:
        return ", ".join(
            [*map(str, self.args), *(f"{name}={value!r}" for name, value in self.values.items())]
        )

    def send(self) -> Any:
        """Send the request and return the client's response.

        Raises:
            StoryError: The URL does not exist, or a value belongs nowhere or is missing.
            ExpectationError: The answer has another status.
        """
        message = self._message()
        token = self._token(message)
        client = self.caller.client
        answer = client.send(with_csrf(message, token, client.referer() if token else ""))
        check(
            answer,
            message,
            self.expect or self.declared.expect,
            call=self.name,
            actor=self.caller.actor,
            token=token,
            seed=self.caller.kitchen.used_seed,
        )
        return answer.response

    def _token(self, message: Message) -> str:
        """Return the CSRF token of the cookie jar; where it has none, the page that gives it out is opened first.

        That is the class's ``csrf_page``, and for a form its own page, as in a browser.
        """
        caller = self.caller
        if message.method in _SAFE:
            return ""
        pages = [resolve_name(caller.csrf_page, {})] if caller.csrf_page else []
        if message.kind in {"form", "multipart"}:
            pages.append(message.path)
        for page in pages:
            if caller.client.csrf_token():
                break
            caller.client.send(Message("GET", page, headers=caller.headers, follow=True))
        return caller.client.csrf_token()

    def _message(self) -> Message:
        declared, caller = self.declared, self.caller
        route = self._route()
        path = resolve_name(declared.name, self._arguments(route))
        in_body, in_query = self._sorted(route)
        cook = caller.kitchen.cook
        return Message(
            method=declared.method,
            path=path,
            query=cook({**declared.query, **in_query, **self.query}),
            kind=declared.kind,
            body=cook(self._fields(in_body)),
            headers={**caller.headers, **declared.headers, **self.headers},
            follow=declared.follow if self.follow is None else self.follow,
        )

    def _known(self) -> dict[str, Any]:
        return {**self.caller.kwargs, **self.declared.kwargs, **self.values}

    def _route(self) -> Route | None:
        """Choose among the routes of that name: the one with most arguments of which none is missing."""
        known = self._known()

        def fits(route: Route) -> tuple[int, int]:
            names = _names(route)
            missing = [name for name in names if name not in known]
            return -max(0, len(missing) - len(self.args)), len(names)

        same = [route for route in routes() if route.name == self.declared.name]
        return max(same, key=fits, default=None)

    def _arguments(self, route: Route | None) -> dict[str, Any]:
        names, known = _names(route), self._known()
        # What is said in order goes to the arguments that nobody has named, then to those with a default.
        places = [name for name in names if name not in known]
        places += [name for name in names if name in known and name not in self.values]
        if len(self.args) > len(places):
            raise StoryError(
                Explanation(
                    f"{self.name} was given {len(self.args)} arguments in order, and its URL has {len(places)} open",
                    where=f"the URL {self.declared.name!r}: {route.pattern if route else 'unknown'}",
                    instead=f"{self.name}({', '.join(f'{name}=…' for name in names)})",
                )
            )
        given = {**known, **dict(zip(places, self.args, strict=False))}
        cooked = self.caller.kitchen.cook({name: given[name] for name in names if name in given})
        return {name: _of_model(name, value) for name, value in cooked.items()}

    def _sorted(self, route: Route | None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Sort the named values into body and query; what is neither, nor in the URL, is refused."""
        declared = self.declared
        in_url = set(_names(route))
        in_body: dict[str, Any] = {}
        in_query: dict[str, Any] = {}
        surplus: list[str] = []
        for name, value in self.values.items():
            optional = name in declared.optional
            if declared.has_field(name) or (optional and declared.kind):
                in_body[name] = value
            elif name in declared.query or optional:
                in_query[name] = value
            elif name not in in_url and route is not None:
                surplus.append(name)
        if surplus:
            raise StoryError(self._surplus(surplus, route))
        return in_body, in_query

    def _surplus(self, surplus: list[str], route: Route | None) -> Explanation:
        declared = self.declared
        body = list(declared.body) if isinstance(declared.body, Mapping) else []
        known = dict.fromkeys([*_names(route), *body, *declared.query, *declared.optional])
        return Explanation(
            f"{self.name} takes no {' or '.join(map(repr, surplus))}",
            where=f"{declared.method} {declared.name!r}",
            nearest=tuple(known),
            instead=f"one of these, or let the endpoint take it: optional=({surplus[0]!r},)",
        )

    def _fields(self, given: dict[str, Any]) -> Any:
        declared = self.declared
        if self.body is not None:
            return self.body
        if not isinstance(declared.body, Mapping):
            return declared.body
        fields = {**declared.body, **given}
        missing = [name for name, value in fields.items() if isinstance(value, Needed)]
        if missing:
            raise StoryError(
                Explanation(
                    f"{self.name} needs {', '.join(missing)}: nothing can be made up for it",
                    where=f"the {declared.kind} body of {declared.method} {declared.name!r}",
                    instead=f"{self.name}({', '.join(f'{name}=…' for name in missing)})",
                )
            )
        return fields


def _names(route: Route | None) -> list[str]:
    return [parameter.name for parameter in route.parameters] if route is not None else []


def _of_model(name: str, value: Any) -> Any:
    """Return what a model's instance says of a URL's argument.

    ``slug`` is its attribute of that name; ``student_pk`` is the key of a student, and of anything else that has
    a student, that student's.
    """
    if not hasattr(value, "_meta") or not hasattr(value, "pk"):
        return value
    stem, _, last = name.rpartition("_")
    if name in {"pk", "id"} or (stem == value._meta.model_name and last in {"pk", "id"}):
        return value.pk
    if hasattr(value, name):
        return getattr(value, name)
    if stem == value._meta.model_name and hasattr(value, last):
        return getattr(value, last)
    if stem and hasattr(value, stem) and hasattr(getattr(value, stem), last):
        return getattr(getattr(value, stem), last)
    raise StoryError(
        Explanation(
            f"{value!r} has nothing for the URL's argument {name!r}", instead=f"{name}=…, said by name"
        )
    )
