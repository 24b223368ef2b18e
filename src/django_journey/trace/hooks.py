"""Watches what Django does for the current test, where everything passes: handler, cursor, templates, mail.

Every request of every client comes through ``BaseHandler.get_response`` or its async twin: Django's own
client, REST framework's, WebTest, a live server, this library's. The hooks only look: they change no
outcome, run no query and none of the test's code, raise nothing, and keep no view, context, exception or
response beyond the request. What is left to see of them is one frame each in a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from contextvars import Token
from typing import Any

from django.conf import settings
from django.core.handlers import exception
from django.core.handlers.base import BaseHandler
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db.backends.utils import CursorWrapper
from django.template.base import Template

from django_journey.trace import mails, observing
from django_journey.trace.by_hand import ByHand, checking
from django_journey.trace.form_errors import note_form_errors
from django_journey.trace.harmless import Losses, harmless
from django_journey.trace.own_values import is_a
from django_journey.trace.patches import Patches
from django_journey.trace.pitfalls import count_executed_hooks
from django_journey.trace.real import real
from django_journey.trace.recorder import TestScope
from django_journey.trace.redact import Redactor
from django_journey.trace.secret_settings import SettingsSecrets
from django_journey.trace.serving import Serving, current_serving, serving_of
from django_journey.trace.statements import WRITING, rows_written, summed_up_plain

__all__ = ["Hooks"]


class Hooks:
    """What is hooked into Django while a run is traced.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        redactor: Is told the secrets that requests carry.
        secrets: Looks for those among the settings, which a test may override.
        write: Writes a request from its facts.
        losses: Counts what could not be recorded.
    """

    def __init__(
        self,
        find: Callable[[], TestScope | None],
        redactor: Redactor,
        secrets: SettingsSecrets,
        write: Callable[[dict[str, Any]], None],
        losses: Losses,
    ) -> None:
        self.losses = losses
        self._find = find
        self._write = write
        self._redactor = redactor
        self._secrets = secrets
        self._patches = Patches()
        self._mails = mails.Watch(find, redactor, losses)
        self._by_hand = ByHand(find, losses)

    def install(self) -> None:
        """Hook in; what is hooked already stays, so it may be called before each test."""
        self._patches.wrap(BaseHandler, "get_response", self._get_response)
        self._patches.wrap(BaseHandler, "get_response_async", self._get_response_async)
        # Where every exception that becomes a 500 passes; a receiver of the signal would be seen in its list.
        self._patches.wrap(exception, "handle_uncaught_exception", _uncaught)
        self._patches.wrap(CursorWrapper, "_execute", self._timed)
        self._patches.wrap(CursorWrapper, "_executemany", self._timed)
        # Django's test environment puts its own method here, and takes it away again.
        self._patches.wrap(Template, "_render", self._rendered)
        if "django.template.backends.jinja2" in sys.modules:
            self._install_jinja2()
        self._patches.wrap(EmailMessage, "send", self._mails.send)
        self._patches.wrap(EmailBackend, "send_messages", self._mails.send_messages)
        if "django.test" in sys.modules:
            self._by_hand.install(self._patches)
            count_executed_hooks(self._patches)

    def remove(self) -> None:
        """Take everything out again."""
        self._patches.remove()

    def _install_jinja2(self) -> None:
        import jinja2
        from django.template.backends.jinja2 import Template

        self._patches.wrap(Template, "render", self._rendered_by_jinja2)
        self._patches.wrap(jinja2.Environment, "get_template", _loaded_by_jinja2)

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

    @harmless
    def _begin(self) -> tuple[Serving, Token[Serving | None]] | None:
        scope = self._find()
        if scope is None:
            return None
        parent = serving_of(scope)
        scope.requests += 1
        serving = Serving(scope, scope.requests, scope.step, parent.number if parent is not None else 0)
        return serving, current_serving.set(serving)

    @harmless
    def _served(self, begun: tuple[Serving, Token[Serving | None]], request: Any, response: Any) -> None:
        """Write what was seen."""
        serving, token = begun
        milliseconds = round((real.perf_counter() - serving.began) * 1000, 3)
        error, serving.exception = serving.exception, None  # whose traceback holds this request again
        current_serving.reset(token)
        scope = serving.scope
        self._secrets.look(settings)
        observing.hide_secrets(request, response, self._redactor)
        facts: dict[str, Any] = {
            "at": real.now(),
            "test": scope.test,
            "request": serving.number,
            "milliseconds": milliseconds,
            "check": checking.get(),
            **observing.facts_of_request(request, self._redactor),
            **observing.facts_of_response(response, serving),
        }
        if serving.step:
            facts["step"] = serving.step
        if serving.parent:
            facts["parent"] = serving.parent
        if serving.templates:
            facts["templates"] = [name for name in serving.templates if not name.startswith("django/forms/")]
        if serving.queries:
            facts["queries"] = summed_up_plain(serving.queries)
        if serving.writes:
            who = f"{facts['method']} {facts['url']}"
            scope.wrote.extend((who, *write) for write in serving.writes)
        if error is not None:
            facts["failure"] = scope.recorder.explain(error)
        self._write(facts)

    def _timed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Time a cursor's innermost call, which every query that is really run comes to."""
        clock, serving_now, note = real.perf_counter, current_serving.get, self._note_statement
        count = self._count_rows

        def run(cursor: Any, sql: Any, *arguments: Any) -> Any:
            __tracebackhide__ = True
            began = clock()
            ok = False
            try:
                done = original(cursor, sql, *arguments)
                ok = True
                return done
            finally:
                seconds = clock() - began
                serving = serving_now()
                if serving is not None:
                    serving.queries.append((cursor.db.alias, sql, seconds))
                    if type(sql) is str and sql.startswith(WRITING):
                        serving.writes.append((sql, arguments[0] if arguments else None))
                else:
                    note(cursor, sql, seconds, arguments)
                if ok:
                    count(cursor, sql)

        return run

    @harmless
    def _note_statement(self, cursor: Any, sql: Any, seconds: float, arguments: tuple[Any, ...]) -> None:
        scope = self._find()
        if scope is not None and scope.test:
            scope.ran((cursor.db.alias, sql, seconds))
            if type(sql) is str and sql.startswith(WRITING):
                scope.wrote.append(("SQL outside of requests", sql, arguments[0] if arguments else None))

    @harmless
    def _count_rows(self, cursor: Any, sql: Any) -> None:
        rows = rows_written(sql, cursor.cursor)
        if rows and (scope := self._find()) is not None:
            scope.rows += rows

    def _rendered(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """Note a template's name, and at the end of the outermost one the errors of its forms."""

        def render(template: Any, context: Any) -> Any:
            __tracebackhide__ = True
            serving = current_serving.get()
            if serving is None:
                return original(template, context)
            _note_template(serving, template)
            serving.rendering += 1
            try:
                return original(template, context)
            finally:
                serving.rendering -= 1
                if serving.rendering == 0:
                    self._note_form_errors(serving, context.dicts)

        return render

    @harmless
    def _note_form_errors(self, serving: Serving, layers: Any) -> None:
        note_form_errors(serving, layers)

    def _rendered_by_jinja2(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def render(template: Any, context: Any = None, request: Any = None) -> Any:
            __tracebackhide__ = True
            serving = current_serving.get()
            if serving is None:
                return original(template, context=context, request=request)
            _note_template(serving, template.template)
            try:
                return original(template, context=context, request=request)
            finally:
                self._note_form_errors(serving, [context])

        return render


def _note_template(serving: Serving, template: Any) -> None:
    if is_a(template.name, str):
        serving.templates[template.name] = None


def _loaded_by_jinja2(original: Callable[..., Any]) -> Callable[..., Any]:
    """Note what a template extends or includes: Jinja2 asks for it while it renders."""

    def get_template(environment: Any, name: Any, *arguments: Any, **keywords: Any) -> Any:
        serving = current_serving.get()
        found = original(environment, name, *arguments, **keywords)
        if serving is not None:
            _note_template(serving, found)
        return found

    return get_template


def _uncaught(original: Callable[..., Any]) -> Callable[..., Any]:
    def handle_uncaught_exception(request: Any, resolver: Any, exc_info: Any) -> Any:
        __tracebackhide__ = True
        serving = current_serving.get()
        if serving is not None:
            serving.exception = exc_info[1]
        return original(request, resolver, exc_info)

    return handle_uncaught_exception
