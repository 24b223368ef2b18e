"""Records events for the current test and its current step."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from django_journey._trace.record.call_site import caller
from django_journey._trace.record.details import Execution, TestDetails
from django_journey._trace.record.events import (
    Event,
    Failure,
    Noted,
    QuerySummary,
    StepFinished,
    StepStarted,
    StoredSnapshot,
    TestFinished,
    TestStarted,
)
from django_journey._trace.record.query_shapes import Statement, query_summary
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.real_functions import real
from django_journey._trace.secrets.mask_text import MASK

__all__ = [
    "OpenStep",
    "PageSnapshot",
    "Recorder",
    "SecretFilter",
    "Sink",
    "TestScope",
    "adopt",
    "current",
    "hide",
    "note",
    "secret",
    "step",
]


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """A page at one moment, to be stored with a step.

    Args:
        url: The page's URL.
        title: The page's title.
        html: A document that shows the page without any network.
        picture: A PNG screenshot, from a real browser.
    """

    url: str
    title: str = ""
    html: str = ""
    picture: bytes = b""


class Sink(Protocol):
    """Where events go: a file, or a list in a test."""

    def write(self, event: Event) -> None:
        """Write one event at once."""

    def store_page(self, page: PageSnapshot) -> StoredSnapshot:
        """Store a page and return its keys for an event."""


class SecretFilter(Protocol):
    """Masks secrets; see ``django_journey._trace.secrets.redactor``."""

    def is_secret(self, name: str, value: str | None = None) -> bool:
        """Tell whether a field, a header or an argument of that name or label holds a secret."""

    def hide(self, value: str) -> bool:
        """Mask that value from now on; return whether it can be told from ordinary words."""

    def clean(self, text: str) -> str:
        """Return a text with secrets masked."""


_WRITES = 200


@dataclass(slots=True)
class OpenStep:
    """A step in progress; its number is recorded with everything that it causes."""

    number: int
    parent: OpenStep | None
    snapshot: Callable[[], PageSnapshot | None] | None = None
    began: float = field(default_factory=real.perf_counter)
    queries: list[Statement] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)

    @property
    def outermost(self) -> OpenStep:
        """The outermost step around it, which the report lists."""
        return self if self.parent is None else self.parent.outermost


@dataclass(slots=True)
class TestScope:
    """One running test: its recorder, its open steps and its counters.

    A context variable holds it, so that threads and tasks that run in a copy of the
    test's context record their events under the test's current step.
    """

    __test__ = False
    recorder: Recorder
    test: str
    steps: int = 0
    requests: int = 0
    open: OpenStep | None = None
    story: bool = False
    driver: str = ""
    began: float = field(default_factory=real.perf_counter)
    queries: int = 0
    query_seconds: float = 0.0
    rows: int = 0  # that its SQL wrote
    ended: bool = False
    # The request or step that changed rows, the SQL and its parameters.
    row_changes: deque[tuple[str, str, Any]] = field(default_factory=lambda: deque(maxlen=_WRITES))
    executed_hooks: Counter[int] = field(default_factory=Counter)  # by the identity of the function
    details: TestDetails | None = None  # if they are recorded
    unanswered: str = ""  # the test's last request made by RequestFactory that has no response yet

    @property
    def step(self) -> int:
        """The number of the innermost open step, or 0."""
        return self.open.number if self.open is not None else 0

    def add_query(self, statement: Statement, execution: Execution | None = None) -> None:
        """Record SQL outside of requests: for the innermost open step, or for the test."""
        if self.open is not None:
            self.open.queries.append(statement)
            if execution is not None:
                self.open.executions.append(execution)
        else:
            self.queries += 1
            self.query_seconds += statement[2]


_current: ContextVar[TestScope | None] = ContextVar("django_journey_test", default=None)


def current() -> TestScope | None:
    """Return the test that this context belongs to, or ``None`` if nothing is traced."""
    return _current.get()


def adopt(scope: TestScope) -> None:
    """Make a test the current one of the calling context, permanently."""
    _current.set(scope)


class Recorder:
    """Writes the events of one process.

    Args:
        sink: Where they go.
        explain: Turns an exception into a ``Failure``, secrets removed.
        secrets: Masks secrets.
        dropped: Counts what could not be recorded.
    """

    def __init__(
        self,
        sink: Sink,
        *,
        explain: Callable[[BaseException], Failure] | None = None,
        secrets: SecretFilter | None = None,
        dropped: DroppedEvents | None = None,
    ) -> None:
        self.sink = sink
        self.explain = explain or _plain_failure
        self.secrets = secrets
        self.dropped = dropped or DroppedEvents()

    def clean(self, text: str) -> str:
        """Return a readable text with secrets masked."""
        return self.secrets.clean(text) if self.secrets is not None else text

    def write(self, event: Event) -> None:
        """Write one event, with the current time if it has none."""
        if not event.at:
            object.__setattr__(event, "at", real.now())
        self.sink.write(event)

    def start_test(
        self, test: str, *, name: str, title: str = "", file: str = "", line: int = 0
    ) -> TestScope:
        """Begin a test without entering it (see ``entered``); ``test`` is its key in the trace."""
        self.write(TestStarted(test=test, name=name, title=title, file=file, line=line))
        return TestScope(recorder=self, test=test)

    def finish_test(
        self, scope: TestScope, outcome: str, *, failure: Failure | None = None, reason: str = ""
    ) -> None:
        """End a test with its outcome."""
        scope.ended = True
        self.write(
            TestFinished(
                test=scope.test,
                outcome=outcome,  # type: ignore[arg-type]  # the runner's outcome, checked by the report
                seconds=real.perf_counter() - scope.began,
                story=scope.story,
                driver=scope.driver,
                failure=failure,
                reason=reason,
                queries=QuerySummary(scope.queries, round(scope.query_seconds * 1000, 3)),
                rows=scope.rows,
            )
        )

    def start_step(
        self,
        scope: TestScope,
        verb: str,
        what: str,
        *,
        actor: str,
        place: str,
        snapshot: Callable[[], PageSnapshot | None] | None,
    ) -> OpenStep:
        """Open a step within those that are open."""
        scope.steps += 1
        parent = scope.open
        taken = scope.open = OpenStep(number=scope.steps, parent=parent, snapshot=snapshot)
        if snapshot is not None:
            taken.outermost.snapshot = snapshot
        self._write_start(scope, taken, verb, what, actor, place)
        return taken

    def finish_step(self, scope: TestScope, taken: OpenStep, failure: Failure | None) -> None:
        """Close a step, and store the page if it is the outermost."""
        scope.open = taken.parent
        seconds = real.perf_counter() - taken.began
        page = _take_snapshot(taken.snapshot) if taken.parent is None and taken.snapshot is not None else None
        self.write(
            StepFinished(
                test=scope.test,
                step=taken.number,
                ok=failure is None,
                seconds=seconds,
                snapshot=self.sink.store_page(page) if page is not None else None,
                failure=failure,
                queries=self._query_summary(scope, taken) or QuerySummary(),
            )
        )

    @guarded
    def _write_start(
        self, scope: TestScope, taken: OpenStep, verb: str, what: str, actor: str, place: str
    ) -> None:
        parent = taken.parent
        self.write(
            StepStarted(
                test=scope.test,
                step=taken.number,
                parent=parent.number if parent else 0,
                actor=actor,
                verb=verb,
                what=self.clean(what),
                place=place or (caller() if parent is None else ""),
            )
        )

    @guarded
    def _query_summary(self, scope: TestScope, taken: OpenStep) -> QuerySummary:
        if scope.details is not None:
            scope.details.add_statements(taken.queries, taken.executions, step=taken.number)
        return query_summary(taken.queries)

    @contextmanager
    def entered(self, scope: TestScope) -> Iterator[TestScope]:
        """Make the test the current one of this context."""
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)


@contextmanager
def step(
    verb: str,
    what: str = "",
    *,
    actor: str = "",
    place: str = "",
    snapshot: Callable[[], PageSnapshot | None] | None = None,
) -> Iterator[OpenStep | None]:
    """Run the block as a step of the current test; everything recorded in the block belongs to it.

    Steps nest: events belong to the innermost one. The page is stored once, when the outermost ends.

    Args:
        verb: What is done, e.g. ``click``.
        what: What it is done to, readable.
        actor: Who does it.
        place: The test's line, ``file:line``; found from the call if an outermost step gives none.
        snapshot: Returns the page at the end of the step.

    Returns:
        The step, or ``None`` if nothing is traced.
    """
    scope = _current.get()
    if scope is None or not scope.test:  # a set-up that tests share has no steps
        yield None
        return
    recorder = scope.recorder
    taken = recorder.start_step(scope, verb, what, actor=actor, place=place, snapshot=snapshot)
    failure: Failure | None = None
    try:
        yield taken
    except BaseException as error:
        failure = recorder.explain(error)
        raise
    finally:
        recorder.finish_step(scope, taken, failure)


def _take_snapshot(snapshot: Callable[[], PageSnapshot | None]) -> PageSnapshot | None:
    """Return the page; an error in taking the snapshot is noted, and does not hide the story's error."""
    try:
        return snapshot()
    except Exception as error:
        note("trace", f"the page could not be stored: {type(error).__name__}: {error}")
        return None


def note(topic: str, title: str, **data: Any) -> None:
    """Record a note for the current step; without tracing, nothing happens."""
    scope = _current.get()
    if scope is not None:
        recorder = scope.recorder
        recorder.write(
            Noted(test=scope.test, step=scope.step, topic=topic, title=recorder.clean(title), data=data)
        )


def hide(value: str) -> None:
    """Mask a value from now on, wherever it appears in the trace.

    Called with the text for a password field, before the step that types it is recorded.
    """
    scope = _current.get()
    if scope is not None and scope.recorder.secrets is not None:
        scope.recorder.secrets.hide(value)


def secret(name: str, value: str) -> str:
    """Return a field's value for a report, or a mask.

    Args:
        name: The field's label or name.
        value: The value; if the name is a secret's, it is masked from now on.

    Returns:
        The value, or a mask.
    """
    scope = _current.get()
    if scope is None or scope.recorder.secrets is None or not scope.recorder.secrets.is_secret(name, value):
        return value
    scope.recorder.secrets.hide(value)
    return MASK


def _plain_failure(error: BaseException) -> Failure:
    return Failure(type=f"{type(error).__module__}.{type(error).__qualname__}", message=str(error))
