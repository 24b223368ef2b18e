"""Sends an endpoint's request through an actor's API, Playwright's ``APIRequestContext`` or Django's test client."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from django_journey._routes.fake_values import is_file
from django_journey.errors import Explanation, StoryError

__all__ = ["Client", "EndpointRequest", "EndpointResponse", "client_for", "with_csrf"]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Not Django's own boundary, which its client takes as a sign that the body is not encoded yet.
_BOUNDARY = "EndOfOneFieldOfAnEndpoint"


@dataclass(frozen=True, slots=True)
class EndpointRequest:
    """A request of an endpoint, before a client encodes it.

    Args:
        method: The HTTP method.
        path: The path of the URL.
        query: The query string's names and values.
        kind: How the body is sent: ``json``, ``form`` or ``multipart``; empty for none.
        body: The body's fields, or any JSON.
        headers: More headers.
        follow: Whether redirects are followed.
    """

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    follow: bool = False

    @property
    def address(self) -> str:
        """The path with its query string."""
        pairs = [(name, value) for name, value in self.query.items() if value is not None]
        return f"{self.path}?{urlencode(pairs, doseq=True)}" if pairs else self.path

    def encoded(self) -> tuple[bytes, str]:
        """Return the body and its content type; both are empty without a body."""
        if self.kind == "json":
            return self._json(), "application/json"
        if self.kind == "form":
            return urlencode(self._entries()).encode(), "application/x-www-form-urlencoded"
        if self.kind == "multipart":
            return self._multipart()
        return b"", ""

    def _json(self) -> bytes:
        from django.core.serializers.json import DjangoJSONEncoder

        # Dates, UUIDs and decimals as Django writes them.
        return json.dumps(self.body, cls=DjangoJSONEncoder).encode()

    def _multipart(self) -> tuple[bytes, str]:
        from django.test.client import encode_multipart

        fields: dict[str, list[Any]] = {}
        for name, value in self._entries():
            fields.setdefault(name, []).append(_upload(value) if is_file(value) else value)
        return encode_multipart(_BOUNDARY, fields), f"multipart/form-data; boundary={_BOUNDARY}"

    def _entries(self) -> list[tuple[str, Any]]:
        """Return a form's entries: one for each item of a list, ``on`` for ``True``, none for ``None``, ``False``."""
        return [
            (name, "on" if item is True else item if is_file(item) else _text(item))
            for name, value in self.body.items()
            for item in (value if isinstance(value, (list, tuple)) else [value])
            if item is not None and item is not False
        ]


@dataclass(frozen=True, slots=True)
class EndpointResponse:
    """The parts of a response that an endpoint checks, and the client's own response."""

    status: int
    text: str
    location: str
    response: Any


class Client(Protocol):
    """Sends requests; there is one class for each kind of client."""

    def send(self, request: EndpointRequest) -> EndpointResponse:
        """Send a request and return the response, of any status."""

    def csrf_token(self) -> str:
        """Return the CSRF token in the cookie jar, or an empty string."""

    def referer(self) -> str:
        """Return the site's URL, which Django's CSRF check requires over HTTPS, or an empty string."""


class ApiClient:
    """Playwright's ``APIRequestContext``, or its browserless twin."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def send(self, request: EndpointRequest) -> EndpointResponse:
        """Send a request and return the response, of any status."""
        body, kind = request.encoded()
        response = self._api.fetch(
            request.address,
            method=request.method,
            headers={**({"Content-Type": kind} if kind else {}), **request.headers},
            max_redirects=20 if request.follow else 0,
            **({"data": body} if kind else {}),
        )
        location = {name.lower(): value for name, value in response.headers.items()}.get("location", "")
        return EndpointResponse(
            response.status, bytes(response.body()).decode("utf-8", "replace"), location, response
        )

    def csrf_token(self) -> str:
        """Return the CSRF token in the cookie jar, or an empty string."""
        from django.conf import settings

        cookies = self._api.storage_state().get("cookies", ())
        found = [cookie["value"] for cookie in cookies if cookie["name"] == settings.CSRF_COOKIE_NAME]
        return str(found[-1]) if found else ""

    def referer(self) -> str:
        """Return the site's URL as the browserless page knows it, or that of a Secure CSRF cookie."""
        from django.conf import settings

        if own := getattr(self._api, "csrf_headers", None):
            return str(own["Referer"])
        for cookie in self._api.storage_state().get("cookies", ()):
            if cookie["name"] == settings.CSRF_COOKIE_NAME and cookie["secure"]:
                return f"https://{cookie['domain'].lstrip('.')}/"
        return ""


class DjangoClient:
    """Django's test client, or one derived from it (Django REST framework's, say)."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, request: EndpointRequest) -> EndpointResponse:
        """Send a request and return the response, of any status."""
        body, kind = request.encoded()
        response = getattr(self._client, request.method.lower())(
            request.address,
            follow=request.follow,
            headers=dict(request.headers),
            **({"data": body, "content_type": kind} if kind else {}),
        )
        text = "" if getattr(response, "streaming", False) else response.content.decode("utf-8", "replace")
        return EndpointResponse(response.status_code, text, response.get("Location", ""), response)

    def csrf_token(self) -> str:
        """Return the CSRF token in the cookie jar, or an empty string."""
        from django.conf import settings

        cookie = self._client.cookies.get(settings.CSRF_COOKIE_NAME)
        return cookie.value if cookie is not None else ""

    def referer(self) -> str:
        """Return nothing: Django's client skips the CSRF check."""
        return ""


def with_csrf(request: EndpointRequest, token: str, referer: str = "") -> EndpointRequest:
    """Return a request as a front end sends it: unsafe methods send the cookie's token and the Referer.

    Source: Django's documentation, "How to use Django's CSRF protection", "Using CSRF protection with AJAX".
    """
    from django.conf import settings

    name = settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-")
    given = {header.lower() for header in request.headers}
    if not token or request.method in _SAFE or name.lower() in given:
        return request
    shown = "X-CSRFToken" if name == "X-CSRFTOKEN" else name.title()
    sent = {"Referer": referer} if referer and not {"referer", "origin"} & given else {}
    return replace(request, headers={**request.headers, **sent, shown: token})


def client_for(source: Any) -> Client:
    """Return the client for an actor, an API context or a test client.

    Args:
        source: An actor (its ``api``), an ``APIRequestContext``, or Django's test client.

    Raises:
        StoryError: It is none of them.
    """
    api = getattr(source, "api", None)
    candidate = api if hasattr(api, "fetch") else source
    if hasattr(candidate, "fetch") and hasattr(candidate, "storage_state"):
        return ApiClient(candidate)
    if hasattr(candidate, "cookies") and hasattr(candidate, "generic"):
        return DjangoClient(candidate)
    raise StoryError(
        Explanation(
            f"{source!r} can't send requests",
            nearest=("an actor", "actor.api", "django.test.Client()"),
            instead="SchoolApi(journey.actor(user)), or SchoolApi(self.client)",
        )
    )


def _upload(value: Any) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    if isinstance(value, Path):
        value = {"name": value.name, "buffer": value.read_bytes()}
    kind = value.get("mimeType") or mimetypes.guess_type(value["name"])[0] or "application/octet-stream"
    return SimpleUploadedFile(value["name"], value["buffer"], kind)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
