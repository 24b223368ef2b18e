"""Endpoint factories: every endpoint of an app as a method with generated defaults.

::

    class ClassroomApi(Endpoints):
        create_student = post("students", json={"first_name": fake.first_name, "role": "pupil"})
        remove_student = delete("student")

    teacher = ClassroomApi(journey.actor(user), classroom_pk=room.pk)
    student = teacher.create_student(first_name="smartie").json()
    teacher.remove_student(pk=student["id"])

A call's keyword becomes a URL argument if the URL has one of that name, and a value of the body or the query string if
the endpoint declares it there, or all of these. An unknown keyword is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, overload

from django_journey._routes.clients import client_for
from django_journey._routes.endpoint_call import Declaration, EndpointCall, EndpointCaller
from django_journey._routes.fake_values import Existing, Fake, FakeValues, Needed, existing, fake, needed
from django_journey._trace.record import recorder
from django_journey._trace.record.call_site import caller
from django_journey.errors import Explanation, StoryError

__all__ = [
    "Bound",
    "Endpoint",
    "Endpoints",
    "Existing",
    "Fake",
    "Needed",
    "delete",
    "endpoint",
    "existing",
    "fake",
    "get",
    "head",
    "needed",
    "patch",
    "post",
    "put",
]


class _Unsaid:
    """The default of a keyword that a call does not give, since ``None`` is a valid value."""

    def __repr__(self) -> str:
        return "unsaid"


UNSAID = _Unsaid()


class Endpoints:
    """The endpoints of an app, bound to a client.

    Args:
        source: An actor, its ``api``, Playwright's ``APIRequestContext``, or Django's test client.
        headers: Headers that every request sends, e.g. ``{"User-Agent": "SchoolApp/2"}``.
        seed: The seed of the generated values; by default a new one, which the trace records.
        locale: Faker's locale, e.g. ``de_DE``.
        kwargs: URL arguments of all endpoints; a call may override them.

    Attributes:
        headers: Headers that every request of this class sends.
        csrf_page: The name of a URL that sets the CSRF cookie, such as the page of a front end. It is
            requested before the first unsafe request if the cookie jar has none; a form's own page is tried next.

    Raises:
        StoryError: The source can't send requests.
    """

    headers: ClassVar[Mapping[str, str]] = {}
    csrf_page: ClassVar[str] = ""

    def __init__(
        self,
        source: Any,
        /,
        *,
        headers: Mapping[str, str] | None = None,
        seed: int | None = None,
        locale: str | None = None,
        **kwargs: Any,
    ) -> None:
        cls = type(self)
        self._caller = EndpointCaller(
            client=client_for(source),
            fake_values=FakeValues(seed, locale=locale, who=cls.__name__),
            actor=str(getattr(source, "name", "") or ""),
            headers={**cls.headers, **(headers or {})},
            kwargs=kwargs,
            csrf_page=cls.csrf_page,
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._caller.actor or 'a client'}>"


class Endpoint:
    """An endpoint in a class of ``Endpoints``; returned by ``get``, ``post`` and the other functions.

    Args:
        declared: What is sent to it.
    """

    def __init__(self, declared: Declaration) -> None:
        self.declared = declared
        self.name = declared.name

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}: {self.declared.method} {self.declared.name!r}>"

    @overload
    def __get__(self, instance: None, owner: type) -> Endpoint: ...
    @overload
    def __get__(self, instance: Endpoints, owner: type) -> Bound: ...
    def __get__(self, instance: Endpoints | None, owner: type) -> Endpoint | Bound:
        """Return the endpoint itself from its class, and a method from an object of it."""
        return self if instance is None else Bound(self, instance)


class Bound:
    """An endpoint bound to a client, ready to be called."""

    def __init__(self, endpoint: Endpoint, owner: Endpoints) -> None:
        self._endpoint = endpoint
        self._owner = owner

    def __repr__(self) -> str:
        return f"<{self._endpoint.name} of {self._owner!r}>"

    def __call__(
        self,
        *args: Any,
        body: Any = UNSAID,
        query: Mapping[str, Any] | Any = UNSAID,
        headers: Mapping[str, str] | Any = UNSAID,
        expect: int | Sequence[int] | Any = UNSAID,
        follow: bool | Any = UNSAID,
        **values: Any,
    ) -> Any:
        """Send the request.

        If a field of the endpoint has the name of one of these keywords (an article's ``body``, say), the
        keyword is the field.

        Args:
            args: The URL's arguments in the order of its pattern; a model's instance gives its own.
            body: The whole body, instead of the defaults.
            query: More of the query string.
            headers: More headers.
            expect: The accepted status or statuses.
            follow: Whether redirects are followed.
            values: URL arguments and fields by name.

        Returns:
            The client's own response: Playwright's ``APIResponse``, or Django's ``HttpResponse``.

        Raises:
            StoryError: The URL does not exist, or a value is unknown or missing.
            ExpectationError: The response has another status.
        """
        declared = self._endpoint.declared
        said = {"body": body, "query": query, "headers": headers, "expect": expect, "follow": follow}
        said = {name: value for name, value in said.items() if value is not UNSAID}
        values.update({name: said.pop(name) for name in list(said) if declared.means(name)})
        expected = said.get("expect", ())
        call = EndpointCall(
            name=self._endpoint.name,
            declared=declared,
            caller=self._owner._caller,
            args=args,
            values=values,
            body=said.get("body"),
            query=said.get("query") or {},
            headers=said.get("headers") or {},
            expect=(expected,) if isinstance(expected, int) else tuple(expected),
            follow=said.get("follow"),
        )
        if recorder.current() is None:
            return call.send()
        with recorder.step(call.name, str(call), actor=call.caller.actor, place=caller()):
            return call.send()


def endpoint(
    method: str,
    name: str,
    *,
    json: Any = None,
    form: Mapping[str, Any] | None = None,
    multipart: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | None = None,
    optional: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
    kwargs: Mapping[str, Any] | None = None,
    expect: int | Sequence[int] = (),
    follow: bool = False,
) -> Endpoint:
    """Declare an endpoint of any method.

    Args:
        method: The HTTP method.
        name: The URL's name with its namespaces.
        json: The body as JSON: fields with their defaults (values, ``fake`` recipes, functions, ``needed``).
        form: The body as a form (``application/x-www-form-urlencoded``).
        multipart: The body as a form with files: paths, or ``{"name", "mimeType", "buffer"}``.
        query: The query string with its defaults; ``None`` leaves a name out until a call gives it.
        optional: Fields without a default that a call may give: of the body (JSON if it has no other), or of the
            query string of a method that has none.
        headers: More headers.
        kwargs: Defaults for the URL's arguments.
        expect: The accepted status or statuses; any below 400 if empty.
        follow: Whether redirects are followed; if not, the endpoint's own response is returned.

    Raises:
        StoryError: More than one kind of body is given.
    """
    bodies = [
        (kind, body)
        for kind, body in (("json", json), ("form", form), ("multipart", multipart))
        if body is not None
    ]
    if len(bodies) > 1:
        raise StoryError(
            Explanation(
                f"an endpoint sends one body, not {' and '.join(kind for kind, _ in bodies)}",
                where=f"{method.lower()}({name!r})",
                instead="one of json=, form= and multipart=",
            )
        )
    kind, body = bodies[0] if bodies else ("", None)
    if not kind and optional and method.upper() in {"POST", "PUT", "PATCH"}:
        kind, body = "json", {}
    return Endpoint(
        Declaration(
            method=method.upper(),
            name=name,
            kind=kind,
            body=body,
            query=dict(query or {}),
            optional=tuple(optional),
            headers=dict(headers or {}),
            kwargs=dict(kwargs or {}),
            expect=(expect,) if isinstance(expect, int) else tuple(expect),
            follow=follow,
        )
    )


def get(name: str, **options: Any) -> Endpoint:
    """Declare a GET; the options are those of ``endpoint``."""
    return endpoint("GET", name, **options)


def head(name: str, **options: Any) -> Endpoint:
    """Declare a HEAD; the options are those of ``endpoint``."""
    return endpoint("HEAD", name, **options)


def post(name: str, **options: Any) -> Endpoint:
    """Declare a POST; the options are those of ``endpoint``."""
    return endpoint("POST", name, **options)


def put(name: str, **options: Any) -> Endpoint:
    """Declare a PUT; the options are those of ``endpoint``."""
    return endpoint("PUT", name, **options)


def patch(name: str, **options: Any) -> Endpoint:
    """Declare a PATCH; the options are those of ``endpoint``."""
    return endpoint("PATCH", name, **options)


def delete(name: str, **options: Any) -> Endpoint:
    """Declare a DELETE; the options are those of ``endpoint``."""
    return endpoint("DELETE", name, **options)
