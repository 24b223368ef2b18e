"""A small site for tests of the in-process driver."""

from __future__ import annotations

import asyncio

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import path


def echo(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {
            "method": request.method,
            "path": request.path,
            "query": request.GET.dict(),
            "body": request.body.decode("latin-1"),
            "host": request.get_host(),
            "secure": request.is_secure(),
            "absolute": request.build_absolute_uri(),
            "own": request.headers.get("X-Own"),
            "type": request.content_type,
        }
    )


def form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return HttpResponse(f"posted {request.POST['a']}")
    return HttpResponse(
        f'<form method=post><input name=csrfmiddlewaretoken value="{get_token(request)}" type=hidden>'
        "<input name=a><button>s</button></form>"
    )


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2", path="/deep/", httponly=True)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    raise LookupError("in the view")


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("odd")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a", b"b"]))


def broken_stream(request: HttpRequest) -> StreamingHttpResponse:
    def parts():
        yield b"a"
        raise LookupError("in the stream")

    return StreamingHttpResponse(parts())


def endless(request: HttpRequest) -> StreamingHttpResponse:
    def parts():
        while True:
            yield b"x"

    return StreamingHttpResponse(parts())


async def async_view(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse("async")


async def async_stream(request: HttpRequest) -> StreamingHttpResponse:
    async def parts():
        for part in (b"a", b"b"):
            await asyncio.sleep(0)
            yield part

    return StreamingHttpResponse(parts())


async def async_broken(request: HttpRequest) -> HttpResponse:
    raise LookupError("in the async view")


def in_transaction(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(connection.in_atomic_block))


def own_media(request: HttpRequest, name: str) -> HttpResponse:
    if name == "missing.txt":
        return HttpResponse("not here", status=404)
    return HttpResponse(f"the view's own {name}")


class AsyncOnly:
    """Middleware that can only run asynchronously."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        from asgiref.sync import markcoroutinefunction

        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        response = await self.get_response(request)
        response["X-Async"] = "1"
        return response


urlpatterns = [
    path("echo/<path:rest>", lambda request, rest: echo(request)),
    path("form/", form),
    path("cookies/", cookies),
    path("broken/", broken),
    path("denied/", denied),
    path("suspicious/", suspicious),
    path("stream/", stream),
    path("broken-stream/", broken_stream),
    path("endless/", endless),
    path("async/", async_view),
    path("async-stream/", async_stream),
    path("async-broken/", async_broken),
    path("in-transaction/", in_transaction),
]

with_media = [*urlpatterns, path("media/<path:name>", own_media)]
