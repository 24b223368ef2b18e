"""The client libraries that a site may call an outside service with, each reduced to one function."""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import requests
import urllib3

Client = Callable[..., tuple[int, bytes, dict[str, str]]]

#: Seconds that a client waits; nothing here takes so long.
LONG = 30.0


def with_requests(
    method: str, url: str, body: Any = None, headers: Any = None, patience: float = LONG
) -> Any:
    answer = requests.request(method, url, json=body, headers=headers, timeout=patience)
    return answer.status_code, answer.content, dict(answer.headers)


def with_urllib3(method: str, url: str, body: Any = None, headers: Any = None, patience: float = LONG) -> Any:
    with urllib3.PoolManager() as pool:
        answer = pool.request(method, url, json=body, headers=headers, timeout=patience, retries=False)
        return answer.status, answer.data, dict(answer.headers)


def with_httpx(method: str, url: str, body: Any = None, headers: Any = None, patience: float = LONG) -> Any:
    answer = httpx.request(method, url, json=body, headers=headers, timeout=patience)
    return answer.status_code, answer.content, dict(answer.headers)


def with_httpx_async(
    method: str, url: str, body: Any = None, headers: Any = None, patience: float = LONG
) -> Any:
    async def ask() -> Any:
        async with httpx.AsyncClient(timeout=patience) as client:
            answer = await client.request(method, url, json=body, headers=headers)
            return answer.status_code, answer.content, dict(answer.headers)

    return asyncio.run(ask())


def with_aiohttp(method: str, url: str, body: Any = None, headers: Any = None, patience: float = LONG) -> Any:
    async def ask() -> Any:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=patience)) as session,
            session.request(method, url, json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.read(), dict(answer.headers)

    async def ask_and_hang_up() -> Any:
        # A request that timed out over TLS is still being taken leave of when its session has closed.
        # Its transport must be done with that before the loop ends: only the loop's own pipe is left then.
        try:
            return await ask()
        finally:
            heard: Any = asyncio.get_running_loop()
            async with asyncio.timeout(LONG):
                while len(heard._selector.get_map()) > 1:
                    await asyncio.sleep(0)

    return asyncio.run(ask_and_hang_up())


def with_http_client(
    method: str, url: str, body: Any = None, headers: Any = None, patience: float = LONG
) -> Any:
    parts = urlsplit(url)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection: Any = http.client.HTTPSConnection(parts.netloc, timeout=patience, context=context)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=patience)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        told = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, target, None if body is None else json.dumps(body), told)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def with_urllib(method: str, url: str, body: Any = None, headers: Any = None, patience: float = LONG) -> Any:
    data = None if body is None else json.dumps(body).encode()
    told = {"Content-Type": "application/json", **(headers or {})}
    asked = urllib.request.Request(url, data, told, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=patience) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read(), dict(answer.headers)


CLIENTS: dict[str, Client] = {
    "requests": with_requests,
    "urllib3": with_urllib3,
    "httpx": with_httpx,
    "httpx-async": with_httpx_async,
    "aiohttp": with_aiohttp,
    "http.client": with_http_client,
    "urllib": with_urllib,
}

#: Seconds that a client is told to wait for a service that hangs: those that are shortened are told much.
PATIENCE = dict.fromkeys(CLIENTS, LONG) | {"httpx-async": 1.5, "aiohttp": 1.5}

#: What each library raises for what can go wrong: a time-out, a refused connection, a body that is cut off.
RAISED: dict[str, tuple[Any, Any, Any]] = {
    "requests": (requests.ReadTimeout, requests.ConnectionError, requests.exceptions.ChunkedEncodingError),
    "urllib3": (
        urllib3.exceptions.ReadTimeoutError,
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ProtocolError,
    ),
    "httpx": (httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError),
    "httpx-async": (httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError),
    "aiohttp": (TimeoutError, aiohttp.ClientConnectorError, aiohttp.ClientPayloadError),
    "http.client": (TimeoutError, ConnectionRefusedError, http.client.IncompleteRead),
    "urllib": (TimeoutError, urllib.error.URLError, http.client.IncompleteRead),
}
