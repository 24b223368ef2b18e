"""Remembers the last requests of a story, traced or not, so that its failure can say what led there."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from django_journey.trace.events import Failure, RequestServed
from django_journey.trace.failures import explain
from django_journey.trace.given import Given, Shelf, rendering
from django_journey.trace.observing import facts_of_request
from django_journey.trace.patches import Patches
from django_journey.trace.redact import Redactor

__all__ = ["Recent"]

_MOST = 30


@dataclass(slots=True, eq=False)
class _Kept:
    """One request, as it is: it is read only if the story fails."""

    owner: Recent
    request: Any
    response: Any = None
    failure: Failure | None = None
    forms: list[Any] = field(default_factory=list)


_Tokens = tuple[Token["_Kept | None"], Token[Given | None]]

_current: ContextVar[_Kept | None] = ContextVar("django_journey_recent", default=None)


class Recent:
    """The last requests that the site has answered in this process while this was open.

    Args:
        shelf: Where what the templates were given is kept for the pages.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._kept: deque[_Kept] = deque(maxlen=_MOST)
        self._patches = Patches()
        self._shelf = shelf

    def __enter__(self) -> Self:
        from django.core.handlers.base import BaseHandler
        from django.core.signals import got_request_exception
        from django.forms.forms import BaseForm
        from django.forms.formsets import BaseFormSet

        self._patches.wrap(BaseHandler, "get_response", self._get_response)
        self._patches.wrap(BaseHandler, "get_response_async", self._get_response_async)
        self._patches.wrap(BaseForm, "full_clean", _cleaned)
        self._patches.wrap(BaseFormSet, "full_clean", _cleaned)
        self._shelf.install(self._patches)
        got_request_exception.connect(_raised, dispatch_uid=id(self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from django.core.signals import got_request_exception

        got_request_exception.disconnect(dispatch_uid=id(self))
        self._patches.remove()
        self._kept.clear()
        self._shelf.clear()

    def told(self) -> Iterator[RequestServed]:
        """Tell of the requests, in order."""
        for kept in self._kept:
            response = kept.response
            headers = response.headers if response is not None else {}
            yield RequestServed(
                status=response.status_code if response is not None else 500,
                content_type=str(headers.get("Content-Type", "")),
                redirect=str(headers.get("Location", "")),
                form_errors=tuple(dict.fromkeys(line for form in kept.forms for line in _errors(form))),
                failure=kept.failure,
                **facts_of_request(kept.request, Redactor(())),
            )

    def _get_response(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def get_response(handler: Any, request: Any) -> Any:
            begun = self._begin(request)
            if begun is None:
                return original(handler, request)
            kept, tokens = begun
            try:
                kept.response = original(handler, request)
                return kept.response
            finally:
                self._end(kept, tokens)

        return get_response

    def _get_response_async(
        self, original: Callable[[Any, Any], Awaitable[Any]]
    ) -> Callable[[Any, Any], Awaitable[Any]]:
        async def get_response_async(handler: Any, request: Any) -> Any:
            begun = self._begin(request)
            if begun is None:
                return await original(handler, request)
            kept, tokens = begun
            try:
                kept.response = await original(handler, request)
                return kept.response
            finally:
                self._end(kept, tokens)

        return get_response_async

    def _begin(self, request: Any) -> tuple[_Kept, _Tokens] | None:
        around = _current.get()
        if around is not None and around.owner is self:
            return None  # the site asks itself for something
        kept = _Kept(self, request)
        self._kept.append(kept)
        return kept, (_current.set(kept), rendering.set(Given()))

    def _end(self, kept: _Kept, tokens: _Tokens) -> None:
        given = rendering.get()
        _current.reset(tokens[0])
        rendering.reset(tokens[1])
        if given is not None and kept.response is not None:
            self._shelf.put(kept.request, given)


def _cleaned(original: Callable[[Any], None]) -> Callable[[Any], None]:
    """Keep a form that a request has validated: its errors may still be added to."""

    def full_clean(form: Any) -> None:
        original(form)
        kept = _current.get()
        if kept is not None:
            kept.forms.append(form)

    return full_clean


def _errors(form: Any) -> Iterator[str]:
    own = vars(form)
    for error in own.get("_non_form_errors") or ():
        yield f"__all__: {error}"
    errors = own.get("_errors")
    if isinstance(errors, dict):
        for name, several in errors.items():
            for error in several:
                yield f"{form.add_prefix(name)}: {error}"


def _raised(sender: Any, **facts: Any) -> None:
    kept, error = _current.get(), sys.exc_info()[1]
    if kept is not None and error is not None:
        kept.failure = explain(error, str)  # before the test's own frames are a part of its traceback
