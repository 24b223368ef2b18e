"""A site whose pages leave as much behind in a browser as they can."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import cache_control

PAGE = """<!doctype html><html lang="en"><head><title>Kept</title><link rel="icon" href="data:,"></head>
<body><img src="/picture.svg" alt="A picture">
<script>
for (const event of ["beforeunload", "pagehide", "visibilitychange", "unload"])
  addEventListener(event, () => { sessionStorage.late = event; localStorage.late = event });
</script></body></html>"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="9"></svg>'

numbers = count(1)


def page(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(PAGE)
    answer.set_cookie("seen", "yes", httponly=True)
    return answer


@cache_control(max_age=3600)
def number(request: HttpRequest) -> HttpResponse:
    """Another number at each request that really comes."""
    return HttpResponse(str(next(numbers)), content_type="text/plain")


@cache_control(max_age=3600)
def picture(request: HttpRequest) -> HttpResponse:
    """A picture that is wider at each request that really comes."""
    return HttpResponse(PICTURE.format(width=next(numbers)), content_type="image/svg+xml")


def worker(request: HttpRequest) -> HttpResponse:
    return HttpResponse("addEventListener('fetch', () => {})", content_type="text/javascript")


urlpatterns: list[Any] = [
    path("", page),
    path("number/", number),
    path("picture.svg", picture),
    path("worker.js", worker),
]
