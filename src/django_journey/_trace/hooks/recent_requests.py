"""Stores references to the last requests of a story, traced or not, so that a failure can list them."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from django_journey._adapters.django import FORM_ERRORS, FORMSET_ERRORS
from django_journey._trace.failures.explain import explain
from django_journey._trace.hooks.request_facts import facts_of_request
from django_journey._trace.hooks.template_contexts import ContextStore, TemplateContexts, current_contexts
from django_journey._trace.record.events import Failure, RequestServed
from django_journey._trace.safety.patches import Patches
from django_journey._trace.secrets.redactor import Redactor

__all__ = ["RecentRequests", "current_recent"]

_MOST = 30


@dataclass(slots=True, eq=False)
class _RecentRequest:
    """References to one request and its response, read only if the story fails."""

    owner: RecentRequests
    request: Any
    response: Any = None
    failure: Failure | None = None
    forms: list[Any] = field(default_factory=list)


_Tokens = tuple[Token["_RecentRequest | None"], Token[TemplateContexts | None]]

current_recent: ContextVar[_RecentRequest | None] = ContextVar("django_journey_recent", default=None)


class RecentRequests:
    """The last requests that the site answered in this process while this was entered.

    Args:
        store: Stores the template contexts for the pages.
    """

    def __init__(self, store: ContextStore) -> None:
        self._requests: deque[_RecentRequest] = deque(maxlen=_MOST)
        self._patches = Patches()
        self._store = store

    def __enter__(self) -> Self:
        from django.core.handlers.base import BaseHandler
        from django.core.signals import got_request_exception
        from django.forms.forms import BaseForm
        from django.forms.formsets import BaseFormSet

        self._patches.wrap(BaseHandler, "get_response", self._get_response)
        self._patches.wrap(BaseHandler, "get_response_async", self._get_response_async)
        self._patches.wrap(BaseForm, "full_clean", _cleaned)
        self._patches.wrap(BaseFormSet, "full_clean", _cleaned)
        self._store.install(self._patches)
        got_request_exception.connect(_raised, dispatch_uid=id(self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from django.core.signals import got_request_exception

        got_request_exception.disconnect(dispatch_uid=id(self))
        self._patches.remove()
        self._requests.clear()
        self._store.clear()

    def events(self) -> Iterator[RequestServed]:
        """Yield the requests as events, in order."""
        for recent in self._requests:
            response = recent.response
            headers = response.headers if response is not None else {}
            yield RequestServed(
                status=response.status_code if response is not None else 500,
                content_type=str(headers.get("Content-Type", "")),
                redirect=str(headers.get("Location", "")),
                form_errors=tuple(dict.fromkeys(line for form in recent.forms for line in _errors(form))),
                failure=recent.failure,
                **facts_of_request(recent.request, Redactor(())),
            )

    def _get_response(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def get_response(handler: Any, request: Any) -> Any:
            begun = self._begin(request)
            if begun is None:
                return original(handler, request)
            recent, tokens = begun
            try:
                recent.response = original(handler, request)
                return recent.response
            finally:
                self._end(recent, tokens)

        return get_response

    def _get_response_async(
        self, original: Callable[[Any, Any], Awaitable[Any]]
    ) -> Callable[[Any, Any], Awaitable[Any]]:
        async def get_response_async(handler: Any, request: Any) -> Any:
            begun = self._begin(request)
            if begun is None:
                return await original(handler, request)
            recent, tokens = begun
            try:
                recent.response = await original(handler, request)
                return recent.response
            finally:
                self._end(recent, tokens)

        return get_response_async

    def _begin(self, request: Any) -> tuple[_RecentRequest, _Tokens] | None:
        around = current_recent.get()
        if around is not None and around.owner is self:
            return None  # a request that the site makes to itself
        recent = _RecentRequest(self, request)
        self._requests.append(recent)
        return recent, (current_recent.set(recent), current_contexts.set(TemplateContexts()))

    def _end(self, recent: _RecentRequest, tokens: _Tokens) -> None:
        contexts = current_contexts.get()
        current_recent.reset(tokens[0])
        current_contexts.reset(tokens[1])
        if contexts is not None and recent.response is not None:
            self._store.put(recent.request, contexts)


def _cleaned(original: Callable[[Any], None]) -> Callable[[Any], None]:
    """Store a form that a request validated; errors may still be added to it later."""

    def full_clean(form: Any) -> None:
        original(form)
        recent = current_recent.get()
        if recent is not None:
            recent.forms.append(form)

    return full_clean


def _errors(form: Any) -> Iterator[str]:
    own = vars(form)
    for error in own.get(FORMSET_ERRORS) or ():
        yield f"__all__: {error}"
    errors = own.get(FORM_ERRORS)
    if isinstance(errors, dict):
        for name, several in errors.items():
            for error in several:
                yield f"{form.add_prefix(name)}: {error}"


def _raised(sender: Any, **facts: Any) -> None:
    recent, error = current_recent.get(), sys.exc_info()[1]
    if recent is not None and error is not None:
        recent.failure = explain(error, str)  # before the test's own frames join its traceback
