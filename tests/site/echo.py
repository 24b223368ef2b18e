"""A websocket of channels that uses the database, for the tests of the live server."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.contrib.auth.models import Group


class Echo(AsyncJsonWebsocketConsumer):
    closed: list[int] = []

    async def receive_json(self, content: Any, **_: Any) -> None:
        await database_sync_to_async(self.add)(content["alias"], content["name"])
        await self.send_json({"groups": await Group.objects.using(content["alias"]).acount()})

    async def disconnect(self, code: int) -> None:
        self.closed.append(code)

    def add(self, alias: str, name: str) -> None:
        Group.objects.using(alias).create(name=name)


application = ProtocolTypeRouter({"websocket": Echo.as_asgi()})
