"""The files that a page links: static files by Django's finders, media by the default storage."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.utils.http import http_date

from django_journey._drivers.base import DriverResponse

__all__ = ["media_response", "static_response"]


def static_response(path: str) -> DriverResponse | None:
    """Return the static file behind a URL's path, or ``None`` where there is none.

    Args:
        path: The path as it stands in the URL, percent-encoded.
    """
    name = _below(path, settings.STATIC_URL)
    if name is None:
        return None
    found = _find(name)
    if found is None:
        return None
    # With a date the browser caches the file between the pages of a story (RFC 9111, section 4.2.2).
    dated = ("Last-Modified", http_date(found.stat().st_mtime))
    return _file_response(name, found.read_bytes(), dated)


def media_response(path: str) -> DriverResponse | None:
    """Return the uploaded file behind a URL's path, or ``None`` where there is none."""
    name = _below(path, settings.MEDIA_URL)
    if name is None:
        return None
    try:
        with default_storage.open(name) as stored:
            return _file_response(name, stored.read())
    except (OSError, SuspiciousOperation, NotImplementedError):
        return None


def _below(path: str, prefix: str | None) -> str | None:
    root = urlsplit(prefix or "").path
    if len(root) < 2 or not path.startswith(root):  # "/" would take every page for a file
        return None
    return unquote(path[len(root) :]) or None


def _find(name: str) -> Path | None:
    if apps.is_installed("django.contrib.staticfiles"):
        from django.contrib.staticfiles import finders

        try:
            found = finders.find(name)
        except SuspiciousOperation:
            return None
        if found:
            return Path(found)
    if settings.STATIC_ROOT:
        # A manifest storage links names with a hash in them, which only the collected files have.
        root = Path(settings.STATIC_ROOT).resolve()
        collected = (root / name).resolve()
        if collected.is_relative_to(root) and collected.is_file():
            return collected
    return None


def _file_response(name: str, content: bytes, *more: tuple[str, str]) -> DriverResponse:
    kind, encoding = mimetypes.guess_type(name)
    headers = [
        ("Content-Type", kind or "application/octet-stream"),
        ("Content-Length", str(len(content))),
        *more,
    ]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    return DriverResponse(200, tuple(headers), content, "OK")
