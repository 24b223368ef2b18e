"""Has the site show its own page for an error, behind all its middleware, whatever its views do."""

from __future__ import annotations

import sys
from typing import Any

from django.core.handlers.base import BaseHandler

__all__ = ["failures_of_page"]


class _PlannedError(Exception):
    """Is raised by a view to have the site's page for a server error."""


class _FailingViews(BaseHandler):
    """A handler of which each view ends with an error."""

    def __init__(self, status: int | str) -> None:
        self._status = status
        self.load_middleware()

    def resolve_request(self, request: Any) -> Any:
        return self._view, (), {}

    def _view(self, request: Any) -> Any:
        from django.conf import settings
        from django.core.exceptions import BadRequest, PermissionDenied
        from django.http import Http404
        from django.urls import get_callable

        if self._status == "csrf":
            return get_callable(settings.CSRF_FAILURE_VIEW)(request, reason="")
        errors: dict[int | str, type[Exception]] = {400: BadRequest, 403: PermissionDenied, 404: Http404}
        raise errors.get(self._status, _PlannedError)("journey explore")


def failures_of_page(status: int | str, cookies: str = "") -> list[BaseException]:
    """Return what is raised while the site makes its own page for an error.

    Args:
        status: 400, 403, 404 or 500; or ``"csrf"`` for what Django's CSRF check refuses.
        cookies: The ``Cookie`` header of who asks.
    """
    from django.core.signals import got_request_exception
    from django.test import RequestFactory

    caught: list[BaseException] = []

    def note(**details: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, _PlannedError):
            caught.append(error)

    got_request_exception.connect(note)
    try:
        response: Any = _FailingViews(status).get_response(
            RequestFactory(headers={"cookie": cookies}).get("/")
        )
        response.close()
    except Exception as error:
        if not isinstance(error, _PlannedError):
            caught.append(error)
    finally:
        got_request_exception.disconnect(note)
    return caught
