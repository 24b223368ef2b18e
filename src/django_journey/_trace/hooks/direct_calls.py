"""Notes views that a test calls without a URL, and which request ``assertRedirects`` makes itself."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django_journey._trace.hooks.active_request import active_request
from django_journey._trace.record.events import Noted
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.safe_values import plain_text, variables

__all__ = ["DirectCalls", "in_assert_redirects"]

#: Whether ``assertRedirects`` is running: the request by which it fetches the target is not the test's own.
in_assert_redirects: ContextVar[bool] = ContextVar("django_journey_checking", default=False)


class DirectCalls:
    """Notes each request of ``RequestFactory`` that gets a response: a view was called without a URL.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        dropped: Counts what could not be recorded.
    """

    def __init__(self, find: Callable[[], TestScope | None], dropped: DroppedEvents) -> None:
        self.dropped = dropped
        self._find = find

    def install(self, patches: Patches) -> None:
        """Hook in."""
        from django.http.response import HttpResponseBase
        from django.test import AsyncRequestFactory, RequestFactory, SimpleTestCase

        patches.wrap(SimpleTestCase, "assertRedirects", _checked)
        patches.wrap(RequestFactory, "request", self._request)
        patches.wrap(AsyncRequestFactory, "request", self._request)
        patches.wrap(HttpResponseBase, "__init__", self._answer)

    def _request(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def request(factory: Any, **environ: Any) -> Any:
            __tracebackhide__ = True
            made = original(factory, **environ)
            self._made(made)
            return made

        return request

    @guarded
    def _made(self, request: Any) -> None:
        scope = self._find()
        if scope is not None and active_request.get() is None:
            seen = variables(request)
            scope.unanswered = f"{plain_text(seen.get('method'))} {plain_text(seen.get('path'))}"

    def _answer(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def init(response: Any, *arguments: Any, **keywords: Any) -> None:
            original(response, *arguments, **keywords)
            self._answered()

        return init

    @guarded
    def _answered(self) -> None:
        if active_request.get() is not None:
            return
        scope = self._find()
        if scope is None or not scope.unanswered:
            return
        title, scope.unanswered = f"{scope.unanswered}, made by RequestFactory, was answered", ""
        scope.recorder.write(Noted(test=scope.test, step=scope.step, topic="view", title=title))


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def assert_redirects(case: Any, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        token = in_assert_redirects.set(True)
        try:
            return original(case, *arguments, **keywords)
        finally:
            in_assert_redirects.reset(token)

    return assert_redirects
