"""Tells what a test asks the site for from what Django asks in its stead, and sees views that are called directly."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django_journey.trace.events import Noted
from django_journey.trace.harmless import Losses, harmless
from django_journey.trace.own_values import plain_text, variables
from django_journey.trace.patches import Patches
from django_journey.trace.recorder import TestScope
from django_journey.trace.serving import current_serving

__all__ = ["ByHand", "checking"]

#: Whether ``assertRedirects`` is running: its request sees that the address is there, and is none of the test's.
checking: ContextVar[bool] = ContextVar("django_journey_checking", default=False)


class ByHand:
    """Notes a request of ``RequestFactory`` once something has answered it: a view was called without a URL.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        losses: Counts what could not be recorded.
    """

    def __init__(self, find: Callable[[], TestScope | None], losses: Losses) -> None:
        self.losses = losses
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

    @harmless
    def _made(self, request: Any) -> None:
        scope = self._find()
        if scope is not None and current_serving.get() is None:
            seen = variables(request)
            scope.by_hand = f"{plain_text(seen.get('method'))} {plain_text(seen.get('path'))}"

    def _answer(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def init(response: Any, *arguments: Any, **keywords: Any) -> None:
            original(response, *arguments, **keywords)
            self._answered()

        return init

    @harmless
    def _answered(self) -> None:
        if current_serving.get() is not None:
            return
        scope = self._find()
        if scope is None or not scope.by_hand:
            return
        title, scope.by_hand = f"{scope.by_hand}, made by RequestFactory, was answered", ""
        scope.recorder.write(Noted(test=scope.test, step=scope.step, topic="view", title=title))


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def assert_redirects(case: Any, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        token = checking.set(True)
        try:
            return original(case, *arguments, **keywords)
        finally:
            checking.reset(token)

    return assert_redirects
