"""The run, its tests and their steps, built from the events of all processes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from django_journey._trace.record.events import (
    Details,
    Event,
    Failure,
    MailSent,
    Noted,
    QuerySummary,
    RequestServed,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    StoredSnapshot,
    TestFinished,
    TestStarted,
)

__all__ = [
    "FAILED",
    "Difference",
    "Outcome",
    "Part",
    "Process",
    "Run",
    "Step",
    "Test",
    "assemble",
    "readable",
    "walk",
]

Outcome = Literal["passed", "failed", "error", "skipped", "xfailed", "xpassed", "unfinished"]

#: The outcomes that count as failures.
FAILED: frozenset[str] = frozenset({"failed", "error", "xpassed", "unfinished"})


@dataclass(slots=True)
class Step:
    """A step, and everything that it caused, in order.

    Args:
        number: Its number within the test, from 1.
        seconds: How long it took; ``None`` if the run ended before the step.
        queries: Its SQL outside of requests: of tasks, of the test's own lines, of streamed bodies.
        parts: Its sub-steps, requests, mails and notes in the order in which they began or came.
    """

    number: int
    actor: str = ""
    verb: str = ""
    what: str = ""
    place: str = ""
    at: float = 0.0
    seconds: float | None = None
    ok: bool = True
    snapshot: StoredSnapshot | None = None
    failure: Failure | None = None
    queries: QuerySummary = field(default_factory=QuerySummary)
    parts: list[Part] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether its end was recorded."""
        return self.seconds is not None

    @property
    def steps(self) -> list[Step]:
        """Its sub-steps."""
        return [part for part in self.parts if isinstance(part, Step)]


Part = Step | RequestServed | MailSent | Noted


@dataclass(slots=True)
class Test:
    """One test, of any runner.

    Args:
        key: Its key in the trace.
        name: The name that its runner takes to run it alone.
        attempt: 1, or more where it was run again.
        parts: Its outermost steps, and what happened outside any step, in order.
    """

    __test__ = False
    key: str
    name: str = ""
    title: str = ""
    file: str = ""
    line: int = 0
    attempt: int = 1
    started: float = 0.0
    outcome: Outcome = "unfinished"
    seconds: float = 0.0
    story: bool = False
    driver: str = ""
    failure: Failure | None = None
    reason: str = ""
    queries: QuerySummary = field(default_factory=QuerySummary)  # its SQL outside of requests and steps
    rows: int = 0  # written by its SQL
    parts: list[Part] = field(default_factory=list)
    details: dict[tuple[int, int], Details] = field(default_factory=dict)  # by request and step

    @property
    def heading(self) -> str:
        """The first line of its docstring with its parameters, or its function's name as a sentence."""
        name = self.name or self.key
        if not self.title:
            return readable(name)
        # A heading has no full stop and no reStructuredText markup.
        title = self.title.strip().replace("``", "").removesuffix(".")
        _, bracket, parameters = name.partition("[")
        return f"{title} [{parameters}" if bracket else title

    @property
    def bad(self) -> bool:
        """Whether its outcome counts as a failure."""
        return self.outcome in FAILED

    @property
    def steps(self) -> list[Step]:
        """The outermost steps."""
        return [part for part in self.parts if isinstance(part, Step)]

    @property
    def requests(self) -> list[RequestServed]:
        """Every request that it caused, nested ones too."""
        return [part for part in walk(self.parts) if isinstance(part, RequestServed)]

    @property
    def mails(self) -> list[MailSent]:
        """Every mail that it caused."""
        return [part for part in walk(self.parts) if isinstance(part, MailSent)]

    @property
    def notes(self) -> list[Noted]:
        """Its notes."""
        return [part for part in walk(self.parts) if isinstance(part, Noted)]

    @property
    def query_count(self) -> int:
        """How many queries its requests and steps ran."""
        return sum(part.queries.count for part in walk(self.parts) if isinstance(part, Step | RequestServed))

    @property
    def actors(self) -> list[str]:
        """The names of its actors, in the order of their first step."""
        named = (part.actor for part in walk(self.parts) if isinstance(part, Step))
        return list(dict.fromkeys(actor for actor in named if actor))

    @property
    def failed_step(self) -> Step | None:
        """The innermost step that failed last, or that was open when the run ended."""
        found: Step | None = None
        for part in walk(self.parts):
            if isinstance(part, Step) and (not part.ok or not part.finished):
                found = part
        return found

    @property
    def explanation(self) -> Failure | None:
        """Why it failed: the runner's failure, else that of the last failing step."""
        if self.failure is not None or not self.bad:
            return self.failure
        step = self.failed_step
        return step.failure if step is not None else None


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs from earlier runs.

    Args:
        kind: Which of ``over_time.HEADINGS``.
        test: The test, or ``None`` for a page.
        what: The figures, or the name of the page's view.
    """

    kind: str
    test: Test | None
    what: str


@dataclass(slots=True)
class Process:
    """One process that wrote into the trace."""

    start: RunStarted
    seconds: float | None = None

    @property
    def finished(self) -> bool:
        """Whether it finished, instead of being killed."""
        return self.seconds is not None


@dataclass(slots=True)
class Run:
    """A whole run.

    Args:
        processes: The processes, in the order of their files.
        tests: Every test in the order in which they began, each attempt of a repeated one.
        outside: Events that belong to no test (a class's set-up, say).
        began: When its first event happened, in seconds since the epoch.
        seconds: From the first process's start to the last one's end; if one was killed, to the last event.
        troubles: One line for each part of the trace that could not be read.
        dropped: One line for each process that could not record all of its events.
        changes: What differs from the runs before it in its folder, if there are any.
    """

    processes: list[Process] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    outside: list[Event] = field(default_factory=list)
    began: float = 0.0
    seconds: float = 0.0
    troubles: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    changes: list[Difference] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether every process finished."""
        return bool(self.processes) and all(process.finished for process in self.processes)

    @property
    def last(self) -> list[Test]:
        """Every test once; of a repeated test, the last attempt."""
        return list({test.key: test for test in self.tests}.values())

    def counts(self) -> dict[Outcome, int]:
        """Return how many tests had each outcome that occurred."""
        counts: dict[Outcome, int] = {}
        for test in self.last:
            counts[test.outcome] = counts.get(test.outcome, 0) + 1
        return counts


def walk(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield all parts, those of each step after the step itself."""
    for part in parts:
        yield part
        if isinstance(part, Step):
            yield from walk(part.parts)


def readable(name: str) -> str:
    """Turn the name of a test into a sentence: ``a.py::T::test_it_works[x]`` into ``It works [x]``."""
    stem, bracket, parameters = name.partition("[")
    last = re.split(r"::|\.(?=[^.]*$)", stem)[-1].strip()
    words = re.sub(r"^test_*", "", last).replace("_", " ").strip() or last
    return words[:1].upper() + words[1:] + (f" [{parameters}" if bracket else "")


def assemble(events: Iterable[Event]) -> Run:
    """Build a run from its events.

    Args:
        events: The events of all processes; those of one test in the order in which they were written,
            those of different tests and processes in any order.

    Returns:
        The run. A test whose end is missing is ``unfinished`` and has everything before that.
    """
    assembler = _Assembler()
    for event in events:
        assembler.take(event)
    return assembler.close()


class _Assembler:
    """Collects the events of a run."""

    def __init__(self) -> None:
        self.run = Run()
        self.open: dict[str, Test] = {}
        self.steps: dict[str, dict[int, Step]] = {}
        self.last = 0.0

    def take(self, event: Event) -> None:
        if event.at:
            self.run.began = min(self.run.began or event.at, event.at)
            self.last = max(self.last, event.at)
        match event:
            case RunStarted():
                self.run.processes.append(Process(event))
            case RunFinished():
                self._end_process(event)
            case TestStarted():
                self._begin(event)
            case TestFinished():
                self._end(event)
            case StepStarted():
                self._step(event)
            case StepFinished():
                self._end_step(event)
            case Details() if event.test:
                self._test(event.test).details[event.request, 0 if event.request else event.step] = event
            case RequestServed() | MailSent() | Noted() if event.test:
                self._parts(event.test, event.step).append(event)
            case _:
                self.run.outside.append(event)

    def close(self) -> Run:
        run = self.run
        run.tests.sort(key=lambda test: test.started)
        run.seconds = self._duration()
        for test in run.tests:
            if test.outcome == "unfinished":
                test.seconds = max(0.0, self._last_of(test) - test.started)
                test.story = test.story or bool(test.steps)
        return run

    def _duration(self) -> float:
        """Return how long the run took, by the real clocks of its processes."""
        run = self.run
        if not run.finished:
            return max(0.0, self.last - run.began)
        first = min(process.start.at for process in run.processes)
        return max(process.start.at - first + (process.seconds or 0.0) for process in run.processes)

    def _begin(self, event: TestStarted) -> None:
        before = self.open.get(event.test)
        if before is not None and not before.name:
            # An event of the test came before its start: the same test, now with its name.
            test = before
        else:
            test = Test(key=event.test, attempt=before.attempt + 1 if before else 1)
            self.run.tests.append(test)
            self.open[event.test] = test
            self.steps[event.test] = {}
        test.name, test.title, test.file, test.line = event.name, event.title, event.file, event.line
        test.started, test.story = event.at, event.story

    def _end(self, event: TestFinished) -> None:
        test = self._test(event.test)
        test.outcome, test.seconds = event.outcome, event.seconds
        test.story, test.driver = event.story, event.driver
        test.failure, test.reason = event.failure, event.reason
        test.queries, test.rows = event.queries, event.rows

    def _test(self, key: str) -> Test:
        test = self.open.get(key)
        if test is None:
            test = self.open[key] = Test(key=key)
            self.steps[key] = {}
            self.run.tests.append(test)
        return test

    def _parts(self, key: str, step: int) -> list[Part]:
        test = self._test(key)
        owner = self.steps[key].get(step)
        return owner.parts if owner is not None else test.parts

    def _step(self, event: StepStarted) -> None:
        step = Step(
            number=event.step,
            actor=event.actor,
            verb=event.verb,
            what=event.what,
            place=event.place,
            at=event.at,
        )
        self._parts(event.test, event.parent).append(step)
        self.steps[event.test][event.step] = step

    def _end_step(self, event: StepFinished) -> None:
        self._test(event.test)
        step = self.steps[event.test].get(event.step)
        if step is None:
            step = Step(number=event.step, at=event.at)
            self._parts(event.test, 0).append(step)
            self.steps[event.test][event.step] = step
        step.ok, step.seconds, step.snapshot, step.failure = (
            event.ok,
            event.seconds,
            event.snapshot,
            event.failure,
        )
        step.queries = event.queries

    def _end_process(self, event: RunFinished) -> None:
        if event.dropped:
            self.run.dropped.append(f"{event.dropped} events could not be recorded ({event.reason})")
        for process in reversed(self.run.processes):
            if not process.finished:
                process.seconds = event.seconds
                return

    def _last_of(self, test: Test) -> float:
        return max((part.at for part in walk(test.parts)), default=test.started)
