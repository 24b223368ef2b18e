"""A Django test runner for ``TEST_RUNNER``, and a mixin for a project's own runner."""

from django_journey._runners.unittest.django_runner import JourneyRunner, JourneyRunnerMixin

__all__ = ["JourneyRunner", "JourneyRunnerMixin"]
