"""What passes between the site and an outside service, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from django_journey.errors import Explanation, WorldError

__all__ = ["Asked", "Call", "Mode", "Reply", "Uploaded", "reply_of"]

Mode = Literal["fake", "live", "record", "replay"]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file of a multipart request: its name, the content type that the client sent, its bytes."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Asked:
    """What the site asked of the service, as it came over the wire.

    Args:
        method: The HTTP method, in upper case.
        url: The absolute URL, in the service's own name.
        headers: Name and value pairs in order.
        body: The bytes of the body.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str, default: str = "") -> str:
        """Return the first header of that name, in any letter case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)

    @property
    def path(self) -> str:
        """The URL's path."""
        return urlsplit(self.url).path

    @cached_property
    def query(self) -> dict[str, str]:
        """The URL's arguments; of several with one name the last."""
        return {name: values[-1] for name, values in self._query_lists.items()}

    @property
    def _query_lists(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @cached_property
    def json(self) -> Any:
        """The body read as JSON; raises ``ValueError`` where it is none."""
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """The fields of an urlencoded or multipart body; of several with one name the last."""
        return self._form[0]

    @property
    def files(self) -> dict[str, Uploaded]:
        """The files of a multipart body, by field name."""
        return self._form[1]

    @cached_property
    def _form(self) -> tuple[dict[str, str], dict[str, Uploaded]]:
        kind = self.header("content-type").partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            fields = parse_qs(self.text, keep_blank_values=True)
            return {name: values[-1] for name, values in fields.items()}, {}
        return _multipart(self) if kind == "multipart/form-data" else ({}, {})


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service answers.

    Args:
        status: The HTTP status code.
        body: The bytes of the body.
        headers: Name and value pairs in order, without lengths and connection handling.
    """

    status: int = 200
    body: bytes = b""
    headers: Headers = ()

    def header(self, name: str, default: str = "") -> str:
        """Return the first header of that name, in any letter case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)

    @property
    def content_type(self) -> str:
        """The media type, without parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body read as JSON; raises ``ValueError`` where it is none."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the service, after it was answered.

    Args:
        operation: The name of the operation that fits, or an empty string.
        method: The HTTP method.
        url: The URL, secrets removed.
        status: The status that was answered, or 0 where none was.
        milliseconds: How long the answer took.
        mode: How it was answered.
        fault: What was done to it on demand, e.g. ``time-out``.
        problem: What is wrong with it, for the report.
        asked: The whole request, secrets included: for a test's assertions, never for the trace.
        reply: The whole answer, or ``None`` where none was given.
    """

    operation: str
    method: str
    url: str
    status: int
    milliseconds: float
    mode: Mode
    fault: str = ""
    problem: str = ""
    asked: Asked = field(default_factory=lambda: Asked("GET", ""), repr=False)
    reply: Reply | None = field(default=None, repr=False)


def reply_of(value: Any) -> Reply:
    """Read what a fake's function returns.

    Args:
        value: A ``Reply``; a body; a status; ``(status, body)`` or ``(status, body, headers)``. A body is
            ``bytes``, text, or anything that JSON can write; ``None`` is 204 without a body.

    Raises:
        WorldError: It is none of these.
    """
    if isinstance(value, Reply):
        return value
    status, body, headers = 200, value, {}
    if isinstance(value, tuple):
        if not 2 <= len(value) <= 3 or not isinstance(value[0], int):
            raise _not_a_reply(value)
        status, body, headers = (*value, {}) if len(value) == 2 else value
    elif isinstance(value, int) and not isinstance(value, bool):
        status, body = value, b""
    elif value is None:
        status, body = 204, b""
    content, kind = _encoded(body)
    given = {name.lower() for name in headers} if isinstance(headers, Mapping) else set()
    own = (("Content-Type", kind),) if kind and "content-type" not in given else ()
    return Reply(status, content, (*own, *((name, str(text)) for name, text in dict(headers).items())))


def _encoded(body: Any) -> tuple[bytes, str]:
    if body is None:
        return b"", ""
    if isinstance(body, bytes | bytearray):
        return bytes(body), "application/octet-stream" if body else ""
    if isinstance(body, str):
        return body.encode(), "text/plain; charset=utf-8"
    try:
        return json.dumps(body).encode(), "application/json"
    except TypeError as error:
        raise _not_a_reply(body) from error


def _not_a_reply(value: Any) -> WorldError:
    return WorldError(
        Explanation(
            f"a service's function returned {value!r}, which is no answer",
            instead='return 201, {"id": "ch_1"}    # a status and what JSON can write\n'
            'return {"id": "ch_1"}         # status 200\n'
            'return 429, b"", {"Retry-After": "30"}',
        )
    )


def _multipart(asked: Asked) -> tuple[dict[str, str], dict[str, Uploaded]]:
    """Read a multipart body with Django's own parser, everything in memory."""
    from io import BytesIO

    from django.core.files.uploadhandler import MemoryFileUploadHandler
    from django.http.multipartparser import MultiPartParser

    class InMemory(MemoryFileUploadHandler):
        """Takes files of any size."""

        def handle_raw_input(self, *args: Any, **options: Any) -> None:
            self.activated = True

    meta = {"CONTENT_TYPE": asked.header("content-type"), "CONTENT_LENGTH": str(len(asked.body))}
    fields, found = MultiPartParser(meta, BytesIO(asked.body), [InMemory()], "utf-8").parse()
    files: dict[str, Any] = dict(found.items())
    return (
        {name: str(fields[name]) for name in fields},
        {name: Uploaded(str(file.name), str(file.content_type), file.read()) for name, file in files.items()},
    )
