"""Watches what Django does for the current test, where everything passes: handler, cursor, templates, mail.

Every request of every client comes through ``BaseHandler.get_response`` or its async twin: Django's own
client, REST framework's, WebTest, a live server, this library's. The hooks only look: they change no
outcome, run no query and keep no view, context or response beyond the request.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django_journey.trace import mails, observing
from django_journey.trace.by_hand import ByHand, checking
from django_journey.trace.events import Noted, RequestServed
from django_journey.trace.patches import Patches
from django_journey.trace.recorder import TestScope
from django_journey.trace.redact import Redactor
from django_journey.trace.secret_settings import SettingsSecrets
from django_journey.trace.serving import Serving, current_serving, serving_of

__all__ = ["Hooks"]

_UID = "django_journey.trace"


class Hooks:
    """What is hooked into Django while a run is traced.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        redactor: Is told the secrets that requests carry.
        secrets: Looks for those among the settings, which a test may override.
    """

    def __init__(
        self, find: Callable[[], TestScope | None], redactor: Redactor, secrets: SettingsSecrets
    ) -> None:
        self._find = find
        self._redactor = redactor
        self._secrets = secrets
        self._patches = Patches()
        self._mails = mails.Watch(find, redactor)
        self._by_hand = ByHand(find)

    def install(self) -> None:
        """Hook in; what is hooked already stays, so it may be called before each test."""
        from django.core.handlers.base import BaseHandler
        from django.core.mail import EmailMessage
        from django.core.mail.backends.locmem import EmailBackend
        from django.core.signals import got_request_exception
        from django.db.backends.utils import CursorWrapper
        from django.template.base import Template

        self._patches.wrap(BaseHandler, "get_response", self._get_response)
        self._patches.wrap(BaseHandler, "get_response_async", self._get_response_async)
        self._patches.wrap(CursorWrapper, "_execute", _timed)
        self._patches.wrap(CursorWrapper, "_executemany", _timed)
        # Django's test environment puts its own method here, and takes it away again.
        self._patches.wrap(Template, "_render", _rendered)
        if "django.template.backends.jinja2" in sys.modules:
            self._install_jinja2()
        self._patches.wrap(EmailMessage, "send", self._mails.send)
        self._patches.wrap(EmailBackend, "send_messages", self._mails.send_messages)
        if "django.test" in sys.modules:
            self._by_hand.install(self._patches)
        got_request_exception.connect(_raised, dispatch_uid=_UID)

    def remove(self) -> None:
        """Take everything out again."""
        self._patches.remove()
        if "django.core.signals" in sys.modules:
            from django.core.signals import got_request_exception

            got_request_exception.disconnect(dispatch_uid=_UID)

    def _install_jinja2(self) -> None:
        import jinja2
        from django.template.backends.jinja2 import Template

        self._patches.wrap(Template, "render", _rendered_by_jinja2)
        self._patches.wrap(jinja2.Environment, "get_template", _loaded_by_jinja2)

    def _get_response(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def get_response(handler: Any, request: Any) -> Any:
            __tracebackhide__ = True
            scope = self._find()
            if scope is None:
                return original(handler, request)
            serving = _begin(scope)
            token = current_serving.set(serving)
            response = None
            try:
                response = original(handler, request)
                return response
            except BaseException as error:
                serving.exception = error
                raise
            finally:
                current_serving.reset(token)
                self._served(serving, request, response)

        return get_response

    def _get_response_async(
        self, original: Callable[[Any, Any], Awaitable[Any]]
    ) -> Callable[[Any, Any], Awaitable[Any]]:
        async def get_response_async(handler: Any, request: Any) -> Any:
            __tracebackhide__ = True
            scope = self._find()
            if scope is None:
                return await original(handler, request)
            serving = _begin(scope)
            token = current_serving.set(serving)
            response = None
            try:
                response = await original(handler, request)
                return response
            except BaseException as error:
                serving.exception = error
                raise
            finally:
                current_serving.reset(token)
                self._served(serving, request, response)

        return get_response_async

    def _served(self, serving: Serving, request: Any, response: Any) -> None:
        """Write what was seen; whatever goes wrong in looking is written too, and never reaches the test."""
        from django.conf import settings

        milliseconds = round((time.perf_counter() - serving.began) * 1000, 3)
        recorder = serving.scope.recorder
        try:
            self._secrets.look(settings)
            observing.hide_secrets(request, response, self._redactor)
            failure = recorder.explain(serving.exception) if serving.exception is not None else None
            event = RequestServed(
                at=time.time(),
                test=serving.scope.test,
                step=serving.step,
                request=serving.number,
                parent=serving.parent.number if serving.parent is not None else 0,
                milliseconds=milliseconds,
                failure=failure,
                check=checking.get(),
                templates=tuple(serving.templates),
                queries=serving.told_queries(),
                **observing.facts_of_request(request, self._redactor),
                **observing.facts_of_response(response, serving),
            )
            recorder.write(event)
        except Exception as error:
            recorder.write(
                Noted(
                    test=serving.scope.test,
                    step=serving.step,
                    topic="trace",
                    title=f"a request could not be described: {type(error).__name__}: {error}",
                )
            )


def _begin(scope: TestScope) -> Serving:
    scope.requests += 1
    return Serving(scope=scope, number=scope.requests, step=scope.step, parent=serving_of(scope))


def _timed(original: Callable[..., Any]) -> Callable[..., Any]:
    """Time a cursor's innermost call, which every query that is really run comes to."""

    def run(cursor: Any, sql: Any, *arguments: Any) -> Any:
        __tracebackhide__ = True
        serving = current_serving.get()
        if serving is None:
            return original(cursor, sql, *arguments)
        began = time.perf_counter()
        try:
            return original(cursor, sql, *arguments)
        finally:
            serving.queries.append((cursor.db.alias, sql, time.perf_counter() - began))

    return run


def _rendered(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Note a template's name, and keep the outermost contexts till the request ends."""

    def render(template: Any, context: Any) -> Any:
        __tracebackhide__ = True
        serving = current_serving.get()
        if serving is None:
            return original(template, context)
        observing.note_template(serving, template.name)
        if serving.rendering == 0:
            observing.note_context(serving, context.dicts)
        serving.rendering += 1
        try:
            return original(template, context)
        finally:
            serving.rendering -= 1

    return render


def _rendered_by_jinja2(original: Callable[..., Any]) -> Callable[..., Any]:
    def render(template: Any, context: Any = None, request: Any = None) -> Any:
        __tracebackhide__ = True
        serving = current_serving.get()
        if serving is not None:
            observing.note_template(serving, template.template.name)
            if isinstance(context, dict):
                observing.note_context(serving, [context])
        return original(template, context=context, request=request)

    return render


def _loaded_by_jinja2(original: Callable[..., Any]) -> Callable[..., Any]:
    """Note what a template extends or includes: Jinja2 asks for it while it renders."""

    def get_template(environment: Any, name: Any, *arguments: Any, **keywords: Any) -> Any:
        serving = current_serving.get()
        found = original(environment, name, *arguments, **keywords)
        if serving is not None:
            observing.note_template(serving, found.name)
        return found

    return get_template


def _raised(sender: Any, request: Any = None, **facts: Any) -> None:
    serving = current_serving.get()
    if serving is not None:
        serving.exception = sys.exc_info()[1]
