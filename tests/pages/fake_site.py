"""A site in memory for tests of pages: it has a response for each path, and records every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.page import BrowserContext

Answer = str | bytes | DriverResponse | Callable[[DriverRequest], "str | DriverResponse"]


@dataclass
class FakeSite:
    """A driver with given responses: HTML, a response, or a function of the request."""

    answers: dict[str, Answer] = field(default_factory=dict)
    base_url: str = "http://testserver"
    name: str = "fake"
    requests: list[DriverRequest] = field(default_factory=list)

    def send(self, request: DriverRequest) -> DriverResponse:
        self.requests.append(request)
        answer = self.answers.get(urlsplit(request.url).path, "<title>nothing here</title>")
        if callable(answer):
            answer = answer(request)
        return answer if isinstance(answer, DriverResponse) else html(answer)

    def close(self) -> None:
        pass

    def open(self, path: str = "/", **options: object):
        """Return a page of a new context that shows the path."""
        page = BrowserContext(self, **options).new_page()
        page.goto(path)
        return page

    @property
    def last(self) -> DriverRequest:
        return self.requests[-1]


def html(text: str | bytes, status: int = 200, **headers: str) -> DriverResponse:
    body = text.encode() if isinstance(text, str) else text
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return DriverResponse(status, (("Content-Type", "text/html; charset=utf-8"), *pairs), body, "OK")


def redirect(to: str, status: int = 302, **headers: str) -> DriverResponse:
    return html("", status, Location=to, **headers)


def shows(body: str):
    """Return a page that shows this body, at ``http://testserver/``."""
    return FakeSite({"/": f"<!doctype html><body>{body}"}).open()
