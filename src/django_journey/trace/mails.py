"""Notes each mail that leaves the site, with what caused it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextvars import ContextVar
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django_journey.trace import observing
from django_journey.trace.events import MailSent, Noted
from django_journey.trace.recorder import TestScope
from django_journey.trace.redact import Redactor
from django_journey.trace.secret_shapes import codes_in, is_random, tokens_in
from django_journey.trace.serving import serving_of

__all__ = ["Watch"]

_URL = re.compile(r"https?://[^\s<>\"']+")
_MOST_LINKS = 20

_sending: ContextVar[bool] = ContextVar("django_journey_sending", default=False)


class Watch:
    """Wraps the two ways that a mail leaves by: its own ``send``, and a backend's ``send_messages``.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        redactor: Is told the tokens in the mails' links.
    """

    def __init__(self, find: Callable[[], TestScope | None], redactor: Redactor) -> None:
        self._find = find
        self._redactor = redactor

    def send(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap ``EmailMessage.send``: a mail that raised or that nobody gets was not sent."""

        def send(message: Any, *arguments: Any, **keywords: Any) -> Any:
            token = _sending.set(True)
            try:
                sent = original(message, *arguments, **keywords)
            finally:
                _sending.reset(token)
            if sent != 0:
                self._seen(message)
            return sent

        return send

    def send_messages(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap the in-memory backend, which several mails at once are handed to without their ``send``."""

        def send_messages(backend: Any, messages: Any) -> Any:
            if _sending.get():
                return original(backend, messages)
            several = list(messages)
            sent = original(backend, several)
            for message in several:
                self._seen(message)
            return sent

        return send_messages

    def _seen(self, message: Any) -> None:
        """Write the mail; whatever goes wrong in that is written too, and never reaches the test."""
        scope = self._find()
        if scope is None:
            return
        try:
            self._note(scope, message)
        except Exception as error:
            title = f"a mail could not be described: {type(error).__name__}: {error}"
            scope.recorder.write(Noted(test=scope.test, step=scope.step, topic="trace", title=title))

    def _note(self, scope: TestScope, message: Any) -> None:
        serving = serving_of(scope)
        text, html = _parts(message)
        self._hide_tokens(f"{message.subject}\n{text}\n{html}")
        scope.recorder.write(
            MailSent(
                test=scope.test,
                step=scope.step,
                request=serving.number if serving is not None else 0,
                subject=str(message.subject),
                sender=str(message.from_email),
                to=_addresses(message.to),
                cc=_addresses(message.cc),
                bcc=_addresses(message.bcc),
                text=text,
                html=html,
                attachments=tuple(_attachment(item) for item in message.attachments),
            )
        )

    def _hide_tokens(self, text: str) -> None:
        """Hide what lets somebody in: codes, and what stands in links under a secret's name or was drawn by chance."""
        for code in codes_in(text):
            self._redactor.hide(code, sure=True)
        for url in list(dict.fromkeys(_URL.findall(unescape(text))))[:_MOST_LINKS]:
            try:
                parts = urlsplit(url.rstrip(".,;:!?)"))
            except ValueError:
                continue
            observing.hide_arguments(arguments_of(parts.path), self._redactor)
            for value in tokens_in(parts.path):
                self._redactor.hide(value)
            for name, value in parse_qsl(parts.query):
                if is_random(value) or self._redactor.is_secret(name, value):
                    self._redactor.hide(value)


def arguments_of(path: str) -> dict[str, str]:
    """Return a path's arguments as the site's routes are written; no converter is called, which could run a query."""
    from django.conf import settings
    from django.urls import get_resolver, get_urlconf

    urlconf = get_urlconf() or settings.ROOT_URLCONF
    if isinstance(urlconf, str) and urlconf not in sys.modules:
        return {}  # to import it is the site's business
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
    return tuple(str(address) for address in given or ())


def _parts(message: Any) -> tuple[str, str]:
    body = str(message.body)
    other = {
        alternative[1]: alternative[0].decode("utf-8", "replace")
        if isinstance(alternative[0], bytes)
        else str(alternative[0])
        for alternative in getattr(message, "alternatives", None) or ()
    }
    if message.content_subtype == "html":
        return other.get("text/plain", ""), body
    return body, other.get("text/html", "")


def _attachment(item: Any) -> str:
    if isinstance(item, (tuple, list)):
        return str(item[0] or "")
    return str(item.get_filename() or "") if hasattr(item, "get_filename") else ""
