"""Notes what happens, and knows whose doing it is: the current test and the current step."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from django_journey.trace.events import (
    Event,
    Failure,
    Look,
    Noted,
    Queries,
    StepFinished,
    StepStarted,
    TestFinished,
    TestStarted,
)
from django_journey.trace.harmless import Losses, harmless
from django_journey.trace.place import caller
from django_journey.trace.real import real
from django_journey.trace.statements import Statement, summed_up

__all__ = [
    "MASK",
    "Page",
    "Recorder",
    "Secrets",
    "Sink",
    "Step",
    "TestScope",
    "adopt",
    "current",
    "hide",
    "note",
    "secret",
    "step",
]

#: What stands in the trace where a secret was.
MASK = "***"


@dataclass(frozen=True, slots=True)
class Page:
    """How a page looks now, to be stored with a step.

    Args:
        url: The page's URL.
        title: The page's title.
        html: A document that shows the page without any network.
        picture: A PNG of it, where a real browser could take one.
    """

    url: str
    title: str = ""
    html: str = ""
    picture: bytes = b""


class Sink(Protocol):
    """Where events go: a file, or a list in a test."""

    def write(self, event: Event) -> None:
        """Keep one event at once."""

    def keep(self, page: Page) -> Look:
        """Keep a page and return what an event says of it."""


class Secrets(Protocol):
    """Who knows what must not be written; see ``django_journey.trace.redact``."""

    def is_secret(self, name: str, value: str | None = None) -> bool:
        """Tell whether a field, a header or an argument of that name or label, with that value, holds a secret."""

    def hide(self, value: str) -> bool:
        """Mask that value from now on, wherever it appears; tell whether it can be told apart."""

    def clean(self, text: str) -> str:
        """Return a text without the secrets."""


_WRITES = 200


@dataclass(slots=True)
class Step:
    """A step that is being taken; what it causes is noted under its number."""

    number: int
    parent: Step | None
    look: Callable[[], Page | None] | None = None
    began: float = field(default_factory=real.perf_counter)
    queries: list[Statement] = field(default_factory=list)

    @property
    def outermost(self) -> Step:
        """The step that a reader of the story sees."""
        return self if self.parent is None else self.parent.outermost


@dataclass(slots=True)
class TestScope:
    """One running test: its recorder, its open steps and its counters.

    It is found through a context variable, so that threads and tasks that were started in a copy
    of the test's context note their events under the test's current step.
    """

    __test__ = False
    recorder: Recorder
    test: str
    steps: int = 0
    requests: int = 0
    open: Step | None = None
    story: bool = False
    driver: str = ""
    began: float = field(default_factory=real.perf_counter)
    queries: int = 0
    query_seconds: float = 0.0
    rows: int = 0  # that its SQL has written
    ended: bool = False
    # What changed rows, its SQL and its parameters.
    wrote: deque[tuple[str, str, Any]] = field(default_factory=lambda: deque(maxlen=_WRITES))
    executed_hooks: Counter[int] = field(default_factory=Counter)  # by the identity of the function
    by_hand: str = ""  # a request that the test has made without a client, and that nothing has answered yet

    @property
    def step(self) -> int:
        """The number of the innermost open step, or 0."""
        return self.open.number if self.open is not None else 0

    def ran(self, statement: Statement) -> None:
        """Note SQL outside of requests: under the innermost open step, or as the test's own."""
        if self.open is not None:
            self.open.queries.append(statement)
        else:
            self.queries += 1
            self.query_seconds += statement[2]


_current: ContextVar[TestScope | None] = ContextVar("django_journey_test", default=None)


def current() -> TestScope | None:
    """Return the test that this context belongs to, or ``None`` where nothing is traced."""
    return _current.get()


def adopt(scope: TestScope) -> None:
    """Make a test the current one of the calling context for good: a context that was made before it began."""
    _current.set(scope)


class Recorder:
    """Writes the events of one process.

    Args:
        sink: Where they go.
        explain: Turns an exception into a ``Failure``, secrets removed.
        secrets: Who knows what must not be written.
        losses: Counts what could not be recorded.
    """

    def __init__(
        self,
        sink: Sink,
        *,
        explain: Callable[[BaseException], Failure] | None = None,
        secrets: Secrets | None = None,
        losses: Losses | None = None,
    ) -> None:
        self.sink = sink
        self.explain = explain or _plain_failure
        self.secrets = secrets
        self.losses = losses or Losses()

    def clean(self, text: str) -> str:
        """Return a readable text without the secrets."""
        return self.secrets.clean(text) if self.secrets is not None else text

    def write(self, event: Event) -> None:
        """Write one event, with the time it happened if it does not say."""
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
                outcome=outcome,  # type: ignore[arg-type]  # the runner's own word, checked by the report
                seconds=real.perf_counter() - scope.began,
                story=scope.story,
                driver=scope.driver,
                failure=failure,
                reason=reason,
                queries=Queries(scope.queries, round(scope.query_seconds * 1000, 3)),
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
        look: Callable[[], Page | None] | None,
    ) -> Step:
        """Open a step within those that are open."""
        scope.steps += 1
        parent = scope.open
        taken = scope.open = Step(number=scope.steps, parent=parent, look=look)
        if look is not None:
            taken.outermost.look = look
        self._tell_step(scope, taken, verb, what, actor, place)
        return taken

    def finish_step(self, scope: TestScope, taken: Step, failure: Failure | None) -> None:
        """Close a step, and keep the page where it is the outermost."""
        scope.open = taken.parent
        seconds = real.perf_counter() - taken.began
        page = _looked(taken.look) if taken.parent is None and taken.look is not None else None
        self.write(
            StepFinished(
                test=scope.test,
                step=taken.number,
                ok=failure is None,
                seconds=seconds,
                look=self.sink.keep(page) if page is not None else None,
                failure=failure,
                queries=self._summed_up(taken) or Queries(),
            )
        )

    @harmless
    def _tell_step(self, scope: TestScope, taken: Step, verb: str, what: str, actor: str, place: str) -> None:
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

    @harmless
    def _summed_up(self, taken: Step) -> Queries:
        return summed_up(taken.queries)

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
    look: Callable[[], Page | None] | None = None,
) -> Iterator[Step | None]:
    """Take a step of the current test; everything noted meanwhile belongs to it.

    Steps nest: the innermost one owns what is noted. The page is kept once, when the outermost ends.

    Args:
        verb: What is done, e.g. ``click``.
        what: What it is done to, readable.
        actor: Who does it.
        place: The test's line, ``file:line``; for an outermost step, where it is not given, it is found.
        look: Gives the page as it looks when the step ends.

    Returns:
        The step, or ``None`` where nothing is traced.
    """
    scope = _current.get()
    if scope is None or not scope.test:  # a set-up that several tests share has no story of its own
        yield None
        return
    recorder = scope.recorder
    taken = recorder.start_step(scope, verb, what, actor=actor, place=place, look=look)
    failure: Failure | None = None
    try:
        yield taken
    except BaseException as error:
        failure = recorder.explain(error)
        raise
    finally:
        recorder.finish_step(scope, taken, failure)


def _looked(look: Callable[[], Page | None]) -> Page | None:
    """Return how the page looks; what goes wrong in looking is noted, and hides no error of the story's."""
    try:
        return look()
    except Exception as error:
        note("trace", f"the page could not be kept: {type(error).__name__}: {error}")
        return None


def note(topic: str, title: str, **data: Any) -> None:
    """Note something of the world under the current step; nothing happens where nothing is traced."""
    scope = _current.get()
    if scope is not None:
        recorder = scope.recorder
        recorder.write(
            Noted(test=scope.test, step=scope.step, topic=topic, title=recorder.clean(title), data=data)
        )


def hide(value: str) -> None:
    """Say that a value is a secret: it is masked from now on, wherever it appears in the trace.

    Called with what is typed into a password field, before the step that types it is noted.
    """
    scope = _current.get()
    if scope is not None and scope.recorder.secrets is not None:
        scope.recorder.secrets.hide(value)


def secret(name: str, value: str) -> str:
    """Return what may be shown of a value that is written into a field.

    Args:
        name: What the field is called, by its label or its name.
        value: What is written into it; it is hidden from now on if the name is a secret's.

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
