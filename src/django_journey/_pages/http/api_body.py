"""The body of an API request: JSON, bytes, a form, or a form with files."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django_journey._dom.forms.body_encoding import FormEntry, multipart, urlencoded
from django_journey._dom.tree.document import Upload
from django_journey.errors import Error

__all__ = ["body_of", "text_of"]


def body_of(
    data: Any, form: Mapping[str, Any] | None, parts: Mapping[str, Any] | None, headers: Mapping[str, str]
) -> tuple[bytes, str]:
    """Return the body of a request and its content type; both empty where there is no body.

    Args:
        data: Bytes or text as they are, or anything else as JSON.
        form: Fields to be URL-encoded.
        parts: Fields and files to be sent as ``multipart/form-data``.
        headers: The headers, names in lower case; with a JSON content type, a text is sent as a JSON string.
    """
    if form is not None:
        entries = [FormEntry(name, text_of(value)) for name, value in form.items()]
        return urlencoded(entries).encode("ascii"), "application/x-www-form-urlencoded"
    if parts is not None:
        kind, body = multipart([FormEntry(name, _part(value)) for name, value in parts.items()])
        return body, kind
    if data is None:
        return b"", ""
    if isinstance(data, bytes):
        return data, "application/octet-stream"
    if isinstance(data, str):
        if "json" in headers.get("content-type", "") and not _is_json(data):
            return _json(data), "application/json"
        return data.encode("utf-8"), "application/octet-stream"
    return _json(data), "application/json"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def text_of(value: Any) -> str:
    """Return a value as Playwright sends it in a query or form."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _part(value: Any) -> str | Upload:
    if isinstance(value, Mapping):
        return Upload(str(value["name"]), str(value.get("mimeType") or ""), bytes(value["buffer"]))
    if isinstance(value, Path) or hasattr(value, "read"):
        name = Path(getattr(value, "name", None) or value).name
        content = value.read_bytes() if isinstance(value, Path) else value.read()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Upload(name, kind, content if isinstance(content, bytes) else content.encode("utf-8"))
    return text_of(value)


def _json(data: Any) -> bytes:
    """Return JSON as ``JSON.stringify`` writes it: without white space and without ASCII escapes."""
    try:
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    except TypeError as error:
        raise Error(f"Unexpected 'data' type: {error}") from error
