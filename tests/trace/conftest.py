from collections.abc import Iterator
from pathlib import Path

import pytest

from django_journey._trace.record import run_id
from django_journey._trace.record.events import Event
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.record.trace_reader import read
from django_journey._trace.tracing import Tracing


class Traced:
    """A traced test within the test: what it writes can be read at once."""

    def __init__(self, tracing: Tracing, scope: TestScope) -> None:
        self.tracing = tracing
        self.scope = scope

    def events(self, kind: str = "") -> list[Event]:
        return [event for event in read(self.tracing.run.folder) if not kind or event.kind == kind]

    def text(self) -> str:
        """Everything that was written: events and pages."""
        files = sorted(self.tracing.trace_file.folder.rglob("*"))
        return "\n".join(path.read_text() for path in files if path.is_file() and path.suffix != ".png")


@pytest.fixture
def tracing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracing]:
    monkeypatch.delenv(run_id.VARIABLE, raising=False)
    tracing = Tracing(run_id.begin(tmp_path / "report"), runner="pytest")
    yield tracing
    tracing.close()


@pytest.fixture
def traced(tracing: Tracing) -> Iterator[Traced]:
    scope = tracing.begin("a-test", name="a-test")
    with tracing.entered(scope):
        yield Traced(tracing, scope)
