"""The live server under WSGI: what a streamed body raises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

from django_journey._world.server.live import LiveServer


def pieces() -> Iterator[bytes]:
    yield b"a"
    raise LookupError("in the stream")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(pieces())


urlpatterns = [path("stream/", stream)]


def test_what_a_stream_raises_is_known_by_its_request(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    with LiveServer("wsgi") as server, server.serving() as url:
        with suppress(httpx.RemoteProtocolError):
            httpx.get(f"{url}/stream/", timeout=60)
        (error,) = server.exceptions.values()
        assert isinstance(error, LookupError)
