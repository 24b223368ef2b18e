"""A small site over groups, for the tests of the live server: each view names the database it uses."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connections, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from django_journey._trace.record import recorder


def listing(request: HttpRequest, alias: str) -> JsonResponse:
    return JsonResponse(sorted(Group.objects.using(alias).values_list("name", flat=True)), safe=False)


@csrf_exempt
def adding(request: HttpRequest, alias: str, name: str) -> HttpResponse:
    Group.objects.using(alias).create(name=name)
    return HttpResponse(name)


@csrf_exempt
def trying(request: HttpRequest, alias: str, name: str) -> HttpResponse:
    """Add a group; a name that is taken already is no error of the site."""
    ran: list[str] = []
    try:
        with transaction.atomic(using=alias, durable=True):
            Group.objects.using(alias).create(name=name)
            transaction.on_commit(lambda: ran.append("committed"), using=alias)
    except IntegrityError:
        return HttpResponse(f"taken, of {Group.objects.using(alias).count()}", status=409)
    return HttpResponse(",".join(ran))


def failing(request: HttpRequest, alias: str) -> HttpResponse:
    with transaction.atomic(using=alias):
        Group.objects.using(alias).create(name="never there")
        raise LookupError("the view failed")


def breaking_a_key(request: HttpRequest, alias: str) -> HttpResponse:
    Permission.objects.using(alias).create(name="x", codename="x", content_type_id=987_654)
    return HttpResponse("should not be reached")


def streaming(request: HttpRequest, alias: str) -> StreamingHttpResponse:
    def pieces() -> Iterator[str]:
        for name in Group.objects.using(alias).order_by("name").values_list("name", flat=True).iterator(2):
            yield f"{name}\n"

    return StreamingHttpResponse(pieces(), content_type="text/plain")


def endless(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[str]:
        while True:
            yield "data: again\n\n"
            time.sleep(0.02)

    return StreamingHttpResponse(pieces(), content_type="text/event-stream")


async def endless_events(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[str]:
        while True:
            yield "data: again\n\n"
            await asyncio.sleep(0.02)

    return StreamingHttpResponse(pieces(), content_type="text/event-stream")


def from_a_child(request: HttpRequest, alias: str, name: str) -> HttpResponse:
    def work() -> None:
        try:
            Group.objects.using(alias).create(name=name)
        finally:
            connections.close_all()

    child = threading.Thread(target=work)
    child.start()
    child.join()
    return HttpResponse(str(Group.objects.using(alias).filter(name=name).count()))


class Late(threading.Thread):
    """Adds a group when it is told to, and keeps what went wrong."""

    def __init__(self, alias: str, name: str) -> None:
        super().__init__(daemon=True)
        self.alias, self.group = alias, name
        self.ready, self.go_on = threading.Event(), threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        self.ready.set()
        self.go_on.wait(60)
        try:
            Group.objects.using(self.alias).create(name=self.group)
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def finish(self) -> BaseException | None:
        """Let it go on, and return what went wrong."""
        self.go_on.set()
        self.join(60)
        assert not self.is_alive()
        return self.error


LATE: list[Late] = []


@csrf_exempt
def starting_late(request: HttpRequest, alias: str, name: str) -> HttpResponse:
    """Start a thread that outlives the request, and the story."""
    thread = Late(alias, name)
    LATE.append(thread)
    thread.start()
    thread.ready.wait(60)
    return HttpResponse(name)


async def asynchronous(request: HttpRequest, alias: str, name: str) -> HttpResponse:
    await Group.objects.using(alias).acreate(name=name)
    counted = await asyncio.gather(*(Group.objects.using(alias).acount() for _ in range(3)))
    return HttpResponse(str(counted[0]))


def leaving_open(request: HttpRequest, alias: str, name: str) -> HttpResponse:
    """Begin a transaction by hand and forget it, which a server ends with the request."""
    transaction.set_autocommit(False, using=alias)
    Group.objects.using(alias).create(name=name)
    return HttpResponse(name)


def whose(request: HttpRequest) -> HttpResponse:
    scope: Any = recorder.current()
    return HttpResponse(scope.test if scope else "nobody's")


def meta(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {"journey": [key for key in request.META if "JOURNEY" in key], "body": len(request.body)}
    )


GATES: dict[str, threading.Event] = {}


def waiting(request: HttpRequest, gate: str) -> HttpResponse:
    """Wait until the test opens the gate."""
    GATES[f"{gate} reached"].set()
    GATES[gate].wait(60)
    return HttpResponse("went on")


urlpatterns = [
    path("<alias>/list/", listing),
    path("<alias>/add/<name>/", adding),
    path("<alias>/try/<name>/", trying),
    path("<alias>/fail/", failing),
    path("<alias>/break/", breaking_a_key),
    path("<alias>/stream/", streaming),
    path("<alias>/child/<name>/", from_a_child),
    path("<alias>/late/<name>/", starting_late),
    path("<alias>/async/<name>/", asynchronous),
    path("<alias>/leave/<name>/", leaving_open),
    path("endless/", endless),
    path("endless-events/", endless_events),
    path("whose/", whose),
    path("meta/", meta, name="meta"),
    path("wait/<gate>/", waiting),
]
