"""The site as a live server serves it: static files, the project's views, uploaded files."""

from __future__ import annotations

from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import is_valid_path

from django_journey._drivers.base import DriverResponse
from django_journey._drivers.linked_files import media_response, static_response

__all__ = ["SiteAsgi", "SiteWsgi"]


class SiteWsgi(WSGIHandler):
    """Django's WSGI handler, which also serves the files that a web server serves in production."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a static file, a view, or an uploaded file."""
        found = _file_before(request)
        if found is not None:
            return found
        response = super().get_response(request)
        return _file_after(request, response) or response


class SiteAsgi(ASGIHandler):
    """Django's ASGI handler, which also serves the files that a web server serves in production."""

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a static file, a view, or an uploaded file."""
        found = _file_before(request)
        if found is not None:
            return found
        response = await super().get_response_async(request)
        return _file_after(request, response) or response


def _file_before(request: HttpRequest) -> HttpResponse | None:
    if request.method not in ("GET", "HEAD"):
        return None
    path = request.path
    found = static_response(path)
    media = settings.MEDIA_URL or ""
    # A project may serve its media by a view of its own: that one comes first.
    if found is None and len(media) > 1 and path.startswith(media) and not is_valid_path(request.path_info):
        found = media_response(path)
    return _as_django(found)


def _file_after(request: HttpRequest, response: HttpResponseBase) -> HttpResponse | None:
    if response.status_code != 404 or request.method not in ("GET", "HEAD"):
        return None
    return _as_django(media_response(request.path))


def _as_django(found: DriverResponse | None) -> HttpResponse | None:
    if found is None:
        return None
    return HttpResponse(found.body, status=found.status, headers=dict(found.headers))
