"""Websockets of channels work in the story's transaction, through the ASGI live server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
import websocket
from django.contrib.auth.models import Group

from django_journey._world.database.transactions import shared_transactions
from django_journey._world.server.live import LiveServer
from django_journey.errors import ConfigurationError
from tests.site import echo


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer("asgi") as running:
        yield running


@pytest.fixture(autouse=True)
def application(settings: Any) -> None:
    settings.ASGI_APPLICATION = "tests.site.echo.application"


def address(url: str) -> str:
    return url.replace("http:", "ws:") + "/echo/"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def test_a_websocket_writes_into_the_story_and_ends_with_it(
    alias: str, server: LiveServer, stack: ExitStack
) -> None:
    echo.Echo.closed.clear()
    with shared_transactions([alias]) as shared, server.serving(shared) as url:
        Group.objects.using(alias).create(name="by the test")
        client = websocket.create_connection(address(url), timeout=60)
        stack.enter_context(closing(client.sock))  # the client forgets it when the other end closes
        client.send(json.dumps({"alias": alias, "name": "by the socket"}))
        assert json.loads(client.recv()) == {"groups": 2}
        assert Group.objects.using(alias).filter(name="by the socket").exists()
    opcode, reason = client.recv_data()
    client.close()
    assert (opcode, int.from_bytes(reason[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, 1001)
    assert echo.Echo.closed == [1001]
    assert not Group.objects.using(alias).exists()


def test_between_stories_a_websocket_is_turned_away(server: LiveServer) -> None:
    with server.serving() as url:
        pass
    with pytest.raises((websocket.WebSocketBadStatusException, websocket.WebSocketConnectionClosedException)):
        websocket.create_connection(address(url), timeout=60)


def test_a_websocket_without_an_application_names_the_setting(server: LiveServer, settings: Any) -> None:
    settings.ASGI_APPLICATION = None
    with server.serving() as url:
        with pytest.raises(websocket.WebSocketBadStatusException):
            websocket.create_connection(address(url), timeout=60)
        (error,) = server.exceptions.values()
    assert isinstance(error, ConfigurationError)
    assert "no application answers websockets" in str(error)
    assert "ASGI_APPLICATION = " in str(error)
