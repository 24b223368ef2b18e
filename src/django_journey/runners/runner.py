"""A test runner for those who would rather name one in ``TEST_RUNNER``, and what makes one of a project's own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from django.test.runner import DiscoverRunner

from django_journey.runners.command_line import argument, names
from django_journey.story.options import Options

__all__ = ["JourneyRunner", "JourneyRunnerMixin"]


class JourneyRunnerMixin:
    """Adds ``--journey-report`` and its like to a project's own runner; put it before the runner's class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        said = {item.name: kwargs.pop(f"journey_{item.name}", None) for item in fields(Options)}
        self._journey_said = {name: value for name, value in said.items() if value is not None}
        Options.load(command_line=self._journey_said)
        super().__init__(*args, **kwargs)

    @classmethod
    def add_arguments(cls, parser: Any) -> None:
        """Add an option for each setting."""
        super().add_arguments(parser)  # type: ignore[misc]  # the runner that it is mixed into has it
        group = parser.add_argument_group("journey", "stories over several requests (django-journey)")
        for item in fields(Options):
            group.add_argument(*names(item), dest=f"journey_{item.name}", default=None, **argument(item))

    def run_tests(self, test_labels: Sequence[str], **kwargs: Any) -> int:
        """Run the tests, traced if a report or a trace is asked for, and tell of them at the end."""
        with _in_environment(self._journey_said):
            options = Options.load()
            if not options.tracing:
                return super().run_tests(test_labels, **kwargs)  # type: ignore[misc, no-any-return]
            from django_journey.runners.unittest_tracing import install

            tracing = install(options, django=True)
            try:
                return super().run_tests(test_labels, **kwargs)  # type: ignore[misc, no-any-return]
            finally:
                tracing.finish()


class JourneyRunner(JourneyRunnerMixin, DiscoverRunner):
    """Django's own runner with the options of django-journey."""


@contextmanager
def _in_environment(said: dict[str, Any]) -> Iterator[None]:
    """Say it in the environment, where the tests and the workers find it."""
    texts = {f"JOURNEY_{name.upper()}": _text(value) for name, value in said.items()}
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
