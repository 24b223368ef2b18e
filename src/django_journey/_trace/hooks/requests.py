"""Records each request that the site answers.

Every client comes through ``BaseHandler.get_response`` or its async twin: Django's own, REST framework's, WebTest,
a live server, this library's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import Token
from typing import Any

from django.conf import settings
from django.core.handlers import exception
from django.core.handlers.base import BaseHandler

from django_journey._trace.hooks import request_facts
from django_journey._trace.hooks.active_request import ActiveRequest, active_request, active_request_of
from django_journey._trace.hooks.direct_calls import in_assert_redirects
from django_journey._trace.hooks.request_notes import note_details
from django_journey._trace.record.query_shapes import query_summary_data
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.real_functions import real
from django_journey._trace.secrets.redactor import Redactor
from django_journey._trace.secrets.settings import SettingsSecrets

__all__ = ["RequestHooks"]

_Begun = tuple[ActiveRequest, Token[ActiveRequest | None]]


class RequestHooks:
    """Wraps the handlers of requests.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        redactor: Is given the secrets that requests carry.
        secrets: Reads the secrets among the settings, which a test may override.
        write: Writes a request from its facts.
        dropped: Counts what could not be recorded.
    """

    def __init__(
        self,
        find: Callable[[], TestScope | None],
        redactor: Redactor,
        secrets: SettingsSecrets,
        write: Callable[[dict[str, Any]], None],
        dropped: DroppedEvents,
    ) -> None:
        self.dropped = dropped
        self._find = find
        self._redactor = redactor
        self._secrets = secrets
        self._write = write

    def install(self, patches: Patches) -> None:
        """Wrap them."""
        patches.wrap(BaseHandler, "get_response", self._get_response)
        patches.wrap(BaseHandler, "get_response_async", self._get_response_async)
        # Every exception that becomes a 500 passes here; a receiver of the signal would show up in its list.
        patches.wrap(exception, "handle_uncaught_exception", _uncaught)

    def _get_response(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def get_response(handler: Any, request: Any) -> Any:
            __tracebackhide__ = True
            begun = self._begin()
            if begun is None:
                return original(handler, request)
            response = None
            try:
                response = original(handler, request)
                return response
            except BaseException as error:
                begun[0].exception = error
                raise
            finally:
                self._served(begun, request, response)

        return get_response

    def _get_response_async(
        self, original: Callable[[Any, Any], Awaitable[Any]]
    ) -> Callable[[Any, Any], Awaitable[Any]]:
        async def get_response_async(handler: Any, request: Any) -> Any:
            __tracebackhide__ = True
            begun = self._begin()
            if begun is None:
                return await original(handler, request)
            response = None
            try:
                response = await original(handler, request)
                return response
            except BaseException as error:
                begun[0].exception = error
                raise
            finally:
                self._served(begun, request, response)

        return get_response_async

    @guarded
    def _begin(self) -> _Begun | None:
        scope = self._find()
        if scope is None:
            return None
        parent = active_request_of(scope)
        scope.requests += 1
        active = ActiveRequest(scope, scope.requests, scope.step, parent.number if parent is not None else 0)
        return active, active_request.set(active)

    @guarded
    def _served(self, begun: _Begun, request: Any, response: Any) -> None:
        active, token = begun
        milliseconds = round((real.perf_counter() - active.began) * 1000, 3)
        error, active.exception = active.exception, None  # its traceback holds this request again
        active_request.reset(token)
        scope = active.scope
        self._secrets.read(settings)
        request_facts.hide_secrets(request, response, self._redactor)
        facts: dict[str, Any] = {
            "at": real.now(),
            "test": scope.test,
            "request": active.number,
            "milliseconds": milliseconds,
            "check": in_assert_redirects.get(),
            **request_facts.facts_of_request(request, self._redactor),
            **request_facts.facts_of_response(response, active),
        }
        if active.step:
            facts["step"] = active.step
        if active.parent:
            facts["parent"] = active.parent
        if active.templates:
            facts["templates"] = [name for name in active.templates if not name.startswith("django/forms/")]
        if active.queries:
            facts["queries"] = query_summary_data(active.queries)
        if active.writes:
            who = f"{facts['method']} {facts['url']}"
            scope.row_changes.extend((who, *write) for write in active.writes)
        if error is not None:
            facts["failure"] = scope.recorder.explain(error)
        self._write(facts)
        if scope.details is not None:
            note_details(scope.details, active, request, response, self._redactor)


def _uncaught(original: Callable[..., Any]) -> Callable[..., Any]:
    def handle_uncaught_exception(request: Any, resolver: Any, exc_info: Any) -> Any:
        __tracebackhide__ = True
        active = active_request.get()
        if active is not None:
            active.exception = exc_info[1]
        return original(request, resolver, exc_info)

    return handle_uncaught_exception
