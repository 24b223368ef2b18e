"""Records each mail that the site sends, with the request and step that caused it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.urls import get_resolver, get_urlconf

from django_journey._trace.hooks.active_request import active_request_of
from django_journey._trace.hooks.mail_parts import (
    URL,
    attachment_name,
    text_and_html,
    without_punctuation,
)
from django_journey._trace.hooks.request_facts import hide_arguments
from django_journey._trace.record.events import MailSent
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.safe_values import plain_text, variables
from django_journey._trace.secrets.redactor import Redactor
from django_journey._trace.secrets.shapes import codes_in, is_random, tokens_in

__all__ = ["MailHooks"]

_MOST_LINKS = 20

_sending: ContextVar[bool] = ContextVar("django_journey_sending", default=False)


class MailHooks:
    """Wraps the two ways to send a mail: ``EmailMessage.send``, and a backend's ``send_messages``.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        redactor: Is given the tokens in the mails' links.
        dropped: Counts what could not be recorded.
    """

    def __init__(
        self, find: Callable[[], TestScope | None], redactor: Redactor, dropped: DroppedEvents
    ) -> None:
        self.dropped = dropped
        self._find = find
        self._redactor = redactor

    def install(self, patches: Patches) -> None:
        """Wrap them."""
        patches.wrap(EmailMessage, "send", self._send)
        patches.wrap(EmailBackend, "send_messages", self._send_messages)

    def _send(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap ``EmailMessage.send``; a mail that raised or has no recipients was not sent."""

        def send(message: Any, *arguments: Any, **keywords: Any) -> Any:
            __tracebackhide__ = True
            token = _sending.set(True)
            try:
                sent = original(message, *arguments, **keywords)
            finally:
                _sending.reset(token)
            if type(sent) is not int or sent:
                self._seen(message)
            return sent

        return send

    def _send_messages(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap the in-memory backend, which is given several mails at once without ``send``."""

        def send_messages(backend: Any, messages: Any) -> Any:
            __tracebackhide__ = True
            if _sending.get():
                return original(backend, messages)
            if type(messages) not in (list, tuple):
                messages = list(messages)  # read once only
            sent = original(backend, messages)
            for message in messages:
                self._seen(message)
            return sent

        return send_messages

    @guarded
    def _seen(self, message: Any) -> None:
        scope = self._find()
        if scope is None:
            return
        active = active_request_of(scope)
        mail = variables(message)
        subtype = mail.get("content_subtype", type(message).content_subtype)
        text, html = text_and_html(mail.get("body", ""), subtype, mail.get("alternatives") or (), plain_text)
        subject = plain_text(mail.get("subject", ""))
        self._hide_tokens(f"{subject}\n{text}\n{html}")
        scope.recorder.write(
            MailSent(
                test=scope.test,
                step=scope.step,
                request=active.number if active is not None else 0,
                subject=subject,
                sender=plain_text(mail.get("from_email", "")),
                to=_addresses(mail.get("to")),
                cc=_addresses(mail.get("cc")),
                bcc=_addresses(mail.get("bcc")),
                text=text,
                html=html,
                attachments=tuple(
                    attachment_name(item, plain_text) for item in mail.get("attachments") or ()
                ),
            )
        )

    def _hide_tokens(self, text: str) -> None:
        """Hide what grants access: one-time codes, and values in links that are random or have a secret's name."""
        for code in codes_in(text):
            self._redactor.hide(code, sure=True)
        for url in list(dict.fromkeys(URL.findall(unescape(text))))[:_MOST_LINKS]:
            try:
                parts = urlsplit(without_punctuation(url))
            except ValueError:
                continue
            hide_arguments(url_arguments(parts.path), self._redactor)
            for value in tokens_in(parts.path):
                self._redactor.hide(value)
            for name, value in parse_qsl(parts.query):
                if is_random(value) or self._redactor.is_secret(name, value):
                    self._redactor.hide(value)


def url_arguments(path: str) -> dict[str, str]:
    """Return the arguments of a path without calling converters, which could run a query."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    if isinstance(urlconf, str) and urlconf not in sys.modules:
        return {}  # only the site itself imports it
    return _arguments(get_resolver(urlconf), path.removeprefix("/")) or {}


def _arguments(resolver: Any, path: str) -> dict[str, str] | None:
    for entry in resolver.url_patterns:
        match = entry.pattern.regex.search(path)
        if match is None:
            continue
        found = _arguments(entry, path[match.end() :]) if hasattr(entry, "url_patterns") else {}
        if found is not None:
            return {**match.groupdict(), **found}
    return None


def _addresses(given: Any) -> tuple[str, ...]:
    return tuple(plain_text(address) for address in given) if type(given) in (list, tuple) else ()
