"""Collects what a report shows beyond the facts of each request, in memory until the test's outcome is known."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django_journey._trace.record.call_site import START_FOLDER
from django_journey._trace.record.events import Details, Noted, QueryDetails
from django_journey._trace.record.query_shapes import Statement, query_shape
from django_journey._trace.safety.safe_values import plain_text
from django_journey._trace.secrets.mask_text import MASK
from django_journey._trace.secrets.redactor import Redactor

__all__ = ["LONGEST_TEXT", "Execution", "RequestNotes", "TestDetails", "cut", "readable_body"]

#: How many characters of a body or of captured output are shown.
LONGEST_TEXT = 4_000

#: The parameters of a statement, the number of rows that it wrote, and the project's line that ran it.
Execution = tuple[Any, int, tuple[str, int] | None]

_MOST_REQUESTS = 300
_MOST_EXECUTIONS = 300
_MOST_EXAMPLES = 5
_MOST_LOGS = 100
_MOST_ROWS = 30
_LONGEST_VALUE = 120

_COLUMN = re.compile(
    r"[\"`](\w+)[\"`]\)?(?:::\w+)?\)?\s*(?:=|<>|!=|<=|>=|<|>|I?LIKE|(?:NOT )?IN)\s*\(?(?:\w+\()*\s*$|,\s*$"
)
_CASE = re.compile(r"[\"`](\w+)[\"`]\s*=\s*\(?(?:\w+\()*CASE\b")
_INSERTED = re.compile(
    r"\s*(?:INSERT|REPLACE)\s+.*?INTO\s+[\"`]?(\w+)[\"`]?\s*\(([^()]*)\)\s*(?:VALUES|SELECT)", re.S
)
_CHANGED = re.compile(r"\s*(UPDATE|DELETE\s+FROM)\s+[\"`]?(\w+)[\"`]?")
_ADDRESSED = {"U": "changed", "D": "deleted"}


@dataclass(slots=True)
class RequestNotes:
    """What one request left: plain values and bytes, no object of the test or the site."""

    request: int
    headers: dict[str, str] = field(default_factory=dict)
    sent: Any = None  # bytes, or the data that REST framework parsed
    files: tuple[str, ...] = ()
    answer_headers: dict[str, str] = field(default_factory=dict)
    answered: bytes = b""
    session: tuple[str, ...] = ()
    context: dict[str, str] = field(default_factory=dict)


class TestDetails:
    """The details of one test; written at its end, or dropped."""

    __test__ = False

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}  # the data of each session after its last request
        self._requests: list[RequestNotes] = []
        self._statements: list[tuple[int, int, list[Statement], list[Execution]]] = []
        self.logs: list[Noted] = []

    def add_log(self, note: Noted) -> None:
        """Store what was logged."""
        if len(self.logs) < _MOST_LOGS:
            self.logs.append(note)

    def add_request(self, notes: RequestNotes) -> None:
        """Store the notes of a request."""
        if len(self._requests) < _MOST_REQUESTS:
            self._requests.append(notes)

    def add_statements(
        self,
        statements: Sequence[Statement],
        executions: Sequence[Execution],
        *,
        request: int = 0,
        step: int = 0,
    ) -> None:
        """Store the SQL of a request or of a step, its parameters as plain values."""
        if executions and len(self._statements) < 2 * _MOST_REQUESTS:
            plain = [(_plain(given), rows, line) for given, rows, line in executions[:_MOST_EXECUTIONS]]
            self._statements.append((request, step, list(statements[:_MOST_EXECUTIONS]), plain))

    def events(self, test: str, redactor: Redactor, label: Callable[[str], str]) -> Iterator[Details]:
        """Yield an event for each request and each step with details, secrets masked.

        Args:
            test: The test's key in the trace.
            redactor: Masks secrets.
            label: Returns the name of the model of a table.
        """
        executed = {(request, step): found for request, step, *found in self._statements}
        for notes in self._requests:
            queries, rows = _queries(executed.pop((notes.request, 0), ((), ())), redactor, label)
            yield Details(
                test=test,
                request=notes.request,
                headers=_headers(notes.headers, redactor),
                sent=readable_body(notes.sent, redactor),
                files=notes.files,
                answer_headers=_headers(notes.answer_headers, redactor),
                answered=readable_body(notes.answered, redactor),
                session=notes.session,
                context=tuple(f"{name}: {kind}" for name, kind in notes.context.items()),
                statements=queries,
                rows=rows,
            )
        for (request, step), found in executed.items():
            queries, rows = _queries(found, redactor, label)
            yield Details(test=test, request=request, step=step, statements=queries, rows=rows)


def cut(text: str, longest: int) -> str:
    """Return the beginning of a text whose secrets are masked: cut before, half a secret would stay."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def readable_body(body: Any, redactor: Redactor) -> str:
    """Return a body as text, secrets masked: JSON by its keys, the rest by its lines."""
    if body is None or body == b"":
        return ""
    if type(body) is bytes:
        text = body.decode("utf-8", "replace")
        try:
            body = _from_json(text)
        except (ValueError, RecursionError):
            return cut(redactor.clean(text), LONGEST_TEXT)
    return cut(_to_json(redactor.data(body)), LONGEST_TEXT)


_from_json: Callable[[str], Any] = json.JSONDecoder().decode
_to_json = json.JSONEncoder(ensure_ascii=False, indent=1).encode


def _headers(headers: dict[str, str], redactor: Redactor) -> dict[str, str]:
    return {
        name: MASK if redactor.is_secret(name, value) else cut(redactor.clean(value), 4 * _LONGEST_VALUE)
        for name, value in headers.items()
    }


def _plain(given: Any) -> Any:
    """Return parameters as plain values; of several rows (``executemany``), those of the first."""
    kind = type(given)
    if kind is dict:
        return {plain_text(name): _value(value) for name, value in given.items()}
    if kind is not tuple and kind is not list:
        return ()
    if given and type(given[0]) in (tuple, list):
        return _plain(given[0])
    return tuple(map(_value, given))


def _value(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    return f"<{len(value)} bytes>" if kind is bytes else plain_text(value)


def _queries(
    found: Sequence[Any], redactor: Redactor, label: Callable[[str], str]
) -> tuple[tuple[QueryDetails, ...], tuple[str, ...]]:
    statements, executions = found
    shapes: dict[tuple[str, str], tuple[dict[str, int], list[str]]] = {}
    rows: list[str] = []
    for (alias, sql, _), (given, written, line) in zip(statements, executions, strict=False):
        places, values = shapes.setdefault((alias, query_shape(sql)), ({}, []))
        if line is not None:
            place = f"{line[0].removeprefix(START_FOLDER)}:{line[1]}"
            places[place] = places.get(place, 0) + 1
        shown = _named_values(sql, given, redactor)
        if shown and len(values) < _MOST_EXAMPLES:
            values.append(", ".join(shown))
        if written and len(rows) < _MOST_ROWS:
            rows += _written(sql, written, shown, label)
    return tuple(
        QueryDetails(
            sql,
            alias,
            tuple(f"{place} ({times} times)" if times > 1 else place for place, times in places.items()),
            tuple(values),
        )
        for (alias, sql), (places, values) in shapes.items()
        if places or values
    ), tuple(rows)


def _named_values(sql: Any, given: Any, redactor: Redactor) -> list[str]:
    """Return the parameters with the names of their columns, as far as the SQL names them; secrets are masked."""
    if type(given) is dict:
        named = list(given.items())
    else:
        names = _columns(sql, len(given)) if type(sql) is str and given else [""] * len(given)
        named = list(zip(names, given, strict=False))
    shown = []
    for name, value in named:
        text = plain_text(value)
        masked = bool(name) and redactor.is_secret(name, text)
        if masked:
            redactor.hide(text)
        clean = MASK if masked else cut(redactor.clean(text), _LONGEST_VALUE)
        shown.append(f"{name} = {clean}" if name else clean)
    return shown


def _columns(sql: str, amount: int) -> list[str]:
    inserted = _INSERTED.match(sql)
    if inserted is not None:
        columns = [column.strip(' "`\n') for column in inserted[2].split(",")]
        return [columns[index % len(columns)] for index in range(amount)]
    names: list[str] = []
    case = ""  # the column that ``bulk_update`` sets
    for piece in re.split(r"%s|\?", sql)[:amount]:
        begun = _CASE.search(piece)
        case = begun[1] if begun else case
        found = _COLUMN.search(piece)
        # A further value of a list has the name of the first; after SET a column follows each comma.
        name = (found[1] or (names[-1] if names else "")) if found else ""
        names.append(case if piece.endswith("THEN ") else name)
    return names


def _written(sql: Any, written: int, shown: list[str], label: Callable[[str], str]) -> Iterator[str]:
    inserted = _INSERTED.match(sql) if type(sql) is str else None
    changed = _CHANGED.match(sql) if type(sql) is str else None
    values = f": {', '.join(shown)}" if shown else ""
    if inserted is not None:
        yield f"{label(inserted[1])}: {written} inserted{values}"
    elif changed is not None:
        yield f"{label(changed[2])}: {written} {_ADDRESSED[changed[1][0]]}{values}"
