"""One call of an endpoint: sorts the values into URL, query and body, sends the request, checks the response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django_journey._routes.clients import Client, EndpointRequest, with_csrf
from django_journey._routes.fake_values import FakeValues, Needed
from django_journey._routes.response_checks import check
from django_journey._routes.url_names import UrlRoute, resolve_name, routes
from django_journey.errors import Explanation, StoryError

__all__ = ["Declaration", "EndpointCall", "EndpointCaller"]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Declaration:
    """An endpoint's defaults; ``endpoints.endpoint`` documents each field."""

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
        """Tell whether a keyword of that name is a field or a URL argument of the endpoint."""
        return self.has_field(name) or name in self.optional or name in self.query or name in self.kwargs


@dataclass(frozen=True, slots=True)
class EndpointCaller:
    """The client, and what all of its requests share."""

    client: Client
    fake_values: FakeValues
    actor: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    csrf_page: str = ""


@dataclass(frozen=True, slots=True)
class EndpointCall:
    """One call of an endpoint.

    Args:
        name: The endpoint's name in its class.
        args: The URL's arguments in order.
        values: URL arguments and fields by name.
        body: The whole body instead of the defaults, or ``None``.
        query: More of the query string.
        headers: More headers.
        expect: The accepted statuses; the endpoint's own if empty.
        follow: Whether redirects are followed; the endpoint's default if ``None``.
    """

    name: str
    declared: Declaration
    caller: EndpointCaller
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
            StoryError: The URL does not exist, or a value is unknown or missing.
            ExpectationError: The response has another status.
        """
        request = self._request()
        token = self._token(request)
        client = self.caller.client
        response = client.send(with_csrf(request, token, client.referer() if token else ""))
        check(
            response,
            request,
            self.expect or self.declared.expect,
            call=self.name,
            actor=self.caller.actor,
            token=token,
            seed=self.caller.fake_values.used_seed,
        )
        return response.response

    def _token(self, request: EndpointRequest) -> str:
        """Return the CSRF token in the cookie jar; if there is none, request a page that sets it first.

        That is the class's ``csrf_page``; for a form, its own page, as in a browser.
        """
        caller = self.caller
        if request.method in _SAFE:
            return ""
        pages = [resolve_name(caller.csrf_page, {})] if caller.csrf_page else []
        if request.kind in {"form", "multipart"}:
            pages.append(request.path)
        for page in pages:
            if caller.client.csrf_token():
                break
            caller.client.send(EndpointRequest("GET", page, headers=caller.headers, follow=True))
        return caller.client.csrf_token()

    def _request(self) -> EndpointRequest:
        declared, caller = self.declared, self.caller
        route = self._route()
        path = resolve_name(declared.name, self._arguments(route))
        in_body, in_query = self._sorted(route)
        resolve = caller.fake_values.resolve
        return EndpointRequest(
            method=declared.method,
            path=path,
            query=resolve({**declared.query, **in_query, **self.query}),
            kind=declared.kind,
            body=resolve(self._fields(in_body)),
            headers={**caller.headers, **declared.headers, **self.headers},
            follow=declared.follow if self.follow is None else self.follow,
        )

    def _known(self) -> dict[str, Any]:
        return {**self.caller.kwargs, **self.declared.kwargs, **self.values}

    def _route(self) -> UrlRoute | None:
        """Choose the route of that name with the most arguments of which none is missing."""
        known = self._known()

        def fits(route: UrlRoute) -> tuple[int, int]:
            names = _names(route)
            missing = [name for name in names if name not in known]
            return -max(0, len(missing) - len(self.args)), len(names)

        same = [route for route in routes() if route.name == self.declared.name]
        return max(same, key=fits, default=None)

    def _arguments(self, route: UrlRoute | None) -> dict[str, Any]:
        names, known = _names(route), self._known()
        # Positional values go to the arguments without a value, then to those with a default.
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
        resolved = self.caller.fake_values.resolve({name: given[name] for name in names if name in given})
        return {name: _of_model(name, value) for name, value in resolved.items()}

    def _sorted(self, route: UrlRoute | None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Sort the named values into body and query; a value for neither, nor for the URL, is refused."""
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

    def _surplus(self, surplus: list[str], route: UrlRoute | None) -> Explanation:
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


def _names(route: UrlRoute | None) -> list[str]:
    return [parameter.name for parameter in route.parameters] if route is not None else []


def _of_model(name: str, value: Any) -> Any:
    """Return a URL argument's value from a model instance.

    ``slug`` is the attribute of that name; ``student_pk`` is the key of a student, or of the ``student`` of another
    model.
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
