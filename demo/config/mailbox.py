"""Mail in development: a backend that stores every mail in a file, and pages that show them."""

from __future__ import annotations

import email
import time
from email import policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


class MailboxBackend(BaseEmailBackend):
    """Writes each mail into a file of ``MAIL_DIR``; the names of the files sort by time."""

    def send_messages(self, messages) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            (folder / f"{time.time_ns()}.eml").write_bytes(message.message().as_bytes())
        return len(messages)


def mail_list(request: HttpRequest) -> HttpResponse:
    """Every mail that the site sent, newest first."""
    files = sorted(_folder().glob("*.eml"), reverse=True)
    return render(request, "mail_list.html", {"mails": [(file.stem, _read(file)) for file in files[:100]]})


def mail_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One mail, as text and as HTML."""
    file = _folder() / f"{number}.eml"
    if not file.is_file():
        raise Http404
    mail = _read(file)
    parts = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    context = {kind: part.get_content() if part else "" for kind, part in parts.items()}
    return render(request, "mail_detail.html", {"mail": mail, **context})


def _folder() -> Path:
    """Return the folder of the mails, or 404 on a site that is not in development."""
    if not settings.DEBUG:
        raise Http404
    return Path(settings.MAIL_DIR)


def _read(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=policy.default)


urlpatterns = [
    path("", mail_list, name="mail-list"),
    path("<int:number>/", mail_detail, name="mail-detail"),
]
