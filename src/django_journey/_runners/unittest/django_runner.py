"""A test runner for ``TEST_RUNNER``, and a mixin for a project's own runner."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.test.runner import DiscoverRunner
from django.test.utils import iter_test_cases  # type: ignore[attr-defined]  # django-stubs leave it out

from django_journey._runners.shared.command_line import arguments
from django_journey._story.settings import Options

__all__ = ["JourneyRunner", "JourneyRunnerMixin"]


class JourneyRunnerMixin:
    """Adds the options of django-journey to a project's own runner; it comes before the runner's class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        values = {item.name: kwargs.pop(f"journey_{item.name}", None) for item in fields(Options)}
        self._journey_values = {name: value for name, value in values.items() if value is not None}
        Options.load(command_line=self._journey_values)
        super().__init__(*args, **kwargs)

    @classmethod
    def add_arguments(cls, parser: Any) -> None:
        """Add an option for each setting."""
        super().add_arguments(parser)  # type: ignore[misc]  # the runner that it is mixed into has it
        group = parser.add_argument_group("journey", "stories over several requests (django-journey)")
        for item in fields(Options):
            for names, keywords in arguments(item):
                group.add_argument(*names, dest=f"journey_{item.name}", default=None, **keywords)

    def build_suite(self, *args: Any, **kwargs: Any) -> Any:
        """Leave out the tests of other shards; classes stay together, since Django runs a class at a time."""
        runner: Any = self
        suite: Any = super().build_suite(*args, **kwargs)  # type: ignore[misc]
        options = Options.load()
        if options.shard:
            from django_journey._runners.shared.sharding import durations_of, shard_of

            tests = list(iter_test_cases(suite))
            named = ((type(test).__module__, type(test).__qualname__, test.id()) for test in tests)
            mine = shard_of(options.shard, named, durations_of(options, Path.cwd()))

            def ours(part: Any) -> Any:
                return runner.test_suite(test for test in iter_test_cases(part) if test.id() in mine)

            if not hasattr(suite, "subsuites"):
                return ours(suite)
            suite.subsuites = [part for part in map(ours, suite.subsuites) if part.countTestCases()]
        return suite

    def run_tests(self, test_labels: Sequence[str], **kwargs: Any) -> int:
        """Run the tests; if a report or a trace is asked for, trace them and print the summary."""
        with _in_environment(self._journey_values):
            options = Options.load()
            with ExitStack() as stack:
                if options.tracing:
                    from django_journey._runners.unittest.tracing import install

                    stack.callback(install(options, django=True).finish)
                if options.snapshot is not None:
                    from django_journey._world.snapshots import ready

                    stack.callback(ready.install(options.snapshot))
                return super().run_tests(test_labels, **kwargs)  # type: ignore[misc, no-any-return]


class JourneyRunner(JourneyRunnerMixin, DiscoverRunner):
    """Django's own runner with the options of django-journey."""


@contextmanager
def _in_environment(values: dict[str, Any]) -> Iterator[None]:
    """Set the environment variables of these settings, which tests and workers read."""
    texts = {f"JOURNEY_{name.upper()}": _text(value) for name, value in values.items()}
    before = {name: os.environ.get(name) for name in texts}
    os.environ.update(texts)
    try:
        yield
    finally:
        for name, text in before.items():
            if text is None:
                del os.environ[name]
            else:
                os.environ[name] = text


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, (list, tuple)) else str(value)
