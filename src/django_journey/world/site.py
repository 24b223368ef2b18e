"""The site as a live server shows it: static files, the project's views, uploaded files."""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import is_valid_path

from django_journey.drivers.base import Response
from django_journey.drivers.static import media_response, static_response

__all__ = ["SiteAsgi", "SiteWsgi"]


class SiteWsgi(WSGIHandler):
    """Django's WSGI handler, with the files that a web server would serve in production."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a static file, a view, or an uploaded file."""
        found = _file_before(request)
        if found is not None:
            return found
        response = super().get_response(request)
        return _file_after(request, response) or response


class SiteAsgi(ASGIHandler):
    """Django's ASGI handler, with the files that a web server would serve in production."""

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a static file, a view, or an uploaded file."""
        found = _file_before(request)
        if found is not None:
            return found
        response = await super().get_response_async(request)
        return _file_after(request, response) or response


class Current:
    """Calls a handler, and makes it again when the settings that it was made of change.

    Args:
        kind: The class of the handler.
    """

    def __init__(self, kind: type[Any]) -> None:
        self._kind = kind
        self._handler: Any = None
        self._seen: tuple[Any, ...] = ()
        self._making = threading.Lock()

    def __call__(self, *args: Any) -> Any:
        # Made within the call: what goes wrong (middleware that can't be imported) is an error of the request.
        return self._made()(*args)

    def _made(self) -> Any:
        seen = (settings._wrapped, settings.MIDDLEWARE, settings.DEBUG)
        with self._making:
            if self._handler is None or seen[0] is not self._seen[0] or seen[1:] != self._seen[1:]:
                self._handler, self._seen = self._kind(), seen
            return self._handler


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


def _as_django(found: Response | None) -> HttpResponse | None:
    if found is None:
        return None
    return HttpResponse(found.body, status=found.status, headers=dict(found.headers))
