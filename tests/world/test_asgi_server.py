"""The live server under ASGI: which event loop it runs."""

from __future__ import annotations

import asyncio
import urllib.request
from urllib.error import HTTPError

import pytest

from django_journey.world.server import LiveServer


def test_it_runs_asyncios_own_loop_whatever_the_project_has_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def loop_in_c() -> asyncio.AbstractEventLoop:
        raise AssertionError("this loop (uvloop, say) would connect without Python's sockets, past the guard")

    monkeypatch.setattr(asyncio.events, "new_event_loop", loop_in_c)
    with LiveServer("asgi") as server:
        request = urllib.request.Request(server.url)
        with pytest.raises(HTTPError, match="503") as refused:  # no story is open
            urllib.request.urlopen(request, timeout=10)
        refused.value.close()
