"""The data of a form that no page shows, as ``actor.post`` takes it and as it is sent."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django_journey._dom.forms.body_encoding import FormEntry, multipart, urlencoded
from django_journey._dom.tree.document import Upload

__all__ = ["FormData", "form_data"]


@dataclass(frozen=True, slots=True)
class FormData:
    """The entries of a form, in order."""

    entries: tuple[FormEntry, ...]

    @property
    def has_files(self) -> bool:
        """Whether one of them is a file."""
        return any(isinstance(entry.value, Upload) for entry in self.entries)

    def encoded(self) -> tuple[str, bytes]:
        """Return the content type and the body."""
        if self.has_files:
            return multipart(self.entries)
        return "application/x-www-form-urlencoded", urlencoded(self.entries).encode()

    def plain(self) -> list[list[str]]:
        """Return the entries for a script: the name and the text, or the file's name, type and base64."""
        return [
            [entry.name, value]
            if isinstance(value := entry.value, str)
            else [entry.name, value.name, value.mime_type, base64.b64encode(value.content).decode()]
            for entry in self.entries
        ]


def form_data(data: Mapping[str, Any], *more: FormEntry) -> FormData:
    """Return the entries of a mapping, as Django's test client sends it.

    Args:
        data: Values by name: texts, numbers, files, lists of them.
        more: Entries that are sent as well.
    """
    entries = [
        FormEntry(name, _value(item))
        for name, value in data.items()
        for item in (value if isinstance(value, (list, tuple)) else [value])
    ]
    return FormData((*entries, *more))


def _value(value: Any) -> str | Upload:
    if isinstance(value, Path):
        return Upload(value.name, _type_of(value.name), value.read_bytes())
    if isinstance(value, Mapping):
        return Upload(value["name"], value.get("mimeType") or _type_of(value["name"]), value["buffer"])
    if callable(read := getattr(value, "read", None)):
        name = Path(str(getattr(value, "name", "") or "file")).name
        content = read()
        kind = getattr(value, "content_type", "") or _type_of(name)
        return Upload(name, kind, content.encode() if isinstance(content, str) else content)
    return value.decode() if isinstance(value, bytes) else str(value)


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
