"""The pages on which tracing is measured: the smallest there is, and one of 20 KB behind six queries."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.page_site import urlpatterns as pages


def small(request: HttpRequest) -> HttpResponse:
    """Answer with two letters."""
    return HttpResponse("ok")


urlpatterns = [path("small/", small, name="small"), *pages]
