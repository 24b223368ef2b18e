"""Notes each mail that leaves the site, with what caused it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextvars import ContextVar
from email.message import Message
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.urls import get_resolver, get_urlconf

from django_journey.trace.events import MailSent
from django_journey.trace.harmless import Losses, harmless
from django_journey.trace.observing import hide_arguments
from django_journey.trace.own_values import is_a, plain_text, variables
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
        losses: Counts what could not be recorded.
    """

    def __init__(self, find: Callable[[], TestScope | None], redactor: Redactor, losses: Losses) -> None:
        self.losses = losses
        self._find = find
        self._redactor = redactor

    def send(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap ``EmailMessage.send``: a mail that raised or that nobody gets was not sent."""

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

    def send_messages(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap the in-memory backend, which several mails at once are handed to without their ``send``."""

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

    @harmless
    def _seen(self, message: Any) -> None:
        scope = self._find()
        if scope is None:
            return
        serving = serving_of(scope)
        mail = variables(message)
        text, html = _parts(message, mail)
        subject = plain_text(mail.get("subject", ""))
        self._hide_tokens(f"{subject}\n{text}\n{html}")
        scope.recorder.write(
            MailSent(
                test=scope.test,
                step=scope.step,
                request=serving.number if serving is not None else 0,
                subject=subject,
                sender=plain_text(mail.get("from_email", "")),
                to=_addresses(mail.get("to")),
                cc=_addresses(mail.get("cc")),
                bcc=_addresses(mail.get("bcc")),
                text=text,
                html=html,
                attachments=tuple(_attachment(item) for item in mail.get("attachments") or ()),
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
            hide_arguments(arguments_of(parts.path), self._redactor)
            for value in tokens_in(parts.path):
                self._redactor.hide(value)
            for name, value in parse_qsl(parts.query):
                if is_random(value) or self._redactor.is_secret(name, value):
                    self._redactor.hide(value)


def arguments_of(path: str) -> dict[str, str]:
    """Return a path's arguments as the site's routes are written; no converter is called, which could run a query."""
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
    return tuple(plain_text(address) for address in given) if type(given) in (list, tuple) else ()


def _parts(message: Any, mail: dict[str, Any]) -> tuple[str, str]:
    body = plain_text(mail.get("body", ""))
    other = {plain_text(item[1]): _decoded(item[0]) for item in mail.get("alternatives") or ()}
    if mail.get("content_subtype", type(message).content_subtype) == "html":
        return other.get("text/plain", ""), body
    return body, other.get("text/html", "")


def _decoded(content: Any) -> str:
    return content.decode("utf-8", "replace") if type(content) is bytes else plain_text(content)


def _attachment(item: Any) -> str:
    if is_a(item, (tuple, list)):
        return plain_text(item[0] or "")
    return plain_text(item.get_filename() or "") if is_a(item, Message) else ""
