"""The events of a trace, written while tests run and read by the report.

An event is one JSON object on a line of its own. ``SCHEMA`` is increased when older readers would misread
the new format; a new field with a default does not change it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from sys import intern
from typing import Any, ClassVar, Literal, TypeVar, get_args

from django_journey._trace.record.field_types import check_types

__all__ = [
    "EVENT_TYPES",
    "SCHEMA",
    "Details",
    "Event",
    "Failure",
    "MailSent",
    "Noted",
    "Outcome",
    "QueryDetails",
    "QueryShape",
    "QuerySummary",
    "RequestServed",
    "RunFinished",
    "RunStarted",
    "StepFinished",
    "StepStarted",
    "StoredSnapshot",
    "TestFinished",
    "TestStarted",
    "from_json",
]

SCHEMA = 2

Outcome = Literal["passed", "failed", "error", "skipped", "xfailed", "xpassed"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test, a step or a request failed, in the four parts of the library's messages.

    Args:
        type: The exception's class, dotted.
        message: The whole message.
        sought: What was looked for or attempted.
        where: Where it was looked for.
        nearest: What came closest, best first.
        instead: What to write instead.
        traceback: The formatted traceback, without frames of this library.
        template: The template's name and line that it came from, and the lines around it.
    """

    type: str
    message: str
    sought: str = ""
    where: str = ""
    nearest: tuple[str, ...] = ()
    instead: str = ""
    traceback: str = ""
    template: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """The keys of a page snapshot that was taken at the end of a step.

    Args:
        url: The page's URL.
        title: The page's title.
        page: The key of the stored HTML (``pages/<key>.html`` beside the trace), style sheets inlined.
        screenshot: The key of a stored picture (``pictures/<key>.png``), under the browser driver.
    """

    url: str
    title: str = ""
    page: str = ""
    screenshot: str = ""


@dataclass(frozen=True, slots=True)
class QueryShape:
    """Queries that differ only in their values, and the time they took together (milliseconds)."""

    sql: str
    count: int
    milliseconds: float
    alias: str = "default"


@dataclass(frozen=True, slots=True)
class QueryDetails:
    """The lines of the project that ran queries of one shape, and the values of the first of them, secrets masked."""

    sql: str
    alias: str = "default"
    places: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuerySummary:
    """The SQL of a request, a step or a test: how many, the milliseconds, and the shapes, most frequent first."""

    count: int = 0
    milliseconds: float = 0.0
    shapes: tuple[QueryShape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events share: when they happened (seconds since the epoch) and the test they belong to."""

    kind: ClassVar[str] = ""
    at: float = 0.0
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(Event):
    """A process began to write; the first line of each file."""

    kind: ClassVar[str] = "run-started"
    run: str
    schema: int = SCHEMA
    process: int = 0
    worker: str = ""
    runner: str = ""
    python: str = ""
    django: str = ""
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestStarted(Event):
    """A test began.

    Args:
        name: The name that its runner takes to run it alone.
        title: The first line of its docstring, if it has one.
        file: Its file, relative to where the run was started.
        story: Whether it opened a journey (``TestFinished`` has the final value).
    """

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "test-started"
    name: str
    title: str = ""
    file: str = ""
    line: int = 0
    story: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFinished(Event):
    """A test ended; ``queries`` counts its SQL outside of requests and steps, ``rows`` what all of its SQL wrote."""

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "test-finished"
    outcome: Outcome
    seconds: float = 0.0
    story: bool = False
    driver: str = ""
    failure: Failure | None = None
    reason: str = ""
    queries: QuerySummary = field(default_factory=QuerySummary)
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted(Event):
    """A step began.

    Args:
        step: The step's number within its test, from 1.
        parent: The step that this one is a part of, or 0.
        actor: Who does it, or an empty string for the journey itself.
        verb: What is done, e.g. ``visit``, ``fill``, ``should_see``.
        what: What it is done to, readable, secrets masked.
        place: The line of the test that asked for it, ``file:line``.
    """

    kind: ClassVar[str] = "step-started"
    step: int
    parent: int = 0
    actor: str = ""
    verb: str = ""
    what: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished(Event):
    """A step ended; ``queries`` is its SQL outside of requests."""

    kind: ClassVar[str] = "step-finished"
    step: int
    ok: bool = True
    seconds: float = 0.0
    snapshot: StoredSnapshot | None = None
    failure: Failure | None = None
    queries: QuerySummary = field(default_factory=QuerySummary)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestServed(Event):
    """The site answered a request.

    Args:
        step: The step that caused it, or 0 for a request outside any step.
        request: The request's number within its test, from 1.
        parent: The request within which it was made, or 0.
        view: The dotted name of the view.
        url_name: The URL's name with its namespaces.
        route: The URL pattern that matched, as Django writes it.
        kwargs: The resolved arguments as text.
        posted: The fields of a form that it sent, if the site read them; secrets are masked, long values cut.
        redirect: The ``Location`` of the response, if it has one.
        form_errors: One line for each error of each bound form that was rendered, ``field: message``.
        messages: What the messages framework showed or stored, ``level: text``.
        user: The name of the user, empty for anonymous ones.
        shared: Whether other views may have the same dotted name (see ``_report.pyramid``).
        check: Whether ``assertRedirects`` made it, to fetch the target of a redirect.
        browser: Whether a web browser sent it over a socket, judged by its headers.
    """

    kind: ClassVar[str] = "request"
    step: int = 0
    request: int = 0
    parent: int = 0
    method: str = "GET"
    url: str = ""
    status: int = 0
    view: str = ""
    url_name: str = ""
    route: str = ""
    kwargs: dict[str, str] = field(default_factory=dict)
    posted: dict[str, str] = field(default_factory=dict)
    content_type: str = ""
    size: int = 0
    milliseconds: float = 0.0
    redirect: str = ""
    templates: tuple[str, ...] = ()
    form_errors: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    user: str = ""
    shared: bool = False
    check: bool = False
    browser: bool = False
    queries: QuerySummary = field(default_factory=QuerySummary)
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details(Event):
    """What a request, or a step outside of requests, had and did in detail; written when its test ends.

    Args:
        request: The request's number within its test, or 0 for a step's own SQL.
        headers: The request's headers; secrets are masked in every field, and long values cut.
        sent: The body of the request, if it is no form.
        files: The uploaded files.
        answer_headers: The response's headers.
        answered: The body of the response, if it is text other than HTML.
        session: One line for each value of the session that was set, changed or removed.
        context: The names of the template context and the classes of their values.
        statements: The lines and the values of its SQL.
        rows: One line for each statement that wrote rows.
    """

    kind: ClassVar[str] = "details"
    step: int = 0
    request: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    sent: str = ""
    files: tuple[str, ...] = ()
    answer_headers: dict[str, str] = field(default_factory=dict)
    answered: str = ""
    session: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    statements: tuple[QueryDetails, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSent(Event):
    """The site sent a mail."""

    kind: ClassVar[str] = "mail"
    step: int = 0
    request: int = 0
    subject: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """Anything else: a task, a call to a service, a commit hook, a file, a change of the clock, a leak.

    Args:
        topic: What it is about, one word: ``task``, ``service``, ``on_commit``, ``file``, ``clock``, ….
        title: What happened, in one line.
        data: Details as plain JSON data.
    """

    kind: ClassVar[str] = "noted"
    step: int = 0
    request: int = 0
    topic: str
    title: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(Event):
    """A process finished its file; missing if it was killed.

    Args:
        seconds: How long it ran.
        dropped: How many events could not be recorded.
        reason: The error of the first of them.
    """

    kind: ClassVar[str] = "run-finished"
    seconds: float = 0.0
    dropped: int = 0
    reason: str = ""


EVENT_TYPES: dict[str, type[Event]] = {
    cls.kind: cls
    for cls in (
        RunStarted,
        TestStarted,
        TestFinished,
        StepStarted,
        StepFinished,
        RequestServed,
        Details,
        MailSent,
        Noted,
        RunFinished,
    )
}

_Part = TypeVar("_Part")


def from_json(data: dict[str, Any]) -> Event:
    """Build an event from plain data, ignoring fields that this version does not know.

    Args:
        data: A line of a trace, the numbers of its queries replaced by their SQL.

    Raises:
        ValueError: The kind of event is unknown, a field that it needs is missing, or one has another type.
    """
    kind = data.get("kind", "")
    cls = EVENT_TYPES.get(kind)
    if cls is None:
        raise ValueError(f"unknown kind of event {kind!r}; known are {', '.join(EVENT_TYPES)}")
    values = _known(cls, data)
    if values.get("failure") is not None:
        values["failure"] = _part(Failure, values["failure"])
    if values.get("snapshot") is not None:
        values["snapshot"] = _part(StoredSnapshot, values["snapshot"])
    if values.get("queries") is not None:
        queries = values["queries"]
        shapes = tuple(_row(QueryShape, shape) for shape in queries.get("shapes", ()))
        values["queries"] = _part(QuerySummary, {**queries, "shapes": shapes})
    if "statements" in values:
        values["statements"] = tuple(_row(QueryDetails, each) for each in values["statements"])
    try:
        return cls(**values)
    except TypeError as error:
        raise ValueError(f"incomplete event {kind!r}: {error}") from None


def _part(cls: type[_Part], data: dict[str, Any]) -> _Part:
    return cls(**_known(cls, data))


def _row(cls: type[_Part], values: list[Any]) -> _Part:
    owner: Any = cls
    return _part(cls, dict(zip(_names(owner), values, strict=False)))


@lru_cache(maxsize=64)
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(cls))


def _shared(value: Any) -> Any:
    """Return equal texts as one object: a trace has few different ones, each often."""
    return intern(value) if type(value) is str else value


def _known(cls: type, data: dict[str, Any]) -> dict[str, Any]:
    names = _names(cls)
    found = {
        name: tuple(map(_shared, value)) if isinstance(value, list) else _shared(value)
        for name, value in data.items()
        if name in names
    }
    check_types(cls, found)
    return found
