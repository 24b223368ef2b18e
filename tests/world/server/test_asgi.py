"""The live server under ASGI: which event loop it runs, and what it leaves when it stops."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import urllib.request
from collections.abc import AsyncIterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

from django_journey._world.server.live import LiveServer


def test_it_runs_asyncios_own_loop_whatever_the_project_has_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def loop_in_c() -> asyncio.AbstractEventLoop:
        raise AssertionError("this loop (uvloop, say) would connect without Python's sockets, past the guard")

    monkeypatch.setattr(asyncio.events, "new_event_loop", loop_in_c)
    with LiveServer("asgi") as server:
        request = urllib.request.Request(server.url)
        with pytest.raises(HTTPError, match="503") as refused:  # no story is open
            urllib.request.urlopen(request, timeout=60)
        refused.value.close()


async def without_end() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 65536


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(without_end())


urlpatterns = [path("stream/", stream)]


def test_a_connection_whose_client_does_not_read_to_the_end_is_closed_too(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF = __name__
    unclosed: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: unclosed.append(str(found.exc_value)))
    gc.collect()  # what other tests have left is no affair of this one
    unclosed.clear()
    with LiveServer("asgi") as server, server.serving() as url:
        address = urlsplit(url)
        client = socket.create_connection((address.hostname, address.port), timeout=60)
        client.sendall(b"GET /stream/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 200"
    client.close()
    del server
    gc.collect()
    assert unclosed == []
